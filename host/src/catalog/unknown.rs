//! A name that no hook has.

use crate::text::excerpt;

/// How alike two names must be, from 0 to 1, for one to be proposed in place of the other. A name
/// without its prefix (`ioc_create`) is still found; a name from another world (`hello`) is not.
const ALIKE: f64 = 0.4;

/// How much of a name is compared: as much as a hook's name can have.
const COMPARED: usize = 128;

/// There is no hook of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no hook is named `{name}`{}", hint(.nearest.as_deref()))]
pub struct UnknownHook {
    /// The name as it was asked for, but fit for a message whatever was asked: at most 128
    /// characters of it, with what is not printable escaped.
    pub name: String,
    /// The name of the hook that was probably meant.
    pub nearest: Option<String>,
}

impl UnknownHook {
    pub(super) fn new<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> UnknownHook {
        let asked: String = name
            .chars()
            .take(COMPARED)
            .map(|character| match character {
                '-' | ' ' | '.' => '_',
                _ => character.to_ascii_lowercase(),
            })
            .collect();
        let mut nearest: Option<(f64, &str)> = None;
        for candidate in known {
            let alike = strsim::normalized_damerau_levenshtein(&asked, candidate);
            if alike >= ALIKE && nearest.is_none_or(|(best, _)| alike > best) {
                nearest = Some((alike, candidate));
            }
        }
        UnknownHook {
            name: excerpt(name),
            nearest: nearest.map(|(_, candidate)| candidate.to_owned()),
        }
    }
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; the nearest is `{nearest}`"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::catalog::Catalog;

    #[test]
    fn an_unknown_name_brings_the_nearest() {
        let cases = [
            ("on_prelaod_ioc_create", Some("on_preload_ioc_create")),
            ("on_preload_ioc_craete", Some("on_preload_ioc_create")),
            ("on-postload-asset-delete", Some("on_postload_asset_delete")),
            ("ON_MANUAL_TRIGGER_IOC", Some("on_manual_trigger_ioc")),
            ("on_manual_trigger_iocs", Some("on_manual_trigger_ioc")),
            ("ioc_create", Some("on_preload_ioc_create")),
            ("on_preload_report_created", Some("on_preload_report_create")),
            ("hello", None),
            ("", None),
        ];
        let catalog = Catalog::iris();
        for (name, nearest) in cases {
            let unknown = catalog.lookup(name).unwrap_err();
            assert_eq!(unknown.nearest.as_deref(), nearest, "{name}");
        }
    }

    #[test]
    fn the_message_says_it_in_a_line() {
        let catalog = Catalog::iris();
        assert_eq!(
            catalog.lookup("on_prelaod_ioc_create").unwrap_err().to_string(),
            "no hook is named `on_prelaod_ioc_create`; the nearest is `on_preload_ioc_create`"
        );
        assert_eq!(
            catalog.lookup("a\r\nb").unwrap_err().to_string(),
            "no hook is named `a\u{fffd} b`"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_name_makes_a_long_message_or_a_second_line(name in "\\PC{0,400}|(?s).{0,400}") {
            if let Err(unknown) = Catalog::iris().lookup(&name) {
                let message = unknown.to_string();
                prop_assert!(message.len() <= 128 * 10 + 100, "{} bytes", message.len());
                prop_assert!(!message.chars().any(char::is_control));
            }
        }
    }
}
