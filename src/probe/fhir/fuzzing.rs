//! What may a stranger say to what a FHIR server is asked? Whatever it is, it is told in few words, and is health only where it
//! answers the question.

use std::sync::LazyLock;

use super::{Fhir, members::Members};
use crate::{
    probe::{
        fuzzing::assert_tellable,
        http::fuzzing::{AT, reply},
        kind::Look as _,
        patience::Patience,
    },
    raw::Given,
};

const ASKING: [&str; 4] = [
    "expect: {fhir_version: ['4.0', '5'], resources: {Organization: [read, search-type], Location: []}}",
    "ask: smart, expect: {capabilities: [launch-ehr, client-confidential-asymmetric]}",
    "ask: {read: Organization/RR8}, expect: {json: {path: $.active, equals: true}}",
    "ask: {count: Organization}, expect: {total: {at_least: 1}}",
];

static ALL: LazyLock<[Fhir; 4]> = LazyLock::new(|| {
    ASKING.map(|settings| {
        let text = format!("{{base: 'https://fhir.example/R4', {settings}}}");
        Given::default().check(&text, Fhir::parse).unwrap_or_else(|problems| panic!("{problems}"))
    })
});

pub(in crate::probe) fn fuzz(bytes: &[u8]) {
    let Some(reply) = reply(bytes) else { return };
    for fhir in &*ALL {
        let judged = fhir.judge(&reply, AT);
        assert_tellable(&judged);
        if judged.is_ok_and(|findings| findings.is_empty()) {
            let Some(body) = Members::of(&reply) else { panic!("health without JSON") };
            assert!(reply.status == 200 && fhir.question.lacks(&body).is_empty(), "{body:?}");
        }
    }
    if let Err(failure) = Patience::default().heed(reply.status, &reply.headers, AT) {
        assert_tellable(&Err(failure));
    }
}
