//! The secret key of the data folder, and the lock that keeps two programs out of it.

use crate::config::Config;
use crate::entropy::{Entropy, NoEntropy};
use crate::secret::Secret;
use crate::store::Database;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What is wrong with the data folder.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key cannot be read or made.
    #[error("cannot use the secret key {path}")]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data folder cannot be written to.
    #[error("cannot write {path}: let this program write there, or choose another folder in AMENDS_DATA_DIR")]
    Folder {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not a key.
    #[error("{path} is not a secret key: it must hold 64 hexadecimal digits")]
    NotAKey {
        /// Where.
        path: PathBuf,
    },
    /// A database without its key.
    #[error("there is a database, but not its key: put {path} back, or set AMENDS_SECRET_KEY")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A database with another key.
    #[error("the secret key is not the one that {database} was made with: put that one back")]
    Other {
        /// Which.
        database: Database,
    },
    /// Another program works with the database.
    #[error("another amends works with {path}: stop it first")]
    InUse {
        /// Which database.
        path: PathBuf,
    },
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// The key of the settings, or of the data folder, where it is made on first start.
pub(super) fn secret_key(config: &Config, entropy: &Entropy) -> Result<Secret, KeyError> {
    if let Some(key) = &config.secret_key {
        return Ok(Secret::new(key.expose().to_ascii_lowercase()));
    }
    let path = config.data_dir.join("secret.key");
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let text = text.trim();
            let fits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if fits { Ok(Secret::new(text.to_ascii_lowercase())) } else { Err(KeyError::NotAKey { path }) }
        }
        Err(fault) if fault.kind() == ErrorKind::NotFound => {
            if matches!(&config.database, Database::Sqlite(path) if path.exists()) {
                return Err(KeyError::Missing { path });
            }
            make(&path, entropy)
        }
        Err(source) => Err(KeyError::File { path, source }),
    }
}

/// The folder around a file, for its owner alone: what lies there is about buyers.
fn make_folder(file: &Path) -> std::io::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn make(path: &Path, entropy: &Entropy) -> Result<Secret, KeyError> {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes)?;
    let key = Secret::new(hex::encode(bytes));
    let write = || {
        make_folder(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", key.expose())?;
        file.sync_all()
    };
    write().map_err(|source| KeyError::File { path: path.to_owned(), source })?;
    Ok(key)
}

/// Holds a database for one program; it ends with the program, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the database, or says that another program has it. PostgreSQL serves several: nothing is taken.
    pub fn take(database: &Database) -> Result<Option<Self>, KeyError> {
        match database {
            Database::Sqlite(path) => Self::take_file(path).map(Some),
            Database::Postgres(_) => Ok(None),
        }
    }

    fn take_file(database: &Path) -> Result<Self, KeyError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let failed = |source| KeyError::Folder { path: path.clone(), source };
        make_folder(&path).map_err(failed)?;
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(KeyError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(KeyError::Folder { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Vars;

    fn config(folder: &Path) -> Config {
        let name = folder.to_str().unwrap().to_owned();
        Config::read(&Vars::of([("AMENDS_DATA_DIR".to_owned(), name)])).unwrap()
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let made = secret_key(&config, &Entropy::system()).unwrap();
        assert_eq!(secret_key(&config, &Entropy::system()).unwrap().expose(), made.expose());
        #[cfg(unix)]
        {
            let about = std::fs::metadata(folder.path().join("secret.key")).unwrap();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777, 0o600);
        }
    }

    #[test]
    fn a_database_without_its_key_is_not_given_another() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        std::fs::write(folder.path().join("amends.db"), "").unwrap();
        assert!(matches!(secret_key(&config, &Entropy::system()), Err(KeyError::Missing { .. })));
        std::fs::write(folder.path().join("secret.key"), "12").unwrap();
        assert!(matches!(secret_key(&config, &Entropy::system()), Err(KeyError::NotAKey { .. })));
    }

    #[test]
    fn a_database_has_one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("amends.db");
        let held = Lock::take_file(&database).unwrap();
        assert!(matches!(Lock::take_file(&database), Err(KeyError::InUse { .. })));
        drop(held);
        assert!(Lock::take_file(&database).is_ok());
    }
}
