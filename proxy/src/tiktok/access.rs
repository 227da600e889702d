//! Which client serves which shop. A real shop never reaches the sandbox.

use super::client::{Client, Upstream};
use super::error::TiktokError;
use super::token::Tokens;
use crate::crypto::{CryptoError, Vault};
use crate::secret::Secret;
use crate::store::shops::{AppKind, ShopRow};
use shared::id::ShopId;

const CIPHER: &str = "shop cipher";

/// A shop's cipher as it lies in the store.
pub fn seal_cipher(vault: &Vault, shop: &ShopId, cipher: &Secret) -> Result<Vec<u8>, CryptoError> {
    vault.seal(CIPHER, shop.as_str(), cipher)
}

/// The clients of this desk. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Platforms {
    real: Option<Client>,
    practice: Option<Client>,
    tokens: Tokens,
}

impl Platforms {
    /// Refused if the two are mixed up: a real client that calls where the sandbox listens, or one in the other's place.
    pub fn new(real: Option<Client>, practice: Option<Client>, tokens: Tokens) -> Result<Self, TiktokError> {
        let is = |client: &Option<Client>, kind| client.as_ref().is_none_or(|client| client.kind() == kind);
        let same_address = match (&real, &practice) {
            (Some(real), Some(practice)) => real.app().api_url == practice.app().api_url,
            _ => false,
        };
        if same_address || !is(&real, AppKind::Real) || !is(&practice, AppKind::Practice) {
            return Err(TiktokError::NoClient);
        }
        Ok(Self { real, practice, tokens })
    }

    /// The client of an app, if it is configured.
    pub fn client(&self, app: AppKind) -> Option<&Client> {
        match app {
            AppKind::Real => self.real.as_ref(),
            AppKind::Practice => self.practice.as_ref(),
        }
    }

    /// How many desks share the platform's limits.
    pub fn set_desks(&self, desks: u32) {
        for client in self.real.iter().chain(&self.practice) {
            client.set_desks(desks);
        }
    }

    /// Tokens and their vault.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The way upstream for a shop.
    pub fn for_shop(&self, shop: &ShopRow) -> Result<Upstream, TiktokError> {
        let client = self.client(shop.app).ok_or(TiktokError::NoClient)?;
        let cipher = self.tokens.vault().open(CIPHER, shop.id.as_str(), &shop.cipher)?;
        Ok(Upstream::new(client.clone(), self.tokens.clone(), shop.clone(), cipher))
    }
}
