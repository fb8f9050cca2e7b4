//! Which keys may be written? The raw shapes of the whole file; their words are the manual's.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    calendars::{RawCalendar, RawObjective},
    except::{OneDay, RawHolidays},
    groups::RawGroup,
    links::RawLinks,
    maintenance::RawMaintenance,
    modules::RawModules,
    reports::RawReports,
    resolver::Server,
    serve::RawServe,
    texts::{Line, Link, Zone},
    tiers::RawTier,
};
use crate::{
    model::{Impact, NhsNumber, Slug},
    notify::{RawReceiver, RawSite},
    raw::{Brief, Entries, Field, Lapse, OneOrMany},
};

/// What one agent watches, from where, and how often.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Wardround configuration")]
pub(super) struct RawMain {
    /// The vantage point that this agent looks from: the label `site` of every metric.
    pub(super) site: Field<Slug>,
    /// The time zone of calendars, maintenance and reports, by its name in the tz database.
    #[schemars(extend("default" = "UTC"))]
    pub(super) timezone: Option<Field<Zone>>,
    /// What holds for every probe that does not say otherwise.
    pub(super) defaults: Option<Field<RawDefaults>>,
    /// How many looks may be under way at once.
    pub(super) limits: Option<Field<RawLimits>>,
    /// Who turns the names of targets into addresses.
    pub(super) resolver: Option<Field<RawResolver>>,
    /// Where the page, the API and the metrics are served, and who may see and do what.
    pub(super) serve: Option<Field<RawServe>>,
    /// Spans of the week that objectives refer to, each under a name.
    pub(super) calendars: Option<Field<Entries<RawCalendar>>>,
    /// Lists of holidays of your own, each under a name that `except` can mention.
    pub(super) holidays: Option<Field<RawHolidays>>,
    /// Planned work, announced.
    pub(super) maintenance: Option<Field<Vec<Field<RawMaintenance>>>>,
    /// How loudly incidents are told, by the `tier` of their service. A service without a tier, or of one that is not
    /// listed, is told as an empty one would be.
    pub(super) tiers: Option<Field<Entries<RawTier>>>,
    /// Where alerts send people who want to know more.
    pub(super) links: Option<Field<RawLinks>>,
    /// Who is told at once, each under a name.
    pub(super) notify: Option<Field<Entries<RawReceiver>>>,
    /// What is remembered, and how long.
    pub(super) ledger: Option<Field<RawLedger>>,
    /// The report of each month, written on the first of the next.
    pub(super) reports: Option<Field<RawReports>>,
    /// Other sites, each under a name: their agents are asked how the same services are seen there, for the status page.
    pub(super) sites: Option<Field<Entries<RawSite>>>,
    /// The modules of a `blackbox.yml`, for whoever asks for `/probe`.
    pub(super) modules: Option<Field<RawModules>>,
    /// Numbers of ten digits that pass the check of NHS numbers and are none: an identifier, say. Any other, outside those
    /// kept for tests (999 000 0000 to 999 999 9999), is an error wherever it stands: a monitor has no business with a patient.
    #[expect(
        dead_code,
        reason = "read apart, where the numbers are looked for; named here so that it is known"
    )]
    not_nhs_numbers: Option<Field<Vec<Field<NhsNumber>>>>,
    /// More files, relative to this one. `*` and `?` stand for any characters in a file's name. They may hold
    /// `services`, `calendars`, `holidays`, `maintenance` and `include`.
    #[expect(dead_code, reason = "followed before; named here so that it is known")]
    include: Option<Field<OneOrMany<String>>>,
}

/// What a file that is included may hold beside services. (The schema has it all in [`RawMain`].)
#[derive(Deserialize)]
pub(super) struct RawPart {
    pub(super) calendars: Option<Field<Entries<RawCalendar>>>,
    pub(super) holidays: Option<Field<RawHolidays>>,
    pub(super) maintenance: Option<Field<Vec<Field<RawMaintenance>>>>,
    #[expect(dead_code, reason = "followed before; named here so that it is known")]
    include: Option<Field<OneOrMany<String>>>,
}

impl RawPart {
    /// Keys that belong in the main file only.
    pub(super) const MAIN_ONLY: [&str; 14] = [
        "site",
        "timezone",
        "defaults",
        "limits",
        "resolver",
        "serve",
        "tiers",
        "links",
        "notify",
        "ledger",
        "reports",
        "modules",
        "sites",
        "not_nhs_numbers",
    ];
}

/// What holds for every probe that does not say otherwise.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawDefaults {
    /// From one look to the next.
    #[schemars(extend("default" = "30s"))]
    pub(super) interval: Option<Field<Lapse>>,
    /// How long a look may take, over all its phases. Never longer than the interval.
    #[schemars(extend("default" = "5s"))]
    pub(super) timeout: Option<Field<Lapse>>,
    /// After how many looks a probe is believed.
    pub(super) confirm: Option<Field<RawConfirm>>,
    /// A look that takes longer is degraded. Left out: no look is too slow until its timeout.
    pub(super) slow: Option<Field<Lapse>>,
}

