//! `sclera test`: cases, and everything that can be wrong with them.

use std::io::{Read, Write};
use std::net::TcpListener;

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::{Folder, Ran};

/// A file of one case that passes on `ioc-guard`.
const GOOD: &str = r#"
[[case]]
name = "a bracket is taken out"
hook = "on_preload_ioc_create"
payload = [{ ioc_value = "evil[.]example", ioc_type_id = 20 }]
[case.expect]
outcome = "replace"
payload = [{ ioc_type_id = 20.0, ioc_tags = "ioc-guard:refanged", ioc_value = "evil.example" }]
actions = []

[[register]]
name = "it listens to two hooks"
[register.expect]
hooks = ["on_preload_ioc_create", "on_preload_ioc_update"]
"#;

fn guard(cases: &str) -> Folder {
    Folder::new().example("ioc-guard").file("cases.toml", cases)
}

/// What the module `fetches` is tested with: it posts a secret, and tells the answer.
fn fetching(http: &str, expect: &str) -> Folder {
    let cases = format!(
        "[[case]]\nname = \"fetches\"\nhook = \"on_preload_ioc_create\"\nsecrets = {{ token = \"s3cr3t-of-mine\" }}\n{http}\n[case.expect]\n{expect}\n"
    );
    Folder::new().misfit("fetches").file("cases.toml", cases)
}

const REQUEST: &str = r#"request = { method = "POST", url = "https://api.test/look?key=<secret token>", headers = { Authorization = "Bearer <secret token>" }, json = { key = "<secret token>" } }"#;

fn passes(ran: &Ran, count: usize) {
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.out.contains(&format!("\n{count} passed, 0 failed in ")), "{ran}");
}

#[test]
fn cases_that_pass_are_counted() {
    let ran = guard(GOOD).sclera("test ioc-guard.wasm cases.toml");
    passes(&ran, 2);
    assert_snapshot!(ran);
}

#[test]
fn toml_and_json_say_the_same() {
    let json = r#"{"case": [{"name": "a bracket", "hook": "on_preload_ioc_create",
        "payload": [{"ioc_value": "evil[.]example", "ioc_type_id": 20}],
        "expect": {"outcome": "replace", "payload": "[{\"ioc_value\": \"evil.example\", \"ioc_type_id\": 20, \"ioc_tags\": \"ioc-guard:refanged\"}]"}}]}"#;
    let folder = guard(GOOD).file("more.json", json);
    passes(&folder.sclera("test ioc-guard.wasm cases.toml more.json"), 3);
}

/// Each expectation, and one that is not met.
#[test]
fn every_expectation_is_looked_at() {
    let rejected = r#"payload = [{ ioc_value = "a b", ioc_type_id = 20 }]"#;
    for (expect, case) in [
        ("outcome = \"unchanged\"", ""),
        ("outcome = \"reject\"", ""),
        ("outcome = \"fault\"", ""),
        ("outcome = \"skipped\"", ""),
        ("payload = [{ ioc_value = \"other\" }]", ""),
        ("reason = \"no\"", ""),
        ("reason = \"no\"", rejected),
        ("pointer = \"/1\"", rejected),
        ("payload = [{ ioc_value = \"a b\" }]", rejected),
        ("fault = \"trap\"", ""),
        ("code = \"c\"", ""),
        ("error = \"e\"", ""),
        ("actions = [{ delete = \"ioc\", target = 1 }]", ""),
        ("message = \"m\"", ""),
        ("logs = [\"said\"]", ""),
        ("", "config = { tag_prefix = 3 }"),
        ("", "hook = \"on_postload_case_create\""),
        ("", "limits = { fuel = 1000 }"),
    ] {
        let hook = if case.contains("hook") {
            ""
        } else {
            "hook = \"on_preload_ioc_create\"\n"
        };
        let cases = format!("[[case]]\nname = \"it\"\n{hook}{case}\n[case.expect]\n{expect}\n");
        let ran = guard(&cases).sclera("test ioc-guard.wasm cases.toml");
        assert_eq!(ran.code, 1, "{expect} {case}: {ran}");
        assert!(ran.out.contains("\n0 passed, 1 failed in "), "{expect} {case}: {ran}");
    }
}

