//! A provider by which people sign in, whose words the test writes.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What it answers, by path; `None` where it says nothing at all.
type Answers = BTreeMap<&'static str, Option<(u16, String)>>;

pub(super) struct Provider {
    pub(super) url: String,
    answers: Arc<Mutex<Answers>>,
    heard: Arc<Mutex<Vec<String>>>,
    key: EcdsaKeyPair,
}

impl Provider {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answers, heard) = (Arc::<Mutex<Answers>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let provider = Self { url, answers: Arc::clone(&answers), heard: Arc::clone(&heard), key };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, heard) = (Arc::clone(&answers), Arc::clone(&heard));
                thread::spawn(move || answer(stream, &answers, &heard));
            }
        });
        provider.says("/.well-known/openid-configuration", &provider.itself());
        provider.says("/keys", &provider.keys("one"));
        provider
    }

    pub(super) fn itself(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.url);
        json!({
            "issuer": self.url, "jwks_uri": at("/keys"), "authorization_endpoint": at("/in?realm=a"),
            "token_endpoint": at("/token"), "userinfo_endpoint": at("/person"),
        })
    }

    pub(super) fn keys(&self, id: &str) -> Value {
        let coded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let point = self.key.public_key().as_ref();
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": id, "x": coded(&point[1..33]), "y": coded(&point[33..])}]})
    }

    pub(super) fn says(&self, path: &'static str, body: &Value) {
        self.answers.lock().unwrap().insert(path, Some((200, body.to_string())));
    }

    pub(super) fn fails(&self, path: &'static str, status: u16, body: &str) {
        self.answers.lock().unwrap().insert(path, Some((status, body.to_owned())));
    }

    pub(super) fn hangs(&self, path: &'static str) {
        self.answers.lock().unwrap().insert(path, None);
    }

    /// Gives tokens that say `claims`, signed by its key `id`.
    pub(super) fn gives(&self, id: &str, claims: &Value) {
        let coded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", coded(&json!({"alg": "ES256", "kid": id})), coded(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        self.says("/token", &json!({"token_type": "Bearer", "access_token": "access-1", "id_token": token}));
    }

    /// What was asked at `path`, whole, so far.
    pub(super) fn heard(&self, path: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|asked| asked.split(' ').nth(1) == Some(path)).cloned().collect()
    }
}

fn answer(mut stream: TcpStream, answers: &Mutex<Answers>, heard: &Mutex<Vec<String>>) {
    let asked = read(&mut stream);
    let path = asked.split(' ').nth(1).unwrap_or_default().to_owned();
    heard.lock().unwrap().push(asked);
    let known = answers.lock().unwrap().get(path.as_str()).cloned();
    let Some((status, body)) = known.unwrap_or(Some((404, String::new()))) else {
        // Until the other side gives up.
        let _ = stream.read(&mut [0; 1]);
        return;
    };
    let moved = if status / 100 == 3 { "Location: /elsewhere\r\n" } else { "" };
    let first =
        format!("HTTP/1.1 {status} So\r\n{moved}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(format!("{first}{body}").as_bytes());
}

fn read(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        text.push_str(&String::from_utf8_lossy(&piece[..count]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lines = head.to_ascii_lowercase();
        let length = lines.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    text
}
