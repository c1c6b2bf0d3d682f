//! A host with stopped clocks, seeded chance and a responder: a call is a function of its event.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sclera::{
    Delivery, Examined, Fault, Grants, HookKind, HookSpec, Host, HostBuilder, HttpFault, HttpGrant, HttpRequest,
    HttpResponse, Limits, LoadFault, ModulePolicy, ModuleSource, Payload, Place, Responder, SecretGrant, Trigger,
    async_trait,
};
use sclera_tests::{example, misfit};
use serde_json::Value;
use tempfile::TempDir;

use super::{builder, capacity, load, postload, preload};

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn hermetic(builder: HostBuilder) -> HostBuilder {
    builder.stop_clocks_at(now()).seed(7)
}

async fn only(host: &Host) -> Delivery {
    let mut deliveries = host.preload(preload()).await.unwrap().deliveries;
    assert_eq!(deliveries.len(), 1);
    deliveries.remove(0)
}

fn message(delivery: &Delivery) -> &str {
    delivery.answer().unwrap().message.as_deref().unwrap()
}

/// What can be told of a delivery, but for how long it took.
fn traces(delivery: &Delivery) -> String {
    let Delivery {
        id,
        result,
        logs,
        usage,
        ..
    } = delivery;
    format!("{id} {result:?} {logs:?} {} {}", usage.fuel, usage.peak_memory)
}

#[tokio::test]
async fn what_a_module_sees_of_time_and_chance_is_what_it_was_given() {
    let look = async |seed| {
        let host = builder().stop_clocks_at(now()).seed(seed).build().unwrap();
        load(&host, "looks-around").await.unwrap();
        only(&host).await
    };
    let (one, same, other) = (look(7).await, look(7).await, look(8).await);
    assert_eq!(traces(&one), traces(&same));

    let saw: Value = serde_json::from_str(message(&one)).unwrap();
    assert_eq!(
        saw["wall"],
        serde_json::json!(["1767323045.000000000", "1767323046.500000000"])
    );
    assert_eq!(saw["monotonic"], 1_500_000_000_u64);
    assert_eq!(saw["event"], 1_767_323_045_000_u64);
    assert_eq!(saw["delivery"], one.id.to_string());
    let otherwise: Value = serde_json::from_str(message(&other)).unwrap();
    for random in ["random", "hasher", "delivery"] {
        assert_ne!(saw[random], otherwise[random], "{random}");
    }
}

#[tokio::test]
async fn each_call_of_a_host_draws_the_same_numbers_and_has_an_identity_of_its_own() {
    let host = hermetic(builder()).build().unwrap();
    load(&host, "looks-around").await.unwrap();
    let saw = async || serde_json::from_str::<Value>(message(&only(&host).await)).unwrap();
    let (first, second) = (saw().await, saw().await);
    assert_eq!(first["random"], second["random"]);
    assert_ne!(first["delivery"], second["delivery"]);
}

/// Runs every subscription of an example on the sample of its hook.
async fn all_samples(base: &Host, module: &Examined) -> Vec<String> {
    let host = hermetic(builder().beside(base)).build().unwrap();
    let info = host.load(ModuleSource::examined(module.clone())).await.unwrap();
    let mut seen = Vec::new();
    for subscription in &info.subscriptions {
        let sample = host.catalog().lookup(&subscription.hook).unwrap().sample().to_string();
        let trigger = Trigger::new(&subscription.hook, Payload::parse(sample).unwrap()).metadata("tlp", "amber");
        let report = match subscription.kind {
            HookKind::Preload => {
                let report = host.preload(trigger).await.unwrap();
                seen.extend(report.deliveries.iter().map(traces));
                continue;
            }
            HookKind::Postload => host.postload(trigger).await.unwrap(),
            HookKind::Manual => {
                let menu_name = subscription.menu_name.as_deref().unwrap();
                host.trigger_manual(&module.name, menu_name, trigger).await.unwrap()
            }
        };
        seen.extend(report.deliveries.iter().map(traces));
        for pending in report.background {
            seen.push(traces(&pending.finished().await.unwrap()));
        }
    }
    seen
}

