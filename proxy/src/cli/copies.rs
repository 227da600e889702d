//! `amends backup`, `amends restore`, `amends export`.

use super::say;
use crate::app::{Desk, Lock};
use crate::config::Config;
use crate::store::{Store, queue, shops, upkeep};
use shared::wire::case::CaseFilter;
use std::path::Path;

/// Rows read at once.
const PAGE: u32 = 200;

pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        anyhow::bail!("{} is there already: name a new file", file.display());
    }
    upkeep::copy(&config.database, file)?;
    say(&format!("Copied to {}.", file.display()))?;
    Ok(say("Keep the secret key too, in another place: without it the shops must be connected again.")?)
}

pub(super) fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    let _lock = Lock::take(&config.database)?;
    upkeep::copy(file, &config.database)?;
    // Opening brings an older copy to the present version, and refuses a newer one by its name.
    drop(Store::open(&config.database)?);
    Ok(say(&format!("{} is the database now.", file.display()))?)
}

/// Every case as the queue shows it: no token, no key, no address of a buyer.
pub(super) fn export(desk: &Desk) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let mut filter = CaseFilter { limit: Some(PAGE), ..CaseFilter::default() };
    loop {
        let page = desk.store.read(|tx| {
            let shops: Vec<_> = shops::all(tx)?.into_iter().map(|shop| shop.id).collect();
            queue::list(tx, &shops, &filter, None, now)
        })?;
        for row in &page.page.rows {
            say(&serde_json::to_string(row)?)?;
        }
        match page.page.next {
            Some(next) => filter.cursor = Some(next),
            None => return Ok(()),
        }
    }
}
