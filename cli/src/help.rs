//! What the help says below the options: examples to copy, and the exit codes.

use std::fmt::Write;

use crate::args::STYLES;
use crate::exit;

const SCLERA: &[(&str, &str)] = &[
    (
        "Begin a module in Python; then, in its folder, `sclera build` and `sclera test`",
        "sclera new my-module --lang python",
    ),
    (
        "Run a module on all that it listens to",
        "sclera test-load tagger.wasm --all",
    ),
    (
        "See what a file is before anything of it runs",
        "sclera inspect tagger.wasm",
    ),
    (
        "What does it ask for, and may it have that?",
        "sclera module review tagger.wasm",
    ),
    ("Which hooks are there for IOCs?", "sclera hooks --object ioc"),
];

const NEW: &[(&str, &str)] = &[
    (
        "A module in Python, in the folder `tagger`",
        "sclera new tagger --lang python",
    ),
    (
        "In TypeScript, in a folder of another name",
        "sclera new tagger --lang typescript --dir modules/tagger",
    ),
];

const BUILD: &[(&str, &str)] = &[
    ("Build the module whose folder this is", "sclera build"),
    (
        "Build one elsewhere, for a script",
        "sclera build modules/tagger --json",
    ),
];

const TEST_LOAD: &[(&str, &str)] = &[
    (
        "Run it on the sample of each of its hooks, after each build",
        "sclera test-load tagger.wasm --all --watch",
    ),
    (
        "Run it on a payload of yours",
        "sclera test-load tagger.wasm --hook on_preload_ioc_create --payload ioc.json",
    ),
    (
        "How fast is it?",
        "sclera test-load tagger.wasm --hook on_preload_ioc_create --repeat 1000",
    ),
];

const BENCH: &[(&str, &str)] = &[
    ("What does each of its hooks take?", "sclera bench tagger.wasm"),
    (
        "One hook, on a payload of yours",
        "sclera bench tagger.wasm --hook on_preload_ioc_create --payload ioc.json --rounds 1000",
    ),
    (
        "Under the limits of a server, with four callers at the same time",
        "sclera bench tagger.wasm --policy sclera.toml --callers 4",
    ),
    (
        "What takes its time?",
        "sclera bench tagger.wasm --seconds 10 --profile profile.json",
    ),
];

const TEST: &[(&str, &str)] = &[
    ("Test the module of this project", "sclera test"),
    ("Only the cases that speak of tags", "sclera test --filter tags"),
    ("Test a module on cases of yours", "sclera test tagger.wasm cases.toml"),
    ("It answers otherwise now, and that is right", "sclera test --accept"),
    (
        "Keep what a real server answers",
        "sclera test --record --policy sclera.toml",
    ),
    ("In CI", "sclera test --junit report.xml"),
];

const REPLAY: &[(&str, &str)] = &[
    (
        "What happened there, with the module that ran",
        "sclera replay delivery.json --module tagger.wasm",
    ),
    (
        "What would a new version have done?",
        "sclera replay delivery.json --with tagger.wasm",
    ),
];

const SHADOW_REPORT: &[(&str, &str)] = &[
    ("Is the new version ready?", "sclera shadow report --data state"),
    (
        "What has it done differently today?",
        "sclera shadow report --data state --module tagger --since 24h",
    ),
];

const INSPECT: &[(&str, &str)] = &[
    ("What does it want from its host?", "sclera inspect tagger.wasm"),
    (
        "Let a script decide whether this host can load it",
        "sclera inspect tagger.wasm > /dev/null && cp tagger.wasm modules/",
    ),
    (
        "The imports, one on each line",
        "sclera inspect tagger.wasm --json | jq -r '.inspection.imports[]'",
    ),
];

const DOCTOR: &[(&str, &str)] = &[
    ("Why is it not loaded?", "sclera doctor tagger.wasm"),
    (
        "What differs, for a script",
        "sclera doctor tagger.wasm --json | jq '.findings[].differences'",
    ),
];

const SDK: &[(&str, &str)] = &[
    ("In the project whose folder this is", "sclera sdk"),
    ("In one elsewhere", "sclera sdk modules/tagger"),
];

const HOOKS: &[(&str, &str)] = &[
    ("The hooks on IOCs", "sclera hooks --object ioc"),
    (
        "What does the payload of a hook look like?",
        "sclera hooks on_preload_ioc_create",
    ),
    (
        "Begin a payload of your own with the sample",
        "sclera hooks on_preload_ioc_create --sample > ioc.json",
    ),
];

const DELIVERIES: &[(&str, &str)] = &[
    (
        "What happened in the last two hours?",
        "sclera deliveries --data /var/lib/server --since 2h",
    ),
    (
        "The dead letters of one module",
        "sclera deliveries --data /var/lib/server --module tagger --state dead",
    ),
    (
        "Take in a delivery that somebody has exported",
        "sclera deliveries import delivery.json --ledger ledger.sqlite",
    ),
];

