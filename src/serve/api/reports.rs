//! What is the report of a period?

use std::time::Duration;

use axum::{
    http::{Method, header},
    response::IntoResponse,
    routing::get,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    operation::{Gives, Kind, Operation, Parameter, of},
    problem::Problem,
    reply::{Answer, UNKEPT, json, tagged},
};
use crate::{
    config::Role,
    model::Moment,
    report::{Format, Named},
    serve::routes::Route,
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/reports",
            needs: Role::View,
            does: "the months that there are reports of, and their forms",
            handler: || get(reports),
        },
        asks: &[],
        takes: None,
        gives: Gives::json(of::<Reports>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/reports/{file}",
            needs: Role::View,
            does: "the report of a period in one form: 2026-10.html, FY2026-Q1.csv, 2026-10-06.json",
            handler: || get(report),
        },
        asks: &[Parameter::new("file", Kind::File(&ENDINGS), "the period, and the form behind the last dot")],
        takes: None,
        gives: Gives { status: 200, media: &MEDIA, schema: None },
    },
];

const ENDINGS: [&str; 5] = ["md", "csv", "json", "pdf", "html"];
const MEDIA: [&str; 5] = [
    "text/markdown; charset=utf-8",
    "text/csv; charset=utf-8",
    "application/json",
    "application/pdf",
    "text/html; charset=utf-8",
];

/// The longest period that is reported on: it takes a second of a core for each year.
const LONGEST: Duration = Duration::from_hours(24 * 1100);

/// No more months are listed.
const MONTHS: usize = 600;

/// What can be reported.
#[derive(Serialize, JsonSchema)]
struct Reports {
    /// The months of which anything is remembered, the earliest first; the last is not over yet.
    months: Vec<String>,
    /// The forms in which a report can be had.
    forms: Vec<&'static str>,
}

async fn reports(call: Call) -> Answer {
    let (began, zone) = (call.desk.serve.past.began().await?, call.standing().zone());
    let months = began.map_or_else(Vec::new, |began| months(began, call.now, &zone));
    let forms = Format::ALL.into_iter().filter(|form| cfg!(feature = "pdf") || *form != Format::Pdf);
    json(&Reports { months, forms: forms.map(Format::ending).collect() })
}

async fn report(call: Call) -> Answer {
    let file = call.text("file").unwrap_or_default();
    let (period, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    let form = Format::ALL.into_iter().find(|form| form.ending() == ending);
    let form = form.ok_or_else(|| Problem::nothing(format!("a report is one of {}", ENDINGS.join(", "))))?;
    let zone = call.standing().zone();
    let named = Named::parse(period, &zone).map_err(|why| Problem::nothing(why.to_string()))?;
    if named.period.length() > LONGEST {
        return Err(Problem::refused("ask for at most three years at once"));
    }
    let name = format!("attachment; filename=\"wardround-{}.{ending}\"", named.text().replace(':', ""));
    let written = call.desk.serve.past.report(named, zone, form).await?.map_err(Problem::nothing)?;
    let reply = tagged(MEDIA[form as usize], UNKEPT, written);
    Ok(([(header::CONTENT_DISPOSITION, name)], reply).into_response())
}

/// The months from that of `began` to that of `now`.
fn months(began: Moment, now: Moment, zone: &TimeZone) -> Vec<String> {
    let first = |at: Moment| {
        let at = Timestamp::from_millisecond(at.as_ms()).ok()?;
        Some(at.to_zoned(zone.clone()).date().first_of_month())
    };
    let (Some(began), Some(now)) = (first(began), first(now)) else { return Vec::new() };
    let months = began.series(1.month()).take_while(|month| *month <= now).take(MONTHS);
    months.map(|month: Date| month.strftime("%Y-%m").to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_its_ending_and_its_media_type() {
        assert_eq!(ENDINGS, Format::ALL.map(Format::ending));
        assert_eq!(MEDIA[Format::Html as usize], "text/html; charset=utf-8");
    }

    #[test]
    fn months_are_those_of_the_zone() {
        let at = |text: &str| Moment::from_ms(text.parse::<Timestamp>().unwrap().as_millisecond());
        let london = TimeZone::get("Europe/London").unwrap();
        let told = months(at("2026-08-31T23:30:00Z"), at("2026-11-01T00:00:00Z"), &london);
        assert_eq!(told, ["2026-09", "2026-10", "2026-11"]);
        assert_eq!(months(at("1970-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z"), &london).len(), MONTHS);
    }
}
