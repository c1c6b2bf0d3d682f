//! What the host answered to a module, call by call: recorded, so that a delivery can be replayed.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::surroundings::Chance;
use crate::text;

/// What the host answered in one call into a module, in the order in which it was asked: all of it that is not a function
/// of the event, the configuration and the grants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transcript {
    /// What all random numbers of the call are made of.
    pub seed: Seed,
    /// The calls.
    #[serde(default)]
    pub calls: Vec<HostCall>,
    /// Calls whose answers are not in it, because it was full. If there are any, it cannot be replayed to its end.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub dropped: u64,
    /// If it is that of a replay: where the module asked what it had not asked before. What comes after that was answered
    /// by nobody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parted: Option<Box<Parted>>,
}

/// One question to the host, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostCall {
    /// What was asked: `wasi:keyvalue/store.get`.
    pub function: Cow<'static, str>,
    /// With which arguments.
    pub asked: Value,
    /// What the answer was. Null if none came before the call was over.
    pub answered: Value,
}

/// Where a replay left the way of the recorded call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parted {
    /// How many host calls were the same before.
    pub after: usize,
    /// What was asked.
    pub function: Cow<'static, str>,
    /// With which arguments.
    pub asked: Value,
    /// What had been asked in its place.
    pub before: Before,
}

/// What had been asked where a replay parted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Before {
    /// Something else.
    Asked {
        /// What.
        function: Cow<'static, str>,
        /// With which arguments.
        asked: Value,
    },
    /// Nothing more.
    Nothing,
    /// The same, but the transcript was full, and has not the answer.
    NotKept,
    /// The same, but the module reads more of the answer than it had read before.
    LessRead,
}

/// What random numbers are made of: 32 bytes, written as hexadecimal digits. Whoever knows them knows every number.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// Whether the answers of a call are recorded.
#[derive(Clone, Debug, Default)]
pub(crate) enum Recording {
    /// They are not.
    #[default]
    Off,
    /// They are.
    On,
    /// They are, and are those of an earlier call, as far as the module asks the same. Nobody else answers.
    Replay(Arc<Transcript>),
}

impl Seed {
    /// One that nobody can guess.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 32];
        wasmtime_wasi::thread_rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The one that a test has chosen.
    pub(crate) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed).get_seed())
    }

    /// The numbers of one kind.
    pub(crate) fn numbers(&self, chance: Chance) -> ChaCha8Rng {
        let mut numbers = ChaCha8Rng::from_seed(self.0);
        numbers.set_stream(chance as u64);
        numbers
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed({self})")
    }
}

impl Serialize for Seed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        let mut pairs = text.as_bytes().chunks(2);
        for byte in &mut bytes {
            let pair = pairs.next().and_then(|pair| std::str::from_utf8(pair).ok());
            *byte = pair
                .filter(|pair| pair.len() == 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or_else(|| serde::de::Error::custom("a seed is 64 hexadecimal digits"))?;
        }
        match pairs.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(serde::de::Error::custom("a seed is 64 hexadecimal digits")),
        }
    }
}

impl fmt::Display for Parted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |asked: &Value| match asked {
            Value::Null => String::new(),
            asked => format!(" {}", text::shown(&asked.to_string(), 300)),
        };
        let Self {
            after,
            function,
            asked,
            before,
        } = self;
        write!(f, "after {after} host calls, it asked `{function}`{}", shown(asked))?;
        match before {
            Before::Asked { function, asked } => write!(f, ", and had asked `{function}`{}", shown(asked)),
            Before::Nothing => write!(f, ", and had asked nothing more"),
            Before::NotKept => write!(
                f,
                ", as it had before, but the transcript was full and does not have the answer"
            ),
            Before::LessRead => write!(f, ", as it had before, but reads more of the answer than it did then"),
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::Rng;

    use super::*;

    #[test]
    fn a_seed_is_written_and_read_again() {
        let seed = Seed::random();
        assert_ne!(seed, Seed::random());
        let text = serde_json::to_string(&seed).unwrap();
        assert_eq!(text.len(), 66);
        assert_eq!(serde_json::from_str::<Seed>(&text).unwrap(), seed);
        for wrong in [&text[..text.len() - 3], "7", "\"zz\"", &format!("\"00{}", &text[1..])] {
            assert!(serde_json::from_str::<Seed>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_chosen_seed_gives_the_numbers_that_it_always_gave() {
        let mut before = ChaCha8Rng::seed_from_u64(7);
        before.set_stream(Chance::Insecure as u64);
        assert_eq!(Seed::of(7).numbers(Chance::Insecure).next_u64(), before.next_u64());
    }
}
