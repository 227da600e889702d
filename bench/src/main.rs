//! How fast the desk is, each figure beside its peer from the same run: `cargo xtask bench [outbox|webhooks|import|reports|checks]`.
//!
//! Nothing fails here by being slow: machines differ. `docs/benchmarks.md` says what is measured and what was found.

mod checks;
mod import;
mod outbox;
mod reports;
mod room;
mod say;
mod webhooks;

use anyhow::{Result, bail};
use say::say;

/// As in the program that is measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let all = ["outbox", "webhooks", "import", "reports", "checks"].map(str::to_owned);
    let wanted = if wanted.is_empty() { all.to_vec() } else { wanted };
    say(&format!("{} cores, load {}", std::thread::available_parallelism()?, say::load()));
    let sync = room::time_of_a_sync()?;
    say(&format!("a sync of the disk takes {}", say::millis(sync)));
    for name in &wanted {
        say("");
        match name.as_str() {
            "outbox" => outbox::run()?,
            "webhooks" => webhooks::run(sync)?,
            "import" => import::run()?,
            "reports" => reports::run()?,
            "checks" => checks::run()?,
            other => bail!("there is no benchmark {other:?}: choose among outbox, webhooks, import, reports, checks"),
        }
    }
    Ok(())
}
