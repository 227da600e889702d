//! What no compiler checks.

use crate::app::files;
use crate::place;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Sides that depend on the direction of writing; their logical names are used instead.
const SIDES: [&str; 4] = ["left", "right", "top", "bottom"];

/// Checks styles, words and lock files.
pub(crate) fn tidy() -> Result<()> {
    let root = place::root();
    let mut faults = Vec::new();
    for file in files(&root.join("style"))? {
        let text = std::fs::read_to_string(&file)?;
        let found = physical(&text).into_iter();
        faults.extend(found.map(|name| format!("{}: {name} depends on the direction of writing", file.display())));
    }
    for file in tracked()? {
        // Pictures are no text.
        let Ok(text) = std::fs::read_to_string(root.join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let found = banned(line).or_else(|| foreign(&file.to_string_lossy(), line));
            faults.extend(found.map(|why| format!("{}:{}: {why}", file.display(), number + 1)));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// The declarations of a stylesheet that name a side of the screen.
fn physical(css: &str) -> Vec<&str> {
    let declared = css.split(['{', '}', ';']).filter_map(|part| {
        let (name, value) = part.rsplit("*/").next()?.split_once(':')?;
        Some((name.trim(), value.trim()))
    });
    let depends = |name: &str, value: &str| {
        let is_side = |word: &str| SIDES.contains(&word);
        let is_box = ["margin", "padding", "border", "scroll"].iter().any(|start| name.starts_with(start));
        let is_sized = matches!(name.trim_start_matches("min-").trim_start_matches("max-"), "width" | "height");
        let is_aligned = matches!(name, "text-align" | "float" | "clear") && is_side(value);
        is_side(name) || is_sized || is_aligned || (is_box && name.split('-').any(is_side))
    };
    declared.filter(|(name, value)| depends(name, value)).map(|(name, _)| name).collect()
}

/// What no text of ours holds. The words are put together here, or this file would hold them.
fn banned(line: &str) -> Option<&'static str> {
    let later = ["TO", "DO"].concat();
    let numbered = format!("{later}(#");
    if line.replace(&numbered, "").contains(&later) {
        return Some("names no issue");
    }
    let homes = ["/ro", "ot/"].concat();
    line.contains(&homes).then_some("a path of one machine")
}

/// A lock file that names another registry than the public one works on one machine only.
fn foreign(file: &str, line: &str) -> Option<&'static str> {
    let line = line.trim();
    let is_foreign = match file {
        "Cargo.lock" => line.starts_with("source = ") && !line.contains("github.com/rust-lang/crates.io-index"),
        _ => file.ends_with("package-lock.json") && line.starts_with("\"resolved\""),
    };
    is_foreign.then_some("names where it was fetched from")
}

fn tracked() -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z"]).current_dir(place::root());
    let listed = crate::shell::output(&mut git).context("git cannot list the files")?;
    Ok(listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_the_screen_are_found_wherever_they_stand() {
        for (css, expected) in [
            (".a { margin-left: 1px }", vec!["margin-left"]),
            (".a { color: red; top: 0; & b { min-width: 3px; } }", vec!["top", "min-width"]),
            (".a { text-align: right; border-top-left-radius: 2px }", vec!["text-align", "border-top-left-radius"]),
            (".a { margin-inline-start: 1px; text-align: start; inset: 0; block-size: 1px }", vec![]),
            ("@media (width < 600px) { .a { color: red } }", vec![]),
            ("/* left: no */ .a { inline-size: 1px }", vec![]),
        ] {
            assert_eq!(physical(css), expected, "{css}");
        }
    }

    #[test]
    fn a_lock_file_names_the_public_registry_or_none() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        for (file, line, is_fine) in [
            ("Cargo.lock", public, true),
            ("Cargo.lock", "source = \"registry+https://mirror.example/index\"", false),
            ("e2e/package-lock.json", "  \"resolved\": \"https://mirror.example/a.tgz\",", false),
            ("e2e/package-lock.json", "  \"version\": \"1.0.0\",", true),
            ("README.md", "source = \"anything\"", true),
        ] {
            assert_eq!(foreign(file, line).is_none(), is_fine, "{file}: {line}");
        }
    }
}
