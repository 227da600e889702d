//! `/api/session`.

use gloo_net::http::Method;
use shared::wire::session::{LinkView, ReadLinkRequest, SessionView, SignInRequest, TakeLinkRequest};

use super::transport::{Carries, get_text, json, send, tell};
use super::{Answer, decode};

/// Where [`read`] asks.
pub const PATH: &str = "session";

/// Who is signed in.
pub async fn read() -> Answer<SessionView> {
    read_text().await.map(|(view, _)| view)
}

/// Who is signed in, and the answer's text for the snapshot.
pub async fn read_text() -> Answer<(SessionView, String)> {
    let text = get_text(PATH).await?;
    Ok((decode::session(&text)?, text))
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
    decode::json(&send(Method::POST, "session/link/read", json(&request), None).await?)
}

/// Takes up a one-time link; the session follows by [`read`].
pub async fn take_link(request: &TakeLinkRequest) -> Answer<()> {
    tell(Method::POST, "session/link", json(request)).await
}
