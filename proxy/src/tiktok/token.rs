//! A valid access token for every shop: one refresh at a time, and an older pair never overwrites a newer one (P8).

use super::client::Client;
use super::error::TiktokError;
use super::transport::Answer;
use super::wire::TokenPair;
use crate::crypto::{CryptoError, Vault};
use crate::mutants::{Mutant, is_on};
use crate::secret::Secret;
use crate::store::shops::{self, GrantRow, SealedTokens};
use crate::store::{Store, StoreError};
use crate::telemetry::Chain;
use shared::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A token is refreshed this long before it stops working.
const EARLY_MS: i64 = 10 * 60 * 1000;
/// A desk that has not stored new tokens by then is given up on by the others.
const GIVEN_UP_MS: i64 = 90_000;
/// How often a desk looks whether another has stored new tokens.
const OTHERS_WAIT: Duration = Duration::from_millis(100);
/// New tokens are tried to be stored so often, so far apart.
const KEEP_TRIES: u32 = 120;
const KEEP_WAIT: Duration = Duration::from_secs(1);
/// What each sealed value is for: one cannot be opened as another.
const ACCESS: &str = "access token";
const REFRESH: &str = "refresh token";

/// A token, and the version of the grant that it came with.
#[derive(Debug, Clone)]
pub(super) struct AccessToken {
    pub(super) secret: Secret,
    pub(super) version: i64,
}

/// What a consent or a refresh brought.
#[derive(Debug, Clone)]
pub struct Tokenset {
    access: Secret,
    access_expires: Timestamp,
    refresh: Secret,
    refresh_expires: Timestamp,
    scopes: Vec<String>,
    /// The seller at this app.
    pub open_id: String,
    /// As named on TikTok.
    pub seller_name: String,
}

impl Tokenset {
    pub(super) fn from_wire(pair: TokenPair) -> Result<Self, TiktokError> {
        // Despite the name these are absolute seconds (api.md 3.2).
        let at = |stamp: super::wire::Int, what| {
            stamp.filled().map(Timestamp::from_platform).ok_or(TiktokError::Missing { what })
        };
        let text = |text: super::wire::Text, what| text.filled().ok_or(TiktokError::Missing { what });
        Ok(Self {
            access: Secret::new(text(pair.access_token, "access_token")?),
            access_expires: at(pair.access_token_expire_in, "access_token_expire_in")?,
            refresh: Secret::new(text(pair.refresh_token, "refresh_token")?),
            refresh_expires: at(pair.refresh_token_expire_in, "refresh_token_expire_in")?,
            scopes: pair.granted_scopes.into_iter().filter_map(super::wire::Text::filled).collect(),
            open_id: pair.open_id.into_string(),
            seller_name: pair.seller_name.into_string(),
        })
    }

    /// For the first call after a consent.
    pub fn access(&self) -> &Secret {
        &self.access
    }

    /// As it lies in the store under a grant's id.
    pub fn sealed(&self, vault: &Vault, grant: &str) -> Result<SealedTokens, CryptoError> {
        Ok(SealedTokens {
            access: vault.seal(ACCESS, grant, &self.access)?,
            access_expires: self.access_expires,
            refresh: vault.seal(REFRESH, grant, &self.refresh)?,
            refresh_expires: self.refresh_expires,
            scopes: self.scopes.clone(),
        })
    }
}

impl Client {
    async fn token_call(
        &self,
        path: &str,
        name: &'static str,
        query: &[(&str, &str)],
    ) -> Result<Tokenset, TiktokError> {
        let mut pairs =
            vec![("app_key".into(), self.app().key.clone()), ("app_secret".into(), self.app().secret.expose().into())];
        pairs.extend(query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        match self.ask_token_host(path, &pairs).await {
            Answer::Yes { body, .. } => Tokenset::from_wire(Answer::decode(name, &body)?),
            Answer::No(refusal) => Err(TiktokError::Refused(refusal)),
            Answer::Throttled { retry_after_ms } => Err(TiktokError::Throttled { retry_after_ms }),
            Answer::Nothing(fault) => Err(fault),
        }
    }

    /// Exchanges the code of a consent; it serves once.
    pub async fn exchange_code(&self, code: &Secret) -> Result<Tokenset, TiktokError> {
        let query = [("auth_code", code.expose()), ("grant_type", "authorized_code")];
        self.token_call("/api/v2/token/get", "get_token", &query).await
    }

    async fn refresh(&self, refresh: &Secret) -> Result<Tokenset, TiktokError> {
        let query = [("refresh_token", refresh.expose()), ("grant_type", "refresh_token")];
        self.token_call("/api/v2/token/refresh", "refresh_token", &query).await
    }
}

struct Inner {
    store: Arc<Store>,
    vault: Vault,
    /// One lock per grant, held while its refresh is on the way.
    under_way: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// Gives out access tokens. Cheap to clone; all clones share their locks.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Tokens")
    }
}

/// The platform says that this refresh token will never work again.
fn is_gone(fault: &TiktokError) -> bool {
    matches!(fault, TiktokError::Refused(refusal) if matches!(refusal.code, 36_004_000..=36_004_999 | 105_001 | 105_002))
}

