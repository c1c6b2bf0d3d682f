//! The event that a module is run on.

use std::path::PathBuf;

use serde_json::Value;

/// The event: which hook happens, and what it says.
#[derive(Debug, clap::Args)]
pub(crate) struct EventArgs {
    /// Run the module on this hook.
    #[arg(long, value_name = "NAME", help_heading = RUN)]
    pub(crate) hook: Option<String>,

    /// The payload: a file with a JSON array of objects, or `-` for standard input [default: the hook's sample].
    #[arg(long, value_name = "FILE", requires = "hook", help_heading = RUN)]
    pub(crate) payload: Option<PathBuf>,

    /// For a manual hook: the menu name that the user chose [default: each that the module registered].
    #[arg(long, value_name = "NAME", requires = "hook", help_heading = RUN)]
    pub(crate) menu: Option<String>,

    /// What the event says about the moment, beside `case_id=42` and `tlp=amber`.
    ///
    /// Can be given more than once. A value that is JSON is taken as such; `null` leaves the key out.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, help_heading = RUN)]
    pub(crate) metadata: Vec<(String, Value)>,

    /// The user on whose behalf the server acts.
    #[arg(long, value_name = "LOGIN", default_value = "sclera", help_heading = RUN)]
    pub(crate) by: String,
}

pub(super) const RUN: &str = "Running it";

fn key_value(text: &str) -> Result<(String, Value), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| "write it as KEY=VALUE, such as tlp=red".to_owned())?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((key.to_owned(), value))
}
