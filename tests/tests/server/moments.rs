//! Each of the 58 hooks is fired, once, at the moment and with the objects that the documentation gives.

use std::collections::{BTreeMap, BTreeSet};

use example_server::kinds::{CASE, EVENT, KINDS};
use sclera::{Catalog, HookKind};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::requests::{folder, to_choose, to_create, to_update};

const REPORTS: [(&str, &str); 2] = [("report", "report"), ("activities_report", "activities-report")];

/// The names of the catalog's hooks of these kinds.
fn hooks_of(kinds: &[HookKind]) -> BTreeSet<String> {
    Catalog::iris()
        .iter()
        .filter(|hook| kinds.contains(&hook.kind()))
        .map(|hook| hook.name().to_owned())
        .collect()
}

/// What the module `tells-all` was told of one hook.
struct Moment<'a> {
    hook: String,
    object: &'a Value,
    case: Option<i64>,
}

fn moment<'a>(hook: String, object: &'a Value, case: Option<i64>) -> Moment<'a> {
    Moment { hook, object, case }
}

/// Which hooks were heard, and how often.
#[derive(Default)]
struct Heard(BTreeMap<String, usize>);

impl Heard {
    /// Checks that exactly these were heard, in this order.
    fn check(&mut self, modules: &Value, moments: &[Moment<'_>]) {
        let hooks: Vec<_> = modules.as_array().unwrap().iter().map(|heard| &heard["hook"]).collect();
        let expected: Vec<_> = moments.iter().map(|moment| &moment.hook).collect();
        assert_eq!(hooks, expected);
        for (heard, Moment { hook, object, case }) in modules.as_array().unwrap().iter().zip(moments) {
            assert_eq!(heard["outcome"], "unchanged", "{heard}");
            let told: Value = serde_json::from_str(heard["message"].as_str().unwrap()).unwrap();
            assert_eq!(told["hook"], **hook);
            assert_eq!(told["by"], "alice", "{hook}");
            let payload = parsed(&told["payload"]);
            assert_eq!(payload, json!([object]), "{hook}");
            let metadata = parsed(&told["metadata"]);
            assert_eq!(
                metadata.get("case_id").and_then(Value::as_i64),
                *case,
                "{hook}: {metadata}"
            );
            assert_eq!(metadata.get("tlp").is_some(), case.is_some(), "{hook}: {metadata}");
            if let Err(fault) = Catalog::iris().get(hook).unwrap().validate(&payload) {
                panic!("{hook}: {fault}: {payload:#}");
            }
            *self.0.entry(hook.clone()).or_default() += 1;
        }
    }
}

fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

#[test]
fn every_one_of_the_58_hooks_is_fired_with_what_is_sent_before_and_what_is_stored_after() {
    let client = Client::new();
    let case = client.make_case();
    client.load_misfit("tells-all");
    let mut heard = Heard::default();

    for kind in KINDS {
        let named = |moment: &str, operation: &str| format!("on_{moment}_{}_{operation}", kind.name);
        let folder = folder(kind, case);
        let in_case = kind.in_case.then_some(case);

        // The request before, the stored object after.
        let asked = to_create(kind);
        let made = client.make(&folder, &asked);
        let object = &made["object"];
        let id = &object[kind.id()];
        let in_case_made = if kind.name == CASE.name { id.as_i64() } else { in_case };
        heard.check(
            &made["modules"],
            &[
                moment(named("preload", "create"), &asked, in_case),
                moment(named("postload", "create"), object, in_case_made),
            ],
        );
        assert_eq!(client.stored(kind, id).as_ref(), Some(object));

        let one = format!("{folder}/{id}");
        let mut asked = to_update(kind);
        let (status, changed) = client.put(&one, &asked);
        assert_eq!(status, 200, "{changed}");
        let object = &changed["object"];
        asked[kind.id()] = id.clone();
        let updated = [
            moment(named("preload", "update"), &asked, in_case),
            moment(named("postload", "update"), object, in_case),
        ];
        // The documentation has no hook for the update of a case, and no menu for cases.
        heard.check(&changed["modules"], if kind.name == CASE.name { &[] } else { &updated });
        assert_eq!(object[kind.title], "Changed");
        assert_eq!(client.stored(kind, id).as_ref(), Some(object));

        if kind.name != CASE.name {
            let choice = to_choose("misfit-tells-all", "Hear", case, std::slice::from_ref(id));
            let (status, chosen) = client.post(&format!("/menu/{}", kind.name), &choice);
            assert_eq!(status, 200, "{chosen}");
            let clicked = moment(format!("on_manual_trigger_{}", kind.name), object, in_case);
            heard.check(&json!([chosen]), &[clicked]);
            assert_eq!(client.stored(kind, id).as_ref(), Some(object));
        }

        if kind.name == EVENT.name {
            let copy = client.make(&format!("{one}/duplicate"), &json!({}));
            assert_ne!(copy["object"][kind.id()], *id);
            heard.check(
                &copy["modules"],
                &[
                    moment(named("preload", "duplicate"), object, in_case),
                    moment(named("postload", "create"), &copy["object"], in_case),
                ],
            );
            assert_eq!(
                client.stored(kind, &copy["object"][kind.id()]).as_ref(),
                Some(&copy["object"])
            );
        }

        // A delete carries the object that was there, on both sides.
        let (status, gone) = client.delete(&one);
        assert_eq!((status, &gone["object"]), (200, object));
        heard.check(
            &gone["modules"],
            &[
                moment(named("preload", "delete"), object, in_case_made),
                moment(named("postload", "delete"), object, in_case_made),
            ],
        );
        assert_eq!(client.stored(kind, id), None);
    }

    for (name, path) in REPORTS {
        let asked = json!({"template_id": 1});
        let made = client.make(&format!("/cases/{case}/{path}"), &asked);
        let after = parsed(&parsed(&made["modules"][1]["message"])["payload"]);
        heard.check(
            &made["modules"],
            &[
                moment(format!("on_preload_{name}_create"), &asked, Some(case)),
                moment(format!("on_postload_{name}_create"), &after[0], Some(case)),
            ],
        );
        assert_eq!(after[0]["report_id"], made["report_id"]);
        let (status, text) = client.get(made["url"].as_str().unwrap());
        assert_eq!(status, 200, "{text}");
        let file = std::fs::read_to_string(after[0]["file_path"].as_str().unwrap()).unwrap();
        assert_eq!(text, file);
    }
    assert_eq!(client.reports(), REPORTS.len());

    let all = hooks_of(&[HookKind::Preload, HookKind::Postload, HookKind::Manual]);
    assert_eq!(all.len(), 58);
    assert_eq!(heard.0.keys().cloned().collect::<BTreeSet<_>>(), all);
    // Nothing else was fired, whatever the answers say.
    let mut delivered = BTreeMap::new();
    for delivery in client.deliveries("") {
        *delivered
            .entry(delivery["hook"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    assert_eq!(delivered, heard.0);
    // A copy of an event is a new event; everything else happened once.
    let often: Vec<_> = heard.0.iter().filter(|(_, times)| **times > 1).collect();
    assert_eq!(often, [(&"on_postload_event_create".to_owned(), &2)]);
}

#[test]
fn a_preload_hook_comes_before_the_commit_and_a_refusal_leaves_everything_as_it_was() {
    let client = Client::new();
    let case = client.make_case();
    let made: Map<String, Value> = KINDS
        .into_iter()
        .map(|kind| {
            let made = client.make(&folder(kind, case), &to_create(kind));
            (kind.name.to_owned(), made["object"][kind.id()].clone())
        })
        .collect();
    client.load_misfit("rejects-all");
    client.load_misfit("tells-all");
    let before = client.everything(case);

    // While someone else writes, no request can be in its transaction: what is answered now, is answered before it.
    let writing = client
        .wait(client.server().database().begin_with("BEGIN IMMEDIATE"))
        .unwrap();
    let mut answers = Vec::new();
    for kind in KINDS {
        let hook = |operation: &str| format!("on_preload_{}_{operation}", kind.name);
        let folder = folder(kind, case);
        let one = format!("{folder}/{}", made[kind.name]);
        answers.push((hook("create"), client.post(&folder, &to_create(kind))));
        if kind.name != CASE.name {
            answers.push((hook("update"), client.put(&one, &to_update(kind))));
        }
        if kind.name == EVENT.name {
            answers.push((hook("duplicate"), client.post(&format!("{one}/duplicate"), &json!({}))));
        }
        answers.push((hook("delete"), client.delete(&one)));
    }
    for (name, path) in REPORTS {
        let answer = client.post(&format!("/cases/{case}/{path}"), &json!({"template_id": 1}));
        answers.push((format!("on_preload_{name}_create"), answer));
    }
    client.wait(writing.rollback()).unwrap();

    for (hook, (status, answer)) in &answers {
        assert_eq!(*status, 422, "{hook}: {answer}");
        assert_eq!(answer["module"], "misfit-rejects-all", "{hook}");
        assert_eq!(answer["reason"], "nothing may change", "{hook}");
        assert_eq!(answer["pointer"], "/0", "{hook}");
        assert_eq!(answer["by_policy"], false, "{hook}");
        let [heard] = answer["modules"].as_array().unwrap().as_slice() else {
            panic!("{hook}: {answer}");
        };
        assert_eq!((&heard["hook"], &heard["outcome"]), (&json!(hook), &json!("rejected")));
    }
    let refused: BTreeSet<_> = answers.into_iter().map(|(hook, _)| hook).collect();
    assert_eq!(refused, hooks_of(&[HookKind::Preload]));
    assert_eq!(client.everything(case), before);
    assert_eq!((client.reports(), client.get("/reports/1").0), (0, 404));
    // Those who would have come after the refusal, and after the commit, know nothing of it.
    assert_eq!(client.deliveries("module=misfit-tells-all"), [Value::Null; 0]);
    let hooks: BTreeSet<_> = client
        .deliveries("")
        .iter()
        .map(|delivery| delivery["hook"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(hooks, refused);
}

#[test]
fn a_postload_hook_comes_after_the_commit() {
    let client = Client::new();
    let case = client.make_case();
    // It asks for a comment on the object, which another transaction adds while the hook is still being answered.
    client.load_misfit("comments-all");
    let mut seen = BTreeSet::new();
    let mut check = |hook: String, answer: &Value, became: &str| {
        let after = answer["modules"].as_array().unwrap().last().unwrap();
        assert_eq!(after["hook"], *hook, "{answer}");
        assert_eq!(after["actions"], became, "{hook}");
        seen.insert(hook);
    };
    for kind in KINDS {
        let hook = |operation: &str| format!("on_postload_{}_{operation}", kind.name);
        let folder = folder(kind, case);
        let comments = |one: &str| client.get(&format!("{one}/comments")).1.as_array().unwrap().len();

        let made = client.make(&folder, &to_create(kind));
        check(hook("create"), &made, "applied");
        let id = &made["object"][kind.id()];
        let one = format!("{folder}/{id}");
        assert_eq!(comments(&one), 1);
        if kind.name != CASE.name {
            check(hook("update"), &client.put(&one, &to_update(kind)).1, "applied");
            assert_eq!(comments(&one), 2);
        }
        if kind.name == EVENT.name {
            let copy = client.make(&format!("{one}/duplicate"), &json!({}));
            check(hook("create"), &copy, "applied");
            assert_eq!(comments(&format!("{folder}/{}", copy["object"][kind.id()])), 1);
        }
        let gone = format!(
            "failed: cannot update {name} {id}: there is no {name} {id}",
            name = kind.name
        );
        check(hook("delete"), &client.delete(&one).1, &gone);
    }
    for (name, path) in REPORTS {
        let made = client.make(&format!("/cases/{case}/{path}"), &json!({"template_id": 1}));
        check(format!("on_postload_{name}_create"), &made, "applied");
    }
    assert_eq!(seen, hooks_of(&[HookKind::Postload]));
}
