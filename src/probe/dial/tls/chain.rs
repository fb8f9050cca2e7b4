//! Which chains were read already? A certificate is taken apart once, not at every look.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::certificate;
use crate::model::Certificate;

/// What all chains kept may weigh in memory, in bytes: room for ten thousand servers and more, and a bound on what
/// one that shows another chain at every look can take.
const ROOM: usize = 32 << 20;

type Digest = [u8; 32];

/// The chains already read.
#[derive(Debug, Default)]
pub(crate) struct Chains(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    chains: HashMap<Digest, Arc<[Certificate]>>,
    weight: usize,
}

impl Chains {
    /// The certificates of a chain as it was sent, the server's own first. One further up that cannot be read is left out; if
    /// the server's own cannot be read there is nothing to tell.
    pub(crate) fn read<'a>(&self, chain: impl Iterator<Item = &'a [u8]> + Clone) -> Arc<[Certificate]> {
        let digest = digest(chain.clone());
        if let Some(read) = self.known().chains.get(&digest) {
            return read.clone();
        }
        let read = certificates(chain);
        self.known().keep(digest, read.clone());
        read
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn keep(&mut self, digest: Digest, chain: Arc<[Certificate]>) {
        let weight = chain.iter().map(weight).sum::<usize>() + mem::size_of::<Digest>();
        if self.weight + weight > ROOM {
            *self = Self::default();
        }
        self.weight += weight;
        self.chains.insert(digest, chain);
    }
}

fn certificates<'a>(mut chain: impl Iterator<Item = &'a [u8]>) -> Arc<[Certificate]> {
    let Some(own) = chain.next().and_then(certificate::read) else { return Arc::default() };
    std::iter::once(own).chain(chain.filter_map(certificate::read)).collect()
}

fn digest<'a>(chain: impl Iterator<Item = &'a [u8]>) -> Digest {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for certificate in chain {
        context.update(&(certificate.len() as u64).to_be_bytes());
        context.update(certificate);
    }
    let mut digest = Digest::default();
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

fn weight(certificate: &Certificate) -> usize {
    let texts = [
        &certificate.subject,
        &certificate.issuer,
        &certificate.serial,
        &certificate.key,
        &certificate.sha256,
    ];
    let names = certificate.names.iter().map(|name| mem::size_of::<String>() + name.len());
    mem::size_of::<Certificate>() + texts.iter().map(|text| text.len()).sum::<usize>() + names.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: String) -> Arc<[Certificate]> {
        let at = crate::model::Moment::from_ms(0);
        let text = String::new;
        let (subject, issuer, serial, key, sha256) = (text(), text(), text(), text(), text());
        let names = vec![name];
        Arc::new([Certificate { subject, issuer, names, serial, not_before: at, not_after: at, key, sha256 }])
    }

    #[test]
    fn a_server_that_shows_ever_new_chains_takes_no_more_than_its_room() {
        let mut known = Known::default();
        for number in 0..1000_u16 {
            let mut digest = Digest::default();
            digest[..2].copy_from_slice(&number.to_be_bytes());
            known.keep(digest, certificate("a".repeat(100_000)));
            assert!(known.weight <= ROOM);
            assert!(known.chains.contains_key(&digest));
        }
        assert!(known.chains.len() < 400);
    }
}
