//! Fills a template in.
//!
//! In a template's files, `{{name}}` is the module's name as its author gave it (`ioc-tagger`), `{{name_snake}}` the same
//! as an identifier (`ioc_tagger`), and `{{name_pascal}}` as a type (`IocTagger`).

use std::io;
use std::path::Path;

use super::language::Language;
use super::sdk;

/// Writes a project without its SDK into a folder, which is made.
pub(crate) fn write(name: &str, language: Language, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (path, content) in sdk::template(language) {
        match std::str::from_utf8(content) {
            Ok(text) => sdk::put(folder, &fill(path, name), fill(text, name).as_bytes())?,
            Err(_) => sdk::put(folder, path, content)?,
        }
    }
    Ok(())
}

fn fill(text: &str, name: &str) -> String {
    text.replace("{{name}}", name)
        .replace("{{name_snake}}", &name.replace('-', "_"))
        .replace("{{name_pascal}}", &pascal(name))
}

fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_its_place_needs_it() {
        let filled = fill(
            "{{name}} {{name_snake}} {{name_pascal}} {{other}} {name}",
            "ioc-tagger-2",
        );
        assert_eq!(filled, "ioc-tagger-2 ioc_tagger_2 IocTagger2 {{other}} {name}");
    }

    #[test]
    fn every_template_is_filled_in_wholly() {
        for language in Language::ALL {
            for (path, content) in sdk::template(language) {
                let Ok(text) = std::str::from_utf8(content) else {
                    continue;
                };
                let filled = fill(text, "a") + &fill(path, "a");
                assert!(!filled.contains("{{name"), "{path} of {language}");
            }
        }
    }
}
