//! The Traffic Light Protocol: how far information may travel.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::text::excerpt;

/// A label of the [Traffic Light Protocol 2.0](https://www.first.org/tlp/). The greater of two is
/// the stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tlp {
    /// To the world.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and to its clients, as far as they need it.
    Amber,
    /// Within the organisation only, as far as they need it.
    #[serde(rename = "amber+strict")]
    AmberStrict,
    /// To the recipients only.
    Red,
}

impl Tlp {
    /// All labels, in the order of their ids.
    pub const ALL: [Tlp; 5] = [Tlp::Red, Tlp::Amber, Tlp::Green, Tlp::Clear, Tlp::AmberStrict];

    /// The id in IRIS's numbering, as in `ioc_tlp_id`.
    pub const fn id(self) -> u32 {
        match self {
            Tlp::Red => 1,
            Tlp::Amber => 2,
            Tlp::Green => 3,
            Tlp::Clear => 4,
            Tlp::AmberStrict => 5,
        }
    }

    /// The label with that id in IRIS's numbering.
    pub fn from_id(id: u32) -> Option<Tlp> {
        Tlp::ALL.into_iter().find(|tlp| tlp.id() == id)
    }

    /// How a trigger's metadata mark its event, by a label's name or by its id in IRIS's numbering. A mark that nobody
    /// understands is the strictest; none if there is no mark.
    pub(crate) fn marked_in(metadata: &Map<String, Value>) -> Option<Tlp> {
        let tlp = match metadata.get("tlp")? {
            Value::Null => return None,
            Value::String(name) => name.parse().ok(),
            Value::Number(id) => id.as_u64().and_then(|id| Tlp::from_id(u32::try_from(id).ok()?)),
            _ => None,
        };
        Some(tlp.unwrap_or(Tlp::Red))
    }

    /// The label's name, in lower case: `amber+strict`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tlp::Red => "red",
            Tlp::Amber => "amber",
            Tlp::Green => "green",
            Tlp::Clear => "clear",
            Tlp::AmberStrict => "amber+strict",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is not the name of a TLP label.
///
/// Who has to decide something by the label should then decide as for [`Tlp::Red`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a TLP label: use red, amber+strict, amber, green or clear")]
pub struct UnknownTlp {
    /// The text, fit for a message.
    pub name: String,
}

impl FromStr for Tlp {
    type Err = UnknownTlp;

    /// Reads a label's name in any case, with or without `TLP:` before it.
    fn from_str(text: &str) -> Result<Tlp, UnknownTlp> {
        let name = match text.split_once(':') {
            Some((protocol, name)) if protocol.eq_ignore_ascii_case("tlp") => name,
            _ => text,
        };
        Tlp::ALL
            .into_iter()
            .find(|tlp| tlp.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownTlp { name: excerpt(text) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_label_survives_its_name_its_id_and_json() {
        for tlp in Tlp::ALL {
            assert_eq!(tlp.to_string().parse(), Ok(tlp));
            assert_eq!(Tlp::from_id(tlp.id()), Some(tlp));
            let json = serde_json::to_value(tlp).unwrap();
            assert_eq!(json, tlp.as_str());
            assert_eq!(serde_json::from_value::<Tlp>(json).unwrap(), tlp);
        }
    }

    #[test]
    fn the_sdks_are_generated_from_the_same_labels() {
        let file: Value = serde_json::from_str(include_str!("iris/tlp.json")).unwrap();
        let listed: Vec<Tlp> = file
            .as_array()
            .unwrap()
            .iter()
            .map(|label| {
                let tlp: Tlp = label["name"].as_str().unwrap().parse().unwrap();
                assert_eq!(label["id"], tlp.id());
                tlp
            })
            .collect();
        assert_eq!(listed.len(), Tlp::ALL.len());
        assert!(listed.is_sorted(), "from the least to the most restrictive");
    }

    #[test]
    fn a_name_may_be_written_as_people_write_it() {
        let cases = [
            ("TLP:AMBER+STRICT", Some(Tlp::AmberStrict)),
            ("tlp:red", Some(Tlp::Red)),
            ("Green", Some(Tlp::Green)),
            ("amber strict", None),
            ("tlp:", None),
            ("", None),
        ];
        for (text, tlp) in cases {
            assert_eq!(text.parse::<Tlp>().ok(), tlp, "{text}");
        }
        assert_eq!(Tlp::from_id(0), None);
        assert_eq!(Tlp::from_id(6), None);
    }

    #[test]
    fn a_mark_that_nobody_understands_is_the_strictest() {
        let cases = [
            (json!({}), None),
            (json!({"tlp": null}), None),
            (json!({"tlp": "green"}), Some(Tlp::Green)),
            (json!({"tlp": "TLP:AMBER+STRICT"}), Some(Tlp::AmberStrict)),
            (json!({"tlp": 3}), Some(Tlp::Green)),
            (json!({"tlp": "purple"}), Some(Tlp::Red)),
            (json!({"tlp": 9}), Some(Tlp::Red)),
            (json!({"tlp": ["green"]}), Some(Tlp::Red)),
        ];
        for (metadata, tlp) in cases {
            assert_eq!(Tlp::marked_in(metadata.as_object().unwrap()), tlp, "{metadata}");
        }
    }

    #[test]
    fn the_stricter_label_is_the_greater() {
        assert!(Tlp::Red > Tlp::AmberStrict);
        assert!(Tlp::AmberStrict > Tlp::Amber);
        assert!(Tlp::Amber > Tlp::Green);
        assert!(Tlp::Green > Tlp::Clear);
    }
}
