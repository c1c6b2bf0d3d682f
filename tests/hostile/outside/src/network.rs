//! Requests that must not be made, and servers that must not be trusted.

use crate::request::{body, get, name_of, send};
use crate::setting;
use crate::wasi::http::types::{Fields, Method};

/// What the server of the attacker does, and more than any answer should have.
const A_LOT: usize = 64 << 20;

/// What came of it: the name of the error, or what was got.
pub(crate) fn attack(attack: &str) -> Option<String> {
    let origin = setting("origin");
    let port = origin.rsplit(':').next().unwrap_or_default().to_owned();
    let url = match attack {
        "http-nothing-granted" | "http-tlp-red" | "http-private-address" => format!("{origin}/"),
        "http-other-origin" => format!("{}/", setting("other")),
        "http-other-scheme" => origin.replace("http://", "https://"),
        "http-strange-scheme" => origin.replace("http://", "gopher://"),
        "http-other-port" => "http://127.0.0.1:1/".into(),
        "http-metadata" => "http://169.254.169.254/latest/meta-data/".into(),
        "http-mapped-address" => format!("http://[::ffff:127.0.0.1]:{port}/"),
        "http-decimal-address" => format!("http://2130706433:{port}/"),
        "http-octal-address" => format!("http://0177.0.0.1:{port}/"),
        "http-short-address" => format!("http://127.1:{port}/"),
        "http-zero-address" => format!("http://0.0.0.0:{port}/"),
        "http-name-of-this-machine" => format!("http://localhost:{port}/"),
        "http-credentials" => origin.replace("http://", "http://granted.example@"),
        "http-credentials-that-look-granted" => format!("{}@169.254.169.254/", origin),
        "http-unknown-name" => format!("http://unknown.example:{port}/"),
        "http-rebound-name" => format!("http://rebound.example:{port}/"),
        "http-redirect" => return Some(redirect(&origin)),
        "http-method" => return Some(ended(send(Method::Delete, &format!("{origin}/"), &[]))),
        "http-strange-method" => {
            return Some(ended(send(
                Method::Other("GET / HTTP/1.1\r\nx: y\r\n\r\nDELETE".into()),
                &format!("{origin}/"),
                &[],
            )));
        }
        "http-split-path" => format!("{origin}/\r\nx-forged: yes\r\n\r\nGET /second"),
        "http-split-header" => return Some(ended(get(&format!("{origin}/"), &[("x-a", "b\r\nx-forged: yes")]))),
        "http-host-header" => return Some(ended(get(&format!("{origin}/"), &[("host", "internal.example")]))),
        "http-hop-by-hop" => {
            return Some(ended(get(
                &format!("{origin}/"),
                &[("connection", "upgrade"), ("upgrade", "h2c")],
            )));
        }
        "http-fields" => keep_fields(),
        "http-hang-up" => format!("{origin}/hang-up"),
        "http-no-http" => format!("{origin}/no-http"),
        "http-endless-headers" => format!("{origin}/endless-headers"),
        "http-never" => format!("{origin}/never"),
        "http-trickle" => format!("{origin}/trickle"),
        "http-trickling-headers" => format!("{origin}/trickling-headers"),
        "http-endless" => format!("{origin}/endless"),
        "http-zip-bomb" => return Some(zipped(&format!("{origin}/zip-bomb"))),
        "http-flood" => loop {
            drop(get(&format!("{origin}/"), &[]));
        },
        "http-at-once" => at_once(&format!("{origin}/never")),
        _ => return None,
    };
    Some(ended(get(&url, &[])))
}

fn ended(answer: Result<crate::wasi::http::types::IncomingResponse, crate::wasi::http::types::ErrorCode>) -> String {
    match answer {
        Err(error) => name_of(&error),
        Ok(answer) => match body(&answer, A_LOT) {
            (_, Some(cut)) => format!("cut off: {cut}"),
            (read, None) if read.len() >= A_LOT => "everything".into(),
            (read, None) => String::from_utf8_lossy(&read).into_owned(),
        },
    }
}

/// A redirect is an answer like any other.
fn redirect(origin: &str) -> String {
    match get(&format!("{origin}/to-metadata"), &[]) {
        Ok(answer) => answer.status().to_string(),
        Err(error) => name_of(&error),
    }
}

/// Whether the host has unpacked what came packed.
fn zipped(url: &str) -> String {
    match get(url, &[("accept-encoding", "gzip")]) {
        Ok(answer) => match body(&answer, 2 << 20) {
            (read, None) if read.starts_with(&[0x1f, 0x8b]) => "as it was sent".into(),
            (read, cut) => format!("{} bytes, {cut:?}", read.len()),
        },
        Err(error) => name_of(&error),
    }
}

fn keep_fields() -> ! {
    let value = vec![b'x'; 10_000];
    loop {
        let fields = Fields::new();
        for _ in 0..100 {
            let _ = fields.append("x-y", &value);
        }
        std::mem::forget(fields);
    }
}

/// Many requests that are never answered, none of which is waited for.
fn at_once(url: &str) -> ! {
    use crate::wasi::http::outgoing_handler::handle;
    use crate::wasi::http::types::{OutgoingRequest, Scheme};
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    loop {
        let request = OutgoingRequest::new(Fields::new());
        let _ = request.set_scheme(Some(&Scheme::Http));
        let _ = request.set_authority(Some(authority));
        let _ = request.set_path_with_query(Some(path));
        std::mem::forget(handle(request, None));
    }
}
