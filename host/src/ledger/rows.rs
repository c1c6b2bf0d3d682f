//! Entries as rows: what is kept of them, without secrets, and how it is divided.

use serde::{Deserialize, Serialize};

use super::keep::Keep;
use super::{Attempt, Ended, Entry, State, redact};
use crate::capabilities::transcript::Transcript;
use crate::delivery::{Answer, Outcome};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::payload::{self, Payload};
use crate::text;

/// Characters of a result, or of a remark, as it is listed.
const SHORT: usize = 1_000;
/// What stands for a payload that is elsewhere, or is not kept.
const ELSEWHERE: &str = r#"[{"not kept": true}]"#;

/// One entry, as it is written.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) id: String,
    pub(super) hook: String,
    pub(super) module: String,
    pub(super) state: &'static str,
    pub(super) remark: Option<String>,
    pub(super) not_kept: Option<String>,
    /// JSON, without the payload.
    pub(super) envelope: String,
    pub(super) happened_at_ms: i64,
    /// Whether it only says that there is such a delivery: nothing that is there is changed by it.
    pub(super) only_accepted: bool,
    /// Whether secrets were taken out of the envelope, which may be there with them.
    pub(super) redacted: bool,
    pub(super) event: Event,
    pub(super) run: Option<Run>,
}

/// What becomes of the payload.
#[derive(Debug)]
pub(super) enum Event {
    /// It is kept, unless it is there already.
    Keep(String),
    /// It is kept in the place of the one that is there: secrets were taken out of it.
    Replace(String),
    /// It is not kept, once the delivery is over.
    Drop,
    /// Nothing: it was not there, or never is.
    Leave,
}

/// An attempt, as it is written.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: String,
    /// JSON, without its contents.
    pub(super) attempt: String,
    pub(super) contents: Option<String>,
    pub(super) result: String,
    pub(super) fault: Option<String>,
    pub(super) fuel: i64,
    pub(super) duration_ns: i64,
    pub(super) peak_memory: i64,
    /// Whether the strikes of its delivery are forgotten.
    pub(super) is_cleared: bool,
}

/// What of an attempt retention takes away first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    #[serde(with = "payload::exact", default)]
    payload: Option<Payload>,
    #[serde(default)]
    transcript: Option<Transcript>,
}

impl Rows {
    /// The words of an entry. What cannot be written as JSON does not exist.
    pub(super) fn of(entry: Entry, keep: &Keep) -> Self {
        match entry {
            Entry::Accepted(envelope) => Self::new(&envelope, State::Waiting, None, keep, true),
            Entry::Moved {
                envelope,
                state,
                remark,
            } => Self::new(&envelope, state, remark, keep, false),
            Entry::Ended(ended) => Self::of_ended(*ended, keep),
        }
    }

    fn of_ended(ended: Ended, keep: &Keep) -> Self {
        let Ended {
            envelope,
            mut attempt,
            state,
            mut remark,
            is_cleared,
            secrets,
        } = ended;
        let mut rows = if secrets.is_empty() {
            Self::new(&envelope, state, remark, keep, false)
        } else {
            redact::attempt(&secrets, &mut attempt);
            if let Some(remark) = &mut remark {
                secrets.redact_in(remark);
            }
            let mut redacted = Envelope::clone(&envelope);
            let had_secrets = redact::envelope(&secrets, &mut redacted);
            let mut rows = Self::new(&redacted, state, remark, keep, false);
            rows.redacted = true;
            rows.event = match rows.event {
                Event::Keep(payload) if had_secrets => Event::Replace(payload),
                other => other,
            };
            rows
        };
        let nothing = keep.keeps_nothing_of(&envelope).is_some();
        let (mut run, not_kept) = Run::of(attempt, &envelope.hook, keep, nothing);
        run.is_cleared = is_cleared;
        rows.run = Some(run);
        rows.not_kept = rows.not_kept.or(not_kept);
        rows
    }

    fn new(envelope: &Envelope, state: State, remark: Option<String>, keep: &Keep, only_accepted: bool) -> Self {
        let is_over = matches!(state, State::Done | State::Failed);
        let nothing = keep.keeps_nothing_of(envelope);
        let (event, not_kept) = match (&envelope.payload, nothing) {
            (None, why) => (Event::Leave, why),
            (Some(_), Some(why)) => (Event::Leave, Some(why)),
            (Some(payload), None) => match keep.is_too_large(&envelope.hook, payload.as_str().len()) {
                Some(why) if is_over => (Event::Drop, Some(format!("its payload is not kept: {why}"))),
                _ => (Event::Keep(payload.as_str().to_owned()), None),
            },
        };
        let lean = Envelope {
            payload: None,
            ..envelope.clone()
        };
        Self {
            id: envelope.id.to_string(),
            hook: envelope.hook.clone(),
            module: envelope.module.clone(),
            state: word(state),
            remark: remark.map(|remark| text::shown(&remark, SHORT)),
            not_kept,
            envelope: json(&lean),
            happened_at_ms: signed(envelope.happened_at_ms),
            only_accepted,
            redacted: false,
            event,
            run: None,
        }
    }

