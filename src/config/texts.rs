//! Which texts of the configuration have a form of their own? Lines, links, zones, days, times of day.

use jiff::tz;
use url::Url;

use crate::raw::{Refusal, Writing, has_password, nearest, written_as_text};

/// One line of text for people: a title, an owner, a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line(pub(super) String);

/// The longest line, in characters.
const LONGEST: usize = 200;

written_as_text!(
    Line,
    Writing {
        wanted: "text",
        example: "EPR on-call",
        parse: |text| {
            let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST;
            let cure = format!("write one line of 1 to {LONGEST} characters, without a password");
            let sound = fits && !text.chars().any(char::is_control) && !has_password(text);
            sound.then(|| Self(text.trim().to_owned())).ok_or_else(|| Refusal::new("this is not one line of text").cure(cure))
        },
    },
    { "type": "string", "minLength": 1, "maxLength": LONGEST }
);

/// A page for people: `http` or `https`, and no password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link(pub(super) Url);

written_as_text!(
    Link,
    Writing {
        wanted: "a URL",
        example: "https://wiki.example.nhs.uk/runbooks/epr",
        parse: |text| {
            let refuse = |why: &str| Refusal::new(why).cure("write it like \"https://wiki.example.nhs.uk/runbooks/epr\"");
            let url = Url::parse(text).map_err(|why| refuse(&format!("this is no URL: {why}")))?;
            match () {
                () if !matches!(url.scheme(), "http" | "https") => Err(refuse("a link begins with https:// or http://")),
                () if !url.username().is_empty() || url.password().is_some() => Err(refuse("a link holds no user and no password")),
                () => Ok(Self(url)),
            }
        },
    },
    { "type": "string", "format": "uri", "pattern": "^https?://" }
);

/// A time zone by its name in the tz database.
#[derive(Clone, Debug)]
pub(super) struct Zone(pub(super) tz::TimeZone);

written_as_text!(
    Zone,
    Writing {
        wanted: "a time zone",
        example: "Europe/London",
        parse: |text| {
            tz::TimeZone::get(text).map(Self).map_err(|_| {
                let names: Vec<_> = tz::db().available().map(|name| name.as_str().to_owned()).collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let cure = nearest(text, &names).map_or("write it like `Europe/London`".to_owned(), |near| format!("did you mean `{near}`?"));
                Refusal::new(format!("`{text}` is no time zone")).cure(cure)
            })
        },
    },
    { "type": "string", "examples": ["Europe/London", "UTC"] }
);
