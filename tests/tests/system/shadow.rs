//! A new version beside the live one: it sees the same, what differs is on record, and nothing comes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sclera::{
    Field, Filter, Grants, Host, HttpFault, HttpGrant, HttpRequest, HttpResponse, Keep, KeyvalueGrant, Ledger,
    LoadFault, ModulePolicy, ModuleSource, Responder, ShadowPolicy, Shadowed, async_trait,
};
use sclera_tests::misfit;
use tempfile::TempDir;

use super::{builder, preload};

#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

#[async_trait]
impl Responder for Counting {
    async fn respond(&self, _: HttpRequest) -> Result<HttpResponse, HttpFault> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(HttpResponse {
            status: 200,
            ..HttpResponse::default()
        })
    }
}

struct Live {
    host: Host,
    ledger: Ledger,
    requests: Counting,
    folder: TempDir,
}

impl Live {
    /// A host with the misfit that behaves so.
    async fn with(behaviour: &str, shadow: Option<ShadowPolicy>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("ledger.sqlite");
        let ledger = Ledger::open(place.to_str().unwrap(), &Keep::default()).await.unwrap();
        let mut http = HttpGrant::to(["https://api.test"]);
        http.methods.push("POST".into());
        let policy = ModulePolicy {
            grants: Grants {
                http: Some(http),
                keyvalue: Some(KeyvalueGrant::default()),
                actions: sclera::ActionsGrant::everything(),
                ..Grants::default()
            },
            shadow,
            ..ModulePolicy::default()
        };
        let requests = Counting::default();
        let host = builder()
            .default_policy(policy)
            .answer_requests_with(requests.clone())
            .ledger(ledger.clone())
            .build()
            .unwrap();
        host.load(ModuleSource::bytes(misfit(behaviour))).await.unwrap();
        Self {
            host,
            ledger,
            requests,
            folder,
        }
    }

    /// What is on record of the shadow's runs, when there are as many.
    async fn seen(&self, count: usize) -> Vec<Shadowed> {
        let seen = async {
            loop {
                let seen = self.ledger.shadows(&Filter::default()).await.unwrap();
                if seen.len() >= count {
                    return seen;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), seen).await.unwrap()
    }
}

fn fields(shadowed: &Shadowed) -> Vec<Field> {
    shadowed.differences.iter().map(|difference| difference.field).collect()
}

#[tokio::test]
async fn the_same_version_does_the_same() {
    let live = Live::with("keeps", None).await;
    let shadow = live
        .host
        .shadow("misfit-keeps", ModuleSource::bytes(misfit("keeps")))
        .await
        .unwrap();
    assert!(shadow.gained.is_empty() && shadow.lost.is_empty(), "{shadow:?}");
    for sum in ["1", "2"] {
        let delivery = live.host.preload(preload()).await.unwrap().deliveries.remove(0);
        // The shadow has counted nothing.
        assert!(
            delivery.logs.iter().any(|line| line.message == sum),
            "{:?}",
            delivery.logs
        );
        let seen = live.seen(sum.parse().unwrap()).await;
        let of_this = seen.iter().find(|one| one.id == delivery.id).unwrap();
        assert!(
            of_this.parted.is_none() && of_this.differences.is_empty(),
            "{of_this:#?}"
        );
    }
}

#[tokio::test]
async fn a_shadow_that_posts_sends_nothing_and_it_is_said() {
    let live = Live::with("keeps", None).await;
    let posts = ModuleSource::bytes(misfit("fetches@keeps"));
    live.host.shadow("misfit-keeps", posts).await.unwrap();
    live.host.preload(preload()).await.unwrap();
    let seen = live.seen(1).await;
    assert_eq!(
        seen[0].parted.as_ref().unwrap().function,
        "wasi:http/outgoing-handler.handle"
    );
    assert_eq!(live.requests.0.load(Ordering::SeqCst), 0);
    // What happened is on record once, and as it was.
    live.ledger.flush().await.unwrap();
    let deliveries = live.ledger.list(&Filter::default()).await.unwrap();
    assert_eq!((deliveries.len(), deliveries[0].attempts), (1, 1));
}

#[tokio::test]
async fn what_differs_is_named_and_nobody_else_feels_it() {
    for (behaviour, field) in [("rejects@asks", Field::Actions), ("traps@asks", Field::Outcome)] {
        let live = Live::with("asks", None).await;
        live.host
            .shadow("misfit-asks", ModuleSource::bytes(misfit(behaviour)))
            .await
            .unwrap();
        let report = live.host.preload(preload()).await.unwrap();
        assert!(report.refusal.is_none());
        let seen = live.seen(1).await;
        assert!(fields(&seen[0]).contains(&field), "{seen:#?}");
        assert!(live.host.counters().iter().all(|counter| counter.runs <= 1));

        assert!(live.host.unshadow("misfit-asks") && !live.host.unshadow("misfit-asks"));
        live.host.preload(preload()).await.unwrap();
        assert_eq!(live.ledger.shadows(&Filter::default()).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_shadow_is_a_version_of_its_module_and_may_listen_to_something_else() {
    let live = Live::with("asks", None).await;
    let other = live
        .host
        .shadow("misfit-asks", ModuleSource::bytes(misfit("keeps")))
        .await
        .unwrap_err();
    assert!(matches!(other.fault, LoadFault::OtherName { .. }), "{other}");
    let source = ModuleSource::bytes(misfit("background@asks"));
    let shadow = live.host.shadow("misfit-asks", source).await.unwrap();
    assert!(
        shadow.gained.iter().any(|one| one.contains("asynchronous")),
        "{shadow:?}"
    );
    assert!(
        shadow.lost.iter().any(|one| one.contains("on_preload_ioc_create")),
        "{shadow:?}"
    );
    assert_eq!(live.host.shadows().len(), 1);
}

#[tokio::test]
async fn a_policy_names_a_shadow() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.wasm");
    std::fs::write(&file, misfit("rejects@asks")).unwrap();
    let live = Live::with("asks", Some(ShadowPolicy { file })).await;
    live.host.preload(preload()).await.unwrap();
    assert!(fields(&live.seen(1).await[0]).contains(&Field::Outcome));
    drop(live.folder);

    // One that is not there keeps the module from nothing.
    let file = folder.path().join("nowhere.wasm");
    let live = Live::with("asks", Some(ShadowPolicy { file })).await;
    assert_eq!(live.host.preload(preload()).await.unwrap().deliveries.len(), 1);
    assert!(live.host.shadows().is_empty());
}
