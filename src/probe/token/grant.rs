//! What did the token server say? Pure.

use std::time::Duration;

use hyper::header::HeaderValue;
use serde_json::Value;

use crate::{
    model::{Failure, Fault, Moment, Ours},
    probe::http::{Refused, Reply},
    raw::Secret,
};

/// A token, and until when it is used.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// What `Authorization` says.
    pub(super) authorization: HeaderValue,
    pub(super) until: Moment,
}

/// How long a token is used of which nothing says how long it lasts: as long as SMART lets one last.
const UNSAID: Duration = Duration::from_mins(5);

/// The longest that a token is used.
const LONGEST: Duration = Duration::from_hours(24);

/// How long before its end a token is used no more, at most.
const MARGIN: Duration = Duration::from_mins(1);

/// What the reply to a request made `at` grants us.
pub(super) fn read(reply: &Reply, refused: Refused, at: Moment) -> Result<Grant, Failure> {
    if reply.status.is_success() {
        return granted(reply, at);
    }
    let status = reply.status;
    let mut words = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    words.truncate(words.trim_end().len());
    let error = error(reply);
    if let Some(error) = error {
        words = format!("{words}, {error}");
    }
    let is_ours = matches!(status.as_u16(), 401 | 403) || status.as_u16() == 400 && error.is_some();
    Err(match (is_ours, refused) {
        (true, Refused::Unknown) => {
            Failure::ours(Ours::CredentialRefused, format!("our credential was refused: {words}"))
        }
        _ => Failure::theirs(Fault::Rejected, format!("it grants no token: {words}")),
    })
}

fn granted(reply: &Reply, at: Moment) -> Result<Grant, Failure> {
    let text = |key: &str| reply.json().and_then(|body| body.get(key)?.as_str());
    let bearer = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let token = text("access_token").filter(|token| bearer && !token.is_empty());
    let authorization = token.and_then(|token| sealed(&Secret::new(format!("Bearer {token}"))));
    let Some(authorization) = authorization else {
        if reply.body.cut {
            let words =
                format!("its reply is larger than {} bytes, and is read no further", reply.body.bytes.len());
            return Err(Failure::theirs(Fault::TooLarge, words));
        }
        return Err(Failure::theirs(Fault::Malformed, "its reply holds no bearer token"));
    };
    Ok(Grant { authorization, until: at + used_for(reply.json().and_then(|body| body.get("expires_in"))) })
}

/// For how long a token is used that says that it lasts so many seconds; some servers write the number as text.
fn used_for(expires_in: Option<&Value>) -> Duration {
    let seconds = expires_in.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    let lasts = seconds.map_or(UNSAID, Duration::from_secs).min(LONGEST);
    lasts.saturating_sub(MARGIN.min(lasts / 10))
}

/// A value that does not print.
fn sealed(secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(secret.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The errors of OAuth 2.0 (RFC 6749, 5.2); what else a server says of itself is not shown.
fn error(reply: &Reply) -> Option<&'static str> {
    let said = reply.json()?.get("error")?.as_str()?;
    let known = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "access_denied",
    ];
    known.into_iter().find(|known| *known == said)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_used_no_longer_than_it_lasts() {
        let used = |value: Option<Value>| used_for(value.as_ref()).as_secs();
        assert_eq!(used(Some(json!(300))), 270);
        assert_eq!(used(Some(json!("3600"))), 3540);
        assert_eq!(used(None), 270);
        assert_eq!(used(Some(json!(-1))), 270);
        assert_eq!(used(Some(json!(0))), 0);
        assert_eq!(used(Some(json!(u64::MAX))), 24 * 3600 - 60);
    }
}
