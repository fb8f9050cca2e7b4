//! What does the API tell of services, probes and incidents?

use serde_json::Value;

use super::hospital::{Hospital, now};

fn names<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

#[test]
fn services_are_told_the_worst_first_and_can_be_filtered() {
    let hospital = Hospital::open();
    let all = hospital.get("/api/v1/services");
    assert_eq!(names(&all["services"], "service"), ["epr", "names", "pacs"]);
    assert_eq!(all["services"][0]["state"], "down");
    let of = |query: &str| {
        hospital.get(&format!("/api/v1/services?{query}"))["services"].as_array().unwrap().len()
    };
    assert_eq!((of("state=down"), of("state=up"), of("state=unknown")), (1, 2, 0));
    assert_eq!((of("owner=EPR+on-call"), of("tier=platinum&state=up"), of("tier=gold")), (1, 0, 0));
    let status = hospital.get("/api/v1/status");
    assert_eq!(
        (status["running"].as_bool(), names(&status["incidents"], "service")),
        (Some(true), vec!["epr"])
    );
}

#[test]
fn a_service_is_told_with_its_plan_and_its_days() {
    let hospital = Hospital::open();
    let epr = hospital.get("/api/v1/services/epr");
    assert_eq!(epr["plan"]["title"], "Records & <b>notes</b>");
    assert_eq!(names(&epr["plan"]["probes"], "probe"), ["sign-in", "search"]);
    let days = epr["days"].as_array().unwrap();
    assert_eq!((days.len(), days[89]["day"].as_str()), (90, Some("2026-09-21")));
    let tally = days[89]["tally"].as_object().unwrap();
    let whole: f64 = tally.values().map(|seconds| seconds.as_f64().unwrap()).sum();
    assert!((whole - 1800.0).abs() < 0.001 && tally["down"].as_f64().unwrap() > 400.0, "{tally:?}");
    assert_eq!(hospital.refused("GET /api/v1/services/ris"), (404, "there is no service `ris`".into()));
}

#[test]
fn a_probe_is_told_with_its_last_look_and_its_hours() {
    let hospital = Hospital::open();
    let probe = hospital.get("/api/v1/services/epr/probes/sign-in");
    assert_eq!((&probe["plan"]["interval_ms"], &probe["look"]["outcome"]), (&30_000.into(), &"down".into()));
    let hours = hospital.get("/api/v1/services/epr/probes/sign-in/hours");
    let looks = hospital.get("/api/v1/services/epr/probes/sign-in/looks?limit=1000");
    let down = looks["looks"].as_array().unwrap().iter().filter(|look| look["outcome"] == "down").count();
    assert_eq!(
        (hours["whole"]["down"].as_u64(), hours["hours"].as_array().unwrap().len()),
        (Some(down as u64), 1)
    );
    assert!(down > 10 && hours["whole"]["p99_us"].is_u64());
    let nowhere = "GET /api/v1/services/epr/probes/sign-out/hours";
    assert_eq!(hospital.refused(nowhere), (404, "there is no probe `epr/sign-out`".into()));
}

#[test]
fn incidents_are_listed_filtered_and_told_in_full() {
    let hospital = Hospital::open();
    let all = hospital.get("/api/v1/incidents");
    assert_eq!(names(&all["incidents"], "service"), ["names", "epr"]);
    let of = |query: &str| {
        hospital.get(&format!("/api/v1/incidents?{query}"))["incidents"].as_array().unwrap().len()
    };
    assert_eq!((of("open=true"), of("open=false"), of("service=names"), of("kind=partial")), (1, 1, 1, 0));
    assert_eq!(of(&format!("from={}", now().as_ms() - 60_000)), 1, "only one touches the last minute");
    let id = all["incidents"][1]["id"].as_str().unwrap();
    let epr = hospital.get(&format!("/api/v1/incidents/{id}"));
    assert_eq!(epr["incident"]["id"], id);
    assert_eq!(epr["notes"][0]["words"], "<script>alert(1)</script> & so on\nsecond line");
    assert_eq!(epr["turns"][0]["what"], "opened");
    assert!(epr["looks"].as_array().unwrap().len() > 10 && epr["incident"]["at_most_ms"].is_u64());
    let nothing = hospital.refused("GET /api/v1/incidents/epr-outage-20200101t000000");
    assert_eq!(nothing, (404, "there is no incident `epr-outage-20200101t000000`".into()));
}

#[test]
fn what_a_client_has_it_is_not_sent_again() {
    let hospital = Hospital::open();
    let first = hospital.ask("GET /api/v1/services", "", "");
    let tag = first.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    assert!(first.head.contains("cache-control: private, no-cache"), "{}", first.head);
    for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let again = hospital.ask("GET /api/v1/services", &format!("If-None-Match: {held}\r\n"), "");
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{held}");
        assert!(again.head.contains(&format!("etag: {tag}")));
    }
    let other = hospital.ask("GET /api/v1/services", "If-None-Match: \"other\"\r\n", "");
    assert_eq!((other.status, other.body == first.body), (200, true));
    let head = hospital.ask("HEAD /api/v1/services", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(
        head.head.contains(&format!("etag: {tag}"))
            && head.head.contains(&format!("content-length: {}", first.body.len()))
    );
}
