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

    /// The command that runs an SDK's unit tests, in its folder. JavaScript's are TypeScript's, too; the types are checked
    /// whenever a module in TypeScript is built.
    pub fn sdk_tests(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["cargo", "test", "--locked", "--package", "sclera-sdk"],
            Self::Python => &["python", "-m", "unittest"],
            Self::JavaScript | Self::TypeScript => &["npm", "test"],
            Self::C => &["make", "test"],
            Self::Go => &["go", "test", "-v", "./..."],
        }
    }

    /// The command that runs the unit tests of a module from the template, in its folder.
    pub fn template_tests(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["cargo", "test"],
            Self::Python => &["PYTHONPATH=sclera-sdk", "python", "-m", "unittest"],
            Self::JavaScript | Self::TypeScript => &["npm", "test"],
            Self::C => &["make", "test"],
            Self::Go => &["go", "test", "-v"],
        }
    }

    /// How many tests its runner says it has run. None if it says nothing of it.
    pub fn tests_run(self, said: &str) -> Option<usize> {
        let number_after = |word: &str| {
            let numbers = said.lines().filter_map(|line| line.trim().strip_prefix(word));
            numbers
                .filter_map(|rest| rest.trim().split(' ').next()?.parse::<usize>().ok())
                .reduce(|a, b| a + b)
        };
        match self {
            Self::Rust => number_after("running"),
            Self::Python => number_after("Ran"),
            // Either of its two reporters.
            Self::JavaScript | Self::TypeScript => number_after("# tests").or_else(|| number_after("ℹ tests")),
            Self::Go => Some(said.lines().filter(|line| line.trim().starts_with("--- PASS")).count()),
            Self::C => Some(said.lines().filter(|line| line.starts_with("ok  ")).count()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_is_asked_how_many_tests_it_ran() {
        assert_eq!(Language::Python.tests_run("...\nRan 12 tests in 0.1s\n\nOK"), Some(12));
        assert_eq!(Language::JavaScript.tests_run("# tests 3\n# pass 3"), Some(3));
        assert_eq!(Language::Rust.tests_run("running 3 tests\nok\nrunning 1 test"), Some(4));
        assert_eq!(Language::Go.tests_run("--- PASS: TestA (0.00s)\nPASS"), Some(1));
        assert_eq!(Language::C.tests_run("cc -o test\nok  a_test\nok  another\n"), Some(2));
        assert_eq!(Language::Go.tests_run("ok  sclera [no tests to run]"), Some(0));
    }
}
