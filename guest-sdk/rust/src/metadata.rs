//! What a server knows about the moment in which a hook happens.

use serde_json::Value;

use crate::{JsonObject, Tlp};

/// What a server knows about the moment in which a hook happens. Every part is optional.
///
/// A value that does not have the type of its field is not lost: it stays in [`extra`](Self::extra).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Metadata {
    /// The case that the objects belong to.
    pub case_id: Option<i64>,
    /// Its name.
    pub case_name: Option<String>,
    /// The name of the customer that the case is for.
    pub customer: Option<String>,
    /// The id of the user on whose behalf the server acts.
    pub user_id: Option<i64>,
    /// The TLP of the case.
    pub tlp: Option<Tlp>,
    /// Everything else.
    pub extra: JsonObject,
}

impl From<JsonObject> for Metadata {
    fn from(mut object: JsonObject) -> Self {
        fn take<T>(object: &mut JsonObject, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
            let value = object.get(key).and_then(read)?;
            object.remove(key);
            Some(value)
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);

        Self {
            case_id: take(&mut object, "case_id", Value::as_i64),
            case_name: take(&mut object, "case_name", text),
            customer: take(&mut object, "customer", text),
            user_id: take(&mut object, "user_id", Value::as_i64),
            tlp: take(&mut object, "tlp", |value| value.as_str().and_then(Tlp::from_name)),
            extra: object,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_fit_its_field_stays_in_extra() {
        let Value::Object(object) = json!({"case_id": 7, "tlp": "plaid", "customer": {"id": 3}, "sector": "water"})
        else {
            unreachable!()
        };

        let metadata = Metadata::from(object);

        assert_eq!((metadata.case_id, metadata.tlp), (Some(7), None));
        assert_eq!(
            Value::from(metadata.extra),
            json!({"tlp": "plaid", "customer": {"id": 3}, "sector": "water"})
        );
    }
}
