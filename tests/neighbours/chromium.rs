//! What does a real browser make of a page? Chromium without a window, told what to do over two pipes.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
    session: String,
    calls: u64,
    /// What it complained of.
    pub(crate) complaints: Vec<String>,
    _profile: TempDir,
}

impl Browser {
    pub(crate) fn open() -> Self {
        Self::with("")
    }

    /// One that trusts whoever shows a key of this print: the SHA-256 of what a certificate says of it, in Base64.
    pub(crate) fn trusting(print: &str) -> Self {
        Self::with(&format!("--ignore-certificate-errors-spki-list={print}"))
    }

    fn with(option: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // Chromium is told on descriptor 3, and answers on 4.
        let line = format!(
            "exec chromium --headless --no-sandbox --disable-gpu --no-first-run --remote-debugging-pipe \
             --user-data-dir='{}' {option} about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1",
            profile.path().display()
        );
        let mut child = Command::new("sh")
            .args(["-c", &line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("{why}; it needs chromium"));
        let (tell, hear) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self {
            child,
            tell,
            hear,
            session: String::new(),
            calls: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        browser.attach();
        browser
    }

    fn attach(&mut self) {
        let targets = self.call("Target.getTargets", &json!({}));
        let pages = targets["targetInfos"].as_array().unwrap();
        let page = pages.iter().find(|target| target["type"] == "page").unwrap()["targetId"].clone();
        let attached = self.call("Target.attachToTarget", &json!({"targetId": page, "flatten": true}));
        self.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// Does `method`, and hands back what came of it.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut call = json!({"id": self.calls, "method": method, "params": params});
        if !self.session.is_empty() {
            call["sessionId"] = json!(self.session);
        }
        self.tell.write_all(format!("{call}\0").as_bytes()).unwrap();
        loop {
            let heard = self.heard();
            if heard["id"] == self.calls {
                assert!(heard["error"].is_null(), "{method}: {heard}");
                return heard["result"].clone();
            }
        }
    }

    fn heard(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.hear.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser ended");
        let heard: Value = serde_json::from_slice(&bytes).unwrap();
        let method = heard["method"].as_str().unwrap_or_default();
        if method == "Runtime.exceptionThrown" || method == "Log.entryAdded" {
            self.complaints.push(heard["params"].to_string());
        }
        heard
    }

    /// A window of this size; narrow ones are phones.
    pub(crate) fn size(&mut self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// As somebody has set it who likes it dark.
    pub(crate) fn dark(&mut self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.call("Emulation.setEmulatedMedia", &features);
    }

    /// Loads a page, and waits until it is whole.
    pub(crate) fn load(&mut self, url: &str) {
        self.call("Page.navigate", &json!({"url": url}));
        self.until(&format!("location.href === {} && document.readyState === 'complete'", json!(url)));
    }

    /// What `script` comes to.
    pub(crate) fn run(&mut self, script: &str) -> Value {
        let asked = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{script:.200}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until `script` comes to `true`.
    pub(crate) fn until(&mut self, script: &str) {
        for _ in 0..400 {
            if self.run(script) == true {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("never: {script}; {:?}", self.complaints);
    }

    /// Presses a key.
    pub(crate) fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let pressed = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.call("Input.dispatchKeyEvent", &pressed);
        }
    }

    /// What it shows, as PNG; also written to the folder that `PICTURES` names, for those who want to see it.
    pub(crate) fn picture(&mut self, name: &str) -> Vec<u8> {
        let shot = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        let picture = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        if let Ok(folder) = std::env::var("PICTURES") {
            fs::write(Path::new(&folder).join(format!("{name}.png")), &picture).unwrap();
        }
        picture
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
