//! A report in the format that CI systems read.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::bench::Ended;
use super::expect::{Detail, Failure};

/// All cases of a module, a suite for each file.
pub(crate) fn report(module: &str, ended: &[Ended<'_>]) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new(module);
    let mut suites: Vec<(&str, TestSuite)> = Vec::new();
    for ended in ended {
        let mut status = TestCaseStatus::success();
        if !ended.passed() {
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let what: Vec<_> = ended.failures.iter().map(|failure| failure.what.as_str()).collect();
            status.set_message(what.join("; "));
            status.set_description(ended.failures.iter().map(described).collect::<String>());
        }
        let mut case = TestCase::new(ended.case.name.clone(), status);
        case.set_classname(format!("{module}.{}", ended.file.stem));
        case.set_time(ended.duration);
        if !ended.logs.is_empty() {
            let lines = ended
                .logs
                .iter()
                .map(|line| format!("{}: {}\n", line.level, line.message));
            case.set_system_out(lines.collect::<String>());
        }
        match suites.last_mut() {
            Some((stem, suite)) if *stem == ended.file.stem => drop(suite.add_test_case(case)),
            _ => {
                let mut suite = TestSuite::new(ended.file.path.display().to_string());
                suite.add_test_case(case);
                suites.push((&ended.file.stem, suite));
            }
        }
    }
    let mut whole = Duration::ZERO;
    for (_, mut suite) in suites {
        let time = suite.test_cases.iter().filter_map(|case| case.time).sum();
        whole += time;
        suite.set_time(time);
        report.add_test_suite(suite);
    }
    report.set_time(whole);
    report.to_string()
}

fn described(failure: &Failure) -> String {
    let detail = match &failure.detail {
        Detail::None => String::new(),
        Detail::Text(text) => format!("{text}\n"),
        Detail::Differs { expected, came } => format!("expected:\n{expected}\ncame:\n{came}\n"),
    };
    format!("{}\n{detail}\n", failure.what)
}
