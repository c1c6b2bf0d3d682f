//! The bench works: `cargo xtask bench --quick`, without what has to be built or installed for it.

#![expect(clippy::unwrap_used, reason = "a test ends with it")]

use std::path::Path;
use std::process::Command;

use sclera_benches::{Report, Row};

fn bench(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["--quick", "--language", "rust", "--folder"])
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{errors}");
    (out, errors)
}

#[test]
fn every_row_has_a_number_and_stands_beside_its_floor() {
    let folder = tempfile::tempdir().unwrap();
    let (out, _) = bench(folder.path(), &["preload", "chain", "payload", "ledger", "--json"]);
    let report: Report = serde_json::from_str(&out).unwrap();
    let names: Vec<_> = report.sections.iter().map(|section| section.group.as_str()).collect();
    assert_eq!(names, ["preload", "chain", "payload", "ledger"]);
    for row in report.sections.iter().flat_map(|section| &section.rows) {
        let is_number = |value: f64| value.is_finite();
        assert!(is_number(row.value) && row.spread.is_some_and(is_number), "{row:?}");
        let floors = row
            .ratios
            .iter()
            .all(|ratio| is_number(ratio.value) && ratio.spread.is_some_and(is_number));
        assert!(floors, "{row:?}");
    }
    let row = |group: &str, subject: &str| -> Row {
        let section = report.sections.iter().find(|section| section.group == group).unwrap();
        let is_it = |row: &&Row| row.subject == subject && row.way == "sclera";
        section
            .rows
            .iter()
            .find(is_it)
            .cloned()
            .unwrap_or_else(|| panic!("{subject} is not in {group}"))
    };
    for (group, subject) in [
        ("preload", "rust, no-op"),
        ("preload", "rust, tag"),
        ("preload", "rust, echo 64 kB"),
        ("chain", "rust, tag, 4 modules"),
        ("payload", "rust, echo 10 kB"),
    ] {
        let row = row(group, subject);
        assert!(
            row.quantiles.is_some_and(|quantiles| quantiles.p50 <= quantiles.p99),
            "{row:?}"
        );
        assert_eq!(row.ratios[0].floor.way, "bare wasmtime, fresh", "{row:?}");
    }

    // What it leaves behind is the same, and a picture.
    let kept = std::fs::read_to_string(folder.path().join("results.json")).unwrap();
    assert_eq!(kept.trim(), out.trim());
    let picture = std::fs::read_to_string(folder.path().join("results.svg")).unwrap();
    assert!(
        picture.starts_with("<svg") && picture.contains("rust, tag: sclera"),
        "{picture}"
    );

    // And the next run says whether it agrees with it.
    let (table, errors) = bench(folder.path(), &["ledger", "--again"]);
    assert!(table.contains("sclera, ledger in SQLite"), "{table}");
    assert!(errors.contains("agree with the earlier run"), "{errors}");
}
