//! A server of its own for each test, and a client for it.

use example_server::{CaseServer, Config, RunningServer, start};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub struct Client {
    runtime: Runtime,
    server: Option<RunningServer>,
    agent: ureq::Agent,
}

impl Client {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
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
        }
    }

    pub fn server(&self) -> &CaseServer {
        self.server.as_ref().unwrap().server()
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        read(self.agent.get(self.url(path)).call().unwrap())
    }

    pub fn delete(&self, path: &str) -> (u16, Value) {
        read(self.agent.delete(self.url(path)).call().unwrap())
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
                .header("X-User", "bob")
                .send_json(body)
                .unwrap(),
        )
    }

    pub fn post_text(&self, path: &str, content_type: &str, body: &str) -> (u16, Value) {
        let request = self.agent.post(self.url(path)).header("content-type", content_type);
        read(request.send(body).unwrap())
    }

    /// Makes a case and gives its URL's path.
    pub fn case(&self) -> String {
        let (status, made) = self.post("/cases", &json!({"case_name": "Case", "case_customer": 1}));
        assert_eq!(status, 201, "{made}");
        format!("/cases/{}", made["object"]["case_id"])
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.as_ref().unwrap().url())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown());
        }
    }
}

fn read(response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.into_body().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
