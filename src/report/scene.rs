//! What does every page of a document know, on a screen or on paper?

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use super::{Report, ServiceReport, SiteReport, chart, words};
use crate::model::{Moment, Period};

/// The report, its clock and its days.
pub(super) struct Scene<'r> {
    pub(super) report: &'r Report,
    pub(super) zone: TimeZone,
    pub(super) days: Vec<chart::Day>,
}

/// One service of one site.
#[derive(Clone, Copy)]
pub(super) struct Subject<'r> {
    pub(super) site: &'r SiteReport,
    pub(super) service: &'r ServiceReport,
    number: usize,
    many: bool,
}

impl<'r> Scene<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let zone = TimeZone::get(&report.zone).unwrap_or(TimeZone::UTC);
        let days = days(report.period, &zone);
        Self { report, zone, days }
    }

    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject<'r>> {
        let many = self.report.sites.len() > 1;
        self.report.sites.iter().zip(1..).flat_map(move |(site, number)| {
            site.services.iter().map(move |service| Subject { site, service, number, many })
        })
    }

    pub(super) fn time(&self, at: Moment) -> String {
        words::time(at, &self.zone)
    }

    /// `6 October 2026 10:02:11`, or that it lasts.
    pub(super) fn until(&self, at: Option<Moment>) -> String {
        at.map_or_else(|| "lasts".to_owned(), |at| self.time(at))
    }
}

impl Subject<'_> {
    /// By what links find it.
    pub(super) fn anchor(&self) -> String {
        format!("s{}-{}", self.number, self.service.service)
    }

    /// Its title, and whence it was seen if there is more than one place.
    pub(super) fn title(&self) -> String {
        let title = match self.service.title.trim() {
            "" => self.service.service.as_str(),
            title => title,
        };
        if self.many { format!("{title}, seen from {}", self.site.site) } else { title.to_owned() }
    }
}

/// The days of the period, the first and the last perhaps in part.
fn days(period: Period, zone: &TimeZone) -> Vec<chart::Day> {
    let zoned = Timestamp::from_millisecond(period.from.as_ms()).map(|at| at.to_zoned(zone.clone()));
    let first = zoned.map_or(Date::ZERO, |at| at.date());
    let days = first.series(jiff::Span::new().days(1));
    days.map_while(|date| day(date, zone)).take_while(|day| day.period.from < period.until).collect()
}

fn day(date: Date, zone: &TimeZone) -> Option<chart::Day> {
    let midnight = |date: Date| -> Option<Zoned> { date.to_zoned(zone.clone()).ok() };
    let moment = |at: &Zoned| Moment::from_ms(at.timestamp().as_millisecond());
    let (from, until) = (midnight(date)?, midnight(date.tomorrow().ok()?)?);
    Some(chart::Day {
        label: from.strftime("%a %-d").to_string(),
        period: Period::new(moment(&from), moment(&until)),
        month: (date.day() == 1).then(|| from.strftime("%b").to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_clock() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let october = crate::report::period("2026-10", &zone).unwrap();
        let days = days(october, &zone);
        let hours = |number: usize| days[number].period.length().as_secs() / 3600;
        assert_eq!((days.len(), hours(0), hours(24), hours(30)), (31, 24, 25, 24));
        assert_eq!((&*days[0].label, days[0].month.as_deref()), ("Thu 1", Some("Oct")));
        assert_eq!((days[0].period.from, days[30].period.until), (october.from, october.until));
    }
}
