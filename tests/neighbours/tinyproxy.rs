//! Does a real proxy open the way for us, and do we see when it does not?

use std::net::SocketAddr;

use wardround::{
    model::{Fault, Ours, Outcome, Seen},
    probe::Agent,
};

use super::started::{Started, free_address};
use crate::looks::{fault, look_by, ours};

const NGINX: &str = "
daemon off; master_process off; pid pid; error_log log;
events {}
http { access_log off; server { listen ADDRESS; return 200 inside; } }
";

async fn tinyproxy(more: &str, target: SocketAddr) -> (SocketAddr, Started) {
    let at = free_address();
    let (ip, port) = (at.ip(), at.port());
    let config = format!("Listen {ip}\nPort {port}\nTimeout 5\nConnectPort {}\n{more}\n", target.port());
    let files = [("tinyproxy.conf", config.as_str())];
    let started = Started::by("tinyproxy-bin", "tinyproxy", &["-d", "-c", "tinyproxy.conf"], &files);
    (at, started.listens(at).await)
}

async fn look(target: SocketAddr, proxy: &str) -> Seen {
    let text =
        format!("http: {{url: 'http://{target}/', proxy: {proxy}, expect: {{body: {{contains: inside}}}}}}");
    look_by(&Agent::new(&[]).unwrap(), &text).await
}

#[tokio::test]
async fn a_way_is_opened_shut_or_open_to_some() {
    let target = free_address();
    let config = NGINX.replace("ADDRESS", &target.to_string());
    let arguments = ["-p", ".", "-c", "nginx.conf"];
    let nginx =
        Started::by("nginx-light", "nginx", &arguments, &[("nginx.conf", &config), ("password", "t0p")]);
    let nginx = nginx.listens(target).await;

    let (open, _open) = tinyproxy("", target).await;
    let seen = look(target, &format!("'http://{open}'")).await;
    assert_eq!((seen.outcome, seen.details.peer), (Outcome::Up, Some(open)));
    let nobody = free_address();
    assert_eq!(
        fault(&look(nobody, &format!("'http://{open}'")).await),
        Fault::ProxyRefused,
        "port not allowed"
    );

    let (guarded, _guarded) = tinyproxy("BasicAuth monitor t0p", target).await;
    assert_eq!(fault(&look(target, &format!("'http://{guarded}'")).await), Fault::ProxyRefused);
    let logged_in = |user: &str| {
        let file = nginx.folder().join("password");
        let auth = format!("auth: {{basic: {{user: {user}, password: {{file: '{}'}}}}}}", file.display());
        format!("{{url: 'http://{guarded}', {auth}}}")
    };
    assert_eq!(look(target, &logged_in("monitor")).await.outcome, Outcome::Up);
    let refused = look(target, &logged_in("nobody")).await;
    assert_eq!(ours(&refused), Ours::CredentialRefused);

    let gone = look(target, &format!("'http://{nobody}'")).await;
    assert_eq!(fault(&gone), Fault::ConnectionRefused);
}
