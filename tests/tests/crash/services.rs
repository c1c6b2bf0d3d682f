//! The services that the other tests rely on, and cut.

use std::net::TcpStream;

use sclera_tests::services::{PostgresCluster, RabbitNode, postgres, rabbitmq};
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;

#[test]
fn a_database_is_empty_and_nobody_elses() {
    let (one, other) = (postgres(), postgres());
    assert_ne!(one, other);
    Runtime::new().unwrap().block_on(async {
        let mut db = PgConnection::connect(&one).await.unwrap();
        sqlx::raw_sql("CREATE TABLE things (id int)")
            .execute(&mut db)
            .await
            .unwrap();
        let mut db = PgConnection::connect(&other).await.unwrap();
        let things = sqlx::raw_sql("SELECT * FROM things").execute(&mut db).await;
        assert!(things.is_err());
    });
}

#[test]
fn a_killed_postgres_is_gone_and_comes_back_with_what_was_committed() {
    let mut cluster = PostgresCluster::start().unwrap();
    let url = cluster.database().unwrap();
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let mut db = PgConnection::connect(&url).await.unwrap();
        let make = "CREATE TABLE things (id int); INSERT INTO things VALUES (1)";
        sqlx::raw_sql(make).execute(&mut db).await.unwrap();

        cluster.kill9().unwrap();
        assert!(db.ping().await.is_err());
        assert!(PgConnection::connect(&url).await.is_err());

        cluster.start_again().unwrap();
        let mut db = PgConnection::connect(&url).await.unwrap();
        assert_eq!(count(&mut db).await.unwrap(), 1);

        assert!(cluster.kill9_connection().unwrap());
        assert!(db.ping().await.is_err());
        cluster.kill9().unwrap();
        cluster.start_again().unwrap();
        let mut db = PgConnection::connect(&url).await.unwrap();
        assert_eq!(count(&mut db).await.unwrap(), 1);
    });
}

async fn count(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM things").fetch_one(db).await
}

#[test]
fn a_killed_rabbitmq_is_gone_and_comes_back_at_the_same_place() {
    let address = |url: &str| {
        let (_, place) = url.split_once('@').unwrap();
        place.split_once('/').unwrap().0.to_owned()
    };
    assert!(TcpStream::connect(address(&rabbitmq())).is_ok());

    let mut node = RabbitNode::start().unwrap();
    let place = address(&node.url());
    assert!(TcpStream::connect(&place).is_ok());
    node.kill9().unwrap();
    assert!(TcpStream::connect(&place).is_err());
    node.start_again().unwrap();
    assert!(TcpStream::connect(&place).is_ok());
}
