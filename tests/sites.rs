//! Are other sites shown as they are, and as unknown once they no longer answer?

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::{runtime::Runtime, sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use wardround::{
    config::{self, Plan},
    model::{Moment, ServiceState, Slug},
    raw::Given,
    serve::sites::{Elsewhere, Sites},
};

use crate::{
    neighbours::started::free_address,
    run::{Running, Ward},
};

static NOW: AtomicI64 = AtomicI64::new(1_790_000_000_000);

/// A server that asks other sites when it is told to.
struct Asker {
    sites: Sites,
    plan: Arc<Plan>,
    plans: watch::Sender<Option<Arc<Plan>>>,
    runtime: Runtime,
}

impl Asker {
    fn of(sites: &str) -> Self {
        let text = format!(
            "site: here\nsites: {{{sites}}}\nservices: {{epr: {{probes: {{p: {{tcp: {{address: '127.0.0.1:9'}}}}}}}}}}\n"
        );
        let plan = Arc::new(config::load_text("probes.yaml", text, &Given::default()).unwrap());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sites, (plans, heard)) = (Sites::default(), watch::channel(Some(Arc::clone(&plan))));
        let now = || Moment::from_ms(NOW.load(Ordering::SeqCst));
        runtime.spawn(sites.clone().keep(heard, now, CancellationToken::new()));
        Self { sites, plan, plans, runtime }
    }

    /// Asks until it is so.
    fn until(&self, is_so: impl Fn(&BTreeMap<Slug, Elsewhere>) -> bool) -> Arc<BTreeMap<Slug, Elsewhere>> {
        self.runtime.block_on(async {
            for _ in 0..400 {
                let now = self.sites.now();
                if is_so(&now) {
                    return now;
                }
                self.plans.send_replace(Some(Arc::clone(&self.plan)));
                sleep(Duration::from_millis(50)).await;
            }
            panic!("not within 20 s: {:?}", self.sites.now())
        })
    }
}

#[test]
fn another_site_is_shown_until_it_has_been_silent_for_a_minute() {
    let ward = Ward::new();
    ward.write(&[("open", "tcp: {address: 'OPEN'}")]);
    let there = Running::start(&ward);
    let (at, nobody) = (there.at, free_address());
    let asker = Asker::of(&format!("north: {{url: 'http://{at}'}}, south: {{url: 'http://{nobody}'}}"));
    let (north, south, epr): (Slug, Slug, Slug) =
        ("north".parse().unwrap(), "south".parse().unwrap(), "epr".parse().unwrap());
    let state = |known: &BTreeMap<Slug, Elsewhere>| {
        known.get(&north).and_then(|north| Some(north.services.get(&epr)?.state))
    };
    let known = asker.until(|known| state(known) == Some(ServiceState::Up));
    assert_eq!((known[&north].site.as_deref(), &known[&north].trouble), (Some("ward"), &None));
    assert_eq!(known[&north].origin, format!("http://{at}"));
    assert!(known[&south].trouble.is_some() && known[&south].services.is_empty());
    assert_eq!(known[&south].answered, None);

    drop(there);
    let known = asker.until(|known| known[&north].trouble.is_some());
    assert_eq!(state(&known), Some(ServiceState::Up), "what was seen a moment ago still says something");
    NOW.fetch_add(60_000, Ordering::SeqCst);
    let known = asker.until(|known| state(known).is_none());
    assert!(known[&north].answered.is_some(), "it is said when it was heard of last");
}

#[test]
fn a_page_that_is_no_status_is_told_as_what_it_is() {
    let open = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = open.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in open.incoming().flatten() {
            let _ = std::io::Write::write_all(
                &mut &stream,
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwelcome!\n",
            );
        }
    });
    let asker = Asker::of(&format!("west: {{url: 'http://{at}'}}"));
    let known = asker.until(|known| !known.is_empty());
    let trouble = known[&"west".parse::<Slug>().unwrap()].trouble.clone().unwrap();
    assert!(trouble.contains("answered no status") && !trouble.contains("welcome"), "{trouble}");
}

#[test]
fn the_page_shows_sites_side_by_side() {
    let (there, here) = (Ward::new(), Ward::new());
    there.write(&[("open", "tcp: {address: 'OPEN'}")]);
    let north = Running::start(&there);
    let closed = free_address();
    let text = format!(
        "site: south\nsites: {{north: {{url: 'http://{}'}}}}\ndefaults: {{interval: 1s, timeout: 500ms}}\n\
         services:\n  epr: {{title: Patient record, probes: {{p: {{tcp: {{address: '{closed}'}}}}}}}}\n  \
         pacs: {{title: Image archive, probes: {{p: {{tcp: {{address: '{closed}'}}}}}}}}\n",
        north.at
    );
    std::fs::write(here.config(), text).unwrap();
    let south = Running::start(&here);
    south.until("the record is down here and up there", |south| {
        let Some((200, page)) = south.get("/") else { return false };
        let Some((_, sites)) = page.split_once("Sites side by side") else { return false };
        sites.contains("Patient record") && sites.contains("#sign-down") && sites.contains("#sign-up")
    });
    let (_, page) = south.get("/").unwrap();
    assert!(page.contains("<bdi>north</bdi>") && page.contains("<bdi>south</bdi>"), "{page}");

    let rows = |query: &str| {
        let (_, page) = south.get(&format!("/{query}")).unwrap();
        ["epr", "pacs"].map(|service| page.contains(&format!("id=\"s-{service}\"")))
    };
    assert_eq!(rows(""), [true, true]);
    assert_eq!(rows("?site=north"), [true, false], "only what is watched there too");
    assert_eq!(rows("?site=nowhere"), [false, false]);
    let (status, told) = south.get("/api/v1/sites").unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told["sites"]["north"]["services"]["epr"]["state"]), (200, &"up".into()), "{told}");
}
