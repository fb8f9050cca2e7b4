//! Whose session is this? Kept here, and only as the print of what the browser holds.

use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::config::{Hash, Print, Role, Serving};
use crate::model::Slug;

/// A session that nobody uses for this time is over.
const IDLE: Duration = Duration::from_hours(12);

/// A session is over after this time, however it is used.
const WHOLE: Duration = Duration::from_hours(7 * 24);

/// The most sessions; one more ends the one that was used longest ago.
const MOST: usize = 10_000;

/// Who signed in, and by what. What they may do is asked of the plan in force, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// By a password, which was this one's.
    User { name: Slug, password: Box<Hash> },
    /// By this provider, which told that they are in these groups.
    Known { provider: Print, name: String, groups: Vec<String> },
}

/// The sessions of all who signed in.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    held: HashMap<Print, Session>,
}

#[derive(Debug)]
struct Session {
    person: Person,
    began: Duration,
    used: Duration,
}

impl Person {
    /// What they are called.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::User { name, .. } => name.as_str(),
            Self::Known { name, .. } => name,
        }
    }

    /// What they may do by the plan in force; nothing, once they, their provider or their groups are not in it, or their
    /// password was changed.
    fn role(&self, serving: &Serving) -> Option<Role> {
        match self {
            Self::User { name, password } => {
                serving.users().get(name).filter(|user| user.password == **password).map(|user| user.role)
            }
            Self::Known { provider, groups, .. } => {
                serving.oidc().filter(|oidc| oidc.print() == *provider).and_then(|oidc| oidc.role(groups))
            }
        }
    }
}

impl Sessions {
    /// Begins a session; what the browser is to hold.
    pub(super) fn begin(&mut self, person: Person, now: Duration) -> Option<String> {
        if self.held.len() >= MOST {
            self.make_room(now);
        }
        let id = random()?;
        self.held.insert(Print::of(&id), Session { person, began: now, used: now });
        Some(id)
    }

    /// Who holds `id`, and what they may do.
    pub(super) fn whose(&mut self, id: &str, serving: &Serving, now: Duration) -> Option<(String, Role)> {
        let print = Print::of(id);
        let session = self.held.get_mut(&print)?;
        let role = session.person.role(serving).filter(|_| session.lasts(now));
        let Some(role) = role else {
            self.held.remove(&print);
            return None;
        };
        session.used = now;
        Some((session.person.name().to_owned(), role))
    }

    /// Ends a session.
    pub(super) fn end(&mut self, id: &str) {
        self.held.remove(&Print::of(id));
    }

    fn make_room(&mut self, now: Duration) {
        self.held.retain(|_, session| session.lasts(now));
        let oldest = self.held.iter().min_by_key(|(_, session)| session.used).map(|(print, _)| *print);
        if let Some(oldest) = oldest.filter(|_| self.held.len() >= MOST) {
            self.held.remove(&oldest);
        }
    }
}

impl Session {
    fn lasts(&self, now: Duration) -> bool {
        now.saturating_sub(self.used) < IDLE && now.saturating_sub(self.began) < WHOLE
    }
}

