//! The sandbox, called as over a network but without one.

mod buyers;
mod chat;
mod groups;
mod hooks;
mod lessons;
mod opening;
mod orders;
mod requests;
mod returns;
mod strict;
mod tokens;

use crate::auth;
use crate::{Dials, Options, Quiet};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

const START: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

/// Waits for an answer.
fn finish<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A world with a shop in it that calls.
struct Stage {
    quiet: Quiet,
    shop: usize,
    now: std::cell::Cell<i64>,
}

impl Stage {
    /// The shop of a region; the clock stands still.
    fn of(region: &str) -> Self {
        Self::with(region, Dials::default())
    }

    fn with(region: &str, dials: Dials) -> Self {
        Self::filled(region, 1, dials)
    }

    fn filled(region: &str, cases: usize, dials: Dials) -> Self {
        let options = Options { cases: Some(cases), start: Some(START), dials, ..Options::default() };
        let quiet = Quiet::new(&options);
        let shop = quiet.description().shops.iter().position(|shop| shop.region == region).unwrap();
        let now = std::cell::Cell::new(START);
        quiet.set_clock(START);
        Self { quiet, shop, now }
    }

    fn raw(&self, request: Request<Body>) -> (u16, Vec<u8>) {
        finish(async {
            let answer = self.quiet.answer(request).await;
            let status = answer.status().as_u16();
            (status, axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default().to_vec())
        })
    }

    fn body(&self, request: Request<Body>) -> Value {
        serde_json::from_slice(&self.raw(request).1).unwrap_or_default()
    }

    /// Any call, signed.
    fn send(&self, method: &str, path: &str, query: &[(&str, &str)], kind: &str, body: &[u8]) -> Value {
        let about = self.quiet.description();
        let shop = &about.shops[self.shop];
        let mut all: Vec<(String, String)> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        all.push(("app_key".to_owned(), about.app_key.clone()));
        all.push(("timestamp".to_owned(), self.now.get().to_string()));
        if !path.starts_with("/product/") && !path.ends_with("/shops") {
            all.push(("shop_cipher".to_owned(), shop.cipher.clone()));
        }
        let sign = auth::sign(&about.app_secret, path, &all, Some(kind), body);
        all.push(("sign".to_owned(), sign));
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&all).finish();
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(format!("{path}?{text}"))
            .header(header::CONTENT_TYPE, kind)
            .header("x-tts-access-token", &shop.access_token)
            .body(Body::from(body.to_vec()));
        self.body(request.unwrap())
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        self.send("GET", path, query, "application/json", b"")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.post_with(path, &[], body)
    }

    fn post_with(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Value {
        self.send("POST", path, query, "application/json", body.to_string().as_bytes())
    }

    fn form(&self, path: &str, query: &[(&str, &str)], parts: &[(&str, &[u8])]) -> Value {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--b--\r\n");
        self.send("POST", path, query, "multipart/form-data; boundary=b", &body)
    }

    fn control(&self, path: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/_sandbox/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.body(request.unwrap())
    }

    /// A buyer of the shop opens a case.
    fn open(&self, body: Value) -> Value {
        let mut body = body;
        body["shop"] = json!(self.quiet.description().shops[self.shop].region);
        let opened = self.control("cases", &body);
        assert!(opened["id"].is_string(), "{opened}");
        opened
    }

    fn act(&self, id: &str, act: &str) -> Value {
        self.control(&format!("cases/{id}/act"), &json!({ "act": act }))
    }

    fn advance(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
        self.quiet.set_clock(self.now.get());
    }

    fn return_of(&self, id: &str) -> Value {
        let found = self.post("/return_refund/202602/returns/search", &json!({ "return_ids": [id] }));
        data(&found)["return_orders"][0].clone()
    }

    fn status(&self, id: &str) -> String {
        self.quiet.status(id).unwrap()
    }

    fn order(&self, id: &str) -> Value {
        data(&self.get("/order/202507/orders", &[("ids", id)]))["orders"][0].clone()
    }

    fn approve(&self, id: &str, decision: &str) -> Value {
        self.post(&format!("/return_refund/202309/returns/{id}/approve"), &json!({ "decision": decision }))
    }

    fn reject(&self, id: &str, decision: &str) -> Value {
        let reasons = self.get("/return_refund/202309/reject_reasons", &[("return_or_cancel_id", id)]);
        let reason = data(&reasons)["reasons"][0]["name"].clone();
        let body = json!({ "decision": decision, "reject_reason": reason });
        self.post(&format!("/return_refund/202606/returns/{id}/reject"), &body)
    }

    /// Where webhooks go from now on.
    fn listen(&self) {
        self.control("app", &json!({ "webhook_url": "http://127.0.0.1:9/hook" }));
        self.quiet.webhooks();
    }

    /// Types and data of the webhooks that have left.
    fn heard(&self) -> Vec<(i64, Value)> {
        let all = self.quiet.webhooks().into_iter();
        let read = all.map(|webhook| serde_json::from_str::<Value>(&webhook.body).unwrap());
        read.map(|body| (body["type"].as_i64().unwrap(), body["data"].clone())).collect()
    }
}

/// The data of an answer that must have succeeded.
#[track_caller]
fn data(answer: &Value) -> Value {
    assert_eq!(answer["code"], 0, "{answer}");
    answer["data"].clone()
}

/// The code of an answer that must have failed.
#[track_caller]
fn code(answer: &Value) -> i64 {
    assert!(answer["data"].is_null(), "{answer}");
    answer["code"].as_i64().unwrap()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}
