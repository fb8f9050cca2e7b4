//! How do we learn what another site sees? Its agent is asked.

use bytes::Bytes;

use super::{
    Undelivered,
    call::Below,
    client::{Client, TIMEOUT},
    raw::{RawCall, RawSite},
};
use crate::{
    model::{Moment, Slug},
    probe::Agent,
    raw::Door,
};

/// What is asked, below the address of an agent.
const STATUS: &str = "api/v1/status";

/// The most that is read of a reply, in bytes: some ten thousand probes.
const LIMIT: usize = 4 << 20;

/// Another site, whose agent is asked how everything stands there.
#[derive(Clone, Debug)]
pub struct Site {
    name: Slug,
    client: Client,
}

impl Site {
    /// Checks what was written under `name`.
    pub(crate) fn parse(name: Slug, raw: RawSite, door: &mut Door<'_>) -> Option<Self> {
        let RawSite { url, auth, tls, proxy } = raw;
        let client = Client::parse(RawCall { url, auth, tls, proxy }, Below::Path(STATUS), door)?;
        Some(Self { name, client })
    }

    /// How it is called here.
    pub fn name(&self) -> &Slug {
        &self.name
    }

    /// Where its agent is: scheme, host and port.
    pub fn origin(&self) -> String {
        self.client.origin()
    }

    /// How everything stands there, as JSON, asked at the wall-clock time `now`.
    ///
    /// # Errors
    /// It was not answered, or not with a status of 2xx, or with more than 4 MiB.
    pub async fn standing(&self, now: Moment, agent: &Agent) -> Result<Bytes, Undelivered> {
        self.client.fetch(LIMIT, TIMEOUT, now, agent).await
    }
}