/// After how many looks in a row a probe is believed.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawConfirm {
    /// Bad looks in a row until it is down, since the first of them. At least 1.
    #[schemars(extend("default" = 2, "minimum" = 1))]
    pub(super) failures: Option<Field<u32>>,
    /// From a look that contradicts what is believed to the quick look again.
    #[schemars(extend("default" = "3s"))]
    pub(super) recheck: Option<Field<Lapse>>,
    /// Good looks in a row until it is up again, since the first of them. At least 1.
    #[schemars(extend("default" = 2, "minimum" = 1))]
    pub(super) successes: Option<Field<u32>>,
}

/// How hard others may be pressed: how many looks are under way at once, and how often a clinical system is asked.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawLimits {
    /// In all. At least 1.
    #[schemars(extend("default" = 1000, "minimum" = 1))]
    pub(super) in_flight: Option<Field<u32>>,
    /// At one host. At least 1.
    #[schemars(extend("default" = 20, "minimum" = 1))]
    pub(super) per_host: Option<Field<u32>>,
    /// At one host by probes of clinical kinds. At least 1.
    #[schemars(extend("default" = 1, "minimum" = 1))]
    pub(super) clinical_per_host: Option<Field<u32>>,
    /// The least interval of a probe of a clinical kind.
    #[schemars(extend("default" = "10s"))]
    pub(super) clinical_interval: Option<Field<Lapse>>,
}

/// What is remembered, and how long. Changes of state, incidents and planned work are kept for ever.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawLedger {
    /// How long each look is kept; what is counted and timed over the hour is kept for ever.
    #[schemars(extend("default" = "35d"))]
    pub(super) keep: Option<Field<Lapse>>,
}

/// Who turns the names of targets into addresses.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawResolver {
    /// Name servers, as an address with or without a port (53). Left out: those of this machine.
    pub(super) servers: Option<Field<OneOrMany<Server>>>,
}

/// A clinical service: what its users would call one thing.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawService {
    /// Its name for people. Left out: its key.
    pub(super) title: Option<Field<Line>>,
    /// Who looks after it.
    pub(super) owner: Option<Field<Line>>,
    /// How much it matters, in the hospital's own words: `platinum`, `tier 1`. `tiers` says how loudly it is told.
    pub(super) tier: Option<Field<Line>>,
    /// How many people use it.
    pub(super) users: Option<Field<u64>>,
    /// What to do when it is down.
    pub(super) runbook: Option<Field<Link>>,
    /// The services without which it does not work.
    pub(super) depends_on: Option<Field<OneOrMany<Slug>>>,
    /// Whether anybody may see it, where `serve` has a public view: its name, its state and its incidents, without the
    /// causes.
    #[schemars(extend("default" = false))]
    pub(super) public: Option<Field<bool>>,
    /// Labels of your own, shown as `label_…` on the information metrics of its probes.
    pub(super) labels: Option<Field<Entries<Line>>>,
    /// Probes that stand in for each other, each group under its name.
    pub(super) groups: Option<Field<Entries<RawGroup>>>,
    /// What share of the time it is promised to be up.
    pub(super) objectives: Option<Field<OneOrMany<RawObjective>>>,
    /// Declared changes of it, a new data centre say, from which the charts of its reports begin anew.
    pub(super) rebase: Option<Field<OneOrMany<RawRebase>>>,
}

/// A declared change of a service.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawRebase {
    /// The first day after it: `2026-06-01`.
    pub(super) from: Field<OneDay>,
    /// What changed, for the chart.
    pub(super) note: Field<Line>,
}

/// One way of looking at a service. Exactly one key names the kind and carries its settings.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawProbe {
    /// From one look to the next. Left out: as in `defaults`.
    pub(super) interval: Option<Field<Lapse>>,
    /// How long a look may take, over all its phases. Left out: as in `defaults`.
    pub(super) timeout: Option<Field<Lapse>>,
    /// A look that takes longer is degraded. Left out: as in `defaults`.
    pub(super) slow: Option<Field<Lapse>>,
    /// After how many looks it is believed. What is left out is as in `defaults`.
    pub(super) confirm: Option<Field<RawConfirm>>,
    /// The worst that its state can mean for the service.
    #[schemars(extend("default" = "outage"))]
    pub(super) impact: Option<Field<Impact>>,
    /// The group of its service that it is one of. It has no impact of its own then.
    pub(super) group: Option<Field<Slug>>,
    /// Labels of your own, beside those of the service.
    pub(super) labels: Option<Field<Entries<Line>>>,
    /// Whether it watches our own way out (the gateway, a site abroad): when all such probes fail together, this site is
    /// cut off, and what it does not see is unknown rather than down.
    #[schemars(extend("default" = false))]
    pub(super) reference: Option<Field<bool>>,
    /// Many targets, each a probe of its own: `{target}` in the settings stands for it.
    pub(super) targets: Option<Field<RawTargets>>,
    /// A YAML file with a list of targets, relative to this one.
    pub(super) targets_from: Option<Field<String>>,
}

/// Targets: each a text, or written out.
pub(super) type RawTargets = Vec<Field<Brief<String, RawTarget>>>;

/// One of many targets, written out.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawTarget {
    /// What `{target}` stands for.
    pub(super) target: Field<String>,
    /// The second part of the probe's name, after the dot. Left out: made from the target.
    pub(super) name: Option<Field<Slug>>,
    /// Labels of its own.
    pub(super) labels: Option<Field<Entries<Line>>>,
}
