//! Which work is planned, and how is it announced and taken back?

use axum::{
    http::{Method, StatusCode, header},
    response::IntoResponse,
    routing::{delete, get, post},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Number, Value};

use super::{
    call::Call,
    operation::{self, Gives, Kind, Operation, Parameter, Takes, of},
    problem::Problem,
    reply::{Answer, json},
};
use crate::{
    config::Role,
    model::{Announcement, Moment, Slug},
    serve::{Ask, board::Planned, desk::TURN, routes::Route},
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/maintenance",
            needs: Role::Public,
            does: "planned work that is under way or still to come",
            handler: || get(works),
        },
        asks: &[],
        takes: None,
        gives: Gives::json(of::<Works>),
    },
    Operation {
        route: Route {
            method: Method::POST,
            path: "/api/v1/maintenance",
            needs: Role::Operate,
            does: "announces planned work",
            handler: || post(announce),
        },
        asks: &[],
        takes: Some(Takes::json(of::<NewWork>, true)),
        gives: Gives::new(of::<Announced>),
    },
    Operation {
        route: Route {
            method: Method::DELETE,
            path: "/api/v1/maintenance/{work}",
            needs: Role::Operate,
            does: "takes back planned work that was announced so; what is under way ends now",
            handler: || delete(withdraw),
        },
        asks: &[Parameter::new("work", Kind::Segment, "which work")],
        takes: None,
        gives: Gives { status: 204, media: &[], schema: None },
    },
];

/// Planned work.
#[derive(Serialize, JsonSchema)]
struct Works {
    /// What is under way or still to come.
    maintenance: Vec<Planned>,
}

/// Planned work that is to be announced.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewWork {
    /// The services that it touches.
    #[schemars(length(min = 1))]
    services: Vec<Slug>,
    /// When it begins; at once if left out.
    #[serde(default)]
    from: Option<Instant>,
    /// How long it lasts: at most 31 days.
    #[serde(deserialize_with = "lapse")]
    #[schemars(range(min = 1, max = 2_678_400_000_u64))]
    lasts_ms: u64,
    /// What is done, in a line.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// Who says so, in a line; whoever asks if left out.
    #[serde(default)]
    #[schemars(length(min = 1, max = 500))]
    declared_by: Option<String>,
}

/// RFC 3339, or milliseconds since 1970.
struct Instant(Moment);

/// What was announced.
#[derive(Serialize, JsonSchema)]
struct Announced {
    /// Its name.
    id: Slug,
}

async fn works(call: Call) -> Answer {
    json(&Works { maintenance: call.standing().maintenance })
}

async fn announce(call: Call) -> Answer {
    let announcement = call.read::<NewWork>()?.by(&call.visitor.name);
    let by = call.visitor.by();
    let id = call.desk.ask(TURN, |answer| Ask::Announce(announcement, by, answer)).await?;
    let place = [(header::LOCATION, format!("/api/v1/maintenance/{id}"))];
    Ok((StatusCode::CREATED, place, json(&Announced { id })?).into_response())
}

async fn withdraw(call: Call) -> Answer {
    let id = call.segment("work")?;
    let work = call.standing().maintenance.into_iter().find(|work| work.maintenance.id == id);
    let work = work.ok_or_else(|| Problem::nothing(format!("no planned work is announced as `{id}`")))?;
    if !work.maintenance.by_hand {
        let words = format!("`{id}` is announced in the configuration: change it there");
        return Err(Problem::new(StatusCode::CONFLICT, words));
    }
    let by = call.visitor.by();
    call.desk.ask(TURN, |answer| Ask::Withdraw(id, by, answer)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl NewWork {
    /// What is announced by `visitor`, unless it says by whom.
    fn by(self, visitor: &str) -> Announcement {
        Announcement {
            services: self.services,
            from: self.from.map(|from| from.0),
            lasts_ms: self.lasts_ms,
            reason: self.reason,
            declared_by: self.declared_by.unwrap_or_else(|| visitor.to_owned()),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) if text.parse::<i64>().is_err() => text,
            Value::Number(number) => whole(&number).map_or_else(String::new, |ms| ms.to_string()),
            _ => String::new(),
        };
        let wanted = "a time is written as \"2026-12-06T22:00:00Z\", or in milliseconds since 1970";
        operation::time(&text).map(Self).ok_or_else(|| D::Error::custom(wanted))
    }
}

fn lapse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let ms = whole(&Number::deserialize(deserializer)?).and_then(|ms| u64::try_from(ms).ok());
    ms.ok_or_else(|| D::Error::custom("a length is a whole number of milliseconds, and not negative"))
}

/// A whole number, which JSON may write as `7.0` as well.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and within 2^53")]
fn whole(number: &Number) -> Option<i64> {
    let written_so =
        || number.as_f64().filter(|one| one.fract() == 0.0 && one.abs() < 9e15).map(|one| one as i64);
    number.as_i64().or_else(written_so)
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        operation::instant().try_into().unwrap_or_default()
    }
}
