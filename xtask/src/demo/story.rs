//! A short real story: what is sent, what each module does, and what is in the database afterwards.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value gives null for a key that it does not have"
)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::server::Server;

/// How long a module in the background may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tells it, and fails if it does not go as it should.
pub fn tell(server: &Server) -> Result<()> {
    chapter("A case is opened. Nobody waits for `case-watch`, which looks at it in the background.");
    let case = created(
        server,
        "/cases",
        &json!({
            "case_name": "Phishing wave against Contoso finance",
            "case_description": "Mails with a false login page.",
            "case_customer": 1,
            "case_soc_id": "SOC-2031",
            "tlp_id": 2
        }),
    )?;
    let case = case["object"]["case_id"].as_i64().context("the case has an id")?;
    background(server, "on_postload_case_create")?;

    chapter("An IOC comes in as it was written in a mail: defanged, with spaces, without a TLP.");
    let iocs = format!("/cases/{case}/iocs");
    let dirty = json!({"ioc_value": " hxxps://Evil[.]example/login ", "ioc_type_id": 141, "ioc_tags": "phishing"});
    let ioc = created(server, &iocs, &dirty)?;
    let stored = &ioc["object"];
    ensure!(
        stored["ioc_value"] == "https://evil.example/login",
        "it was not repaired: {stored}"
    );
    in_database(server, &iocs, &["ioc_id", "ioc_value", "ioc_tags", "ioc_tlp_id"])?;

    chapter("A SHA-256 with a digit too few comes in.");
    let wrong =
        json!({"ioc_value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", "ioc_type_id": 113});
    let (status, answer) = post(server, &iocs, &wrong)?;
    ensure!(status == 422, "it was not refused: {answer}");
    in_database(server, &iocs, &["ioc_id", "ioc_value"])?;

    chapter("A workstation is added. `case-watch` asks for a tag, which the server applies once.");
    let assets = format!("/cases/{case}/assets");
    created(
        server,
        &assets,
        &json!({"asset_name": "WKS-FIN-014", "asset_type_id": 9, "asset_ip": "192.0.2.14"}),
    )?;
    background(server, "on_postload_asset_create")?;
    in_database(server, &assets, &["asset_id", "asset_name", "asset_tags"])?;

    chapter("An analyst opens the menu of the IOC, and chooses `Explain indicator`, then `Search links`.");
    println!("  GET /menu/ioc");
    for entry in list(&server.get("/menu/ioc")?) {
        println!("    {} (of {})", text(&entry["menu_name"]), text(&entry["module"]));
    }
    for menu_name in ["Explain indicator", "Search links"] {
        let click = json!({"module": "ioc-lookup", "menu_name": menu_name, "case_id": case, "ids": [stored["ioc_id"]]});
        let (status, answer) = post(server, "/menu/ioc", &click)?;
        ensure!(status == 200, "the click did not work: {answer}");
    }
    in_database(server, &iocs, &["ioc_value", "custom_attributes"])?;

    chapter("What the case looks like now, with the task that `case-watch` asked for.");
    in_database(server, &format!("/cases/{case}/tasks"), &["id", "task_title"])?;
    let deliveries = server.get("/deliveries?limit=1000")?;
    let deliveries = list(&deliveries);
    let fuel: u64 = deliveries.iter().filter_map(|delivery| delivery["fuel"].as_u64()).sum();
    println!(
        "\n{} deliveries, each in an instance of its own, with {fuel} units of fuel in all.",
        deliveries.len()
    );
    Ok(())
}

fn chapter(title: &str) {
    println!("\n── {title}");
}

fn created(server: &Server, path: &str, body: &Value) -> Result<Value> {
    let (status, answer) = post(server, path, body)?;
    ensure!(status == 201, "POST {path} was not taken: {status} {answer}");
    Ok(answer)
}

/// Sends a request, and shows it with what each module did.
fn post(server: &Server, path: &str, body: &Value) -> Result<(u16, Value)> {
    println!("  POST {path} {body}");
    let (status, answer) = server.post(path, body)?;
    println!("  {status} {}", text(&answer["error"]));
    let one = [answer.clone()];
    let modules = answer["modules"].as_array().map_or(&one[..], Vec::as_slice);
    for said in modules {
        let said_by = format!("{} on {}", text(&said["module"]), text(&said["hook"]));
        println!("    {said_by}: {}", text(&said["outcome"]));
        for note in ["message", "actions"] {
            if !said[note].is_null() {
                println!("      {note}: {}", text(&said[note]));
            }
        }
    }
    Ok((status, answer))
}

/// Waits for the delivery in the background on that hook, and shows what it did.
fn background(server: &Server, hook: &str) -> Result<()> {
    let begun = Instant::now();
    let delivery = loop {
        let deliveries = server.get(&format!("/deliveries?hook={hook}&module=case-watch"))?;
        let is_over = |delivery: &&Value| delivery["state"] != "waiting";
        if let Some(delivery) = list(&deliveries).iter().find(is_over) {
            break delivery.clone();
        }
        ensure!(begun.elapsed() < PATIENCE, "case-watch did not run on {hook}");
        std::thread::yield_now();
    };
    println!(
        "  meanwhile, in the background: case-watch on {hook}: {}",
        text(&delivery["outcome"])
    );
    for line in list(&delivery["logs"]) {
        println!("    {}: {}", text(&line["level"]), text(&line["message"]));
    }
    for action in list(&delivery["actions"]) {
        let target = action["target"].as_str().unwrap_or_default();
        println!(
            "    action: {} {} {target} {}",
            text(&action["operation"]),
            text(&action["object"]),
            action["change"]
        );
    }
    ensure!(
        delivery["action_state"] == "applied",
        "its actions were not applied: {delivery}"
    );
    Ok(())
}

/// Shows some fields of the objects at `path`.
fn in_database(server: &Server, path: &str, fields: &[&str]) -> Result<()> {
    println!("  now in the database, {path}:");
    let objects = server.get(path)?;
    ensure!(!list(&objects).is_empty(), "there is nothing at {path}");
    for object in list(&objects) {
        let shown: Vec<_> = fields
            .iter()
            .map(|field| format!("{field}={}", object[*field]))
            .collect();
        println!("    {}", shown.join("  "));
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text without its quotes; anything else as JSON; nothing for null.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
