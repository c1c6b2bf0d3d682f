//! Whether a module in a language reaches a server that it is granted, and no other.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::trial::text;
use super::workshop::Workshop;
use crate::cargo;
use crate::language::Language;

/// The module in `tests/languages/http` that asks the server at its `url`, and answers with what that said.
pub struct Probe {
    module: PathBuf,
    server: Server,
    policy: PathBuf,
}

const HOOK: &str = "on_manual_trigger_ioc";

impl Probe {
    /// Builds it: a module from the template, with another source file.
    pub fn of(language: Language, workshop: &Workshop) -> Result<Self> {
        let folder = workshop.place(&format!("{language}/probe"));
        workshop.sclera_new("probe", language, &folder)?;
        let (entry, probe) = language.entry();
        let source = cargo::root().join("tests/languages/http").join(probe);
        fs::copy(&source, folder.join(entry)).with_context(|| format!("failed to copy {}", source.display()))?;
        workshop.sclera(["build", text(&folder)?, "--json"])?;
        Ok(Self {
            module: folder.join("build/probe.wasm"),
            server: Server::start()?,
            policy: folder.join("probe.toml"),
        })
    }

    pub fn works_under_a_grant(&self, workshop: &Workshop) -> Result<((), String)> {
        let origin = format!("http://{}", self.server.address);
        let grant = format!("[modules.probe.grants.http]\norigins = [\"{origin}\"]\naddresses = [\"127.0.0.0/8\"]\n");
        self.policy(&grant)?;
        // What is granted has to be reviewed; what is taken away again, not.
        workshop.tell(&[
            "module",
            "review",
            text(&self.module)?,
            "--policy",
            text(&self.policy)?,
            "--yes",
        ])?;
        let (code, said) = self.play(workshop)?;
        let message = said
            .pointer("/runs/0/delivery/result/Ok/message")
            .and_then(Value::as_str);
        ensure!(
            code == 0 && message == Some("200 pong"),
            "it does not answer `200 pong`: {}",
            result(&said)
        );
        ensure!(
            self.server.requests() == 1,
            "the server got {} requests, not one",
            self.server.requests()
        );
        Ok(((), "200 pong".to_owned()))
    }

    pub fn is_refused_without(&self, workshop: &Workshop) -> Result<((), String)> {
        let before = self.server.requests();
        self.policy("")?;
        let (code, said) = self.play(workshop)?;
        let fault = said.pointer("/runs/0/delivery/result/Err/kind").and_then(Value::as_str);
        ensure!(
            code == 1,
            "`sclera test-load` ended with {code}, not 1: {}",
            result(&said)
        );
        ensure!(
            fault == Some("refused-capability"),
            "it is no refused capability: {}",
            result(&said)
        );
        ensure!(self.server.requests() == before, "the request reached the server");
        Ok(((), "refused".to_owned()))
    }

    /// Writes the policy: where to ask, and what is granted.
    fn policy(&self, grants: &str) -> Result<()> {
        let url = format!("http://{}/ping", self.server.address);
        let text = format!("[modules.probe.config]\nurl = \"{url}\"\n{grants}");
        fs::write(&self.policy, text).with_context(|| format!("failed to write {}", self.policy.display()))
    }

    /// Runs it under the policy.
    fn play(&self, workshop: &Workshop) -> Result<(i32, Value)> {
        let (module, policy) = (text(&self.module)?, text(&self.policy)?);
        workshop.ask(["test-load", module, "--policy", policy, "--hook", HOOK, "--json"])
    }
}

/// What a report of `test-load` says of its one run.
fn result(said: &Value) -> String {
    said.pointer("/runs/0/delivery/result").unwrap_or(said).to_string()
}

/// A server on the loopback interface that answers everything with `pong`, until this program ends.
struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port is free on the loopback interface")?;
        let address = listener.local_addr()?;
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for mut connection in listener.incoming().flatten() {
                let head = BufReader::new(&connection)
                    .lines()
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty());
                if head.count() > 0 {
                    counted.fetch_add(1, Ordering::SeqCst);
                    let _ = connection.write_all(ANSWER.as_bytes());
                }
            }
        });
        Ok(Self { address, requests })
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\npong";
