//! What a server says when a hook happens.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::delivery::{Delivery, DeliveryId};
use crate::payload::Payload;

/// A hook that happened, with the objects that it is about.
///
/// ```
/// use sclera::{Payload, Trigger};
///
/// let payload = Payload::parse(r#"[{"ioc_value": "evil.example", "ioc_type_id": 20}]"#)?;
/// let trigger = Trigger::new("on_preload_ioc_create", payload)
///     .by("alice")
///     .metadata("case_id", 42)
///     .metadata("tlp", "amber");
/// # Ok::<(), sclera::PayloadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trigger {
    pub(crate) id: Uuid,
    pub(crate) hook: String,
    pub(crate) payload: Payload,
    pub(crate) happened_at: SystemTime,
    pub(crate) by: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    /// The metadata as JSON text, once a module was told of it.
    pub(crate) metadata_text: OnceLock<String>,
    pub(crate) causes: Vec<DeliveryId>,
    /// What its deliveries are kept in order by.
    pub(crate) about: Option<String>,
    pub(crate) waiting_since: Option<Instant>,
}

impl Trigger {
    /// Says that the hook named `hook` happens now.
    pub fn new(hook: impl Into<String>, payload: Payload) -> Self {
        Self {
            id: Uuid::now_v7(),
            hook: hook.into(),
            payload,
            happened_at: SystemTime::now(),
            by: None,
            metadata: Map::new(),
            metadata_text: OnceLock::new(),
            causes: Vec::new(),
            about: None,
            waiting_since: None,
        }
    }

    /// The login of the user on whose behalf the server acts.
    pub fn by(mut self, user: impl Into<String>) -> Self {
        self.by = Some(user.into());
        self
    }

    /// Something else that modules should know about the moment. By convention: `case_id`, `case_name`, `customer`,
    /// `user_id` and `tlp`.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self.metadata_text = OnceLock::new();
        self
    }

    /// The metadata as modules are told it: a JSON object. It is written once, however many they are.
    pub(crate) fn metadata_text(&self) -> &str {
        // What consists of JSON values can be written.
        let text = || serde_json::to_string(&self.metadata).unwrap_or_default();
        self.metadata_text.get_or_init(text)
    }

    /// The one object that this is about, under a name that is its own in the server: `ioc:12`. The deliveries of a
    /// module that is [`ordered`](crate::QueuePolicy::ordered) come one after the other for each object, in the order of
    /// their triggers. Without it, they have no order.
    pub fn about(mut self, object: impl Into<String>) -> Self {
        self.about = Some(object.into());
        self
    }

    /// Since when somebody waits for what comes of it, if that is longer than since the host has it: a server under load has
    /// requests that wait in its own queue. What they have waited there counts for
    /// [`Capacity::patience`](crate::Capacity::patience). Past it, a preload is refused, which costs nearly nothing, in place of
    /// being answered when nobody waits any more; after the commit, the deliveries that somebody waits for fail, and do not
    /// run. Those in the background, and what an action causes, have no such end.
    pub fn waiting_since(mut self, moment: Instant) -> Self {
        self.waiting_since = Some(moment);
        self
    }

    /// Says that the hook happened because the server applied an action of `delivery`.
    ///
    /// The chain of deliveries is carried along; past [`Capacity::cause_depth`](crate::Capacity::cause_depth) the host
    /// refuses the trigger, so that modules which answer each other's changes do not do it for ever.
    pub fn caused_by(mut self, delivery: &Delivery) -> Self {
        self.causes.clone_from(&delivery.causes);
        self.causes.push(delivery.id);
        self
    }
}
