//! What does an answer say, and in what do two of them differ?

use std::collections::{BTreeMap, BTreeSet};

/// The series of an answer with their values, and what each metric is said to be.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) series: BTreeMap<String, f64>,
    about: BTreeMap<String, String>,
}

impl Answer {
    pub(super) fn read(page: &str) -> Self {
        let mut answer = Self::default();
        for line in page.lines() {
            if let Some(about) = line.strip_prefix("# HELP ").or(line.strip_prefix("# TYPE ")) {
                let (name, words) = about.split_once(' ').unwrap();
                answer.about.entry(name.to_owned()).or_default().push_str(words);
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap();
                answer.series.insert(series.to_owned(), value.parse().unwrap());
            }
        }
        answer
    }

    /// The metrics in which `other` says something else. Of a duration only whether it is told, and not for ever.
    pub(super) fn differences(&self, other: &Self, most: f64) -> BTreeSet<String> {
        assert!(self.series.len() > 3 && !self.about.is_empty());
        let all: BTreeSet<&String> = self.series.keys().chain(other.series.keys()).collect();
        let differ =
            all.into_iter().filter(|series| match (self.series.get(*series), other.series.get(*series)) {
                (Some(one), Some(two)) if is_duration(series) => {
                    [one, two].iter().any(|value| !(0.0..most).contains(*value))
                }
                (one, two) => one != two,
            });
        let mut names: BTreeSet<String> = differ.map(|series| name(series)).collect();
        names.extend(self.phases_lost(other));
        let both = self.about.iter().filter(|(name, _)| other.about.contains_key(*name));
        names
            .extend(both.filter(|(name, words)| other.about[*name] != **words).map(|(name, _)| name.clone()));
        names
    }

    /// Phases that took long to one of the two, and no time at all to the other.
    fn phases_lost<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = String> + 'a {
        let long = |value: f64| value > 0.15;
        let lost = self.series.iter().filter(move |(series, value)| {
            let theirs = other.series.get(*series).copied();
            is_duration(series) && theirs.is_some_and(|theirs| long(**value) != long(theirs))
        });
        lost.map(|(series, _)| name(series))
    }
}

fn is_duration(series: &str) -> bool {
    series.contains("duration_seconds") || series.contains("lookup_time")
}

fn name(series: &str) -> String {
    series.split('{').next().unwrap().to_owned()
}
