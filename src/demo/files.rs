//! Which files does the demo carry along, so that it runs without its source tree?

/// The authority that signs the hospital's certificates.
pub(super) const CA: &str = include_str!("ca.pem");
/// Its key, which is public.
pub(super) const CA_KEY: &str = include_str!("ca.key");
const TOKEN: &str = include_str!("token");

/// The shipped `probes.yaml`, which watches the demo.
pub const PROBES: &str = include_str!("../../probes.yaml");

/// What it names: path and text.
pub const FILES: [(&str, &str); 4] = [
    ("src/demo/ca.pem", CA),
    ("src/demo/client.pem", include_str!("client.pem")),
    ("src/demo/client.key", include_str!("client.key")),
    ("src/demo/token", TOKEN),
];

/// What a bearer must show to the patient record's interface.
pub(super) fn token() -> &'static str {
    TOKEN.trim()
}
