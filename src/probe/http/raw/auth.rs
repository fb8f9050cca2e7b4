//! How is a log-in written?

use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::raw::{Door, Field, Secret, SecretSource, TextSource};

/// How we log in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(deny_unknown_fields)]
pub(crate) enum RawAuth {
    /// With a user and a password.
    Basic(RawBasic),
    /// With a token.
    Bearer(Field<SecretSource>),
}

/// A user and a password.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawBasic {
    /// The user: text, with `${env:NAME}` in it, or `{file: path}`.
    user: Field<TextSource>,
    /// The password: `${env:NAME}` or `{file: path}`.
    password: Field<SecretSource>,
}

impl RawAuth {
    /// What `Authorization` says.
    pub(crate) fn value(self, door: &mut Door<'_>) -> Option<Secret> {
        match self {
            Self::Bearer(token) => Some(Secret::new(format!("Bearer {}", door.secret(token)?.expose()))),
            Self::Basic(basic) => {
                let span = basic.user.span();
                let (user, password) = (door.text(basic.user), door.secret(basic.password));
                let user = user?;
                if user.expose().contains(':') {
                    door.problem(span, "a user of basic authentication has no colon", "write the user alone");
                }
                let pair = format!("{}:{}", user.expose(), password?.expose());
                let encoded = STANDARD.encode(pair);
                door.keep(&encoded);
                Some(Secret::new(format!("Basic {encoded}")))
            }
        }
    }
}
