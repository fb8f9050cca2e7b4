//! Is anything left behind by looks that failed: a socket, a task, memory?

use std::{fs, time::Duration};

use tokio::runtime::{Builder, Handle, Runtime};
use wardround::{
    demo::misbehave::{Misbehaviour, Rogue, Tongue},
    probe::Agent,
};

use super::{
    alone::alone,
    probing::{look_once, now, plan, settings},
};

const TIMEOUT: Duration = Duration::from_millis(100);

pub(super) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The most memory that was ever resident, in KiB.
pub(super) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Every misbehaviour in every tongue once, the villains in a runtime of their own.
async fn round(villains: &Handle, agent: &Agent) {
    for tongue in Tongue::ALL {
        for bad in Misbehaviour::ALL.into_iter().filter(|bad| bad.is_known_in(tongue)) {
            let rogue = villains.spawn(Rogue::start(tongue, bad, now())).await.unwrap().unwrap();
            look_once(&plan(&settings(tongue, rogue.address()), TIMEOUT), agent).await;
        }
    }
}

#[test]
fn no_socket_and_no_task_is_left() {
    if !alone("hostile::leaks::no_socket_and_no_task_is_left", &[]) {
        return;
    }
    let (looks, villains) = (runtime(), runtime());
    let agent = Agent::new(&[]).unwrap();
    looks.block_on(round(villains.handle(), &agent));
    let before = descriptors();
    looks.block_on(round(villains.handle(), &agent));
    assert_eq!(looks.metrics().num_alive_tasks(), 0);
    villains.shutdown_timeout(Duration::from_secs(5));
    let after = descriptors();
    assert!(after <= before, "{before} descriptors, then {after}");
}

#[test]
fn an_endless_reply_costs_no_memory() {
    if !alone("hostile::leaks::an_endless_reply_costs_no_memory", &[]) {
        return;
    }
    let (looks, villains) = (runtime(), runtime());
    let agent = Agent::new(&[]).unwrap();
    let mut grown = Vec::new();
    for tongue in Tongue::ALL {
        for bad in [Misbehaviour::EndlessBody, Misbehaviour::EndlessHead, Misbehaviour::HugeHeader] {
            if bad.is_known_in(tongue) {
                let before = peak();
                looks.block_on(async {
                    let rogue = villains.spawn(Rogue::start(tongue, bad, now())).await.unwrap().unwrap();
                    let plan = plan(&settings(tongue, rogue.address()), Duration::from_secs(1));
                    for _ in 0..20 {
                        look_once(&plan, &agent).await;
                    }
                });
                grown.push((tongue, bad, peak() - before));
            }
        }
    }
    let most = 48 * 1024;
    assert!(grown.iter().all(|(_, _, kib)| *kib < most), "KiB: {grown:?}");
}
