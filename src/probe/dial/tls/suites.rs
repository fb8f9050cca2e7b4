//! How are versions and cipher suites called, and which old ones may a server still know?

use rustls::{CipherSuite, ProtocolVersion};

/// What a version is called.
pub(super) fn version(version: ProtocolVersion) -> &'static str {
    match version {
        ProtocolVersion::TLSv1_3 => "TLS 1.3",
        ProtocolVersion::TLSv1_2 => "TLS 1.2",
        ProtocolVersion::TLSv1_1 => "TLS 1.1",
        ProtocolVersion::TLSv1_0 => "TLS 1.0",
        ProtocolVersion::SSLv3 => "SSL 3.0",
        _ => "unknown",
    }
}

/// A cipher suite's IANA name, or its number where it has none that we know.
pub(super) fn cipher(suite: CipherSuite) -> String {
    match suite.as_str() {
        Some(name) => name.replacen("TLS13_", "TLS_", 1),
        None => format!("0x{:04X}", u16::from(suite)),
    }
}

/// What the plaintext hello offers, the best first: by far more than we would speak, so that the server names what it has.
pub(super) const OFFERED: [u16; 46] = [
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, // ECDHE with AES-GCM or ChaCha20
    0xc023, 0xc027, 0xc024, 0xc028, 0xc009, 0xc013, 0xc00a, 0xc014, // ECDHE with AES-CBC
    0x009e, 0x009f, 0xccaa, 0x0067, 0x006b, 0x0033, 0x0039, // DHE with an RSA key
    0x00a2, 0x00a3, 0x0040, 0x006a, 0x0032, 0x0038, // DHE with a DSA key
    0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035, // RSA key exchange with AES
    0x0041, 0x0084, 0x0096, // RSA key exchange with Camellia or SEED
    0xc008, 0xc012, 0x0016, 0x000a, // 3DES
    0xc007, 0xc011, 0x0005, 0x0004, // RC4
    0x0009, // DES
    0x00ff, // and that we would know a renegotiation
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_iana() {
        assert_eq!(cipher(CipherSuite::TLS13_AES_256_GCM_SHA384), "TLS_AES_256_GCM_SHA384");
        assert_eq!(cipher(CipherSuite::from(0x002f)), "TLS_RSA_WITH_AES_128_CBC_SHA");
        assert_eq!(cipher(CipherSuite::from(0x1399)), "0x1399");
        assert!(OFFERED.iter().all(|suite| CipherSuite::from(*suite).as_str().is_some()));
        assert_eq!(version(ProtocolVersion::from(0x0301)), "TLS 1.0");
    }
}
