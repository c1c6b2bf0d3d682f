//! The well-known types of IOCs: what they can do. Which ones there are is generated.

macro_rules! ioc_types {
    ($($variant:ident = $id:literal $name:literal: $doc:literal;)*) => {
        /// The well-known types of IOCs, with the ids that IRIS gives them.
        ///
        /// IRIS has more than a hundred types, and its users add their own; these are those that a module can check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum IocType {
            $(#[doc = $doc] $variant,)*
        }

        impl IocType {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its id in IRIS.
            pub fn id(self) -> i64 {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// Its name in IRIS, such as `ip-dst`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The one with this id.
            pub fn from_id(id: i64) -> Option<Self> {
                match id {
                    $($id => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The one with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use ioc_types;
