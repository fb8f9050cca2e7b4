//! Which certificate do we show, and whose do we ask for?

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::CertifiedKey,
};
use schemars::JsonSchema;
use serde::Deserialize;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::{
    model::Moment,
    probe::provider,
    raw::{Door, Field, Outside, Span},
};

/// The largest file with certificates or a key, in bytes.
const LARGEST: usize = 1 << 20;

/// How TLS is spoken: 1.2 and 1.3. The files are read again when they change.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawServeTls {
    /// A PEM file with the certificate of this agent and the chain to its issuer.
    certificate: Field<String>,
    /// A PEM file with its private key, unencrypted.
    key: Field<String>,
    /// A PEM file with the CAs of the only clients that may connect. It gives them no role.
    clients: Option<Field<String>>,
}

/// The files from which TLS is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeTls {
    certificate: PathBuf,
    key: PathBuf,
    clients: Option<PathBuf>,
}

/// What was read from the files, fitting together.
pub struct Shown {
    /// The certificate with its chain, and its key.
    pub pair: Arc<CertifiedKey>,
    /// When the certificate expires.
    pub not_after: Moment,
    /// What certificates of clients are held against.
    pub clients: Option<Arc<dyn ClientCertVerifier>>,
}

/// Which of the files is wrong, and why.
struct Wrong {
    file: PathBuf,
    why: String,
}

impl ServeTls {
    /// The files, to see whether they changed.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.certificate, &self.key].into_iter().chain(&self.clients).map(PathBuf::as_path)
    }

    /// Reads the files.
    ///
    /// # Errors
    /// Which of them is wrong, and why, for a person.
    pub fn read(&self, outside: &dyn Outside) -> Result<Shown, String> {
        let told = |wrong: &Wrong| format!("{}: {}", wrong.file.display(), wrong.why);
        self.shown(outside).map_err(|all| all.iter().map(told).collect::<Vec<_>>().join("; "))
    }

    fn shown(&self, outside: &dyn Outside) -> Result<Shown, Vec<Wrong>> {
        let mut all = Vec::new();
        let chain = certificates(&self.certificate, outside).map_err(|wrong| all.push(wrong));
        let key = private_key(&self.key, outside).map_err(|wrong| all.push(wrong));
        let clients = self.clients.as_deref().map(|file| verifier(file, outside));
        let clients = clients.transpose().map_err(|wrong| all.push(wrong));
        let pair = chain.and_then(|chain| self.pair(chain, key?).map_err(|wrong| all.push(wrong)));
        match (pair, clients) {
            (Ok(pair), Ok(clients)) => {
                Ok(Shown { not_after: not_after(&pair), pair: Arc::new(pair), clients })
            }
            _ => Err(all),
        }
    }

    fn pair(
        &self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<CertifiedKey, Wrong> {
        CertifiedKey::from_der(chain, key, &provider()).map_err(|why| {
            let certificate = self.certificate.display();
            wrong(&self.key, format!("this is not the key of the certificate in {certificate}: {why}"))
        })
    }
}

impl RawServeTls {
    pub(super) fn checked(self, door: &mut Door<'_>) -> Option<ServeTls> {
        let places = [Some(&self.certificate), Some(&self.key), self.clients.as_ref()];
        let places: Vec<(PathBuf, Span)> = places
            .into_iter()
            .flatten()
            .filter_map(|file| Some((door.path(file.get()?), file.span())))
            .collect();
        let clients = self.clients.and_then(|file| Some(door.path(file.get()?)));
        let (certificate, key) = (door.path(self.certificate.get()?), door.path(self.key.get()?));
        let tls = ServeTls { certificate, key, clients };
        for Wrong { file, why } in tls.shown(door.outside()).err().unwrap_or_default() {
            let at = places
                .iter()
                .find(|(place, _)| *place == file)
                .map_or(self.certificate.span(), |(_, at)| *at);
            door.problem(
                at,
                why,
                "the paths are relative to this file; the files are PEM, and wardround can read them",
            );
        }
        Some(tls)
    }
}

fn not_after(pair: &CertifiedKey) -> Moment {
    let read = pair.cert.first().and_then(|first| X509Certificate::from_der(first).ok());
    let seconds = read.map(|(_, certificate)| certificate.validity().not_after.timestamp());
    Moment::from_ms(seconds.unwrap_or_default().saturating_mul(1000))
}

fn wrong(file: &Path, why: impl Into<String>) -> Wrong {
    Wrong { file: file.to_owned(), why: why.into() }
}

fn bytes(file: &Path, outside: &dyn Outside) -> Result<Vec<u8>, Wrong> {
    outside.file(file, LARGEST).map_err(|why| wrong(file, format!("it cannot be read: {why}")))
}

fn certificates(file: &Path, outside: &dyn Outside) -> Result<Vec<CertificateDer<'static>>, Wrong> {
    let bytes = bytes(file, outside)?;
    let read = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let none = || wrong(file, "there is no PEM certificate in it");
    read.ok().filter(|all| !all.is_empty()).ok_or_else(none)
}

fn private_key(file: &Path, outside: &dyn Outside) -> Result<PrivateKeyDer<'static>, Wrong> {
    let bytes = bytes(file, outside)?;
    PrivateKeyDer::from_pem_slice(&bytes)
        .map_err(|_| wrong(file, "there is no unencrypted PEM private key in it"))
}

fn verifier(file: &Path, outside: &dyn Outside) -> Result<Arc<dyn ClientCertVerifier>, Wrong> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(file, outside)?);
    let built = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    built.map_err(|why| wrong(file, format!("no client can be held against it: {why}")))
}
