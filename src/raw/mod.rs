//! What was written, where, and what is wrong with it? Pure: nodes of a file with their places, fields, problems.
//!
//! Text becomes a tree ([`yaml::read`] → [`Node`]), the tree becomes a *raw shape* ([`Door::read`]), and the raw shape
//! becomes a checked value in one function that is given a [`Door`]. All that is wrong is told at once; a plan with
//! problems is refused as a whole, so that whoever meets a bad field just goes on.
//!
//! # How a kind of probe uses it
//!
//! A raw shape mirrors the file and derives `Deserialize` and `JsonSchema`; its doc comments become the schema's
//! descriptions and `docs/configuration.md`. Its members are `Field<T>` where the key must be written and
//! `Option<Field<T>>` where it may be left out; nothing else, and neither `serde(default)`, `alias`, `flatten`,
//! `untagged` nor `deny_unknown_fields`: the reader itself tells unknown keys (with the nearest known one), missing
//! keys, keys written twice and values of the wrong kind, each at its place, and reads on. `schemars` alone is told
//! `deny_unknown_fields`, so that editors see them too, and `#[schemars(extend("default" = …))]` names a default.
//!
//! Keys that many shapes share are a shape of their own, and a *part* of those: one member a struct, under the name `<<`.
//! A part may have a part. Its keys are read, told and shown as if they stood in the struct itself:
//!
//! ```text
//! #[serde(rename = "<<")]
//! #[schemars(flatten)]
//! route: RawRoute,
//! ```
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use wardround::model::Endpoint;
//! use wardround::raw::{Door, Field, Given, Lapse, OneOrMany, Pattern, Secret, SecretSource};
//!
//! /// A knock at a door.
//! #[derive(Deserialize, JsonSchema)]
//! #[schemars(deny_unknown_fields)]
//! pub struct RawKnock {
//!     /// Where to knock.
//!     address: Field<Endpoint>,
//!     /// What to say to be let in.
//!     password: Option<Field<SecretSource>>,
//!     /// What must be so, or the look is down.
//!     expect: Option<Field<RawExpect>>,
//! }
//!
//! /// What is expected of the answer.
//! #[derive(Deserialize, JsonSchema)]
//! #[schemars(deny_unknown_fields)]
//! pub struct RawExpect {
//!     /// The answer matches each of these.
//!     answer: Option<Field<OneOrMany<Pattern>>>,
//!     /// It comes within this time.
//!     #[schemars(extend("default" = "1s"))]
//!     within: Option<Field<Lapse>>,
//! }
//!
//! struct Knock {
//!     address: Endpoint,
//!     password: Option<Secret>,
//!     answers: Vec<Pattern>,
//! }
//!
//! fn parse(raw: RawKnock, door: &mut Door<'_>) -> Option<Knock> {
//!     let expect = raw.expect.and_then(Field::good);
//!     if let Some(within) = expect.as_ref().and_then(|expect| expect.within.as_ref())
//!         && within.get().is_some_and(|lapse| lapse.0.is_zero())
//!     {
//!         door.problem(within.span(), "no answer comes in no time", "write at least \"1ms\"");
//!     }
//!     Some(Knock {
//!         password: raw.password.and_then(|source| door.secret(source)), // before the `?`, so that it is checked too
//!         answers: expect.and_then(|expect| expect.answer?.good()).map_or(Vec::new(), OneOrMany::good),
//!         address: raw.address.good()?,
//!     })
//! }
//!
//! // In a test: text in, the checked value or the exact words out.
//! let given = Given::default().variable("PW", "sesame");
//! let right = "{address: 'epr:443', password: '${env:PW}', expect: {answer: ^Come in}}";
//! let knock = given.check(right, parse).unwrap();
//! assert_eq!(knock.password.unwrap().expose(), "sesame");
//!
//! let problems = given.check("{adress: 'epr:443', expect: {within: 0s}}", parse).err().unwrap();
//! assert_eq!(problems.len(), 2);
//! assert!(problems.to_string().contains("did you mean `address`?"));
//! ```
//!
//! What must hold stands under `expect:`, what should hold under `warn:`, both of one shape: so one value may have two
//! bounds (`expect: {expires_in: 7d}, warn: {expires_in: 21d}`) and no value carries its weight with it.
//!
//! # What a member may be
//!
//! | type | written as |
//! |---|---|
//! | `String`, `bool`, `u16`, `f64`, … | text, truth, number; a number where text is wanted is refused: quote it |
//! | `serde_json::Value` | anything, as for `equals` |
//! | an enum that derives `Deserialize` | its variant's name, or a map of one entry |
//! | a struct that derives `Deserialize` | a map |
//! | [`Endpoint`](crate::model::Endpoint), [`Host`](crate::model::Host), [`Slug`](crate::model::Slug) | text |
//! | [`Lapse`] | `500ms`, `30s`, `1m 30s`, `21d`; never a bare number |
//! | [`Pattern`], [`BytePattern`] | a regular expression; the same text is compiled once and shared |
//! | [`Statuses`] | `200`, `2xx`, `200-299`, or a list of them |
//! | [`SecretSource`] | `${env:NAME}` or `{file: path}`, never in clear: [`Door::secret`] |
//! | [`HashSource`] | the same, or the hash itself: [`Door::hash`] |
//! | [`TextSource`] | text with `${env:NAME}` in it, or `{file: path}`: [`Door::text`] |
//! | [`OneOrMany<T>`](OneOrMany) | one `T`, or a list of `T`; each item is a [`Field`] |
//! | [`Entries<T>`](Entries) | a map with free names: [`Key`]s and [`Field`]s in the order written |
//! | [`Brief<B, F>`](Brief) | `B` where no map stands, else `F`: `Sign in` or `{contains: Sign in}` |
//!
//! A type of your own that is written as text implements `Deserialize` by hand and refuses with
//! `D::Error::custom(Refusal::new("what is wrong").cure("what to write instead"))`. A problem between two keys is told
//! with [`Door::problem`]; one that points at both with [`Door::tell`] and [`Problem::beside`]. A file (a CA bundle) is
//! read with [`Door::file`]; what is dear to build and alike for many probes (a TLS configuration) with [`Door::once`].

mod access;
mod broken;
mod de;
mod door;
mod fetch;
mod field;
mod given;
mod key;
mod lapse;
mod node;
mod pattern;
mod problem;
mod refusal;
mod render;
mod secret;
mod several;
mod shape;
mod span;
mod statuses;
mod text;
mod words;
pub mod yaml;

pub(crate) use text::{Writing, written_as_text};
pub(crate) use words::{advice, has_password, is_secret, listed, nearest};

pub use door::{Common, Door, Outside};
pub use field::Field;
pub use given::Given;
pub use lapse::Lapse;
pub use node::{Key, Node, Value};
pub use pattern::{BytePattern, Pattern};
pub use problem::{Problem, Problems, Told};
pub use refusal::Refusal;
pub use secret::{HashSource, Secret, SecretSource, TextPart, TextSource};
pub use several::{Brief, Entries, OneOrMany};
pub use span::Span;
pub use statuses::Statuses;
