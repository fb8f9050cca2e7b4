//! How does the file that we ship become one for a test, with nothing changed but where its messages go?

use regex::{Captures, Regex};

pub(crate) const FILE: &str = include_str!("../../../alerts/alertmanager.yml");
pub(crate) const TEMPLATES: &str = include_str!("../../../alerts/templates/wardround.tmpl");

/// Our routes and inhibitions. Every receiver is a webhook at `url`/*its name*.
pub(crate) fn routes(url: &str) -> String {
    let (head, receivers) = FILE.split_once("\nreceivers:\n").unwrap();
    let names = receivers.lines().filter_map(|line| line.strip_prefix("  - name: "));
    let webhook = |name| format!("  - {{name: {name}, webhook_configs: [{{url: '{url}/{name}'}}]}}\n");
    format!("{}\nreceivers:\n{}", beside(head), names.map(webhook).collect::<String>())
}

/// Our receivers as they are; only the pager is at `url`/page, the chat at `url`/chat, and their keys are in the file.
pub(crate) fn receivers(url: &str) -> String {
    let pager = beside(FILE).replace("https://events.pagerduty.com/v2/enqueue", &format!("{url}/page"));
    let keyed = pager.replace("routing_key_file: /etc/alertmanager/secrets/", "routing_key: ");
    keyed.replace(
        "slack_api_url_file: /etc/alertmanager/secrets/chat",
        &format!("slack_api_url: '{url}/chat'"),
    )
}

/// The same where nobody sleeps.
pub(crate) fn sleepless(config: &str) -> String {
    config.replace("mute_time_intervals: [nights-and-weekends]", "")
}

/// The same with every wait `by` times as short.
pub(crate) fn faster(config: &str, by: u64) -> String {
    let waits = Regex::new(r"(group_wait|group_interval|repeat_interval): (\d+)([smh])").unwrap();
    let shorter = |found: &Captures| {
        let unit = match &found[3] {
            "s" => 1_000,
            "m" => 60_000,
            _ => 3_600_000,
        };
        format!("{}: {}ms", &found[1], found[2].parse::<u64>().unwrap() * unit / by)
    };
    waits.replace_all(config, shorter).into_owned()
}

fn beside(config: &str) -> String {
    config.replace("templates/*.tmpl", "./*.tmpl")
}
