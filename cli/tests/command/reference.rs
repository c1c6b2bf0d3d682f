//! `sclera completions` and `sclera man`.

use crate::folder::Folder;

#[test]
fn completions_know_the_subcommands_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = Folder::new().sclera(&format!("completions {shell}"));
        assert_eq!(ran.code, 0, "{ran}");
        for word in [
            "test-load",
            "payload",
            "new",
            "build",
            "doctor",
            "sdk",
            "bench",
            "headroom",
            "typescript",
        ] {
            // Elvish's and PowerShell's do not know the values of options.
            let values = !matches!(shell, "elvish" | "powershell") || word != "typescript";
            assert!(ran.out.contains(word) || !values, "{shell} does not know {word}");
        }
    }
}

#[test]
fn the_manual_is_roff() {
    for (line, title) in [
        ("man", ".TH sclera 1"),
        ("man test-load", ".TH sclera-test-load 1"),
        ("man build", ".TH sclera-build 1"),
        ("man doctor", ".TH sclera-doctor 1"),
        ("man bench", ".TH sclera-bench 1"),
        ("man tune", ".TH sclera-tune 1"),
    ] {
        let ran = Folder::new().sclera(line);
        assert!(ran.out.starts_with(".ie"), "{ran}");
        assert!(ran.out.contains(title), "{ran}");
        assert!(ran.out.contains("Exit codes"), "{ran}");
        assert!(!ran.out.contains('\u{1b}'), "{ran}");
    }
}
