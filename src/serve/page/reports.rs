//! `/reports`: which months can be read, and in which forms?

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    scene::Scene,
};
use crate::{
    model::Moment,
    report::{Format, Named},
    serve::{desk::Desk, door::Visitor},
};

/// So many months are listed.
const MOST: usize = 60;

#[derive(Template)]
#[template(path = "status/reports.html")]
struct ReportsPage {
    frame: Frame,
    months: Vec<Month>,
}

/// A month of which there is a report.
struct Month {
    name: String,
    text: String,
    /// Whether it is not over.
    provisional: bool,
    endings: Vec<(&'static str, &'static str)>,
}

/// The forms, as they are offered.
const OFFERED: [(Format, &str); 5] = [
    (Format::Html, "to read"),
    (Format::Pdf, "for paper"),
    (Format::Markdown, "in short"),
    (Format::Csv, "table"),
    (Format::Json, "for programs"),
];

pub(super) async fn reports(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let sheet = match desk.serve.past.began().await {
        Ok(began) => {
            let frame = Frame::of(&scene, "Reports", "/reports");
            Sheet::of(StatusCode::OK, &ReportsPage { frame, months: months(&scene, began) })
        }
        Err(why) => Trouble::Past(why).page(&scene),
    };
    sheet.send(&headers)
}

/// One report in one form: `2026-10.html`.
pub(super) async fn report(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    match written(&desk, &scene, &file).await {
        Ok((format, bytes)) => sent(&file, format, bytes),
        Err(trouble) => trouble.page(&scene).send(&headers),
    }
}

async fn written(desk: &Desk, scene: &Scene, file: &str) -> Result<(Format, Vec<u8>), Trouble> {
    let missing = || Trouble::Missing("No report has this name. They are listed under Reports.");
    let (name, ending) = file.rsplit_once('.').ok_or_else(missing)?;
    let format = Format::ALL.into_iter().find(|format| format.ending() == ending).ok_or_else(missing)?;
    let named = Named::parse(name, &scene.zone).map_err(|why| Trouble::Wrong(why.to_string()))?;
    let written = desk.serve.past.report(named, scene.zone.clone(), format).await?;
    Ok((format, written.map_err(Trouble::Wrong)?))
}

fn sent(file: &str, format: Format, bytes: Vec<u8>) -> Response {
    let (form, shown) = match format {
        Format::Html => ("text/html; charset=utf-8", "inline"),
        Format::Pdf => ("application/pdf", "inline"),
        Format::Markdown => ("text/markdown; charset=utf-8", "attachment"),
        Format::Csv => ("text/csv; charset=utf-8", "attachment"),
        Format::Json => ("application/json", "attachment"),
    };
    let safe: String = file.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    let named = [
        (header::CONTENT_TYPE, form.to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".into()),
        (header::CONTENT_DISPOSITION, format!("{shown}; filename=\"wardround-{safe}\"")),
    ];
    let policy = (format == Format::Html).then(|| [(header::CONTENT_SECURITY_POLICY, policy(&bytes))]);
    match policy {
        Some(policy) => (named, policy, bytes).into_response(),
        None => (named, bytes).into_response(),
    }
}

/// What a browser may heed in a report, which holds all it needs: its own style sheet, and nothing else.
fn policy(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let hash = STANDARD.encode(digest(&SHA256, style.map_or("", |(style, _)| style).as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// The months since the ledger began, the newest first.
fn months(scene: &Scene, began: Option<Moment>) -> Vec<Month> {
    let day =
        |at: Moment| Some(Timestamp::from_millisecond(at.as_ms()).ok()?.to_zoned(scene.zone.clone()).date());
    let (Some(first), Some(now)) = (began.and_then(day), day(scene.now)) else { return Vec::new() };
    let back = |from: &Date| from.checked_sub(1.month()).ok();
    let all = std::iter::successors(Some(now.first_of_month()), back);
    let known = all.take_while(|month| *month >= first.first_of_month()).take(MOST);
    known.filter_map(|month| Month::of(scene, month)).collect()
}

impl Month {
    fn of(scene: &Scene, month: Date) -> Option<Self> {
        let named = Named::parse(&month.strftime("%Y-%m").to_string(), &scene.zone).ok()?;
        let offered =
            OFFERED.into_iter().filter(|(format, _)| *format != Format::Pdf || cfg!(feature = "pdf"));
        Some(Self {
            name: named.name.clone(),
            text: named.text(),
            provisional: named.period.until > scene.at,
            endings: offered.map(|(format, what)| (format.ending(), what)).collect(),
        })
    }
}
