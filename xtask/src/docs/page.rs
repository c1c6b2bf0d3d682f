//! A page of the book, and the blocks of code in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Note};

/// A page, with what it includes.
pub struct Page {
    /// Beneath the book's sources.
    pub path: PathBuf,
    pub text: String,
    pub blocks: Vec<Block>,
}

/// All pages of the book. Each stands in its table of contents, because what does not is not built.
pub fn all(source: &Path) -> Result<Vec<Page>> {
    let mut pages = vec![Page::read(source, Path::new("SUMMARY.md"))?];
    let listed = pages.iter().flat_map(Page::links).collect::<Vec<_>>();
    let mut files = Vec::new();
    find(source, Path::new(""), &mut files)?;
    files.sort();
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        if name == "SUMMARY.md" {
            continue;
        }
        ensure!(listed.contains(&name), "docs/src/{name} is not in SUMMARY.md");
        pages.push(Page::read(source, &path)?);
    }
    Ok(pages)
}

fn find(source: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(source.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            find(source, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

impl Page {
    fn read(source: &Path, path: &Path) -> Result<Self> {
        let file = source.join(path);
        let text = with_includes(&file)?;
        let blocks = blocks(&text).with_context(|| format!("in docs/src/{}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            blocks,
        })
    }

    /// Whether every block is of a form that can be played, and what is only data is well-formed.
    pub fn check(&self) -> Result<()> {
        self.blocks.iter().try_for_each(Block::check)?;
        // The files of a package are read together, because they name each other.
        let mut wit = wit_parser::SourceMap::new();
        let blocks: Vec<_> = self.blocks.iter().filter(|block| block.language == "wit").collect();
        for (index, block) in blocks.iter().enumerate() {
            wit.push_str(&format!("block-{index}.wit"), &block.text);
        }
        if !blocks.is_empty() {
            wit.parse()
                .map_err(|(_, fault)| anyhow!("its WIT cannot be read: {fault:?}"))?;
        }
        Ok(())
    }

    /// Where its links lead.
    pub fn links(&self) -> Vec<String> {
        let links = Parser::new_ext(&self.text, extensions()).filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        });
        links.collect()
    }

    /// The anchors of its headings.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        let mut heading = None::<String>;
        for event in Parser::new_ext(&self.text, extensions()) {
            match event {
                Event::Start(Tag::Heading { id: Some(id), .. }) => anchors.push(id.into_string()),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = heading.take().map(|text| anchor(&text));
                    // A second heading with the same words gets a number.
                    anchors.extend(anchor.map(
                        |anchor| match anchors.iter().filter(|other| **other == anchor).count() {
                            0 => anchor,
                            n => format!("{anchor}-{n}"),
                        },
                    ));
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        anchors
    }
}

/// As mdBook makes it.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

pub fn extensions() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_FOOTNOTES
}

/// The text, with what `{{#include FILE}}` names in its place, as mdBook does.
fn with_includes(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?;
    let mut whole = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{{#include ") {
        let (name, after) = after
            .split_once("}}")
            .ok_or_else(|| anyhow!("an include without its end"))?;
        ensure!(!name.contains(':'), "{name}: only whole files are included");
        let included = file.parent().unwrap_or(Path::new("")).join(name.trim());
        whole += before;
        whole += with_includes(&included)?.trim_end();
        rest = after;
    }
    Ok(whole + rest)
}

/// The fenced blocks, each with the notes that stand directly above it, which a reader does not see.
fn blocks(text: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut notes = Vec::new();
    let mut block = None::<Block>;
    for event in Parser::new_ext(text, extensions()) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let CodeBlockKind::Fenced(info) = kind else {
                    return Err(anyhow!(
                        "a block of code by indentation: fence it and name its language"
                    ));
                };
                let language = info.split([',', ' ']).next().unwrap_or_default().to_owned();
                block = Some(Block::new(language, std::mem::take(&mut notes)));
            }
            Event::Text(text) => match &mut block {
                Some(block) => block.text.push_str(&text),
                None => notes.clear(),
            },
            Event::End(TagEnd::CodeBlock) => blocks.extend(block.take()),
            Event::Html(html) => notes.extend(Note::read(&html)?),
            Event::Start(Tag::HtmlBlock) | Event::End(_) => {}
            _ => notes.clear(),
        }
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_as_the_book_makes_them() {
        assert_eq!(
            anchor("The file: `sclera.toml`"),
            "the-file-sclera.toml".replace('.', "")
        );
        assert_eq!(anchor("What is it?"), "what-is-it");
    }

    #[test]
    fn a_note_belongs_to_the_block_below_it_and_to_no_other() {
        let text = "<!-- file: a.py -->\n```python\n1\n```\n\n```python\n2\n```\n";
        let blocks = blocks(text).unwrap();
        assert_eq!(blocks.len(), 2);
        assert!(blocks[0].check().is_ok());
        assert!(blocks[1].check().is_err());
        assert_eq!(blocks[0].text, "1\n");
    }
}
