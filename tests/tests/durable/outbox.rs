//! The transactional outbox: the commit and the event are one.

use std::path::Path;
use std::time::Duration;

use sclera::{
    Capacity, Delivery, DeliveryId, DurableQueue, Host, HostBuilder, Limits, ModuleSource, Outbox, Payload, Trigger,
    TriggerError, WhenFull,
};
use sclera_tests::misfit;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::mpsc;

/// A server with a database, a queue in a file, and one module that listens in the background.
struct Server {
    host: Host,
    delivered: mpsc::UnboundedReceiver<DeliveryId>,
}

impl Server {
    /// The next delivery that is finished.
    async fn next(&mut self) -> DeliveryId {
        let next = tokio::time::timeout(Duration::from_secs(60), self.delivered.recv());
        next.await.expect("a delivery is finished").unwrap()
    }
}

fn capacity(workers: u32) -> Capacity {
    Capacity {
        concurrency: 4,
        workers,
        ..Capacity::default()
    }
}

fn builder() -> HostBuilder {
    Host::builder().limits(Limits {
        fuel: 500_000_000,
        deadline: Duration::from_secs(10),
        ..Limits::default()
    })
}

async fn database(folder: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("server.sqlite"))
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let tables = "CREATE TABLE IF NOT EXISTS iocs (value TEXT)";
    sqlx::raw_sql(tables).execute(&pool).await.unwrap();
    Outbox::sqlite(pool.clone()).create_table().await.unwrap();
    pool
}

async fn server(folder: &Path, pool: &SqlitePool, capacity: Capacity) -> Server {
    let (tell, delivered) = mpsc::unbounded_channel();
    let host = builder()
        .capacity(capacity)
        .queue(DurableQueue::sqlite(folder.join("queue.sqlite")).await.unwrap())
        .outbox(Outbox::sqlite(pool.clone()))
        .on_delivery(move |delivery: &Delivery| {
            // A test that has seen enough has ended.
            let _ = tell.send(delivery.id);
        })
        .build()
        .unwrap();
    host.load(ModuleSource::bytes(misfit("background"))).await.unwrap();
    Server { host, delivered }
}

fn committed() -> Trigger {
    let payload = Payload::parse(r#"[{"ioc_id": 1, "ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap();
    Trigger::new("on_postload_ioc_create", payload)
}

async fn count(pool: &SqlitePool, table: &'static str) -> i64 {
    let count = match table {
        "iocs" => "SELECT count(*) FROM iocs",
        _ => "SELECT count(*) FROM sclera_outbox",
    };
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

/// Waits until the outbox has that many rows.
async fn outbox_has(pool: &SqlitePool, rows: i64) {
    let wait = async {
        while count(pool, "sclera_outbox").await != rows {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .expect("the outbox is moved on");
}

#[tokio::test]
async fn what_is_committed_is_delivered_and_leaves_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let pool = database(folder.path()).await;
    let server = server(folder.path(), &pool, capacity(4)).await;
    let announced = server.host.announce(committed()).unwrap();
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("INSERT INTO iocs VALUES ('evil.example')")
        .execute(&mut *transaction)
        .await
        .unwrap();
    announced.write_sqlite(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(count(&pool, "sclera_outbox").await, 1);

    let mut report = server.host.postload_announced(announced).await;
    let pending = report.background.remove(0);
    let id = pending.id;
    assert_eq!(pending.finished().await.unwrap().id, id);
    outbox_has(&pool, 0).await;
}

#[tokio::test]
async fn a_server_that_ends_between_commit_and_postload_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let pool = database(folder.path()).await;
    let ended = server(folder.path(), &pool, capacity(4)).await;
    let mut written = Vec::new();
    for _ in 0..3 {
        let announced = ended.host.announce(committed()).unwrap();
        let mut transaction = pool.begin().await.unwrap();
        announced.write_sqlite(&mut transaction).await.unwrap();
        transaction.commit().await.unwrap();
        let id: String = sqlx::query_scalar("SELECT id FROM sclera_outbox ORDER BY seq DESC")
            .fetch_one(&pool)
            .await
            .unwrap();
        written.push(id);
    }
    drop(ended);

    let mut next = server(folder.path(), &pool, capacity(4)).await;
    next.host.start_workers();
    let mut delivered = Vec::new();
    for _ in &written {
        delivered.push(next.next().await.to_string());
    }
    delivered.sort();
    // They sort by time.
    assert_eq!(delivered, written);
    outbox_has(&pool, 0).await;
}

#[tokio::test]
async fn what_is_rolled_back_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let pool = database(folder.path()).await;
    let mut server = server(folder.path(), &pool, capacity(4)).await;
    server.host.start_workers();
    let announced = server.host.announce(committed()).unwrap();
    let mut transaction = pool.begin().await.unwrap();
    announced.write_sqlite(&mut transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    drop(announced);
    assert_eq!(count(&pool, "sclera_outbox").await, 0);

    let announced = server.host.announce(committed()).unwrap();
    let mut transaction = pool.begin().await.unwrap();
    announced.write_sqlite(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let report = server.host.postload_announced(announced).await;
    assert_eq!(server.next().await, report.background[0].id);
    outbox_has(&pool, 0).await;
    assert!(server.delivered.try_recv().is_err());
}

#[tokio::test]
async fn what_a_full_queue_does_not_take_waits_in_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let pool = database(folder.path()).await;
    let few = Capacity {
        background: 1,
        when_full: WhenFull::Refuse,
        ..capacity(0)
    };
    let front = server(folder.path(), &pool, few).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let announced = front.host.announce(committed()).unwrap();
        let mut transaction = pool.begin().await.unwrap();
        announced.write_sqlite(&mut transaction).await.unwrap();
        transaction.commit().await.unwrap();
        ids.push(front.host.postload_announced(announced).await.background[0].id);
    }
    // The one that the queue has taken.
    outbox_has(&pool, 2).await;

    let mut worker = server(folder.path(), &pool, capacity(4)).await;
    worker.host.start_workers();
    let mut delivered = Vec::new();
    for _ in &ids {
        delivered.push(worker.next().await);
    }
    delivered.sort();
    assert_eq!(delivered, ids);
    outbox_has(&pool, 0).await;
}

#[tokio::test]
async fn without_an_outbox_nothing_can_be_announced() {
    let host = builder().capacity(capacity(1)).build().unwrap();
    let error = host.announce(committed()).unwrap_err();
    assert!(matches!(error, TriggerError::NoOutbox { .. }), "{error}");
}
