//! How often a password may be tried.

use shared::time::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW_MS: i64 = 15 * 60 * 1000;
const TRIES_PER_ACCOUNT: u32 = 10;
const TRIES_PER_ADDRESS: u32 = 50;
/// More than this many at once is an attack: those that have run out are forgotten.
const MANY: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Account(String),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    tries: u32,
}

/// Counts tries per account and per address, in memory: a restart forgets them.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<Subject, Window>>);

impl Limiter {
    /// Takes one try, before the password is looked at; the seconds to wait when there is none left.
    pub fn take(&self, email: &str, address: IpAddr, now: Timestamp) -> Result<(), u64> {
        let subjects =
            [(Subject::Account(email.to_owned()), TRIES_PER_ACCOUNT), (Subject::Address(address), TRIES_PER_ADDRESS)];
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > MANY {
            windows.retain(|_, window| now.since(window.began) < WINDOW_MS);
        }
        let is_old = |window: &Window| now.since(window.began) >= WINDOW_MS;
        for (subject, most) in &subjects {
            let spent = windows.get(subject).filter(|window| !is_old(window) && window.tries >= *most);
            if let Some(window) = spent {
                let left_ms = window.began.plus_millis(WINDOW_MS).since(now);
                return Err(u64::try_from(left_ms / 1000 + 1).unwrap_or(1));
            }
        }
        for (subject, _) in subjects {
            let window = windows.entry(subject).or_insert(Window { began: now, tries: 0 });
            if is_old(window) {
                *window = Window { began: now, tries: 0 };
            }
            window.tries += 1;
        }
        Ok(())
    }

    /// The password was right: the account's tries are forgotten, the address's are not.
    pub fn succeeded(&self, email: &str) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.remove(&Subject::Account(email.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn an_account_has_ten_tries_in_a_quarter_of_an_hour() {
        let limiter = Limiter::default();
        let at = Timestamp::from_millis;
        for _ in 0..TRIES_PER_ACCOUNT {
            assert_eq!(limiter.take("ines@example.com", HOME, at(0)), Ok(()));
        }
        assert_eq!(limiter.take("ines@example.com", HOME, at(60_000)), Err(841));
        assert_eq!(limiter.take("marek@example.com", HOME, at(60_000)), Ok(()));
        assert_eq!(limiter.take("ines@example.com", HOME, at(WINDOW_MS)), Ok(()));
    }

    #[test]
    fn a_right_password_forgives_the_account_but_not_the_address() {
        let limiter = Limiter::default();
        let now = Timestamp::from_millis(0);
        for _ in 0..TRIES_PER_ADDRESS {
            assert_eq!(limiter.take("ines@example.com", HOME, now), Ok(()));
            limiter.succeeded("ines@example.com");
        }
        assert!(limiter.take("ines@example.com", HOME, now).is_err());
    }
}
