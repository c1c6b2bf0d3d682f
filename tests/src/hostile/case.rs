//! One hostile module: what it tries, when, under which limits, and how it has to end.

use std::time::Duration;

use sclera::{Delivery, FaultKind, LimitOverrides, ModulePolicy};

use super::{Attacker, component_with};

/// A hostile module, and its exact end.
pub struct Case {
    /// Its name, unique in the corpus.
    pub name: &'static str,
    /// What it tries, as a sentence without its subject: "computes for ever".
    pub tries: &'static str,
    /// When it strikes.
    pub moment: Moment,
    /// How it has to end.
    pub end: End,
    /// What differs from the corpus's limits; it holds for this module only.
    pub limits: LimitOverrides,
    source: Source,
    policy: fn(&Attacker) -> ModulePolicy,
}

/// When a module strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// While it is loaded: compiled, instantiated, described, registered.
    Load,
    /// While it handles an event of this hook.
    Hook(&'static str),
    /// While it handles an event of this hook that is TLP:RED.
    Red(&'static str),
}

/// How a case has to end. In all of them the payload is as it was, and the module after it runs.
#[derive(Clone, Copy)]
pub enum End {
    /// It is not loaded, and the error says this.
    Refused(&'static str),
    /// The delivery fails with this fault, and the sentence about it says this.
    Fault(FaultKind, &'static str),
    /// It answers, and its message, in which it tells what the host gave to it, is exactly this.
    Says(&'static str),
    /// It answers or fails, and what is kept of it satisfies this; the error says what is wrong.
    Leaves(fn(&Delivery) -> Result<(), String>),
}

enum Source {
    Text(&'static str),
    Guest(&'static str),
    Made(fn() -> Vec<u8>),
}

/// The hook that most cases strike at.
pub(super) const PRELOAD: &str = "on_preload_ioc_create";

impl Case {
    /// An attack in WebAssembly text, such as `include_str!("….wat")`.
    pub(super) fn text(name: &'static str, tries: &'static str, text: &'static str, end: End) -> Self {
        Self::new(name, tries, Source::Text(text), end)
    }

    /// The attack of that name in the Rust module `tests/hostile/guest`.
    pub(super) fn guest(name: &'static str, tries: &'static str, end: End) -> Self {
        Self::new(name, tries, Source::Guest("hostile_guest.wasm"), end)
    }

    /// The attack of that name in the Rust module `tests/hostile/outside`.
    pub(super) fn outside(name: &'static str, tries: &'static str, end: End) -> Self {
        Self::new(name, tries, Source::Guest("hostile_outside.wasm"), end)
    }

    /// An attack that Rust code makes.
    pub(super) fn made(name: &'static str, tries: &'static str, make: fn() -> Vec<u8>, end: End) -> Self {
        Self::new(name, tries, Source::Made(make), end)
    }

    fn new(name: &'static str, tries: &'static str, source: Source, end: End) -> Self {
        Self {
            name,
            tries,
            source,
            moment: match end {
                End::Refused(_) => Moment::Load,
                _ => Moment::Hook(PRELOAD),
            },
            end,
            limits: LimitOverrides::default(),
            policy: |_| ModulePolicy::default(),
        }
    }

    /// Ends by its deadline, and that is a short one: the fuel lasts for ever.
    pub(super) fn until_the_deadline(mut self) -> Self {
        self.limits.fuel = Some(u64::MAX / 2);
        self.limits.deadline = Some(Duration::from_millis(300));
        self
    }

    pub(super) fn at(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }

    /// What the operator decided about it.
    pub(super) fn policy(mut self, policy: fn(&Attacker) -> ModulePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// What the operator decided about it, where `attacker` plays the servers.
    pub(super) fn policy_with(&self, attacker: &Attacker) -> ModulePolicy {
        ModulePolicy {
            limits: self.limits.clone(),
            ..(self.policy)(attacker)
        }
    }

    /// The module.
    ///
    /// # Panics
    ///
    /// If it cannot be made: the guests are not built, or the corpus has a mistake.
    pub fn module(&self) -> Vec<u8> {
        match self.source {
            Source::Text(text) => component_with(text),
            Source::Guest(file) => crate::marked(file, "HOSTILE=", self.name),
            Source::Made(make) => make(),
        }
    }
}

impl End {
    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Refused(_) => "not loaded".into(),
            Self::Fault(kind, _) => format!("fault: {kind}"),
            Self::Says(_) => "answers, got nothing".into(),
            Self::Leaves(_) => "ends, left nothing".into(),
        }
    }
}
