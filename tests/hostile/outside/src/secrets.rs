//! Looking for a secret where it must not be. The configuration's `token` stands for it.

use crate::request::{body, get, name_of};
use crate::setting;
use crate::wasi::logging::logging::{Level, log};

/// What the secret is, as the operator has it: a module can only know it from somewhere.
const SECRET: &str = "hunter2-hunter2-hunter2";

pub(crate) fn attack(attack: &str) -> Option<String> {
    let token = setting("token");
    let origin = setting("origin");
    Some(match attack {
        "secret-in-config" => seen(&token),
        "secret-in-log" => {
            log(Level::Info, &token, &token);
            println!("{token}");
            seen(&token)
        }
        "secret-to-other-origin" => seen(&echo(&setting("other"), "/", &token)),
        "secret-in-wrong-place" => seen(&echo(&origin, &format!("/?token={token}"), "none")),
        "secret-guessed" => seen(&echo(&origin, "/", &setting("token").replace(char::is_numeric, "0"))),
        _ => return None,
    })
}

fn echo(origin: &str, path: &str, token: &str) -> String {
    match get(&format!("{origin}{path}"), &[("x-token", token)]) {
        Ok(answer) => String::from_utf8_lossy(&body(&answer, 1 << 20).0).into_owned(),
        Err(error) => name_of(&error),
    }
}

fn seen(text: &str) -> String {
    if text.contains(SECRET) {
        "the secret"
    } else {
        "no secret"
    }
    .into()
}
