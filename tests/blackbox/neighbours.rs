//! Do we answer as the real `blackbox_exporter` does, on the same targets, by the same file? Where not, it is on a list.

mod answers;
mod deviations;
mod targets;
mod world;

use deviations::*;
use world::World;

#[tokio::test]
async fn a_web_page() {
    let world = World::start().await;
    let web = world.web();
    for (module, path, differ) in [
        ("http_2xx", "/", &[][..]),
        ("http_2xx", "/missing", &[]),
        ("http_2xx", "/old", &[]),
        ("http_2xx", "/circle", &[CIRCLE]),
        ("http_stay", "/old", &[]),
        ("http_stay_body", "/old", &[UNREAD]),
        ("http_2xx", "/modified", &[]),
        ("http_body", "/", &[]),
        ("http_body", "/modified", &[]),
        ("http_not_body", "/", &[]),
        ("http_header", "/", &[]),
        ("http_header", "/modified", &[]),
        ("http_post", "/posted", &[]),
        ("http_private", "/private", &[]),
        ("http_wrong_password", "/private", &[]),
        ("http_gzip", "/large", &[]),
        ("http_gzip_unasked", "/large", &[PACKED]),
        ("http_small", "/large", &[LIMIT]),
        ("http_ssl", "/", &[]),
    ] {
        world.compare(module, &format!("http://{web}{path}"), differ).await;
    }
    world.compare("http_2xx", &web.to_string(), &[]).await;
    let named = format!("http://localhost:{}", web.port());
    world.compare("http_v4", &named, &[]).await;
    world.compare("http_private", &format!("{named}/moved"), &[]).await;
    world.compare("http_log_in", &format!("{named}/moved"), &[LOG_IN]).await;
    world.agreed();
}

#[tokio::test]
async fn a_page_behind_tls() {
    let world = World::start().await;
    for (module, at, differ) in [
        ("https", world.secure(), &[NEWER][..]),
        ("https_http1", world.secure(), &[NEWER]),
        ("https_anybody", world.secure(), &[NEWER, SKIPPED]),
        ("http_ssl", world.secure(), &[NEWER]),
        ("https", world.expired(), &[NEWER, DISTRUSTED]),
        ("https", world.misnamed(), &[NEWER, DISTRUSTED]),
        ("https_unknown", world.secure(), &[NEWER, DISTRUSTED]),
        ("https", world.web(), &[]),
    ] {
        world.compare(module, &format!("https://{at}/"), differ).await;
    }
    world.agreed();
}

#[tokio::test]
async fn nobody_and_nothing() {
    let world = World::start().await;
    let nobody = world.nobody();
    for (module, target) in [
        ("http_2xx", format!("http://{nobody}/")),
        ("tcp_connect", nobody.to_string()),
        ("tcp_tls", nobody.to_string()),
        ("dns_a", nobody.to_string()),
    ] {
        world.compare(module, &target, &[]).await;
    }
    let mute = targets::mute().await;
    world.compare("http_2xx_quick", &format!("http://{mute}/"), &[LATE]).await;
    world.compare("tcp_tls_quick", &mute.to_string(), &[]).await;
    world.compare("tcp_line_quick", &mute.to_string(), &[]).await;
    let slow = targets::slow_body().await;
    world.compare("http_2xx_quick", &format!("http://{slow}/"), &[]).await;
    world.agreed();
}

#[tokio::test]
async fn a_conversation() {
    let world = World::start().await;
    let greeting = targets::saying(b"220 mail ready\r\n").await;
    world.compare("tcp_connect", &greeting.to_string(), &[]).await;
    world.compare("tcp_line_quick", &greeting.to_string(), &[]).await;
    world.compare("tcp_other", &greeting.to_string(), &[]).await;
    let answered = targets::ping().await;
    world.compare("tcp_irc", &answered.to_string(), &[]).await;
    // HL7 ends a message with its own bytes, and no line.
    let mllp = targets::saying(b"\x0bMSH|^~\\&|\rMSA|AA|1\r\x1c\r").await;
    world.compare("tcp_mllp_quick", &mllp.to_string(), &[NO_LINE]).await;
    let odd = targets::saying(b"220 \xc3\x28 ready\r\n").await;
    world.compare("tcp_line_quick", &odd.to_string(), &[]).await;
    world.agreed();
}

#[tokio::test]
async fn tls_over_tcp() {
    let world = World::start().await;
    world.compare("tcp_tls", &world.secure().to_string(), &[NEWER]).await;
    world.compare("tcp_tls", &world.expired().to_string(), &[NEWER, DISTRUSTED]).await;
    world.compare("tcp_tls", &world.web().to_string(), &[]).await;
    let mail = targets::starttls(&world.certificates).await;
    world.compare("tcp_starttls", &mail.to_string(), &[NEWER]).await;
    world.agreed();
}

#[tokio::test]
async fn a_name_server() {
    let world = World::start().await;
    for (module, differ) in [
        ("dns_a", &[][..]),
        ("dns_soa", &[]),
        ("dns_nobody", &[]),
        ("dns_nobody_expected", &[]),
        ("dns_tcp", &[]),
        ("dns_big", &[TRUNCATED]),
        ("dns_elsewhere", &[]),
        ("dns_all_match", &[]),
        ("dns_one_matches", &[]),
        ("dns_none_matches", &[]),
        ("dns_not_matches", &[]),
        ("dns_authority", &[]),
    ] {
        world.compare(module, &world.names().to_string(), differ).await;
    }
    world.agreed();
}

#[tokio::test]
async fn an_echo() {
    let world = World::start().await;
    for (module, target, differ) in [
        ("icmp_v4", "127.0.0.1", &[HOPS][..]),
        ("icmp_large", "127.0.0.1", &[HOPS]),
        ("icmp_v4", "localhost", &[HOPS]),
        ("icmp_v6", "127.0.0.1", &[]),
    ] {
        world.compare(module, target, differ).await;
    }
    world.agreed();
}

#[tokio::test]
async fn questions_that_make_no_sense() {
    let world = World::start().await;
    for (query, status) in [
        ("module=nope&target=a", 400),
        ("module=<b>&target=a", 400),
        ("module=http_2xx", 400),
        ("target=", 400),
        ("module=http_2xx&target=", 400),
    ] {
        assert_eq!((world.theirs(query).await.0, world.ours(query).await.0), (status, status), "{query}");
    }
}

/// Each deviation is told to whoever reads the manual.
#[test]
fn the_manual_has_the_list() {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/blackbox.md")).unwrap();
    for deviation in deviations::ALL {
        assert!(manual.contains(deviation.words), "docs/blackbox.md does not say: {}", deviation.words);
    }
}
