//! Which metrics does a probe leave? The names, labels, help and order of `blackbox_exporter`.

mod dns;
mod http;
mod icmp;
mod page;
mod tcp;
mod tls;

use std::{net::IpAddr, time::Duration};

use self::page::Page;
use super::{
    file::{Prober, RawModule},
    verdict::Verdict,
};
use crate::{
    model::{Details, Phase, Seen, Timeline},
    probe::Besides,
};

/// What came of a probe.
pub(super) struct Told<'a> {
    pub(super) module: &'a RawModule,
    pub(super) seen: &'a Seen,
    pub(super) besides: &'a Besides,
    pub(super) verdict: &'a Verdict,
}

impl Told<'_> {
    /// The metrics as text.
    pub(super) fn metrics(&self) -> String {
        let mut page = Page::default();
        let took = self.seen.timeline.total();
        page.put("probe_success", "Displays whether or not the probe was a success", self.verdict.success);
        let help = "Returns how long the probe took to complete in seconds";
        page.put("probe_duration_seconds", help, took.as_secs_f64());
        self.address(&mut page);
        match self.module.prober.get() {
            Some(Prober::Http) => http::write(self, &mut page),
            Some(Prober::Dns) => dns::write(self, &mut page),
            Some(Prober::Icmp) => icmp::write(self, &mut page),
            _ => tcp::write(self, &mut page),
        }
        page.text()
    }

    fn address(&self, page: &mut Page) {
        let lookup = self.lookup().as_secs_f64();
        let help = "Returns the time taken for probe dns lookup in seconds";
        page.put("probe_dns_lookup_time_seconds", help, lookup);
        let peer = self.besides.peer;
        let protocol: u32 = peer.map_or(0, |ip| if ip.is_ipv4() { 4 } else { 6 });
        page.put("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6", protocol);
        let help = "Specifies the hash of IP address. It's useful to detect if the IP address changes.";
        page.put("probe_ip_addr_hash", help, peer.map_or(0, hash));
    }

    /// How long it took to find the target's own address.
    fn lookup(&self) -> Duration {
        let spans = self.seen.timeline.spans().iter();
        let own = spans.filter(|span| span.hop == 0 && span.phase == Phase::Resolve);
        own.map(|span| span.ended.saturating_sub(span.began)).sum()
    }

    fn timeline(&self) -> &Timeline {
        &self.seen.timeline
    }

    fn details(&self) -> &Details {
        &self.seen.details
    }

    /// The time spent in all of these phases.
    fn spent(&self, phases: &[Phase]) -> f64 {
        phases.iter().filter_map(|phase| self.timeline().of(*phase)).sum::<Duration>().as_secs_f64()
    }
}

/// FNV-1a over the address.
fn hash(ip: IpAddr) -> u32 {
    let bytes = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_hash_that_dashboards_know() {
        assert_eq!(hash([127, 0, 0, 1].into()), 3_668_918_509);
    }
}
