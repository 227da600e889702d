//! What a first visit loads, against a budget.

use crate::app::{brotli, build, files};
use crate::place;
use crate::shell::say;
use anyhow::{Context, Result, bail};

/// Prints the brotli bytes of the app shell, the glue and the wasm, and fails above `size-budget.json`.
pub(crate) fn size() -> Result<()> {
    let dist = build()?;
    let mut total = 0_usize;
    for file in files(&dist)? {
        let name = file.strip_prefix(&dist)?.to_string_lossy().into_owned();
        let is_shell = ["html", "css", "js", "wasm"].iter().any(|ending| name.ends_with(&format!(".{ending}")));
        if !is_shell {
            continue;
        }
        let bytes = brotli(&std::fs::read(&file)?)?.len();
        total += bytes;
        say(format!("{bytes:>9}  {name}"));
    }
    let text = std::fs::read_to_string(place::root().join("size-budget.json")).context("size-budget.json")?;
    let budget: serde_json::Value = serde_json::from_str(&text).context("size-budget.json")?;
    let most = budget.get("first_visit_brotli_bytes").and_then(serde_json::Value::as_u64).context("no budget named")?;
    say(format!("{total:>9}  in all, brotli; the budget is {most}"));
    if u64::try_from(total)? > most {
        bail!("the app is larger than its budget");
    }
    Ok(())
}
