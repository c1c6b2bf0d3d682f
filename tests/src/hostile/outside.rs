//! Reaching outside: other servers, secrets, and what is kept between deliveries.

use std::time::Duration;

use sclera::FaultKind::{Timeout, Trap};
use sclera::{Grants, HttpGrant, KeyvalueGrant, LimitOverrides, ModulePolicy, Place, SecretGrant};
use serde_json::json;

use super::case::End::{Fault, Leaves, Says};
use super::case::{End, Moment, PRELOAD};
use super::stage::REBOUND;
use super::{Attacker, Case};

/// What the secret is. The module has it written into it, to find it again; it is only worth something if the host has
/// given it away.
const SECRET: &str = "hunter2-hunter2-hunter2";

/// The host did not make the request.
const DENIED: End = Says("HttpRequestDenied");

pub(super) fn cases() -> Vec<Case> {
    [network(), slow_servers(), secrets(), keyvalue()]
        .into_iter()
        .flatten()
        .collect()
}

fn network() -> Vec<Case> {
    let denied = |name, tries| Case::outside(name, tries, DENIED).policy(granted);
    [
        Case::outside("http-nothing-granted", "asks a server without any grant", DENIED).policy(configured),
        Case::outside("http-tlp-red", "asks a granted server about a TLP:RED event", DENIED)
            .policy(granted)
            .at(Moment::Red(PRELOAD)),
        Case::outside(
            "http-private-address",
            "asks an origin that is granted, on an address that is not",
            Says("DestinationIpProhibited"),
        )
        .policy(granted_by_name_only),
        denied("http-other-origin", "asks a server that is not granted"),
        denied("http-other-scheme", "asks a granted host by another scheme"),
        Case::outside(
            "http-strange-scheme",
            "asks a granted host by gopher",
            Says("HttpProtocolError"),
        )
        .policy(granted),
        denied("http-other-port", "asks a granted host on another port"),
        denied("http-metadata", "asks the cloud's metadata service"),
        // Three ways to write what is granted: each is read as the one that it is, before anything is compared.
        Case::outside(
            "http-mapped-address",
            "writes a granted IPv4 address as IPv6",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside(
            "http-octal-address",
            "writes an address in octal digits",
            Leaves(no_forgery),
        )
        .policy(granted),
        denied("http-zero-address", "asks 0.0.0.0, which is this machine"),
        denied("http-name-of-this-machine", "asks this machine by its name"),
        denied("http-credentials", "puts credentials before the host"),
        denied(
            "http-credentials-that-look-granted",
            "puts a granted origin before another host",
        ),
        denied("http-unknown-name", "asks a name that is not granted"),
        Case::outside(
            "http-rebound-name",
            "asks a granted name that has been bound anew to this machine",
            Says("DestinationIpProhibited"),
        )
        .policy(granted_rebound_name),
        denied("http-method", "sends a DELETE where GET is granted"),
        Case::outside(
            "http-decimal-address",
            "writes an address as one number",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside(
            "http-short-address",
            "writes an address with fewer parts",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside("http-redirect", "is sent on to the metadata service", Says("302")).policy(granted),
        Case::outside(
            "http-strange-method",
            "writes a second request into the method",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside(
            "http-split-path",
            "writes a second request into the path",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside(
            "http-split-header",
            "writes a second header into a header",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside(
            "http-host-header",
            "says that it is for another host",
            Leaves(no_forgery),
        )
        .policy(granted),
        Case::outside("http-hop-by-hop", "asks for another protocol", Leaves(no_forgery)).policy(granted),
        Case::outside("http-fields", "makes headers and keeps them all", Fault(Trap, "")).policy(granted),
    ]
    .into()
}

fn slow_servers() -> Vec<Case> {
    let timeout = |name, tries| {
        Case::outside(name, tries, Fault(Timeout, ""))
            .policy(granted)
            .until_the_deadline()
    };
    [
        timeout("http-never", "waits for a server that never answers"),
        timeout("http-trickle", "waits for a server that sends a byte a second"),
        timeout(
            "http-trickling-headers",
            "waits for a server that sends a header a second",
        ),
        timeout("http-flood", "asks a server again and again"),
        Case::outside(
            "http-at-once",
            "begins requests without waiting for one",
            Fault(Trap, "resource table"),
        )
        .policy(granted)
        .until_the_deadline(),
        Case::outside("http-endless", "reads 10 GB", Says("HttpResponseBodySize")).policy(granted),
        Case::outside(
            "http-endless-headers",
            "reads headers without end",
            Says("HttpResponseHeaderSectionSize"),
        )
        .policy(granted),
        Case::outside(
            "http-zip-bomb",
            "reads a megabyte that would become 166",
            Says("as it was sent"),
        )
        .policy(granted),
        Case::outside(
            "http-hang-up",
            "asks a server that hangs up",
            Says("HttpResponseIncomplete"),
        )
        .policy(granted),
        Case::outside(
            "http-no-http",
            "asks a server that speaks SMTP",
            Says("HttpProtocolError"),
        )
        .policy(granted),
    ]
    .into()
}

fn secrets() -> Vec<Case> {
    let none = |name, tries| Case::outside(name, tries, Leaves(no_secret)).policy(with_secret);
    [
        none("secret-in-config", "reads a secret from its configuration"),
        none("secret-in-log", "logs and prints what stands for a secret"),
        none("secret-to-other-origin", "sends a secret to another granted origin"),
        none(
            "secret-in-wrong-place",
            "sends a secret in the query, where headers are granted",
        ),
        none("secret-guessed", "sends what might stand for a secret"),
    ]
    .into()
}

fn keyvalue() -> Vec<Case> {
    let kept = |name, tries, says| Case::guest(name, tries, Says(says)).policy(keeping);
    [
        Case::guest(
            "kv-not-granted",
            "keeps something without a grant",
            Says("access denied"),
        ),
        kept("kv-of-another", "opens the store of another module", "no such store"),
        kept("kv-on-a-path", "opens a store by a path", "no such store"),
        kept("kv-keys", "keeps more keys than it may", "refused"),
        kept("kv-bytes", "keeps more bytes than it may", "refused"),
        kept(
            "kv-key-of-a-megabyte",
            "keeps something under a key of a megabyte",
            "refused",
        ),
        kept("kv-value-of-20-mb", "keeps a value of 20 MB", "refused"),
        kept("kv-key-as-sql", "has a key that is SQL", "a key like any other"),
        kept("kv-counter-on-text", "counts on what is no number", "refused"),
        Case::guest("kv-cursor", "lists from where there is nothing", Says("0 keys")).policy(keeping),
        Case::guest("kv-buckets", "opens its store and never lets go", Fault(Trap, "")).policy(keeping),
    ]
    .into()
}

fn settings(attacker: &Attacker) -> serde_json::Value {
    json!({"origin": attacker.origin, "other": attacker.other})
}

/// No grant, but it knows where the servers are.
fn configured(attacker: &Attacker) -> ModulePolicy {
    ModulePolicy {
        config: settings(attacker),
        ..ModulePolicy::default()
    }
}

/// The attacker's first origin, with the address of this machine.
fn granted(attacker: &Attacker) -> ModulePolicy {
    with_http(
        attacker,
        json!({"origins": [attacker.origin], "addresses": ["127.0.0.0/8"]}),
    )
}

/// The origin, but no address that is refused otherwise.
fn granted_by_name_only(attacker: &Attacker) -> ModulePolicy {
    with_http(attacker, json!({"origins": [attacker.origin]}))
}

/// A name that whoever runs its name server lets point to where the module is to be led.
fn granted_rebound_name(attacker: &Attacker) -> ModulePolicy {
    let origin = attacker.origin.replace("127.0.0.1", REBOUND);
    with_http(attacker, json!({"origins": [origin]}))
}

fn with_http(attacker: &Attacker, grant: serde_json::Value) -> ModulePolicy {
    let http: Option<HttpGrant> = serde_json::from_value(grant).ok();
    ModulePolicy {
        grants: Grants {
            http,
            ..Grants::default()
        },
        ..configured(attacker)
    }
}

/// Both origins, and a secret for the headers of requests to the first.
fn with_secret(attacker: &Attacker) -> ModulePolicy {
    let mut policy = with_http(
        attacker,
        json!({"origins": [attacker.origin, attacker.other], "addresses": ["127.0.0.0/8"]}),
    );
    let file = std::env::temp_dir().join(format!("sclera-hostile-secret-{}", std::process::id()));
    // Without the file the module is not loaded, and the case fails.
    let _ = std::fs::write(&file, SECRET);
    let secret = SecretGrant {
        env: None,
        file: Some(file),
        origins: vec![attacker.origin.clone()],
        places: vec![Place::Header],
    };
    policy.grants.secrets.insert("token".into(), secret);
    policy
}

fn keeping(_: &Attacker) -> ModulePolicy {
    ModulePolicy {
        grants: Grants {
            keyvalue: Some(KeyvalueGrant {
                keys: 100,
                bytes: 4 << 20,
            }),
            ..Grants::default()
        },
        limits: LimitOverrides {
            deadline: Some(Duration::from_secs(20)),
            ..LimitOverrides::default()
        },
        ..ModulePolicy::default()
    }
}

/// The server did not read what the module tried to write beside its request.
fn no_forgery(delivery: &sclera::Delivery) -> Result<(), String> {
    let told = delivery
        .answer()
        .and_then(|answer| answer.message.as_deref())
        .unwrap_or_default();
    let forged = told.to_ascii_lowercase();
    match [
        "x-forged: yes",
        "delete /",
        "get /second",
        "host: internal.example",
        "upgrade: h2c",
    ]
    .into_iter()
    .find(|trace| forged.contains(trace))
    {
        Some(trace) => Err(format!("the server got `{trace}`: {told}")),
        None => Ok(()),
    }
}

/// The secret is neither in what the module got nor in anything that is kept of the delivery.
fn no_secret(delivery: &sclera::Delivery) -> Result<(), String> {
    let kept = serde_json::to_string(delivery).unwrap_or_default();
    if kept.contains(SECRET) {
        return Err("the secret is in what is kept of the delivery".into());
    }
    match delivery.answer().and_then(|answer| answer.message.as_deref()) {
        Some("no secret") => Ok(()),
        told => Err(format!("the module got {told:?}")),
    }
}
