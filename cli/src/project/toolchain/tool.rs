//! Finds a program that a build needs, and finds out whether it is new enough.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fmt, io};

use super::Install;

/// A program that a build needs.
#[derive(Clone, Debug)]
pub(crate) struct Tool {
    /// The names that it goes by; the first one that is new enough is taken.
    pub(crate) programs: &'static [&'static str],
    /// What it is needed for, as it reads after "needed": `to build modules in Python`.
    pub(crate) purpose: &'static str,
    /// What makes it print its version.
    pub(crate) version_args: &'static [&'static str],
    /// The oldest version that will do.
    pub(crate) minimum: &'static str,
    /// How it is installed, and how it is brought up to date.
    pub(crate) install: Install,
}

/// A program that was found, and that is new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) version: ToolVersion,
}

/// Numbers with dots between them, compared one by one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ToolVersion(Vec<u64>);

/// What keeps a module from being built here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolError {
    #[error("{what} is needed {purpose}, and it is not there; {install}")]
    Missing {
        /// `` `cargo` 1.95 or newer``.
        what: String,
        purpose: &'static str,
        /// What to do, as a clause: ``install it with `…` ``.
        install: String,
    },
    #[error("`{program}` {needed} or newer is needed {purpose}, and {} is {found}; {install}", .path.display())]
    TooOld {
        program: &'static str,
        path: PathBuf,
        found: ToolVersion,
        needed: &'static str,
        purpose: &'static str,
        install: String,
    },
    #[error("{} is needed {purpose}, and does not say its version: {reason}; {install}", .path.display())]
    Broken {
        path: PathBuf,
        reason: String,
        purpose: &'static str,
        install: String,
    },
}

impl Tool {
    /// Looks in these folders, such as a project's own, and then in `PATH`.
    pub(crate) fn find(&self, first: &[PathBuf]) -> Result<Found, ToolError> {
        let mut refused = None;
        for program in self.programs {
            let Some(path) = find_program(program, first) else {
                continue;
            };
            match self.try_one(program, path) {
                Ok(found) => return Ok(found),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or_else(|| self.missing()))
    }

    /// What to say if it, or something that belongs to it, is not there.
    fn missing(&self) -> ToolError {
        let name = self.programs.first().copied().unwrap_or_default();
        ToolError::Missing {
            what: format!("`{name}` {} or newer", self.minimum),
            purpose: self.purpose,
            install: self.install.here(),
        }
    }

    fn try_one(&self, program: &'static str, path: PathBuf) -> Result<Found, ToolError> {
        let version = ask(&path, self.version_args).map_err(|reason| ToolError::Broken {
            path: path.clone(),
            reason,
            purpose: self.purpose,
            install: self.install.here(),
        })?;
        let minimum = ToolVersion::find(self.minimum);
        if minimum.is_some_and(|minimum| version < minimum) {
            return Err(ToolError::TooOld {
                program,
                path,
                found: version,
                needed: self.minimum,
                purpose: self.purpose,
                install: self.install.here(),
            });
        }
        Ok(Found { path, version })
    }
}

/// Where a program is: in one of these folders, or else in `PATH`.
pub(crate) fn find_program(program: &str, first: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // A folder that is not absolute would mean another one in the project's folder, where the steps run.
    let in_path = env::split_paths(&path).filter(|folder| folder.is_absolute());
    first
        .iter()
        .cloned()
        .chain(in_path)
        .map(|folder| folder.join(program))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn ask(path: &Path, args: &[&str]) -> Result<ToolVersion, String> {
    let output = Command::new(path).args(args).stdin(Stdio::null()).output();
    let output = output.map_err(|error: io::Error| error.to_string())?;
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if !output.status.success() {
        let line = said
            .iter()
            .rev()
            .find_map(|said| said.lines().find(|line| !line.trim().is_empty()));
        return Err(match line {
            Some(line) => format!("it ended with {} and said “{}”", output.status, line.trim()),
            None => format!("it ended with {}", output.status),
        });
    }
    said.iter()
        .find_map(|said| ToolVersion::find(said))
        .ok_or_else(|| format!("`{}` printed none", args.join(" ")))
}

impl ToolVersion {
    /// The first two or more numbers with dots between them: `1.27.3` of `go version go1.27.3 linux/amd64`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        text.split(|c| !is_part(c)).find_map(|run| {
            let numbers: Option<Vec<u64>> = run.trim_matches('.').split('.').map(|part| part.parse().ok()).collect();
            numbers.filter(|numbers| numbers.len() > 1).map(Self)
        })
    }
}

impl fmt::Display for ToolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_what_tools_print() {
        let cases = [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some("1.95.0")),
            ("go version go1.27.3 linux/amd64", Some("1.27.3")),
            ("Debian clang version 19.1.7 (3+b1)", Some("19.1.7")),
            ("v22.3.0", Some("22.3.0")),
            ("componentize-py 0.25.1", Some("0.25.1")),
            ("wasm32 5 ...", None),
            ("", None),
        ];
        for (said, version) in cases {
            let found = ToolVersion::find(said).map(|version| version.to_string());
            assert_eq!(found.as_deref(), version, "{said}");
        }
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = |text| ToolVersion::find(text).unwrap();
        assert!(version("1.9.0") < version("1.27"));
        assert!(version("1.27") < version("1.27.1"));
        assert!(version("19.1.7") > version("19.1"));
    }
}
