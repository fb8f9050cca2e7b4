//! What exactly is asked, checked against the table before anybody answers?

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, MatchedPath, RawPathParams, Request},
    http::{Method, StatusCode, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use url::form_urlencoded;

use super::{
    operation::{Given, Operation, Parameter},
    problem::Problem,
};
use crate::{
    model::{Moment, Period, Slug},
    raw::advice,
    serve::{board::Standing, desk::Desk, door::Visitor},
};

/// One question of a program.
pub(super) struct Call {
    pub(super) desk: Desk,
    pub(super) visitor: Visitor,
    pub(super) now: Moment,
    path: String,
    operation: &'static Operation,
    given: BTreeMap<&'static str, Given>,
    media: String,
    body: Bytes,
}

impl FromRequest<Desk> for Call {
    type Rejection = Problem;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let operation = operation(&parts).ok_or_else(|| Problem::nothing("there is nothing here"))?;
        let mut given = query(operation.asks, parts.uri.query().unwrap_or_default())?;
        given.extend(segments(operation.asks, &mut parts).await?);
        let visitor = parts.extensions.get::<Visitor>().cloned();
        let visitor = visitor.ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "nobody knows who asks"))?;
        let media = parts.headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
        let (media, path) = (media.unwrap_or_default().to_owned(), parts.uri.path().to_owned());
        let body = Bytes::from_request(Request::from_parts(parts, body), desk);
        let body = body.await.map_err(|why| Problem::new(why.status(), why.body_text()))?;
        Ok(Self {
            desk: desk.clone(),
            visitor,
            now: (desk.serve.wall)(),
            path,
            operation,
            given,
            media,
            body,
        })
    }
}

impl Call {
    /// How everything stands, as far as whoever asks may see it.
    pub(super) fn standing(&self) -> Standing {
        self.desk.standing(&self.visitor)
    }

    /// The segment `name` of the path. One that is no name names nothing.
    pub(super) fn segment(&self, name: &str) -> Result<Slug, Problem> {
        self.name(name).ok_or_else(|| Problem::nothing("there is nothing here"))
    }

    pub(super) fn name(&self, name: &str) -> Option<Slug> {
        let Some(Given::Name(given)) = self.given.get(name) else { return None };
        Some(given.clone())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let Some(Given::Text(given)) = self.given.get(name) else { return None };
        Some(given)
    }

    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        let Some(Given::Truth(given)) = self.given.get(name) else { return None };
        Some(*given)
    }

    pub(super) fn count(&self, name: &str) -> Option<usize> {
        let Some(Given::Count(given)) = self.given.get(name) else { return None };
        Some(*given)
    }

    pub(super) fn time(&self, name: &str) -> Option<Moment> {
        let Some(Given::Time(given)) = self.given.get(name) else { return None };
        Some(*given)
    }

    /// From `from`, which is `usual` before the end if it is left out, to `until`, which is now if it is.
    pub(super) fn period(&self, usual: Duration) -> Result<Period, Problem> {
        let (from, until) = (self.time("from"), self.time("until"));
        let until = until.unwrap_or(from.map_or(self.now, |from| from.max(self.now)));
        let from = from.unwrap_or(until - usual);
        if from > until {
            return Err(Problem::refused("`until` is before `from`"));
        }
        Ok(Period::new(from, until))
    }

    /// Where the page before ended.
    pub(super) fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        let Some(cursor) = self.text("cursor") else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        place
            .map(Some)
            .ok_or_else(|| Problem::refused("`cursor` is none that `next` of a page said: begin without it"))
    }

    /// Where the next page is, which goes on at `place`: of the same `period`, whatever is written meanwhile.
    pub(super) fn next(&self, place: &impl Serialize, period: Period) -> String {
        let start = self.path.len() + 1;
        let mut next = form_urlencoded::Serializer::for_suffix(format!("{}?", self.path), start);
        let kept = self.operation.asks.iter().filter(|one| !one.in_path() && !MOVED.contains(&one.name));
        for Parameter { name, .. } in kept {
            next.extend_pairs(self.given.get(name).map(|given| (name, given.to_string())));
        }
        next.append_pair("from", &period.from.as_ms().to_string());
        next.append_pair("until", &period.until.as_ms().to_string());
        let place = serde_json::to_vec(place).unwrap_or_default();
        next.append_pair("cursor", &URL_SAFE_NO_PAD.encode(place)).finish()
    }

    /// The body, which is JSON of this shape and nothing else.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let media = self.media.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            let words = "send JSON, and say so: `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
        }
        serde_json::from_slice(&self.body).map_err(|why| Problem::bad(format!("the body: {why}")))
    }

    /// The same; nothing at all stands for what `T` usually is.
    pub(super) fn read_perhaps<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        if self.body.is_empty() { Ok(T::default()) } else { self.read() }
    }

    /// The body as it came.
    pub(super) fn body(&self) -> &Bytes {
        &self.body
    }
}

/// What of a question is not the same for the next page.
const MOVED: [&str; 3] = ["from", "until", "cursor"];

fn operation(parts: &Parts) -> Option<&'static Operation> {
    let path = parts.extensions.get::<MatchedPath>()?.as_str();
    let method = if parts.method == Method::HEAD { &Method::GET } else { &parts.method };
    super::operations().find(|one| one.route.path == path && one.route.method == method)
}

/// What stands behind the `?`.
fn query(known: &[Parameter], text: &str) -> Result<BTreeMap<&'static str, Given>, Problem> {
    let mut given = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let parameter = known
            .iter()
            .find(|one| one.name == name && !one.in_path())
            .ok_or_else(|| unknown(known, &name))?;
        let read =
            parameter.kind.read(&value).map_err(|wanted| Problem::bad(format!("`{name}` is {wanted}")))?;
        if given.insert(parameter.name, read).is_some() {
            return Err(Problem::bad(format!("`{name}` is given twice")));
        }
    }
    Ok(given)
}

fn unknown(known: &[Parameter], name: &str) -> Problem {
    let known: Vec<&str> = known.iter().filter(|one| !one.in_path()).map(|one| one.name).collect();
    let shown: String = name.chars().take(60).collect();
    let advice = if known.is_empty() { "there are none here".to_owned() } else { advice(name, &known) };
    Problem::bad(format!("there is no parameter `{shown}`; {advice}"))
}

/// What the segments of the path are; one that cannot be is left out.
async fn segments(
    known: &'static [Parameter],
    parts: &mut Parts,
) -> Result<Vec<(&'static str, Given)>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &());
    let params = params.await.map_err(|_| Problem::bad("the path is not UTF-8"))?;
    let read = |(name, text): (&str, &str)| {
        let parameter = known.iter().find(|one| one.name == name)?;
        Some((parameter.name, parameter.kind.read(text).ok()?))
    };
    Ok(params.iter().filter_map(read).collect())
}
