//! What a browser sends and gets, with its cookie and without a redirect.

use proxy::tiktok::transport::http_client;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// One browser: it remembers its cookie, and sends what our own pages send.
pub(crate) struct Browser {
    url: String,
    client: Client,
    pub(crate) cookie: Option<String>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// A failed answer with its code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let body = self.expect(status).json();
        assert_eq!(body["code"], code);
        body
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Browser {
    pub(crate) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), client: http_client(true).unwrap(), cookie: None }
    }

    /// The desk is somewhere else now.
    #[cfg(feature = "sandbox")]
    pub(crate) fn moved(&mut self, url: &str) {
        url.clone_into(&mut self.url);
    }

    /// A bare request with the cookie, and none of the headers of our pages.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    /// As our own page sends it.
    pub(crate) fn ours(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("X-Amends", "1").header("Origin", &self.url)
    }

    pub(crate) async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer: Response = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        if let Some(cookie) = headers.get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        Answer { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.bare(Method::GET, path)).await
    }

    pub(crate) async fn write(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let key = format!("k{}", next_key());
        self.send(self.ours(method, path).header("Idempotency-Key", key).json(body)).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.write(Method::POST, path, body).await
    }

    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.write(Method::PUT, path, body).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Answer {
        self.write(Method::DELETE, path, &Value::Null).await
    }
}

fn next_key() -> usize {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
