//! Which services does somebody want to see?

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use url::form_urlencoded::{Serializer, parse};

use super::scene::Scene;
use crate::{
    model::{ServiceOutline, Slug},
    serve::{board::ServiceStanding, sites::Elsewhere},
};

/// What was asked for; empty where it does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) text: String,
    pub(super) state: String,
    pub(super) tier: String,
    pub(super) owner: String,
    /// Another site that watches them too.
    pub(super) site: String,
    /// Which page of them, counted from 1.
    pub(super) page: usize,
}

impl Filter {
    /// No word that is asked for is longer.
    const LONGEST: usize = 100;

    pub(super) fn parse(query: &str) -> Self {
        let mut filter = Self { page: 1, ..Self::default() };
        for (key, value) in parse(query.as_bytes()) {
            let value: String = value.trim().chars().take(Self::LONGEST).collect();
            match &*key {
                "q" => filter.text = value,
                "state" => filter.state = value,
                "tier" => filter.tier = value,
                "owner" => filter.owner = value,
                "site" => filter.site = value,
                "page" => filter.page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
                _ => {}
            }
        }
        filter
    }

    /// Whether it leaves anything out.
    pub(super) fn is_any(&self) -> bool {
        self.words().into_iter().any(|(_, value)| !value.is_empty())
    }

    /// The way to a page of the same.
    pub(super) fn link(&self, page: usize) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.words().into_iter().filter(|(_, value)| !value.is_empty()));
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        Some(query.finish())
            .filter(|query| !query.is_empty())
            .map_or_else(|| "/".into(), |query| format!("/?{query}"))
    }

    /// Whether a service is one of those. Whoever may not know owner and tier cannot find them out by asking.
    pub(super) fn admits(&self, scene: &Scene, service: &ServiceStanding) -> bool {
        let plan = scene.standing.plan_of(service).filter(|_| scene.sees_all());
        let is = |asked: &str, told: Option<&str>| asked.is_empty() || told == Some(asked);
        let owner = plan.and_then(|plan| plan.owner.as_deref());
        is(&self.state, Some(service.state.label()))
            && is(&self.tier, plan.and_then(|plan| plan.tier.as_deref()))
            && is(&self.owner, owner)
            && self.is_watched_there(scene, service)
            && self.names(&[&service.title, service.service.as_str(), owner.unwrap_or_default()])
    }

    /// What is asked for, each under its key.
    fn words(&self) -> [(&'static str, &str); 5] {
        [
            ("q", &self.text),
            ("state", &self.state),
            ("tier", &self.tier),
            ("owner", &self.owner),
            ("site", &self.site),
        ]
    }

    fn is_watched_there(&self, scene: &Scene, service: &ServiceStanding) -> bool {
        let sites = scene.sees_all().then_some(&scene.sites);
        let there = |sites: &Arc<BTreeMap<Slug, Elsewhere>>| {
            let site = sites.iter().find(|(name, _)| name.as_str() == self.site);
            site.is_some_and(|(_, site)| site.services.contains_key(&service.service))
        };
        self.site.is_empty() || sites.is_some_and(there)
    }

    fn names(&self, words: &[&str]) -> bool {
        let text = self.text.to_lowercase();
        text.is_empty() || words.iter().any(|word| word.to_lowercase().contains(&text))
    }
}

/// What `of` says of the services that may be asked for, none twice.
pub(super) fn choices(scene: &Scene, of: fn(&ServiceOutline) -> Option<&String>) -> Vec<&str> {
    let services: &[ServiceOutline] = if scene.sees_all() { &scene.outline().services } else { &[] };
    let all: BTreeSet<&str> = services.iter().filter_map(of).map(String::as_str).collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_was_asked() {
        let asked = Filter::parse("q=e%26+<b>&state=down&page=3&evil=x&tier=&owner=EPR+on-call");
        assert_eq!((asked.text.as_str(), asked.page, asked.owner.as_str()), ("e& <b>", 3, "EPR on-call"));
        assert_eq!(Filter::parse(asked.link(3).trim_start_matches("/?")), asked);
        assert_eq!(Filter::parse("page=-1&q=%20").link(1), "/");
        assert_eq!(Filter::parse(&format!("q={}", "é".repeat(500))).text.chars().count(), 100);
    }

    #[test]
    fn names_are_found_in_any_letters() {
        let asked = Filter { text: "REC".into(), ..Filter::default() };
        assert!(asked.names(&["Electronic patient record", "epr"]) && !asked.names(&["epr"]));
    }
}
