//! How is a connection to a place made: by which route, through which proxy, with which TLS?

use super::{place::Place, proxy::Proxy, request::Errand};
use crate::{
    model::{Failure, Ours},
    probe::{
        Looking,
        dial::{Route, Stream, tls::Tls},
    },
};

/// How connections are made.
#[derive(Debug)]
pub(super) struct Way {
    /// To the configured host.
    pub(super) route: Route,
    pub(super) proxy: Option<Proxy>,
    /// `None` where this machine trusts nobody, which matters only if plain HTTP is sent on to HTTPS.
    pub(super) tls: Option<Trust>,
    /// Whether HTTP/2 is spoken where nothing is agreed on, as without TLS.
    pub(super) prior_knowledge: bool,
}

/// TLS, as it is spoken to the configured host and to all others.
#[derive(Debug)]
pub(super) struct Trust {
    pub(super) home: Tls,
    /// Without our certificate, and for their own names.
    pub(super) abroad: Tls,
}

impl Way {
    /// A connection for `errand`, with TLS where its URL says so.
    pub(super) async fn open(
        &self,
        looking: &mut Looking<'_>,
        home: &Place,
        errand: &Errand<'_>,
    ) -> Result<Stream, Failure> {
        let place = &*errand.place;
        // A member behind a VIP answers at the configured port, and for the configured host.
        let direct;
        let route = if place.endpoint == home.endpoint {
            &self.route
        } else {
            direct = Route { connect_to: None, ..self.route.clone() };
            &direct
        };
        let tls = self.tls_for(errand)?;
        let Some(proxy) = &self.proxy else {
            return Stream::open(looking, &place.endpoint, route, tls).await;
        };
        let stream = proxy.connect(looking, route.dialled(&place.endpoint), route).await?;
        Stream::secured(looking, stream, tls, &place.endpoint.host).await
    }

    fn tls_for(&self, errand: &Errand<'_>) -> Result<Option<&Tls>, Failure> {
        if !errand.place.is_secure() {
            return Ok(None);
        }
        let none = || Failure::ours(Ours::Internal, "this machine has no root certificates to trust");
        let trust = self.tls.as_ref().ok_or_else(none)?;
        Ok(Some(if errand.home { &trust.home } else { &trust.abroad }))
    }

    /// Whether a certificate of ours is shown to whoever asks for one.
    pub(super) fn shows_certificate(&self, errand: &Errand<'_>) -> bool {
        errand.home && self.tls.as_ref().is_some_and(|trust| trust.home.has_identity())
    }

    /// Whether HTTP/2 is spoken on `stream`.
    pub(super) fn is_http2(&self, stream: &Stream) -> bool {
        match stream {
            Stream::Plain(_) => self.prior_knowledge,
            Stream::Secured(stream) => match stream.get_ref().1.alpn_protocol() {
                Some(agreed) => agreed == b"h2",
                None => self.prior_knowledge,
            },
        }
    }
}
