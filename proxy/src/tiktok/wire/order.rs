//! Orders and their parcels.

use super::{Flag, Int, List, Text};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Orders {
    pub(crate) orders: List<Order>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Order {
    pub(crate) id: Text,
    pub(crate) status: Text,
    pub(crate) user_id: Text,
    pub(crate) buyer_nickname: Text,
    pub(crate) create_time: Int,
    pub(crate) paid_time: Int,
    pub(crate) rts_time: Int,
    pub(crate) collection_time: Int,
    pub(crate) delivery_time: Int,
    pub(crate) update_time: Int,
    pub(crate) is_cod: Flag,
    pub(crate) tracking_number: Text,
    pub(crate) shipping_provider: Text,
    pub(crate) recipient_address: Option<Recipient>,
    pub(crate) payment: Option<Payment>,
    pub(crate) line_items: List<LineItem>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Recipient {
    pub(crate) first_name: Text,
    pub(crate) last_name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Payment {
    pub(crate) currency: Text,
    pub(crate) total_amount: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LineItem {
    pub(crate) id: Text,
    pub(crate) sku_id: Text,
    pub(crate) product_name: Text,
    pub(crate) sku_name: Text,
    pub(crate) seller_sku: Text,
    pub(crate) sku_image: Text,
    pub(crate) sale_price: Text,
    pub(crate) currency: Text,
    pub(crate) tracking_number: Text,
    pub(crate) shipping_provider_name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TrackingSteps {
    pub(crate) tracking: List<TrackingStep>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TrackingStep {
    pub(crate) description: Text,
    pub(crate) update_time_millis: Int,
}
