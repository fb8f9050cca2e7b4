//! How does the catalogue read, for people?

use std::fmt::{self, Write};

use super::{AGENT, Family, LEDGER, Label, NOTIFY, PROBE, REPORTS, SERVE, SERVICE};

const HEAD: &str = "# Metrics

<!-- Written from src/metrics/catalogue by a test: `UPDATE_DOCS=1 cargo test`. -->

What `GET /metrics` tells, in Prometheus's text format 0.0.4. All times are in seconds, all sizes in bytes. A series
exists from the start, at zero, unless its line says when it is absent; the series of a removed probe or service are
gone. Every series carries the label `site`; two agents of one site differ by `instance`, which Prometheus adds. Numbers
are kept over a reload, also when a probe's settings change; a restart of the agent begins them anew.
";

/// `docs/metrics.md`, as it shall be.
pub fn document() -> String {
    let mut page = HEAD.to_owned();
    // A `String` takes every write.
    let _ = sections(&mut page);
    page
}

fn sections(page: &mut String) -> fmt::Result {
    let titled = [
        ("A probe", PROBE),
        ("A service", SERVICE),
        ("The receivers", NOTIFY),
        ("The ledger", LEDGER),
        ("Reports", REPORTS),
        ("Who asks", SERVE),
        ("The agent", AGENT),
    ];
    for (title, families) in titled {
        writeln!(page, "\n## {title}")?;
        families.iter().try_for_each(|family| about(page, family))?;
    }
    writeln!(page, "\n## Labels\n")?;
    Label::ALL.into_iter().try_for_each(|label| values(page, label))
}

fn about(page: &mut String, family: &Family) -> fmt::Result {
    let Family { name, shape, unit, help, absent, .. } = family;
    writeln!(page, "\n### `{name}`\n\n{help}\n")?;
    writeln!(page, "- type: {}, {}", shape.label(), unit.label())?;
    if !family.labels.is_empty() {
        let names: Vec<_> = family.labels.iter().map(|label| format!("`{}`", label.name())).collect();
        writeln!(page, "- labels: {}", names.join(", "))?;
    }
    if !absent.is_empty() {
        writeln!(page, "- absent {absent}")?;
    }
    Ok(())
}

fn values(page: &mut String, label: Label) -> fmt::Result {
    write!(page, "- `{}`: {}", label.name(), label.help())?;
    if let [first, rest @ ..] = &*label.values() {
        write!(page, " One of `{first}`")?;
        rest.iter().try_for_each(|value| write!(page, ", `{value}`"))?;
        write!(page, ".")?;
    }
    writeln!(page)
}
