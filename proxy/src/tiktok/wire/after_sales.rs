//! Cancellations, returns and what belongs to them.

use super::{Flag, Int, List, Members, Text};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CancellationPage {
    pub(crate) cancellations: List<Cancellation>,
    pub(crate) next_page_token: Text,
    pub(crate) total_count: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReturnPage {
    pub(crate) return_orders: List<Return>,
    pub(crate) next_page_token: Text,
    pub(crate) total_count: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Cancellation {
    pub(crate) cancel_id: Text,
    pub(crate) cancel_type: Text,
    pub(crate) cancel_status: Text,
    pub(crate) cancel_reason: Text,
    pub(crate) cancel_reason_text: Text,
    pub(crate) cancel_line_items: List<LineItem>,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Return {
    pub(crate) return_id: Text,
    pub(crate) return_type: Text,
    pub(crate) return_status: Text,
    pub(crate) arbitration_status: Text,
    pub(crate) return_reason: Text,
    pub(crate) return_reason_text: Text,
    pub(crate) return_line_items: List<LineItem>,
    pub(crate) return_tracking_number: Text,
    pub(crate) return_provider_name: Text,
    pub(crate) discount_amount: List<Members>,
    pub(crate) shipping_fee_amount: List<Members>,
    pub(crate) partial_refund: Option<Amount>,
    pub(crate) pre_return_id: Text,
    pub(crate) next_return_id: Text,
    pub(crate) is_combined_return: Flag,
    pub(crate) combined_return_id: Text,
    pub(crate) aftersales_request_id: Text,
    pub(crate) rma_id: Text,
    pub(crate) can_buyer_keep_item: Flag,
    pub(crate) is_quick_refund: Flag,
    pub(crate) buyer_rejected_partial_refund: Flag,
    #[serde(flatten)]
    pub(crate) common: Common,
}

/// What both objects have.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Common {
    pub(crate) order_id: Text,
    pub(crate) role: Text,
    pub(crate) create_time: Int,
    pub(crate) update_time: Int,
    pub(crate) seller_next_action_response: List<NextAction>,
    pub(crate) refund_amount: Members,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NextAction {
    pub(crate) action: Text,
    pub(crate) deadline: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Amount {
    pub(crate) currency: Text,
    pub(crate) amount: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LineItem {
    pub(crate) order_line_item_id: Text,
    pub(crate) sku_id: Text,
    pub(crate) sku_name: Text,
    pub(crate) product_name: Text,
    pub(crate) seller_sku: Text,
    pub(crate) product_image: Option<Image>,
    pub(crate) refund_amount: Members,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Image {
    pub(crate) url: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Records {
    pub(crate) records: List<Record>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    pub(crate) event: Text,
    pub(crate) role: Text,
    pub(crate) description: Text,
    pub(crate) reason_text: Text,
    pub(crate) note: Text,
    pub(crate) images: List<Image>,
    pub(crate) videos: List<Image>,
    pub(crate) create_time: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decisions {
    pub(crate) decisions: List<Decision>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    pub(crate) decision: Text,
    pub(crate) eligible: Flag,
    pub(crate) available_reject_reasons: List<Reason>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reasons {
    pub(crate) reasons: List<Reason>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    pub(crate) name: Text,
    pub(crate) text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Calculated {
    pub(crate) order_refund_amount: Members,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AftersalesPage {
    pub(crate) aftersales_requests: List<Group>,
    pub(crate) next_page_token: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RmaPage {
    pub(crate) return_merchandise_authorizations: List<Group>,
    pub(crate) next_page_token: Text,
}

/// An aftersales request or an RMA: only which returns it holds, and how it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Group {
    pub(crate) id: Text,
    pub(crate) status: Text,
    pub(crate) line_items: List<GroupLine>,
    pub(crate) sku_return_requests: List<GroupReturn>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GroupLine {
    pub(crate) sku_return_request_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GroupReturn {
    pub(crate) return_id: Text,
}
