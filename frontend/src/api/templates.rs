//! `/api/templates`: the parts from which replies are composed.

use shared::reply::Catalogue;

use super::Answer;
use super::transport::get;

/// All parts, in every language.
pub async fn list() -> Answer<Catalogue> {
    get("templates").await
}
