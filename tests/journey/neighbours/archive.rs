//! Does a journey find the test patient in Orthanc's REST interface, and is each step told apart on our pages and in our metrics?

use std::{fs, net::SocketAddr};

use crate::{
    neighbours::started::{Started, free_address},
    run::{Running, Ward},
    serve::said,
};

/// What lets us in: `monitor`, with the password `look only`.
const ADMITTED: &str = "Authorization: Basic bW9uaXRvcjpsb29rIG9ubHk=\r\n";

/// Orthanc with the record of the test patient.
async fn archive() -> (SocketAddr, Started) {
    let (dicom, web) = (free_address(), free_address());
    let config = format!(
        r#"{{"DicomPort": {}, "HttpPort": {}, "StorageDirectory": ".", "IndexDirectory": ".", "Plugins": [],
            "AuthenticationEnabled": true, "RegisteredUsers": {{"monitor": "look only"}}}}"#,
        dicom.port(),
        web.port()
    );
    let started = Started::by("orthanc", "Orthanc", &["orthanc.json"], &[("orthanc.json", &config)]);
    let started = started.listens(web).await;
    let record = r#"{"Tags": {"PatientID": "9990000018", "PatientName": "TEST^WARD", "Modality": "CR"}}"#;
    let (status, answer) = said(web, "POST /tools/create-dicom", ADMITTED, record);
    assert_eq!(status, 200, "{answer}");
    (web, started)
}

/// A probe that opens the record of the test patient, who is to be called `name`.
fn probe(id: &str, web: SocketAddr, name: &str) -> String {
    format!(
        r#"
      {id}:
        interval: 10s
        timeout: 5s
        journey:
          base: 'http://{web}'
          auth: {{basic: {{user: monitor, password: {{file: password}}}}}}
          steps:
            - {{name: log in, url: /system, expect: {{json: {{path: $.ApiVersion, at_least: 1}}}}}}
            - name: search
              url: /tools/find
              method: POST
              purpose: search
              json: '{{"Level": "Patient", "Query": {{"PatientID": "9990000018"}}}}'
              take: {{patient: {{json: '$[0]'}}}}
            - name: open record
              url: '/patients/${{take:patient}}'
              expect: {{json: {{path: $.MainDicomTags.PatientName, equals: {name}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_told_apart() {
    let (web, _archive) = archive().await;
    let ward = Ward::new();
    let probes = [probe("record", web, "TEST^WARD"), probe("other", web, "OTHER^WARD")].concat();
    fs::write(ward.config(), format!("site: ward\nservices:\n  pacs:\n    probes:{probes}\n")).unwrap();
    fs::write(ward.config().with_file_name("password"), "look only").unwrap();
    let running = Running::start(&ward);
    for step in ["log in", "search", "open record"] {
        let of = |what: &str| {
            let labels = format!(r#"site="ward",service="pacs",probe="record",step="{step}""#);
            format!("wardround_probe_step_seconds_{what}{{{labels}}}")
        };
        running.until(step, |running| running.value(&of("count")) >= Some(1.0));
        assert!(running.value(&of("sum")) > Some(0.0), "{step}");
        let (_, page) = running.get("/services/pacs").unwrap();
        assert!(page.contains(&format!("<bdi>{step}</bdi>")), "{step}: {page}");
    }
    let up = r#"wardround_probe_up{site="ward",service="pacs",probe="#;
    assert_eq!(running.value(&format!(r#"{up}"record""#)), Some(1.0));
    running.until("the wrong name", |running| running.value(&format!(r#"{up}"other""#)) == Some(0.0));
    let (_, page) = running.get("/services/pacs").unwrap();
    for told in ["open record", "OTHER^WARD", "TEST^WARD"] {
        assert!(page.contains(told), "{told}: {page}");
    }
}
