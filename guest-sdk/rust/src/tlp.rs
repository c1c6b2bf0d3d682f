//! How far information may be shared.

/// How far information may be shared: the Traffic Light Protocol 2.0 (<https://www.first.org/tlp/>), from the least to
/// the most restrictive, which is also how the values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tlp {
    /// `TLP:CLEAR`: no limit.
    Clear,
    /// `TLP:GREEN`: within the community.
    Green,
    /// `TLP:AMBER`: within the organisation and its clients.
    Amber,
    /// `TLP:AMBER+STRICT`: within the organisation.
    AmberStrict,
    /// `TLP:RED`: for the eyes of those who were told.
    Red,
}

impl Tlp {
    /// All of them, from the least to the most restrictive.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// Its id in IRIS, which has a numbering of its own: 1 red, 2 amber, 3 green, 4 clear, 5 amber+strict.
    pub fn id(self) -> i64 {
        match self {
            Self::Red => 1,
            Self::Amber => 2,
            Self::Green => 3,
            Self::Clear => 4,
            Self::AmberStrict => 5,
        }
    }

    /// Its name in an event's metadata: `red`, `amber+strict`, `amber`, `green` or `clear`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Clear => "clear",
            Self::AmberStrict => "amber+strict",
        }
    }

    /// The one with this id.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|tlp| tlp.id() == id)
    }

    /// The one with this name, in upper or lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tlp| tlp.name().eq_ignore_ascii_case(name))
    }
}

/// By its name, as in a module's configuration: `"amber+strict"`.
impl<'de> serde::Deserialize<'de> for Tlp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| {
            serde::de::Error::custom("expected one of `clear`, `green`, `amber`, `amber+strict` and `red`")
        })
    }
}
