//! How does the simulated hospital open, fall ill, and close?

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, LazyLock},
};

use regex::{Captures, Regex};
use tokio::{net::UdpSocket, task::JoinSet, time::sleep};

use super::{
    Ailment, Part, Script,
    certificates::Authority,
    chart::Chart,
    directory::Directory,
    door::{Door, taken},
    hosts::Host,
    mail::Gateway,
    names::NameServer,
    web::Site,
    zone::Zone,
};
use crate::model::Moment;

#[expect(clippy::expect_used, reason = "a constant pattern")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d+\b").expect("digits"));

/// Where the parts are to be found on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// As in the shipped `probes.yaml`.
    Fixed,
    /// Wherever there is room.
    Any,
}

/// The simulated hospital: open from [`Hospital::start`] until it is dropped.
#[derive(Debug)]
pub struct Hospital {
    chart: Arc<Chart>,
    ports: [u16; Part::ALL.len()],
    staff: JoinSet<io::Result<()>>,
}

impl Hospital {
    /// Opens every part, all of them well. `now` dates the certificates.
    ///
    /// # Errors
    /// A port is taken; the error names it and the part.
    pub async fn start(ports: Ports, now: Moment) -> io::Result<Self> {
        let (names, datagrams) = open_names(ports).await?;
        let mut doors = Vec::new();
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Names) {
            doors.push((part, Door::open(part, ports.of(part))?));
        }
        doors.push((Part::Names, names));
        let mut places = [0; Part::ALL.len()];
        for (part, door) in &doors {
            places[*part as usize] = door.port();
        }
        let mut hospital = Self { chart: Arc::new(Chart::new()), ports: places, staff: JoinSet::new() };
        hospital.staff(doors, datagrams, &Authority::new(now)?)?;
        Ok(hospital)
    }

    fn staff(
        &mut self,
        doors: Vec<(Part, Door)>,
        datagrams: UdpSocket,
        authority: &Authority,
    ) -> io::Result<()> {
        let zone = Zone::new(|part| self.port(part)).map_err(io::Error::other)?;
        let names = Arc::new(NameServer::new(zone, Arc::clone(&self.chart)));
        self.staff.spawn(Arc::clone(&names).keep(datagrams));
        for (part, door) in doors {
            let host = match part {
                Part::Images => Host::Web(Site::plain(part)),
                Part::Interfaces => Host::Interfaces,
                Part::Archive => Host::Archive,
                Part::Directory => Host::Directory(Directory::new(authority)?),
                Part::Mail => Host::Mail(Gateway::new(authority)?),
                Part::Names => Host::Names(Arc::clone(&names)),
                _ => Host::Web(Site::secure(part, authority)?),
            };
            self.staff.spawn(door.keep(Arc::new(host), self.chart.follow(part)));
        }
        Ok(())
    }

    /// The part's port on 127.0.0.1.
    pub fn port(&self, part: Part) -> u16 {
        self.ports[part as usize]
    }

    /// From now on this, or nothing, ails `part`. What is under way goes on as it began.
    pub fn set(&self, part: Part, ailment: Option<Ailment>) {
        self.chart.set(part, ailment);
    }

    /// What ails `part` now.
    pub fn ailment(&self, part: Part) -> Option<Ailment> {
        self.chart.of(part)
    }

    /// Lets the parts fall ill and recover by `script`, over and over, from now until the hospital is dropped.
    pub fn perform(&mut self, script: Script) {
        let chart = Arc::clone(&self.chart);
        self.staff.spawn(async move {
            for (from, lasts) in script.scenes().into_iter().cycle() {
                for part in Part::ALL {
                    chart.set(part, script.ailment(part, from));
                }
                sleep(lasts).await;
            }
            Ok(())
        });
    }

    /// The text of the shipped `probes.yaml` with the ports at which this hospital is really to be found.
    pub fn rewrite(&self, probes: &str) -> String {
        let real = |found: &Captures<'_>| {
            let part = Part::ALL.into_iter().find(|part| found[0] == part.port().to_string());
            part.map_or_else(|| found[0].to_owned(), |part| self.port(part).to_string())
        };
        NUMBER.replace_all(probes, real).into_owned()
    }
}

impl Ports {
    fn of(self, part: Part) -> u16 {
        if self == Self::Fixed { part.port() } else { 0 }
    }
}

/// One port for DNS over TCP and over UDP; where any will do, several are tried until one is free for both.
async fn open_names(ports: Ports) -> io::Result<(Door, UdpSocket)> {
    let mut tries = if ports == Ports::Any { 20 } else { 1 };
    loop {
        let door = Door::open(Part::Names, ports.of(Part::Names))?;
        let port = door.port();
        tries -= 1;
        match UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(datagrams) => return Ok((door, datagrams)),
            Err(error) if tries == 0 => return Err(taken(Part::Names, port, &error)),
            Err(_) => {}
        }
    }
}
