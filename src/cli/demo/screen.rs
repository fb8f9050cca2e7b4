//! How is the board shown? As a table that is drawn anew in its place on a terminal, and a line a change elsewhere.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use comfy_table::{Cell, Color, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use jiff::tz::TimeZone;

use super::board::{telling, why};
use crate::{
    cli::words,
    model::{Moment, ServiceState},
    serve::board::{ServiceStanding, Standing},
};

/// The most characters of what is seen, in the table and in a line.
const SEEN: usize = 100;
pub(super) const TOLD: usize = 160;

/// So many pieces of news stand under the table.
const NEWS: usize = 4;

/// Where the board is shown.
pub(super) struct Screen {
    pub(super) zone: TimeZone,
    /// What was told last, the newest at the end.
    news: VecDeque<String>,
    /// How many lines of the last table there are above the cursor; none on what is no terminal.
    drawn: Option<usize>,
}

impl Screen {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, news: VecDeque::new(), drawn: io::stdout().is_terminal().then_some(0) }
    }

    /// Draws how everything stands with `below` under it; nothing where lines are told instead.
    pub(super) fn draw(&mut self, standing: &Standing, below: &str, now: Moment) -> io::Result<()> {
        let Some(drawn) = self.drawn else { return Ok(()) };
        let table = table(standing, now);
        let width = table.width().map_or(usize::MAX, usize::from);
        let below = self.news.iter().map(String::as_str).chain(below.lines());
        let below: String = below.map(|line| cut(line.trim_end(), width) + "\n").collect();
        let text = format!("{table}\n{below}");
        self.drawn = Some(text.lines().count());
        let up = if drawn == 0 { String::new() } else { format!("\x1b[{drawn}A\x1b[J") };
        put(&format!("{up}{text}"))
    }

    /// Tells one line, where the board is not drawn.
    pub(super) fn tell(&self, line: &str, now: Moment) -> io::Result<()> {
        if self.drawn.is_some() {
            return Ok(());
        }
        put(&self.line(line, now))
    }

    /// Tells one line; where the board is drawn it stands under it until so many newer ones have come.
    pub(super) fn note(&mut self, line: &str, now: Moment) -> io::Result<()> {
        if self.news.len() == NEWS {
            self.news.pop_front();
        }
        self.news.push_back(self.line(line, now));
        self.tell(line, now)
    }

    fn line(&self, line: &str, now: Moment) -> String {
        format!("{}  {line}\n", words::clock(now, &self.zone))
    }
}

fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A change of a service in a line.
pub(super) fn change(service: &ServiceStanding) -> String {
    let (sign, word, _) = looks(service.state);
    let why = if service.state == ServiceState::Up { String::new() } else { why(service) };
    let colon = if why.is_empty() { "" } else { ": " };
    format!("{sign} {word:<9} {}{colon}{}", service.title, cut(&why, TOLD))
}

fn table(standing: &Standing, now: Moment) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["", "Service", "State", "For", "Last look", "What is seen"]);
    for service in &standing.services {
        table.add_row(row(service, now));
    }
    table
}

fn row(service: &ServiceStanding, now: Moment) -> Vec<Cell> {
    let (sign, word, colour) = looks(service.state);
    let since = service.since.map_or_else(String::new, |since| whole_seconds(now.since(since)));
    let look = telling(service).and_then(|probe| probe.look.as_ref());
    let took = look.map_or_else(String::new, |look| short(look.seen.timeline.total()));
    vec![
        Cell::new(sign).fg(colour),
        Cell::new(&service.title),
        Cell::new(word).fg(colour),
        Cell::new(since),
        Cell::new(took),
        Cell::new(cut(&why(service), SEEN)),
    ]
}

/// A sign, a word and a colour: whoever cannot tell colours apart has the others.
fn looks(state: ServiceState) -> (&'static str, &'static str, Color) {
    match state {
        ServiceState::Up => ("●", "up", Color::Green),
        ServiceState::AtRisk => ("◍", "at risk", Color::Cyan),
        ServiceState::Degraded => ("◐", "degraded", Color::Yellow),
        ServiceState::Partial => ("◔", "partial", Color::Magenta),
        ServiceState::Down => ("✖", "down", Color::Red),
        ServiceState::Unknown => ("?", "unknown", Color::Blue),
    }
}

