//! Tags: one text, comma-separated.

use serde_json::Value;

use super::{Field, FieldType};

/// The tags of an object, which the payload has as one comma-separated text.
///
/// Tags are compared as they are, without the space around them. Adding and removing are idempotent, and while nothing
/// changes the text stays exactly as it came.
///
/// ```
/// use sclera_sdk::{Field, Tags};
///
/// let mut tags = Field::<Tags>::default();
/// tags.set("phishing, acme");
/// assert!(tags.add("sinkhole"));
/// assert!(!tags.add("acme")); // it was there
/// assert!(tags.remove_tag("phishing"));
/// assert_eq!(tags.raw().unwrap(), "acme,sinkhole");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// The tags, without the space around them and without empty ones.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the tag is there.
    pub fn has(&self, tag: &str) -> bool {
        self.iter().any(|known| known == tag.trim())
    }

    /// Adds a tag, and says whether it was missing. A comma makes two tags of it, as everywhere.
    pub fn add(&mut self, tag: &str) -> bool {
        let before = self.0.len();
        for tag in split(tag) {
            if !self.has(tag) {
                self.0.push(tag.to_owned());
            }
        }
        self.0.len() > before
    }

    /// Removes a tag, and says whether it was there.
    pub fn remove(&mut self, tag: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|known| known != tag.trim());
        self.0.len() < before
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty())
}

impl From<&str> for Tags {
    fn from(text: &str) -> Self {
        Self(split(text).map(str::to_owned).collect())
    }
}

impl FieldType for Tags {
    type Read<'a> = Self;

    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(Self::from)
    }

    fn write(self) -> Value {
        self.0.join(",").into()
    }
}

impl Field<Tags> {
    /// Whether the tag is there.
    pub fn has(&self, tag: &str) -> bool {
        self.get().is_some_and(|tags| tags.has(tag))
    }

    /// Adds a tag, and says whether it was missing.
    ///
    /// In an update whose request does not have the field this makes it, with this one tag, which replaces those on
    /// the server. Ask for an [`Action`](crate::Action) with `add_tag` where that matters.
    pub fn add(&mut self, tag: &str) -> bool {
        self.edit(|tags| tags.add(tag))
    }

    /// Removes a tag, and says whether it was there.
    pub fn remove_tag(&mut self, tag: &str) -> bool {
        self.edit(|tags| tags.remove(tag))
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Tags) -> bool) -> bool {
        let mut tags = self.get().unwrap_or_default();
        let changed = edit(&mut tags);
        if changed {
            self.set(tags);
        }
        changed
    }
}
