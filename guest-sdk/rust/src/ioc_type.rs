//! The well-known types of IOCs.

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

ioc_types! {
    Domain = 20 "domain": "A domain name.";
    Email = 22 "email": "An e-mail address.";
    EmailDst = 25 "email-dst": "The e-mail address of a recipient.";
    EmailSrc = 31 "email-src": "The e-mail address of a sender.";
    Filename = 37 "filename": "The name of a file.";
    Hostname = 69 "hostname": "The name of a machine, in full or not.";
    IpAny = 76 "ip-any": "An IP address.";
    IpDst = 77 "ip-dst": "The IP address of a destination.";
    IpSrc = 79 "ip-src": "The IP address of a source.";
    Md5 = 90 "md5": "An MD5 hash.";
    Other = 96 "other": "Anything else.";
    Sha1 = 111 "sha1": "A SHA-1 hash.";
    Sha224 = 112 "sha224": "A SHA-224 hash.";
    Sha256 = 113 "sha256": "A SHA-256 hash.";
    Sha384 = 118 "sha384": "A SHA-384 hash.";
    Sha512 = 119 "sha512": "A SHA-512 hash.";
    Url = 141 "url": "A URL.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_numbering_is_that_of_the_hosts_catalog() {
        let catalog = include_str!("../../../host/src/catalog/iris/ioc_types.json");
        let catalog: BTreeMap<String, String> = serde_json::from_str(catalog).unwrap();
        let here = IocType::ALL
            .iter()
            .map(|kind| (kind.id().to_string(), kind.name().to_owned()))
            .collect();

        assert_eq!(catalog, here);
    }
}
