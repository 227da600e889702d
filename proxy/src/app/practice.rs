//! The embedded practice platform: an imitation TikTok Shop on this machine, its world made from a fixed seed.
//!
//! Its state lives in memory, so the desk forgets its practice shops at each start and connects them anew. Beside real
//! shops it has none of its own: only runs of exercises open some. Several desks on a database share one that is a program
//! of its own.

use super::{Desk, StartError};
use crate::secret::Secret;
use crate::store::shops::AppKind;
use crate::tiktok::client::App;
use crate::tiktok::ground::SHARED_APP;
use sandbox::{Description, Dials, Options, Sandbox};
use serde_json::Value;
use shared::time::Timestamp;

/// Always the same shops, products and people.
const SEED: u64 = 7;

/// A running sandbox. It ends with this value.
pub(super) struct Practice {
    sandbox: Sandbox,
}

impl Practice {
    /// Starts it on a free port of this machine: with shops where buyers live, or bare, for exercises alone.
    pub(super) async fn start(is_lively: bool) -> Result<Self, StartError> {
        let dials = Dials { activity: is_lively, ..Dials::default() };
        let cases = if is_lively { None } else { Some(0) };
        let options = Options { seed: SEED, cases, dials, ..Options::default() };
        let sandbox = Sandbox::start(options).await.map_err(|fault| StartError::Practice(Box::new(fault)))?;
        Ok(Self { sandbox })
    }

    fn described(&self) -> &Description {
        self.sandbox.description()
    }

    /// What it says of itself, for programs that steer it in tests.
    pub(super) fn description(&self) -> Value {
        serde_json::to_value(self.described()).unwrap_or_default()
    }

    /// Its app, as the desk's client wants it.
    pub(super) fn app(&self) -> App {
        let described = self.described();
        App {
            key: described.app_key.clone(),
            secret: Secret::new(described.app_secret.clone()),
            service_id: described.service_id.clone(),
            api_url: described.url.clone(),
            auth_url: described.auth_url.clone(),
            consent_url: format!("{}/open/authorize", described.auth_url),
        }
    }

    /// Connects its shops, as their sellers' consent would.
    pub(super) async fn connect(&self, desk: &Desk) -> Result<(), StartError> {
        for shop in &self.described().shops {
            desk.connector.take_code(AppKind::Practice, Secret::new(shop.auth_code.clone())).await?;
        }
        Ok(())
    }
}

/// A practice platform that many desks share: bare, with the app that all of them know, and at each start with other numbers
/// and tokens, so that what a desk remembers of an earlier one fits nothing here.
pub fn of_its_own(now: Timestamp) -> Options {
    let begun = u64::try_from(now.millis()).unwrap_or_default();
    Options {
        seed: begun,
        first_number: begun,
        cases: Some(0),
        app: Some(SHARED_APP.map(str::to_owned)),
        dials: Dials { activity: false, ..Dials::default() },
        ..Options::default()
    }
}
