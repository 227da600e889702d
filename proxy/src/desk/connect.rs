//! Connecting a shop, and letting it go. Takes plain arguments, so that the command line uses the same.

use crate::clock::Clock;
use crate::crypto::token_hash;
use crate::entropy::{Entropy, NoEntropy};
use crate::secret::Secret;
use crate::store::Tx;
use crate::store::shops::{self, AppKind, NewShop, ShopRow};
use crate::store::{Store, StoreError};
use crate::tiktok::access::{Platforms, seal_cipher};
use crate::tiktok::error::TiktokError;
use crate::tiktok::events::EVENTS;
use shared::id::{IdError, ShopId};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

/// A consent must come back within ten minutes.
const STATE_LIVES_MS: i64 = 10 * 60 * 1000;

/// Why a shop could not be connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No app of this kind is configured.
    #[error("no {0:?} app is configured")]
    NoApp(AppKind),
    /// Unknown, used before, too late, or begun by somebody else.
    #[error("the consent was not begun here, or too long ago")]
    StateInvalid,
    /// The platform does not take the code.
    #[error("the authorization code does not work: it serves once and for 30 minutes")]
    CodeInvalid,
    /// The consent covers no shop.
    #[error("the consent covers no shop")]
    NoShops,
    /// No such shop.
    #[error("no such shop")]
    NoShop,
    /// TikTok could not be asked.
    #[error("TikTok could not be asked")]
    Platform(#[from] TiktokError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A made id is not an id.
    #[error(transparent)]
    Id(#[from] IdError),
}

/// Connects and disconnects shops.
#[derive(Clone)]
pub struct Connector {
    /// Where shops are kept.
    pub store: Arc<Store>,
    /// The clients.
    pub platforms: Platforms,
    /// What TikTok calls.
    pub public_url: String,
    /// What the practice platform calls for the shops of runs, once the desk listens, where it is on this machine: it speaks
    /// plain HTTP. One that several desks share calls the address that they share, or nobody; runs are read all the same.
    pub local_url: Arc<OnceLock<String>>,
    /// Tells the time.
    pub clock: Clock,
    /// Makes ids and states.
    pub entropy: Entropy,
}

/// What is to be different about a shop that a run of practice brings.
struct OfRun<'a> {
    id: &'a ShopId,
    name: &'a str,
}

impl Connector {
    /// Where the desk listens.
    pub fn set_local_address(&self, address: SocketAddr) {
        let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
        // Only the first address counts.
        drop(self.local_url.set(format!("http://{}", SocketAddr::new(host, address.port()))));
    }

    /// TikTok's consent page with a one-time state that serves `session` alone, for ten minutes.
    pub fn consent_link(&self, app: AppKind, session: &str) -> Result<String, ConnectError> {
        let client = self.platforms.client(app).ok_or(ConnectError::NoApp(app))?;
        let state = self.entropy.id("")?;
        let now = self.clock.now();
        let expires = now.plus_millis(STATE_LIVES_MS);
        self.store
            .write(|tx| shops::save_connect_state(tx, &token_hash(&state), app, &token_hash(session), expires, now))?;
        Ok(client.consent_link(&state))
    }

    /// What the callback brings. The state is used up, whatever follows.
    pub async fn take_callback(&self, state: &str, session: &str, code: Secret) -> Result<Vec<ShopId>, ConnectError> {
        let now = self.clock.now();
        let (state, session) = (token_hash(state), token_hash(session));
        let app = self.store.write(|tx| shops::take_connect_state(tx, &state, &session, now))?;
        self.take_code(app.ok_or(ConnectError::StateInvalid)?, code).await
    }

    /// Exchanges a code and stores the consent with its shops, then asks for their webhooks. A shop that was
    /// connected before goes on where it stopped.
    pub async fn take_code(&self, app: AppKind, code: Secret) -> Result<Vec<ShopId>, ConnectError> {
        self.take(app, code, None).await
    }

    /// The same for the shop of a run, under an id and a name of the desk's. It is a practice shop, whatever the code is.
    pub async fn take_practice_code(&self, id: &ShopId, name: &str, code: Secret) -> Result<ShopId, ConnectError> {
        let connected = self.take(AppKind::Practice, code, Some(OfRun { id, name })).await?;
        connected.into_iter().find(|connected| connected == id).ok_or(ConnectError::NoShops)
    }

