//! Which modules does a `blackbox.yml` hold, and can each be used here? Told when the configuration is read.

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    Rule,
    draft::{Pen, Subject, draft},
    file::{Prober, RawFile, RawModule, is_on, without_nulls},
    masked,
    recorded::Recorder,
};
use crate::{
    probe::{Agent, Kind},
    raw::{Common, Door, Field, Given, Node, Problem, Problems, Span},
};

/// The modules of a `blackbox.yml`, and the targets that they may be used on.
pub struct Modules {
    all: BTreeMap<String, Arc<Module>>,
    pub(super) allow: Vec<Rule>,
    /// The folder to which the paths in the file are relative.
    base: PathBuf,
    common: Mutex<Common>,
    servers: Vec<SocketAddr>,
    agent: OnceLock<Result<Agent, String>>,
}

/// One module.
pub(super) struct Module {
    pub(super) raw: RawModule,
    /// Why it cannot be used; empty if it can.
    pub(super) lacks: Vec<String>,
    /// As it is written, without its secrets.
    pub(super) written: String,
    /// The secrets that it names.
    given: Given,
}

/// A target that is written well, for looking whether the rest is: nobody is dialled.
const SAMPLES: [(Prober, &str); 4] = [
    (Prober::Http, "http://target.invalid/"),
    (Prober::Tcp, "target.invalid:1"),
    (Prober::Dns, "192.0.2.1"),
    (Prober::Icmp, "192.0.2.1"),
];

impl Modules {
    /// Reads the tree of a `blackbox.yml` that lies in the folder `base`. What is wrong with it is told at the door; what
    /// cannot be done here is told as a warning.
    pub fn read(node: &Node, base: &Path, door: &mut Door<'_>) -> Option<Self> {
        let file: RawFile = door.read(&without_nulls(node.clone()))?;
        let mut common = Common::default();
        let mut all = BTreeMap::new();
        for (key, module) in file.modules.good()?.0 {
            let written = node.member("modules").and_then(|modules| modules.member(&key.text));
            let written = written.map(masked::written).unwrap_or_default();
            let Some(raw) = module.good() else { continue };
            let module = Module::read(&key.text, raw, written, base, door, &mut common);
            all.insert(key.text, Arc::new(module));
        }
        let (servers, agent) = (Vec::new(), OnceLock::new());
        let (allow, base, common) = (Vec::new(), base.to_owned(), Mutex::new(common));
        Some(Self { all, allow, base, common, servers, agent })
    }

    /// For these targets, with these name servers (or the system's, if there are none).
    #[must_use]
    pub fn allowing(self, allow: Vec<Rule>, servers: Vec<SocketAddr>) -> Self {
        Self { allow, servers, ..self }
    }

    /// The files that the modules name, except those that hold secrets.
    pub fn files(&self) -> Vec<Vec<u8>> {
        let common = self.common.lock().unwrap_or_else(PoisonError::into_inner);
        common.files().map(<[u8]>::to_vec).collect()
    }

    pub(super) fn module(&self, name: &str) -> Option<&Arc<Module>> {
        self.all.get(name)
    }

    /// What all looks of these modules share.
    pub(super) fn agent(&self) -> Result<&Agent, &str> {
        self.agent.get_or_init(|| Agent::new(&self.servers)).as_ref().map_err(String::as_str)
    }

    /// How `subject` is looked at by `module`; why not, in words. Nothing is read from the disk: it was, before.
    pub(super) fn kind(&self, module: &Module, subject: Subject<'_>) -> Result<Kind, String> {
        let draft = draft(&module.raw, subject, &mut Pen::new("")).ok_or("the module cannot be used here")?;
        let (mut problems, mut common) =
            (Problems::default(), self.common.lock().unwrap_or_else(PoisonError::into_inner));
        let mut door = Door::new(&self.base, &module.given, &mut problems, &mut common);
        let kind = Kind::parse(draft.kind, &draft.settings, &mut door);
        kind.filter(|_| problems.is_empty()).ok_or_else(|| problems.brief())
    }
}

impl fmt::Debug for Modules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.all.keys()).finish()
    }
}

impl Module {
    fn read(
        name: &str,
        raw: RawModule,
        written: String,
        base: &Path,
        door: &mut Door<'_>,
        common: &mut Common,
    ) -> Self {
        let mut pen = Pen::new("");
        let prober = raw.prober.get().copied();
        let target = SAMPLES.iter().find(|(of, _)| Some(*of) == prober).map_or("", |(_, target)| target);
        let draft = draft(&raw, Subject { target, hostname: None }, &mut pen);
        let given = pen
            .variables
            .iter()
            .fold(Given::default(), |given, (variable, secret)| given.variable(variable, secret.expose()));
        let recorder = Recorder::new(door.outside(), given);
        if let Some(draft) = draft.filter(|_| pen.lacks.is_empty()) {
            Kind::parse(draft.kind, &draft.settings, &mut door.apart(base, &recorder, common));
        }
        tell(name, "cannot be used here", &pen.lacks, door);
        tell(name, "does something otherwise here", &pen.changes, door);
        let lacks = pen.lacks.into_iter().map(|(_, why)| why).collect();
        Self { raw, lacks, written, given: recorder.given() }
    }

    /// Whether a chain will do that nobody vouches for.
    pub(super) fn trusts_anybody(&self) -> bool {
        let tls = match self.raw.prober.get() {
            Some(Prober::Http) => {
                self.raw.http.as_ref().and_then(Field::get).and_then(|raw| raw.tls_config.as_ref())
            }
            Some(Prober::Tcp) => {
                self.raw.tcp.as_ref().and_then(Field::get).and_then(|raw| raw.tls_config.as_ref())
            }
            Some(Prober::Dns) => {
                self.raw.dns.as_ref().and_then(Field::get).and_then(|raw| raw.tls_config.as_ref())
            }
            _ => None,
        };
        tls.and_then(Field::get).is_some_and(|tls| is_on(tls.insecure_skip_verify.as_ref()))
    }
}

fn tell(name: &str, what: &str, all: &[(Span, String)], door: &mut Door<'_>) {
    for (span, why) in all {
        let message = format!("the module `{}` {what}: {why}", name.escape_debug());
        door.warn(Problem::new(*span, message));
    }
}
