//! The control plane of a practice platform: what a teacher does to its world. TikTok has none, and a real client never
//! comes here: [`Ground::of`] takes the practice client alone.

use super::client::{App, Client};
use super::error::TiktokError;
use super::net::Net;
use crate::secret::Secret;
use crate::store::shops::AppKind;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::domain::case::Kind;
use shared::domain::facts::Object;
use shared::domain::practice::{Manner, Task};
use shared::reasons::group_word;
use std::time::Duration;

const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// A practice platform as its teacher reaches it.
#[derive(Debug, Clone)]
pub struct Ground {
    url: String,
    net: Net,
}

/// A shop that was opened for one run, with the code of a consent.
pub struct OpenedShop {
    /// The platform's number.
    pub platform_id: String,
    /// Serves once.
    pub code: Secret,
}

/// A case that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCase {
    /// Which kind of object.
    pub object: Object,
    /// The platform's number.
    pub platform_id: String,
}

/// How far the future is brought nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearer {
    /// To what happens next by itself, unless a deadline lies before it.
    Next,
    /// By so many seconds, deadlines included.
    Seconds(i64),
    /// All the way, but for what waits for the seller or the buyer to let time run out.
    AllButDeadlines,
    /// All the way.
    All,
}

/// What is still to come afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct StillToCome {
    /// How many things.
    pub left: u64,
    /// By how many seconds they came nearer.
    pub seconds: i64,
    /// So many seconds away is what happens next, and it stayed there: a deadline lies before it.
    #[serde(default)]
    pub past_deadline: Option<i64>,
    /// The platform knows no such shop: it has begun anew since the shop was opened.
    #[serde(default)]
    pub is_gone: bool,
}

#[derive(Deserialize)]
struct ShopMade {
    shop_id: String,
    auth_code: String,
}

#[derive(Deserialize)]
struct CaseMade {
    id: String,
    object: String,
}

/// The platform's own manner of a buyer has the members of ours.
#[derive(Serialize)]
struct NewCase<'a> {
    shop: &'a str,
    kind: &'static str,
    reason: &'static str,
    words: &'a str,
    photos: u8,
    #[serde(skip_serializing_if = "str::is_empty")]
    seller_sku: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    amount: &'a str,
    deadline_s: i64,
    manner: &'a Manner,
}

/// Key, secret and service as which desks come to a practice platform of its own. They keep nothing from anybody: whoever
/// reaches it can steer it without them.
pub const SHARED_APP: [&str; 3] = ["6hpractice", "of-everybody-who-practises", "7400000000"];

/// The app of a practice platform of its own, as the desk's client wants it.
pub fn shared_app(origin: &str) -> App {
    let [key, secret, service_id] = SHARED_APP;
    App {
        key: key.to_owned(),
        secret: Secret::new(secret.to_owned()),
        service_id: service_id.to_owned(),
        api_url: origin.to_owned(),
        auth_url: origin.to_owned(),
        consent_url: format!("{origin}/open/authorize"),
    }
}

/// Longer than anything waits.
const ALL_S: i64 = 400 * 24 * 60 * 60;

impl Ground {
    /// That of a practice client; none for a real one.
    pub fn of(client: &Client) -> Option<Self> {
        (client.kind() == AppKind::Practice)
            .then(|| Self { url: client.app().api_url.clone(), net: client.net().clone() })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, TiktokError> {
        let url = format!("{}/_sandbox/{path}", self.url);
        let request = self.net.client().request(Method::POST, url).json(body).timeout(ANSWERS_WITHIN);
        let request = request.build().map_err(|fault| TiktokError::NotSent(fault.without_url().into()))?;
        let answer = self.net.send(request).await?;
        let status = answer.status().as_u16();
        let lost = |fault: reqwest::Error| TiktokError::Lost(fault.without_url().into());
        let bytes = answer.bytes().await.map_err(lost)?;
        if status != 200 {
            return Err(TiktokError::Unclear { status, code: None });
        }
        serde_json::from_slice(&bytes).map_err(|source| TiktokError::Shape { endpoint: what, source })
    }

    /// Opens a shop of a region, where nothing happens but what is asked for.
    pub async fn open_shop(&self, region: &str) -> Result<OpenedShop, TiktokError> {
        let made: ShopMade = self.ask("shops", "shops", &json!({ "region": region })).await?;
        Ok(OpenedShop { platform_id: made.shop_id, code: Secret::new(made.auth_code) })
    }

    /// Lets a buyer of that shop open a case.
    pub async fn open_case(&self, shop: &str, region: &str, task: &Task) -> Result<OpenedCase, TiktokError> {
        let kind = match task.kind {
            Kind::Cancellation => "CANCEL",
            Kind::RefundOnly => "REFUND",
            Kind::ReturnAndRefund => "RETURN_AND_REFUND",
            Kind::Replacement => "REPLACEMENT",
            Kind::Other => "EXCHANGE",
        };
        let case = NewCase {
            shop,
            kind,
            reason: group_word(task.reason),
            words: &task.words,
            photos: task.photos,
            seller_sku: &task.article,
            amount: &task.amount,
            deadline_s: i64::from(task.deadline_minutes) * 60,
            manner: &task.manner.answering(region),
        };
        let made: CaseMade = self.ask("cases", "cases", &case).await?;
        let object = if made.object == "cancellation" { Object::Cancellation } else { Object::Return };
        Ok(OpenedCase { object, platform_id: made.id })
    }

    /// Brings what is still to come of a shop's cases nearer.
    pub async fn bring_nearer(&self, shop: &str, how: Nearer) -> Result<StillToCome, TiktokError> {
        if shop.is_empty() || !shop.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TiktokError::BadId);
        }
        let body = match how {
            Nearer::Next => json!({ "to_next": true }),
            Nearer::Seconds(seconds) => json!({ "seconds": seconds }),
            Nearer::AllButDeadlines => json!({ "seconds": ALL_S, "without_deadlines": true }),
            Nearer::All => json!({ "seconds": ALL_S }),
        };
        self.ask("nearer", &format!("shops/{shop}/nearer"), &body).await
    }
}
