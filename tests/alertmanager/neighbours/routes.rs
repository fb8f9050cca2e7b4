//! Is the file right, and who is told of what? Asked of `amtool`.

use super::amtool::amtool;

const FILE: &str = "alerts/alertmanager.yml";

#[test]
fn there_is_nothing_to_mend_in_it() {
    let words = amtool(&["check-config", FILE]);
    assert!(words.contains(" - 1 templates\n  SUCCESS"), "{words}");
}

#[test]
fn everyone_is_told_what_is_theirs() {
    for (labels, receivers) in [
        ("alertname=WardroundWatchdog severity=none", "heartbeat"),
        ("alertname=WardroundServiceDown severity=none service=test", "nobody"),
        ("alertname=WardroundServiceDown severity=critical service=epr", "page"),
        ("alertname=WardroundServiceDown severity=critical service=epr owner=Radiology", "page"),
        ("alertname=WardroundServiceDown severity=critical service=epr owner=EPR_on-call", "page-epr"),
        ("alertname=WardroundAgentGone severity=critical site=north", "page-monitoring"),
        ("alertname=WardroundServiceDegraded severity=warning service=epr", "desk"),
        ("alertname=WardroundServiceDegraded severity=warning service=epr owner=EPR_on-call", "team-epr"),
        ("alertname=WardroundNotifyFailing severity=warning site=north", "monitoring"),
        ("alertname=WardroundServiceAffected severity=info service=epr owner=EPR_on-call", "quiet"),
        ("alertname=WardroundServiceDown severity=important service=epr", "desk"),
        ("alertname=SomebodyElses", "desk"),
    ] {
        let labels: Vec<String> = labels.split(' ').map(|label| label.replace('_', " ")).collect();
        let labels = labels.iter().map(String::as_str);
        let test = ["config", "routes", "test", "--config.file", FILE].into_iter();
        assert_eq!(amtool(&test.chain(labels).collect::<Vec<_>>()).trim_end(), receivers);
    }
}
