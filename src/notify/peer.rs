//! How is a receiver reached, even while no name is answered?

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{net::TcpStream, time::timeout};

use crate::{
    model::{Endpoint, Failure, Host, Phase},
    probe::{Looking, Proxy, Route, Stream, Tls, connect},
};

/// How long the name of a receiver is asked for, where an address is known that it had. The outage that is to be told may be
/// that of DNS.
const NAME: Duration = Duration::from_secs(3);

/// The far end of a connection. Clones remember the same address.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) endpoint: Endpoint,
    pub(super) tls: Option<Tls>,
    pub(super) proxy: Option<Arc<Proxy>>,
    last: Arc<Mutex<Option<SocketAddr>>>,
}

impl Peer {
    pub(super) fn new(endpoint: Endpoint, tls: Option<Tls>, proxy: Option<Proxy>) -> Self {
        Self { endpoint, tls, proxy: proxy.map(Arc::new), last: Arc::default() }
    }

    /// Remembers the address that `before` last reached, if both go to the same place.
    pub(super) fn recall(&self, before: &Self) {
        if self.endpoint == before.endpoint {
            self.remember(before.last());
        }
    }

    /// Whether nothing that is said leaves this machine.
    pub(super) fn is_here(&self) -> bool {
        self.endpoint.host.is_here() && self.proxy.is_none()
    }

    /// A connection, with TLS where it is wanted; a chain that is not trusted is a failure.
    pub(super) async fn open(&self, looking: &mut Looking<'_>) -> Result<Stream, Failure> {
        let stream = self.connect(looking).await?;
        self.secure(looking, stream).await
    }

    /// A connection in the clear.
    pub(super) async fn connect(&self, looking: &mut Looking<'_>) -> Result<TcpStream, Failure> {
        let anywhere = Route::default();
        if let Some(proxy) = &self.proxy {
            return proxy.connect(looking, &self.endpoint, &anywhere).await;
        }
        let Some(last) = self.last() else {
            let stream = connect(looking, &self.endpoint, &anywhere).await?;
            self.remember(looking.details.peer);
            return Ok(stream);
        };
        let by_name = timeout(NAME, connect(looking, &self.endpoint, &anywhere)).await;
        match by_name {
            Ok(Ok(stream)) => {
                self.remember(looking.details.peer);
                Ok(stream)
            }
            Ok(Err(failure)) if looking.watch.phase() != Phase::Resolve => Err(failure),
            _ => connect(looking, &self.endpoint, &by_address(last)).await,
        }
    }

    /// Shakes hands over `stream` where TLS is wanted.
    pub(super) async fn secure(
        &self,
        looking: &mut Looking<'_>,
        stream: TcpStream,
    ) -> Result<Stream, Failure> {
        Stream::secured(looking, stream, self.tls.as_ref(), &self.endpoint.host).await
    }

    fn last(&self) -> Option<SocketAddr> {
        let named = matches!(self.endpoint.host, Host::Name(_));
        self.last.lock().unwrap_or_else(PoisonError::into_inner).filter(|_| named)
    }

    fn remember(&self, peer: Option<SocketAddr>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = peer;
    }
}

fn by_address(last: SocketAddr) -> Route {
    let endpoint = Endpoint { host: Host::Ip(last.ip()), port: last.port() };
    Route { connect_to: Some(endpoint), ..Route::default() }
}
