//! What is a kind of probe?

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::Looking;
use crate::{
    model::{Failure, Finding, Moment},
    raw::Door,
};

/// One way of looking. `exchange` alone touches the network; `judge` is pure.
pub(crate) trait Look: Sized + Send + Sync + 'static {
    /// The key in `probes.yaml` and the value of the label `kind`.
    const NAME: &'static str;
    /// Whether what answers is a clinical system, which is looked at gently: one look at a host at a time, and not often.
    const CLINICAL: bool = false;
    /// Its settings as they are written.
    type Raw: DeserializeOwned + JsonSchema;
    /// What came back, bounded.
    type Reply: Send;

    /// The only door: settings as written in, checked settings out, or problems at the door.
    fn parse(raw: Self::Raw, door: &mut Door<'_>) -> Option<Self>;

    /// What is looked at, for labels and pages: no query, no user, no secret.
    fn target(&self) -> String;

    /// The host that must not be pressed by too many looks at once.
    fn host(&self) -> Arc<str>;

    /// The names of its steps, if it goes in steps: each is a hop of its timeline, begun by `looking.watch.next_step`. They are words of
    /// ours or of the configuration, for they are a label of metrics.
    fn steps(&self) -> Vec<String> {
        Vec::new()
    }

    /// One exchange. Stamps its phases on `looking.watch`; fills `looking.details` as far as it comes. Dropped at
    /// the deadline, so whatever it opens must close when it is dropped.
    fn exchange(
        &self,
        looking: &mut Looking<'_>,
    ) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;

    /// Which expectations the reply broke, at the wall-clock time `at`; `Err` where the reply shows a failure after all
    /// (a credential of ours refused, say).
    fn judge(&self, reply: &Self::Reply, at: Moment) -> Result<Vec<Finding>, Failure>;
}

/// From the list of kinds: the enum, the names, parsing, the schema and the dispatch.
macro_rules! kinds {
    ($($name:ident: $type:ty,)*) => {
        /// How a probe looks: the checked settings of exactly one kind.
        #[derive(Debug, Clone)]
        pub struct Kind {
            settings: Settings,
            /// What was fetched for it from outside: told to nobody.
            secrets: std::sync::Arc<[crate::raw::Secret]>,
        }

        #[expect(non_camel_case_types, reason = "the variants are the keys of the configuration")]
        #[derive(Debug, Clone)]
        enum Settings { $($name(std::sync::Arc<$type>),)* }

        impl Kind {
            /// Every kind's key in `probes.yaml`, which is also the value of the label `kind`.
            pub const NAMES: &[&str] = &[$(<$type as Look>::NAME,)*];

            /// The settings below the key `name`, checked; `None` with problems at the door, or for a name that is no kind.
            pub(crate) fn parse(name: &str, node: &crate::raw::Node, door: &mut crate::raw::Door<'_>) -> Option<Self> {
                door.kept();
                let settings = match name {
                    $(stringify!($name) => {
                        let raw = door.read::<<$type as Look>::Raw>(node)?;
                        let checked = <$type as Look>::parse(raw, door)?;
                        Settings::$name(std::sync::Arc::new(checked))
                    })*
                    _ => return None,
                };
                Some(Self { settings, secrets: door.kept().into() })
            }

            /// The JSON Schema of the settings below each kind's key.
            pub(crate) fn schemas(generator: &mut schemars::SchemaGenerator) -> Vec<(&'static str, schemars::Schema)> {
                vec![$((<$type as Look>::NAME, generator.subschema_for::<<$type as Look>::Raw>()),)*]
            }

            /// The kind's key.
            pub fn name(&self) -> &'static str {
                match &self.settings { $(Settings::$name(_) => <$type as Look>::NAME,)* }
            }

            /// Whether what answers is a clinical system: one look at a host at a time, and not often.
            pub fn is_clinical(&self) -> bool {
                Self::names_clinical(self.name())
            }

            /// Whether the key `name` names a kind that looks at clinical systems.
            pub(crate) fn names_clinical(name: &str) -> bool {
                match name {
                    $(stringify!($name) => <$type as Look>::CLINICAL,)*
                    _ => false,
                }
            }

            /// What is looked at, for labels and pages: no query, no user, no secret.
            pub fn target(&self) -> String {
                match &self.settings { $(Settings::$name(settings) => settings.target(),)* }
            }

            /// The names of its steps, if it goes in steps: each is a hop of its timeline.
            pub fn steps(&self) -> Vec<String> {
                match &self.settings { $(Settings::$name(settings) => settings.steps(),)* }
            }

            /// The host that must not be pressed by too many looks at once.
            pub fn host(&self) -> std::sync::Arc<str> {
                match &self.settings { $(Settings::$name(settings) => settings.host(),)* }
            }
        }

        async fn look_by_kind(
            kind: &Kind,
            ask: Ask,
            agent: &Agent,
            closely: Option<Closely<'_>>,
        ) -> (crate::model::Seen, Besides) {
            let (mut seen, besides) = match &kind.settings {
                $(Settings::$name(settings) => looking::look_as(&**settings, ask, agent, closely).await,)*
            };
            redact::redact(&mut seen.outcome, &kind.secrets);
            redact::redact(&mut seen.outcome, &besides.secrets);
            (seen, besides)
        }
    };
}
pub(crate) use kinds;
