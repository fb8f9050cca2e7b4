//! Where do people find more?

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::texts::Link;
use crate::{
    model::Links,
    raw::{Door, Field},
};

/// Where alerts send people who want to know more.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawLinks {
    /// A page with a heading for each alert, such as docs/runbooks.md: `#` and the alert's name in lower case follow it.
    runbooks: Option<Field<Link>>,
    /// The Grafana that has the dashboards: `/d/wardround-service?…` follows it.
    dashboards: Option<Field<Link>>,
}

impl RawLinks {
    /// The links, of which each can be followed by what is written behind it.
    pub(super) fn checked(self, door: &mut Door<'_>) -> Links {
        let ends = "the name of an alert is written behind this link, so it holds no `#`";
        let runbooks = open(self.runbooks, |url| url.fragment().is_some(), ends, door);
        let ends = "the path of a dashboard is written behind this link, so it holds no `?` and no `#`";
        let closed = |url: &Url| url.query().is_some() || url.fragment().is_some();
        let dashboards = open(self.dashboards, closed, ends, door);
        let trimmed = dashboards.map(|url| url.as_str().trim_end_matches('/').to_owned());
        Links { runbooks: runbooks.map(String::from), dashboards: trimmed }
    }
}

fn open(
    link: Option<Field<Link>>,
    closed: impl Fn(&Url) -> bool,
    why: &str,
    door: &mut Door<'_>,
) -> Option<Url> {
    let (span, link) = link.and_then(|link| Some((link.span(), link.good()?)))?;
    if closed(&link.0) {
        door.problem(span, why, "leave it out, with all that follows it");
    }
    Some(link.0)
}
