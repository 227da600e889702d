//! `amends backup`, `amends restore`, `amends store move`, `amends export`.
//!
//! A copy is a file, and a folder beside it with the handbook's own pictures and videos: a copy without them would show its
//! gaps on the day that it is needed.

use super::say;
use crate::app::{Desk, Lock};
use crate::clock::Clock;
use crate::config::{Config, MediaPlace};
use crate::secret::Secret;
use crate::shelf::Shelf;
use crate::store::transfer::{TransferError, transfer};
use crate::store::{Database, Store, StoreError, queue, rules, shops, upkeep};
use clap::Subcommand;
use shared::wire::case::CaseFilter;
use std::path::{Path, PathBuf};

/// Rows read at once.
const PAGE: u32 = 200;

/// Copies are made of a file; a PostgreSQL server has its own tools.
fn file_of(config: &Config) -> anyhow::Result<&Path> {
    match &config.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => anyhow::bail!(
            "the database is on PostgreSQL: use pg_dump and pg_restore, and copy {} too: the handbook's pictures and videos",
            config.media
        ),
    }
}

/// The folder beside a copy: `FILE.media`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".media");
    PathBuf::from(name)
}

fn pictures(count: usize) -> String {
    if count == 1 { "1 picture or video".to_owned() } else { format!("{count} pictures and videos") }
}

/// Copies the files that a database names from one place to another, but for those that are there already. Answers how
/// many there are, and which cannot be had.
async fn bring(from: &Shelf, to: &Shelf, files: &[(String, u64)]) -> anyhow::Result<Vec<String>> {
    let mut lost = Vec::new();
    for (name, size) in files {
        if to.size(name).await? == Some(*size) {
            continue;
        }
        match from.size(name).await? {
            Some(found) if found == *size => to.bring(from, name).await?,
            Some(_) | None => lost.push(name.clone()),
        }
    }
    Ok(lost)
}

fn all_there(lost: &[String], place: &str) -> anyhow::Result<()> {
    if lost.is_empty() {
        return Ok(());
    }
    anyhow::bail!("not found whole in {place}, and so not copied: {}", lost.join(", "))
}

pub(super) async fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    let folder = beside(file);
    for place in [file, folder.as_path()] {
        if place.exists() {
            anyhow::bail!("{} is there already: name a new file", place.display());
        }
    }
    upkeep::copy(file_of(config)?, file)?;
    say(&format!("Copied to {}.", file.display()))?;
    let files = upkeep::files_in(file)?;
    if !files.is_empty() {
        let (from, to) = (Shelf::new(config.media.clone(), None), Shelf::new(MediaPlace::Folder(folder.clone()), None));
        let lost = bring(&from, &to, &files).await?;
        say(&format!("{} of the handbook: copied to {}.", pictures(files.len() - lost.len()), folder.display()))?;
        all_there(&lost, &config.media.to_string())?;
    }
    Ok(say("Keep the secret key too, in another place: without it the shops must be connected again.")?)
}

const STOPPED: &str = "All rules are stopped: one that was switched off since the copy was made would act again. \
     A lead looks at them and lets them act again under Settings, Rules.";

/// A copy says of rules what was true when it was made. `true`: some were on in it.
fn stop_rules(store: &Store) -> Result<bool, StoreError> {
    store.write(|tx| rules::stop_copied(tx, Clock::system().now()))
}

pub(super) async fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    let database = file_of(config)?;
    let _lock = Lock::take(&config.database)?;
    // Tried out beside the database first: a copy that is broken or of a newer program must not replace it.
    let trial = database.with_extension("restoring");
    let tried = upkeep::copy(file, &trial).and_then(|()| stop_rules(&Store::open(&trial)?));
    let restored = tried.and_then(|is_stopped| upkeep::copy(&trial, database).map(|()| is_stopped));
    for ending in ["restoring", "restoring-wal", "restoring-shm"] {
        let rest = database.with_extension(ending);
        if rest.exists() {
            std::fs::remove_file(&rest)?;
        }
    }
    let is_stopped = restored?;
    say(&format!("{} is the database now.", file.display()))?;
    if is_stopped {
        say(STOPPED)?;
    }
    let files = upkeep::files_in(file)?;
    let folder = beside(file);
    let (from, to) = (Shelf::new(MediaPlace::Folder(folder.clone()), None), Shelf::new(config.media.clone(), None));
    let lost = bring(&from, &to, &files).await?;
    if !files.is_empty() {
        say(&format!("{} of the handbook are in {}.", pictures(files.len() - lost.len()), config.media))?;
    }
    all_there(&lost, &folder.display().to_string())
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
    let mut were_stopped = false;
    let done = Store::open(&moved).map_err(TransferError::from).and_then(|from| {
        // What is moved may be a copy, and a move may be cut off once all is there: the rules are stopped before it.
        were_stopped = stop_rules(&from)?;
        transfer(&from, &to, |table| {
            // Nobody may be listening; the move goes on.
            let _ = say(&format!("{:>9} rows of {} {}", table.rows, table.table, &table.hash[..12]));
        })
    });
    upkeep::fold(&moved)?;
    if were_stopped {
        say(STOPPED)?;
    }
    if let Err(fault) = done {
        std::fs::rename(&moved, database)?;
        return Err(fault.into());
    }
    say("Everything was moved; counts and hashes are the same on both sides.")?;
    say("Set AMENDS_DATABASE_URL to the new address, and AMENDS_SECRET_KEY to the key that was used until now")?;
    say(&format!("(secret.key in the data folder). The old file is kept as {}.", moved.display()))?;
    say(&format!(
        "The handbook's pictures and videos stay in {}: name it in AMENDS_MEDIA_URL of every desk.",
        config.media
    ))?;
    Ok(())
}

/// Every case as the queue shows it: no token, no key, no address of a buyer.
pub(super) fn export(desk: &Desk) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let mut filter = CaseFilter { limit: Some(PAGE), ..CaseFilter::default() };
    loop {
        let page = desk.store.read(|tx| {
            let shops = shops::all(tx)?.into_iter().map(|shop| shop.id);
            let shops: Vec<_> = shops.filter(|shop| shop.trainee().is_none()).collect();
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
