//! What happens outside: buyers, carriers, Seller Center, clocks and webhooks.

use super::Run;
use crate::check::text_of;
use crate::task::finish;
use anyhow::{Result, bail};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use proxy::routes;
use proxy::store::intents::Intent;
use proxy::store::{shops, webhooks};
use rand::RngExt;
use serde_json::{Value, json};
use shared::wire::intent::IntentState;

/// Cases beyond which no buyer opens another, in a run of the usual length.
const MOST_CASES: u32 = 20;
/// How far a clock is set back at most.
const FARTHEST_BACK_MS: i64 = 60_000;

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
        if self.opened.len() >= usize::try_from(MOST_CASES * self.length)? {
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

    /// The seller takes the consent back, and the desk hears of it when it calls or by a webhook.
    pub(super) fn consent_is_withdrawn(&mut self) -> Result<()> {
        if self.is_withdrawn {
            return Ok(());
        }
        self.tell("the seller takes the consent back");
        self.is_withdrawn = true;
        self.control("grants", &json!({ "withdraw": true })).map(drop)
    }

    /// The machines' clock is set back by up to a minute, as a time service does it, or forward to where it should be.
    pub(super) fn clock_steps(&mut self) -> Result<()> {
        if self.behind_ms > 0 {
            return self.clock_comes_right();
        }
        self.behind_ms = self.random.random_range(1..FARTHEST_BACK_MS);
        self.tell(format!("the desks' clock steps back by {} ms", self.behind_ms));
        self.pass(0);
        Ok(())
    }

    /// Sets the clock forward to where it should be. Not while a message or a refresh is on its way or in doubt: by the clock
    /// is counted how long it may be so.
    pub(super) fn clock_comes_right(&mut self) -> Result<()> {
        let is_open = |intent: &Intent| matches!(intent.state, IntentState::Sending | IntentState::Settling);
        let is_in_doubt = |intent: &Intent| text_of(intent).is_some() && is_open(intent);
        if self.behind_ms == 0 || self.network.is_busy() || self.intents()?.iter().any(is_in_doubt) {
            return Ok(());
        }
        self.tell("the desks' clock comes right");
        self.behind_ms = 0;
        self.network.clock_jumped();
        self.pass(0);
        Ok(())
    }

    /// The store of a desk breaks for a while: its disk is full or fails once, its connection is cut, or one answer is lost.
    pub(super) fn store_troubles(&mut self) -> Result<()> {
        let trouble = self.random.random_range(0..3);
        let place = self.some_place();
        self.trouble(place, trouble);
        Ok(())
    }

    /// One of the troubles of a store that is shared, or of a disk.
    pub(super) fn trouble(&mut self, place: usize, trouble: u32) {
        let is_shared = self.hosts.len() > 1;
        let until = self.now_ms + self.random.random_range(1_000..200_000);
        let what = match (trouble, is_shared) {
            (0, true) => "is cut off from the store",
            (1, true) => "will not hear of its next commit",
            (1, false) => "will find that its next commit was not kept",
            _ => "finds the disk full",
        };
        if let Some(host) = self.hosts.get_mut(place) {
            match (trouble, is_shared) {
                (0, true) => host.fuse.cut(true),
                (1, true) => host.fuse.lose_next(),
                (1, false) => host.fuse.fail_sync(true),
                _ => host.fuse.fill(true),
            }
            host.is_troubled_until(until);
        }
        self.tell(format!("desk {place} {what}"));
    }

    /// What a dead process had sent arrives now and then.
    pub(super) fn orphan_arrives(&mut self) -> Result<()> {
        if self.chance(500) {
            self.orphan_comes()?;
        }
        Ok(())
    }

    /// One call of a process that is no more arrives; `false`: there is none.
    pub(super) fn orphan_comes(&mut self) -> Result<bool> {
        let Some(request) = self.network.take_orphan() else { return Ok(false) };
        self.tell(format!("{} of a dead process arrives", request.uri().path()));
        drop(finish(self.platform.answer(request)));
        Ok(true)
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
        let mut path = webhook.url.rsplit('/').next().unwrap_or_default().to_owned();
        let is_replayed = self.chance(50);
        if is_replayed {
            let other = self.store.read(|tx| shops::find(tx, &self.other))?;
            path = other.map(|row| row.webhook_path).unwrap_or_default();
        }
        let signature = if is_forged { "0".repeat(64) } else { webhook.authorization };
        let body = webhook.body;
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&signature)?);
        let host = self.some_host();
        let fuse = host.fuse.clone();
        let receive =
            routes::webhooks::receive(State(host.desk.clone()), Path(path), headers, Body::from(body.clone()));
        let status = finish(receive);
        self.tell(format!("a webhook comes: {status}"));
        if is_forged && status != StatusCode::UNAUTHORIZED && !fuse.is_troubled() {
            bail!("P10: a forged webhook was answered with {status}");
        }
        let said: Value = serde_json::from_str(&body)?;
        let id = said.get("tts_notification_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let of_other = said.get("shop_id").and_then(Value::as_str) == self.other_number()?.as_deref();
        if is_replayed && !of_other {
            if self.store.read(|tx| webhooks::is_known(tx, &self.other, &id))? {
                bail!("P10: a webhook of one shop was kept for another");
            }
        } else if status == StatusCode::OK
            && !of_other
            && !self.store.read(|tx| webhooks::is_known(tx, &self.shop, &id))?
        {
            bail!("P10: a webhook was answered with 200 and is not kept");
        }
        Ok(())
    }

    /// The platform's number of the other shop.
    fn other_number(&self) -> Result<Option<String>> {
        Ok(self.store.read(|tx| shops::find(tx, &self.other))?.map(|row| row.platform_id))
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
