//! How are jobs written as services, and their modules as probes?

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use super::{
    Imported, Modules,
    job::{Asked, Job},
};
use crate::{
    blackbox::{
        draft::{Draft, Pen, Subject, draft},
        file::{Prober, RawModule, got, is_on},
        masked::{plain, quoted},
    },
    model::{Endpoint, Host, Slug},
    probe::Place,
    raw::{Lapse, Node, Span, Value, has_password},
};

/// Services under way.
#[derive(Default)]
pub(super) struct Services {
    text: String,
    taken: Vec<String>,
    pub(super) notes: Vec<String>,
    /// The variables that stand for secrets.
    variables: Vec<String>,
}

/// What stands for each target in turn.
const PLACE: &str = "{target}";

/// By how much sooner a probe ends than the scrape that asks for it.
const OFFSET: Duration = Duration::from_millis(500);

impl Services {
    pub(super) fn take(&mut self, job: &Job, modules: &Modules) {
        let mut by_module: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
        for asked in &job.asked {
            by_module.entry(&asked.module).or_default().push(asked);
        }
        let (mut probes, mut names) = (String::new(), Vec::new());
        for (name, asked) in by_module {
            match modules.get(name) {
                Some(module) => {
                    let slug = free(name, 30, &mut names);
                    self.probe(job, (name, &slug), module, &asked, &mut probes);
                }
                None => self.note(&mut probes, &format!("job {}: there is no module {name}", job.name)),
            }
        }
        let is_empty = probes.lines().all(|line| line.trim_start().starts_with('#'));
        let slug = free(&job.name, 60, &mut self.taken);
        let comment = if is_empty { "#" } else { "" };
        let _ = writeln!(
            self.text,
            "{comment}  {slug}:\n{comment}    title: {}",
            quoted(&job.name.escape_debug().take(200).collect::<String>())
        );
        let _ = write!(self.text, "{comment}    probes:\n{probes}");
    }

    /// Notes something, also where it would have stood.
    fn note(&mut self, text: &mut String, note: &str) {
        let note: String = note.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "      # {note}");
        self.notes.push(note);
    }

    fn probe(
        &mut self,
        job: &Job,
        (name, slug): (&str, &str),
        module: &RawModule,
        asked: &[&Asked],
        text: &mut String,
    ) {
        let mut pen = Pen::new(name);
        let draft = draft(module, Subject { target: PLACE, hostname: None }, &mut pen);
        for (_, why) in pen.lacks.iter().chain(&pen.changes) {
            self.note(text, &format!("module {name}: {why}"));
        }
        for lost in lost(module) {
            self.note(text, &format!("module {name}: {lost}"));
        }
        let Some(draft) = draft.filter(|_| pen.lacks.is_empty()) else { return };
        let targets = self.targets(name, module, asked, text);
        if targets.is_empty() {
            return;
        }
        self.variables.extend(pen.variables.into_keys());
        let timeout = got(module.timeout.as_ref()).map_or(job.timeout, |timeout| timeout.0.min(job.timeout));
        let timeout =
            timeout.min(job.timeout.saturating_sub(OFFSET)).max(Duration::from_millis(1)).min(job.interval);
        let _ = writeln!(text, "      {slug}:\n        interval: {}", Lapse(job.interval));
        let _ = writeln!(text, "        timeout: {}\n        targets:{}", Lapse(timeout), targets.concat());
        let Draft { kind, settings } = draft;
        let _ = writeln!(text, "        {kind}:{}", plain(&tidied(&settings, module), 4));
    }

    /// Each target as an item of a list.
    fn targets(
        &mut self,
        name: &str,
        module: &RawModule,
        asked: &[&Asked],
        text: &mut String,
    ) -> Vec<String> {
        let mut names = Vec::new();
        let mut items = Vec::new();
        for asked in asked {
            let Some(target) = spelt(module, &asked.target) else {
                let shown = if has_password(&asked.target) { "one with a user" } else { &asked.target };
                self.note(text, &format!("module {name}: {} is no target", shown.escape_debug()));
                continue;
            };
            let mut item = format!(
                "\n          - target: {}\n            name: {}",
                quoted(&target),
                free(named(&target), 50, &mut names)
            );
            let labels = asked.labels.iter().filter(|(_, value)| is_line(value));
            let labels: Vec<String> = labels
                .map(|(name, value)| format!("\n              {}: {}", quoted(name), quoted(value)))
                .collect();
            if !labels.is_empty() {
                let _ = write!(item, "\n            labels:{}", labels.concat());
            }
            items.push(item);
        }
        items
    }

    /// All of it.
    pub(super) fn written(self) -> Imported {
        let Self { text, mut notes, variables, .. } = self;
        let mut yaml = String::from(
            "# Made of a blackbox.yml and its scrapes. What could not be carried over stands in comments.\n\
             # What every key means: docs/configuration.md; what to do next: docs/blackbox.md.\n\
             site: here # name the place that this agent looks from\n",
        );
        if !variables.is_empty() {
            let note = format!("set these to the secrets that blackbox.yml holds: {}", variables.join(", "));
            let _ = writeln!(yaml, "# {note}");
            notes.push(note);
        }
        let _ = write!(yaml, "services:\n{text}");
        Imported { yaml, notes }
    }
}