impl Tokens {
    /// Over the store in which the grants are.
    pub fn new(store: Arc<Store>, vault: Vault) -> Self {
        Self(Arc::new(Inner { store, vault, under_way: Mutex::default() }))
    }

    /// Seals and opens.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn grant(&self, id: &str) -> Result<GrantRow, TiktokError> {
        let grant = self.0.store.read(|tx| shops::grant(tx, id))?;
        grant.filter(|grant| !grant.is_expired).ok_or(TiktokError::NotAuthorized)
    }

    fn open(&self, grant: &GrantRow) -> Result<AccessToken, TiktokError> {
        let sealed = grant.access.as_ref().ok_or(TiktokError::NotAuthorized)?;
        Ok(AccessToken { secret: self.0.vault.open(ACCESS, &grant.id, sealed)?, version: grant.version })
    }

    /// A token that works for some time yet.
    pub(super) async fn valid(&self, client: &Client, id: &str) -> Result<AccessToken, TiktokError> {
        let grant = self.grant(id)?;
        let left_ms = grant.access_expires.since(client.clock().now());
        if left_ms > EARLY_MS {
            return self.open(&grant);
        }
        match self.newer(client, id, grant.version).await {
            Ok(token) => Ok(token),
            // Not urgent: the old one still works for minutes.
            Err(fault) if left_ms > 0 && !fault.is_final() => self.open(&grant),
            Err(fault) => Err(fault),
        }
    }

    /// A newer token than that of version `than`. Of many who ask at once one refreshes, the others get its token.
    pub(super) async fn newer(&self, client: &Client, id: &str, than: i64) -> Result<AccessToken, TiktokError> {
        let lock = match self.0.under_way.lock() {
            Ok(mut locks) => Arc::clone(locks.entry(id.to_owned()).or_default()),
            Err(_) => return Err(StoreError::Poisoned.into()),
        };
        let _turn = if is_on(Mutant::RefreshRace) { None } else { Some(lock.lock().await) };
        let store = &self.0.store;
        let grant = loop {
            let grant = self.grant(id)?;
            if grant.version > than {
                return self.open(&grant);
            }
            let now = client.clock().now();
            let given_up = now.plus_millis(-GIVEN_UP_MS);
            // A pair that could not be stored would be lost: TikTok is not asked when nothing can be written.
            let begun = store.write(|tx| shops::begin_refresh(tx, id, grant.version, store.name(), now, given_up))?;
            if begun || is_on(Mutant::RefreshRace) {
                break grant;
            }
            client.pause().wait(OTHERS_WAIT).await;
        };
        let token = self.refreshed(client, &grant).await;
        if token.is_err()
            && let Err(fault) = store.write(|tx| shops::end_refresh(tx, id, store.name()))
        {
            tracing::warn!(error = %Chain(&fault), "Other desks wait before they ask for new tokens");
        }
        token
    }

    /// Asks for new tokens and keeps them. One desk at a time comes here with a grant.
    async fn refreshed(&self, client: &Client, grant: &GrantRow) -> Result<AccessToken, TiktokError> {
        let id = grant.id.as_str();
        let sealed = grant.refresh.as_ref().ok_or(TiktokError::NotAuthorized)?;
        let refresh = self.0.vault.open(REFRESH, id, sealed)?;
        let tokens = match client.refresh(&refresh).await {
            Ok(tokens) => tokens,
            Err(fault) if is_gone(&fault) => {
                if self.expire(id, grant.version)? {
                    return Err(TiktokError::NotAuthorized);
                }
                // Somebody was faster: their pair is in the store.
                return self.open(&self.grant(id)?);
            }
            Err(fault) => return Err(fault),
        };
        let sealed = tokens.sealed(&self.0.vault, id)?;
        if is_on(Mutant::RefreshForgotten) {
            return Ok(AccessToken { secret: tokens.access, version: grant.version });
        }
        let is_ours = self.keep(client, id, grant.version, &sealed).await?;
        if is_ours {
            return Ok(AccessToken { secret: tokens.access, version: grant.version.saturating_add(1) });
        }
        self.open(&self.grant(id)?)
    }

    /// Stores a new pair, for as long as it takes: there is no other copy of it. `false`: there is a newer one.
    async fn keep(&self, client: &Client, id: &str, version: i64, sealed: &SealedTokens) -> Result<bool, StoreError> {
        let mut tries = 0;
        loop {
            match self.0.store.write(|tx| shops::refresh_grant(tx, id, version, sealed)) {
                Err(
                    fault @ (StoreError::Sql(_)
                    | StoreError::Server(_)
                    | StoreError::Connect { .. }
                    | StoreError::Silent
                    | StoreError::Gone),
                ) if tries < KEEP_TRIES => {
                    tracing::error!(error = %Chain(&fault), "New tokens cannot be stored yet; trying again");
                    tries += 1;
                    client.pause().wait(KEEP_WAIT).await;
                }
                ended => return ended,
            }
        }
    }

    /// The platform no longer takes this version: its shops are expired. `false`: there is a newer one.
    pub(super) fn expire(&self, id: &str, version: i64) -> Result<bool, TiktokError> {
        Ok(self.0.store.write(|tx| shops::expire_grant(tx, id, version))?)
    }
}
