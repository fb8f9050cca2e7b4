//! How does `tls_config` read in our words?

use super::{
    Map, Pen,
    node::{one, text},
};
use crate::{
    blackbox::file::{GoVersion, RawTls, got, is_on},
    raw::{Field, Node, Span},
};

/// The settings of `tls:`; `None` where they would say nothing. `name` wins where the file names no server.
pub(super) fn settings(
    raw: Option<&Field<RawTls>>,
    name: Option<&Node>,
    at: Span,
    pen: &mut Pen,
) -> Option<Node> {
    let span = raw.map_or(at, Field::span);
    let mut map = Map::new(span);
    let written = got(raw).cloned().unwrap_or_default();
    for inline in [&written.ca, &written.cert, &written.key].into_iter().flatten() {
        pen.cannot::<()>(inline.span(), "a certificate or key must stand in a file of its own");
    }
    let path = |field: &Option<Field<String>>| Some(text(field.as_ref()?.span(), field.as_ref()?.get()?));
    map.put("server_name", path(&written.server_name).or_else(|| name.cloned()));
    map.put("ca", path(&written.ca_file));
    map.put("client", client(&written, pen));
    map.put("minimum", minimum(&written, pen));
    map.some()
}

fn client(raw: &RawTls, pen: &mut Pen) -> Option<Node> {
    let (certificate, key) = (raw.cert_file.as_ref(), raw.key_file.as_ref());
    let (Some(certificate), Some(key)) = (certificate, key) else {
        let lonely = certificate.or(key)?;
        return pen.cannot(lonely.span(), "a client certificate needs both `cert_file` and `key_file`");
    };
    let mut client = Map::new(certificate.span());
    client.put("certificate", text(certificate.span(), certificate.get()?));
    client.put("key", one(key.span(), "file", text(key.span(), key.get()?)));
    Some(client.node())
}

fn minimum(raw: &RawTls, pen: &mut Pen) -> Option<Node> {
    if let Some(most) = raw.max_version.as_ref().filter(|most| most.get() != Some(&GoVersion::Tls13)) {
        pen.cannot::<()>(most.span(), "the newest version of TLS cannot be left out here (`max_version`)");
    }
    let least = raw.min_version.as_ref()?;
    match least.get()? {
        GoVersion::Tls13 => return Some(text(least.span(), "TLS 1.3")),
        GoVersion::Tls12 => {}
        GoVersion::Tls10 | GoVersion::Tls11 => {
            pen.otherwise(least.span(), "TLS 1.0 and 1.1 are not spoken here: TLS 1.2 is the least");
        }
    }
    None
}

/// Whether a server that nobody vouches for will do; never for a secret of ours.
pub(super) fn anybody(raw: Option<&Field<RawTls>>, with_secret: bool, pen: &mut Pen) {
    let Some(skip) = got(raw).and_then(|raw| raw.insecure_skip_verify.as_ref()) else { return };
    let client = got(raw).is_some_and(|raw| raw.cert_file.is_some());
    if is_on(Some(skip)) && (with_secret || client) {
        let why = "no secret of ours is sent to a server that nobody vouches for: name its CA, or its own \
                   certificate, as `ca_file`, and leave `insecure_skip_verify` out";
        pen.cannot::<()>(skip.span(), why);
    }
}
