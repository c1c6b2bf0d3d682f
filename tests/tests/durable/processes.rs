//! The real programs, and something between a worker and its server that can end the worker at the worst moment.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use sclera_tests::{example, sclera_program};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An example server that leaves its deliveries to workers elsewhere, with the module `case-watch`.
pub struct Server {
    process: Child,
    pub url: String,
    pub folder: TempDir,
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let modules = folder.path().join("loaded");
        std::fs::create_dir(&modules).unwrap();
        std::fs::copy(example("case-watch"), modules.join("case_watch.wasm")).unwrap();
        let mut process = Command::new(sclera_program().with_file_name("example-server"))
            .args(["--workers", "0", "--database"])
            .arg(folder.path().join("cases.db"))
            .arg("--modules")
            .arg(modules)
            .arg("--policy")
            .arg(policy())
            .arg("--data")
            .arg(folder.path().join("state"))
            .arg("--cache")
            .arg(folder.path().join("cache"))
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("server.log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url, folder }
    }

    pub fn get(&self, path: &str) -> Value {
        let mut answer = ureq::get(format!("{}{path}", self.url)).call().unwrap();
        answer.body_mut().read_json().unwrap()
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let mut answer = ureq::post(format!("{}{path}", self.url)).send_json(body).unwrap();
        answer.body_mut().read_json().unwrap()
    }

    /// Makes a case, of which `case-watch` is told in the background; and gives its id.
    pub fn make_case(&self, name: &str) -> Value {
        let made = self.post("/cases", &json!({"case_name": name, "case_customer": 1}));
        assert_eq!(made["modules"][0]["outcome"], "in the background", "{made}");
        made["object"]["case_id"].clone()
    }

    /// All deliveries on new cases, once they are over.
    pub fn over(&self) -> Vec<Value> {
        loop {
            let all = self.get("/deliveries?hook=on_postload_case_create&limit=1000");
            let all = all.as_array().unwrap();
            if all.iter().all(|delivery| delivery["state"] != "waiting") {
                return all.clone();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn policy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../example-modules/sclera.toml")
}

/// A worker that is started again whenever it dies.
pub struct Workers {
    current: Arc<Mutex<Option<Child>>>,
    stop: Arc<AtomicBool>,
    keeping: Option<JoinHandle<()>>,
}

impl Workers {
    pub fn start(server: &Server, between: &Between) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let current = between.worker.clone();
        let mut command = Command::new(sclera_program());
        command
            .arg("worker")
            .arg("--data")
            .arg(server.folder.path().join("state"))
            .arg("--policy")
            .arg(policy())
            .arg("--cache")
            .arg(server.folder.path().join("cache"))
            .args(["--apply-to", &between.url])
            .stdout(Stdio::null());
        let log = server.folder.path().join("worker.log");
        let keeping = {
            let (stop, current) = (stop.clone(), current.clone());
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let log = File::options().append(true).create(true).open(&log).unwrap();
                    let child = command.stderr(log).spawn().unwrap();
                    *current.lock().unwrap() = Some(child);
                    while !stop.load(Ordering::Relaxed) && current.lock().unwrap().is_some() {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                }
            })
        };
        Self {
            current,
            stop,
            keeping: Some(keeping),
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(keeping) = self.keeping.take() {
            let _ = keeping.join();
        }
        kill(&self.current);
    }
}

fn kill(worker: &Mutex<Option<Child>>) {
    if let Some(mut worker) = worker.lock().unwrap().take() {
        let _ = worker.kill();
        let _ = worker.wait();
    }
}

/// What becomes of a delivery whose actions a worker wants to be applied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The server is asked, and the worker is told.
    Applied,
    /// The worker dies before the server hears of it.
    DiesBefore,
    /// The server applies the actions, and the worker dies before it hears of that.
    DiesAfter,
}

/// Stands between workers and the server.
pub struct Between {
    pub url: String,
    worker: Arc<Mutex<Option<Child>>>,
    /// The deliveries that came, in order.
    pub came: Arc<Mutex<Vec<Value>>>,
}

impl Between {
    /// `fate` decides on each delivery, and is told how often it has come before.
    pub fn start(server: &Server, fate: impl Fn(&Value, usize) -> Fate + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let between = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            worker: Arc::default(),
            came: Arc::default(),
        };
        let (worker, came, server) = (between.worker.clone(), between.came.clone(), server.url.clone());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                // A worker that was killed meanwhile sends nothing, or half of it.
                let Some(delivery) = read(&mut connection) else {
                    continue;
                };
                let before = {
                    let mut came = came.lock().unwrap();
                    let same = |other: &&Value| other["id"] == delivery["id"];
                    let before = came.iter().filter(same).count();
                    came.push(delivery.clone());
                    before
                };
                let fate = fate(&delivery, before);
                if fate != Fate::DiesBefore {
                    let id = delivery["id"].as_str().unwrap();
                    let sent = ureq::post(format!("{server}/actions/{id}"))
                        .send_json(&delivery)
                        .unwrap();
                    assert!(sent.status().is_success());
                }
                if fate == Fate::Applied {
                    let _ =
                        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
                } else {
                    kill(&worker);
                }
            }
        });
        between
    }
}

/// The body of a request.
fn read(connection: &mut TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
