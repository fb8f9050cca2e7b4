//! What does a mail server hear, and what does it answer? One that speaks as the test wants, in the clear and in TLS.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// A mail server at `localhost`, and what it has heard.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    /// The certificate that it shows, as PEM.
    pub(super) certificate: String,
    pub(super) heard: Arc<Mutex<Vec<String>>>,
}

/// What is answered instead of the usual: to a command (`""` is the greeting, `"."` the end of a mail).
type Answers = fn(&str) -> Option<&'static str>;

impl MailServer {
    /// Answers by `answers`, and as any server would where that says nothing.
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (certificate, acceptor) = acceptor();
        let kept = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, acceptor) = (kept.clone(), acceptor.clone());
                tokio::spawn(async move { receive(stream, acceptor, &kept, answers).await });
            }
        });
        Self { address, certificate, heard }
    }

    /// Every line so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn acceptor() -> (String, TlsAcceptor) {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from_pem_slice(own.signing_key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    (own.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

async fn receive(stream: TcpStream, acceptor: TlsAcceptor, heard: &Mutex<Vec<String>>, answers: Answers) {
    let mut plain = BufStream::new(stream);
    let greeting = answers("").unwrap_or("220 mail ready");
    if say(&mut plain, greeting).await && converse(&mut plain, heard, answers, true).await {
        let Ok(secured) = acceptor.accept(plain.into_inner()).await else { return };
        heard.lock().unwrap().push("(TLS)".to_owned());
        converse(&mut BufStream::new(secured), heard, answers, false).await;
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(visitor: &mut BufStream<S>, line: &str) -> bool {
    let said = visitor.write_all(format!("{line}\r\n").as_bytes()).await;
    said.is_ok() && visitor.flush().await.is_ok()
}

/// Until the visitor goes, or wants TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    visitor: &mut BufStream<S>,
    heard: &Mutex<Vec<String>>,
    answers: Answers,
    in_clear: bool,
) -> bool {
    let (mut line, mut in_mail) = (String::new(), false);
    while visitor.read_line(&mut line).await.is_ok_and(|count| count > 0) {
        let command = std::mem::take(&mut line).trim_end().to_owned();
        heard.lock().unwrap().push(command.clone());
        if in_mail && command != "." {
            continue;
        }
        let usual = match command.split([' ', ':']).next().unwrap() {
            "EHLO" if in_clear => "250-mail\r\n250 STARTTLS",
            "EHLO" => "250-mail\r\n250 AUTH LOGIN PLAIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "STARTTLS" => "220 go on",
            "QUIT" => "221 bye",
            _ => "250 well",
        };
        let answer = answers(&command).unwrap_or(usual);
        in_mail = command == "DATA" && answer.starts_with("354");
        if !say(visitor, answer).await || command == "QUIT" {
            return false;
        }
        if command == "STARTTLS" && answer.starts_with("220") {
            return true;
        }
    }
    false
}
