//! Do we see Orthanc, an archive that hospitals run, as it is?

use std::net::SocketAddr;

use wardround::{
    model::{Fault, Outcome, Seen},
    probe::Agent,
};

use super::started::{Started, free_address};
use crate::looks::{fault, look_by};

async fn look(address: SocketAddr, titles: &str) -> Seen {
    let settings = format!("dicom: {{address: '{address}', {titles}}}");
    look_by(&Agent::new(&[]).unwrap(), &settings).await
}

/// Orthanc with these options, and where it answers over DICOM and over HTTP.
async fn orthanc(options: &str) -> (SocketAddr, SocketAddr, Started) {
    let (dicom, web) = (free_address(), free_address());
    let config = format!(
        r#"{{"DicomAet": "ORTHANC", "DicomPort": {}, "HttpPort": {}, "StorageDirectory": ".", "IndexDirectory": ".",
            "AuthenticationEnabled": false, "Plugins": [], {options}}}"#,
        dicom.port(),
        web.port()
    );
    let started = Started::by("orthanc", "Orthanc", &["orthanc.json"], &[("orthanc.json", &config)]);
    (dicom, web, started.listens(web).await.listens(dicom).await)
}

#[tokio::test]
async fn an_archive_that_minds_its_name() {
    let (dicom, web, _orthanc) = orthanc(r#""DicomCheckCalledAet": true"#).await;
    assert_eq!(look(dicom, "called: ORTHANC").await.outcome, Outcome::Up);
    let other = look(dicom, "called: OTHER").await;
    assert_eq!(fault(&other), Fault::Rejected);
    assert!(other.words().contains("does not go by the AE title OTHER"), "{}", other.words());
    let web = look(web, "called: ORTHANC").await;
    assert!(matches!(fault(&web), Fault::WrongProtocol | Fault::Closed | Fault::Reset), "{web:?}");
}

#[tokio::test]
async fn an_archive_that_minds_who_asks() {
    let options = r#""DicomAlwaysAllowEcho": false, "DicomCheckModalityHost": true,
        "DicomModalities": {"us": {"AET": "WARDROUND", "Host": "127.0.0.1", "Port": 104, "AllowEcho": true}}"#;
    let (dicom, _web, _orthanc) = orthanc(options).await;
    assert_eq!(look(dicom, "called: ORTHANC").await.outcome, Outcome::Up);
    let stranger = look(dicom, "called: ORTHANC, calling: STRANGER").await;
    assert_eq!(fault(&stranger), Fault::Aborted, "the association stands, and the echo is not allowed");
}
