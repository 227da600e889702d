//! The only source of randomness, so that a run can be replayed from its seed.

use ring::rand::{SecureRandom, SystemRandom};
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

/// No vowels and no look-alikes, so that an id never spells a word or is misread aloud.
const ALPHABET: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyzBC";

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
        let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from));
        Ok(prefix.chars().chain(letters).collect())
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
}
