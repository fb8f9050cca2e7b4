//! What does the hospital's sign-in answer? Who it is, at whatever name it is asked by, and the key by which it signs.

use bytes::Bytes;
use hyper::{Request, StatusCode, header::HOST, http::uri::Authority};

use super::{
    Ailment,
    pages::{JSON, Page, answered},
};

const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"2026","use":"sig","alg":"ES256",
"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

pub(super) fn page(request: &Request<Bytes>, ailment: Option<Ailment>) -> Page {
    match request.uri().path() {
        "/hospital/.well-known/openid-configuration" => answered(StatusCode::OK, JSON, itself(request)),
        "/hospital/keys" if ailment == Some(Ailment::SaysFail) => {
            answered(StatusCode::OK, JSON, r#"{"keys":[]}"#.to_owned())
        }
        "/hospital/keys" => answered(StatusCode::OK, JSON, KEYS.to_owned()),
        _ => answered(StatusCode::NOT_FOUND, JSON, r#"{"error":"not_found"}"#.to_owned()),
    }
}

fn itself(request: &Request<Bytes>) -> String {
    let written = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or(written).unwrap_or_default();
    let issuer = format!("https://{host}/hospital");
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/in","token_endpoint":"{issuer}/token",
"jwks_uri":"{issuer}/keys","response_types_supported":["code"],"subject_types_supported":["public"],
"grant_types_supported":["authorization_code"],"scopes_supported":["openid","profile"],
"id_token_signing_alg_values_supported":["ES256"]}}"#
    )
}
