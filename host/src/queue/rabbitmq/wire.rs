//! A message as the broker has it: attributes in properties and headers, and a body that nobody here looks into.
//!
//! Each time that it is published it gets another *copy id*, so that what the broker sends again is told from what was put
//! again: the first may be over, the second is not.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use uuid::Uuid;

use super::topology::text;
use crate::queue::Message;
use crate::surroundings::since_epoch;

/// What messages of ours say that they are.
const TYPE: &str = "sclera.delivery.1";
const CONTENT_TYPE: &str = "application/json";
const ATTEMPT: &str = "sclera-attempt";
const LANE: &str = "sclera-lane";
const ORDER: &str = "sclera-order";
const DUE: &str = "sclera-due-ms";
const WHY: &str = "sclera-why";
/// RabbitMQ's own: how often the message came back to its queue.
const RETURNS: &str = "x-delivery-count";

/// A message that came from the broker.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) message: Message,
    pub(super) copy: Uuid,
    /// How often it came back from a worker, or was taken from one.
    pub(super) returns: u64,
    /// Since when it could be taken: milliseconds since 1970.
    pub(super) due_ms: u64,
}

pub(super) fn now_ms() -> u64 {
    u64::try_from(since_epoch(SystemTime::now()).as_millis()).unwrap_or(u64::MAX)
}

/// What is published beside the body. It is persistent.
pub(super) fn properties(message: &Message, after: Duration, why: Option<&str>) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert(ATTEMPT.into(), AMQPValue::LongLongInt(message.attempt.into()));
    headers.insert(LANE.into(), text(&message.lane));
    if let Some(order) = &message.order {
        headers.insert(ORDER.into(), text(order));
    }
    let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
    let due = i64::try_from(now_ms().saturating_add(after)).unwrap_or(i64::MAX);
    headers.insert(DUE.into(), AMQPValue::LongLongInt(due));
    if let Some(why) = why {
        headers.insert(WHY.into(), text(why));
    }
    BasicProperties::default()
        .with_delivery_mode(2)
        .with_type(TYPE.into())
        .with_content_type(CONTENT_TYPE.into())
        .with_message_id(short(message.id))
        .with_correlation_id(short(Uuid::now_v7()))
        .with_headers(headers)
}

/// What came, if it is ours; else why not.
pub(super) fn read(delivery: &mut Delivery, lane: &Arc<str>) -> Result<Copy, &'static str> {
    let properties = &delivery.properties;
    let is = |property: &Option<ShortString>, wanted| property.as_ref().is_some_and(|one| one.as_str() == wanted);
    if !is(properties.kind(), TYPE) {
        return Err("its type is not that of a delivery that this version knows");
    }
    if !is(properties.content_type(), CONTENT_TYPE) {
        return Err("its content type is not JSON");
    }
    let id = properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
    let id = id.ok_or("its message id is not that of a delivery")?;
    let copy = properties.correlation_id().as_ref();
    let copy = copy.and_then(|copy| Uuid::parse_str(copy.as_str()).ok());
    let copy = copy.ok_or("its correlation id is not a UUID")?;
    let headers = properties.headers().as_ref().ok_or("it has no headers")?;
    let attempt = number(headers, ATTEMPT).and_then(|attempt| u32::try_from(attempt).ok());
    let attempt = attempt.ok_or("it does not say which attempt it is for")?;
    if string(headers, LANE) != Some(lane) {
        return Err("it is for another module than its queue");
    }
    let order = match headers.inner().get(ORDER) {
        Some(_) => Some(string(headers, ORDER).ok_or("its order key is not a text")?),
        None => None,
    };
    Ok(Copy {
        copy,
        returns: number(headers, RETURNS).unwrap_or_default(),
        due_ms: number(headers, DUE).unwrap_or_default(),
        message: Message {
            id,
            lane: lane.clone(),
            order: order.map(Arc::from),
            attempt,
            body: std::mem::take(&mut delivery.data).into(),
        },
    })
}

fn number(headers: &FieldTable, name: &str) -> Option<u64> {
    match headers.inner().get(name)? {
        AMQPValue::LongLongInt(number) => u64::try_from(*number).ok(),
        AMQPValue::LongInt(number) => u64::try_from(*number).ok(),
        AMQPValue::LongUInt(number) => Some(u64::from(*number)),
        AMQPValue::ShortInt(number) => u64::try_from(*number).ok(),
        AMQPValue::ShortUInt(number) => Some(u64::from(*number)),
        AMQPValue::ShortShortInt(number) => u64::try_from(*number).ok(),
        AMQPValue::ShortShortUInt(number) => Some(u64::from(*number)),
        _ => None,
    }
}

fn string<'a>(headers: &'a FieldTable, name: &str) -> Option<&'a str> {
    match headers.inner().get(name)? {
        AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
        _ => None,
    }
}

/// Both kinds of identities have 36 bytes, and the broker allows 255.
fn short(id: impl ToString) -> ShortString {
    ShortString::try_new(id.to_string()).unwrap_or_default()
}
