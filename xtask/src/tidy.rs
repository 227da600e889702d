//! What no compiler checks.

use crate::app::files;
use crate::place;
use anyhow::{Result, bail};
use std::path::Path;

/// Sides that depend on the direction of writing; their logical names are used instead.
const PHYSICAL: [&str; 10] = [
    "margin-left:",
    "margin-right:",
    "margin-top:",
    "margin-bottom:",
    "padding-left:",
    "padding-right:",
    "padding-top:",
    "padding-bottom:",
    "border-left:",
    "border-right:",
];

/// Checks styles and words.
pub(crate) fn tidy() -> Result<()> {
    let root = place::root();
    let mut faults = Vec::new();
    for file in files(&root.join("style"))? {
        if file.ends_with("bundle.css") {
            continue;
        }
        each_line(&file, &mut |place, line| {
            if let Some(found) = PHYSICAL.iter().find(|name| line.contains(*name)) {
                faults.push(format!("{place}: {found} depends on the direction of writing"));
            }
        })?;
    }
    for room in ["shared", "proxy", "sandbox", "frontend", "xtask"] {
        for file in files(&root.join(room))? {
            if file.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            each_line(&file, &mut |place, line| {
                let marked = ["TO", "DO"].concat();
                if line.contains(&marked) && !line.contains(&format!("{marked}(#")) {
                    faults.push(format!("{place}: names no issue"));
                }
            })?;
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn each_line(file: &Path, look: &mut dyn FnMut(String, &str)) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    for (number, line) in text.lines().enumerate() {
        look(format!("{}:{}", file.display(), number + 1), line);
    }
    Ok(())
}
