//! Buyers' cancellation requests.

use super::client::Upstream;
use super::convert;
use super::endpoint::Endpoint;
use super::error::TiktokError;
use super::search::{self, Filter, FoundPage};
use super::wire::after_sales::CancellationPage;
use reqwest::Method;
use shared::domain::facts::PlatformCase;

static SEARCH: Endpoint =
    Endpoint::new("search_cancellations", Method::POST, "return_refund", &["202602", "202309"], "cancellations/search");

impl Upstream {
    /// One page of cancellations.
    pub async fn search_cancellations(
        &self,
        filter: &Filter,
        page: Option<&str>,
    ) -> Result<FoundPage<PlatformCase>, TiktokError> {
        let call = search::call(&SEARCH, ["cancel_ids", "cancel_status"], filter, page)?;
        let found: CancellationPage = self.read(call).await?;
        Ok(FoundPage {
            items: found.cancellations.into_iter().map(convert::cancellation).collect::<Result<_, _>>()?,
            next: found.next_page_token.filled(),
            total: found.total_count.unsigned(),
        })
    }
}
