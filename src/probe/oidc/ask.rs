//! How is a provider asked? One request on a connection of its own: bounded, no cookies, and no redirect is followed, least of
//! all with a credential.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Uri,
    header::{self, HeaderValue},
};
use tokio::time::timeout_at;

use crate::{
    model::Failure,
    probe::{
        Looking,
        dial::{Route, Stream, connect, tls::Tls},
        http::{Answer, OURS, Place, Proxy, Reach, http1},
    },
};

/// The way to a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'l> {
    /// Whom we trust, if TLS is spoken: then with each host, whatever its URL says.
    pub(crate) tls: Option<&'l Tls>,
    /// Who opens the way.
    pub(crate) proxy: Option<&'l Proxy>,
    /// The most that is read of a reply, in bytes.
    pub(crate) limit: usize,
}

/// What it is asked.
#[derive(Debug, Default)]
pub(crate) struct Question {
    /// A form to be posted; without one the page is only fetched.
    pub(crate) form: Option<String>,
    /// What `Authorization` says.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Line<'_> {
    /// Asks at `place`, within the time of `looking`.
    pub(crate) async fn ask(
        &self,
        place: &Place,
        question: Question,
        looking: &mut Looking<'_>,
    ) -> Result<Answer, Failure> {
        let (deadline, left) = (looking.watch.deadline(), looking.remaining());
        let asked = timeout_at(deadline, self.exchange(place, question, looking)).await;
        asked.unwrap_or_else(|_| Err(looking.timed_out(left)))
    }

    async fn exchange(
        &self,
        place: &Place,
        question: Question,
        looking: &mut Looking<'_>,
    ) -> Result<Answer, Failure> {
        let anywhere = Route::default();
        let stream = match self.proxy {
            Some(proxy) => proxy.connect(looking, &place.endpoint, &anywhere).await?,
            None => connect(looking, &place.endpoint, &anywhere).await?,
        };
        let stream = Stream::secured(looking, stream, self.tls, &place.endpoint.host).await?;
        http1(looking, stream, question.to(place), Reach { limit: self.limit, follow: true }).await
    }
}

impl Question {
    fn to(self, place: &Place) -> Request<Full<Bytes>> {
        let form = self.form.is_some();
        let mut request = Request::new(Full::new(self.form.unwrap_or_default().into()));
        *request.method_mut() = if form { Method::POST } else { Method::GET };
        *request.uri_mut() = place.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        let headers = [
            (header::HOST, Some(place.authority.clone())),
            (header::USER_AGENT, Some(HeaderValue::from_static(OURS))),
            (header::ACCEPT, Some(HeaderValue::from_static("application/json"))),
            (header::CONNECTION, Some(HeaderValue::from_static("close"))),
            (
                header::CONTENT_TYPE,
                form.then(|| HeaderValue::from_static("application/x-www-form-urlencoded")),
            ),
            (header::AUTHORIZATION, self.authorization),
        ];
        *request.headers_mut() =
            headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        request
    }
}