const DELIVERY: &[(&str, &str)] = &[
    (
        "What came of it?",
        "sclera delivery 019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44 --data /var/lib/server",
    ),
    (
        "Give it to the module's author",
        "sclera delivery 019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44 --data /var/lib/server --export delivery.json",
    ),
];

const REDRIVE: &[(&str, &str)] = &[
    (
        "Which dead letters of a module would be brought back?",
        "sclera redrive --module tagger --since 3d --dry-run --data /var/lib/server",
    ),
    (
        "Bring back one",
        "sclera redrive 019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44 --data /var/lib/server",
    ),
];

const TUNE: &[(&str, &str)] = &[
    (
        "Which limits would suit what ran in the last month?",
        "sclera tune --data /var/lib/server --since 30d",
    ),
    (
        "Put them into the policy of one module, with more room",
        "sclera tune --data /var/lib/server --module tagger --headroom 5x --write sclera.toml",
    ),
];

const REVIEW: &[(&str, &str)] = &[
    ("See what it asks for, and decide", "sclera module review tagger.wasm"),
    (
        "Let a script find out whether this version may be loaded",
        "sclera module review tagger.wasm --json > /dev/null && cp tagger.wasm modules/",
    ),
    (
        "Then run it with what it was granted",
        "sclera test-load tagger.wasm --policy sclera.toml --all",
    ),
];

const WORKER: &[(&str, &str)] = &[
    (
        "Run the deliveries of the server whose state is in this folder",
        "sclera worker --data data --policy sclera.toml --apply-to http://127.0.0.1:8000",
    ),
    (
        "On another machine, with a broker and a database that they share",
        "sclera worker --queue amqp://broker --ledger postgres://db/sclera --modules /shared/modules",
    ),
];

const COMPLETIONS: &[(&str, &str)] = &[
    ("In this bash", "source <(sclera completions bash)"),
    (
        "In every zsh, if this folder is in $fpath",
        "sclera completions zsh > ~/.zfunc/_sclera",
    ),
    (
        "In every fish",
        "sclera completions fish > ~/.config/fish/completions/sclera.fish",
    ),
];

const MAN: &[(&str, &str)] = &[
    ("Read it", "sclera man | man -l -"),
    ("The page of a subcommand", "sclera man test-load | man -l -"),
    ("Install it", "sclera man > ~/.local/share/man/man1/sclera.1"),
];

pub(crate) fn sclera() -> String {
    examples(SCLERA) + &exit_codes()
}

pub(crate) fn new() -> String {
    examples(NEW)
}

pub(crate) fn build() -> String {
    examples(BUILD) + &exit_codes()
}

pub(crate) fn test_load() -> String {
    examples(TEST_LOAD) + &exit_codes()
}

pub(crate) fn bench() -> String {
    examples(BENCH) + &exit_codes()
}

pub(crate) fn test() -> String {
    examples(TEST) + &exit_codes()
}

pub(crate) fn shadow_report() -> String {
    examples(SHADOW_REPORT) + &exit_codes()
}

pub(crate) fn replay() -> String {
    examples(REPLAY) + &exit_codes()
}

pub(crate) fn inspect() -> String {
    examples(INSPECT) + &exit_codes()
}

pub(crate) fn doctor() -> String {
    examples(DOCTOR) + &exit_codes()
}

pub(crate) fn sdk() -> String {
    examples(SDK)
}

pub(crate) fn hooks() -> String {
    examples(HOOKS)
}

pub(crate) fn deliveries() -> String {
    examples(DELIVERIES) + &exit_codes()
}

pub(crate) fn delivery() -> String {
    examples(DELIVERY) + &exit_codes()
}

pub(crate) fn redrive() -> String {
    examples(REDRIVE) + &exit_codes()
}

pub(crate) fn tune() -> String {
    examples(TUNE) + &exit_codes()
}

pub(crate) fn review() -> String {
    examples(REVIEW) + &exit_codes()
}

pub(crate) fn worker() -> String {
    examples(WORKER) + &exit_codes()
}

pub(crate) fn completions() -> String {
    examples(COMPLETIONS)
}

pub(crate) fn man() -> String {
    examples(MAN)
}

fn examples(examples: &[(&str, &str)]) -> String {
    let mut text = header("Examples");
    for (purpose, command) in examples {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  # {purpose}\n  {command}\n");
    }
    text
}

fn exit_codes() -> String {
    let mut text = format!("\n{}", header("Exit codes"));
    for (code, meaning) in exit::MEANINGS {
        let _ = write!(text, "\n  {}  {meaning}", *code as u8);
    }
    text
}

/// As clap writes its own.
fn header(title: &str) -> String {
    let style = STYLES.get_header();
    format!("{style}{title}:{style:#}")
}
