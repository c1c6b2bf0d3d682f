//! Workers elsewhere that are killed: what they had taken comes again, is applied once, and does no harm to others.

use serde_json::{Value, json};

use crate::processes::{Between, Fate, Server, Workers};

fn tasks(server: &Server, case: &Value) -> usize {
    server.get(&format!("/cases/{case}/tasks")).as_array().unwrap().len()
}

#[test]
fn a_delivery_that_comes_again_after_its_worker_was_killed_has_one_effect() {
    let server = Server::start();
    let between = Between::start(&server, |_, before| match before {
        0 => Fate::DiesAfter,
        _ => Fate::Applied,
    });
    let case = server.make_case("once");
    let workers = Workers::start(&server, &between);
    let over = server.over();
    drop(workers);

    assert_eq!(over.len(), 1, "{over:#?}");
    assert_eq!(
        (&over[0]["state"], &over[0]["actions_applied"]),
        (&json!("done"), &json!(true))
    );
    let came = between.came.lock().unwrap().clone();
    assert_eq!(came.len(), 2, "the worker was killed in between");
    assert_eq!(came[0]["id"], came[1]["id"]);
    assert_eq!(tasks(&server, &case), 1);

    // And once more, from whomever.
    let again = server.post(&format!("/actions/{}", came[0]["id"].as_str().unwrap()), &came[0]);
    assert_eq!(again, json!({"applied": true, "before": true}));
    assert_eq!(tasks(&server, &case), 1);
}

#[test]
fn a_delivery_that_kills_its_worker_becomes_a_dead_letter_and_takes_no_other_with_it() {
    let is_poison = |delivery: &Value| delivery["metadata"]["case_name"] == "poison";
    let server = Server::start();
    let between = Between::start(&server, move |delivery, _| match is_poison(delivery) {
        true => Fate::DiesBefore,
        false => Fate::Applied,
    });
    let names = ["a", "b", "poison", "c", "d", "e"];
    let cases = names.map(|name| server.make_case(name));
    let workers = Workers::start(&server, &between);
    let over = server.over();
    drop(workers);

    assert_eq!(over.len(), names.len());
    for delivery in &over {
        let expected = if is_poison(delivery) { "dead" } else { "done" };
        assert_eq!(delivery["state"], expected, "{delivery:#}");
    }
    let poison = over.iter().find(|delivery| is_poison(delivery)).unwrap();
    let remark = poison["remark"].as_str().unwrap();
    assert!(
        remark.contains("its worker ended 3 times while it ran, and nothing else did"),
        "{remark}"
    );
    // Once among others, and then alone.
    let came = between.came.lock().unwrap().clone();
    let deaths = came.iter().filter(|delivery| is_poison(delivery)).count();
    assert_eq!(deaths, 4);
    for (name, case) in names.iter().zip(&cases) {
        let expected = usize::from(*name != "poison");
        assert_eq!(tasks(&server, case), expected, "{name}");
    }
}
