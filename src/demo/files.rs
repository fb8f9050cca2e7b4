//! Which files does the demo carry along, so that it runs without its source tree?

/// The authority that signs the hospital's certificates.
pub(super) const CA: &str = include_str!("ca.pem");
/// Its key, which is public.
pub(super) const CA_KEY: &str = include_str!("ca.key");
const CLIENT: &str = include_str!("client.pem");
const CLIENT_KEY: &str = include_str!("client.key");
const TOKEN: &str = include_str!("token");

/// The text of a file that the shipped `probes.yaml` names.
pub fn file(path: &str) -> Option<&'static str> {
    match path {
        "src/demo/ca.pem" => Some(CA),
        "src/demo/client.pem" => Some(CLIENT),
        "src/demo/client.key" => Some(CLIENT_KEY),
        "src/demo/token" => Some(TOKEN),
        _ => None,
    }
}

/// What a bearer must show to the patient record's interface.
pub(super) fn token() -> &'static str {
    TOKEN.trim()
}
