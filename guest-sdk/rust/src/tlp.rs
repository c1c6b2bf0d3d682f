//! How far information may be shared: what a label can do. Which ones there are is generated.

use crate::Tlp;

macro_rules! tlps {
    ($($variant:ident = $id:literal $name:literal: $doc:literal;)*) => {
        /// How far information may be shared: the Traffic Light Protocol 2.0 (<https://www.first.org/tlp/>), from the least
        /// to the most restrictive, which is also how the values compare.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Tlp {
            $(#[doc = $doc] $variant,)*
        }

        impl Tlp {
            /// All of them, from the least to the most restrictive.
            pub const ALL: [Self; [$($id),*].len()] = [$(Self::$variant),*];

            /// Its id in IRIS, which has a numbering of its own.
            pub fn id(self) -> i64 {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// Its name in an event's metadata: `red`, `amber+strict`, `amber`, `green` or `clear`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}
pub(crate) use tlps;

impl Tlp {
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
