//! `/api/templates`: the texts that replies start from.

use super::transport::{Carries, get, json, send};
use super::{Answer, decode};
use gloo_net::http::Method;
use shared::reply::{Catalogue, Place};
use shared::wire::template::{
    Coverage, Imported, Piece, Rewritten, SavedLines, StepTemplate, TemplateView, WriteTemplate,
};

/// Where [`list`] asks.
pub const PATH: &str = "templates";

/// Everything that replies start from now, in every language.
pub async fn list() -> Answer<Catalogue> {
    get(PATH).await
}

/// Where the team's own words stand, and where they were missed.
pub async fn coverage() -> Answer<Coverage> {
    get("templates/coverage").await
}

/// One template with its versions.
pub async fn read(place: &Place) -> Answer<TemplateView> {
    get(&format!("templates/{place}")).await
}

/// Keeps what is being written. The same save again changes nothing.
pub async fn write(place: &Place, request: &WriteTemplate) -> Answer<TemplateView> {
    decode::json(&send(Method::PUT, &format!("templates/{place}/open"), json(request), None).await?)
}

/// Says that it is open here.
pub async fn attend(place: &Place) -> Answer<TemplateView> {
    decode::json(&send(Method::POST, &format!("templates/{place}/here"), Carries::Nothing, None).await?)
}

/// Takes a version a step further. The same step again does nothing.
pub async fn step(place: &Place, request: &StepTemplate) -> Answer<TemplateView> {
    decode::json(&send(Method::POST, &format!("templates/{place}/step"), json(request), None).await?)
}

/// From one version to another; 0 is the built-in text.
pub async fn difference(place: &Place, from: u32, to: u32) -> Answer<Vec<Piece>> {
    get(&format!("templates/{place}/difference?from={from}&to={to}")).await
}

/// What agents told lately at a place in words of their own.
pub async fn rewritten(place: &Place) -> Answer<Vec<Rewritten>> {
    get(&format!("templates/{place}/rewritten")).await
}

/// Where the file of all own replies is.
pub fn file_url() -> String {
    super::transport::address("templates/file")
}

/// Asks for approval of what a file changes.
pub async fn import(file: &web_sys::File) -> Answer<Imported> {
    decode::json(&send(Method::POST, "templates/file", Carries::File(file), None).await?)
}

/// The saved lines.
pub async fn lines() -> Answer<SavedLines> {
    get("templates/lines").await
}

/// Keeps all of them.
pub async fn save_lines(lines: &SavedLines) -> Answer<SavedLines> {
    decode::json(&send(Method::PUT, "templates/lines", json(lines), None).await?)
}
