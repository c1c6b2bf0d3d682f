use sclera_sdk::Subscription;
use sclera_sdk::mock::MockHost;

use super::*;

fn trigger(menu: &str, iocs: Value) -> Answer {
    MockHost::new()
        .event(hook::MANUAL_TRIGGER_IOC, iocs)
        .menu(menu)
        .handle::<IocLookup>()
        .unwrap()
}

#[rustfmt::skip]
const EXPLAINED: &[(&str, &str)] = &[
    ("8.8.8.8", "8.8.8.8: an IPv4 address, of the internet."),
    ("10.1.2.3", "10.1.2.3: an IPv4 address, and is private (RFC 1918)."),
    ("203.0.113.7", "203.0.113.7: an IPv4 address, and is for documentation (RFC 5737)."),
    ("169.254.169.254", "169.254.169.254: an IPv4 address, and is the metadata service of a cloud, link-local (RFC 3927)."),
    ("2001:db8::1", "2001:db8::1: an IPv6 address, and is for documentation (RFC 3849)."),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1: an IPv6 address, and is private (RFC 1918)."),
    ("2606:4700::1111", "2606:4700::1111: an IPv6 address, of the internet."),
    ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e: a hash of 128 bits: MD5, as a rule."),
    ("www.evil.example", "www.evil.example: a name of 3 parts under .example: www.evil.example."),
    ("xn--pple-43d.example", "xn--pple-43d.example: a name of 2 parts under .example: xn--pple-43d.example, which looks like аpple.example."),
    ("jo@bücher.example", "jo@bücher.example: an e-mail address at xn--bcher-kva.example, which looks like bücher.example."),
    ("https://bank.example@198.51.100.7/login", "https://bank.example@198.51.100.7/login: a URL with the scheme https and the IP address 198.51.100.7, and a user name that may be there to mislead."),
    ("hello world", "hello world: nothing that can be told from its looks."),
    ("", ": nothing that can be told from its looks."),
];

#[test]
fn an_indicator_is_explained() {
    for (value, expected) in EXPLAINED {
        let answer = trigger(EXPLAIN, json!([{"ioc_id": 1, "ioc_value": value}]));
        assert_eq!(answer.message.as_deref(), Some(*expected));
        assert!(answer.actions.is_empty());
    }
}

#[test]
fn the_type_that_it_was_saved_as_is_said() {
    let answer = trigger(
        EXPLAIN,
        json!({"ioc_id": 1, "ioc_value": "invoice.exe", "ioc_type_id": 37}),
    );

    assert_eq!(
        answer.message.as_deref(),
        Some("invoice.exe: nothing that can be told from its looks (saved as filename).")
    );
}

#[test]
fn links_are_written_into_the_custom_attribute_of_each_ioc() {
    let answer = trigger(
        LINKS,
        json!([{"ioc_id": 17, "ioc_value": "8.8.8.8"}, {"ioc_id": 18, "ioc_value": "10.0.0.1"}]),
    );

    assert_eq!(
        answer.actions.len(),
        1,
        "there is nothing to search for a private address"
    );
    assert_eq!(answer.actions[0].target.as_deref(), Some("17"));
    let attribute = answer.actions[0].change()["custom_attributes"]["Search links"]["Links"].clone();
    assert_eq!(attribute["type"], "html");
    assert!(
        attribute["value"]
            .as_str()
            .unwrap()
            .contains(r#"<a href="https://www.virustotal.com/gui/ip-address/8.8.8.8""#)
    );
    let message = answer.message.unwrap();
    assert!(
        message.contains("AbuseIPDB https://www.abuseipdb.com/check/8.8.8.8"),
        "{message}"
    );
    assert!(
        message.contains("10.0.0.1: no links, because the address is private (RFC 1918)."),
        "{message}"
    );
}

#[test]
fn a_hostile_value_stays_text_in_the_html() {
    for value in [
        r#"https://a.example/"><script>alert(1)</script>"#,
        r#"https://a.example/?q='onmouseover='alert(1)"#,
        r#""><img/src=x>"@a.example"#,
        "https://a.example/../../../&lt;b&gt;",
    ] {
        let answer = trigger(LINKS, json!([{"ioc_id": 1, "ioc_value": value}]));
        let change = answer
            .actions
            .first()
            .map(|action| action.change()["custom_attributes"].to_string());
        let html = change.unwrap_or_default();
        for harm in ["<script", "<img", "onmouseover='", "javascript:", "<b>"] {
            assert!(!html.contains(harm), "{html}");
        }
    }
}

#[test]
fn what_is_more_restricted_than_allowed_gets_no_links() {
    let host = MockHost::new();
    let by_case = host.event(
        hook::MANUAL_TRIGGER_IOC,
        json!({"ioc_id": 1, "ioc_value": "8.8.8.8", "ioc_tlp_id": 4}),
    );
    let by_itself = host.event(
        hook::MANUAL_TRIGGER_IOC,
        json!({"ioc_id": 1, "ioc_value": "8.8.8.8", "ioc_tlp_id": 1}),
    );

    for trigger in [by_case.metadata("tlp", "red"), by_itself.metadata("tlp", "clear")] {
        let answer = trigger.menu(LINKS).handle::<IocLookup>().unwrap();
        assert!(answer.actions.is_empty());
        assert_eq!(
            answer.message.as_deref(),
            Some("8.8.8.8: no links, because it is TLP:RED.")
        );
    }
}

#[test]
fn a_message_stays_readable_whatever_is_selected() {
    let huge = "é".repeat(100_000);
    let iocs: Vec<Value> = (0..500).map(|id| json!({"ioc_id": id, "ioc_value": huge})).collect();

    for menu in [EXPLAIN, LINKS] {
        let message = trigger(menu, json!(iocs)).message.unwrap();
        assert!(message.ends_with("… and 450 more."));
        assert!(message.len() < 50_000);
    }
}

#[test]
fn each_menu_entry_is_a_subscription_that_the_user_waits_for() {
    let subscriptions = MockHost::new().register::<IocLookup>().unwrap();
    let menus: Vec<_> = subscriptions
        .iter()
        .map(|Subscription { menu_name, .. }| menu_name.as_deref())
        .collect();

    assert_eq!(menus, [Some(EXPLAIN), Some(LINKS)]);
    assert!(subscriptions.iter().all(|subscription| !subscription.asynchronous));
}
