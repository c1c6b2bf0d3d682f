//! A report as a document: Markdown or HTML.

use std::fmt::{self, Write};

/// A document: a title, and sections with tables.
#[derive(Debug)]
pub struct Document {
    /// The title.
    pub title: String,
    /// What is said before the first section.
    pub introduction: String,
    /// The sections.
    pub sections: Vec<Section>,
}

/// A heading with a table.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The heads of the columns.
    pub columns: &'static [&'static str],
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

impl Document {
    /// The document in Markdown.
    pub fn to_markdown(&self) -> String {
        write_to_string(|out| {
            writeln!(out, "# {}\n\n{}", line(&self.title), self.introduction)?;
            for Section { heading, columns, rows } in &self.sections {
                writeln!(out, "\n## {heading}\n")?;
                writeln!(out, "| {} |", columns.join(" | "))?;
                writeln!(out, "|{}", "---|".repeat(columns.len()))?;
                for row in rows {
                    let cells: Vec<_> = row.iter().map(|cell| line(cell).replace('|', "\\|")).collect();
                    writeln!(out, "| {} |", cells.join(" | "))?;
                }
            }
            Ok(())
        })
    }

    /// The document in HTML. Everything that users wrote is text in it, never markup.
    pub fn to_html(&self) -> String {
        write_to_string(|out| {
            let title = escaped(&self.title);
            writeln!(
                out,
                "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>"
            )?;
            writeln!(out, "<p>{}</p>", escaped(&self.introduction))?;
            for Section { heading, columns, rows } in &self.sections {
                writeln!(out, "<h2>{}</h2>\n<table>", escaped(heading))?;
                let heads: String = columns
                    .iter()
                    .map(|head| format!("<th>{}</th>", escaped(head)))
                    .collect();
                writeln!(out, "<tr>{heads}</tr>")?;
                for row in rows {
                    let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
                    writeln!(out, "<tr>{cells}</tr>")?;
                }
                writeln!(out, "</table>")?;
            }
            Ok(())
        })
    }
}

fn write_to_string(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    // A string takes everything.
    let _ = write(&mut out);
    out
}

/// A text on one line: a line break would end a heading or a table's row.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_wrote_does_not_become_markup() {
        let document = Document {
            title: "<script>".into(),
            introduction: "a & b".into(),
            sections: vec![Section {
                heading: "IOCs".into(),
                columns: &["id", "ioc"],
                rows: vec![vec!["1".into(), "a|b\nc<".into()]],
            }],
        };
        let html = document.to_html();
        assert!(
            html.contains("<h1>&lt;script&gt;</h1>") && html.contains("<td>a|b\nc&lt;</td>"),
            "{html}"
        );
        let markdown = document.to_markdown();
        assert!(markdown.contains("| 1 | a\\|b c< |"), "{markdown}");
    }
}
