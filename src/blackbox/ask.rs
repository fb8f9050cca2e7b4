//! How is a question answered? The module and the target are checked, then one look is taken, closely.

use std::sync::Arc;

use super::{
    Modules, Question, Refused,
    draft::Subject,
    exposition::Told,
    file::{Prober, got},
    modules::Module,
    question::patience,
    verdict::Verdict,
};
use crate::{
    model::{self, Endpoint, Host, Moment, Ours, Outcome, Seen},
    probe::{Ask, Besides, Closely, Kind, Place, look_closely},
};

/// What was probed, checked.
struct Target {
    /// As our kind wants it written.
    written: String,
    endpoint: Endpoint,
    place: Option<Place>,
}

/// A question that may be answered.
struct Errand<'a> {
    module: Arc<Module>,
    kind: Kind,
    ask: Ask,
    question: &'a Question,
}

impl Modules {
    /// The answer to `question`, asked at the wall-clock time `at` by a scraper that says in a header how many seconds it
    /// waits. It takes as long as the look.
    pub async fn answer(
        &self,
        question: &Question,
        waits: Option<&str>,
        at: Moment,
    ) -> Result<String, Refused> {
        let errand = self.errand(question, waits, at)?;
        let agent = self.agent().map_err(|why| Refused::new(503, format!("no resolver: {why}")))?;
        let fence = |place: &Place| self.permits(&place.endpoint, Some(place));
        let closely = Closely { fence: &fence, anybody: errand.module.trusts_anybody() };
        let (seen, besides) = look_closely(&errand.kind, errand.ask, agent, closely).await;
        match failure_of_ours(&seen.outcome) {
            Some(words) => Err(Refused::new(503, words)),
            None => Ok(errand.told(&seen, &besides)),
        }
    }

    fn errand<'a>(
        &self,
        question: &'a Question,
        waits: Option<&str>,
        at: Moment,
    ) -> Result<Errand<'a>, Refused> {
        let name = &question.module;
        let module =
            self.module(name).ok_or_else(|| Refused::new(400, format!("Unknown module {name:?}")))?;
        let timeout = got(module.raw.timeout.as_ref()).map(|timeout| timeout.0);
        let timeout = patience(timeout, waits)?;
        if question.target.is_empty() {
            return Err(Refused::new(400, "Target parameter is missing"));
        }
        if let Some(why) = module.lacks.first() {
            return Err(Refused::new(400, format!("The module {name:?} cannot be used here: {why}")));
        }
        let target = Target::read(module, &question.target).map_err(|why| Refused::new(400, why))?;
        if !self.permits(&target.endpoint, target.place.as_ref()) {
            let words =
                "This target may not be probed: `modules: {allow: …}` in the configuration does not name it";
            return Err(Refused::new(403, words));
        }
        let hostname = hostname(module, question)?;
        let subject = Subject { target: &target.written, hostname };
        let kind = self.kind(module, subject).map_err(|why| Refused::new(400, why))?;
        let ask = Ask { timeout, slow: None, at };
        Ok(Errand { module: Arc::clone(module), kind, ask, question })
    }

    fn permits(&self, endpoint: &Endpoint, place: Option<&Place>) -> bool {
        self.allow.iter().any(|rule| rule.permits(endpoint, place))
    }
}

/// What went wrong on our side, and says nothing of the target: a scrape that fails is told apart from a probe that does.
fn failure_of_ours(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Unknown { ours: Ours::CredentialRefused | Ours::NoRoute, .. } => None, // the target's answer; its address
        Outcome::Unknown { ours, words } => {
            Some(format!("The probe itself failed ({}): {words}", ours.label()))
        }
        _ => None,
    }
}

/// A host that the question names must not contradict the one that the module names.
fn hostname<'a>(module: &Module, question: &'a Question) -> Result<Option<&'a str>, Refused> {
    let Some(asked) = question.hostname.as_deref() else { return Ok(None) };
    let headers = got(module.raw.http.as_ref()).and_then(|http| got(http.headers.as_ref()));
    let mut hosts = headers.into_iter().flat_map(|entries| &entries.0);
    let other = hosts.any(|(key, value)| {
        key.text.eq_ignore_ascii_case("host") && value.get().is_some_and(|value| value.0 != asked)
    });
    if other {
        let words = "Host header defined both in module configuration and with URL-parameter 'hostname'";
        return Err(Refused::new(400, words));
    }
    Ok(Some(asked))
}

impl Target {
    /// What a question means by its target. What is checked here is what is dialled.
    fn read(module: &Module, text: &str) -> Result<Self, String> {
        match module.raw.prober.get() {
            Some(Prober::Http) => Self::url(text),
            Some(Prober::Dns) => Self::server(module, text),
            Some(Prober::Icmp) => Self::machine(text),
            _ => {
                let endpoint: Endpoint =
                    text.parse().map_err(|why| format!("The target is no host:port: {why}"))?;
                Ok(Self { written: endpoint.to_string(), endpoint, place: None })
            }
        }
    }

