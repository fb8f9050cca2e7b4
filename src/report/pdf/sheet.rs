//! What stands on a service's page? How it was, what changed, what went wrong, what was promised.

use super::{
    front::{available, verdict},
    pages::{Cell, Fact, Page, Part, Picture, Side, Table},
    scene::{Scene, Subject},
    troubles,
};
use crate::{
    model::ServiceState,
    report::{
        Availability, CalendarTally, Earlier, Kept, Looks, Lost, ServiceReport, Tally, Window,
        chart::{self, Latencies, Piece, Shade},
        spc::Chart,
        words,
    },
};

pub(super) fn page(scene: &Scene<'_>, subject: Subject<'_>) -> Page {
    let service = subject.service;
    let parts = [
        Some(promises(service)),
        Some(calendar(scene, service)),
        changes(service),
        latency(service),
        Some(troubles::incidents(scene, service)),
        Some(troubles::works(scene, service)),
        Some(split(service)),
        within(service),
        before(service),
    ];
    Page {
        label: subject.anchor(),
        title: subject.title(),
        about: about(subject),
        sentence: sentence(service),
        facts: facts(service),
        parts: parts.into_iter().flatten().collect(),
    }
}

fn about(subject: Subject<'_>) -> String {
    let service = subject.service;
    let told = [
        service.owner.as_ref().map(|owner| format!("Owner: {owner}.")),
        service.tier.as_ref().map(|tier| format!("Tier: {tier}.")),
        service.lost.map(|lost| format!("Users: {}.", lost.users)),
        Some(format!("Seen from {} for {}.", subject.site.site, words::down(service.watched))),
    ];
    told.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn sentence(service: &ServiceReport) -> String {
    let outages = match service.outages() {
        0 => "No outage was seen.".to_owned(),
        1 => format!("Down for {} in one outage.", words::up(service.tally.down)),
        count => format!("Down for {} in {count} outages.", words::up(service.tally.down)),
    };
    let lost = service.lost.filter(|lost| !lost.time.is_zero());
    let lost = lost.map(|lost| format!(" An estimated {} clinician-hours were lost.", hours(lost)));
    let planned = service.tally.maintenance;
    let planned = (!planned.is_zero()).then(|| format!(" Planned work took {}.", words::up(planned)));
    [outages, planned.unwrap_or_default(), lost.unwrap_or_default()].concat()
}

fn hours(lost: Lost) -> u64 {
    lost.time.as_secs().div_ceil(3600)
}

fn facts(service: &ServiceReport) -> Vec<Fact> {
    let (least, most) = words::bounds(service.availability, service.decimals);
    let unknown = service.tally.unknown;
    let range = if unknown.is_zero() { "all of it seen".to_owned() } else { format!("{least} to {most}") };
    let fact = |label, value, note: &str| Fact { label, value, note: note.to_owned() };
    let longest = service.kinds.first().map(|worst| words::up(worst.longest.told));
    let longest = longest
        .map_or_else(|| "nothing went wrong".to_owned(), |length| format!("the worst lasted {length}"));
    let share = |of: Availability| words::share(of.good, of.known(), service.decimals);
    vec![
        fact("Available", share(service.availability), &range),
        fact("Down", words::up(service.tally.down), "outside planned work"),
        fact("Free of incidents", share(service.incident_free), &longest),
        fact("Not seen", words::up(unknown), "neither good nor bad"),
    ]
}

fn promises(service: &ServiceReport) -> Part {
    let columns = [
        ("Promise", Side::Wide),
        ("Target", Side::Right),
        ("Time counted", Side::Right),
        ("Allowed", Side::Right),
        ("Unavailable", Side::Right),
        ("Not seen", Side::Right),
        ("Kept?", Side::Left),
    ];
    let row = |kept: &Kept| {
        [
            capital(&kept.name).into(),
            (&kept.target).into(),
            words::down(kept.counted).into(),
            words::down(kept.allowance).into(),
            words::up(kept.availability.bad).into(),
            words::up(kept.availability.unknown).into(),
            verdict(kept.verdict),
        ]
    };
    Part::text("Objectives", &[])
        .or("Nothing was promised.", Table::new(columns, service.objectives.iter().map(row)))
}

fn calendar(scene: &Scene<'_>, service: &ServiceReport) -> Part {
    let states = service.stretches.iter();
    let states = states.map(|one| Piece { period: one.period, shade: Shade::from(one.state) });
    let in_time = |window: &&Window| !window.late;
    let works = service.maintenance.iter().map(|work| &work.window).filter(in_time);
    let works = works.map(|window| Piece { period: window.period, shade: Shade::Maintenance });
    let pieces: Vec<Piece> = states.chain(works).collect();
    let name = format!("{}, hour by hour", service.title);
    Part {
        pictures: vec![picture(chart::calendar(&name, &scene.days, &pieces))],
        ..Part::text("Day by day", &[])
    }
}

/// The charts of statistical process control, if there is anything to chart.
fn changes(service: &ServiceReport) -> Option<Part> {
    let name =
        |one: &Chart| format!("{}: {}. {}.", one.measure.name, one.variation.words(), one.assurance.words());
    let of = |one| Picture { name: Some(name(one)), svg: chart::control(one), alt: chart::described(one) };
    let pictures: Vec<Picture> = service.charts.iter().map(of).collect();
    (!pictures.is_empty()).then(|| Part { pictures, ..Part::text("Change, or chance", &[]) })
}

fn latency(service: &ServiceReport) -> Option<Part> {
    let columns = [
        ("Probe", Side::Wide),
        ("Looks", Side::Right),
        ("Bad", Side::Right),
        ("Not taken", Side::Right),
        ("Half within", Side::Right),
        ("95 %", Side::Right),
        ("99 %", Side::Right),
        ("Slow", Side::Right),
    ];
    let pictures = service.looks.iter().filter_map(distribution).collect();
    let text = "How long good looks took, over the whole period; bad ones are left out. Percentiles are rounded up by less than 1/32.";
    let table = Table::new(columns, service.looks.iter().map(looks));
    let part = Part { pictures, ..Part::text("How long looks took", &[text]) };
    (!service.looks.is_empty()).then(|| part.or("", table))
}

fn looks(of: &Looks) -> [Cell; 8] {
    let took = |time: Option<_>| time.map_or_else(|| "–".to_owned(), words::latency);
    let slow =
        of.over_slow.zip(of.slow).map(|(count, slow)| format!("{count} over {}", words::latency(slow)));
    [
        format!("{} ({} {})", of.probe, of.kind, of.target).into(),
        of.taken().into(),
        of.down.into(),
        of.missed.into(),
        took(of.p50).into(),
        took(of.p95).into(),
        took(of.p99).into(),
        slow.unwrap_or_else(|| "–".to_owned()).into(),
    ]
}

fn distribution(of: &Looks) -> Option<Picture> {
    let buckets = of.durations.buckets().filter(|(_, count)| *count > 0);
    let buckets = buckets.map(|(upper, count)| (std::time::Duration::from_micros(upper), count)).collect();
    let latencies = Latencies { buckets, p50: of.p50, p95: of.p95, p99: of.p99, slow: of.slow };
    let named = |picture| Picture { name: Some(of.probe.to_string()), ..picture };
    chart::distribution(&format!("How long looks of {} took", of.probe), &latencies).map(picture).map(named)
}

/// The seven parts of the period, with planned work told apart and as if there had been none.
fn split(service: &ServiceReport) -> Part {
    let columns = [
        ("", Side::Wide),
        ("Up", Side::Right),
        ("At risk", Side::Right),
        ("Degraded", Side::Right),
        ("Partial", Side::Right),
        ("Down", Side::Right),
        ("Maintenance", Side::Right),
        ("Not seen", Side::Right),
    ];
    let row = |name: &str, tally: Tally| {
        let Tally { up, at_risk, degraded, partial, down, maintenance, unknown } = tally;
        let bad = [at_risk, degraded, partial, down, maintenance, unknown].map(words::up);
        let [at_risk, degraded, partial, down, maintenance, unknown] = bad.map(Cell::from);
        [name.into(), words::down(up).into(), at_risk, degraded, partial, down, maintenance, unknown]
    };
    let rows = [row("Planned work apart", service.tally), row("As if none were planned", service.gross)];
    let (blips, looks) = (service.blips.count, service.blips.looks);
    let suspect = words::up(service.blips.suspect);
    let blips = match blips {
        0 => "Nothing failed too briefly to be believed.".to_owned(),
        _ => format!(
            "{blips} times looks failed ({looks} of them) and were good again before that was confirmed; that took {suspect}, which counts as up."
        ),
    };
    Part::text("The period in seven parts", &[&blips]).or("", Table::new(columns, rows))
}

fn within(service: &ServiceReport) -> Option<Part> {
    let columns = [
        ("Calendar", Side::Wide),
        ("Available within it", Side::Right),
        ("Down", Side::Right),
        ("Available outside it", Side::Right),
        ("Down", Side::Right),
    ];
    let available = |tally| available(Availability::of(tally, &[ServiceState::Down]), service.decimals);
    let row = |one: &CalendarTally| {
        [
            (&one.name).into(),
            available(one.during),
            words::up(one.during.down).into(),
            available(one.outside),
            words::up(one.outside.down).into(),
        ]
    };
    let table = Table::new(columns, service.calendars.iter().map(row));
    (!service.calendars.is_empty())
        .then(|| Part::text("Within calendars, and outside them", &[]).or("", table))
}

fn before(service: &ServiceReport) -> Option<Part> {
    let columns = [
        ("Period", Side::Wide),
        ("Available", Side::Right),
        ("Down", Side::Right),
        ("Not seen", Side::Right),
        ("Outages", Side::Right),
        ("95 % of looks within", Side::Right),
    ];
    let row = |one: &Earlier| {
        [
            (&one.name).into(),
            words::availability(one.availability, service.decimals).into(),
            words::up(one.tally.down).into(),
            words::up(one.tally.unknown).into(),
            one.outages.into(),
            one.p95.map_or_else(|| "–".to_owned(), words::latency).into(),
        ]
    };
    let table = Table::new(columns, service.before.iter().map(row));
    (!service.before.is_empty()).then(|| Part::text("The periods before", &[]).or("", table))
}

/// With its own name and description as what is told to those who do not see it.
fn picture(svg: String) -> Picture {
    let of = |tag: &str| {
        let (_, rest) = svg.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once(&format!("</{tag}>"))?.0)
    };
    let told = [of("title"), of("desc")].into_iter().flatten().collect::<Vec<_>>().join(". ");
    Picture { name: None, alt: plain(&told), svg }
}

/// Without the escapes of SVG.
fn plain(text: &str) -> String {
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    escapes.into_iter().fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
