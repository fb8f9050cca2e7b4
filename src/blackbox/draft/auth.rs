//! How does a log-in read in our words?

use super::{
    Map, Pen,
    node::{one, text},
};
use crate::{
    blackbox::file::{RawBasic, RawHttp, Text, got},
    raw::{Field, Node, Span},
};

/// The settings of `auth:`, and a header `Authorization` where no other way leads there.
pub(super) fn settings(raw: &RawHttp, headers: &mut Map, pen: &mut Pen) -> Option<Node> {
    if let Some(oauth2) = &raw.oauth2 {
        return pen.cannot(oauth2.span(), "OAuth 2.0 is not done here yet (`oauth2`)");
    }
    if let Some(basic) = &raw.basic_auth {
        return basic_auth(basic.span(), basic.get()?, pen);
    }
    if let Some(authorization) = &raw.authorization {
        let written = authorization.get()?;
        let scheme = got(written.scheme.as_ref()).map_or("Bearer", String::as_str).trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            let token = source("TOKEN", written.credentials.as_ref(), written.credentials_file.as_ref(), pen);
            return token.map(|token| one(token.span, "bearer", token));
        }
        let Some(credentials) = &written.credentials else {
            return pen.cannot(authorization.span(), "credentials of this type must not stand in a file");
        };
        let value = format!("{scheme} {}", credentials.get()?.0);
        headers.put("Authorization", pen.secret(credentials.span(), "AUTHORIZATION", &value));
        return None;
    }
    let token = source("TOKEN", raw.bearer_token.as_ref(), raw.bearer_token_file.as_ref(), pen);
    token.map(|token| one(token.span, "bearer", token))
}

fn basic_auth(span: Span, basic: &RawBasic, pen: &mut Pen) -> Option<Node> {
    let user = match (&basic.username, &basic.username_file) {
        (Some(user), _) => Some(pen.plain(user.span(), "USER", &user.get()?.0)),
        (None, Some(file)) => Some(one(file.span(), "file", text(file.span(), file.get()?))),
        (None, None) => None,
    };
    let password = source("PASSWORD", basic.password.as_ref(), basic.password_file.as_ref(), pen);
    let (Some(user), Some(password)) = (user, password) else {
        return pen.cannot(span, "a log-in needs a user and a password here");
    };
    let mut map = Map::new(span);
    map.put("user", user);
    map.put("password", password);
    Some(one(span, "basic", map.node()))
}

/// Where a secret is to be found.
fn source(
    what: &str,
    clear: Option<&Field<Text>>,
    file: Option<&Field<String>>,
    pen: &mut Pen,
) -> Option<Node> {
    match (clear, file) {
        (Some(clear), _) => {
            let text = &clear.get()?.0;
            (!text.is_empty()).then(|| pen.secret(clear.span(), what, text))
        }
        (None, Some(file)) => Some(one(file.span(), "file", text(file.span(), file.get()?))),
        (None, None) => None,
    }
}