#[test]
fn what_misbehaves_is_expected_by_name() {
    for (behaviour, expect) in [
        ("traps", "fault = \"trap\"\nerror = \"gave up\""),
        (
            "fails",
            "fault = \"module-error\"\ncode = \"upstream\"\nerror = \"away\"",
        ),
        ("sleeps", "fault = \"timeout\""),
        ("breaks-schema", "outcome = \"fault\"\nfault = \"bad-output\""),
        ("rejects", "outcome = \"reject\"\npointer = \"/0/ioc_value\""),
        (
            "asks-for-much",
            "actions = [{ update = \"ioc\", target = \"1\", change = { tags = { add = [\"again\"] } } }]",
        ),
        ("asks", "fault = \"refused-capability\""),
        ("prints", "logs = [\"info: to standard output\", \"warn: to standard\"]"),
    ] {
        let cases = format!("[[case]]\nname = \"it\"\nhook = \"on_preload_ioc_create\"\n[case.expect]\n{expect}\n");
        let folder = Folder::new().misfit(behaviour).file("cases.toml", cases);
        passes(&folder.sclera(&format!("test {behaviour}.wasm cases.toml")), 1);
    }
    let skipped = "[[case]]\nname = \"it\"\nhook = \"on_preload_ioc_create\"\nmetadata = { case_id = 1 }\nexpect = { outcome = \"skipped\" }\n";
    let folder = Folder::new().misfit("match-rule").file("cases.toml", skipped);
    passes(&folder.sclera("test match-rule.wasm cases.toml"), 1);
}

#[test]
fn failures_are_shown_with_what_differs() {
    let cases = r#"
[defaults]
hook = "on_preload_ioc_create"
payload = [{ ioc_value = "evil[.]example", ioc_type_id = 20 }]

[[case]]
name = "another tag"
[case.expect]
payload = [{ ioc_type_id = 20, ioc_tags = "other", ioc_value = "evil.example" }]
logs = ["warn: taken out"]

[[case]]
name = "refused"
[case.expect]
outcome = "reject"
reason = "no brackets here"

[[case]]
name = "as it should be"
[case.expect]
outcome = "replace"

[[register]]
name = "one hook"
[register.expect]
hooks = ["on_preload_ioc_create"]

[[register]]
name = "a wrong configuration"
config = { tag_prefix = 3 }
"#;
    let ran = guard(cases).sclera("test ioc-guard.wasm cases.toml");
    assert_eq!(ran.code, 1, "{ran}");
    assert_snapshot!(ran);
}

#[test]
fn fixtures_answer_and_see_the_names_of_secrets() {
    for (response, said) in [
        ("status = 201, body = \"made\"", "201 made"),
        ("json = { found = 3 }", "200 {\\\"found\\\":3}"),
        ("base64 = \"aGk=\"", "200 hi"),
        ("error = \"timeout\"", "ErrorCode::ConnectionReadTimeout"),
        ("error = \"refused\"", "ErrorCode::ConnectionRefused"),
    ] {
        let http = format!("http = [{{ {REQUEST}, response = {{ {response} }} }}]");
        let folder = fetching(&http, &format!("message = \"{said}\""));
        let ran = folder.sclera("test fetches.wasm cases.toml");
        passes(&ran, 1);
    }
}

