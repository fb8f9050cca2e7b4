//! What lasts from one request to the next? In one look by itself nothing; in a session, connections and cookies.

use hyper::header::HeaderValue;

use super::{
    exchange::{Answer, Link},
    jar::Jar,
    place::Place,
    request::Errand,
};
use crate::{
    model::{Endpoint, Moment},
    raw::Secret,
};

/// Connections and cookies, if any are kept.
#[derive(Default)]
pub(in crate::probe) struct Session {
    links: Vec<(Whose, Link)>,
    jar: Option<Jar>,
}

/// With whom a connection was made, and as whom.
#[derive(PartialEq, Eq)]
struct Whose {
    endpoint: Endpoint,
    secure: bool,
    home: bool,
}

/// The most connections that are kept.
const MOST: usize = 4;

impl Session {
    /// What was given to us to be let in again: none of it may be told on.
    pub(in crate::probe) fn secrets(&self) -> Vec<Secret> {
        let cookies = self.jar.iter().flat_map(Jar::values);
        cookies.map(|value| Secret::new(value.to_owned())).collect()
    }

    /// One that keeps both.
    pub(in crate::probe) fn lasting() -> Self {
        Self { links: Vec::new(), jar: Some(Jar::default()) }
    }

    /// Whether anything lasts.
    pub(super) fn lasts(&self) -> bool {
        self.jar.is_some()
    }

    /// The connection that `errand` may go out on, if it still stands.
    pub(super) async fn link(&mut self, errand: &Errand<'_>) -> Option<Link> {
        let whose = Whose::of(errand);
        let at = self.links.iter().position(|(held, _)| *held == whose)?;
        let (_, mut link) = self.links.swap_remove(at);
        link.stands().await.then_some(link)
    }

    /// Keeps a connection for the next request, and the cookies of its answer.
    pub(super) fn keep(&mut self, errand: &Errand<'_>, link: Link, answer: &Answer, at: Moment) {
        let Some(jar) = &mut self.jar else { return };
        jar.keep(&errand.place, &answer.headers, at);
        self.links.truncate(MOST - 1);
        self.links.push((Whose::of(errand), link));
    }

    /// What the header `Cookie` says to `place`.
    pub(super) fn cookies(&self, place: &Place) -> Option<HeaderValue> {
        self.jar.as_ref()?.show(place)
    }
}

impl Whose {
    fn of(errand: &Errand<'_>) -> Self {
        let Errand { place, home, .. } = errand;
        Self { endpoint: place.endpoint.clone(), secure: place.is_secure(), home: *home }
    }
}
