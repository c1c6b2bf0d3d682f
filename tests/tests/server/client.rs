//! A server of its own for each test, and a client for it.

use std::time::Duration;

use example_server::committed::committed;
use example_server::kind::ObjectKind;
use example_server::kinds::KINDS;
use example_server::store::{self, Stored};
use example_server::{Config, Error, RunningServer, start};
use sclera::{ActionsGrant, Capacity, Grants, Limits, ModulePolicy, ModuleSource, Policies};
use sclera_tests::misfit;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub struct Client {
    runtime: Runtime,
    server: Option<RunningServer>,
    agent: ureq::Agent,
    folder: TempDir,
}

impl Client {
    pub fn new() -> Self {
        Self::with(limits())
    }

    /// Its database is a file, so that a transaction that stays open is in the way of the others.
    pub fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            database: folder.path().join("cases.db").display().to_string(),
            reports: Some(folder.path().join("reports")),
            limits,
            capacity: capacity(),
            policies: policies(),
            ..Config::default()
        };
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(start(config)).unwrap();
        // A connection whose request was answered before its body was read is closed by the server: none is used again.
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(0)
            .build()
            .into();
        Self {
            runtime,
            server: Some(server),
            agent,
            folder,
        }
    }

    pub fn server(&self) -> &RunningServer {
        self.server.as_ref().unwrap()
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn load(&self, source: impl Into<ModuleSource>) {
        self.wait(self.server().host().load(source)).unwrap();
    }

    /// Loads the misfit that behaves so.
    pub fn load_misfit(&self, behaviour: &str) {
        self.load(ModuleSource::bytes(misfit(behaviour)));
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        read(self.agent.get(self.url(path)).call().unwrap())
    }

    pub fn delete(&self, path: &str) -> (u16, Value) {
        read(
            self.agent
                .delete(self.url(path))
                .header("X-User", "alice")
                .call()
                .unwrap(),
        )
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        read(
            self.agent
                .post(self.url(path))
                .header("X-User", "alice")
                .send_json(body)
                .unwrap(),
        )
    }

    pub fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        read(
            self.agent
                .put(self.url(path))
                .header("X-User", "alice")
                .send_json(body)
                .unwrap(),
        )
    }

    /// Makes something and gives the answer.
    pub fn make(&self, path: &str, body: &Value) -> Value {
        let (status, made) = self.post(path, body);
        assert_eq!(status, 201, "{path}: {made}");
        made
    }

    /// Makes a case and gives its id.
    pub fn make_case(&self) -> i64 {
        let case = json!({"case_name": "Phishing at the bank", "case_customer": 1, "tlp_id": 3});
        self.make("/cases", &case)["object"]["case_id"].as_i64().unwrap()
    }

    /// How many reports were written.
    pub fn reports(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("reports")).unwrap().count()
    }

    /// The finished deliveries that the query asks for, oldest first.
    pub fn deliveries(&self, query: &str) -> Vec<Value> {
        self.wait(self.server().settle());
        let (status, mut list) = self.get(&format!("/deliveries?limit=1000&{query}"));
        assert_eq!(status, 200, "{list}");
        let list = list.as_array_mut().unwrap();
        list.reverse();
        std::mem::take(list)
    }

    /// The object as it is in the database, if it is there.
    pub fn stored(&self, kind: &ObjectKind, id: &Value) -> Option<Value> {
        let id = id.as_i64().unwrap();
        let found = self.wait(async {
            let mut db = self.server().database().acquire().await.unwrap();
            store::find(&mut db, kind, id).await
        });
        match found {
            Ok(stored) => Some(committed(kind, &stored)),
            Err(Error::NotFound(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Everything that is in the database of one case, and outside of all cases.
    pub fn everything(&self, case: i64) -> Vec<String> {
        self.wait(async {
            let mut db = self.server().database().acquire().await.unwrap();
            let mut all = Vec::new();
            for kind in KINDS {
                let case = kind.in_case.then_some(case);
                let stored: Vec<Stored> = store::list(&mut db, kind, case, 0).await.unwrap();
                all.extend(stored.iter().map(|stored| format!("{}: {stored:?}", kind.name)));
            }
            all
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server().url())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown());
        }
    }
}

/// Small enough that many servers fit into one test process.
fn capacity() -> Capacity {
    Capacity {
        concurrency: 4,
        ..Capacity::default()
    }
}

/// Every module may ask for every action.
fn policies() -> Policies {
    Policies {
        default: ModulePolicy {
            grants: Grants {
                actions: ActionsGrant::everything(),
                ..Grants::default()
            },
            ..ModulePolicy::default()
        },
        ..Policies::default()
    }
}

/// A deadline that a busy machine keeps.
pub fn limits() -> Limits {
    Limits {
        fuel: 500_000_000,
        deadline: Duration::from_secs(10),
        ..Limits::default()
    }
}

fn read(response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.into_body().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