#[test]
fn fixtures_can_be_in_a_file() {
    let folder = fetching("http = \"answers.json\"", "message = \"200 hi\"");
    let folder = folder.file("answers.json", r#"[{"response": {"body": "hi"}}]"#);
    passes(&folder.sclera("test fetches.wasm cases.toml"), 1);
}

#[test]
fn a_request_without_a_fixture_and_a_fixture_without_a_request_fail() {
    let other =
        r#"http = [{ request = { method = "GET", url = "https://api.test/other" }, response = { status = 204 } }]"#;
    let ran = fetching(other, "").sclera("test fetches.wasm cases.toml");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(!ran.out.contains("s3cr3t"), "{ran}");
    assert_snapshot!(ran);
}

#[test]
fn without_grants_a_request_is_refused_and_not_answered() {
    let http = "grants = \"none\"";
    let ran = fetching(
        http,
        "message = \"ErrorCode::HttpRequestDenied\"\nlogs = [\"refused `http`\"]",
    )
    .sclera("test fetches.wasm cases.toml");
    passes(&ran, 1);
    let red = "metadata = { tlp = \"red\" }";
    let ran = fetching(red, "message = \"ErrorCode::HttpRequestDenied\"").sclera("test fetches.wasm cases.toml");
    passes(&ran, 1);
    let elsewhere = "grants = { http = { origins = [\"https://other.test\"] } }";
    let ran = fetching(elsewhere, "message = \"ErrorCode::HttpRequestDenied\"").sclera("test fetches.wasm cases.toml");
    passes(&ran, 1);
}

#[test]
fn a_case_has_its_own_clock_and_seed() {
    let case = |name: &str, keys: &str| format!("[[case]]\nname = \"{name}\"\nsnapshot = true\n{keys}\n");
    let cases = format!(
        "[defaults]\nhook = \"on_preload_ioc_create\"\n{}{}{}",
        case("as it is", ""),
        case("later", "now = \"2030-01-01T00:00:00+01:00\""),
        case("other numbers", "seed = 8")
    );
    let folder = Folder::new().misfit("looks-around").file("cases.toml", cases);
    passes(&folder.sclera("test looks-around.wasm cases.toml --accept"), 3);
    let message = |case: &str| {
        let kept = std::fs::read_to_string(folder.path(&format!("snapshots/cases/{case}.json"))).unwrap();
        let kept: Value = serde_json::from_str(&kept).unwrap();
        serde_json::from_str::<Value>(kept["message"].as_str().unwrap()).unwrap()
    };
    let [is, later, other] = ["as-it-is", "later", "other-numbers"].map(message);
    assert_eq!(is["wall"][0], "1767323045.000000000");
    assert_eq!(later["wall"][0], "1893452400.000000000");
    assert_eq!((&is["random"], &is["wall"]), (&later["random"], &other["wall"]));
    assert_ne!(is["random"], other["random"]);
    // In another process, in another order, it is the same.
    passes(&folder.sclera("test looks-around.wasm cases.toml -j 1"), 3);
}

#[test]
fn a_snapshot_is_accepted_kept_and_missed() {
    let folder = guard(&GOOD.replace("hook =", "snapshot = true\nhook ="));
    let line = "test ioc-guard.wasm cases.toml";
    let missing = folder.sclera(line);
    assert!(
        missing.code == 1 && missing.out.contains("has no snapshot yet"),
        "{missing}"
    );
    passes(&folder.sclera(&format!("{line} --accept")), 2);
    passes(&folder.sclera(line), 2);

    let kept = folder.path("snapshots/cases/a-bracket-is-taken-out.json");
    let text = std::fs::read_to_string(&kept).unwrap();
    assert_snapshot!("snapshot-file", text);
    std::fs::write(&kept, text.replace("evil.example", "other.example")).unwrap();
    let differs = folder.sclera(line);
    assert_eq!(differs.code, 1, "{differs}");
    assert_snapshot!("snapshot-differs", differs);
    passes(&folder.sclera(&format!("{line} --accept")), 2);
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), text);
}

