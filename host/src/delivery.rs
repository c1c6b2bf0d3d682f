//! One run of one module for one trigger, and what the module answered.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::{Builder, Uuid};

use crate::action::Action;
use crate::capabilities::log::LogLine;
use crate::catalog::HookKind;
use crate::fault::Fault;
use crate::modules::ModuleIdentity;
use crate::payload::Payload;
use crate::subscriptions::Mode;
use crate::surroundings::since_epoch;

/// The identity of a delivery: a UUID that sorts by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(Uuid);

impl DeliveryId {
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// Of that moment, and of random bytes.
    pub(crate) fn at(moment: SystemTime, random: [u8; 16]) -> Self {
        let millis = u64::try_from(since_epoch(moment).as_millis()).unwrap_or(u64::MAX);
        let [random @ .., _, _, _, _, _, _] = random;
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// A number from 0 to 1 that differs from delivery to delivery: its last bits are random.
    pub(crate) fn fraction(self) -> f64 {
        let [.., high, low] = self.0.into_bytes();
        f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DeliveryId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::parse_str(text).map(Self).map_err(|_| NotAnId)
    }
}

/// The text is not the identity of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not the id of a delivery, such as `019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44`")]
pub struct NotAnId;

impl<'de> Deserialize<'de> for DeliveryId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for DeliveryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One run of one module for one trigger. As JSON it is what a worker elsewhere tells the server that applies its actions.
#[derive(Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its identity, which is the same at each attempt.
    pub id: DeliveryId,
    /// The module that ran.
    #[serde(serialize_with = "shared", deserialize_with = "to_share")]
    pub module: Arc<ModuleIdentity>,
    /// The hook that happened.
    pub hook: String,
    /// The kind of the hook.
    pub kind: HookKind,
    /// For a manual hook: what the user chose.
    pub menu_name: Option<String>,
    /// 1 at the first attempt.
    pub attempt: u32,
    /// Whether it ran in the background.
    pub asynchronous: bool,
    /// Whether it could change anything.
    pub mode: Mode,
    /// The deliveries whose actions caused it, oldest first. Empty if the hook happened by itself.
    pub causes: Vec<DeliveryId>,
    /// What the trigger said about the moment: case id, TLP…
    pub metadata: Map<String, Value>,
    /// On whose behalf the server acted.
    pub triggered_by: Option<String>,
    /// When the module was called.
    pub started_at: SystemTime,
    /// What the run took.
    pub usage: Usage,
    /// What the module logged and printed, up to the host's limits.
    pub logs: Vec<LogLine>,
    /// What the module answered, or how it failed.
    pub result: Result<Answer, Fault>,
    /// What became of the actions that the module asked for.
    pub actions: ActionState,
}

impl Delivery {
    /// What the module answered; none if it failed.
    pub fn answer(&self) -> Option<&Answer> {
        self.result.as_ref().ok()
    }

    /// The actions that the module asked for; none if it failed.
    pub fn asked_actions(&self) -> &[Action] {
        self.answer().map_or(&[], |answer| &answer.actions)
    }

    /// The actions that the module asked for, each with the key under which it is applied once: `<delivery id>/<index>`. It is
    /// the same at each attempt. Keep the keys in the transaction that applies the actions; where one of them is kept already,
    /// the delivery has been applied, and comes again.
    pub fn action_keys(&self) -> impl Iterator<Item = (String, &Action)> {
        let keyed = |(index, action)| (format!("{}/{index}", self.id), action);
        self.asked_actions().iter().enumerate().map(keyed)
    }

    /// How the delivery failed, in one sentence with module, hook and remedy; none if it did not.
    pub fn failure(&self) -> Option<String> {
        let fault = self.result.as_ref().err()?;
        Some(format!(
            "module `{}` failed on `{}`: {fault}; {}",
            self.module.name,
            self.hook,
            fault.remedy()
        ))
    }
}

/// What a run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// Fuel: roughly, how many WebAssembly instructions ran.
    pub fuel: u64,
    /// From the call, with instantiation, to the answer.
    #[serde(
        rename = "duration_ns",
        serialize_with = "as_nanoseconds",
        deserialize_with = "nanoseconds"
    )]
    pub duration: Duration,
    /// The largest sum of all linear memories, in bytes.
    pub peak_memory: usize,
}

pub(crate) fn shared<T: Serialize, S: serde::Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

fn to_share<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}

pub(crate) fn as_nanoseconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}

fn nanoseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_nanos)
}

/// What a module answered to an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What becomes of the payload.
    pub outcome: Outcome,
    /// What the module asks the server to do, in this order.
    pub actions: Vec<Action>,
    /// A text for the user, in lines, without other control characters.
    pub message: Option<String>,
}

/// What a module decided about the payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stays as it is.
    Unchanged,
    /// The server goes on with this one, which satisfies the hook's schema.
    Replace(Payload),
    /// The server must not go on.
    Reject(Rejection),
}

/// A module's refusal of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Why, for the user. Without control characters.
    pub reason: String,
    /// A JSON Pointer (RFC 6901) to the fault in the payload.
    pub pointer: Option<String>,
}

/// What became of a delivery's actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// The module asked for none.
    None,
    /// They are the caller's to apply: those of a preload, together with the request itself, if it goes through; and
    /// all of them where the host was built without an [`ActionApplier`](crate::ActionApplier).
    LeftToCaller,
    /// They are not to be applied: the subscription is in the mode [`Monitor`](Mode::Monitor).
    Monitored,
    /// The [`ActionApplier`](crate::ActionApplier) has applied them.
    Applied,
    /// The [`ActionApplier`](crate::ActionApplier) could not apply them; why.
    Failed(String),
}
