//! Which certificates does the hospital show?

use std::{io, sync::Arc, time::Duration};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio_rustls::TlsAcceptor;

use super::{Flaw, files};
use crate::model::Moment;

/// The hospital's own certificate authority. Its key is public: it may sign for `hospital.test` and loopback addresses
/// only, and is to be trusted nowhere else.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    now: Moment,
    provider: Arc<CryptoProvider>,
}

/// What a TLS server does besides showing a certificate.
#[derive(Clone, Copy)]
pub(super) struct Manners {
    /// What it offers by ALPN.
    pub(super) alpn: &'static [&'static [u8]],
    /// Whether it demands a client certificate of ours.
    pub(super) demands_client: bool,
}

impl Authority {
    /// The committed authority; what it signs is dated by `now`.
    pub(super) fn new(now: Moment) -> io::Result<Self> {
        let key = KeyPair::from_pem(files::CA_KEY).map_err(io::Error::other)?;
        let issuer = Issuer::new(authority_settings("Wardround demo hospital, trust nowhere"), key);
        Ok(Self { issuer, now, provider: Arc::new(aws_lc_rs::default_provider()) })
    }

    /// A TLS server for `name`, with a sound certificate or a flawed one.
    pub(super) fn acceptor(
        &self,
        name: &str,
        flaw: Option<Flaw>,
        manners: Manners,
    ) -> io::Result<TlsAcceptor> {
        let (chain, key) = self.mint(name, flaw).map_err(io::Error::other)?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let builder = if manners.demands_client {
            builder.with_client_cert_verifier(self.of_clients()?)
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_single_cert(chain, key).map_err(io::Error::other)?;
        config.alpn_protocols = manners.alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn of_clients(&self) -> io::Result<Arc<dyn rustls::server::danger::ClientCertVerifier>> {
        let mut roots = RootCertStore::empty();
        let ca = CertificateDer::from_pem_slice(files::CA.as_bytes()).map_err(io::Error::other)?;
        roots.add(ca).map_err(io::Error::other)?;
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(io::Error::other)
    }

    fn mint(&self, name: &str, flaw: Option<Flaw>) -> Result<Minted, rcgen::Error> {
        let key = KeyPair::generate()?;
        let named = if flaw == Some(Flaw::WrongName) { "elsewhere.hospital.test" } else { name };
        let settings = self.dated(leaf_settings(named)?, flaw);
        let certificate = match flaw {
            Some(Flaw::SelfSigned) => settings.self_signed(&key)?,
            Some(Flaw::UnknownIssuer) => settings.signed_by(&key, &stranger()?)?,
            _ => settings.signed_by(&key, &self.issuer)?,
        };
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok((vec![certificate.der().clone()], der))
    }

    fn dated(&self, mut settings: CertificateParams, flaw: Option<Flaw>) -> CertificateParams {
        let (first, last) = match flaw {
            Some(Flaw::Expired) => (-90, -1),
            Some(Flaw::NotYetValid) => (2, 92),
            Some(Flaw::EndsSoon) => (-85, 5),
            _ => (-1, 89),
        };
        let epoch = date_time_ymd(1970, 1, 1);
        settings.not_before = epoch + self.after(first);
        settings.not_after = epoch + self.after(last);
        settings
    }

    /// The time from 1970 to `days` after now (before, if negative).
    fn after(&self, days: i64) -> Duration {
        let ms = self.now.as_ms() + days * 24 * 60 * 60 * 1000;
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }
}

type Minted = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn leaf_settings(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut settings = CertificateParams::new(vec![name.to_owned(), "127.0.0.1".to_owned()])?;
    settings.distinguished_name.push(DnType::CommonName, name);
    settings.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    settings.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    settings.use_authority_key_identifier_extension = true;
    Ok(settings)
}

/// How `ca.pem` was made, once: `authority_settings(…).self_signed(&key)`, and then only its key is needed.
fn authority_settings(name: &str) -> CertificateParams {
    let mut settings = CertificateParams::default();
    settings.distinguished_name.push(DnType::CommonName, name);
    settings.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    settings.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let subnets = [
        CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8),
        CidrSubnet::from_v6_prefix(std::net::Ipv6Addr::LOCALHOST.octets(), 128),
    ];
    let mut permitted_subtrees = vec![GeneralSubtree::DnsName(super::DOMAIN.to_owned())];
    permitted_subtrees.extend(subnets.map(GeneralSubtree::IpAddress));
    settings.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    settings.not_before = date_time_ymd(2026, 1, 1);
    settings.not_after = date_time_ymd(2126, 1, 1);
    settings
}

fn stranger() -> Result<Issuer<'static, KeyPair>, rcgen::Error> {
    Ok(Issuer::new(authority_settings("Nobody knows this authority"), KeyPair::generate()?))
}
