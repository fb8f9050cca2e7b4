//! How is a name server written?

use std::net::{IpAddr, SocketAddr};

use crate::raw::{Refusal, Writing, written_as_text};

/// A name server: an address, with a port or on 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Server(pub(super) SocketAddr);

written_as_text!(
    Server,
    Writing {
        wanted: "the address of a name server",
        example: "10.1.2.3",
        parse: |text| {
            let bare = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
            let server = bare.or_else(|_| text.parse()).ok().filter(|server| server.port() != 0);
            server.map(Self).ok_or_else(|| {
                Refusal::new(format!("`{text}` is no address of a name server"))
                    .cure("write it like \"10.1.2.3\", \"10.1.2.3:5353\" or \"[2001:db8::53]:53\"; a name will not do")
            })
        },
    },
    { "type": "string", "examples": ["10.1.2.3", "[2001:db8::53]:53"] }
);

/// An address of another machine, without a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address(pub(super) IpAddr);

written_as_text!(
    Address,
    Writing {
        wanted: "an address",
        example: "10.1.2.3",
        parse: |text| {
            text.parse().map(|ip: IpAddr| Self(ip.to_canonical())).map_err(|_| {
                Refusal::new(format!("`{text}` is no address"))
                    .cure("write it like \"10.1.2.3\" or \"2001:db8::1\"; a name or a network will not do")
            })
        },
    },
    { "type": "string", "examples": ["10.1.2.3", "2001:db8::1"] }
);

/// An address and a port on which this agent listens; port 0 takes any that is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listen(pub(super) SocketAddr);

written_as_text!(
    Listen,
    Writing {
        wanted: "an address and a port",
        example: "127.0.0.1:9715",
        parse: |text| {
            text.parse().map(Self).map_err(|_| {
                Refusal::new(format!("`{text}` is no address and port"))
                    .cure("write it like \"127.0.0.1:9715\", \"0.0.0.0:9715\" or \"[::]:9715\"")
            })
        },
    },
    { "type": "string", "pattern": "^.+:[0-9]{1,5}$", "examples": ["127.0.0.1:9715", "0.0.0.0:9715"] }
);
