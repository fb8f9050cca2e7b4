//! What does a probe over TCP leave?

use super::{Page, Told, tls};
use crate::{
    blackbox::file::{RawExchange, got},
    raw::Field,
};

pub(super) fn write(told: &Told<'_>, page: &mut Page) {
    let help = "Indicates if probe failed due to regex";
    page.put("probe_failed_due_to_regex", help, told.verdict.by_regex);
    if let Some(tls) = told.details().tls.as_deref() {
        tls::write(tls, page);
    }
    let exchanges = got(told.module.tcp.as_ref()).and_then(|tcp| got(tcp.query_response.as_ref()));
    let waiting = exchanges.map_or(&[][..], Vec::as_slice).iter().filter_map(Field::get);
    let waiting =
        waiting.filter(|exchange| got(exchange.expect.as_ref()).is_some_and(|it| !it.as_str().is_empty()));
    for (exchange, line) in waiting.zip(&told.besides.lines) {
        info(exchange, line, page);
    }
}

/// What of a line was worth a label.
fn info(exchange: &RawExchange, line: &str, page: &mut Page) {
    let Some((labels, pattern)) = got(exchange.labels.as_ref()).zip(got(exchange.expect.as_ref())) else {
        return;
    };
    let filled: Vec<(&str, String)> = labels
        .iter()
        .filter_map(Field::get)
        .filter_map(|label| Some((label.name.get()?.as_str(), pattern.expand(line, &label.value.get()?.0))))
        .collect();
    let labels: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
    page.by("probe_expect_info", "Explicit content matched", &labels, true);
}