/// 256 bits that nobody can guess, in letters that fit a cookie and a URL.
pub(super) fn random() -> Option<String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::load_text, raw::Given};

    const HASHES: [&str; 2] = [
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$iXh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
    ];

    fn serving(users: &str) -> Serving {
        let rest = "services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}";
        let text = format!("{{site: a, serve: {{users: {{{users}}}}}, {rest}}}");
        load_text("probes.yaml", text, &Given::default()).unwrap().serve().clone()
    }

    fn user(name: &str, hash: &str, role: &str) -> String {
        format!("{name}: {{password: '{hash}', role: {role}}}, ")
    }

    fn anna(serving: &Serving) -> Person {
        let (name, user) = serving.users().iter().next().unwrap();
        Person::User { name: name.clone(), password: Box::new(user.password.clone()) }
    }

    fn hours(hours: u64) -> Duration {
        Duration::from_hours(hours)
    }

    #[test]
    fn a_session_ends_when_it_lies_idle_and_in_any_case() {
        let serving = serving(&user("anna", HASHES[0], "operate"));
        let mut sessions = Sessions::default();
        let id = sessions.begin(anna(&serving), hours(0)).unwrap();
        for now in (0..168).step_by(11) {
            assert_eq!(sessions.whose(&id, &serving, hours(now)), Some(("anna".to_owned(), Role::Operate)));
        }
        assert_eq!(sessions.whose(&id, &serving, hours(168)), None, "a week is over");
        let id = sessions.begin(anna(&serving), hours(200)).unwrap();
        assert_eq!(sessions.whose(&id, &serving, hours(212)), None, "nobody used it for half a day");
        assert!(sessions.held.is_empty());
    }

    #[test]
    fn what_somebody_may_do_follows_the_plan() {
        let before = serving(&user("anna", HASHES[0], "admin"));
        let mut sessions = Sessions::default();
        let [one, two, three] = [0; 3].map(|_| sessions.begin(anna(&before), hours(0)).unwrap());
        let demoted = serving(&user("anna", HASHES[0], "view"));
        assert_eq!(sessions.whose(&one, &demoted, hours(1)), Some(("anna".to_owned(), Role::View)));
        assert_eq!(sessions.whose(&two, &serving(&user("anna", HASHES[1], "admin")), hours(1)), None);
        assert_eq!(sessions.whose(&two, &before, hours(1)), None, "a session that ended stays ended");
        assert_eq!(sessions.whose(&three, &serving(&user("bob", HASHES[0], "admin")), hours(1)), None);
    }

    #[test]
    fn whoever_a_provider_knows_may_do_what_their_groups_may_by_the_plan_in_force() {
        let by = |client: &str, roles: &str| {
            let oidc = format!("{{issuer: 'http://127.0.0.1:1', client_id: {client}, roles: {{{roles}}}}}");
            let text = format!(
                "{{site: a, serve: {{url: 'http://127.0.0.1:2', oidc: {oidc}}}, services: {{s: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}}}"
            );
            load_text("probes.yaml", text, &Given::default()).unwrap().serve().clone()
        };
        let before = by("a", "view: '*', operate: [on-call, ward], admin: it");
        let claims = serde_json::json!({"groups": ["ward", "it", "others"]});
        let oidc = before.oidc().unwrap();
        let person =
            Person::Known { provider: oidc.print(), name: "Zoë".into(), groups: oidc.groups(&claims) };
        let role = |serving: &Serving| person.role(serving);
        assert_eq!(role(&before), Some(Role::Admin));
        assert_eq!(role(&by("a", "operate: [on-call, ward]")), Some(Role::Operate));
        assert_eq!(role(&by("a", "view: '*', admin: others")), Some(Role::View), "not a role when they came");
        assert_eq!(role(&by("a", "admin: on-call")), None);
        assert_eq!(role(&by("b", "view: '*'")), None, "another client");
        assert_eq!(role(&serving(&user("zoe", HASHES[0], "admin"))), None);
    }

    #[test]
    fn an_id_is_long_new_each_time_and_not_kept() {
        let serving = serving(&user("anna", HASHES[0], "view"));
        let mut sessions = Sessions::default();
        let [one, two] = [0; 2].map(|_| sessions.begin(anna(&serving), hours(0)).unwrap());
        assert!(one != two && one.len() == 43 && !format!("{sessions:?}").contains(&one));
        sessions.end(&one);
        assert_eq!(sessions.whose(&one, &serving, hours(0)), None);
        assert!(sessions.whose(&two, &serving, hours(0)).is_some());
        for forged in ["", "x", &two[1..], &format!("{two}=")] {
            assert_eq!(sessions.whose(forged, &serving, hours(0)), None);
        }
    }

    #[test]
    fn a_crowd_is_bounded() {
        let serving = serving(&user("anna", HASHES[0], "view"));
        let mut sessions = Sessions::default();
        let ids: Vec<String> = (0..MOST as u64 + 5)
            .map(|n| sessions.begin(anna(&serving), Duration::from_millis(n)).unwrap())
            .collect();
        assert_eq!(sessions.held.len(), MOST);
        assert_eq!(sessions.whose(&ids[0], &serving, hours(1)), None);
        assert!(sessions.whose(&ids[5], &serving, hours(1)).is_some());
    }
}
