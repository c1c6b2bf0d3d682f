//! What is opened, and what is not; nothing is overwritten.

use super::*;

#[tokio::test]
async fn the_ledger_of_an_older_version_is_brought_up_to_date() {
    let room = Room::new();
    std::fs::File::create(room.file()).unwrap();
    let place = Place::parse(room.file().to_str().unwrap()).unwrap();
    let pool = open::connect(&place).await.unwrap();
    open::migrator().run_to(1, &pool).await.unwrap();
    sqlx::raw_sql(include_str!("version_1.sql"))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;

    let ledger = room.open().await.unwrap();
    let listed = ledger.list(&Filter::default()).await.unwrap();
    assert_eq!(listed.len(), 2);
    let record = ledger.find(listed[0].id).await.unwrap().unwrap();
    assert_eq!((record.state, record.attempts.len()), (State::Dead, 1));
    assert_eq!(
        record.envelope.payload.unwrap().as_str(),
        r#"[{"ioc_value": "evil.example"}]"#
    );
    assert_eq!(ledger.strike(listed[0].id).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_no_ledger_is_refused_and_stays_as_it_is() {
    let newer = |ledger: Ledger| async move {
        sql(
            &ledger,
            "INSERT INTO sclera_ledger_migrations (version, description, success, checksum, execution_time) \
             VALUES (99, 'of tomorrow', 1, x'00', 0)",
        )
        .await;
    };
    let cases: [(&str, Vec<u8>); 3] = [
        ("not a SQLite database", b"a letter to a friend".to_vec()),
        ("not a SQLite database", b"SQLite".to_vec()),
        ("damaged", [b"SQLite format 3\0".as_slice(), &[0x5a; 8_176]].concat()),
    ];
    for (expected, content) in cases {
        let room = Room::new();
        std::fs::write(room.file(), &content).unwrap();
        let error = room.open().await.unwrap_err().to_string();
        let fits = error.contains(expected) || (expected == "damaged" && error.contains("is not a ledger"));
        assert!(fits, "{error}");
        assert_eq!(std::fs::read(room.file()).unwrap(), content);
    }

    let room = Room::new();
    let ledger = room.open().await.unwrap();
    newer(ledger).await;
    let error = room.open().await.unwrap_err();
    assert!(matches!(error, LedgerError::Newer { migration: 99, .. }), "{error}");

    let room = Room::new();
    std::fs::File::create(room.file()).unwrap();
    let place = Place::parse(room.file().to_str().unwrap()).unwrap();
    let pool = open::connect(&place).await.unwrap();
    sqlx::raw_sql("CREATE TABLE letters (a TEXT)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let error = room.open().await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
}

#[tokio::test]
async fn a_ledger_that_is_damaged_inside_says_so_and_loses_nothing_more() {
    let room = Room::new();
    let ledger = room.open().await.unwrap();
    let envelope = envelope();
    ledger.write(vec![accepted(&envelope)]).await.unwrap();
    drop(ledger);
    let mut content = std::fs::read(room.file()).unwrap();
    content[4_096..].fill(0x5a);
    std::fs::write(room.file(), &content).unwrap();
    let error = room.open().await.unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains(".recover"), "{error}");
    assert_eq!(std::fs::read(room.file()).unwrap(), content);
}

#[tokio::test]
async fn a_place_that_is_none_says_what_to_do() {
    let room = Room::new();
    let folder = room.folder.path().to_str().unwrap();
    let cases = [
        (
            format!("{folder}/nowhere/ledger.sqlite"),
            "see that its folder is there",
        ),
        (folder.to_owned(), "cannot be used"),
        ("postgres://sclera:hidden@127.0.0.1:1/sclera".into(), "see that it runs"),
        ("redis://127.0.0.1".into(), "postgres://USER@HOST/DATABASE"),
    ];
    for (place, expected) in cases {
        let error = Ledger::open(&place, &Keep::default()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

#[tokio::test]
async fn two_processes_may_open_a_new_one_at_once() {
    let room = Room::new();
    let (one, other) = tokio::join!(room.open(), room.open());
    let (one, other) = (one.unwrap(), other.unwrap());
    one.write(vec![accepted(&envelope())]).await.unwrap();
    other.write(vec![accepted(&envelope())]).await.unwrap();
    assert_eq!(one.counts().await.unwrap().waiting, 2);
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_this_users_alone() {
    use std::os::unix::fs::PermissionsExt;

    let room = Room::new();
    let ledger = room.open().await.unwrap();
    ledger.write(vec![accepted(&envelope())]).await.unwrap();
    for file in std::fs::read_dir(room.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
    }
}
