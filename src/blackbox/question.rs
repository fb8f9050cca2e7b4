//! What is asked at `/probe`, and is it a question that may be asked?

use std::time::Duration;

/// A question, as its query says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub(super) target: String,
    pub(super) module: String,
    pub(super) hostname: Option<String>,
    pub(super) debug: bool,
}

/// Why a question is not answered with metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// Why, in words; nothing of it is markup to a browser that is told that this is plain text.
    pub words: String,
}

/// By how much sooner a probe ends than the scrape that asks for it, in seconds.
const OFFSET: f64 = 0.5;

/// How long a scrape may take where the scraper does not say, in seconds.
const PATIENCE: f64 = 120.0;

impl Question {
    /// Reads a query as `blackbox_exporter` does: of a key that is written twice, the first counts.
    pub fn read(query: &str) -> Self {
        let mut question = Self { module: "http_2xx".to_owned(), ..Self::default() };
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let first = |wanted: &str| {
            let mut found = pairs.iter().filter(|(key, _)| key == wanted);
            found.next().map(|(_, value)| value.to_string()).filter(|value| !value.is_empty())
        };
        question.target = first("target").unwrap_or_default();
        question.hostname = first("hostname");
        question.debug = first("debug").is_some_and(|debug| debug == "true");
        if let Some(module) = first("module") {
            question.module = module;
        }
        question
    }
}

impl Refused {
    pub(super) fn new(status: u16, words: impl Into<String>) -> Self {
        Self { status, words: words.into() }
    }
}

/// How long a probe may take: as long as the module says, but so that the scrape whose `header` says how long it waits still
/// sees the end.
pub(super) fn patience(module: Option<Duration>, header: Option<&str>) -> Result<Duration, Refused> {
    let waits = match header.filter(|header| !header.is_empty()).map(str::parse::<f64>) {
        None | Some(Ok(0.0)) => PATIENCE,
        Some(Ok(seconds)) if seconds.is_finite() => seconds.min(PATIENCE),
        Some(_) => {
            let words = "Failed to parse timeout from Prometheus header: it is no number of seconds";
            return Err(Refused::new(500, words));
        }
    };
    let most = waits - OFFSET;
    let module = module.filter(|module| !module.is_zero());
    let most_span = Duration::try_from_secs_f64(most).unwrap_or_default();
    Ok(match module {
        Some(module) if module < most_span || most < 0.0 => module.min(Duration::from_secs_f64(PATIENCE)),
        _ => most_span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_it_was_meant() {
        let question =
            Question::read("target=http%3A%2F%2Fa%2F%3Fx%3D1&module=m&debug=true&target=b&hostname=h");
        assert_eq!((&*question.target, &*question.module), ("http://a/?x=1", "m"));
        assert_eq!((question.hostname.as_deref(), question.debug), (Some("h"), true));
        let bare = Question::read("target=a&module=&debug=1");
        assert_eq!((&*bare.module, bare.debug), ("http_2xx", false));
        assert_eq!(Question::read("%ff=&&=%zz&target=%00").target, "\0");
    }

    #[test]
    fn the_scrape_sees_the_end() {
        let ms = |module: Option<u64>, header| {
            patience(module.map(Duration::from_millis), header).map(|patience| patience.as_millis())
        };
        assert_eq!(ms(Some(5000), None), Ok(5000));
        assert_eq!(ms(Some(5000), Some("10")), Ok(5000));
        assert_eq!(ms(Some(5000), Some("3.5")), Ok(3000));
        assert_eq!(ms(None, Some("3.5")), Ok(3000));
        assert_eq!(ms(None, None), Ok(119_500));
        assert_eq!(ms(None, Some("1e9")), Ok(119_500));
        assert_eq!(ms(Some(5000), Some("0.2")), Ok(5000), "as it does: the header makes no sense");
        assert_eq!(ms(None, Some("0.2")), Ok(0));
        for bad in ["x", "NaN", "inf", "1s", "-inf"] {
            assert_eq!(ms(None, Some(bad)).unwrap_err().status, 500, "{bad}");
        }
    }
}
