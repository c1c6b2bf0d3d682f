//! `sclera new` and `sclera sdk`: a project begins with everything that it needs.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::folder::Folder;

pub const LANGUAGES: [&str; 6] = ["rust", "python", "javascript", "typescript", "go", "c"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

#[test]
fn a_project_is_made_and_the_next_steps_are_told() {
    let folder = Folder::new();
    let ran = folder.sclera("new ioc-tagger --lang rust");
    assert_eq!(ran.code, 0, "{ran}");
    assert_snapshot!(ran);
    let read = |file: &str| fs::read_to_string(folder.path(&format!("ioc-tagger/{file}"))).unwrap();
    assert_eq!(
        read("module.toml"),
        "[module]\nname = \"ioc-tagger\"\nlanguage = \"rust\"\n"
    );
    assert!(read("src/lib.rs").contains("pub struct IocTagger;"));
    assert!(read("tests/ioc-tagger.toml").contains("[[case]]"));
}

#[test]
fn every_language_has_what_a_project_needs() {
    let folder = Folder::new();
    for language in LANGUAGES {
        let ran = folder.sclera(&format!("new tagger --lang {language} --dir {language}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
        let project = folder.path(language);
        for file in [
            "module.toml",
            "README.md",
            ".editorconfig",
            ".gitignore",
            "tests/tagger.toml",
            "sclera-sdk/wit/world.wit",
            "sclera-sdk/wit/deps/http/http.wit",
            "sclera-sdk/VERSION",
        ] {
            assert!(project.join(file).is_file(), "{language} has no {file}");
        }
        let manifest = fs::read_to_string(project.join("module.toml")).unwrap();
        assert!(manifest.contains(&format!("language = \"{language}\"")), "{manifest}");
        for file in files(&project) {
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            assert!(!text.contains("{{name"), "{}", file.display());
        }
    }
}

#[test]
fn the_sdk_comes_without_tests_and_without_what_tools_leave_behind() {
    let folder = Folder::new();
    for language in LANGUAGES {
        folder.sclera(&format!("new tagger --lang {language} --dir {language}"));
        for file in files(&folder.path(language).join("sclera-sdk")) {
            let inside = file.strip_prefix(folder.path(language)).unwrap();
            let unwanted = inside
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .find(|part| {
                    let junk = [
                        "tests",
                        "test",
                        "node_modules",
                        "__pycache__",
                        "target",
                        ".venv",
                        "build",
                        "dist",
                    ];
                    junk.contains(&&**part) || part.ends_with(".pyc")
                });
            assert_eq!(unwanted, None, "{}", inside.display());
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new();
    fs::create_dir(folder.path("tagger")).unwrap();
    let folder = folder.file("tagger/mine.txt", "mine");
    let ran = folder.sclera("new tagger --lang rust");
    assert_eq!(ran.code, 2, "{ran}");
    assert_eq!(files(&folder.path("")), [folder.path("tagger/mine.txt")]);
}

#[test]
fn an_empty_folder_is_filled() {
    let folder = Folder::new();
    fs::create_dir(folder.path("tagger")).unwrap();
    let ran = folder.sclera("new tagger --lang rust");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(folder.path("tagger/module.toml").is_file());
}

#[test]
fn an_sdk_that_is_old_or_lost_is_replaced() {
    let folder = Folder::new();
    folder.sclera("new tagger --lang rust");
    let sdk = folder.path("tagger/sclera-sdk");
    fs::write(sdk.join("VERSION"), "0.0.1\n").unwrap();
    fs::write(sdk.join("of-old.txt"), "").unwrap();
    for _ in 0..2 {
        let ran = folder.sclera("sdk tagger");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
        assert_eq!(fs::read_to_string(sdk.join("VERSION")).unwrap(), "0.1.0\n");
        assert!(!sdk.join("of-old.txt").exists() && sdk.join("wit/world.wit").is_file());
        fs::remove_dir_all(&sdk).unwrap();
    }
}
