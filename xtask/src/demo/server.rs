//! The example server, as a process of its own, and requests to it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::cargo;

/// A running server. It ends with this.
pub struct Server {
    process: Child,
    url: String,
    agent: ureq::Agent,
}

impl Server {
    /// Starts it on a free port, with a database in memory.
    pub fn start(modules: &Path) -> Result<Self> {
        let log = cargo::target().join("demo.log");
        let mut process = Command::new(cargo::target().join("debug/example-server"))
            .args(["--listen", "127.0.0.1:0", "--database", ":memory:", "--modules"])
            .arg(modules)
            .arg("--policy")
            .arg(cargo::root().join("example-modules/sclera.toml"))
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .context("failed to start the example server")?;
        let output = process.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .with_context(|| format!("the server did not start; see {}", log.display()))?
            .to_owned();
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Ok(Self {
            process,
            url,
            agent: config.into(),
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The answer to a GET.
    pub fn get(&self, path: &str) -> Result<Value> {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call()?;
        let body = answer.body_mut().read_json()?;
        ensure!(answer.status().is_success(), "GET {path}: {body}");
        Ok(body)
    }

    /// The status of and the answer to a POST.
    pub fn post(&self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let mut answer = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("x-user", "alice")
            .send_json(body)?;
        Ok((answer.status().as_u16(), answer.body_mut().read_json()?))
    }

    /// Waits until the server ends.
    pub fn wait(&mut self) -> Result<()> {
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
