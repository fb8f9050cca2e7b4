//! Which addresses does a name have, right now? Nothing is cached: a stale answer would hide an outage.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    pin::pin,
    time::Duration,
};

use hickory_resolver::{
    Hosts, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    lookup::Lookup,
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::{Query, ResponseCode},
        rr::{Name, RecordType},
    },
};
use tokio::time::timeout;

use super::{Family, io_failure};
use crate::model::{Cause, Failure, Fault, Ours, Phase};

/// How long the addresses of one family wait for those of the other: RFC 8305. A server that never answers for a family
/// which is not used here must not cost the look.
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);

/// Resolves names by the hosts file, as it was at the start, and then by the configured servers or the system's.
pub(crate) struct Resolver {
    asking: TokioResolver,
    hosts: Hosts,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resolver")
    }
}

/// The addresses of one family; none, if the name has none.
type Found = Result<Vec<IpAddr>, Failure>;

impl Resolver {
    pub(crate) fn new(servers: &[SocketAddr]) -> Result<Self, String> {
        let asking = build(servers).map_err(|error| error.to_string())?;
        Ok(Self { asking, hosts: Hosts::from_system().unwrap_or_default() })
    }

    /// The addresses of `name`, in the order in which they are to be tried. Never empty.
    pub(crate) async fn addresses(&self, name: &str, family: Family) -> Found {
        let held = self.held(name, family);
        let found = match family {
            _ if !held.is_empty() => held,
            Family::V4 => self.ask(name, RecordType::A).await?,
            Family::V6 => self.ask(name, RecordType::AAAA).await?,
            Family::PreferV4 => self.ask_both(name, [RecordType::A, RecordType::AAAA]).await?,
            Family::PreferV6 => self.ask_both(name, [RecordType::AAAA, RecordType::A]).await?,
        };
        if found.is_empty() { Err(no_address(name)) } else { Ok(found) }
    }

    /// What the hosts file says, in the wanted order: where it knows a name, nobody else is asked.
    fn held(&self, name: &str, family: Family) -> Vec<IpAddr> {
        let Ok(name) = Name::from_ascii(name) else { return Vec::new() };
        let held = |kind| self.hosts.lookup_static_host(&Query::query(name.clone(), kind));
        let all = [RecordType::A, RecordType::AAAA].into_iter().filter_map(held);
        let mut all: Vec<IpAddr> = all.flat_map(|lookup| addresses(&lookup)).collect();
        all.retain(|ip| family.allows(*ip));
        all.sort_by_key(|ip| ip.is_ipv6() != (family == Family::PreferV6));
        all
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Found {
        match self.asking.lookup(name, kind).await {
            Ok(lookup) => Ok(addresses(&lookup)),
            Err(error) => none_or_failure(name, &error),
        }
    }

    /// Both at once, in the order of `kinds`.
    async fn ask_both(&self, name: &str, kinds: [RecordType; 2]) -> Found {
        let [first, second] = kinds;
        let (mut first, mut second) = (pin!(self.ask(name, first)), pin!(self.ask(name, second)));
        let (first, second) = tokio::select! {
            biased;
            found = &mut first => {
                let other = other(&found, second).await;
                (found, other)
            }
            found = &mut second => {
                let other = other(&found, first).await;
                (other, found)
            }
        };
        together(first, second)
    }
}

/// What else is found: where something is, it has little time left.
async fn other(found: &Found, asking: impl Future<Output = Found>) -> Found {
    match found {
        Ok(found) if !found.is_empty() => {
            timeout(RESOLUTION_DELAY, asking).await.unwrap_or_else(|_| Ok(Vec::new()))
        }
        _ => asking.await,
    }
}

/// Any address is better than none; a server of ours that is gone explains less than what another one said.
fn together(first: Found, second: Found) -> Found {
    match (first, second) {
        (Ok(mut all), Ok(more)) => {
            all.extend(more);
            Ok(all)
        }
        (Ok(some), Err(_)) | (Err(_), Ok(some)) if !some.is_empty() => Ok(some),
        (Err(ours), Err(theirs)) if matches!(ours.cause, Cause::Ours(_)) => Err(theirs),
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    }
}

fn addresses(lookup: &Lookup) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = Vec::new();
    for ip in lookup.answers().iter().filter_map(|record| record.data.ip_addr()) {
        if !all.contains(&ip) {
            all.push(ip);
        }
    }
    all
}

fn build(servers: &[SocketAddr]) -> Result<TokioResolver, NetError> {
    let mut builder = if servers.is_empty() {
        TokioResolver::builder_tokio()?
    } else {
        let servers = servers.iter().map(name_server).collect();
        let config = ResolverConfig::from_parts(None, vec![], servers);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    };
    let options = builder.options_mut();
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    builder.build()
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let at_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    NameServerConfig::new(
        address.ip(),
        true,
        [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(at_port).into(),
    )
}

fn none_or_failure(name: &str, error: &NetError) -> Found {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError => Ok(Vec::new()),
            ResponseCode::NXDomain => Err(no_such_name(name)),
            code => Err(refused(name, code)),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => Err(refused(name, *code)),
        other => Err(unanswered(name, other)),
    }
}

/// The library does not always say why it could not even ask: whether we can still open a socket tells.
fn unanswered(name: &str, error: &NetError) -> Failure {
    match UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)) {
        Err(error) if super::failure::is_ours(&error) => io_failure(Phase::Resolve, &error),
        _ => Failure::ours(Ours::ResolverGone, format!("our resolver gives no answer for {name}: {error}")),
    }
}

fn no_such_name(name: &str) -> Failure {
    Failure::theirs(Fault::NoSuchName, format!("the name {name} does not exist (NXDOMAIN)"))
}

fn refused(name: &str, code: ResponseCode) -> Failure {
    Failure::theirs(Fault::ResolveFailed, format!("the resolver answered {code} for {name}"))
}

fn no_address(name: &str) -> Failure {
    Failure::theirs(Fault::NoAddress, format!("the name {name} has no address of the wanted family"))
}
