//! Passwords: argon2id, away from the threads that serve, one at a time.

use crate::entropy::{Entropy, NoEntropy};
use crate::error::Error;
use crate::secret::Secret;
use argon2::password_hash::phc::{self, PasswordHash};
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// 19 MiB, two passes, one lane: the least that OWASP's password storage page asks for (read 2026-11).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// A hash of nothing, under the same work: unknown accounts take as long as known ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Shortest and longest password, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=256;

/// Why a password could not be hashed or checked: never because it is wrong.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash refused its input.
    #[error("a password could not be hashed: {0}")]
    Hash(#[from] password_hash::Error),
    /// A stored hash cannot be read.
    #[error("the hash of a password cannot be read: {0}")]
    Stored(#[from] phc::Error),
    /// The thread was cut off.
    #[error("a password was not checked to the end")]
    Cut(#[from] tokio::task::JoinError),
    /// The program is stopping.
    #[error("no more passwords are checked")]
    Closed(#[from] tokio::sync::AcquireError),
    /// No salt.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// Hashes and checks, one at a time, so that a flood of tries cannot take all memory.
#[derive(Debug)]
pub struct Passwords {
    one_at_a_time: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { one_at_a_time: Semaphore::const_new(1) }
    }
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Passwords {
    /// Refuses passwords that are too short or too long.
    pub fn check_length(password: &str) -> Result<(), Error> {
        if LENGTH.contains(&password.chars().count()) {
            Ok(())
        } else {
            Err(Error::invalid("password", "must have 12 to 256 characters"))
        }
    }

    /// A hash for the store.
    pub async fn hash(&self, password: String, entropy: &Entropy) -> Result<String, PasswordError> {
        let password = Secret::new(password);
        let mut salt = [0_u8; 16];
        entropy.fill(&mut salt)?;
        let _turn = self.one_at_a_time.acquire().await?;
        tokio::task::spawn_blocking(move || {
            let hash: PasswordHash = argon2id()?.hash_password_with_salt(password.expose().as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await?
    }

    /// Whether a password is the one behind `known`; without one, no password is, and it takes as long.
    pub async fn fits(&self, password: String, known: Option<String>) -> Result<bool, PasswordError> {
        let password = Secret::new(password);
        let _turn = self.one_at_a_time.acquire().await?;
        tokio::task::spawn_blocking(move || {
            let stored = known.as_deref().unwrap_or(NOBODY);
            let hash = PasswordHash::new(stored)?;
            match argon2id()?.verify_password(password.expose().as_bytes(), &hash) {
                Ok(()) => Ok(known.is_some()),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(fault) => Err(fault.into()),
            }
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_fits() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery".to_owned(), &Entropy::system()).await.unwrap();
        for (password, known, expected) in [
            ("correct horse battery", Some(hash.clone()), true),
            ("correct horse batterz", Some(hash), false),
            ("correct horse battery", None, false),
        ] {
            assert_eq!(passwords.fits(password.to_owned(), known).await.unwrap(), expected);
        }
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        for (length, fits) in [(11, false), (12, true), (256, true), (257, false)] {
            assert_eq!(Passwords::check_length(&"ä".repeat(length)).is_ok(), fits, "{length}");
        }
    }
}
