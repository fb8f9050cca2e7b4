//! How was the report made, and what was not measured?

use askama::Template;

use super::{
    scene::Scene,
    table::{Cell, Table},
};
use crate::report::{Lost, SiteReport, spc::Rules, words};

#[derive(Template)]
#[template(path = "report/method.html")]
pub(super) struct Method<'r> {
    scene: &'r Scene<'r>,
    rules: Rules,
    formula: &'static str,
    sites: Vec<Site<'r>>,
}

struct Site<'r> {
    of: &'r SiteReport,
    unseen: String,
    plans: String,
}

impl<'r> Method<'r> {
    pub(super) fn of(scene: &'r Scene<'r>) -> Self {
        let mut charts = scene.subjects().flat_map(|it| &it.service.charts);
        let rules = charts.next().map(|chart| chart.rules).unwrap_or_default();
        let sites = scene.report.sites.iter().map(|site| Site::of(scene, site)).collect();
        Self { scene, rules, formula: Lost::FORMULA, sites }
    }
}

impl<'r> Site<'r> {
    fn of(scene: &Scene<'_>, site: &'r SiteReport) -> Self {
        Self { of: site, unseen: unseen(scene, site), plans: plans(scene, site) }
    }
}

fn unseen(scene: &Scene<'_>, site: &SiteReport) -> String {
    let quality = &site.quality;
    let known = |at| scene.time(at);
    let mut table = Table::new(format!("What was seen from {}", site.site), &["What", "How much"])
        .row(["The ledger begins".into(), quality.first.map_or_else(|| "–".to_owned(), known).into()])
        .row(["Looks are known until".into(), scene.time(quality.known_until).into()])
        .row(["Looks taken".into(), Cell::number(quality.taken)]);
    for (reason, count) in &quality.missed {
        let reason = format!("Looks due and not taken: {}", reason.replace('_', " "));
        table = table.row([reason.into(), Cell::number(count)]);
    }
    for cut in &quality.cut_off {
        let from = format!("Cut off from {}", scene.time(cut.from));
        table = table.row([from.into(), Cell::bad(cut.length())]);
    }
    let counts = [
        ("Starts of the agent", quality.starts),
        ("Ledgers lost and begun anew", quality.lost_books),
        ("Steps of the clock", quality.clock_steps),
    ];
    counts
        .into_iter()
        .fold(table, |table, (name, count)| table.row([name.into(), Cell::number(count)]))
        .html()
}

fn plans(scene: &Scene<'_>, site: &SiteReport) -> String {
    let table = Table::new("Configurations in force", &["Since", "SHA-256 of the file"]);
    let rows = site.quality.plans.iter().fold(table, |table, plan| {
        table.row([
            scene.time(plan.since).into(),
            Cell { text: plan.digest.clone(), class: "hash", link: None },
        ])
    });
    rows.or("No configuration is remembered.")
}

impl Method<'_> {
    /// From when until when, by whose clock.
    fn period(&self) -> String {
        let report = self.scene.report;
        let (from, until) = (self.scene.time(report.period.from), self.scene.time(report.period.until));
        format!(
            "{from} until just before {until}, {} time ({})",
            report.zone,
            words::down(report.period.length())
        )
    }
}
