//! What happens outside: buyers, carriers, Seller Center, clocks and webhooks.

use super::Run;
use crate::check::text_of;
use crate::task::finish;
use anyhow::{Result, bail};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use proxy::routes;
use proxy::store::webhooks;
use rand::Rng;
use serde_json::{Value, json};

/// Cases beyond which no buyer opens another.
const MOST_CASES: usize = 20;

impl Run {
    pub(super) fn control(&self, path: &str, body: &Value) -> Result<Value> {
        let mut request = Request::new(Body::from(body.to_string()));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = format!("/_sandbox/{path}").parse()?;
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = finish(self.platform.answer(request));
        let bytes = finish(axum::body::to_bytes(answer.into_body(), usize::MAX))?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(super) fn buyer_opens(&mut self) -> Result<()> {
        if self.opened.len() >= MOST_CASES {
            return Ok(());
        }
        let kinds = ["REFUND", "REFUND", "RETURN_AND_REFUND", "CANCEL", "REPLACEMENT"];
        let kind = self.pick(&kinds).copied().unwrap_or("REFUND");
        let deadline_s = self.random.random_range(600..200_000);
        let shop = self.platform.description().shops.first().map(|shop| shop.shop_id.clone());
        // A few buyers with many cases: their messages share a conversation.
        let buyers = ["Dana Reyes", "Tom Vale", "Ana Ruiz"];
        let buyer = self.pick(&buyers).copied();
        let body = json!({ "kind": kind, "shop": shop, "deadline_s": deadline_s, "buyer": buyer });
        let opened = self.control("cases", &body)?;
        if let Some(id) = opened.get("id").and_then(Value::as_str) {
            self.tell(format!("a buyer opens {kind} {id}, to be answered in {deadline_s} s"));
            self.opened.push(id.to_owned());
        }
        Ok(())
    }

    pub(super) fn somebody_acts(&mut self) -> Result<()> {
        let acts = [
            "withdraw",
            "ship",
            "arrive",
            "arrive",
            "dispute",
            "rule",
            "accept_offer",
            "decline_offer",
            "seller_center_approve",
            "seller_center_reject",
            "message",
        ];
        let opened = self.opened.clone();
        let (Some(id), Some(act)) = (self.pick(&opened).cloned(), self.pick(&acts).copied()) else { return Ok(()) };
        let answer = self.control(&format!("cases/{id}/act"), &json!({ "act": act }))?;
        if answer.get("error").is_none() {
            self.tell(format!("{act} on {id}"));
        }
        Ok(())
    }

    pub(super) fn tokens_run_out(&mut self) -> Result<()> {
        self.tell("access tokens run out");
        self.control("grants", &json!({ "expire": true })).map(drop)
    }

    /// A gateway's clock goes wrong for a while.
    pub(super) fn gateway_lies(&mut self) -> Result<()> {
        let lie_s = if self.chance(300) { self.random.random_range(-3_300..3_300) } else { 0 };
        self.network.set_lie(lie_s);
        self.tell(format!("answers are stamped {lie_s} s off"));
        Ok(())
    }

    /// A webhook arrives: in any order, late, twice, forged, or never.
    pub(super) fn webhook_comes(&mut self) -> Result<()> {
        if self.webhooks.is_empty() {
            return Ok(());
        }
        let place = self.random.random_range(0..self.webhooks.len());
        let Some(webhook) = self.webhooks.get(place).cloned() else { return Ok(()) };
        if !self.chance(200) {
            self.webhooks.remove(place);
        }
        if self.chance(150) {
            return Ok(());
        }
        let is_forged = self.chance(100);
        let path = webhook.url.rsplit('/').next().unwrap_or_default().to_owned();
        let signature = if is_forged { "0".repeat(64) } else { webhook.authorization };
        let body = webhook.body;
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&signature)?);
        let receive =
            routes::webhooks::receive(State(self.desk.clone()), Path(path), headers, Body::from(body.clone()));
        let status = finish(receive);
        self.tell(format!("a webhook comes: {status}"));
        if is_forged && status != StatusCode::UNAUTHORIZED && !self.fuse.is_blown() {
            bail!("P10: a forged webhook was answered with {status}");
        }
        if status == StatusCode::OK && !self.fuse.is_blown() {
            let body: Value = serde_json::from_str(&body)?;
            let id = body.get("tts_notification_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let shop = self.shop.clone();
            if !self.desk.store.read(|tx| webhooks::is_known(tx, &shop, &id))? {
                bail!("P10: a webhook was answered with 200 and is not kept");
            }
        }
        Ok(())
    }

    /// A buyer sends the shop's own words back.
    pub(super) fn buyer_echoes(&mut self) -> Result<()> {
        let replies: Vec<_> = self.intents()?.into_iter().filter(|intent| !intent.state.is_over()).collect();
        let replies: Vec<_> = replies.iter().filter_map(|reply| Some((&reply.case, text_of(reply)?.0))).collect();
        let Some((case, text)) = self.pick(&replies).copied() else { return Ok(()) };
        let Some(number) = self.number_of(case)? else { return Ok(()) };
        self.control(&format!("cases/{number}/act"), &json!({ "act": "message", "text": text }))?;
        self.tell(format!("the buyer of {number} repeats our words"));
        Ok(())
    }
}
