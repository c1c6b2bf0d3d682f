//! A short play on each back end; `cargo xtask crash` plays longer ones.

use std::time::Duration;

use sclera_tests::crash::{Backend, Plan, play};

fn nothing_is_lost_on(backend: Backend) {
    let verdict = play(&Plan {
        backend,
        kills: 20,
        duration: Duration::ZERO,
        seed: 5,
        clients: 2,
        pause: Duration::from_millis(400),
    });
    let verdict = verdict.unwrap();
    assert_eq!(verdict.faults(), [""; 0], "{verdict:#?}");
}

#[test]
fn nothing_is_lost_on_sqlite() {
    nothing_is_lost_on(Backend::Sqlite);
}

#[test]
fn nothing_is_lost_on_rabbitmq() {
    nothing_is_lost_on(Backend::Rabbitmq);
}

#[test]
fn nothing_is_lost_on_rabbitmq_and_postgres() {
    nothing_is_lost_on(Backend::RabbitmqPostgres);
}
