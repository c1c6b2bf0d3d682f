//! A recorded delivery, run once more: the same module does the same, and another one shows where it differs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sclera::{
    Before, Delivery, Fault, Field, Grants, Host, HttpFault, HttpGrant, HttpRequest, HttpResponse, Keep, KeyvalueGrant,
    Ledger, Limits, ModulePolicy, ModuleSource, Place, Record, Replay, ReplayError, Replayed, Responder, SecretGrant,
    async_trait,
};
use sclera_tests::misfit;
use serde_json::json;
use tempfile::TempDir;

use super::{builder, limits, load, preload};

/// Answers every request, and counts them.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

#[async_trait]
impl Responder for Counting {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Ok(HttpResponse {
            status: 203,
            headers: vec![("x-number".into(), number.to_string())],
            // What is no text, and a secret that comes back.
            body: [b"\xff\x00", request.body.as_ref(), b" s3cr3t!"].concat().into(),
        })
    }
}

/// A host that records, and what its modules may use.
struct Recording {
    host: Host,
    ledger: Ledger,
    requests: Counting,
    folder: TempDir,
}

impl Recording {
    async fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s3cr3t!").unwrap();
        let place = folder.path().join("ledger.sqlite");
        let ledger = Ledger::open(place.to_str().unwrap(), &Keep::default()).await.unwrap();
        let mut http = HttpGrant::to(["https://api.test"]);
        http.methods.push("POST".into());
        let secret = SecretGrant {
            env: None,
            file: Some(folder.path().join("secret")),
            origins: vec!["https://api.test".into()],
            places: vec![Place::Header, Place::Query, Place::Body],
        };
        let policy = ModulePolicy {
            grants: Grants {
                http: Some(http),
                keyvalue: Some(KeyvalueGrant::default()),
                secrets: [("token".to_owned(), secret)].into(),
                actions: sclera::ActionsGrant::everything(),
                ..Grants::default()
            },
            ..ModulePolicy::default()
        };
        // Only those that ask for it have a place for a secret in their configuration.
        let plain = ModulePolicy {
            grants: Grants {
                secrets: [].into(),
                ..policy.grants.clone()
            },
            ..ModulePolicy::default()
        };
        let requests = Counting::default();
        let builder = ["looks-around", "fetches", "races"]
            .into_iter()
            .fold(builder(), |builder, behaviour| {
                builder.policy(format!("misfit-{behaviour}"), policy.clone())
            });
        let host = builder
            .limits(limits)
            .default_policy(plain)
            .answer_requests_with(requests.clone())
            .ledger(ledger.clone())
            .build()
            .unwrap();
        Self {
            host,
            ledger,
            requests,
            folder,
        }
    }

    /// A delivery to the misfit that behaves so, and its record as it is exported.
    async fn delivery(&self, behaviour: &str) -> (Delivery, Record) {
        load(&self.host, behaviour).await.unwrap();
        let delivery = self.host.preload(preload()).await.unwrap().deliveries.pop().unwrap();
        self.ledger.flush().await.unwrap();
        let record = self.ledger.find(delivery.id).await.unwrap().unwrap();
        let exported = serde_json::to_string(&record).unwrap();
        assert!(!exported.contains("s3cr3t!"), "{exported}");
        (delivery, serde_json::from_str(&exported).unwrap())
    }
}

/// A replay on a machine that has nothing of what the module had used.
async fn replay(behaviour: &str, record: &Record) -> Result<Replayed, ReplayError> {
    let host = builder().build().unwrap();
    host.replay(ModuleSource::bytes(misfit(behaviour)), record, Replay::Recorded)
        .await
}

fn fields(replayed: &Replayed) -> Vec<Field> {
    replayed.differences.iter().map(|difference| difference.field).collect()
}

#[tokio::test]
async fn the_same_module_does_the_same_once_more() {
    for behaviour in [
        "looks-around",
        "keeps",
        "fetches",
        "races",
        "asks",
        "traps",
        "floods-log",
    ] {
        let recording = Recording::new(limits()).await;
        let (delivery, record) = recording.delivery(behaviour).await;
        let requests = recording.requests.0.load(Ordering::SeqCst);
        let calls = record.attempts[0].transcript.as_ref().unwrap().calls.len();
        assert_eq!(
            calls > 0,
            !["asks", "traps", "floods-log"].contains(&behaviour),
            "{behaviour}"
        );
        // The file with the secret is gone, too.
        let Recording {
            folder,
            requests: counting,
            ..
        } = recording;
        drop(folder);

        let replayed = replay(behaviour, &record).await.unwrap();
        assert!(replayed.is_same(), "{behaviour}: {replayed:#?}");
        let (before, after) = (&record.attempts[0], &replayed.attempt);
        assert_eq!(
            (&after.result, &after.logs),
            (&delivery.result, &delivery.logs),
            "{behaviour}"
        );
        assert_eq!(after.usage.fuel, delivery.usage.fuel, "{behaviour}");
        assert_eq!(after.transcript, before.transcript, "{behaviour}");
        assert_eq!(counting.0.load(Ordering::SeqCst), requests, "{behaviour}");
    }
}

