//! Who answers at a door?

use std::{io, sync::Arc};

use tokio::net::TcpStream;

use super::{
    Ailment, archive, directory::Directory, interfaces, mail::Gateway, names::NameServer, web::Site,
};

/// One who talks to the visitors of a part.
pub(super) enum Host {
    Web(Site),
    Interfaces,
    Archive,
    Directory(Directory),
    Mail(Gateway),
    Names(Arc<NameServer>),
}

impl Host {
    /// Talks until the visitor leaves, or as far as the ailment allows.
    pub(super) async fn receive(&self, visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
        match self {
            Self::Web(site) => site.receive(visitor, ailment).await,
            Self::Interfaces => interfaces::receive(visitor, ailment).await,
            Self::Archive => archive::receive(visitor, ailment).await,
            Self::Directory(directory) => directory.receive(visitor, ailment).await,
            Self::Mail(gateway) => gateway.receive(visitor, ailment).await,
            Self::Names(server) => server.receive(visitor).await,
        }
    }
}
