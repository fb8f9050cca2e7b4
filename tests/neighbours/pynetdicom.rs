//! Do we see a server written with pynetdicom, that knows itself and its callers by their AE titles?

use wardround::{
    model::{Fault, Ours, Outcome, Seen},
    probe::Agent,
};

use super::{
    python::python,
    started::{Started, free_address},
};
use crate::looks::{fault, look_by, ours};

const PACKAGES: [&str; 2] = ["pynetdicom==3.0.4", "pydicom==3.0.2"];

const SERVER: &str = r#"
import sys
from pynetdicom import AE
from pynetdicom.sop_class import Verification, CTImageStorage

ae = AE("ARCHIVE")
ae.require_calling_aet = ["WARDROUND"]
ae.require_called_aet = True
ae.add_supported_context(globals()[sys.argv[2]])
ae.start_server(("127.0.0.1", int(sys.argv[1])))
"#;

/// What looks in these titles find at a server of this service.
async fn looks<const N: usize>(service: &str, titles: [&str; N]) -> [Seen; N] {
    let (at, python) = (free_address(), python("pynetdicom-3.0.4", &PACKAGES));
    let (python, port) = (python.to_str().unwrap(), at.port().to_string());
    let server =
        Started::by("python3-venv", python, &["server.py", &port, service], &[("server.py", SERVER)]);
    let _server = server.listens(at).await;
    let mut seen = Vec::new();
    for titles in titles {
        let settings = format!("dicom: {{address: '{at}', {titles}}}");
        seen.push(look_by(&Agent::new(&[]).unwrap(), &settings).await);
    }
    seen.try_into().unwrap()
}

#[tokio::test]
async fn both_titles_are_known_or_not() {
    let titles = ["called: ARCHIVE", "called: OTHER", "called: ARCHIVE, calling: STRANGER"];
    let [good, other, stranger] = looks("Verification", titles).await;
    assert_eq!(good.outcome, Outcome::Up);
    assert_eq!(fault(&other), Fault::Rejected);
    assert!(other.words().contains("called AE title not recognised"), "{}", other.words());
    assert_eq!(ours(&stranger), Ours::CredentialRefused);
}

#[tokio::test]
async fn a_service_that_is_not_offered_is_no_echo() {
    let [seen] = looks("CTImageStorage", ["called: ARCHIVE"]).await;
    assert_eq!(fault(&seen), Fault::Rejected);
    assert!(seen.words().contains("not for Verification"), "{}", seen.words());
}
