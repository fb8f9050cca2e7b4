//! Does a provider say what it should? Pure.

use std::time::Duration;

use super::{
    Oidc, Reply,
    wire::{Discovery, Keys, difference},
};
use crate::{
    model::{Check, Failure, Fault, Finding, Moment},
    probe::{
        Bounds, Findings,
        http::{self, Place, Wanted, span, until},
        printable,
    },
};

/// What is expected of a provider, checked.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) algorithms: Vec<String>,
    pub(super) grant_types: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) keys: Option<Bounds<u64>>,
    /// How long the certificates of its keys last.
    pub(super) expires_in: Option<Duration>,
    /// What may be expected of any reply over HTTP.
    pub(super) reply: Wanted,
}

/// What is granted by whoever does not say it (OpenID Connect Discovery, 3).
const GRANTS: [&str; 2] = ["authorization_code", "implicit"];

/// How many characters of a name are shown.
const SHOWN: usize = 80;

/// Where the keys are, if that is said and can be asked.
pub(super) fn keys_of(itself: &http::Reply) -> Option<Place> {
    let discovery = Discovery::read(&itself.body.bytes).ok().filter(|_| itself.status == 200)?;
    Place::parse(&discovery.jwks_uri?).ok()
}

/// What is broken of what a provider says, at the wall-clock time `at`.
pub(super) fn judge(oidc: &Oidc, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
    let (expectations, place) =
        (&oidc.expectations, reply.itself.place.as_ref().unwrap_or(&oidc.asking.place));
    if let Some(finding) = bad_status("", &reply.itself) {
        return Ok(vec![finding]);
    }
    let Some(discovery) = discovery(&reply.itself)? else {
        let got = "something that is no JSON";
        return Ok(vec![Finding::hard(Check::Json, "", "a discovery document", got)]);
    };
    let mut found: Vec<Finding> = misnamed(&oidc.issuer, &discovery).into_iter().collect();
    let keys = match keys(&discovery, reply.keys.as_ref())? {
        Ok(keys) => keys,
        Err(finding) => {
            found.push(finding);
            return Ok(found);
        }
    };
    if keys.all().is_empty() && expectations.must.keys.is_none() {
        found.push(Finding::hard(Check::Keys, "", "at least 1", "0"));
    }
    found.extend(expectations.judge(|expected, findings| {
        expected.judge(&discovery, &keys, (&reply.itself, place), at, findings);
    }));
    Ok(found)
}

/// What it says of itself; `None` if that is not even JSON.
fn discovery(itself: &http::Reply) -> Result<Option<Discovery>, Failure> {
    whole("the discovery document", itself)?;
    match Discovery::read(&itself.body.bytes) {
        Ok(discovery) => Ok(Some(discovery)),
        Err(_) if itself.body.bytes.trim_ascii_start().first() != Some(&b'{') => Ok(None),
        Err(why) => Err(malformed("the discovery document", &why)),
    }
}

fn misnamed(issuer: &str, discovery: &Discovery) -> Option<Finding> {
    let how = difference(issuer, &discovery.issuer)?;
    let said = printable(discovery.issuer.as_bytes(), SHOWN);
    let got = if said.is_empty() { "absent".to_owned() } else { format!("{said}: {how}") };
    Some(Finding::hard(Check::Issuer, "", issuer, got))
}

/// The keys, or what is wrong with them.
fn keys(discovery: &Discovery, reply: Option<&http::Reply>) -> Result<Result<Keys, Finding>, Failure> {
    let Some(reply) = reply else {
        let got = if discovery.jwks_uri.is_some() { "no URL" } else { "absent" };
        return Ok(Err(Finding::hard(Check::Keys, "jwks_uri", "a URL", got)));
    };
    if let Some(finding) = bad_status("keys", reply) {
        return Ok(Err(finding));
    }
    whole("the set of its keys", reply)?;
    Keys::read(&reply.body.bytes).map(Ok).map_err(|why| malformed("the set of its keys", &why))
}

impl Expected {
    fn judge(
        &self,
        discovery: &Discovery,
        keys: &Keys,
        (itself, place): (&http::Reply, &Place),
        at: Moment,
        findings: &mut Findings,
    ) {
        let grants = GRANTS.map(str::to_owned);
        let granted = discovery.grant_types_supported.as_deref().unwrap_or(&grants);
        for (subject, wanted, offered) in [
            ("algorithm", &self.algorithms, listed(discovery.id_token_signing_alg_values_supported.as_ref())),
            ("grant type", &self.grant_types, granted),
            ("scope", &self.scopes, listed(discovery.scopes_supported.as_ref())),
        ] {
            for one in wanted.iter().filter(|one| !offered.contains(one)) {
                findings.broken(Check::Offers, subject, one, "not offered");
            }
        }
        self.judge_keys(keys, at, findings);
        self.reply.judge(itself, place, at, findings);
    }

    fn judge_keys(&self, keys: &Keys, at: Moment, findings: &mut Findings) {
        let count = keys.all().len() as u64;
        if let Some(bounds) = self.keys.filter(|bounds| !bounds.allow(&count)) {
            findings.broken(Check::Keys, "", bounds.words(), count.to_string());
        }
        let Some(wanted) = self.expires_in else { return };
        for key in keys.all() {
            if let Some(end) = key.until.filter(|end| end.since(at) < wanted) {
                let id = printable(key.id.as_deref().unwrap_or_default().as_bytes(), SHOWN);
                let expected = format!("at least {}", span(wanted));
                findings.broken(Check::ExpiresIn, format!("key {id}"), expected, until(end, at));
            }
        }
    }
}

fn listed(list: Option<&Vec<String>>) -> &[String] {
    list.map_or(&[], Vec::as_slice)
}

fn bad_status(subject: &str, reply: &http::Reply) -> Option<Finding> {
    let status = reply.status;
    let reason = status.canonical_reason().unwrap_or_default();
    (status != 200)
        .then(|| Finding::hard(Check::Status, subject, "200", format!("{} {reason}", status.as_u16())))
}

fn whole(what: &str, reply: &http::Reply) -> Result<(), Failure> {
    let words = || format!("{what} is larger than {} bytes, and is read no further", reply.body.bytes.len());
    if reply.body.cut { Err(Failure::theirs(Fault::TooLarge, words())) } else { Ok(()) }
}

fn malformed(what: &str, why: &str) -> Failure {
    Failure::theirs(Fault::Malformed, format!("{what}: {why}"))
}
