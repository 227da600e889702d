//! What a browser loads, against a budget.

use crate::app::{brotli, files, make};
use crate::shell::say;
use crate::{place, split};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Bytes of markup, style, script and wasm, by brotli.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// All that is loaded until the sign-in page or the queue is there.
    first_visit: u64,
    /// With what comes when it is first needed.
    whole: u64,
}

/// Prints the brotli bytes of the app shell, the glue and the wasm, and fails above `size-budget.json`.
pub(crate) fn size() -> Result<()> {
    let (dist, _) = make()?;
    let size = measured(&dist)?;
    let text = std::fs::read_to_string(place::root().join("size-budget.json")).context("size-budget.json")?;
    let budget: serde_json::Value = serde_json::from_str(&text).context("size-budget.json")?;
    for (name, bytes) in [("first_visit_brotli_bytes", size.first_visit), ("whole_brotli_bytes", size.whole)] {
        let most = budget.get(name).and_then(serde_json::Value::as_u64);
        let most = most.with_context(|| format!("size-budget.json has no {name}"))?;
        if bytes > most {
            bail!("the app is larger than its budget: {name} is {bytes}, and {most} is the most");
        }
    }
    Ok(())
}

/// Prints what is loaded, in bytes of brotli, and adds it up.
pub(crate) fn measured(dist: &Path) -> Result<Size> {
    say("    bytes  by brotli");
    let mut size = Size { first_visit: 0, whole: 0 };
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
        let is_later = split::is_later(&name);
        size.whole += bytes;
        size.first_visit += if is_later { 0 } else { bytes };
        say(format!("{bytes:>9}  {name}{}", if is_later { " (when it is needed)" } else { "" }));
    }
    say(format!("{:>9}  on a first visit; {} in all", size.first_visit, size.whole));
    Ok(size)
}
