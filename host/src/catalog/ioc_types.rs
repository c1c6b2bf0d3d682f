//! IRIS's own numbering of the types of indicators.

use std::sync::LazyLock;

use serde::Deserialize;

/// The types that modules meet most, as `(ioc_type_id, type_name)` in the order of the ids: `(20,
/// "domain")`.
///
/// These are the ids of an IRIS that was set up with its default types, which are more than these.
/// Another server may number its types in another way; where a payload has `ioc_type.type_name`,
/// trust that instead.
pub fn ioc_types() -> &'static [(u32, &'static str)] {
    static TYPES: LazyLock<Vec<(u32, &'static str)>> = LazyLock::new(read);
    &TYPES
}

/// The name of the type with that id, if it is one of [`ioc_types`].
pub fn ioc_type_name(id: u32) -> Option<&'static str> {
    let types = ioc_types();
    let position = types.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    types.get(position).map(|(_, name)| *name)
}

/// What is read of an entry of `iris/ioc_types.json`; the SDKs are generated from the rest.
#[derive(Deserialize)]
struct Type {
    id: u32,
    name: &'static str,
}

#[expect(
    clippy::expect_used,
    reason = "the data is compiled in, and the tests read all of it"
)]
fn read() -> Vec<(u32, &'static str)> {
    let types: Vec<Type> =
        serde_json::from_str(include_str!("iris/ioc_types.json")).expect("iris/ioc_types.json is a list of types");
    let mut types: Vec<_> = types.into_iter().map(|known| (known.id, known.name)).collect();
    types.sort_unstable();
    types
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_type_is_found_by_its_id() {
        let cases = [
            (20, Some("domain")),
            (76, Some("ip-any")),
            (113, Some("sha256")),
            (141, Some("url")),
            (0, None),
        ];
        for (id, name) in cases {
            assert_eq!(ioc_type_name(id), name);
        }
    }

    #[test]
    fn no_two_ids_share_a_name() {
        let names: BTreeSet<&str> = ioc_types().iter().map(|(_, name)| *name).collect();
        assert_eq!(names.len(), ioc_types().len());
    }
}
