//! A fenced block of a page, and what is to be done with it.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, anyhow, bail, ensure};

/// A comment above a block that says what the block is.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// `<!-- file: PATH -->`: it is the text of this file.
    File(PathBuf),
    /// `<!-- exit: CODE -->`: its last command ends with this code.
    Exit(i32),
    /// `<!-- not run: REASON -->`.
    NotRun,
    /// `<!-- first: COMMAND -->`: this is run before it. For what a reader has, and the page's folder has not.
    First(String),
    /// `<!-- in: FOLDER -->`: the page is played in a copy of this folder of the project from here on.
    In(PathBuf),
}

/// A fenced block.
pub struct Block {
    /// The word behind the fence.
    pub language: String,
    pub text: String,
    notes: Vec<Note>,
}

/// What a player does with a block.
pub enum Step<'a> {
    /// Runs commands.
    Run(Vec<Command>),
    /// Writes a file.
    Write(&'a Path, &'a str),
    /// Nothing.
    Pass,
}

/// What stands behind one prompt.
#[derive(Debug, PartialEq)]
pub struct Command {
    pub line: String,
    /// The lines below it. None: whatever it says.
    pub expected: Vec<String>,
    pub exit: i32,
}

impl Note {
    /// The notes in a piece of HTML. Other comments are none.
    pub fn read(html: &str) -> Result<Vec<Self>> {
        let mut notes = Vec::new();
        for comment in html.split("<!--").skip(1) {
            let comment = comment.split("-->").next().unwrap_or_default().trim();
            let Some((word, rest)) = comment.split_once(':') else {
                continue;
            };
            let rest = rest.trim();
            notes.push(match word {
                "file" => Self::File(inside(rest)?),
                "first" => Self::First(rest.to_owned()),
                "in" => Self::In(inside(rest)?),
                "exit" => Self::Exit(
                    rest.parse()
                        .map_err(|_| anyhow!("`{comment}`: an exit code is a number"))?,
                ),
                "not run" => {
                    ensure!(rest.len() > 10, "`{comment}`: say why it is not run");
                    Self::NotRun
                }
                _ => continue,
            });
        }
        Ok(notes)
    }
}

/// A path that stays in its folder.
fn inside(path: &str) -> Result<PathBuf> {
    let path = PathBuf::from(path);
    ensure!(
        path.components().all(|part| matches!(part, Component::Normal(_))),
        "`{}` leads elsewhere",
        path.display()
    );
    Ok(path)
}

impl Block {
    pub fn new(language: String, notes: Vec<Note>) -> Self {
        Self {
            language,
            text: String::new(),
            notes,
        }
    }

    /// The folder of the project that the page is to be played in from here on.
    pub fn folder(&self) -> Option<&Path> {
        self.notes.iter().find_map(|note| match note {
            Note::In(folder) => Some(folder.as_path()),
            _ => None,
        })
    }

    /// What is to be run before it.
    pub fn before(&self) -> impl Iterator<Item = Command> {
        self.notes.iter().filter_map(|note| match note {
            Note::First(line) => Some(Command {
                line: line.clone(),
                expected: Vec::new(),
                exit: 0,
            }),
            _ => None,
        })
    }

    /// Fails unless it is something that can be run, written or read.
    pub fn check(&self) -> Result<()> {
        if self.notes.contains(&Note::NotRun) {
            return Ok(());
        }
        self.data()?;
        self.step().map(drop)
    }

    /// What to do with it.
    pub fn step(&self) -> Result<Step<'_>> {
        if self.notes.contains(&Note::NotRun) {
            return Ok(Step::Pass);
        }
        let file = self.notes.iter().find_map(|note| match note {
            Note::File(path) => Some(path),
            _ => None,
        });
        if let Some(path) = file {
            return Ok(Step::Write(path, &self.text));
        }
        match self.language.as_str() {
            "console" => self.commands().map(Step::Run),
            "toml" | "json" | "wit" => Ok(Step::Pass),
            other => bail!(
                "nothing is done with a block of `{other}`; write above it `<!-- file: NAME -->`, or `<!-- not run: WHY -->`:\n{}",
                self.text
            ),
        }
    }

    /// Whether what is only data can be read.
    fn data(&self) -> Result<()> {
        let fault = match self.language.as_str() {
            "toml" => self.text.parse::<toml::Table>().err().map(|fault| fault.to_string()),
            "json" => serde_json::from_str::<serde_json::Value>(&self.text)
                .err()
                .map(|fault| fault.to_string()),
            _ => None,
        };
        match fault {
            Some(fault) => bail!("this {} cannot be read: {fault}\n{}", self.language, self.text),
            None => Ok(()),
        }
    }

    /// Each line behind a prompt, with the lines below it.
    fn commands(&self) -> Result<Vec<Command>> {
        let mut commands = Vec::<Command>::new();
        let mut open = false;
        for line in self.text.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (_, Some(command)) if open => {
                    command.line.push('\n');
                    command.line.push_str(line);
                }
                (Some(line), _) => commands.push(Command {
                    line: line.to_owned(),
                    expected: Vec::new(),
                    exit: 0,
                }),
                (None, Some(command)) => {
                    command.expected.push(line.trim_end().to_owned());
                    continue;
                }
                (None, None) => bail!("a console block begins with `$ ` and a command:\n{}", self.text),
            }
            open = line.ends_with('\\');
        }
        let exit = self.notes.iter().find_map(|note| match note {
            Note::Exit(code) => Some(*code),
            _ => None,
        });
        if let (Some(exit), Some(command)) = (exit, commands.last_mut()) {
            command.exit = exit;
        }
        ensure!(!commands.is_empty(), "a console block without a command");
        Ok(commands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(language: &str, text: &str, notes: &str) -> Result<Block> {
        let mut block = Block::new(language.to_owned(), Note::read(notes)?);
        block.text = text.to_owned();
        Ok(block)
    }

    #[test]
    fn commands_are_told_from_what_they_print() {
        let block = block("console", "$ a \\\n    b\nout\n$ c\n", "<!-- exit: 3 -->").unwrap();
        let commands = block.commands().unwrap();
        assert_eq!(commands[0].line, "a \\\n    b");
        assert_eq!(commands[0].expected, ["out"]);
        assert_eq!((commands[0].exit, commands[1].exit), (0, 3));
    }

    #[test]
    fn what_is_not_run_says_why() {
        assert!(block("python", "", "<!-- not run: -->").is_err());
        assert!(block("python", "", "").unwrap().check().is_err());
        assert!(
            block("python", "", "<!-- not run: needs a network -->")
                .unwrap()
                .check()
                .is_ok()
        );
    }

    #[test]
    fn data_that_cannot_be_read_is_found() {
        assert!(block("toml", "a = ", "").unwrap().check().is_err());
        assert!(block("json", "{a: 1}", "").unwrap().check().is_err());
        assert!(block("toml", "a = 1", "").unwrap().check().is_ok());
    }

    #[test]
    fn a_file_stays_in_its_folder() {
        assert!(Note::read("<!-- file: ../x -->").is_err());
        assert!(Note::read("<!-- file: /x -->").is_err());
    }
}
