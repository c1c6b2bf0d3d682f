//! Proposals, as they stand in `sclera.toml`.

use std::collections::BTreeMap;

use anyhow::Context;
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use super::report::{ModuleReport, SubscriptionReport};
use super::{Headroom, Limit};

/// A file with nothing else in it. Empty if there is nothing to say.
pub(crate) fn snippet(reports: &[ModuleReport], headroom: Headroom) -> anyhow::Result<String> {
    let mut text = String::new();
    for report in reports.iter().filter(|report| !report.limits.is_empty()) {
        let mut document = DocumentMut::new();
        put_module(&mut document, report)?;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("# of {} runs, with a headroom of {headroom}\n", report.runs));
        text.push_str(&document.to_string());
    }
    Ok(text)
}

/// Puts them into a policy. What else stands in it stays as it is.
pub(crate) fn put(document: &mut DocumentMut, reports: &[ModuleReport]) -> anyhow::Result<()> {
    reports
        .iter()
        .filter(|report| !report.limits.is_empty())
        .try_for_each(|report| put_module(document, report))
}

fn put_module(document: &mut DocumentMut, report: &ModuleReport) -> anyhow::Result<()> {
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let name = &report.module;
    let modules = document.entry("modules").or_insert_with(implicit);
    let modules = modules.as_table_mut().context("`modules` is not a table")?;
    let own = modules.entry(name).or_insert_with(implicit);
    let own = own
        .as_table_mut()
        .with_context(|| format!("`modules.{name}` is not a table"))?;
    let limits = own.entry("limits").or_insert_with(|| Item::Table(Table::new()));
    put_limits(limits, &report.limits).with_context(|| format!("`modules.{name}.limits` is not a table"))?;

    for one in report.subscriptions.iter().filter(|one| !one.own.is_empty()) {
        let subscriptions = own
            .entry("subscriptions")
            .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        let subscriptions = subscriptions.as_array_of_tables_mut().with_context(|| {
            format!("`modules.{name}.subscriptions` cannot be edited; write it as `[[modules.{name}.subscriptions]]`")
        })?;
        put_subscription(subscriptions, one)
            .with_context(|| format!("the limits of a subscription of `{name}` are not a table"))?;
    }
    Ok(())
}

/// Into the last table that is for this very subscription, which is the one that holds; else into one of its own.
fn put_subscription(subscriptions: &mut ArrayOfTables, one: &SubscriptionReport) -> Option<()> {
    let text = |table: &Table, key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
    let is_its =
        |table: &Table| text(table, "hook").as_ref() == Some(&one.hook) && text(table, "menu-name") == one.menu_name;
    let its = subscriptions.iter().enumerate().filter(|(_, table)| is_its(table));
    let place = its.map(|(place, _)| place).last();
    let table = match place {
        Some(place) => subscriptions.get_mut(place)?,
        None => {
            let mut table = Table::new();
            table.insert("hook", value(&one.hook));
            if let Some(menu_name) = &one.menu_name {
                table.insert("menu-name", value(menu_name));
            }
            subscriptions.push(table);
            subscriptions.iter_mut().last()?
        }
    };
    let limits = table.entry("limits").or_insert_with(|| value(InlineTable::new()));
    put_limits(limits, &one.own)
}

/// None if it is no table.
fn put_limits(item: &mut Item, limits: &BTreeMap<Limit, u64>) -> Option<()> {
    let table = item.as_table_like_mut()?;
    for (limit, amount) in limits {
        table.insert(limit.key(), value(limit.written(*amount)));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use sclera::{LimitOverrides, Policies};

    use super::*;

    fn report() -> ModuleReport {
        let subscription = |hook: &str, menu_name: Option<&str>, own: &[(Limit, u64)]| SubscriptionReport {
            hook: hook.into(),
            menu_name: menu_name.map(str::to_owned),
            runs: 1,
            ended: 1,
            warnings: Vec::new(),
            limits: Vec::new(),
            own: own.iter().copied().collect(),
        };
        ModuleReport {
            module: "an odd \"name\"".into(),
            versions: Default::default(),
            runs: 12,
            from_ms: 0,
            to_ms: 0,
            limits: [
                (Limit::Fuel, 150_000_000),
                (Limit::Deadline, 1_500_000_000),
                (Limit::Memory, 12 << 20),
                (Limit::LogBytes, 24 << 10),
                (Limit::LogLines, 50),
                (Limit::Actions, 10),
            ]
            .into(),
            subscriptions: vec![
                subscription("on_preload_ioc_create", None, &[(Limit::Deadline, 100_000_000)]),
                subscription("on_manual_trigger_ioc", Some("Look “up”"), &[(Limit::Fuel, 10_000_000)]),
                subscription("on_postload_ioc_create", None, &[]),
            ],
        }
    }

    #[test]
    fn what_is_printed_is_what_a_host_reads() {
        let text = snippet(&[report()], Headroom::default()).unwrap();
        let policies = Policies::parse(&text).unwrap();
        let module = &policies.modules["an odd \"name\""];
        assert_eq!(
            module.limits,
            LimitOverrides {
                fuel: Some(150_000_000),
                deadline: Some(std::time::Duration::from_millis(1_500)),
                memory: Some(12 << 20),
                log_bytes: Some(24 << 10),
                log_lines: Some(50),
                actions: Some(10),
                ..LimitOverrides::default()
            },
            "{text}"
        );
        assert_eq!(module.subscriptions.len(), 2, "{text}");
        assert_eq!(module.subscriptions[0].limits.deadline.unwrap().as_millis(), 100);
        assert_eq!(module.subscriptions[1].menu_name.as_deref(), Some("Look “up”"));
        assert_eq!(module.subscriptions[1].limits.fuel, Some(10_000_000));
        policies.check(&sclera::Catalog::iris()).unwrap();
    }

    #[test]
    fn what_a_person_wrote_stays() {
        let file = r#"
# ours
[modules.tagger]
mode = "monitor" # for now

[modules.tagger.limits]
fuel = 7
depth = 9 # deep enough

[[modules.tagger.subscriptions]]
hook = "on_preload_ioc_create"
priority = 3
limits = { payload = "1 MiB" }
"#;
        let mut document: DocumentMut = file.parse().unwrap();
        let report = ModuleReport {
            module: "tagger".into(),
            ..report()
        };
        put(&mut document, &[report]).unwrap();
        let text = document.to_string();
        for kept in ["# ours", "# for now", "depth = 9 # deep enough", "priority = 3"] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        let module = &Policies::parse(&text).unwrap().modules["tagger"];
        assert_eq!(module.limits.fuel, Some(150_000_000), "{text}");
        assert_eq!(module.subscriptions.len(), 2, "{text}");
        let first = &module.subscriptions[0];
        assert_eq!(
            (first.priority, first.limits.payload),
            (Some(3), Some(1 << 20)),
            "{text}"
        );
        assert_eq!(first.limits.deadline.unwrap().as_millis(), 100, "{text}");
    }
}
