//! Who is asking, and what they may do. `Allowed` is the only way from a request to an [`Agent`].
//!
//! Tokens are 32 random bytes; the store knows only their hashes. Nothing here knows TikTok.

mod allowed;
mod limiter;
mod links;
mod password;
mod practice;
mod session;
mod team;

pub use allowed::{Allowed, LeadDesk, ManageShops, ManageTeam, Permission, ViewDesk, WorkCases};
pub use limiter::Limiter;
pub use links::{Made, make_setup_link, read_link, take_link};
pub use password::{PasswordError, Passwords};
pub use practice::{can_practise, practise};
pub(crate) use session::holding;
pub use session::{clear_cookie, ends, prune, resolve, set_cookie, sign_in, sign_out};
pub use team::{add, change, invite, remove, reset};

use crate::store::Tx;
use crate::store::people::Account;
use crate::store::{StoreError, shops};
use shared::id::{AgentId, ShopId};
use shared::wire::session::{Person, Role};

/// A person who is signed in.
#[derive(Clone)]
pub struct Agent {
    /// Opaque id.
    pub id: AgentId,
    /// What they may do.
    pub role: Role,
    account: Account,
    session: String,
}

impl Agent {
    /// A person of the store, in a session of theirs.
    pub fn new(account: Account, session: String) -> Self {
        Self { id: account.id.clone(), role: account.role, account, session }
    }

    /// Whether a shop is theirs to see.
    pub fn sees(&self, shop: &ShopId) -> bool {
        self.account.sees(shop)
    }

    /// Every shop that they see, but for those in which they practise: these are in no list and in no figure.
    pub fn shops(&self, tx: &Tx<'_>) -> Result<Vec<ShopId>, StoreError> {
        let all = shops::all(tx)?.into_iter().map(|shop| shop.id);
        Ok(all.filter(|shop| shop.trainee().is_none() && self.sees(shop)).collect())
    }

    /// The shops of a queue: all that they see, or where it is the queue of a run of theirs, that run's alone.
    pub fn shops_of_queue(&self, tx: &Tx<'_>, only: Option<&ShopId>) -> Result<Vec<ShopId>, StoreError> {
        match only {
            Some(shop) if shop.trainee().is_some() => {
                let known = shops::find(tx, shop)?.map(|shop| shop.id);
                Ok(known.into_iter().filter(|shop| self.sees(shop)).collect())
            }
            _ => self.shops(tx),
        }
    }

    /// The shops in which they practise.
    pub fn shops_of_runs(&self, tx: &Tx<'_>) -> Result<Vec<ShopId>, StoreError> {
        let all = shops::all(tx)?.into_iter().map(|shop| shop.id);
        Ok(all.filter(|shop| shop.trainee().is_some() && self.sees(shop)).collect())
    }

    /// As others see them.
    pub fn person(&self) -> Person {
        self.account.person()
    }

    /// The hash of the session's token: what a consent under way is bound to.
    pub fn session(&self) -> &str {
        &self.session
    }
}

/// A fresh token: 32 random bytes as text that fits a cookie and a link.
fn fresh_token(entropy: &crate::entropy::Entropy) -> Result<String, crate::entropy::NoEntropy> {
    use base64::Engine;
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}
