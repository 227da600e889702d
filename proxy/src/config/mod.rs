//! The settings of the program: a pure function of named texts that reports every fault at once.

mod media;
mod network;
mod settings;
mod tiktok;
mod vars;

pub use media::{Bucket, MediaPlace};
pub use network::{Network, NetworkSettings, Origin};
pub(crate) use settings::{CONFIG, LISTEN, METRICS_LISTEN};
pub use settings::{SETTINGS, Setting, markdown};
pub(crate) use tiktok::{API_URL, AUTH_URL, CONSENT_URL};
pub use tiktok::{AppKeys, Tiktok};
pub use vars::{Fault, Faults, Vars};

use crate::secret::Secret;
use crate::store::Database;
use settings::{
    ALARM_MINUTES, DATA_DIR, DATABASE_URL, HOLD_SECONDS, LOG, PRINT_JSON, SECRET_KEY, SETTLE_SECONDS, STATIC_DIR,
};
use shared::domain::alarm::Marks;
use std::path::PathBuf;
use vars::Reader;

const DEFAULT_HOLD_SECONDS: u32 = 5;
const LONGEST_HOLD_SECONDS: u32 = 30;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the desk listens and what it is called.
    pub network: NetworkSettings,
    /// Which platform it talks to.
    pub tiktok: Tiktok,
    /// Database, key and cache.
    pub data_dir: PathBuf,
    /// Where all is kept.
    pub database: Database,
    /// Where the handbook's own files lie.
    pub media: MediaPlace,
    /// The app as a folder; none: inside the program.
    pub static_dir: Option<PathBuf>,
    /// 64 hexadecimal digits; none: made and kept in the data folder.
    pub secret_key: Option<Secret>,
    /// Seconds in which an intent can still be undone.
    pub hold_seconds: u32,
    /// Seconds after which a message with a lost answer is looked for; none: as the outbox has it.
    pub settle_seconds: Option<u32>,
    /// How long before a deadline alarms fire.
    pub alarm_marks: Marks,
    /// What is logged.
    pub log: String,
    /// Print the address as a line of JSON first.
    pub print_json: bool,
}

impl Config {
    /// Reads all settings, or names all faults.
    pub fn read(vars: &Vars) -> Result<Self, Faults> {
        let mut reader = Reader::new(vars);
        let network = network::read(&mut reader);
        let tiktok = tiktok::read(&mut reader);
        let data_dir = PathBuf::from(reader.text(DATA_DIR).unwrap_or("data"));
        let database = database(&mut reader).unwrap_or_else(|| Database::Sqlite(data_dir.join("amends.db")));
        let secret_key = reader.parse(SECRET_KEY, "must be 64 hexadecimal digits", |text| {
            (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .then(|| Secret::new(text.to_owned()))
        });
        if matches!(database, Database::Postgres(_)) && reader.text(SECRET_KEY).is_none() {
            reader.fault(&[SECRET_KEY], "must be set with PostgreSQL: every desk on the database needs the same key");
        }
        let hold_seconds = reader.parse(HOLD_SECONDS, "must be a whole number from 0 to 30", |text| {
            text.parse().ok().filter(|seconds| *seconds <= LONGEST_HOLD_SECONDS)
        });
        let settle_seconds = reader.parse(SETTLE_SECONDS, "must be a whole number from 1 to 600", |text| {
            text.parse().ok().filter(|seconds| (1..=600).contains(seconds))
        });
        let alarm_marks =
            reader.parse(ALARM_MINUTES, "must be one to four minutes from 1 to 1440, for example 60,15", Marks::parse);
        let log = reader.parse(LOG, "must be error, warn, info, debug or a filter such as info,proxy=debug", |text| {
            crate::telemetry::is_filter(text).then(|| text.to_owned())
        });
        let print_json = reader.parse(PRINT_JSON, "must be 1 or 0", |text| match text {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        });
        let media = media::read(&mut reader, &data_dir);
        let config = Self {
            network,
            tiktok,
            data_dir,
            database,
            media,
            static_dir: reader.text(STATIC_DIR).map(PathBuf::from),
            secret_key,
            hold_seconds: hold_seconds.unwrap_or(DEFAULT_HOLD_SECONDS),
            settle_seconds,
            alarm_marks: alarm_marks.unwrap_or_default(),
            log: log.unwrap_or_else(|| "info".to_owned()),
            print_json: print_json.unwrap_or(false),
        };
        reader.finish(config)
    }
}

fn database(reader: &mut Reader<'_>) -> Option<Database> {
    const WANTED: &str = "must be sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE, \
                          for example sqlite://data/amends.db";
    reader.parse(DATABASE_URL, WANTED, |text| {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return (!path.is_empty()).then(|| Database::Sqlite(PathBuf::from(path)));
        }
        let is_server = text.starts_with("postgres://") || text.starts_with("postgresql://");
        (is_server && text.parse::<tokio_postgres::Config>().is_ok())
            .then(|| Database::Postgres(Secret::new(text.to_owned())))
    })
}

#[cfg(test)]
mod tests;