    fn url(text: &str) -> Result<Self, String> {
        let full = if text.starts_with("http://") || text.starts_with("https://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let place = Place::parse(&full).map_err(|why| {
            let words = why.to_string();
            format!("The target is no URL: {}", words.lines().next().unwrap_or_default())
        })?;
        Ok(Self { written: place.as_str().to_owned(), endpoint: place.endpoint.clone(), place: Some(place) })
    }

    /// It has no port.
    fn machine(text: &str) -> Result<Self, String> {
        let host: Host = text.parse().map_err(|why| format!("The target is no host: {why}"))?;
        Ok(Self { written: host.to_string(), endpoint: Endpoint { host, port: 0 }, place: None })
    }

    fn server(module: &Module, text: &str) -> Result<Self, String> {
        let over_tls =
            got(module.raw.dns.as_ref()).is_some_and(|dns| super::file::is_on(dns.dns_over_tls.as_ref()));
        let port = if over_tls { 853 } else { 53 };
        let endpoint = match text.parse::<Host>() {
            Ok(host) => Endpoint { host, port },
            Err(_) => text.parse().map_err(|why| format!("The target is no name server: {why}"))?,
        };
        Ok(Self { written: endpoint.to_string(), endpoint, place: None })
    }
}

impl Errand<'_> {
    fn told(&self, seen: &Seen, besides: &Besides) -> String {
        let verdict = Verdict::of(&self.module.raw, seen, besides);
        let metrics = Told { module: &self.module.raw, seen, besides, verdict: &verdict }.metrics();
        if self.question.debug { self.log(seen, &verdict, &metrics) } else { metrics }
    }

    /// The look in words, its metrics, and the module.
    fn log(&self, seen: &Seen, verdict: &Verdict, metrics: &str) -> String {
        let mut lines = vec![
            "Logs for the probe:".to_owned(),
            format!("{} {} within {:?}", self.kind.name(), self.kind.target(), self.ask.timeout),
        ];
        let peer = seen.details.peer.map(model::peer::shown);
        lines.extend(peer.map(|peer| format!("the address that was used last: {peer}")));
        for span in seen.timeline.spans() {
            let took = span.ended.saturating_sub(span.began);
            let hop = if span.hop == 0 { String::new() } else { format!(", redirect {}", span.hop) };
            lines.push(format!("{:>12.3?}  {}{hop}", took, span.phase.label()));
        }
        lines.extend(Some(seen.words()).filter(|words| !words.is_empty()));
        lines.extend(verdict.words.iter().cloned());
        lines.push(format!("the probe {}", if verdict.success { "succeeded" } else { "failed" }));
        let name = self.question.module.escape_debug();
        format!(
            "{}\n\n\n\nMetrics that would have been returned:\n{metrics}\n\n\nModule configuration:\n{name}:{}\n",
            lines.join("\n"),
            self.module.written
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::blackbox::tests::modules;

    const MODULES: &str = "modules: {h: {prober: http}, t: {prober: tcp}, d: {prober: dns, dns: {query_name: a}}, i: {prober: icmp}}";

    static ALL: LazyLock<Arc<Modules>> = LazyLock::new(|| modules(MODULES, &["epr.example", "10.0.0.0/8"]));

    /// Texts that look like targets, with all that confuses who reads a URL.
    const TARGETS: &str = r"(https?://)?[a-z0-9]{0,3}(epr\.example|10\.1\.2\.3|127\.1|evil)?[a-zA-Z0-9.:%@/\\#?\[\] \t\u{0}-\u{2}\u{ff0e}]{0,20}";

    proptest! {
        /// Whatever is asked, whoever is dialled is on the list.
        #[test]
        fn nobody_else_is_ever_dialled(target in prop_oneof![TARGETS, ".*"], module in "[htdi]", hostname in ".?.*") {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("module", &module), ("target", &target), ("hostname", &hostname)])
                .finish();
            let question = Question::read(&query);
            if let Ok(errand) = ALL.errand(&question, None, Moment::from_ms(0)) {
                let host = errand.kind.host();
                prop_assert!(&*host == "epr.example" || host.starts_with("10."), "{target:?} leads to {host}");
            }
        }

        #[test]
        fn any_query_is_read(query: String) {
            prop_assert!(ALL.errand(&Question::read(&query), Some(&query), Moment::from_ms(0)).is_err());
        }
    }

    #[test]
    fn a_failure_of_our_own_is_no_failed_probe() {
        let unknown = |ours| failure_of_ours(&Outcome::Unknown { ours, words: "none is left".into() });
        assert_eq!(
            unknown(Ours::Descriptors).as_deref(),
            Some("The probe itself failed (own_descriptors): none is left")
        );
        assert!(unknown(Ours::CredentialRefused).is_none() && failure_of_ours(&Outcome::Up).is_none());
    }
}
