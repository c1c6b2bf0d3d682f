//! How each language runs its own tests.

use crate::language::Language;

impl Language {
    /// The folder of its SDK.
    pub fn sdk(self) -> &'static str {
        match self {
            Self::TypeScript => Self::JavaScript.name(),
            _ => self.name(),
        }
    }

    /// The command that runs an SDK's unit tests, in its folder.
    pub fn sdk_tests(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["cargo", "test", "--quiet", "--locked", "--package", "sclera-sdk"],
            Self::Python => &["python", "-m", "unittest", "discover", "--start-directory", "tests"],
            Self::JavaScript => &["npm", "test", "--silent"],
            Self::TypeScript => &["npm", "run", "--silent", "types"],
            Self::C => &["make", "--silent", "test"],
            Self::Go => &["go", "test", "./..."],
        }
    }

    /// The command that runs the unit tests of a module from the template, in its folder.
    pub fn template_tests(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["cargo", "test", "--quiet"],
            Self::Python => &["python", "-m", "unittest", "discover", "--start-directory", "tests"],
            Self::JavaScript | Self::TypeScript => &["node", "--test"],
            Self::C => &["make", "--silent", "test"],
            Self::Go => &["go", "test", "./..."],
        }
    }

    /// The source file that the probe takes the place of, in a module from the template, and its name among the probes.
    pub fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::Rust => ("src/lib.rs", "probe.rs"),
            Self::Python => ("app.py", "probe.py"),
            Self::JavaScript => ("module.js", "probe.js"),
            Self::TypeScript => ("module.ts", "probe.ts"),
            Self::C => ("module.c", "probe.c"),
            Self::Go => ("module.go", "probe.go"),
        }
    }
}
