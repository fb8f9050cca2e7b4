//! What is the report in a sentence or two?

use std::time::Duration;

use super::{Report, ServiceReport, Verdict, words};

/// What a board member reads if nothing else is read.
pub fn headline(report: &Report) -> String {
    let services: Vec<&ServiceReport> = report.sites.iter().flat_map(|site| &site.services).collect();
    let sentences = [Some(promises(&report.name, &services)), down(&services), unseen(&services)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn promises(name: &str, services: &[&ServiceReport]) -> String {
    let with = |verdict| services.iter().filter(|one| one.verdict() == Some(verdict)).count();
    let [met, missed, open] = [Verdict::Met, Verdict::Missed, Verdict::NotProvable].map(with);
    let judged = met + missed + open;
    if judged == 0 {
        return format!("{name}: nothing that was promised could be judged.");
    }
    let told = |count: usize, words: String| if count > 0 { words } else { String::new() };
    let missed = told(missed, format!("; {missed} did not"));
    let open = told(open, format!("; of {open} nobody can say, since too much was not seen"));
    format!("{name}: {met} of {judged} services with promises kept them all{missed}{open}.")
}

fn down(services: &[&ServiceReport]) -> Option<String> {
    let worst = services.iter().max_by_key(|one| one.tally.down)?;
    let all: Duration = services.iter().map(|one| one.tally.down).sum();
    if all.is_zero() {
        return Some("No service was down outside planned work.".into());
    }
    let told = format!("{} was down longest: {}", worst.title, words::up(worst.tally.down));
    Some(format!("{told}; all services together {}, outside planned work.", words::up(all)))
}

fn unseen(services: &[&ServiceReport]) -> Option<String> {
    let all: Duration = services.iter().map(|one| one.watched).sum();
    let unknown: Duration = services.iter().map(|one| one.tally.unknown).sum();
    let part = words::share_of_bad(unknown, all)?;
    Some(format!("Nobody saw for {part} of the time: that is counted neither as good nor as bad."))
}