#[test]
fn golden_fuel_is_kept_and_more_of_it_fails() {
    let folder = guard(GOOD);
    let line = "test ioc-guard.wasm cases.toml";
    passes(&folder.sclera(&format!("{line} --accept")), 2);
    let file = folder.path("fuel.toml");
    let accepted = std::fs::read_to_string(&file).unwrap();
    let (head, fuel) = accepted.trim_end().rsplit_once(" = ").unwrap();
    let fuel: u64 = fuel.parse().unwrap();
    assert_snapshot!("fuel-file", head);
    passes(&folder.sclera(line), 2);
    let shown: Value = serde_json::from_str(&folder.sclera(&format!("{line} --json")).out).unwrap();
    let case = &shown["cases"][0];
    assert_eq!((&case["fuel"], &case["golden_fuel"]), (&fuel.into(), &fuel.into()));

    // The case takes 4 % more than this, and then 3.9 % less.
    std::fs::write(&file, format!("{head} = {}\n", fuel * 100 / 104)).unwrap();
    let more = folder.sclera(line);
    assert!(more.code == 1 && more.out.contains("4.0 % more fuel"), "{more}");
    std::fs::write(&file, format!("{head} = {}\n", fuel * 104 / 100)).unwrap();
    let less = folder.sclera(line);
    passes(&less, 2);
    assert!(less.out.contains("less fuel than before"), "{less}");

    // Within the tolerance, which is configurable.
    std::fs::write(&file, format!("{head} = {}\n", fuel * 100 / 102)).unwrap();
    passes(&folder.sclera(line), 2);
    let strict = head.replace("tolerance = 3", "tolerance = 0.5 # mine");
    std::fs::write(&file, format!("{strict} = {}\n", fuel * 100 / 102)).unwrap();
    assert_eq!(folder.sclera(line).code, 1);

    // What is accepted is written, and a person's comment stays.
    passes(&folder.sclera(&format!("{line} --accept")), 2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{strict} = {fuel}\n"));
}

#[test]
fn a_filter_runs_some_of_the_cases() {
    let folder = guard(GOOD);
    passes(&folder.sclera("test ioc-guard.wasm cases.toml --filter bracket"), 1);
    let none = folder.sclera("test ioc-guard.wasm cases.toml --filter nonsense");
    assert_eq!(none.code, 2, "{none}");
}

#[test]
fn a_project_has_its_module_and_its_cases() {
    let folder = Folder::new();
    for folder in [folder.path("p/tests"), folder.path("p/build"), folder.path("p/sdk/wit")] {
        std::fs::create_dir_all(folder).unwrap();
    }
    let manifest = "[module]\nname = \"guard\"\nlanguage = \"python\"\nsdk = \"sdk\"\n";
    let folder = folder
        .file("p/module.toml", manifest)
        .file("p/app.py", "")
        .file("p/tests/a.toml", GOOD);
    let unbuilt = folder.sclera("test p");
    assert!(
        unbuilt.code == 2 && unbuilt.err.contains("`sclera build p`"),
        "{unbuilt}"
    );

    std::fs::copy(sclera_tests::example("ioc-guard"), folder.path("p/build/guard.wasm")).unwrap();
    let folder = folder.file("p/tests/b.json", r#"{"register": [{"name": "it registers"}]}"#);
    passes(&folder.sclera("test p --accept"), 3);
    assert!(folder.path("p/tests/fuel.toml").is_file());
    // Its own files are no cases.
    passes(&folder.sclera("test p"), 3);
    passes(&folder.sclera("test p p/tests/b.json"), 1);
}

#[test]
fn a_report_for_ci_has_every_case() {
    let cases = format!(
        "{GOOD}\n[[case]]\nname = \"fails & <fails>\"\nhook = \"on_preload_ioc_create\"\nexpect = {{ outcome = \"reject\" }}\n"
    );
    let folder = guard(&cases);
    let ran = folder.sclera("test ioc-guard.wasm cases.toml --junit report.xml");
    assert_eq!(ran.code, 1, "{ran}");
    let report = std::fs::read_to_string(folder.path("report.xml")).unwrap();
    let untimed: Vec<_> = report.split(" time=\"").collect();
    let untimed: Vec<_> = untimed
        .iter()
        .enumerate()
        .map(|(index, part)| match index {
            0 => (*part).to_owned(),
            _ => part.split_once('"').unwrap().1.to_owned(),
        })
        .collect();
    assert_snapshot!(untimed.concat());
}

#[test]
fn the_document_has_its_keys() {
    let ran = guard(GOOD).sclera("test ioc-guard.wasm cases.toml --json");
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&shown["passed"], &shown["failed"], &shown["exit"]),
        (&2.into(), &0.into(), &0.into())
    );
    assert_eq!(shown["module"]["name"], "ioc-guard");
    let keys: Vec<_> = shown["cases"][0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "duration_ns",
            "failures",
            "file",
            "fuel",
            "golden_fuel",
            "logs",
            "name",
            "passed"
        ]
    );
}

