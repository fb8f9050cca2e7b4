//! Which measures of a service are charted?

use std::time::Duration;

use super::{
    Earlier, Named,
    service::Subject,
    spc::{self, Better, Chart, Figure, Measure, Point, Rebase, Unit},
};
use crate::model::{self, Counting, Moment, Period, ServiceState};

/// The length of a month, a twelfth of 365.25 days.
const MONTH: Duration = Duration::from_mins(43_830);

/// Downtime, outages and latency of each month (or period of the kind), and the days between outages.
pub(super) fn charts(subject: &Subject<'_>) -> Vec<Chart> {
    let points: Vec<(&Named, Earlier)> = subject
        .asked
        .points
        .iter()
        .filter_map(|point| Some((point, subject.earlier(&point.name, point.period)?)))
        .filter(|(_, then)| is_known(then))
        .collect();
    let rules = &subject.asked.rules;
    let of = |figure: fn(&Earlier) -> Option<Figure>| -> Vec<Point> {
        let one = |(point, then): &(&Named, Earlier)| {
            Some(Point { label: point.text(), from: point.period.from, value: figure(then)? })
        };
        points.iter().filter_map(one).collect()
    };
    let measure = |name: &str, unit, points, target: Option<Duration>, to: fn(Duration) -> Figure| Measure {
        name: name.to_owned(),
        unit,
        better: Better::Lower,
        points,
        target: target.map(to),
        rebase: rebase(subject),
        lower_bound: Some(Figure::count(0)),
    };
    let down = of(|then| Some(Figure::minutes(then.tally.down)));
    let outages = of(|then| Some(Figure::count(then.outages)));
    let p95 = of(|then| then.p95.map(Figure::seconds));
    let slow = subject.lead().and_then(|probe| probe.slow_ms).map(Duration::from_millis);
    let allowed = allowed(subject);
    [
        spc::xmr(&measure("Unplanned downtime", Unit::Minutes, down, allowed, Figure::minutes), rules),
        spc::xmr(&measure("Outages", Unit::Count("outages"), outages, None, Figure::minutes), rules),
        spc::xmr(&measure(&latency(subject), Unit::Seconds, p95, slow, Figure::seconds), rules),
        spc::t_chart(&between(subject), rules),
    ]
    .into_iter()
    .filter(|chart| !chart.measure.points.is_empty())
    .collect()
}

/// The declared changes of the service, each from its midnight.
fn rebase(subject: &Subject<'_>) -> Vec<Rebase> {
    let of = |change: &model::Rebase| {
        let midnight = change.from.to_zoned(subject.asked.zone.clone()).ok()?;
        Some(Rebase { at: Moment::from_ms(midnight.timestamp().as_millisecond()), note: change.note.clone() })
    };
    subject.service.rebase.iter().filter_map(of).collect()
}

/// A period in which nobody saw for more than half of the time says nothing of how it was.
fn is_known(then: &Earlier) -> bool {
    then.tally.unknown * 2 <= then.tally.total()
}

fn latency(subject: &Subject<'_>) -> String {
    let probe = subject.lead().map_or_else(String::new, |probe| format!(" of {}", probe.id.probe));
    format!("95th percentile{probe}")
}

/// The downtime of a point that an objective for all of the time allows.
fn allowed(subject: &Subject<'_>) -> Option<Duration> {
    let all = subject.service.objectives.iter().filter(|one| one.when == Counting::Always);
    let strictest = all.filter(|one| one.counts == [ServiceState::Down]).map(|one| one.target).max()?;
    let [first, ..] = &*subject.asked.points else { return None };
    let length = if first.is_month() { MONTH } else { first.period.length() };
    Some(length * (1_000_000 - strictest.millionths()) / 1_000_000)
}

/// Days from the beginning of one outage to that of the next, over all points.
fn between(subject: &Subject<'_>) -> Measure {
    let points = &subject.asked.points;
    let whole = |first: &Named, last: &Named| Period::new(first.period.from, last.period.until);
    let whole = points.first().zip(points.last()).map(|(first, last)| whole(first, last));
    let begins: Vec<Moment> = whole.into_iter().flat_map(|whole| subject.outages(whole)).collect();
    let point = |pair: &[Moment]| Point {
        label: super::words::day(pair[1], &subject.asked.zone),
        from: pair[1],
        value: Figure::days(pair[1].since(pair[0])),
    };
    Measure {
        name: "Days between outages".into(),
        unit: Unit::Days,
        better: Better::Higher,
        points: begins.windows(2).map(point).collect(),
        target: None,
        rebase: rebase(subject),
        lower_bound: Some(Figure::count(0)),
    }
}
