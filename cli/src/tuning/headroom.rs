//! How much more a limit allows than what was seen.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A factor from 1 to 1,000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Headroom(f64);

impl Default for Headroom {
    /// An object may well be three times as large as those that were seen.
    fn default() -> Self {
        Self(3.0)
    }
}

impl Headroom {
    /// That many times as much.
    pub(super) fn over(self, amount: u64) -> u64 {
        (amount as f64 * self.0).ceil() as u64
    }
}

impl FromStr for Headroom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.trim_end_matches(['x', '×']).trim_end();
        match number.parse() {
            Ok(factor) if (1.0..=1_000.0).contains(&factor) => Ok(Self(factor)),
            _ => Err("write it as `3x` or `1.5x`, from 1 to 1000".into()),
        }
    }
}

impl fmt::Display for Headroom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", self.0)
    }
}

impl Serialize for Headroom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_as_people_say_it() {
        for (text, factor) in [("3x", 3.0), ("3", 3.0), ("1.5x", 1.5), ("2 ×", 2.0), ("1", 1.0)] {
            assert_eq!(text.parse(), Ok(Headroom(factor)), "{text}");
        }
        for text in ["", "x", "0.5x", "-3x", "NaN", "inf", "1e9", "3y"] {
            assert!(text.parse::<Headroom>().is_err(), "{text}");
        }
    }
}
