//! `/api/session`.

use gloo_net::http::Method;
use shared::wire::session::{LinkView, ReadLinkRequest, SessionView, SignInRequest, TakeLinkRequest};

use super::Answer;
use super::transport::{Carries, decode, get, json, send, tell};

/// Who is signed in.
pub async fn read() -> Answer<SessionView> {
    get("session").await
}

/// Signs in; the session follows by [`read`].
pub async fn sign_in(request: &SignInRequest) -> Answer<()> {
    tell(Method::POST, "session", json(request)).await
}

/// Signs in to the practice shop.
pub async fn practice() -> Answer<()> {
    tell(Method::POST, "session/practice", Carries::Nothing).await
}

/// Signs out.
pub async fn sign_out() -> Answer<()> {
    tell(Method::DELETE, "session", Carries::Nothing).await
}

/// What a one-time link is for.
pub async fn read_link(token: &str) -> Answer<LinkView> {
    let request = ReadLinkRequest { token: token.to_owned() };
    decode(&send(Method::POST, "session/link/read", json(&request), None).await?)
}

/// Takes up a one-time link; the session follows by [`read`].
pub async fn take_link(request: &TakeLinkRequest) -> Answer<()> {
    tell(Method::POST, "session/link", json(request)).await
}
