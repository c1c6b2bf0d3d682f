//! How long a ledger keeps what: the rule of retention.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, Tlp};
use crate::envelope::Envelope;
use crate::units;

/// What a ledger keeps, and for how long: `[ledger]` in `sclera.toml`.
///
/// A delivery that waits, or is a dead letter, is kept whole until it is over, whatever is said here; but for payloads that
/// are TLP:RED where [`keep_red`](Self::keep_red) is false.
///
/// ```
/// let policies = sclera::Policies::parse(r#"
/// [ledger]
/// records = "52 weeks"
/// payloads = "7 days"
/// total-bytes = "10 GiB"
/// keep-red = false
///
/// [ledger.hooks.on_postload_evidence_create]
/// payloads = "1 hour"
/// "#)?;
/// # Ok::<(), sclera::PolicyFileError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Keep {
    /// How long a delivery that is over is on record. Default: 90 days. Too long: the ledger grows, by about 1 KiB for each.
    /// Too short: whoever asks what happened last month finds nothing.
    #[serde(with = "units::age")]
    pub records: Duration,
    /// How long its payload is kept, with the payload that the module answered and what the host answered to it. Default: 30
    /// days. Too long: data of cases lie around after the cases. Too short: a delivery cannot be replayed.
    #[serde(with = "units::age")]
    pub payloads: Duration,
    /// Bytes of the largest payload that is kept, in one direction. Default: 8 MiB, all that a host takes. Too large: the
    /// ledger grows by that much with each delivery. Too small: large deliveries cannot be replayed.
    #[serde(with = "units::size")]
    pub payload_bytes: u64,
    /// Bytes of all payloads that are kept; the oldest go first. Default: 1 GiB. Too large: the disk is full. Too small: they
    /// are not kept as long as `payloads` says.
    #[serde(with = "units::size")]
    pub total_bytes: u64,
    /// Whether the contents of deliveries that are TLP:RED are kept. Default: true. If not, neither their payloads, nor what
    /// modules answered and logged, are ever in the ledger, only that they happened; one of them that is a dead letter cannot
    /// be redriven.
    pub keep_red: bool,
    /// What becomes of triggers while the ledger cannot be written. Default: `refuse`.
    pub when_unwritable: WhenUnwritable,
    /// What differs for some hooks, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hooks: BTreeMap<String, HookKeep>,
}

/// What differs from [`Keep`] for one hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookKeep {
    /// See [`Keep::records`].
    #[serde(skip_serializing_if = "Option::is_none", with = "units::age::optional")]
    pub records: Option<Duration>,
    /// See [`Keep::payloads`].
    #[serde(skip_serializing_if = "Option::is_none", with = "units::age::optional")]
    pub payloads: Option<Duration>,
    /// See [`Keep::payload_bytes`].
    #[serde(skip_serializing_if = "Option::is_none", with = "units::bytes")]
    pub payload_bytes: Option<usize>,
    /// See [`Keep::keep_red`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_red: Option<bool>,
}

/// What becomes of triggers while the ledger cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenUnwritable {
    /// They are refused, and no module runs, so that nothing happens without a record.
    #[default]
    Refuse,
    /// The host goes on. What there is no room for in memory is not recorded, and the host's own log says how much that is.
    /// Asynchronous deliveries wait until the ledger can be written.
    GoOn,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for Keep {
    fn default() -> Self {
        Self {
            records: 90 * DAY,
            payloads: 30 * DAY,
            payload_bytes: 8 << 20,
            total_bytes: 1 << 30,
            keep_red: true,
            when_unwritable: WhenUnwritable::Refuse,
            hooks: BTreeMap::new(),
        }
    }
}

impl Keep {
    /// What is wrong with it for a host with these hooks.
    pub(crate) fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let unknown = self.hooks.keys().filter_map(|hook| catalog.lookup(hook).err());
        unknown.map(|unknown| unknown.to_string()).collect()
    }

    /// Why nothing of what a delivery is about is kept. None if it is.
    pub(super) fn keeps_nothing_of(&self, envelope: &Envelope) -> Option<String> {
        let own = self.hooks.get(&envelope.hook).and_then(|own| own.keep_red);
        let is_red = Tlp::marked_in(&envelope.metadata) == Some(Tlp::Red);
        (is_red && !own.unwrap_or(self.keep_red))
            .then(|| "it is TLP:RED, and nothing of such a delivery is kept (`keep-red`)".into())
    }

    /// Why a payload of that size is not kept. None if it is.
    pub(super) fn is_too_large(&self, hook: &str, size: usize) -> Option<String> {
        let own = self.hooks.get(hook).and_then(|own| own.payload_bytes);
        let most = own.map_or(self.payload_bytes, |bytes| bytes as u64);
        (size as u64 > most).then(|| format!("it has {size} bytes, and at most {most} are kept (`payload-bytes`)"))
    }

    /// For each hook that has a rule of its own, and for all others (`None`): how long records and payloads are kept.
    pub(super) fn rules(&self) -> Vec<(Option<Arc<str>>, Duration, Duration)> {
        let own = self.hooks.iter().map(|(hook, own)| {
            let records = own.records.unwrap_or(self.records);
            (
                Some(hook.as_str().into()),
                records,
                own.payloads.unwrap_or(self.payloads),
            )
        });
        own.chain([(None, self.records, self.payloads)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_written_as_people_write_them() {
        let text = r#"
            records = "1 year"
        "#;
        assert!(toml::from_str::<Keep>(text).unwrap_err().to_string().contains("year"));

        let text = r#"
            records = "52 weeks"
            payloads = "36h"
            payload-bytes = "1 MiB"
            [hooks.on_postload_ioc_create]
            payloads = "90 min"
            keep-red = false
        "#;
        let keep: Keep = toml::from_str(text).unwrap();
        assert_eq!((keep.records, keep.payloads), (364 * DAY, DAY * 3 / 2));
        assert_eq!(keep.payload_bytes, 1 << 20);
        let again: Keep = toml::from_str(&toml::to_string(&keep).unwrap()).unwrap();
        assert_eq!(again, keep);
        assert!(toml::from_str::<Keep>("record = \"1d\"").is_err());
    }
}