#[tokio::test]
async fn what_the_clock_ended_is_ended_again() {
    let recording = Recording::new(Limits {
        deadline: Duration::from_millis(300),
        ..limits()
    })
    .await;
    let (delivery, record) = recording.delivery("sleeps").await;
    assert!(matches!(delivery.result, Err(Fault::Timeout { .. })), "{delivery:?}");
    let replayed = replay("sleeps", &record).await.unwrap();
    assert!(replayed.is_same(), "{replayed:#?}");
    assert_eq!(replayed.attempt.result, delivery.result);
}

#[tokio::test]
async fn another_module_shows_where_it_differs() {
    let recording = Recording::new(limits()).await;
    let (_, record) = recording.delivery("asks").await;
    let replayed = replay("rejects", &record).await.unwrap();
    assert!(replayed.parted.is_none() && !replayed.is_same());
    let fields = fields(&replayed);
    for field in [Field::Outcome, Field::Actions, Field::Fuel] {
        assert!(fields.contains(&field), "{replayed:#?}");
    }
    assert!(!fields.contains(&Field::HostCalls), "{replayed:#?}");
}

#[tokio::test]
async fn what_is_asked_otherwise_is_where_it_parted_and_nobody_answers_it() {
    let recording = Recording::new(limits()).await;
    let (_, record) = recording.delivery("keeps").await;
    let replayed = replay("fetches", &record).await.unwrap();
    let parted = replayed.parted.as_ref().unwrap();
    assert_eq!(parted.after, 0);
    assert_eq!(parted.function, "wasi:http/outgoing-handler.handle");
    assert!(matches!(&parted.before, Before::Asked { function, .. } if function == "wasi:keyvalue/store.open"));
    assert!(parted.to_string().contains("https://api.test"), "{parted}");
    assert_eq!(recording.requests.0.load(Ordering::SeqCst), 0);
    assert!(fields(&replayed).contains(&Field::HostCalls));
}

#[tokio::test]
async fn a_transcript_that_was_full_is_said_to_be() {
    let recording = Recording::new(limits()).await;
    let (_, record) = recording.delivery("keeps").await;
    let mut written = serde_json::to_value(&record).unwrap();
    let transcript = &mut written["attempts"][0]["transcript"];
    transcript["calls"].as_array_mut().unwrap().pop();
    transcript["dropped"] = json!(1);
    let replayed = replay("keeps", &serde_json::from_value(written).unwrap())
        .await
        .unwrap();
    assert_eq!(replayed.parted.as_ref().unwrap().before, Before::NotKept);
    assert!(!replayed.is_same());
}

#[tokio::test]
async fn a_live_replay_asks_the_world_and_applies_nothing() {
    let recording = Recording::new(limits()).await;
    let (delivery, record) = recording.delivery("keeps").await;
    let host = builder().build().unwrap();
    let source = ModuleSource::bytes(misfit("keeps"));
    let replayed = host.replay(source, &record, Replay::Live).await.unwrap();
    // The store of a replay is empty, as that of the first delivery was.
    assert_eq!(replayed.attempt.logs, delivery.logs);
    // What the real one keeps is as it was.
    let again = recording
        .host
        .preload(preload())
        .await
        .unwrap()
        .deliveries
        .pop()
        .unwrap();
    assert!(again.logs.iter().any(|line| line.message == "2"), "{:?}", again.logs);
}

#[tokio::test]
async fn what_cannot_be_replayed_is_said() {
    let recording = Recording::new(limits()).await;
    let (_, record) = recording.delivery("keeps").await;
    let without = |key: &str| -> Record {
        let mut written = serde_json::to_value(&record).unwrap();
        match key {
            "payload" => written["payload"] = json!(null),
            "attempts" => written["attempts"] = json!([]),
            _ => written["attempts"][0][key] = json!(null),
        }
        serde_json::from_value(written).unwrap()
    };
    let error = async |key| replay("keeps", &without(key)).await.unwrap_err();
    assert!(matches!(error("payload").await, ReplayError::NoPayload(_)));
    assert!(matches!(error("attempts").await, ReplayError::NeverRan));
    assert!(matches!(error("transcript").await, ReplayError::NotRecorded));
    assert!(matches!(error("setup").await, ReplayError::NotRecorded));
}