#[test]
fn a_hundred_cases_run_at_the_same_time_and_come_in_order() {
    let cases: String = (0..120)
        .map(|number| format!("[[case]]\nname = \"case {number}\"\nhook = \"on_preload_ioc_create\"\nexpect = {{ outcome = \"replace\" }}\n"))
        .collect();
    let ran = guard(&cases).sclera("test ioc-guard.wasm cases.toml --json -j 4");
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(shown["passed"], 120, "{ran}");
    for (number, case) in shown["cases"].as_array().unwrap().iter().enumerate() {
        assert_eq!(case["name"], format!("case {number}"));
        assert_eq!(case["fuel"], shown["cases"][0]["fuel"]);
    }
}

/// A server that answers one request, and what it heard.
fn server() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"}") {
            let mut part = [0; 1024];
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0, "{heard:?}");
            heard.extend_from_slice(&part[..count]);
        }
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nset-cookie: session=1\r\nx-left: 9\r\n\
            content-length: 27\r\n\r\n{\"echo\":\"s3cr3t-of-the-op\"}";
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(heard).unwrap()
    });
    (origin, heard)
}

#[test]
fn what_a_server_answers_is_recorded_without_secrets_and_answers_the_next_time() {
    let (origin, heard) = server();
    let folder = fetching(
        &format!(
            "http = \"fixtures/look.json\"\nconfig = {{ url = \"{origin}\" }}\ngrants = {{ http = {{ origins = [\"{origin}\"], methods = [\"POST\"] }} }}"
        ),
        "message = '200 {\"echo\":\"****************\"}'",
    );
    let token = folder.path("token");
    let folder = folder.file("token", "s3cr3t-of-the-op\n").file(
        "policy.toml",
        format!(
            "[default.grants.http]\norigins = [\"{origin}\"]\nmethods = [\"POST\"]\naddresses = [\"127.0.0.0/8\"]\n\
             [default.grants.secrets.token]\nfile = \"{}\"\norigins = [\"{origin}\"]\nplaces = [\"header\", \"query\", \"body\"]\n",
            token.display()
        ),
    );
    let missing = folder.sclera("test fetches.wasm cases.toml");
    assert!(missing.code == 2 && missing.err.contains("--record"), "{missing}");

    let recorded = folder.sclera("test fetches.wasm cases.toml --record --policy policy.toml");
    passes(&recorded, 1);
    assert!(heard.join().unwrap().contains("authorization: Bearer s3cr3t-of-the-op"));
    let kept = std::fs::read_to_string(folder.path("fixtures/look.json")).unwrap();
    assert!(!kept.contains("s3cr3t"), "{kept}");
    assert_snapshot!(kept.replace(&origin, "<origin>"));
    passes(&folder.sclera("test fetches.wasm cases.toml"), 1);
}

