//! What does Prometheus answer, asked as Grafana asks?

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
};

use regex::Regex;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::{
    picked::Picked,
    shipped::{Target, Variable},
};

/// One answer: labels, and values by time.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) values: Vec<(f64, f64)>,
}

/// A Prometheus that is asked.
#[derive(Clone, Copy)]
pub(crate) struct Ask(pub(crate) SocketAddr);

static LABEL_VALUES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^label_values\((?:(.+),)?\s*(\w+)\s*\)\s*$").expect("a pattern of ours is a regex")
});
static QUERY_RESULT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^query_result\((.+)\)\s*$").expect("a pattern of ours is a regex"));

impl Ask {
    /// Prometheus's answer, or its complaint.
    pub(crate) fn api(self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pairs = parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let reply = self.reply(path, &body);
        let mut json: Value = serde_json::from_str(&reply).map_err(|why| format!("{why}: {reply}"))?;
        if json["status"] != "success" {
            return Err(json["error"].as_str().unwrap_or(&reply).to_owned());
        }
        Ok(json["data"].take())
    }

    fn reply(self, path: &str, body: &str) -> String {
        let line = if body.is_empty() || path.starts_with("label/") {
            format!("GET /api/v1/{path}?{body} HTTP/1.0\r\n\r\n")
        } else {
            let form = "Content-Type: application/x-www-form-urlencoded";
            format!("POST /api/v1/{path} HTTP/1.0\r\n{form}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        };
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.write_all(line.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// What `target` shows of what is picked.
    pub(crate) fn target(self, target: &Target, picked: &Picked) -> Result<Vec<Series>, String> {
        let query = picked.expand(&target.expression);
        let (from, to, step) = (picked.from.to_string(), picked.to.to_string(), picked.step.to_string());
        let told = if target.instant {
            self.api("query", &[("query", &query), ("time", &to)])
        } else {
            self.api("query_range", &[("query", &query), ("start", &from), ("end", &to), ("step", &step)])
        };
        told.map(|data| data["result"].as_array().into_iter().flatten().filter_map(series).collect())
            .map_err(|why| format!("{why}\n    {query}"))
    }

    /// The values that `variable` offers.
    pub(crate) fn variable(self, variable: &Variable, picked: &Picked) -> Result<Vec<String>, String> {
        let query = picked.expand(&variable.query);
        let known = |why: String| format!("{why}\n    {query}");
        if let Some(found) = LABEL_VALUES.captures(&query) {
            let (path, from, to) =
                (format!("label/{}/values", &found[2]), picked.from.to_string(), picked.to.to_string());
            let mut parameters = vec![("start", &*from), ("end", &*to)];
            parameters.extend(found.get(1).map(|selector| ("match[]", selector.as_str().trim())));
            return self.api(&path, &parameters).map(|data| texts(&data)).map_err(known);
        }
        let asked =
            QUERY_RESULT.captures(&query).map_or(&*query, |found| found.get(1).map_or("", |it| it.as_str()));
        let told = self.api("query", &[("query", asked), ("time", &picked.to.to_string())]);
        told.map(|data| {
            data["result"].as_array().into_iter().flatten().map(|one| one["metric"].to_string()).collect()
        })
        .map_err(known)
    }
}

fn texts(data: &Value) -> Vec<String> {
    data.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn series(json: &Value) -> Option<Series> {
    let labels = json["metric"]
        .as_object()?
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    let value = |pair: &Value| Some((pair[0].as_f64()?, pair[1].as_str()?.parse().ok()?));
    let values = match json["values"].as_array() {
        Some(all) => all.iter().filter_map(value).collect(),
        None => value(&json["value"]).into_iter().collect(),
    };
    Some(Series { labels: labels.collect(), values })
}
