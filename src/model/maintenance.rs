//! When is planned work, on what, and who said so?

use jiff::civil::{Date, Weekday};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, Period, Slug};

/// Planned work on some services: once, or again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Maintenance {
    /// Its name: the same words give the same name.
    pub id: Slug,
    /// The services that it touches.
    pub services: Vec<Slug>,
    /// When.
    pub when: When,
    /// What is done.
    pub reason: String,
    /// Who announced it.
    pub declared_by: String,
    /// When it is said to have been announced: a printed claim. What counts is when the ledger knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_at: Option<Moment>,
    /// Whether it was announced to the running agent, so that no change of its file takes it back.
    #[serde(default)]
    pub by_hand: bool,
}

/// Planned work as it is announced to a running agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The services that it touches.
    pub services: Vec<Slug>,
    /// When it begins; at once if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// How long it lasts, in milliseconds.
    pub lasts_ms: u64,
    /// What is done.
    pub reason: String,
    /// Who announced it.
    pub declared_by: String,
}

impl Announcement {
    /// Planned work has an end.
    pub const LONGEST: Duration = Duration::from_hours(31 * 24);

    /// The work that is meant, announced at `now`; or what is wrong.
    pub fn work(self, now: Moment) -> Result<Maintenance, String> {
        let lasts = Duration::from_millis(self.lasts_ms);
        let first = self.services.first().ok_or("say which service it touches")?;
        if lasts.is_zero() || lasts > Self::LONGEST {
            return Err("planned work lasts more than nothing and at most 31 days".into());
        }
        for line in [&self.reason, &self.declared_by] {
            let sound = !line.trim().is_empty() && line.len() <= 500 && !line.contains(char::is_control);
            sound.then_some(()).ok_or("say why and by whom, each in a line of at most 500 bytes")?;
        }
        let from = self.from.unwrap_or(now);
        let name = format!("{:.60}-{}", first.as_str(), now.as_ms());
        Ok(Maintenance {
            id: name.parse().map_err(|_| "the service has no name")?,
            services: self.services,
            when: When::Once(Period::new(from, from + lasts)),
            reason: self.reason,
            declared_by: self.declared_by,
            declared_at: None,
            by_hand: true,
        })
    }
}

/// When planned work is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Once.
    Once(Period),
    /// Again and again, by the wall clock of a zone.
    Repeated(Repeat),
}

/// Planned work that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Repeat {
    /// The name of the zone whose wall clock it goes by.
    pub zone: String,
    /// On which days it begins.
    pub every: Every,
    /// The minute of the day in which it begins.
    pub from: u16,
    /// The minute of the day in which it ends: of the next day if it is not after `from`.
    pub until: u16,
    /// The first day on which it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub first: Option<Date>,
    /// The last day on which it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last: Option<Date>,
    /// Days on which it does not begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub except: Vec<Date>,
}

/// On which days planned work begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// On these days of each week.
    Week(Vec<Day>),
    /// On the `nth` such day of each month, counted from 1; from the end if negative.
    Month {
        /// Which of them: 1 to 5, or -1 to -5.
        nth: i8,
        /// Which day of the week.
        day: Day,
    },
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// The same day in a calendar of dates.
    pub fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Monday,
            Self::Tue => Weekday::Tuesday,
            Self::Wed => Weekday::Wednesday,
            Self::Thu => Weekday::Thursday,
            Self::Fri => Weekday::Friday,
            Self::Sat => Weekday::Saturday,
            Self::Sun => Weekday::Sunday,
        }
    }
}
