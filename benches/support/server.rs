//! What is looked at? A small, quick server of each kind on loopback, in a process of its own, so that its CPU is not ours.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
};
use tokio_rustls::TlsAcceptor;
use wardround::{
    demo::{Hospital, Part, Ports},
    model::Moment,
};

const FLAG: &str = "--serve";
pub(crate) const NAME: &str = "bench.test";
pub(crate) const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\nconnection: close\r\n\r\nHello, ward!\n";

/// The server process and where it listens. It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) http: u16,
    pub(crate) https: u16,
    pub(crate) tcp: u16,
    pub(crate) dns: u16,
    pub(crate) hang: u16,
    pub(crate) mllp: u16,
    pub(crate) dicom: u16,
    pub(crate) fhir: u16,
    pub(crate) ca: PathBuf,
}

impl Server {
    /// Becomes the server if this process was started as one; otherwise starts it.
    pub(crate) fn start() -> Self {
        let mut words = std::env::args().skip_while(|word| word != FLAG);
        if let Some(ca) = words.nth(1) {
            serve(Path::new(&ca));
            std::process::exit(0);
        }
        let ca = std::env::temp_dir().join(format!("wardround-bench-{}.pem", std::process::id()));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([FLAG.as_ref(), ca.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ports: Vec<u16> = line.split_whitespace().map(|port| port.parse().unwrap()).collect();
        let [http, https, tcp, dns, hang, mllp, dicom, fhir] = ports[..] else {
            panic!("the server said {line:?}")
        };
        Self { child, http, https, tcp, dns, hang, mllp, dicom, fhir, ca }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.ca);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve(ca: &Path) {
    let http = listen();
    let https = listen();
    let tcp = listen();
    let hang = listen();
    let fhir = listen();
    let hospital = Hospital::start(Ports::Any, Moment::from_ms(0)).await.unwrap();
    let dns = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let acceptor = acceptor(ca);
    let ports = [
        port(&http),
        port(&https),
        port(&tcp),
        dns.local_addr().unwrap().port(),
        port(&hang),
        hospital.port(Part::Interfaces),
        hospital.port(Part::Archive),
        port(&fhir),
    ];
    println!("{}", ports.map(|port| port.to_string()).join(" "));
    std::io::stdout().flush().unwrap();
    tokio::spawn(accept(http, |stream| async move { answer(stream, REPLY).await }));
    let statement = statement();
    tokio::spawn(accept(fhir, move |stream| {
        let statement = statement.clone();
        async move { answer(stream, &statement).await }
    }));
    tokio::spawn(accept(tcp, |mut stream| async move { drop(stream.read(&mut [0; 16]).await) }));
    tokio::spawn(accept(hang, |mut stream| async move {
        let mut sink = [0; 1024];
        while stream.read(&mut sink).await.is_ok_and(|count| count > 0) {}
    }));
    tokio::spawn(accept(https, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, REPLY).await;
            }
        }
    }));
    tokio::spawn(names(dns));
    // The parent's end of stdin closes when it ends, however it ends.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
}

/// A deep backlog: thousands of probes of one benchmark knock at one door.
fn listen() -> TcpListener {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).unwrap();
    socket.listen(4096).unwrap()
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    handle: impl Fn(tokio::net::TcpStream) -> F,
) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(handle(stream));
        }
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, reply: &[u8]) {
    let mut request = Vec::with_capacity(1024);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_buf(&mut request).await {
            Ok(count) if count > 0 => {}
            _ => return,
        }
    }
    let _ = stream.write_all(reply).await;
    let _ = stream.shutdown().await;
}

/// What a small FHIR server says of itself: 14 resources, each with its interactions.
fn statement() -> Vec<u8> {
    let interactions = r#"[{"code":"read"},{"code":"vread"},{"code":"search-type"},{"code":"create"}]"#;
    let resource = |number| format!(r#"{{"type":"Resource{number}","interaction":{interactions}}}"#);
    let resources: Vec<String> = (0..14).map(resource).collect();
    let body = format!(
        r#"{{"resourceType":"CapabilityStatement","status":"active","date":"2026-01-01","kind":"instance","fhirVersion":"4.0.1","format":["json"],"rest":[{{"mode":"server","resource":[{}]}}]}}"#,
        resources.join(",")
    );
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/fhir+json\r\nconnection: close\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Answers every question with one A record: the question back, then the answer.
async fn names(socket: UdpSocket) {
    let mut buffer = [0; 512];
    loop {
        let Ok((count, peer)) = socket.recv_from(&mut buffer).await else { continue };
        let end = 12 + buffer[12..count].iter().position(|byte| *byte == 0).unwrap() + 5;
        let mut reply = buffer[..end].to_vec();
        reply[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
        let _ = socket.send_to(&reply, peer).await;
    }
}

/// P-256, TLS 1.3, a certificate signed by a CA of this run.
fn acceptor(ca: &Path) -> TlsAcceptor {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(ca, issuer.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec![NAME.to_owned(), "127.0.0.1".to_owned()];
    let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    config.send_tls13_tickets = 0;
    TlsAcceptor::from(Arc::new(config))
}