/// Files that cannot be used, and the next step.
#[test]
fn a_file_that_is_wrong_is_told_with_the_next_step() {
    let folder = Folder::new()
        .example("ioc-guard")
        .misfit("fetches")
        .file("text.wasm", "hello");
    std::fs::create_dir(folder.path("empty")).unwrap();
    let case = |keys: &str| format!("[[case]]\nname = \"it\"\n{keys}\n");
    let hooked = |keys: &str| case(&format!("hook = \"on_preload_ioc_create\"\n{keys}"));
    let files = [
        ("not-toml.toml", "[[case]\n".to_owned()),
        ("not-json.json", "{\"case\": [".into()),
        ("nothing.toml", String::new()),
        ("other-table.toml", "[[cases]]\nname = \"it\"\n".into()),
        ("no-name.toml", "[[case]]\nhook = \"on_preload_ioc_create\"\n".into()),
        ("twice.toml", hooked("").repeat(2)),
        ("no-hook.toml", case("")),
        ("hook.toml", case("hook = \"on_prelaod_ioc_create\"")),
        ("key.toml", hooked("paylod = []")),
        ("expect.toml", hooked("expect = { outcom = \"reject\" }")),
        ("default.toml", format!("[defaults]\nexpekt = {{}}\n{}", hooked(""))),
        ("outcome.toml", hooked("expect = { outcome = \"rejected\" }")),
        ("fault.toml", hooked("expect = { fault = \"traps\" }")),
        ("payload.toml", hooked("payload = { ioc_value = \"a\" }")),
        ("payload-text.toml", hooked("payload = \"[{\"")),
        ("expected-payload.toml", hooked("expect = { payload = 3 }")),
        ("by.toml", hooked("by = 3")),
        ("now.toml", hooked("now = \"yesterday\"")),
        ("grants.toml", hooked("grants = \"all\"")),
        ("grants-key.toml", hooked("grants = { htpp = {} }")),
        ("limits.toml", hooked("limits = { deadlin = \"1s\" }")),
        ("action.toml", hooked("expect = { actions = [{ target = 1 }] }")),
        ("http.toml", hooked("http = [{ response = { stats = 200 } }]")),
        ("status.toml", hooked("http = [{ response = { status = 42 } }]")),
        (
            "two-bodies.toml",
            hooked("http = [{ response = { body = \"a\", json = 1 } }]"),
        ),
        (
            "no-response.toml",
            hooked("http = [{ request = { method = \"GET\" } }]"),
        ),
        ("http-number.toml", hooked("http = 3")),
        ("fixture.toml", hooked("http = \"nowhere.json\"")),
        ("cases.txt", hooked("")),
        ("good.toml", hooked("")),
    ];
    let mut lines: Vec<_> = files
        .iter()
        .map(|(name, _)| format!("test ioc-guard.wasm {name}"))
        .collect();
    lines.pop();
    let folder = files
        .iter()
        .fold(folder, |folder, (name, text)| folder.file(name, text));
    std::fs::copy(folder.path("good.toml"), folder.path("empty/good.json.toml")).unwrap();
    std::fs::remove_file(folder.path("empty/good.json.toml")).unwrap();
    let folder = folder.file("fuel.toml", "tolerance = \"much\"\n");
    lines.extend(
        [
            "test ioc-guard.wasm",
            "test ioc-guard.wasm empty",
            "test ioc-guard.wasm nowhere.toml",
            "test empty",
            "test ioc-guard.wasm good.toml good.toml",
            "test ioc-guard.wasm good.toml --record",
            "test ioc-guard.wasm good.toml --record --policy nowhere.toml",
            "test ioc-guard.wasm good.toml --jobs 0",
            "test ioc-guard.wasm good.toml",
        ]
        .map(str::to_owned),
    );
    let mut told = String::new();
    for line in &lines {
        let ran = folder.sclera(line);
        assert_eq!(ran.code, 2, "{ran}");
        let error = ran.err.split("\n\nUsage").next().unwrap_or_default().trim_end();
        told.push_str(&format!("$ sclera {line}\n{error}\n\n"));
    }
    assert_snapshot!(told);
}

#[test]
fn what_is_no_module_is_3_and_a_module_that_fails_to_describe_is_1() {
    let folder = guard(GOOD).file("text.wasm", "hello").misfit("describe-traps");
    for (line, code) in [
        ("test text.wasm cases.toml", 3),
        ("test nowhere.wasm cases.toml", 3),
        ("test nowhere.wasm", 3),
        ("test describe-traps.wasm cases.toml", 1),
    ] {
        let ran = folder.sclera(line);
        assert_eq!(ran.code, code, "{ran}");
    }
}

#[test]
fn a_secret_that_the_module_does_not_ask_for_fails_the_case() {
    let cases = GOOD.replacen("hook =", "secrets = { key = \"abcdef\" }\nhook =", 1);
    let ran = guard(&cases).sclera("test ioc-guard.wasm cases.toml");
    assert!(
        ran.code == 1 && ran.out.contains("a secret `key`, and the module asks for none"),
        "{ran}"
    );
}
