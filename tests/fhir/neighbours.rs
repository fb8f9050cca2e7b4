//! Does fhirstarter answer as we think that FHIR servers do?

use std::time::Duration;

use wardround::{
    config,
    model::{Finding, Outcome},
    probe::{Agent, Ask, look},
    raw::Given,
};

use crate::neighbours::{
    python::python,
    started::{Started, free_address},
};

/// What fhirstarter needs, with it.
const PACKAGES: [&str; 25] = [
    "fhirstarter==4.2.0",
    "annotated-doc==0.0.7",
    "annotated-types==0.8.0",
    "anyio==4.16.0",
    "asyncache==0.3.1",
    "cachetools==5.5.2",
    "certifi==2026.10.18",
    "click==8.5.1",
    "eval-type-backport==0.3.1",
    "fastapi==0.136.3",
    "fhir.resources==8.3.0",
    "fhir-core==1.1.12",
    "h11==0.16.0",
    "httpcore==1.0.9",
    "httpx==0.28.1",
    "idna==3.20",
    "lxml==6.1.3",
    "orjson==3.13.0",
    "pydantic==2.14.3",
    "pydantic-core==2.50.4",
    "python-multipart==0.0.31",
    "starlette==1.10.0",
    "typing-extensions==4.16.0",
    "typing-inspection==0.4.5",
    "uvicorn==0.54.0",
];

async fn looked(settings: &str) -> Outcome {
    let text = format!("site: here\nservices: {{s: {{probes: {{p: {{fhir: {settings}, timeout: 10s}}}}}}}}");
    let plan =
        config::load_text("probes.yaml", text, &Given::default()).unwrap_or_else(|bad| panic!("{bad}"));
    let at = wardround::model::Moment::from_ms(jiff::Timestamp::now().as_millisecond());
    let ask = Ask { timeout: Duration::from_secs(10), slow: None, at };
    look(plan.probes()[0].kind(), ask, &Agent::new(&[]).unwrap()).await.outcome
}

#[tokio::test]
async fn it_says_what_it_is_and_what_it_has() {
    let (python, address) = (python("fhirstarter", &PACKAGES), free_address());
    let port = address.port().to_string();
    let files = [("starter.py", include_str!("starter.py"))];
    let server = Started::by("PyPI's fhirstarter", python.to_str().unwrap(), &["starter.py", &port], &files);
    let _server = server.listens(address).await;

    let base = format!("base: 'http://{address}'");
    let expect = "expect: {fhir_version: '5.0.0', resources: {Organization: [read]}}";
    assert_eq!(looked(&format!("{{{base}, {expect}}}")).await, Outcome::Up);
    assert_eq!(looked(&format!("{{{base}, ask: {{read: Organization/RR8}}}}")).await, Outcome::Up);
    let other = looked(&format!("{{{base}, ask: {{read: Organization/RR9}}}}")).await;
    let told = "expect_status: expected 200, got 404 Not Found, with OperationOutcome (error/not-found)";
    assert_eq!(Finding::words(other.findings()), told);
    let smart = looked(&format!("{{{base}, ask: smart}}")).await;
    let told = "expect_status: expected 200, got 404 Not Found, with JSON that is no FHIR resource";
    assert_eq!(Finding::words(smart.findings()), told);
}
