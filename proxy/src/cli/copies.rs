//! `amends backup`, `amends restore`, `amends export`.

use super::say;
use crate::app::{Desk, Lock};
use crate::config::Config;
use crate::store::{Database, Store, queue, shops, upkeep};
use shared::wire::case::CaseFilter;
use std::path::Path;

/// Rows read at once.
const PAGE: u32 = 200;

/// Copies are made of a file; a PostgreSQL server has its own tools.
fn file_of(config: &Config) -> anyhow::Result<&Path> {
    match &config.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => anyhow::bail!("the database is on PostgreSQL: use pg_dump and pg_restore"),
    }
}

pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        anyhow::bail!("{} is there already: name a new file", file.display());
    }
    upkeep::copy(file_of(config)?, file)?;
    say(&format!("Copied to {}.", file.display()))?;
    Ok(say("Keep the secret key too, in another place: without it the shops must be connected again.")?)
}

pub(super) fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    let database = file_of(config)?;
    let _lock = Lock::take(&config.database)?;
    // Tried out beside the database first: a copy that is broken or of a newer program must not replace it.
    let trial = database.with_extension("restoring");
    let tried = upkeep::copy(file, &trial).and_then(|()| Store::open(&trial).map(drop));
    let restored = tried.and_then(|()| upkeep::copy(&trial, database));
    for ending in ["restoring", "restoring-wal", "restoring-shm"] {
        let rest = database.with_extension(ending);
        if rest.exists() {
            std::fs::remove_file(&rest)?;
        }
    }
    restored?;
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
