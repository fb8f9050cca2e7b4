//! How is an address written that was used? With its port, unless the protocol has none.

use std::net::SocketAddr;

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

/// The address as people read it.
pub fn shown(peer: SocketAddr) -> String {
    if peer.port() == 0 { peer.ip().to_string() } else { peer.to_string() }
}

#[expect(clippy::ref_option, reason = "serde gives it so")]
pub(super) fn serialize<S: Serializer>(peer: &Option<SocketAddr>, serializer: S) -> Result<S::Ok, S::Error> {
    match peer {
        Some(peer) => serializer.collect_str(&shown(*peer)),
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SocketAddr>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let whole = text.parse().or_else(|_| text.parse().map(|ip| SocketAddr::new(ip, 0)));
    whole.map(Some).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use crate::model::Details;

    #[test]
    fn what_has_no_port_is_written_without_one() {
        for (peer, text) in [
            ("192.0.2.1:0", r#""192.0.2.1""#),
            ("[2001:db8::1]:0", r#""2001:db8::1""#),
            ("[2001:db8::1]:443", r#""[2001:db8::1]:443""#),
        ] {
            let details = Details { peer: Some(peer.parse().unwrap()), ..Details::default() };
            let written = serde_json::to_string(&details).unwrap();
            assert!(written.contains(&format!(r#""peer":{text}"#)), "{written}");
            assert_eq!(serde_json::from_str::<Details>(&written).unwrap(), details);
        }
        // As it was written before.
        let before: Details = serde_json::from_str(r#"{"peer": "192.0.2.1:0"}"#).unwrap();
        assert_eq!(before.peer, Some("192.0.2.1:0".parse().unwrap()));
        assert!(serde_json::from_str::<Details>(r#"{"peer": "gateway"}"#).is_err());
    }
}
