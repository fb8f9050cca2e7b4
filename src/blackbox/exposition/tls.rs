//! What does a handshake leave? The chain is told whatever it is worth.

use super::Page;
use crate::model::{Certificate, TlsFacts};

pub(super) fn write(facts: &TlsFacts, page: &mut Page) {
    if let Some(version) = facts.version {
        let help = "Returns the TLS version used or NaN when unknown";
        page.by("probe_tls_version_info", help, &[("version", version)], true);
    }
    if let Some(end) = facts.not_after() {
        let help = "Returns last SSL chain expiry in unixtime";
        page.put("probe_ssl_earliest_cert_expiry", help, end.as_seconds());
        if facts.distrust.is_none() {
            let help = "Returns last SSL chain expiry in timestamp";
            page.put("probe_ssl_last_chain_expiry_timestamp_seconds", help, end.as_seconds());
        }
    }
    if let Some(own) = facts.chain.first() {
        leaf(own, page);
    }
}

fn leaf(own: &Certificate, page: &mut Page) {
    let named: Vec<&str> = own.names.iter().map(String::as_str).filter(|name| !is_address(name)).collect();
    let labels = [
        ("fingerprint_sha256", own.sha256.as_str()),
        ("subject", &own.subject),
        ("issuer", &own.issuer),
        ("subjectalternative", &named.join(",")),
        ("serialnumber", own.serial.trim_start_matches('0')),
    ];
    page.by("probe_ssl_last_chain_info", "Contains SSL leaf certificate information", &labels, true);
}

fn is_address(name: &str) -> bool {
    name.parse::<std::net::IpAddr>().is_ok()
}