fn whole_seconds(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..=59 => format!("{seconds} s"),
        seconds => format!("{} m {:02} s", seconds / 60, seconds % 60),
    }
}

fn short(span: Duration) -> String {
    if span < Duration::from_secs(1) {
        format!("{:.1} ms", span.as_secs_f64() * 1000.0)
    } else {
        format!("{:.2} s", span.as_secs_f64())
    }
}

/// At most so many characters of a text.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::demo::board::Board,
        config,
        entry::Entry,
        model::{
            Cadence, Details, Failure, Fault, Observation, Outcome, Phase, Reason, Seen, ServiceTransition,
            State, Timeline, Transition, Why,
        },
        raw::Given,
    };

    const AT: Moment = Moment::from_ms(1_000_000);

    fn board() -> Board {
        let text = "site: here\nservices:\n  epr: {title: Patient record, probes: {page: {tcp: {address: 'a:1'}}}}\n  \
                    pacs: {title: Images, probes: {page: {tcp: {address: 'b:1'}}}}\n";
        Board::new(&config::load_text("probes.yaml", text, &Given::default()).unwrap())
    }

    /// A look at the patient record that ended in nothing, and what is believed then.
    fn went_down() -> [Entry; 3] {
        let probe = crate::model::ProbeId::new("epr".parse().unwrap(), "page".parse().unwrap());
        let mut timeline = Timeline::default();
        timeline.enter(Phase::Connect, 0, Duration::ZERO);
        timeline.end(Duration::from_millis(12));
        let Failure { words, .. } = Failure::theirs(Fault::ConnectionRefused, "a:1: connection refused");
        let outcome = Outcome::Down(Reason::Fault { fault: Fault::ConnectionRefused, words });
        let look = Observation {
            probe: probe.clone(),
            why: Why::Due,
            due: AT,
            began: AT,
            ended: AT,
            late: Duration::ZERO,
            cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
            seen: Seen { timeline, outcome, details: Details::default() },
        };
        let (from, to) = (State::Up, State::Down);
        [
            Entry::Observed(Box::new(look)),
            Entry::Changed(Transition { probe, from, to, since: AT, after: None, confirmed: AT }),
            Entry::ServiceChanged(ServiceTransition {
                service: "epr".parse().unwrap(),
                from: ServiceState::Up,
                to: ServiceState::Down,
                since: AT,
                after: None,
                confirmed: AT,
                by: None,
            }),
        ]
    }

    #[test]
    fn what_went_down_is_told_with_its_reason() {
        let mut board = board();
        let [look, probe, service] = went_down();
        for entry in [look, probe, service] {
            board.absorb(&entry);
        }
        let standing = board.standing(AT);
        let told = change(standing.service(&"epr".parse().unwrap()).unwrap());
        assert_eq!(
            told,
            "✖ down      Patient record: page: connection_refused in connect: a:1: connection refused"
        );
        let mut table = table(&standing, AT + Duration::from_secs(75));
        insta::assert_snapshot!(table.force_no_tty().set_width(100));
        assert_eq!(board.sum(AT), "2 services, 2 probes: 1 looks, 1 of them not up.");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(cut("Übergabe", 8), "Übergabe");
        assert_eq!(cut("Übergabe", 7), "Überga…");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn the_last_news_stand_under_the_table() {
        let mut screen = Screen { zone: TimeZone::UTC, news: VecDeque::new(), drawn: Some(0) };
        for number in 0..6 {
            screen.note(&format!("news {number}"), AT).unwrap();
        }
        let news: Vec<&str> = screen.news.iter().map(|line| line.trim_end()).collect();
        assert_eq!(news, ["00:16:40  news 2", "00:16:40  news 3", "00:16:40  news 4", "00:16:40  news 5"]);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(short(Duration::from_micros(4321)), "4.3 ms");
        assert_eq!(short(Duration::from_millis(1520)), "1.52 s");
        assert_eq!(whole_seconds(Duration::from_secs(59)), "59 s");
        assert_eq!(whole_seconds(Duration::from_secs(125)), "2 m 05 s");
    }
}