/// What of a target is fit for a name: no scheme, and no query, which may hold a token.
fn named(target: &str) -> &str {
    let bare = target.split_once("://").map_or(target, |(_, rest)| rest);
    bare.split('?').next().unwrap_or(bare)
}

/// A name of at most `most` characters and a number, which none of `taken` has, and now has.
fn free(text: &str, most: usize, taken: &mut Vec<String>) -> String {
    let cut: String = text.chars().take(most).collect();
    let stem = Slug::nearest(&cut).map_or_else(|| "nameless".to_owned(), |slug| slug.to_string());
    let (mut name, mut number) = (stem.clone(), 1);
    while taken.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}");
    }
    taken.push(name.clone());
    name
}

/// A label as the configuration takes it.
fn is_line(value: &str) -> bool {
    let sound = !value.trim().is_empty() && value.chars().count() <= 200;
    sound && !value.chars().any(char::is_control) && !has_password(value)
}

/// A target as our kind wants it written.
fn spelt(module: &RawModule, target: &str) -> Option<String> {
    match module.prober.get()? {
        Prober::Http if target.contains("://") => Some(Place::parse(target).ok()?.as_str().to_owned()),
        Prober::Http => Some(Place::parse(&format!("http://{target}")).ok()?.as_str().to_owned()),
        Prober::Dns => {
            let is_server = target.parse::<Host>().is_ok() || target.parse::<Endpoint>().is_ok();
            is_server.then(|| target.to_owned())
        }
        Prober::Icmp => Some(target.parse::<Host>().ok()?.to_string()),
        _ => Some(target.parse::<Endpoint>().ok()?.to_string()),
    }
}

/// What only `/probe` does, and no key of ours.
fn lost(module: &RawModule) -> Vec<&'static str> {
    let mut lost = Vec::new();
    let tls = match module.prober.get() {
        Some(Prober::Http) => {
            let http = got(module.http.as_ref());
            let headers = |http: &crate::blackbox::file::RawHttp| {
                http.fail_if_header_matches.is_some() || http.fail_if_header_not_matches.is_some()
            };
            if http.is_some_and(headers) {
                lost.push(
                    "rules for headers are not carried over: write `expect: {headers: {Name: {matches: …}}}`",
                );
            }
            http.and_then(|http| http.tls_config.as_ref())
        }
        Some(Prober::Tcp) => {
            let tcp = got(module.tcp.as_ref());
            let exchanges =
                tcp.and_then(|tcp| got(tcp.query_response.as_ref())).map_or(&[][..], Vec::as_slice);
            if exchanges.iter().filter_map(|it| it.get()).any(|exchange| exchange.labels.is_some()) {
                lost.push("labels from a line are not carried over");
            }
            tcp.and_then(|tcp| tcp.tls_config.as_ref())
        }
        Some(Prober::Dns) => {
            let dns = got(module.dns.as_ref());
            let rules = |dns: &crate::blackbox::file::RawDns| {
                dns.validate_answer_rrs.is_some()
                    || dns.validate_authority_rrs.is_some()
                    || dns.validate_additional_rrs.is_some()
            };
            if dns.is_some_and(rules) {
                lost.push("rules for records are not carried over: write `expect: {answers: …}`");
            }
            dns.and_then(|dns| dns.tls_config.as_ref())
        }
        _ => None,
    };
    if got(tls).is_some_and(|tls| is_on(tls.insecure_skip_verify.as_ref())) {
        lost.push("`insecure_skip_verify` is not carried over: name the CA, or the server's own certificate, as `ca`");
    }
    lost
}

/// Without what is so anyway, and without what only makes a look stand in for another prober.
fn tidied(settings: &Node, module: &RawModule) -> Node {
    let limited = got(module.http.as_ref()).is_some_and(|http| http.body_size_limit.is_some());
    let is_usual = |key: &str, value: &Value| match (key, value) {
        ("family", Value::Str(family)) => family == "prefer-v6",
        ("transport", Value::Str(transport)) => transport == "udp",
        ("redirects", Value::Int(10)) | ("edns", Value::Int(0)) | ("answers", _) => true,
        ("body_limit", _) => !limited,
        _ => false,
    };
    without(settings, &is_usual)
        .unwrap_or_else(|| Node { span: Span::default(), value: Value::Map(Vec::new()) })
}

fn without(node: &Node, usual: &dyn Fn(&str, &Value) -> bool) -> Option<Node> {
    let Value::Map(entries) = &node.value else { return Some(node.clone()) };
    let kept = entries.iter().filter(|(key, value)| !usual(&key.text, &value.value));
    let kept: Vec<_> = kept.filter_map(|(key, value)| Some((key.clone(), without(value, usual)?))).collect();
    (!kept.is_empty()).then_some(Node { span: node.span, value: Value::Map(kept) })
}
