//! Is the outage of DNS told, although nobody answers for the receiver's name any more?

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hickory_proto::{
    op::{Message as DnsMessage, MessageType, ResponseCode},
    rr::{RData, Record, RecordType, rdata},
};
use tokio::net::UdpSocket;
use wardround::probe::Agent;

use super::{
    Channel, NOW,
    far_end::{Answer, FarEnd},
    message, receiver,
};

/// How a name server fails.
#[derive(Clone, Copy, PartialEq)]
enum Fails {
    Silent,
    Refusing,
}

/// A name server that knows every name to be this machine's, until `broken`.
async fn names(broken: Arc<AtomicBool>, fails: Fails) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((count, peer)) = socket.recv_from(&mut buffer).await {
            let broken = broken.load(Ordering::Relaxed);
            if !broken || fails == Fails::Refusing {
                socket.send_to(&answer(&buffer[..count], broken), peer).await.unwrap();
            }
        }
    });
    address
}

fn answer(asked: &[u8], broken: bool) -> Vec<u8> {
    let mut reply = DnsMessage::from_vec(asked).unwrap();
    reply.metadata.message_type = MessageType::Response;
    if broken {
        reply.metadata.response_code = ResponseCode::ServFail;
    } else if reply.queries[0].query_type() == RecordType::A {
        let name = reply.queries[0].name().clone();
        reply.answers = vec![Record::from_rdata(name, 60, RData::A(rdata::A(Ipv4Addr::LOCALHOST)))];
    }
    reply.to_vec().unwrap()
}

async fn told_after(fails: Fails) {
    let broken = Arc::new(AtomicBool::new(false));
    let agent = Agent::new(&[names(broken.clone(), fails).await]).unwrap();
    let far_end = FarEnd::start(|_| Answer::http("200 OK", "", "")).await;
    let url = format!("http://relay.hospital.example:{}/in", far_end.address.port());
    let settings = format!("{{webhook: {{url: '{url}'}}}}");
    let before = receiver(&settings);
    let Channel::Webhook(webhook) = before.channel() else { panic!("{before:?}") };
    assert_eq!(webhook.deliver(&message("dns"), NOW, &agent).await, Ok(()));
    broken.store(true, Ordering::Relaxed);
    // The plan was read anew.
    let after = receiver(&settings).remembering(&before);
    let Channel::Webhook(webhook) = after.channel() else { panic!("{after:?}") };
    assert_eq!(webhook.deliver(&message("dns"), NOW, &agent).await, Ok(()));
    assert_eq!(far_end.heard().len(), 2);
}

#[tokio::test]
async fn a_name_server_that_refuses_hides_nobody() {
    told_after(Fails::Refusing).await;
}

#[tokio::test(start_paused = true)]
async fn a_name_server_that_is_silent_hides_nobody() {
    told_after(Fails::Silent).await;
}
