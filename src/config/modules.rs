//! Which modules of a `blackbox.yml` may be used, and on which targets?

use std::{path::Path, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{desk::Desk, gather, plan::Probe};
use crate::{
    blackbox::{Modules, Rule},
    model::Host,
    raw::{Field, OneOrMany},
};

/// The modules of a `blackbox.yml`: `/probe?target=…&module=…` answers for `blackbox_exporter`.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawModules {
    /// The `blackbox.yml`, unchanged; relative to this file, as are the paths in it to it.
    from: Field<String>,
    /// The targets that may be probed: a host with a port or without, `*.example.nhs.uk`, a range of addresses
    /// (`10.1.0.0/16`, for targets that are written as addresses), or how a URL begins. Left out: the hosts that the probes
    /// of this configuration look at.
    allow: Option<Field<OneOrMany<Rule>>>,
}

/// The modules that are written, for their targets; `None` if none are, or what is wrong was told.
pub(super) fn read(
    raw: Option<Field<RawModules>>,
    probes: &[Probe],
    servers: &[std::net::SocketAddr],
    base: &Path,
    desk: &mut Desk<'_>,
) -> Option<Arc<Modules>> {
    let raw = raw?.good()?;
    let path = base.join(raw.from.get()?);
    let bytes = gather::bytes(desk, &path, Some(raw.from.span()))?;
    let node = gather::tree(desk, &path, &bytes)?;
    let folder = path.parent().unwrap_or(base).to_owned();
    let modules = Modules::read(&node, &folder, &mut desk.door(&folder))?;
    for file in modules.files() {
        desk.digest.update(&file);
    }
    let allow = match raw.allow {
        Some(allow) => allow.good()?.good(),
        None => watched(probes),
    };
    Some(Arc::new(modules.allowing(allow, servers.to_vec())))
}

/// The hosts that are looked at anyway.
fn watched(probes: &[Probe]) -> Vec<Rule> {
    let of_url = |probe: &Probe| {
        let url = url::Url::parse(&probe.kind.target()).ok()?;
        url.host_str()?.parse::<Host>().ok()
    };
    let dialled = probes.iter().filter_map(|probe| probe.kind.host().parse::<Host>().ok());
    let mut hosts: Vec<Host> = dialled.chain(probes.iter().filter_map(of_url)).collect();
    hosts.sort_by_key(Host::to_string);
    hosts.dedup();
    hosts.into_iter().map(Rule::of_host).collect()
}
