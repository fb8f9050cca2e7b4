//! How is somebody told that they are not signed in, and what to do? What went wrong between the provider and us is for the log.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::provider::Trouble;
use crate::{
    config::{Oidc, Plan},
    metrics::{Metrics, SignIn},
    probe::printable,
    serve::door::sign_in::{Form, page},
};

/// How much of an error is shown.
const SHOWN: usize = 60;

/// Why somebody is not signed in.
#[derive(Debug)]
pub(super) struct No {
    status: StatusCode,
    words: Cow<'static, str>,
    wait: Option<Duration>,
}

impl No {
    fn new(status: StatusCode, words: impl Into<Cow<'static, str>>) -> Self {
        Self { status, words: words.into(), wait: None }
    }

    /// Nothing here was waiting for whoever came back.
    pub(super) fn strange() -> Self {
        let words = "This sign-in was not begun in this browser, or more than ten minutes ago. Begin again.";
        Self::new(StatusCode::FORBIDDEN, words)
    }

    pub(super) fn random() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "This machine gives no random numbers.")
    }

    pub(super) fn wait(wait: Duration) -> Self {
        let words = format!("Too many attempts failed. Try again in {} s.", seconds(wait));
        Self { wait: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, words) }
    }

    /// The provider itself said no.
    pub(super) fn refused(oidc: &Oidc, error: &str) -> Self {
        let (title, error) = (&oidc.title, printable(error.as_bytes(), SHOWN));
        tracing::warn!(provider = oidc.issuer(), "a sign-in was refused by the provider: {error}");
        let words = match error.as_str() {
            "access_denied" => {
                format!("{title} did not let you in, or you turned back there. You can begin again.")
            }
            _ => format!(
                "{title} refused the sign-in ({error}). Begin again; if it stays so, tell whoever looks after it."
            ),
        };
        Self::new(StatusCode::FORBIDDEN, words)
    }

    /// It went wrong between the provider and us.
    pub(super) fn trouble(oidc: &Oidc, trouble: &Trouble) -> Self {
        let title = &oidc.title;
        let (Trouble::Silent(why) | Trouble::Stale(why) | Trouble::Wrong(why)) = trouble;
        tracing::warn!(provider = oidc.issuer(), "a sign-in by the provider failed: {why}");
        match trouble {
            Trouble::Silent(_) => {
                let words = format!("{title} does not answer just now. Try again in a moment.");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, words)
            }
            Trouble::Stale(_) => {
                let words =
                    format!("{title} says that this sign-in is too old, or was used already. Begin again.");
                Self::new(StatusCode::FORBIDDEN, words)
            }
            Trouble::Wrong(_) => {
                let words = format!(
                    "{title} and Wardround do not fit together, so nobody can sign in this way. Tell whoever looks after \
                     Wardround: its log says why."
                );
                Self::new(StatusCode::BAD_GATEWAY, words)
            }
        }
    }

    /// They are who they are, and that gives them nothing here.
    pub(super) fn role(oidc: &Oidc) -> Self {
        let groups: Vec<&str> = oidc.named_groups().collect();
        let words = format!(
            "{} knows you, but you are in no group that may see this. Ask to be put in one of these: {}.",
            oidc.title,
            groups.join(", ")
        );
        Self::new(StatusCode::FORBIDDEN, words)
    }

    /// The page that says so, from which somebody can begin again.
    pub(super) fn told(self, metrics: &Metrics, plan: &Plan, form: &Form) -> Response {
        let outcome = if self.wait.is_some() { SignIn::Delayed } else { SignIn::Refused };
        metrics.asked().signed_in(outcome);
        let mut response = page(plan, form, self.status, Some(&self.words));
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds(wait)));
        }
        response
    }
}

fn seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}
