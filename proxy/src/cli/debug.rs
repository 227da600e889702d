//! `amends audit`, `amends sign`, `amends verify-webhook`.

use super::say;
use crate::app::Desk;
use crate::store::timeline::{self, Head};
use anyhow::Context;
use clap::Subcommand;
use std::fmt::Display;
use std::io::BufRead;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check the chain of every shop.
    Verify {
        /// Heads that were exported before; without them a cut tail cannot be seen.
        #[arg(long)]
        head: Option<PathBuf>,
        /// Entries whose words were erased on purpose are listed, and are no fault.
        #[arg(long)]
        erased_ok: bool,
    },
    /// Print the heads of all chains as JSON, to be kept elsewhere.
    Head,
}

pub(super) fn audit(desk: &Desk, command: AuditCommand) -> anyhow::Result<()> {
    match command {
        AuditCommand::Head => {
            let heads = desk.store.read(timeline::heads)?;
            Ok(say(&serde_json::to_string(&heads)?)?)
        }
        AuditCommand::Verify { head, erased_ok } => {
            let heads: Vec<Head> = match head {
                Some(path) => {
                    let text =
                        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                    serde_json::from_str(&text).with_context(|| format!("{} holds no heads", path.display()))?
                }
                None => Vec::new(),
            };
            let broken = desk.store.read(|tx| desk.book.chain.verify(tx, &heads))?;
            for place in &broken {
                say(&format!("Shop {}, entry {}: {}.", place.shop, place.place, place.why))?;
            }
            let erased = broken.iter().filter(|place| place.is_erasure()).count();
            if erased > 0 {
                say(&format!("Entries without their words: {erased}. The desk itself erases none."))?;
            }
            if broken.len() > erased {
                Err(anyhow::anyhow!("the timeline was changed"))
            } else if erased > 0 && !erased_ok {
                Err(anyhow::anyhow!("entries of the timeline were erased; if that was meant, check with --erased-ok"))
            } else {
                Ok(say("Every chain is whole.")?)
            }
        }
    }
}

/// One line of JSON in, one out; a line that cannot be read is answered with what is wrong, and the next is read.
pub(super) fn each_line<E: Display>(answer: impl Fn(&str) -> Result<String, E>) -> anyhow::Result<()> {
    let mut faults = 0_u32;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match answer(&line) {
            Ok(text) => say(&text)?,
            Err(fault) => {
                faults += 1;
                say(&serde_json::json!({ "error": fault.to_string() }).to_string())?;
            }
        }
    }
    if faults == 0 { Ok(()) } else { Err(anyhow::anyhow!("{faults} lines could not be read")) }
}
