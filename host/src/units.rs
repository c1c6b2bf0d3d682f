//! Durations and sizes as a person writes them in a file: `"30s"`, `"64 MiB"`.

/// `Option<Duration>` as text with units.
pub(crate) mod duration {
    use std::time::Duration;

    use jiff::SignedDuration;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(crate) fn serialize<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match duration.and_then(|duration| SignedDuration::try_from(duration).ok()) {
            Some(duration) => serializer.collect_str(&format_args!("{duration:#}")),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        let text = String::deserialize(deserializer)
            .map_err(|error| D::Error::custom(format!("a duration is text such as \"30s\": {error}")))?;
        let wrong = |why: String| D::Error::custom(format!("`{text}` is not a duration such as \"30s\": {why}"));
        let duration: SignedDuration = text.parse().map_err(|error: jiff::Error| wrong(error.to_string()))?;
        Duration::try_from(duration)
            .map(Some)
            .map_err(|_| wrong("it is negative".into()))
    }
}

/// `Duration` as text with units.
pub(crate) mod required_duration {
    use std::time::Duration;

    use serde::{Deserializer, Serializer, de::Error};

    use super::duration;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        duration::serialize(&Some(*duration), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        duration::deserialize(deserializer)?.ok_or_else(|| D::Error::missing_field("duration"))
    }
}

/// `Option<usize>` as text with units, or a number of bytes.
pub(crate) mod bytes {
    use bytesize::ByteSize;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(crate) fn serialize<S: Serializer>(bytes: &Option<usize>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_u64(*bytes as u64),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
        let ByteSize(bytes) = ByteSize::deserialize(deserializer)?;
        usize::try_from(bytes).map(Some).map_err(D::Error::custom)
    }
}

/// `u64` as text with units, or a number of bytes.
pub(crate) mod size {
    use bytesize::ByteSize;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(*bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        ByteSize::deserialize(deserializer).map(|ByteSize(bytes)| bytes)
    }
}

/// `Option` of a plain number.
pub(crate) mod count {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(crate) fn serialize<T: Serialize, S: Serializer>(count: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        count.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}

/// `Duration` as text with units up to weeks: `"90 days"`. A day has 24 hours.
pub(crate) mod age {
    use std::time::Duration;

    use jiff::{SignedDuration, Span, SpanRelativeTo};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    const DAY: u64 = 24 * 60 * 60;

    pub(crate) fn serialize<S: Serializer>(age: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        if age.subsec_nanos() == 0 && age.as_secs() >= DAY && age.as_secs().is_multiple_of(DAY) {
            return serializer.collect_str(&format_args!("{}d", age.as_secs() / DAY));
        }
        let age = SignedDuration::try_from(*age).unwrap_or(SignedDuration::MAX);
        serializer.collect_str(&format_args!("{age:#}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(deserializer)
            .map_err(|error| D::Error::custom(format!("an age is text such as \"30 days\": {error}")))?;
        let wrong = |why: String| D::Error::custom(format!("`{text}` is not an age such as \"30 days\": {why}"));
        let span: Span = text.parse().map_err(|error: jiff::Error| wrong(error.to_string()))?;
        let age = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|error| wrong(error.to_string()))?;
        Duration::try_from(age).map_err(|_| wrong("it is negative".into()))
    }

    /// `Option<Duration>`.
    pub(crate) mod optional {
        use super::{Deserializer, Duration, Serializer};

        #[expect(clippy::ref_option, reason = "serde asks for it")]
        pub(crate) fn serialize<S: Serializer>(age: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
            match age {
                Some(age) => super::serialize(age, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
            super::deserialize(deserializer).map(Some)
        }
    }
}
