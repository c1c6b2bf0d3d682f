//! Why a module does not link.

use std::io::Write;
use std::path::Path;

use anstream::stdout;
use sclera::text;

use super::table::Rows;
use super::{BAD, FAINT, GOOD, TITLE, path};
use crate::doctor::{Age, Diagnosis, Difference, Fault, Finding, Origin, Producer, Side};

/// Characters of a line: names in it come from the file.
const LINE: usize = 600;

pub(crate) fn diagnosis(file: &Path, digest: &str, diagnosis: &Diagnosis) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{TITLE}{}{TITLE:#}", path(file))?;
    let mut rows = Rows::new();
    let contract = match &diagnosis.contract {
        Some(version) => format!("sclera:hooks {version}"),
        None => "none: it is of another world".into(),
    };
    rows.add(["contract", &contract]);
    let Origin { languages, sdks, tools } = &diagnosis.made_with;
    for (label, producers) in [("language", languages), ("SDK", sdks), ("tools", tools)] {
        rows.add([label, &list(producers)]);
    }
    rows.add(["sha256", digest]);
    rows.print(&mut out, "  ")?;

    for finding in &diagnosis.findings {
        let side = match finding.side {
            Side::Import => "import",
            Side::Export => "export",
        };
        writeln!(
            out,
            "\n{side} {TITLE}{}{TITLE:#}",
            text::shown(&finding.interface, LINE)
        )?;
        writeln!(out, "  {BAD}{}{BAD:#}", text::shown(&fault(finding), LINE))?;
        for difference in &finding.differences {
            writeln!(out, "  - {}", text::shown(&told(difference), LINE))?;
        }
    }
    if !diagnosis.extra_exports.is_empty() {
        let extra = diagnosis.extra_exports.join(", ");
        writeln!(
            out,
            "\n{FAINT}it also exports {}, which no host asks for: that does no harm{FAINT:#}",
            text::shown(&extra, LINE)
        )?;
    }
    if diagnosis.findings.is_empty() {
        writeln!(
            out,
            "\n{GOOD}it links{GOOD:#}: everything that it imports and exports is as this host has it\n  \
             {FAINT}`sclera test-load` shows whether it works{FAINT:#}"
        )?;
        return Ok(());
    }
    writeln!(out, "\n{TITLE}what mends it{TITLE:#}")?;
    for remedy in &diagnosis.remedies {
        writeln!(out, "  {}", text::shown(&remedy.to_string(), LINE))?;
    }
    Ok(())
}

fn list(producers: &[Producer]) -> String {
    let shown = |producer: &Producer| format!("{} {}", producer.name, producer.version).trim_end().to_owned();
    match producers {
        [] => "it does not say".into(),
        producers => producers.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

fn fault(finding: &Finding) -> String {
    match &finding.fault {
        Fault::NotExported => "the module does not export it, and every module must".into(),
        Fault::OtherVersion { host, age: Age::Draft } => {
            format!("it is of a draft; this host speaks version {host} of the contract")
        }
        Fault::OtherVersion { host, age: Age::Future } => {
            format!("it is of a later version; this host speaks version {host} of the contract")
        }
        Fault::NotOffered { .. } => "this host does not offer it".into(),
        Fault::Different => match finding.side {
            Side::Import => "it differs from what this host offers".into(),
            Side::Export => "it differs from what this host calls".into(),
        },
    }
}

fn told(difference: &Difference) -> String {
    let used = difference
        .used_by
        .as_ref()
        .map(|function| format!(" (used by `{function}`)"));
    format!("{}{}: {}", difference.place, used.unwrap_or_default(), difference.what)
}
