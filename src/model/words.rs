//! How are times and lengths told to a person?

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::{Incident, Length, Moment, Suspect};

/// `2026-10-06 10:02:11 BST`.
pub fn at(moment: Moment, zone: &TimeZone) -> String {
    written(moment, zone, "%Y-%m-%d %H:%M:%S %Z")
}

/// `10:02:11`: the time of day.
pub fn clock(moment: Moment, zone: &TimeZone) -> String {
    written(moment, zone, "%H:%M:%S")
}

fn written(moment: Moment, zone: &TimeZone, form: &str) -> String {
    Timestamp::from_millisecond(moment.as_ms())
        .map_or_else(|_| moment.to_string(), |at| at.to_zoned(zone.clone()).strftime(form).to_string())
}

/// `3 d 4 h`, `42 m 10 s`, `7 s`: the two largest units, rounded down.
pub fn lapse(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let first = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(3);
    let parts = units.iter().skip(first).take(2).scan(seconds, |rest, (unit, name)| {
        let count = *rest / unit;
        *rest %= unit;
        Some((count, name))
    });
    let told: Vec<String> = parts
        .filter(|(count, _)| *count > 0 || first == 3)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    told.join(" ")
}

/// `42 m 10 s (at least 41 m 40 s, at most 42 m 40 s)` of an incident, as far as it is known at `now`. For one that lasts
/// there is no last look yet that could say how long it was at least.
pub fn length(incident: &Incident, now: Moment) -> String {
    let Length { told, least, most } = incident.length(now);
    let least = if incident.is_open() { String::new() } else { format!("at least {}, ", lapse(least)) };
    format!("{} ({least}at most {})", lapse(told), lapse(most))
}

/// `; with names down since 10:02:11`: whom it may be owed to. What is owed to nobody gives nothing.
pub fn suspects(suspects: &[Suspect], told: impl Fn(&Suspect) -> (String, String)) -> String {
    let one = |suspect| {
        let (service, since) = told(suspect);
        format!("; with {service} down since {since}")
    };
    suspects.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units_at_most() {
        let told = [0, 7, 60, 2530, 3600, 93_784, 864_000].map(|seconds| lapse(Duration::from_secs(seconds)));
        assert_eq!(told, ["0 s", "7 s", "1 m", "42 m 10 s", "1 h", "1 d 2 h", "10 d"]);
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let london = TimeZone::get("Europe/London").unwrap();
        let moment = Moment::from_ms(1_790_000_000_000);
        assert_eq!(at(moment, &london), "2026-09-21 15:13:20 BST");
        assert_eq!(clock(moment, &london), "15:13:20");
    }
}