#[test]
fn a_real_module_takes_the_same_fuel_and_does_the_same_whatever_else_the_machine_does() {
    let on_one_thread = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap()
    };
    let base = builder().build().unwrap();
    for module in ["ioc-guard", "tlp-inherit", "case-watch", "ioc-lookup"] {
        let source = ModuleSource::file(example(module));
        let examined = on_one_thread().block_on(base.examine(source)).unwrap();
        let run = || on_one_thread().block_on(all_samples(&base, &examined));
        let alone = run();
        assert!(!alone.is_empty(), "{module}");
        std::thread::scope(|scope| {
            let others: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
            for other in others {
                assert_eq!(other.join().unwrap(), alone, "{module}");
            }
        });
    }
}

#[tokio::test]
async fn a_wait_within_the_deadline_ends_at_once_and_one_past_it_is_a_timeout() {
    let sleeping_for_a_minute = async |deadline| {
        let limits = Limits {
            deadline: Duration::from_secs(deadline),
            ..Limits::default()
        };
        let host = hermetic(builder()).limits(limits).build().unwrap();
        load(&host, "sleeps").await.unwrap();
        let began = std::time::Instant::now();
        // A preload has less time than that.
        let delivery = host.postload(postload()).await.unwrap().deliveries.remove(0);
        // Not how fast it is, but that nobody has waited for a minute.
        assert!(began.elapsed() < Duration::from_secs(50));
        delivery.result
    };
    assert!(sleeping_for_a_minute(61).await.is_ok());
    let limit = Duration::from_secs(59);
    assert_eq!(sleeping_for_a_minute(59).await, Err(Fault::Timeout { limit }));
}

#[tokio::test]
async fn a_busy_loop_ends_by_its_fuel_and_not_by_the_machines_time() {
    let limits = Limits {
        fuel: 200_000_000,
        deadline: Duration::from_millis(1),
        ..Limits::default()
    };
    let host = hermetic(builder()).limits(limits).build().unwrap();
    load(&host, "loops").await.unwrap();
    assert_eq!(only(&host).await.result, Err(Fault::OutOfFuel { limit: 200_000_000 }));
}

#[tokio::test]
async fn as_many_log_lines_are_kept_as_in_the_first_second() {
    let host = hermetic(builder()).build().unwrap();
    load(&host, "floods-log").await.unwrap();
    // The limit `log_rate`, and the line that says what was dropped.
    assert_eq!(only(&host).await.logs.len(), 201);
}

/// Keeps what it was asked, and gives one answer.
#[derive(Clone)]
struct Saying {
    answer: Result<HttpResponse, HttpFault>,
    asked: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Saying {
    fn new(answer: Result<&str, HttpFault>) -> Self {
        Self {
            answer: answer.map(|body| HttpResponse {
                status: 200,
                headers: vec![("content-type".into(), "text/plain".into())],
                body: body.to_owned().into(),
            }),
            asked: Arc::default(),
        }
    }
}

#[async_trait]
impl Responder for Saying {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        self.asked.lock().unwrap().push(request);
        self.answer.clone()
    }
}

/// A host for one of the modules that ask other servers, with these grants over those that it needs.
async fn asking(behaviour: &str, saying: &Saying, http: HttpGrant) -> (TempDir, Host) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cr3t-of-mine").unwrap();
    let secret = SecretGrant {
        env: None,
        file: Some(file),
        origins: http.origins.clone(),
        places: vec![Place::Header, Place::Query, Place::Body],
    };
    let policy = ModulePolicy {
        grants: Grants {
            http: Some(http),
            secrets: [("token".to_owned(), secret)].into(),
            ..Grants::default()
        },
        ..ModulePolicy::default()
    };
    let host = hermetic(builder())
        .default_policy(policy)
        .answer_requests_with(saying.clone())
        .build()
        .unwrap();
    load(&host, behaviour).await.unwrap();
    (folder, host)
}

fn granted() -> HttpGrant {
    HttpGrant {
        methods: vec!["GET".into(), "POST".into()],
        ..HttpGrant::to(["https://api.test"])
    }
}

