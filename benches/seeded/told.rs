//! How is a Prometheus told of a past? Through its door for remote writes, with many samples at a time.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

/// As many samples as go into one request.
const MANY: usize = 50_000;

/// One Prometheus, and what it is told next.
pub(crate) struct Told {
    at: SocketAddr,
    message: Vec<u8>,
    samples: usize,
}

impl Told {
    pub(crate) fn new(at: SocketAddr) -> Self {
        Self { at, message: Vec::new(), samples: 0 }
    }

    /// A series, its labels by their names in order, and its samples: milliseconds and values, in order.
    pub(crate) fn series(&mut self, labels: &[(String, String)], samples: impl Iterator<Item = (u64, f64)>) {
        let (mut samples, labels) = (samples.peekable(), named(labels));
        while samples.peek().is_some() {
            let mut series = labels.clone();
            for (at, value) in samples.by_ref().take(MANY) {
                sample(&mut series, at, value);
                self.samples += 1;
            }
            field(&mut self.message, 1, &series);
            if self.samples >= MANY {
                self.send();
            }
        }
    }

    /// Sends what has not been sent.
    pub(crate) fn send(&mut self) {
        let body = snappy(&self.message);
        let head = format!(
            "POST /api/v1/write HTTP/1.0\r\nContent-Encoding: snappy\r\nContent-Type: application/x-protobuf\r\n\
             X-Prometheus-Remote-Write-Version: 0.1.0\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.lines().next().is_some_and(|line| line.contains(" 204 ")), "{reply}");
        self.message.clear();
        self.samples = 0;
    }
}

/// A series of Prometheus's `WriteRequest`, up to its samples.
fn named(labels: &[(String, String)]) -> Vec<u8> {
    let mut series = Vec::new();
    for (name, value) in labels {
        let mut label = Vec::new();
        field(&mut label, 1, name.as_bytes());
        field(&mut label, 2, value.as_bytes());
        field(&mut series, 1, &label);
    }
    series
}

fn sample(series: &mut Vec<u8>, at: u64, value: f64) {
    let mut sample = Vec::with_capacity(16);
    sample.push(1 << 3 | 1);
    sample.extend(value.to_le_bytes());
    sample.push(2 << 3);
    number(&mut sample, at);
    field(series, 2, &sample);
}

/// A field of a protocol buffer that has a length.
fn field(message: &mut Vec<u8>, tag: u8, content: &[u8]) {
    message.push(tag << 3 | 2);
    number(message, content.len() as u64);
    message.extend(content);
}

fn number(message: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        message.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    message.push(number.to_le_bytes()[0]);
}

/// Snappy's form, of one piece that is as it is: on one machine there is no wire to be spared.
fn snappy(content: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(content.len() + 16);
    number(&mut block, content.len() as u64);
    block.push(63 << 2);
    block.extend(u32::try_from(content.len() - 1).unwrap().to_le_bytes());
    block.extend(content);
    block
}
