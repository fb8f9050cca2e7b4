//! Does nonsense get a clear answer?

use super::hospital::Hospital;

#[test]
fn what_does_not_fit_is_refused_with_what_would() {
    let hospital = Hospital::open();
    for (path, status, words) in [
        (
            "services?stat=up",
            400,
            "there is no parameter `stat`; did you mean `state`? known here: `owner`, `state`, `tier`",
        ),
        ("services?state=up&state=down", 400, "`state` is given twice"),
        ("services?state=Up", 400, "`state` is one of up, at_risk, degraded, partial, down, unknown"),
        ("services/epr?x=1", 400, "there is no parameter `x`; there are none here"),
        ("status?", 200, ""),
        ("incidents?limit=0", 400, "`limit` is a number from 1 to 500"),
        ("incidents?limit=18446744073709551616", 400, "`limit` is a number from 1 to 500"),
        ("incidents?limit=-1", 400, "`limit` is a number from 1 to 500"),
        ("incidents?open=1", 400, "`open` is true or false"),
        ("incidents?from=99999999999999999999", 400, "`from` is a time as"),
        ("incidents?from=9223372036854775807", 400, "`from` is a time as"),
        ("incidents?from=-9223372036854775808", 400, "`from` is a time as"),
        ("incidents?from=2026-12-06T22:00:00+01:00", 400, "`from` is a time as"),
        ("incidents?from=2&until=1", 422, "`until` is before `from`"),
        ("incidents?from=-1000000000000&until=-1", 200, ""),
        ("incidents?service=%3Cb%3E", 400, "`service` is a name"),
        ("services/%3Cscript%3E", 404, "there is nothing here"),
        ("services/..%2f..%2fetc", 404, "there is nothing here"),
        ("services/%00", 404, "there is nothing here"),
        ("services/%ff", 400, "the path is not UTF-8"),
        ("services/epr/probes/sign-in/hours?from=0", 422, "ask for at most 400 days at once"),
        ("nowhere", 404, "there is nothing here"),
    ] {
        let reply = hospital.ask(&format!("GET /api/v1/{path}"), "", "");
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        if status != 200 {
            let (_, told) = hospital.refused(&format!("GET /api/v1/{path}"));
            assert!(told.starts_with(words), "{path}: {told}");
        }
    }
}

#[test]
fn another_method_is_told_which_there_are() {
    let hospital = Hospital::open();
    for (line, allowed) in
        [("DELETE /api/v1/services", "allow: get,head"), ("GET /api/v1/incidents/x/notes", "allow: post")]
    {
        let reply = hospital.ask(line, "", "");
        assert_eq!((reply.status, reply.head.contains(allowed)), (405, true), "{}", reply.head);
        assert_eq!(hospital.refused(line), (405, "this is asked in another way: `Allow` says how".into()));
    }
}
