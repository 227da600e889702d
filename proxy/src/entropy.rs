//! The only source of randomness, so that a run can be replayed from its seed.

use ring::rand::{SecureRandom, SystemRandom};
use shared::time::Timestamp;
use std::sync::{Arc, Mutex};

/// Randomness could not be had from the system: nothing safe can go on.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no randomness")]
pub struct NoEntropy;

/// Random bytes, from the system or from a seed.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    System(SystemRandom),
    Seeded(Arc<Mutex<u64>>),
}

/// No vowels and no look-alikes, so that an id never spells a word or is misread aloud. In the order of its bytes.
const ALPHABET: &[u8; 32] = b"0123456789BCbcdfghjkmnpqrstvwxyz";
/// Letters of [`Entropy::id_at`] that hold the time: milliseconds until the year 3084.
const TIME_LETTERS: u32 = 9;

fn letter(bits: u8) -> char {
    ALPHABET.get(usize::from(bits & 31)).copied().map_or('0', char::from)
}

impl Entropy {
    /// The system's cryptographic source.
    pub fn system() -> Self {
        Self(Source::System(SystemRandom::new()))
    }

    /// Repeats itself from the seed. For simulation only: it is not secret.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(seed))))
    }

    /// Fills the buffer.
    pub fn fill(&self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        match &self.0 {
            Source::System(system) => system.fill(buffer).map_err(|_| NoEntropy),
            Source::Seeded(state) => {
                let mut state = state.lock().map_err(|_| NoEntropy)?;
                for byte in buffer {
                    // SplitMix64: small, and good enough to replay a run.
                    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                    let mut mixed = *state;
                    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                    *byte = mixed.to_le_bytes()[0];
                }
                Ok(())
            }
        }
    }

    /// `prefix` and 24 letters that hold 120 random bits; fits every id of ours.
    pub fn id(&self, prefix: &str) -> Result<String, NoEntropy> {
        let mut bytes = [0_u8; 24];
        self.fill(&mut bytes)?;
        Ok(prefix.chars().chain(bytes.iter().map(|byte| letter(*byte))).collect())
    }

    /// The same with 75 random bits behind the time: ids that are made one after the other lie side by side in an
    /// index, where those of [`Entropy::id`] each change another page. For what comes by the ten thousand and is no secret.
    pub fn id_at(&self, prefix: &str, now: Timestamp) -> Result<String, NoEntropy> {
        let mut bytes = [0_u8; 24];
        self.fill(&mut bytes)?;
        let time = u64::try_from(now.millis()).unwrap_or_default();
        for (byte, place) in bytes.iter_mut().zip((0..TIME_LETTERS).rev()) {
            *byte = (time >> (5 * place)).to_le_bytes()[0];
        }
        Ok(prefix.chars().chain(bytes.iter().map(|byte| letter(*byte))).collect())
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_the_system_does_not() {
        let id = |entropy: &Entropy| entropy.id("c_").unwrap();
        assert_eq!(id(&Entropy::seeded(7)), id(&Entropy::seeded(7)));
        assert_ne!(id(&Entropy::system()), id(&Entropy::system()));
        assert_eq!(id(&Entropy::system()).len(), 26);
    }

    #[test]
    fn what_is_made_later_stands_later() {
        let entropy = Entropy::system();
        let at = |millis| entropy.id_at("c_", Timestamp::from_millis(millis)).unwrap();
        let times = [0, 1, 31, 32, 1_000, 1_790_000_000_000, 1_790_000_000_001, 1_800_000_000_000, 35_000_000_000_000];
        let ids = times.map(at);
        assert!(ids.is_sorted(), "{ids:?}");
        assert_ne!(at(1), at(1));
        assert!(ids.iter().all(|id| id.len() == 26));
    }
}
