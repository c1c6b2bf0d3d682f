use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
struct Webhook {
    url: String,
    retries: u8,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Quiet,
    Loud,
    Custom { level: u8 },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Settings {
    token: String,
    prefix: Option<String>,
    limit: Option<u32>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    ratio: f64,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    webhook: Option<Webhook>,
    mode: Option<Mode>,
    #[serde(default)]
    anything: Value,
}

fn yes() -> bool {
    true
}

fn read<T: DeserializeOwned>(entries: &[(&str, &str)]) -> Result<T, Error> {
    let entries = entries
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
        .collect();
    load(|| Ok(entries))
}

#[test]
fn a_text_stays_a_text_whatever_it_looks_like() {
    for text in ["s3cret", "007", "true", "null", "{}", "\"quoted\"", "", " "] {
        let settings: Settings = read(&[("token", text), ("prefix", text)]).unwrap();
        assert_eq!(settings.token, text);
        assert_eq!(settings.prefix.as_deref(), Some(text));
    }
}

#[test]
fn everything_else_is_json() {
    let settings: Settings = read(&[
        ("token", "t"),
        ("limit", "12"),
        ("enabled", "false"),
        ("ratio", "0.5"),
        ("names", r#"["a", "b"]"#),
        ("headers", r#"{"x-a": "1"}"#),
        ("webhook", r#"{"url": "https://a.example", "retries": 3}"#),
        ("mode", r#"{"custom": {"level": 3}}"#),
        ("anything", "[1]"),
        ("not_a_field", "is fine"),
    ])
    .unwrap();

    assert_eq!(
        (settings.limit, settings.enabled, settings.ratio),
        (Some(12), false, 0.5)
    );
    assert_eq!(settings.names, ["a", "b"]);
    assert_eq!(settings.headers["x-a"], "1");
    assert_eq!(settings.webhook.unwrap().retries, 3);
    assert_eq!(settings.mode, Some(Mode::Custom { level: 3 }));
    assert_eq!(settings.anything, serde_json::json!([1]));
}

#[test]
fn a_variant_is_named_by_its_bare_name() {
    assert_eq!(
        read::<Settings>(&[("token", "t"), ("mode", "loud")]).unwrap().mode,
        Some(Mode::Loud)
    );
    assert_eq!(
        read::<Settings>(&[("token", "t"), ("mode", "\"quiet\"")]).unwrap().mode,
        Some(Mode::Quiet)
    );
}

#[test]
fn what_is_not_set_has_its_default() {
    let settings: Settings = read(&[("token", "t")]).unwrap();

    assert!(settings.enabled);
    assert_eq!((settings.prefix, settings.limit, settings.mode), (None, None, None));
}

#[test]
fn a_fault_names_the_key() {
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[], "the configuration key `token` is missing"),
        (
            &[("token", "t"), ("limit", "many")],
            "the configuration key `limit` is not JSON",
        ),
        (
            &[("token", "t"), ("limit", "-1")],
            "the configuration key `limit` does not fit",
        ),
        (
            &[("token", "t"), ("enabled", "\"yes\"")],
            "the configuration key `enabled` does not fit",
        ),
        (
            &[("token", "t"), ("webhook", "{}")],
            "the configuration key `webhook` does not fit: missing field `url`",
        ),
        (
            &[("token", "t"), ("mode", "silent")],
            "the configuration key `mode` does not fit: unknown variant",
        ),
    ];
    for (entries, expected) in cases {
        let error = read::<Settings>(entries).unwrap_err();
        assert_eq!(error.code, Error::INVALID_CONFIGURATION);
        assert!(error.message.starts_with(expected), "{error} is not {expected}");
    }
}

#[test]
fn a_module_without_configuration_does_not_ask_for_one() {
    let asked = load::<()>(|| Err(Error::new("unavailable", "nobody should have asked")));

    assert_eq!(asked, Ok(()));
}
