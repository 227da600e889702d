//! Orders: read, never changed.

use super::client::Upstream;
use super::convert;
use super::endpoint::{Call, Endpoint, Number};
use super::error::TiktokError;
use super::wire::order::{Orders, TrackingSteps};
use reqwest::Method;
use shared::domain::facts::Order;
use shared::time::Timestamp;

static DETAIL: Endpoint = Endpoint::new("get_order_detail", Method::GET, "order", &["202507", "202309"], "orders");
static TRACKING: Endpoint =
    Endpoint::new("get_tracking", Method::GET, "fulfillment", &["202309"], "orders/{id}/tracking");
/// The platform's most orders a call.
const MOST_IDS: usize = 50;

/// One step of an outbound parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingStep {
    /// When.
    pub at: Timestamp,
    /// In the platform's words.
    pub text: String,
}

impl Upstream {
    /// The orders with these numbers, in calls of 50; what the platform does not know is left out.
    pub async fn orders(&self, ids: &[String]) -> Result<Vec<Order>, TiktokError> {
        let mut orders = Vec::with_capacity(ids.len());
        for some in ids.chunks(MOST_IDS) {
            let numbers: Vec<String> = some
                .iter()
                .map(|id| Number::parse(id).map(|number| number.as_str().to_owned()))
                .collect::<Result<_, _>>()?;
            let found: Orders = self.read(Call::new(&DETAIL).with("ids", numbers.join(","))).await?;
            for order in found.orders {
                orders.push(convert::order(order)?);
            }
        }
        Ok(orders)
    }

    /// Where the parcel has been, newest first.
    pub async fn tracking(&self, order_id: &str) -> Result<Vec<TrackingStep>, TiktokError> {
        let found: TrackingSteps = self.read(Call::of(&TRACKING, order_id)?).await?;
        let step = |step: super::wire::order::TrackingStep| TrackingStep {
            at: step.update_time_millis.known().map(Timestamp::from_platform).unwrap_or_default(),
            text: step.description.into_string(),
        };
        Ok(found.tracking.into_iter().map(step).collect())
    }
}
