//! `amends backup`, `amends restore`, `amends store move`, `amends export`.

use super::say;
use crate::app::{Desk, Lock};
use crate::config::Config;
use crate::secret::Secret;
use crate::store::transfer::{TransferError, transfer};
use crate::store::{Database, Store, queue, shops, upkeep};
use clap::Subcommand;
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

#[derive(Debug, Subcommand)]
pub(super) enum StoreCommand {
    /// Move everything from SQLite to an empty PostgreSQL database. The desk must not run.
    Move {
        /// `postgres://USER:PASSWORD@HOST/DATABASE`
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
}

pub(super) fn store(config: &Config, command: StoreCommand) -> anyhow::Result<()> {
    let StoreCommand::Move { to } = command;
    let database = file_of(config)?;
    let _lock = Lock::take(&config.database)?;
    if !database.exists() {
        anyhow::bail!("there is no database {}", database.display());
    }
    let to = Store::open_with(&Database::Postgres(Secret::new(to)), "move".to_owned())?;
    let moved = database.with_extension("db.moved");
    if moved.exists() {
        anyhow::bail!("{} is there already: an earlier move was cut off or done; put it elsewhere", moved.display());
    }
    // Out of the way first, so that no desk goes on with what has been moved.
    upkeep::fold(database)?;
    std::fs::rename(database, &moved)?;
    let done = Store::open(&moved).map_err(TransferError::from).and_then(|from| {
        transfer(&from, &to, |table| {
            // Nobody may be listening; the move goes on.
            let _ = say(&format!("{:>9} rows of {} {}", table.rows, table.table, &table.hash[..12]));
        })
    });
    upkeep::fold(&moved)?;
    if let Err(fault) = done {
        std::fs::rename(&moved, database)?;
        return Err(fault.into());
    }
    say("Everything was moved; counts and hashes are the same on both sides.")?;
    say("Set AMENDS_DATABASE_URL to the new address, and AMENDS_SECRET_KEY to the key that was used until now")?;
    say(&format!("(secret.key in the data folder). The old file is kept as {}.", moved.display()))?;
    Ok(())
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
