//! Whom do both look at, and by which file?

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wardround::{
    blackbox::{Modules, Question},
    config, engine,
};

use super::{answers::Answer, deviations::Deviation};
use crate::neighbours::started::{Started, free_address};

/// The modules; `FOLDER` is where the certificates are.
const MODULES: &str = include_str!("modules.yml");

const NGINX: &str = "
daemon off; master_process off; pid pid; error_log log;
events {}
http {
    access_log off; client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    gzip on; gzip_types *; gzip_min_length 1;
    server {
        listen WEB;
        location = / { default_type text/html; add_header X-Node one; return 200 'Sign in, please'; }
        location = /modified { default_type text/plain; alias modified; }
        location = /large { default_type text/plain; alias large; }
        location = /old { return 301 /; }
        location = /circle { return 302 /circle; }
        location = /moved { return 302 http://localhost:$server_port/private; }
        location = /posted { if ($request_method != POST) { return 405; } return 200 $content_type; }
        location = /private { auth_basic Ward; auth_basic_user_file users; default_type text/plain; alias modified; }
    }
    server {
        listen SECURE ssl http2; ssl_certificate good.pem; ssl_certificate_key good.key;
        location / { default_type text/plain; return 200 '$server_protocol'; }
    }
    server {
        listen EXPIRED ssl http2; ssl_certificate expired.pem; ssl_certificate_key expired.key;
        location / { return 200 here; }
    }
    server {
        listen MISNAMED ssl http2; ssl_certificate misnamed.pem; ssl_certificate_key misnamed.key;
        location / { return 200 here; }
    }
}
";

const ZONE: &str = "
$ORIGIN ward.test.
$TTL 300
@   SOA ns1 hostmaster 2026112201 3600 900 604800 60
@   NS  ns1
ns1 A   127.0.0.1
epr A   10.20.0.7
epr A   10.20.0.8
www CNAME epr
";

const KNOT: &str = "
server:
    listen: 127.0.0.1@PORT
    rundir: .
database:
    storage: .
zone:
  - domain: ward.test
    file: zone
    storage: .
";

/// The real exporter, ours, and their targets.
pub(super) struct World {
    exporter: SocketAddr,
    modules: Arc<Modules>,
    web: [SocketAddr; 4],
    names: SocketAddr,
    /// The CA, a good certificate and its key.
    pub(super) certificates: [String; 3],
    _started: [Started; 3],
    disagreed: Mutex<Vec<String>>,
}

impl World {
    pub(super) async fn start() -> Self {
        let (nginx, web, certificates) = web().await;
        let (knot, names) = names().await;
        let folder = nginx.folder().display().to_string();
        let text = MODULES.replace("FOLDER", &folder);
        std::fs::write(nginx.folder().join("blackbox.yml"), &text).unwrap();
        let exporter = free_address();
        let arguments = ["--config.file=blackbox.yml", &format!("--web.listen-address={exporter}")];
        let name = "prometheus-blackbox-exporter";
        let started = Started::by(name, name, &arguments, &[("blackbox.yml", &text)]).listens(exporter).await;
        let modules = ours(nginx.folder());
        Self {
            exporter,
            modules,
            web,
            names,
            certificates,
            _started: [nginx, knot, started],
            disagreed: Mutex::default(),
        }
    }

    pub(super) fn web(&self) -> SocketAddr {
        self.web[0]
    }

    pub(super) fn secure(&self) -> SocketAddr {
        self.web[1]
    }

    pub(super) fn expired(&self) -> SocketAddr {
        self.web[2]
    }

    pub(super) fn misnamed(&self) -> SocketAddr {
        self.web[3]
    }

    pub(super) fn names(&self) -> SocketAddr {
        self.names
    }

    #[expect(clippy::unused_self, reason = "it belongs to this world")]
    pub(super) fn nobody(&self) -> SocketAddr {
        free_address()
    }

    /// Both answers say the same, but for what is on the list; and for all that is.
    pub(super) async fn compare(&self, module: &str, target: &str, deviations: &[Deviation]) {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("module", module)
            .append_pair("target", target)
            .finish();
        let ((their_status, theirs), (our_status, ours)) =
            tokio::join!(self.theirs(&query), self.ours(&query));
        assert_eq!((their_status, our_status), (200, 200), "{query}: {ours}");
        let differ = Answer::read(&theirs).differences(&Answer::read(&ours), 6.0);
        let listed: BTreeSet<String> =
            deviations.iter().flat_map(|one| one.metrics).map(|name| (*name).to_owned()).collect();
        if !is_told(&differ, &listed, deviations) {
            let debug = self.ours(&format!("{query}&debug=true")).await.1;
            let words = format!(
                "{query} differs in {differ:?}, listed are {listed:?}
{theirs}
{debug}"
            );
            self.disagreed.lock().unwrap().push(words);
        }
    }

    /// Fails if any two answers did not agree.
    pub(super) fn agreed(self) {
        let disagreed = self.disagreed.into_inner().unwrap();
        assert!(disagreed.is_empty(), "{}", disagreed.join("\n======\n"));
    }

    /// The status and the answer of the real one.
    pub(super) async fn theirs(&self, query: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.exporter).await.unwrap();
        let request = format!("GET /probe?{query} HTTP/1.0\r\nHost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// The status and the answer of ours.
    pub(super) async fn ours(&self, query: &str) -> (u16, String) {
        match self.modules.answer(&Question::read(query), None, engine::wall()).await {
            Ok(page) => (200, page),
            Err(refused) => (refused.status, refused.words),
        }
    }
}

/// What differs is on the list, and of every deviation something differs.
fn is_told(differ: &BTreeSet<String>, listed: &BTreeSet<String>, deviations: &[Deviation]) -> bool {
    let shows = |one: &Deviation| one.metrics.iter().any(|name| differ.contains(*name));
    differ.is_subset(listed) && deviations.iter().all(shows)
}

fn ours(folder: &Path) -> Arc<Modules> {
    let text = "site: a\nmodules: {from: blackbox.yml, allow: [127.0.0.0/8, localhost]}\n\
                services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}\n";
    std::fs::write(folder.join("probes.yaml"), text).unwrap();
    let plan = config::load(&folder.join("probes.yaml")).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(plan.warnings(), "");
    Arc::clone(plan.modules().unwrap())
}

async fn web() -> (Started, [SocketAddr; 4], [String; 3]) {
    let web = [(); 4].map(|()| free_address());
    let mut config = NGINX.to_owned();
    for (name, at) in ["WEB", "SECURE", "EXPIRED", "MISNAMED"].into_iter().zip(web) {
        config = config.replace(name, &at.to_string());
    }
    let authority = authority("Ward Root");
    let [good, good_key] = issued(&authority, "127.0.0.1", 2096);
    let [expired, expired_key] = issued(&authority, "127.0.0.1", 2020);
    let [misnamed, misnamed_key] = issued(&authority, "epr.test", 2096);
    let (ca, other) = (authority.pem(), self::authority("Other Root").pem());
    let files = [
        ("nginx.conf", &*config),
        ("ca.pem", &ca),
        ("other.pem", &other),
        ("good.pem", &good),
        ("good.key", &good_key),
        ("expired.pem", &expired),
        ("expired.key", &expired_key),
        ("misnamed.pem", &misnamed),
        ("misnamed.key", &misnamed_key),
        ("users", "monitor:{PLAIN}t0p\n"),
        ("modified", "changed at last"),
        ("large", &"0123456789".repeat(10_000)),
    ];
    let started = Started::by("nginx-light", "nginx", &["-p", ".", "-c", "nginx.conf"], &files);
    let certificates = [ca.clone(), good.clone(), good_key.clone()];
    (started.listens(web[3]).await, web, certificates)
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn issued(authority: &CertifiedIssuer<'static, KeyPair>, name: &str, until: i32) -> [String; 2] {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned(), "also.ward.test".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::OrganizationName, "Royal, Infirmary");
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    [params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem()]
}

async fn names() -> (Started, SocketAddr) {
    let at = free_address();
    let config = KNOT.replace("PORT", &at.port().to_string());
    let big = format!(" \"{}\"", "x".repeat(240)).repeat(16);
    let zone = format!("{ZONE}big TXT{big}\n");
    let started =
        Started::by("knot", "knotd", &["-c", "knot.conf"], &[("knot.conf", &config), ("zone", &zone)]);
    (started.listens(at).await, at)
}
