//! A desk on a port of its own, with its own folder and a clock that stands still, and browsers that use it.

mod browser;
pub(crate) mod database;

pub(crate) use browser::{Answer, Browser};

use object_store::ObjectStore;
use proxy::app::{Desk, Parts, Running, serve};
use proxy::clock::Clock;
use proxy::config::{Config, Vars};
use proxy::store::shops::{self, AppKind, NewShop, SealedTokens};
use serde_json::json;
use shared::domain::facts::{Action, Object, PlatformCase, Refund};
use shared::id::{CaseId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Nothing listens there: the platform of tests that need none.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A running desk. It has credentials of a practice platform, so a set-up link is made.
pub(crate) struct TestDesk {
    pub(crate) desk: Desk,
    pub(crate) url: String,
    setup_token: String,
    clock: Clock,
    _running: Running,
    _folder: TempDir,
}

impl TestDesk {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With more settings than the usual ones.
    pub(crate) async fn start_with(more: &[(&str, &str)]) -> Self {
        Self::start_on(more, None).await
    }

    /// With a place of its own for the handbook's files.
    pub(crate) async fn start_on(more: &[(&str, &str)], files: Option<Arc<dyn ObjectStore>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let usual = [
            ("AMENDS_DATA_DIR", folder.path().to_str().unwrap()),
            ("AMENDS_TIKTOK_APP_KEY", "test-key"),
            ("AMENDS_TIKTOK_APP_SECRET", "test-secret"),
            ("AMENDS_TIKTOK_SERVICE_ID", "7"),
            ("AMENDS_TIKTOK_API_URL", NOWHERE),
            ("AMENDS_TIKTOK_AUTH_URL", NOWHERE),
        ];
        let pairs = usual.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::read(&Vars::of(database::settings().into_iter().chain(pairs))).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let clock = Clock::settable(Timestamp::from_millis(1_790_000_000_000));
        let parts = Parts { clock: clock.clone(), files, ..Parts::default() };
        let running = serve(config, listener, parts).await.unwrap();
        let setup = running.setup.clone().unwrap().url;
        Self {
            desk: running.desk.clone(),
            url: format!("http://{}", running.address),
            setup_token: setup.split_once('#').unwrap().1.to_owned(),
            clock,
            _running: running,
            _folder: folder,
        }
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }

    /// Somebody without a session.
    pub(crate) fn visitor(&self) -> Browser {
        Browser::new(&self.url)
    }

    pub(crate) fn setup_token(&self) -> &str {
        &self.setup_token
    }

    /// The first admin, signed in.
    pub(crate) async fn admin(&self) -> Browser {
        let mut browser = self.visitor();
        let body = json!({
            "token": self.setup_token, "name": "Ada", "email": "ada@example.com", "password": PASSWORD
        });
        browser.post("/api/session/link", &body).await.expect(204);
        browser
    }

    /// Somebody whom the admin invited, signed in.
    pub(crate) async fn member(
        &self,
        admin: &mut Browser,
        name: &str,
        role: &str,
        shops: serde_json::Value,
    ) -> Browser {
        let email = format!("{}@example.com", name.to_lowercase());
        let invitation = json!({ "name": name, "email": email, "role": role, "shops": shops });
        let made = admin.post("/api/team", &invitation).await.expect(200).json();
        let mut browser = self.visitor();
        let body = json!({ "token": token_of(&made["url"]), "name": "", "email": "", "password": PASSWORD });
        browser.post("/api/session/link", &body).await.expect(204);
        browser
    }

    /// A connected shop, as the store keeps it; TikTok is never asked.
    pub(crate) fn shop(&self, app: AppKind, number: &str) -> ShopId {
        self.shop_as(app, number, format!("s_{number}").parse().unwrap())
    }

    /// The same under an id that says more, as that of an exercise does.
    pub(crate) fn shop_as(&self, app: AppKind, number: &str, id: ShopId) -> ShopId {
        let now = self.desk.clock.now();
        let tokens = SealedTokens {
            access: Vec::new(),
            access_expires: now,
            refresh: Vec::new(),
            refresh_expires: now,
            scopes: Vec::new(),
        };
        let new = NewShop {
            id,
            platform_id: number.to_owned(),
            name: format!("Shop {number}"),
            region: "GB".to_owned(),
            webhook_path: format!("path{number}"),
        };
        let stored = self.desk.store.write(|tx| {
            shops::save_grant(tx, &format!("g_{number}"), app, number, "Seller", &tokens)?;
            shops::save_shop::<proxy::store::StoreError>(tx, app, &new, &format!("g_{number}"), |_| Ok(vec![]), now)
        });
        stored.unwrap()
    }

    /// A refund request that waits for an answer for a day, as the store keeps it.
    pub(crate) fn refund(&self, shop: &ShopId, number: &str) -> CaseId {
        let now = self.desk.clock.now();
        let deadline = Some(now.plus_millis(86_400_000));
        let total = Money::parse("34.18", "USD").unwrap();
        let read = PlatformCase {
            object: Object::Return,
            platform_id: number.to_owned(),
            order_id: format!("5{number}"),
            type_word: "REFUND".to_owned(),
            status: "RETURN_OR_REFUND_REQUEST_PENDING".to_owned(),
            arbitration: None,
            role: "BUYER".to_owned(),
            reason: "ecom_order_delivered_refund_reason_damaged".to_owned(),
            reason_text: "Damaged item".to_owned(),
            created: now,
            updated: now,
            actions: vec![Action { name: "SELLER_RESPOND_REFUND".to_owned(), deadline }],
            refund: Some(Refund { total, parts: Vec::new() }),
            partial: None,
            buyer_rejected_partial: false,
            lines: Vec::new(),
            is_quick_refund: false,
            can_buyer_keep_item: false,
            pre_id: None,
            next_id: None,
            group_id: None,
            rma_id: None,
            tracking_number: None,
            carrier: None,
            aside: Vec::new(),
        };
        let book = &self.desk.book;
        let stored = self.desk.store.write(|tx| {
            let case = book.apply(tx, &proxy::store::shops::find(tx, shop)?.unwrap(), &read, now)?.case;
            book.refresh(tx, &case, now)?;
            Ok(case)
        });
        stored.unwrap()
    }
}

/// The token in a link's fragment.
pub(crate) fn token_of(url: &serde_json::Value) -> String {
    url.as_str().unwrap().split_once('#').unwrap().1.to_owned()
}
