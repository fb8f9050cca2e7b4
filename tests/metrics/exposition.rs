//! Is this text what Prometheus calls an exposition? A parser that is stricter than Prometheus's own.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Labels = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub(crate) struct Exposition {
    /// The type by the family's name.
    pub(crate) families: BTreeMap<String, String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) family: String,
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
}

impl Exposition {
    /// The values of `name` where `labels` are among the series' labels.
    pub(crate) fn all(&self, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        let fits = |sample: &&Sample| {
            let has = |(key, value): &(&str, &str)| sample.labels.get(*key).is_some_and(|has| has == value);
            sample.name == name && labels.iter().all(has)
        };
        self.samples.iter().filter(fits).map(|sample| sample.value).collect()
    }

    /// The value of the only such series; `None` if there is none.
    pub(crate) fn one(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let all = self.all(name, labels);
        assert!(all.len() < 2, "{name}{labels:?}: {all:?}");
        all.first().copied()
    }
}

/// Reads `text`, or says which line Prometheus, or a rule of its documentation, would not like.
pub(crate) fn parse(text: &str) -> Result<Exposition, String> {
    let body = text.strip_suffix('\n').ok_or("no newline at the end")?;
    let (mut told, mut family, mut seen) = (Exposition::default(), String::new(), BTreeSet::new());
    let mut lines = body.split('\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, _) = help.split_once(' ').ok_or("a help without text")?;
            let shape = lines.next().and_then(|next| next.strip_prefix(&format!("# TYPE {name} ")));
            let shape = shape.ok_or_else(|| format!("no type after {line}"))?;
            family = name.to_owned();
            if told.families.insert(family.clone(), shape.to_owned()).is_some() {
                return Err(format!("{name} begins twice"));
            }
        } else {
            let sample = sample(line, &family).map_err(|why| format!("{why}: {line}"))?;
            belongs(&sample, told.families.get(&family).map_or("", String::as_str))?;
            if !seen.insert((sample.name.clone(), sample.labels.clone())) {
                return Err(format!("twice: {line}"));
            }
            told.samples.push(sample);
        }
    }
    told.families.iter().try_for_each(|(name, shape)| sums(name, shape, &told.samples))?;
    Ok(told)
}

fn sample(line: &str, family: &str) -> Result<Sample, String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Labels::new(), rest),
    };
    let number = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let value = number.parse().map_err(|_| "the value is no number, or something follows it")?;
    Ok(Sample { family: family.to_owned(), name: name.to_owned(), labels, value })
}

/// What stands between the braces, and what follows them.
fn labels(mut rest: &str) -> Result<(Labels, &str), String> {
    let mut labels = Labels::new();
    loop {
        let (name, value) = rest.split_once("=\"").ok_or("no =\"")?;
        let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !letters || name.starts_with("__") || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(format!("{name:?} is no name of a label"));
        }
        let (value, after) = value_of(value)?;
        if value.is_empty() || labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("{name} is empty, or there twice"));
        }
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok((labels, after.strip_prefix('}').ok_or("no }")?)),
        }
    }
}

fn value_of(text: &str) -> Result<(String, &str), String> {
    let (mut value, mut letters) = (String::new(), text.char_indices());
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => value.push(match letters.next() {
                Some((_, 'n')) => '\n',
                Some((_, same @ ('"' | '\\'))) => same,
                other => return Err(format!("\\{other:?} is no escape")),
            }),
            control if control.is_control() => return Err("a control character".to_owned()),
            plain => value.push(plain),
        }
    }
    Err("a label that does not end".to_owned())
}

fn belongs(sample: &Sample, shape: &str) -> Result<(), String> {
    let suffix = sample.name.strip_prefix(&*sample.family).unwrap_or("?");
    let bound = sample.labels.get("le");
    let fits = match shape {
        "counter" | "gauge" => suffix.is_empty() && bound.is_none(),
        "histogram" if suffix == "_bucket" => bound.is_some_and(|le| le == "+Inf" || le.contains('.')),
        "histogram" | "summary" => ["_sum", "_count"].contains(&suffix) && bound.is_none(),
        _ => false,
    };
    fits.then_some(()).ok_or_else(|| format!("{sample:?} in a {shape} named {}", sample.family))
}

/// The parts of a histogram or summary by suffix: each its bounds and values.
type Parts<'a> = BTreeMap<&'a str, Vec<(f64, f64)>>;

/// Every histogram's buckets grow to their count; every histogram and summary has its sum.
fn sums(family: &str, shape: &str, samples: &[Sample]) -> Result<(), String> {
    let mut things: BTreeMap<Labels, Parts<'_>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.family == family) {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").map_or(0.0, |le| le.parse().unwrap_or(f64::NAN));
        let suffix = sample.name.strip_prefix(family).unwrap_or_default();
        things.entry(labels).or_default().entry(suffix).or_default().push((bound, sample.value));
    }
    let sound = |parts: &Parts<'_>| match shape {
        "histogram" => {
            let buckets = &parts["_bucket"];
            let last = (f64::INFINITY, parts["_count"][0].1);
            parts.len() == 3
                && buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1)
                && buckets.last() == Some(&last)
        }
        "summary" => parts.len() == 2,
        _ => true,
    };
    things.values().all(sound).then_some(()).ok_or_else(|| format!("{family}: {things:?}"))
}

#[test]
fn what_prometheus_would_not_take_is_caught() {
    let head = "# HELP a Help.\n# TYPE a gauge\n";
    let good = format!("{head}a{{b=\"\\\\\\\"\\n\"}} 1\n");
    assert_eq!(parse(&good).unwrap().samples[0].labels["b"], "\\\"\n");
    for bad in [
        "a 1",
        "a 1\na 1\n",
        "a{b=\"x\",b=\"y\"} 1\n",
        "a{b=\"\\t\"} 1\n",
        "a{b=\"x} 1\n",
        "a{9=\"x\"} 1\n",
        "a 1 1790000000000\n",
        "b 1\n",
        "a x\n",
        "\na 1\n",
        "# HELP a Help.\n# TYPE a gauge\n",
        "# HELP h Help.\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        "# HELP h Help.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
    ] {
        assert!(parse(&format!("{head}{bad}")).is_err(), "{bad}");
    }
}
