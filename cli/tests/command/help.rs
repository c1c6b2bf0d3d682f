//! The help: every subcommand has examples, and each of them is a command line that is understood.

use insta::assert_snapshot;

use crate::folder::Folder;

const SUBCOMMANDS: [&str; 9] = [
    "new",
    "test-load",
    "bench",
    "inspect",
    "doctor",
    "hooks",
    "module review",
    "completions",
    "man",
];

#[test]
fn the_help_of_test_load_is_read_in_this_order() {
    assert_snapshot!(Folder::new().sclera("test-load -h").out);
}

#[test]
fn the_help_of_what_measures_and_tunes_is_read_in_this_order() {
    for subcommand in ["bench", "tune"] {
        assert_snapshot!(subcommand, Folder::new().sclera(&format!("{subcommand} -h")).out);
    }
}

#[test]
fn the_examples_are_understood() {
    let folder = Folder::new()
        .misfit("behaves")
        .file("ioc.json", "[{}]")
        .file("sclera.toml", "");
    std::fs::rename(folder.path("behaves.wasm"), folder.path("tagger.wasm")).unwrap();
    for subcommand in SUBCOMMANDS
        .map(|name| format!("{name} "))
        .iter()
        .chain([&String::new()])
    {
        let help = folder.sclera(&format!("{subcommand}--help"));
        let (_, examples) = help.out.split_once("Examples:\n").expect("there are examples");
        let examples = examples.split("Exit codes:").next().unwrap_or_default();
        let mut understood = 0;
        for example in examples.lines().filter_map(|line| line.trim().strip_prefix("sclera ")) {
            // What a shell does with it is not the question here, and a watch does not end.
            let own = example.split(['|', '>']).next().unwrap_or_default();
            let words: Vec<_> = own.split_whitespace().filter(|word| *word != "--watch").collect();
            let ran = folder.sclera(&words.join(" "));
            assert_eq!(ran.code, 0, "{ran}");
            understood += 1;
        }
        assert!(understood >= 2, "{subcommand}");
    }
}
