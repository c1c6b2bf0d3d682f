//! Whether the book's links lead somewhere.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, ensure};

use super::page::Page;

/// Checks the links within the book. Those to elsewhere are not followed: that would need a network.
pub fn check(source: &Path, pages: &[Page]) -> Result<()> {
    let mut faults = Vec::new();
    for page in pages {
        for link in page.links() {
            if let Some(fault) = fault(source, pages, page, &link) {
                faults.push(format!("docs/src/{}: `{link}` {fault}", page.path.display()));
            }
        }
    }
    ensure!(faults.is_empty(), "links that lead nowhere:\n{}", faults.join("\n"));
    Ok(())
}

fn fault(source: &Path, pages: &[Page], page: &Page, link: &str) -> Option<String> {
    if link.starts_with("https://") || link.starts_with("mailto:") {
        return None;
    }
    if link.contains("://") {
        return Some("is neither https nor within the book".to_owned());
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let to = if path.is_empty() {
        page.path.clone()
    } else {
        let Some(to) = beneath(&page.path.parent().unwrap_or(Path::new("")).join(path)) else {
            return Some("leads out of the book".to_owned());
        };
        to
    };
    match pages.iter().find(|page| page.path == to) {
        Some(target) if anchor.is_empty() || target.anchors().iter().any(|known| known == anchor) => None,
        Some(_) => Some("names no heading of that page".to_owned()),
        None if source.join(&to).is_file() => None,
        None => Some("is not there".to_owned()),
    }
}

/// Without `.` and `..`; none if it leads further up than it is deep.
fn beneath(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(part),
            Component::CurDir => {}
            Component::ParentDir if parts.pop() => {}
            _ => return None,
        }
    }
    Some(parts)
}
