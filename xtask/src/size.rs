//! What a first visit loads, against a budget.

use crate::app::{brotli, files, make};
use crate::place;
use crate::shell::say;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Prints the brotli bytes of the app shell, the glue and the wasm, and fails above `size-budget.json`.
pub(crate) fn size() -> Result<()> {
    let (dist, _) = make()?;
    let (total, most) = (measured(&dist)?, budget()?);
    say(format!("{total:>9}  in all; the budget is {most}"));
    if total > most {
        bail!("the app is larger than its budget");
    }
    Ok(())
}

fn budget() -> Result<u64> {
    let text = std::fs::read_to_string(place::root().join("size-budget.json")).context("size-budget.json")?;
    let budget: serde_json::Value = serde_json::from_str(&text).context("size-budget.json")?;
    budget
        .get("first_visit_brotli_bytes")
        .and_then(serde_json::Value::as_u64)
        .context("size-budget.json names no bytes")
}

/// Prints what a first visit loads, in bytes of brotli, and adds it up.
pub(crate) fn measured(dist: &Path) -> Result<u64> {
    say("    bytes  by brotli");
    let mut total = 0;
    for file in files(dist)? {
        let name = file.strip_prefix(dist)?.to_string_lossy().into_owned();
        if !["html", "css", "js", "wasm"].iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            continue;
        }
        let made = std::fs::metadata(dist.join(format!("{name}.br"))).map(|file| file.len());
        let bytes = match made {
            Ok(bytes) => bytes,
            Err(_) => u64::try_from(brotli(&std::fs::read(&file)?)?.len())?,
        };
        total += bytes;
        say(format!("{bytes:>9}  {name}"));
    }
    Ok(total)
}
