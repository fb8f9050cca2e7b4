//! Where does a redirect lead, and what becomes of the request on the way? Pure.

use std::borrow::Cow;

use hyper::{
    HeaderMap, Method, StatusCode,
    header::{self, HeaderValue},
};

use super::{exchange::Answer, place::Place, request::Errand, session::Session};
use crate::{
    model::{Failure, Fault},
    probe::printable,
};

/// The most redirects that may be allowed.
pub(super) const MOST: u8 = 20;

/// How much of a bad `Location` is shown.
const SHOWN: usize = 80;

/// The redirects followed in one look.
#[derive(Debug)]
pub(super) struct Trail {
    /// How many may still be followed.
    left: u8,
    allowed: u8,
    /// Where we were, with which method and which cookies.
    been: Vec<(Method, Place, Option<HeaderValue>)>,
}

/// Whether a status sends us on.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

impl Trail {
    pub(super) fn new(allowed: u8) -> Self {
        Self { left: allowed, allowed, been: Vec::new() }
    }

    /// The request that follows `errand`. Only `home` may learn a credential; `secret` says whether we have one.
    pub(super) fn next(
        &mut self,
        errand: &Errand<'_>,
        home: &Place,
        secret: bool,
        answer: &Answer,
        session: &Session,
    ) -> Result<Errand<'static>, Failure> {
        let place = location(&errand.place, &answer.headers)?;
        self.been.push((errand.method.clone(), errand.place.clone().into_owned(), errand.cookies.clone()));
        let (method, with_body) = method(errand, answer.status);
        let (home_again, cookies) = (home.is_home_to(&place), session.cookies(&place));
        let place = Cow::Owned(place);
        let next = Errand { home: home_again, place, method, with_body, kept: errand.kept, cookies };
        self.count(&next)?;
        guard(errand, &next, home, secret)?;
        Ok(next)
    }

    /// Who is sent back with another cookie than before may be let in this time.
    fn count(&mut self, next: &Errand<'_>) -> Result<(), Failure> {
        let here = (&next.method, &*next.place, &next.cookies);
        if self.been.iter().any(|(method, place, cookies)| (method, place, cookies) == here) {
            let words = format!("the redirects lead in a circle: back to {}", next.place.told());
            return Err(Failure::theirs(Fault::Redirect, words));
        }
        let Some(left) = self.left.checked_sub(1) else {
            let words =
                format!("more than {} redirects; the next leads to {}", self.allowed, next.place.told());
            return Err(Failure::theirs(Fault::Redirect, words));
        };
        self.left = left;
        Ok(())
    }
}

fn location(from: &Place, headers: &HeaderMap) -> Result<Place, Failure> {
    let Some(location) = headers.get(header::LOCATION) else {
        return Err(Failure::theirs(Fault::Redirect, "a redirect without the header Location leads nowhere"));
    };
    let read = str::from_utf8(location.as_bytes()).map_err(|_| "it is not UTF-8".to_owned());
    read.and_then(|text| from.follow(text)).map_err(|why| {
        let shown = location.as_bytes().split(|byte| *byte == b'?').next().unwrap_or_default();
        let words = format!("the redirect to \"{}\" leads nowhere: {why}", printable(shown, SHOWN));
        Failure::theirs(Fault::Redirect, words)
    })
}

/// As browsers do it: 303 asks anew with GET, and so do 301 and 302 after a POST; 307 and 308 repeat the request.
fn method(errand: &Errand<'_>, status: StatusCode) -> (Method, bool) {
    let anew = match status.as_u16() {
        303 => errand.method != Method::HEAD,
        301 | 302 => errand.method == Method::POST,
        _ => false,
    };
    if anew { (Method::GET, false) } else { (errand.method.clone(), errand.with_body) }
}

/// What must not be said on the way: a credential in clear, or our body to another host.
fn guard(from: &Errand<'_>, next: &Errand<'_>, home: &Place, secret: bool) -> Result<(), Failure> {
    let refuse = |why: &str| {
        let words = format!("the redirect to {} would {why}", next.place.told());
        Err(Failure::theirs(Fault::Redirect, words))
    };
    let downgraded = from.place.is_secure() && !next.place.is_secure();
    if secret && from.home && downgraded && home.endpoint.host == next.place.endpoint.host {
        refuse("send our credential in clear")
    } else if next.with_body && !next.home {
        refuse("send our request's body to another host")
    } else {
        Ok(())
    }
}