#[tokio::test]
async fn a_responder_answers_in_the_place_of_the_network_and_sees_the_names_of_secrets() {
    let saying = Saying::new(Ok("found"));
    let (_folder, host) = asking("fetches", &saying, granted()).await;
    assert_eq!(message(&only(&host).await), "200 found");

    let asked = saying.asked.lock().unwrap();
    let [request] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("POST", "https://api.test/look?key=<secret token>")
    );
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        request.headers,
        [
            header("authorization", "Bearer <secret token>"),
            header("content-type", "application/json")
        ]
    );
    assert_eq!(request.body.as_ref(), br#"{"key":"<secret token>"}"#);
    let everything = format!("{request:?}");
    assert!(
        !everything.contains("s3cr3t") && !everything.contains("sclera-secret"),
        "{everything}"
    );
}

#[tokio::test]
async fn what_is_not_granted_never_comes_to_a_responder() {
    let elsewhere = HttpGrant::to(["https://other.test"]);
    let only_get = HttpGrant::to(["https://api.test"]);
    let small = HttpGrant {
        request_body: Some(5),
        ..granted()
    };
    for (grant, error) in [
        (elsewhere, "HttpRequestDenied"),
        (only_get, "HttpRequestDenied"),
        (small, "HttpRequestBodySize"),
    ] {
        let saying = Saying::new(Ok("found"));
        let (_folder, host) = asking("fetches", &saying, grant).await;
        let told = message(&only(&host).await).to_owned();
        assert!(told.contains(error), "{told}");
        assert!(saying.asked.lock().unwrap().is_empty(), "{error}");
    }
    let saying = Saying::new(Ok("found"));
    let (_folder, host) = asking("fetches", &saying, granted()).await;
    let report = host.preload(preload().metadata("tlp", "red")).await.unwrap();
    assert!(message(&report.deliveries[0]).contains("HttpRequestDenied"));
    assert!(saying.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_is_held_to_the_grant_and_a_fault_is_told() {
    let small = HttpGrant {
        response_body: Some(4),
        ..granted()
    };
    for (answer, grant, error) in [
        (Ok("found"), small, "HttpResponseBodySize"),
        (Err(HttpFault::Timeout), granted(), "ConnectionReadTimeout"),
        (Err(HttpFault::Refused), granted(), "ConnectionRefused"),
        (Err(HttpFault::UnknownHost), granted(), "DnsError"),
        (Err(HttpFault::Tls), granted(), "TlsCertificateError"),
        (Err(HttpFault::Broken), granted(), "ConnectionTerminated"),
        (
            Err(HttpFault::Denied("no".into())),
            granted(),
            "DestinationIpProhibited",
        ),
    ] {
        let (_folder, host) = asking("fetches", &Saying::new(answer), grant).await;
        let told = message(&only(&host).await).to_owned();
        assert!(told.contains(error), "{error} in {told}");
    }
}

#[tokio::test]
async fn a_request_is_answered_before_any_time_passes_and_the_shorter_wait_ends_first() {
    let (_folder, host) = asking("races", &Saying::new(Ok("found")), granted()).await;
    for _ in 0..20 {
        assert_eq!(message(&only(&host).await), "[1] [1] 1000000000");
    }
}

#[tokio::test]
async fn a_module_that_was_examined_is_loaded_beside_without_being_compiled_again() {
    let base = builder().build().unwrap();
    let module = base.examine(ModuleSource::bytes(misfit("looks-around"))).await.unwrap();
    let saw = async |host: &Host| {
        host.load(ModuleSource::examined(module.clone())).await.unwrap();
        traces(&only(host).await)
    };
    let beside = hermetic(builder().beside(&base)).build().unwrap();
    let alone = hermetic(builder()).build().unwrap();
    load(&alone, "looks-around").await.unwrap();
    assert_eq!(saw(&beside).await, traces(&only(&alone).await));
    assert_eq!(base.modules().len(), 0);

    let error = alone.load(ModuleSource::examined(module.clone())).await.unwrap_err();
    assert!(matches!(error.fault, LoadFault::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_host_beside_another_has_its_hooks_and_its_capacity() {
    let base = builder()
        .hook(HookSpec::new("on_preload_alarm_create"))
        .build()
        .unwrap();
    let beside = Host::builder().beside(&base).build().unwrap();
    assert!(beside.catalog().get("on_preload_alarm_create").is_some());
    assert_eq!(beside.capacity(), &capacity());
}