    /// A record from elsewhere, whole.
    pub(super) fn of_record(record: &super::Record, keep: &Keep) -> Vec<Self> {
        let (state, remark) = match record.state {
            // It waits elsewhere: here, nobody would ever run it.
            State::Waiting => (State::Dead, Some("it was imported while it waited".into())),
            state => (state, record.remark.clone()),
        };
        let mut all: Vec<Self> = Vec::new();
        for attempt in &record.attempts {
            let mut rows = Self::new(&record.envelope, State::Waiting, None, keep, false);
            let nothing = keep.keeps_nothing_of(&record.envelope).is_some();
            let (run, not_kept) = Run::of(attempt.clone(), &record.envelope.hook, keep, nothing);
            rows.run = Some(run);
            rows.not_kept = rows.not_kept.or(not_kept);
            all.push(rows);
        }
        let mut last = Self::new(&record.envelope, state, remark, keep, false);
        last.not_kept = last.not_kept.or_else(|| record.not_kept.clone());
        all.push(last);
        all
    }
}

impl Run {
    /// Divides an attempt; and why something of it is not kept.
    fn of(mut attempt: Attempt, hook: &str, keep: &Keep, nothing: bool) -> (Self, Option<String>) {
        let result = short(&attempt.result);
        let fault = attempt.result.as_ref().err().map(kind);
        let mut contents = Contents {
            payload: None,
            transcript: attempt.transcript.take(),
        };
        let mut not_kept = None;
        if let Ok(Answer {
            outcome: Outcome::Replace(payload),
            ..
        }) = &mut attempt.result
            && let Ok(elsewhere) = Payload::parse(ELSEWHERE)
        {
            let size = payload.as_str().len();
            let answered = std::mem::replace(payload, elsewhere);
            match keep.is_too_large(hook, size) {
                Some(why) => not_kept = Some(format!("the payload that it answered is not kept: {why}")),
                None => contents.payload = Some(answered),
            }
        }
        if nothing {
            contents = Contents::default();
            attempt.logs.clear();
            if let Ok(answer) = &mut attempt.result {
                answer.message = None;
                answer
                    .actions
                    .iter_mut()
                    .for_each(|action| action.change = Default::default());
            }
        }
        let has_contents = contents.payload.is_some() || contents.transcript.is_some();
        let run = Self {
            id: attempt.run.to_string(),
            contents: has_contents.then(|| json(&contents)),
            result,
            fault,
            fuel: signed(attempt.usage.fuel),
            duration_ns: signed(attempt.usage.duration.as_nanos()),
            peak_memory: signed(attempt.usage.peak_memory),
            is_cleared: false,
            attempt: json(&attempt),
        };
        (run, not_kept)
    }
}

/// An attempt, put together again.
pub(super) fn whole(attempt: &str, contents: Option<&str>) -> serde_json::Result<Attempt> {
    let mut attempt: Attempt = serde_json::from_str(attempt)?;
    if let Some(contents) = contents {
        let contents: Contents = serde_json::from_str(contents)?;
        attempt.transcript = contents.transcript;
        if let (
            Ok(Answer {
                outcome: Outcome::Replace(payload),
                ..
            }),
            Some(answered),
        ) = (&mut attempt.result, contents.payload)
        {
            *payload = answered;
        }
    }
    Ok(attempt)
}

/// How the tables name a state.
pub(super) fn word(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Done => "done",
        State::Failed => "failed",
        State::Dead => "dead",
    }
}

fn short(result: &Result<Answer, Fault>) -> String {
    let said = match result {
        Ok(answer) => match &answer.outcome {
            Outcome::Unchanged => "unchanged".into(),
            Outcome::Replace(_) => "replaced the payload".into(),
            Outcome::Reject(rejection) => format!("rejected: {}", rejection.reason),
        },
        Err(fault) => fault.to_string(),
    };
    text::shown(&said, SHORT)
}

/// The kind of a fault, those of the host and of quarantine included, as its JSON names it.
fn kind(fault: &Fault) -> String {
    let value = serde_json::to_value(fault).unwrap_or_default();
    let kind = value.get("kind").and_then(serde_json::Value::as_str);
    kind.unwrap_or_default().to_owned()
}

fn json(value: &impl Serialize) -> String {
    // All of these are made of nothing that JSON cannot hold.
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn signed<T>(number: T) -> i64
where
    i64: TryFrom<T>,
{
    i64::try_from(number).unwrap_or(i64::MAX)
}
