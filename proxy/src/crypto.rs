//! Keys derived from the desk's secret, sealed values for the store, and hashes of one-time tokens.

use crate::entropy::{Entropy, NoEntropy};
use crate::secret::Secret;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hkdf};
use zeroize::Zeroizing;

/// Why a value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// No nonce could be made.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// Another key, another row, or a changed value.
    #[error("a sealed value cannot be opened: was AMENDS_SECRET_KEY changed?")]
    CannotOpen,
    /// The cipher refused the key or the value.
    #[error("a value cannot be sealed")]
    CannotSeal,
}

/// Names the use of derived keys, so that no two uses share one.
const SALT: &[u8] = b"amends/1";

struct Length32;

impl hkdf::KeyType for Length32 {
    fn len(&self) -> usize {
        32
    }
}

/// The desk's secret. Every use gets a key of its own, derived from it.
#[derive(Debug, Clone)]
pub struct MasterKey(Secret);

impl MasterKey {
    /// From the text of `AMENDS_SECRET_KEY`.
    pub fn new(text: Secret) -> Self {
        Self(text)
    }

    /// 32 bytes for one purpose; the same for ever for the same text and purpose.
    pub fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(self.0.expose().as_bytes());
        let mut bytes = Zeroizing::new([0_u8; 32]);
        extracted
            .expand(&[purpose.as_bytes()], Length32)
            .and_then(|key| key.fill(&mut *bytes))
            .map_err(|_| CryptoError::CannotSeal)?;
        Ok(bytes)
    }
}

/// Seals secrets for the store (AES-256-GCM). A value opens only under the purpose and row that it was sealed for.
#[derive(Clone)]
pub struct Vault {
    key: LessSafeKey,
    entropy: Entropy,
}

impl Vault {
    /// A vault under a key of its own.
    pub fn new(master: &MasterKey, entropy: Entropy) -> Result<Self, CryptoError> {
        let bytes = master.derive("tokens at rest")?;
        let key = UnboundKey::new(&AES_256_GCM, &*bytes).map_err(|_| CryptoError::CannotSeal)?;
        Ok(Self { key: LessSafeKey::new(key), entropy })
    }

    /// Nonce, ciphertext and tag.
    pub fn seal(&self, purpose: &str, row: &str, secret: &Secret) -> Result<Vec<u8>, CryptoError> {
        let mut nonce = [0_u8; NONCE_LEN];
        self.entropy.fill(&mut nonce)?;
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound_to(purpose, row), &mut sealed)
            .map_err(|_| CryptoError::CannotSeal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The secret, if it was sealed by this desk for this purpose and row.
    pub fn open(&self, purpose: &str, row: &str, sealed: &[u8]) -> Result<Secret, CryptoError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(CryptoError::CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CryptoError::CannotOpen)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self
            .key
            .open_in_place(nonce, bound_to(purpose, row), body.as_mut_slice())
            .map_err(|_| CryptoError::CannotOpen)?;
        let text = std::str::from_utf8(plain).map_err(|_| CryptoError::CannotOpen)?;
        Ok(Secret::new(text.to_owned()))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Vault")
    }
}

/// A zero byte between the two: neither holds one, so no two pairs make the same bytes.
fn bound_to(purpose: &str, row: &str) -> Aad<Vec<u8>> {
    Aad::from([purpose.as_bytes(), &[0], row.as_bytes()].concat())
}

/// How a session or a one-time link lies in the store: SHA-256 in hexadecimal. Only for tokens that are random.
pub fn token_hash(token: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(text: &str) -> Vault {
        Vault::new(&MasterKey::new(Secret::new(text.to_owned())), Entropy::system()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_with_its_key_purpose_and_row() {
        let sealed = vault("one").seal("access", "g_1", &Secret::new("TTP_token".to_owned())).unwrap();
        assert!(!sealed.windows(9).any(|part| part == b"TTP_token"));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        for (key, purpose, row, value, opens) in [
            ("one", "access", "g_1", sealed.as_slice(), true),
            ("two", "access", "g_1", &sealed, false),
            ("one", "refresh", "g_1", &sealed, false),
            ("one", "access", "g_2", &sealed, false),
            ("one", "access", "g_1", &changed, false),
            ("one", "access", "g_1", &sealed[..8], false),
        ] {
            let opened = vault(key).open(purpose, row, value).ok();
            assert_eq!(opened.as_ref().map(Secret::expose), opens.then_some("TTP_token"), "{key} {purpose} {row}");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_to_the_same_bytes() {
        let (vault, secret) = (vault("one"), Secret::new("x".to_owned()));
        assert_ne!(vault.seal("p", "r", &secret).unwrap(), vault.seal("p", "r", &secret).unwrap());
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let master = MasterKey::new(Secret::new("one".to_owned()));
        assert_eq!(master.derive("a").unwrap(), master.derive("a").unwrap());
        assert_ne!(master.derive("a").unwrap(), master.derive("b").unwrap());
    }

    #[test]
    fn tokens_are_kept_as_sha_256() {
        assert_eq!(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
