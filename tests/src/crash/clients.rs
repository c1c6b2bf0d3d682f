//! Clients that make objects as fast as they are answered, and remember what they were told.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

/// What the clients were told.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The deliveries that an answer named which came back complete, and the object that they are about.
    pub(super) accepted: HashMap<String, i64>,
    /// Answers that came back complete.
    pub(super) answers: u64,
    /// Complete answers that named no delivery: the event was not accepted.
    pub(super) unannounced: u64,
    /// Requests that were cut off, or refused.
    pub(super) cut: u64,
}

pub(super) struct Clients {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Heard>>,
}

impl Clients {
    pub(super) fn start(count: usize, url: &str, case: i64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let number = Arc::new(AtomicU64::new(0));
        let threads = (0..count).map(|_| {
            let (stop, number) = (stop.clone(), number.clone());
            let url = format!("{url}/cases/{case}/iocs");
            std::thread::spawn(move || ask(&url, &stop, &number))
        });
        Self {
            threads: threads.collect(),
            stop,
        }
    }

    /// Lets each of them finish its request.
    pub(super) fn stop(self) -> Heard {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Heard::default();
        for one in self.threads.into_iter().filter_map(|thread| thread.join().ok()) {
            all.accepted.extend(one.accepted);
            all.answers += one.answers;
            all.unannounced += one.unannounced;
            all.cut += one.cut;
        }
        all
    }
}

fn ask(url: &str, stop: &AtomicBool, number: &AtomicU64) -> Heard {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(true)
        .timeout_global(Some(Duration::from_secs(30)));
    let agent: ureq::Agent = config.build().into();
    let mut heard = Heard::default();
    while !stop.load(Ordering::Relaxed) {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let ioc = json!({"ioc_value": format!("{number}.example"), "ioc_type_id": 20, "ioc_tlp_id": 2});
        let answer = agent
            .post(url)
            .header("x-user", "alice")
            .send_json(ioc)
            .and_then(|mut answer| answer.body_mut().read_json::<Value>());
        let Ok(answer) = answer else {
            heard.cut += 1;
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        heard.answers += 1;
        let object = answer
            .pointer("/object/ioc_id")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        let modules = answer.get("modules").and_then(Value::as_array);
        let mut named = 0;
        for delivery in modules
            .into_iter()
            .flatten()
            .filter_map(|module| module.get("delivery")?.as_str())
        {
            heard.accepted.insert(delivery.to_owned(), object);
            named += 1;
        }
        if named == 0 {
            heard.unannounced += 1;
        }
    }
    heard
}
