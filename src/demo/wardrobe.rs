//! Which certificate does a server show today?

use std::io;

use tokio_rustls::TlsAcceptor;

use super::{
    Ailment, Flaw, Part,
    certificates::{Authority, Manners},
};

/// The TLS of one part: with a sound certificate, and with each flawed one.
pub(super) struct Wardrobe {
    sound: TlsAcceptor,
    flawed: Vec<(Flaw, TlsAcceptor)>,
}

impl Wardrobe {
    pub(super) fn new(authority: &Authority, part: Part, manners: Manners) -> io::Result<Self> {
        let host = part.host();
        let flawed = |flaw| Ok((flaw, authority.acceptor(&host, Some(flaw), manners)?));
        Ok(Self {
            sound: authority.acceptor(&host, None, manners)?,
            flawed: Flaw::ALL.into_iter().map(flawed).collect::<io::Result<_>>()?,
        })
    }

    pub(super) fn dressed_for(&self, ailment: Option<Ailment>) -> &TlsAcceptor {
        let Some(Ailment::Certificate(flaw)) = ailment else { return &self.sound };
        self.flawed.iter().find(|(has, _)| *has == flaw).map_or(&self.sound, |(_, acceptor)| acceptor)
    }
}
