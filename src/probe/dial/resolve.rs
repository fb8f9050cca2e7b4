//! Which addresses does a name have, right now? Nothing is cached: a stale answer would hide an outage.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::op::ResponseCode,
};

use super::Family;
use crate::model::{Failure, Fault, Ours};

/// Resolves names by the configured servers or the system's, the hosts file first.
pub(crate) struct Resolver {
    both: TokioResolver,
    v4: TokioResolver,
    v6: TokioResolver,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resolver")
    }
}

impl Resolver {
    pub(crate) fn new(servers: &[SocketAddr]) -> Result<Self, String> {
        let build = |strategy| build(servers, strategy).map_err(|error| error.to_string());
        Ok(Self {
            both: build(LookupIpStrategy::Ipv4AndIpv6)?,
            v4: build(LookupIpStrategy::Ipv4Only)?,
            v6: build(LookupIpStrategy::Ipv6Only)?,
        })
    }

    /// The addresses of `name`, in the order in which they are to be tried. Never empty.
    pub(crate) async fn addresses(&self, name: &str, family: Family) -> Result<Vec<IpAddr>, Failure> {
        let resolver = match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
            Family::PreferV4 | Family::PreferV6 => &self.both,
        };
        let found = resolver.lookup_ip(name).await.map_err(|error| failure(name, &error))?;
        let mut addresses: Vec<IpAddr> = found.iter().collect();
        addresses.sort_by_key(|ip| ip.is_ipv6() != (family == Family::PreferV6));
        addresses.dedup();
        if addresses.is_empty() { Err(no_address(name)) } else { Ok(addresses) }
    }
}

fn build(servers: &[SocketAddr], strategy: LookupIpStrategy) -> Result<TokioResolver, NetError> {
    let mut builder = if servers.is_empty() {
        TokioResolver::builder_tokio()?
    } else {
        let servers = servers.iter().map(name_server).collect();
        let config = ResolverConfig::from_parts(None, vec![], servers);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    };
    let options = builder.options_mut();
    options.cache_size = 0;
    options.ip_strategy = strategy;
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

fn failure(name: &str, error: &NetError) -> Failure {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NXDomain => {
            Failure::theirs(Fault::NoSuchName, format!("the name {name} does not exist (NXDOMAIN)"))
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NoError => {
            no_address(name)
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) => refused(name, none.response_code),
        NetError::Dns(DnsError::ResponseCode(code)) => refused(name, *code),
        NetError::Io(error) if super::failure::is_ours(error) => {
            super::io_failure(crate::model::Phase::Resolve, error)
        }
        other => {
            Failure::ours(Ours::ResolverGone, format!("our resolver gives no answer for {name}: {other}"))
        }
    }
}

fn refused(name: &str, code: ResponseCode) -> Failure {
    Failure::theirs(Fault::ResolveFailed, format!("the resolver answered {code} for {name}"))
}

fn no_address(name: &str) -> Failure {
    Failure::theirs(Fault::NoAddress, format!("the name {name} has no address of the wanted family"))
}
