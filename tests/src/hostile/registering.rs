//! Attacks on the registry and on what is read before anything runs: names, schemas, capabilities.

use super::Case;
use super::case::End::Refused;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::guest(
            "other-module",
            "subscribes for another module",
            Refused("is not the id of this module"),
        ),
        Case::guest(
            "silences-other-module",
            "withdraws another module's subscriptions",
            Refused("is not the id of this module"),
        ),
        Case::guest(
            "subscriptions",
            "subscribes 10,000 times",
            Refused("may have 256 subscriptions"),
        ),
        Case::guest(
            "hook-name-of-a-megabyte",
            "subscribes to a hook with a name of a megabyte",
            Refused("no hook is named"),
        ),
        Case::guest(
            "menu-name-forged",
            "puts a control character into a user's menu",
            Refused("has control characters"),
        ),
        Case::guest(
            "registers-then-traps",
            "subscribes, and traps",
            Refused("nothing that it asked for took effect"),
        ),
        Case::guest("name-of-a-path", "names itself `../../etc/passwd`", Refused("its name")),
        Case::guest(
            "name-of-another",
            "takes the name of a module that is there",
            Refused("loaded already"),
        ),
        Case::guest(
            "capabilities",
            "asks for 10,000 capabilities",
            Refused("it asks for 10000 capabilities"),
        ),
        Case::guest(
            "schema-not-a-schema",
            "has a schema that is none",
            Refused("not a JSON Schema"),
        ),
        Case::guest(
            "schema-of-a-megabyte",
            "has a schema of a megabyte",
            Refused("it may have"),
        ),
        Case::guest(
            "schema-nested",
            "has a schema that is nested 10,000 deep",
            Refused("recursion limit"),
        ),
        Case::guest(
            "schema-pattern",
            "has a pattern that becomes a huge automaton",
            Refused("not a JSON Schema"),
        ),
        Case::guest(
            "schema-doubles",
            "has a schema that refers to itself twice at each of 60 levels",
            Refused("schema"),
        ),
        Case::guest(
            "schema-remote",
            "has a schema that refers to a file of the host",
            Refused("not a JSON Schema"),
        ),
        Case::guest(
            "match-rule-of-a-megabyte",
            "has a match rule of a megabyte",
            Refused("match rule"),
        ),
        Case::guest(
            "match-rule-nested",
            "has a match rule that is nested 10,000 deep",
            Refused("match rule"),
        ),
        Case::guest(
            "match-rule-explodes",
            "has a match rule that runs for longer than the universe",
            Refused("match rule"),
        ),
    ]
}
