//! A sandbox without a socket and without a life of its own: for simulations, which bring their own network and clock.

use crate::server::{Description, Options, Shared, make};
use crate::webhooks;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// Its address: nothing listens there.
const ORIGIN: &str = "http://platform.invalid";

/// A webhook as it would be posted.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// The signature, as the `Authorization` header.
    pub authorization: String,
    /// The body.
    pub body: String,
}

/// Answers when it is asked, and does nothing else. Its clock stands still until it is moved.
pub struct Quiet {
    description: Description,
    shared: Arc<Shared>,
    router: Router,
}

impl Quiet {
    /// Makes the world.
    pub fn new(options: &Options) -> Self {
        let (description, shared, router) = make(options, ORIGIN.to_owned());
        shared.clock().freeze(true);
        Self { description, shared, router }
    }

    /// What it says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Answers one request, control plane included.
    pub async fn answer(&self, request: Request<Body>) -> Response {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }

    /// Moves the clock to an instant in unix seconds; everything due happens, in order.
    pub fn set_clock(&self, now: i64) {
        self.shared.clock().set(now);
        drop(self.shared.world());
    }

    /// How many money effects and how many messages there are: cheap, to see whether the ledger must be read.
    pub fn effects(&self) -> (usize, usize) {
        let world = self.shared.world();
        (world.ledger.money.len(), world.ledger.messages.len())
    }

    /// The ledger, as `GET /_sandbox/ledger` answers.
    pub fn ledger(&self) -> Value {
        let world = self.shared.world();
        json!({ "money": world.ledger.money, "messages": world.ledger.messages })
    }

    /// The seller of the first shop consents anew: a one-time code.
    pub fn consent(&self) -> String {
        let now = self.shared.now();
        self.shared.world().consent(vec![0], now)
    }

    /// The status of a case as the platform has it; none: no such case.
    pub fn status(&self, id: &str) -> Option<String> {
        let mut world = self.shared.world();
        let cancelled = world.cancel_by_id.get(id).and_then(|place| world.cancellations.get(*place));
        let status = cancelled.map(|case| format!("CANCELLATION_REQUEST_{}", case.status));
        status.or_else(|| world.find_return(id).map(|case| case.status.to_owned()))
    }

    /// Whether the shop may write in a conversation now.
    #[cfg(test)]
    pub(crate) fn can_send(&self, id: &str) -> bool {
        let now = self.shared.now();
        let world = self.shared.world();
        world.conversations.iter().find(|known| known.id == id).is_some_and(|known| world.can_send(known, now))
    }

    /// Decisions that it took, in order: the idempotency key of the call, and its path.
    pub fn decisions(&self) -> Vec<(String, String)> {
        let world = self.shared.world();
        let is_decision = |path: &str| path.ends_with("/approve") || path.ends_with("/reject");
        let all = world.journal.since(0, "/return_refund/");
        let taken = all.into_iter().filter(|entry| entry.code == Some(0) && is_decision(&entry.path));
        let key = |query: &[(String, String)]| {
            query.iter().find(|(name, _)| name == "idempotency_key").map(|(_, key)| key.clone()).unwrap_or_default()
        };
        taken.map(|entry| (key(&entry.query), entry.path.clone())).collect()
    }

    /// Takes the webhooks that are due, signed, in the order in which they leave.
    pub fn webhooks(&self) -> Vec<Webhook> {
        let due = webhooks::take_due(&self.shared).into_iter();
        let signed =
            due.map(|(delivery, authorization)| Webhook { authorization, url: delivery.url, body: delivery.body });
        signed.collect()
    }
}