    async fn take(&self, app: AppKind, code: Secret, of_run: Option<OfRun<'_>>) -> Result<Vec<ShopId>, ConnectError> {
        let client = self.platforms.client(app).ok_or(ConnectError::NoApp(app))?;
        let tokens = client.exchange_code(&code).await.map_err(|fault| match fault {
            TiktokError::Refused(refusal) if matches!(refusal.code, 36_004_000..=36_004_999) => {
                ConnectError::CodeInvalid
            }
            other => ConnectError::Platform(other),
        })?;
        let found = client.authorized_shops(tokens.access()).await?;
        if found.is_empty() {
            return Err(ConnectError::NoShops);
        }
        let vault = self.platforms.tokens().vault();
        let now = self.clock.now();
        let mut fresh = Vec::with_capacity(found.len());
        for shop in &found {
            fresh.push(NewShop {
                id: match &of_run {
                    Some(of_run) => of_run.id.clone(),
                    None => ShopId::try_from(self.entropy.id("s_")?)?,
                },
                platform_id: shop.platform_id.clone(),
                name: of_run.as_ref().map_or_else(|| shop.name.clone(), |of_run| of_run.name.to_owned()),
                region: shop.region.clone(),
                webhook_path: self.entropy.id("")?,
            });
        }
        let new_grant = self.entropy.id("g_")?;
        let connected = self.store.write_or(|tx: &Tx<'_>| {
            let grant = shops::grant_id(tx, app, &tokens.open_id)?.unwrap_or(new_grant);
            let sealed = tokens.sealed(vault, &grant).map_err(TiktokError::from)?;
            shops::save_grant(tx, &grant, app, &tokens.open_id, &tokens.seller_name, &sealed)?;
            let mut ids = Vec::with_capacity(fresh.len());
            for (new, shop) in fresh.iter().zip(&found) {
                let seal = |id: &ShopId| -> Result<_, ConnectError> {
                    Ok(seal_cipher(vault, id, &shop.cipher).map_err(TiktokError::from)?)
                };
                ids.push(shops::save_shop(tx, app, new, &grant, seal, now)?);
            }
            Ok::<_, ConnectError>(ids)
        })?;
        for id in &connected {
            // Who was disconnected meanwhile is told anew.
            self.store.write(|tx| shops::set_webhooks(tx, id, None))?;
            self.register_webhooks(id).await?;
        }
        Ok(connected)
    }

    fn shop(&self, id: &ShopId) -> Result<ShopRow, ConnectError> {
        self.store.read(|tx| shops::find(tx, id))?.ok_or(ConnectError::NoShop)
    }

    /// Where TikTok sends the webhooks of a shop; none if it would not: it takes https only, the sandbox takes all.
    fn webhook_address(&self, shop: &ShopRow) -> Option<String> {
        let local = self.local_url.get().filter(|_| shop.id.trainee().is_some());
        let base = local.unwrap_or(&self.public_url).trim_end_matches('/');
        let is_taken = base.starts_with("https://") || shop.is_practice();
        is_taken.then(|| format!("{base}/webhooks/tiktok/{}", shop.webhook_path))
    }

    /// Asks for every event, unless that was done for the address at which the desk is now. What fails is asked for again
    /// by [`Self::register_missing`]; until then the sweeps find what no webhook tells.
    async fn register_webhooks(&self, id: &ShopId) -> Result<(), ConnectError> {
        let shop = self.shop(id)?;
        let Some(address) = self.webhook_address(&shop).filter(|address| shop.webhooks.as_ref() != Some(address))
        else {
            return Ok(());
        };
        let upstream = self.platforms.for_shop(&shop)?;
        let mut is_set = false;
        for event in EVENTS {
            match upstream.set_webhook(event, &address).await {
                Ok(()) => is_set = true,
                // What TikTok refuses, an event that it does not know here, does not stop the others.
                Err(fault) if !fault.is_unreachable() => {
                    tracing::warn!(shop.id = %id, event, error = %fault, "A webhook was refused");
                }
                Err(fault) => {
                    tracing::warn!(shop.id = %id, event, error = %fault, "A webhook could not be set; it is tried again");
                    return Ok(());
                }
            }
        }
        if !is_set {
            return Ok(());
        }
        Ok(self.store.write(|tx| shops::set_webhooks(tx, id, Some(&address)))?)
    }

    /// Asks for the webhooks of every shop that has them not yet, or at an address that the desk has left.
    pub async fn register_missing(&self) -> Result<(), ConnectError> {
        for shop in self.store.read(shops::all)?.iter().filter(|shop| shop.may_act()) {
            // One shop keeps no other from being called.
            if let Err(fault) = self.register_webhooks(&shop.id).await {
                tracing::warn!(shop.id = %shop.id, error = %fault, "Webhooks could not be asked for; it is tried again");
            }
        }
        Ok(())
    }

    /// Lets a shop go: its webhooks are deleted as far as TikTok answers, its tokens wiped if no other shop needs them.
    /// Its data stays.
    pub async fn disconnect(&self, id: &ShopId) -> Result<(), ConnectError> {
        let shop = self.shop(id)?;
        if shop.may_act() {
            let upstream = self.platforms.for_shop(&shop);
            for event in EVENTS {
                let Ok(upstream) = &upstream else { break };
                if let Err(fault) = upstream.delete_webhook(event).await {
                    tracing::warn!(shop.id = %id, event, error = %fault, "A webhook could not be deleted");
                    if fault.is_unreachable() || fault.is_expired() {
                        break;
                    }
                }
            }
        }
        Ok(self.store.write(|tx| shops::disconnect(tx, id))?)
    }
}
