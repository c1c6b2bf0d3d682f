//! What modules are built in.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{node, python};

/// The environment variables with which the installed tools are found.
#[derive(Clone)]
pub struct Environment {
    /// Where programs are looked for first.
    programs: Vec<PathBuf>,
    variables: Vec<(&'static str, OsString)>,
}

impl Environment {
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            programs: vec![folder.join(python::BIN), folder.join(node::BIN)],
            variables: vec![
                // What Go builds is kept where everything else is, and Go downloads no other Go.
                ("GOCACHE", folder.join("go/cache").into()),
                ("GOPATH", folder.join("go/path").into()),
                ("GOTOOLCHAIN", "local".into()),
                // A folder of sources stays as it is.
                ("PYTHONDONTWRITEBYTECODE", "1".into()),
            ],
        }
    }

    /// The same with one more folder of programs, which goes before all others.
    pub fn with_programs(mut self, folder: PathBuf) -> Self {
        self.programs.insert(0, folder);
        self
    }

    /// Gives it to a command that is to be run.
    pub fn give_to(&self, command: &mut Command) {
        command.env("PATH", self.path());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// Lines for `eval`.
    pub fn for_a_shell(&self) -> String {
        let path = self.path();
        let mut lines = String::new();
        for (name, value) in
            std::iter::once((&"PATH", &path)).chain(self.variables.iter().map(|(name, value)| (name, value)))
        {
            let quoted = value.to_string_lossy().replace('\'', r"'\''");
            let _ = writeln!(lines, "export {name}='{quoted}'");
        }
        lines
    }

    fn path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let all = self.programs.iter().cloned().chain(std::env::split_paths(&inherited));
        // A folder with the separator in its name cannot be in the list at all; what was inherited is then kept.
        std::env::join_paths(all).unwrap_or(inherited)
    }
}
