//! How is a text checked by itself, with an environment and files that are given and not real?

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::{Common, Door, Outside, Problems, yaml};

/// An outside that was written down: for tests and for the demo.
#[derive(Clone, Debug, Default)]
pub struct Given {
    variables: BTreeMap<String, String>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Given {
    /// With an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// Reads `text` as a raw shape and checks it, as is done with one kind's settings in a whole configuration.
    pub fn check<R: DeserializeOwned, T>(
        &self,
        text: &str,
        parse: impl FnOnce(R, &mut Door<'_>) -> Option<T>,
    ) -> Result<T, Problems> {
        let mut problems = Problems::default();
        let file = problems.file("text", text);
        let node = yaml::read(&mut problems, file);
        let mut common = Common::default();
        let mut door = Door::new(Path::new(""), self, &mut problems, &mut common);
        let checked = node.and_then(|node| door.read(&node)).and_then(|raw| parse(raw, &mut door));
        checked.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

impl Outside for Given {
    fn variable(&self, name: &str) -> Result<String, String> {
        self.variables.get(name).cloned().ok_or_else(|| "it is not set".to_owned())
    }

    fn file(&self, path: &Path, limit: usize) -> Result<Vec<u8>, String> {
        let held = self.files.get(path).ok_or("there is no such file")?;
        (held.len() <= limit).then(|| held.clone()).ok_or_else(|| format!("it is larger than {limit} bytes"))
    }

    fn folder(&self, path: &Path) -> Result<Vec<String>, String> {
        let inside = self.files.keys().filter(|file| file.parent() == Some(path));
        Ok(inside.filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde::Deserialize;

    use super::*;
    use crate::{
        model::Endpoint,
        raw::{Brief, Entries, Field, Lapse, OneOrMany, Pattern, Secret, SecretSource, Statuses, TextSource},
    };

    #[derive(Deserialize)]
    struct Raw {
        address: Field<Endpoint>,
        method: Option<Field<Method>>,
        password: Option<Field<SecretSource>>,
        headers: Option<Field<Entries<TextSource>>>,
        expect: Option<Field<Expect>>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Method {
        Get,
        Head,
    }

    #[derive(Deserialize)]
    struct Expect {
        status: Option<Field<Statuses>>,
        within: Option<Field<Lapse>>,
        body: Option<Field<OneOrMany<Brief<Pattern, Body>>>>,
    }

    #[derive(Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only read, to see what is told")]
        contains: Field<String>,
        #[expect(dead_code, reason = "only read, to see what is told")]
        times: Option<Field<u8>>,
    }

    #[derive(Debug, PartialEq)]
    struct Checked {
        address: Endpoint,
        method: Method,
        password: Option<Secret>,
        headers: Vec<(String, Secret)>,
        statuses: Option<Statuses>,
        bodies: usize,
    }

    fn parse(raw: Raw, door: &mut Door<'_>) -> Option<Checked> {
        let expect = raw.expect.and_then(Field::good);
        let bodies = expect.as_ref().and_then(|e| e.body.as_ref()?.get()).map_or(0, |list| list.0.len());
        if let Some(lapse) = expect.as_ref().and_then(|e| e.within.as_ref())
            && lapse.get().is_some_and(|lapse| lapse.0.is_zero())
        {
            door.problem(lapse.span(), "nothing is that quick", "write at least \"1ms\"");
        }
        let headers = raw.headers.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
        let headers =
            headers.into_iter().filter_map(|(key, value)| Some((key.text, door.text(value)?))).collect();
        Some(Checked {
            method: raw.method.and_then(Field::good).unwrap_or(Method::Get),
            password: raw.password.and_then(|source| door.secret(source)),
            headers,
            statuses: expect.and_then(|e| e.status?.good()),
            bodies,
            address: raw.address.good()?,
        })
    }

    fn outside() -> Given {
        Given::default().variable("TOKEN", "t0p").file("pw", "hunter2\r\n").file("empty", "\n")
    }

    fn told(text: &str) -> String {
        outside().check(text, parse).unwrap_err().to_string()
    }

    #[test]
    fn what_is_right_is_read() {
        let text = "
            address: '[::1]:443'
            method: head
            password: {file: pw}
            headers: {X-Key: 'Key ${env:TOKEN}', Accept: text/html}
            expect: {status: [200, 3xx], within: 1m 30s, body: [Sign in, {contains: x, times: 3}]}";
        let checked = outside().check(text, parse).unwrap();
        assert_eq!(checked.address.to_string(), "[::1]:443");
        assert_eq!((checked.method, checked.bodies), (Method::Head, 2));
        assert_eq!(checked.password.unwrap().expose(), "hunter2");
        assert_eq!(checked.headers[0], ("X-Key".to_owned(), Secret::new("Key t0p".to_owned())));
        assert_eq!(checked.statuses.unwrap().to_string(), "200, 3xx");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        assert_snapshot!(told(
            "
addres: epr:443
method: [get
  ]
password: hunter2
headers: {X-Key: '${env:TOKN}', X-Other: {file: nowhere, mode: 3}}
expect:
  status: [200, 2x, 700]
  within: 30
  body:
    - contains: 404
      times: 256
    - Sign (in
    - {contain: x}
  status: 200
"
        ));
    }

    #[test]
    fn shapes_that_do_not_fit_are_told_where_they_stand() {
        assert_snapshot!(told("- address"));
        assert_snapshot!(told(
            "address:\nmethod: gett\nexpect: 200\npassword: {file: empty}\nheaders: [a]\n"
        ));
        assert_snapshot!(told("address: 443\nexpect: {within: 0s, status: [], body: []}"));
        assert_snapshot!(told("address: a:1\n\tmethod: get"));
        assert_snapshot!(told(""));
    }

    #[test]
    fn anchors_and_merges_keep_the_place_where_it_was_written() {
        let text = "
expect: &e {status: 2y}
<<: {address: 'a:1', method: GET}
method: head
";
        assert_snapshot!(told(text));
    }
}
