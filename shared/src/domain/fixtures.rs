//! Builders of facts, for tests here and in other crates.

use super::facts::{Action, Facts, Line, Object, Order, Ours, PlatformCase, Record, Refund, Seen, ShopFacts};
use crate::money::Money;
use crate::time::Timestamp;

/// A case that is being built.
#[derive(Debug, Clone)]
pub struct CaseBuilder(PlatformCase);

/// A case of a type (`BUYER_CANCEL`, `CANCEL`, `REFUND`, `RETURN_AND_REFUND`, ...) in a status, read at instant 1,000,
/// with a refund of 24.69 USD.
pub fn a_case(type_word: &str, status: &str) -> CaseBuilder {
    let object = if type_word.contains("CANCEL") { Object::Cancellation } else { Object::Return };
    CaseBuilder(PlatformCase {
        object,
        platform_id: "4037820011223355001".to_owned(),
        order_id: "577123450011223344".to_owned(),
        type_word: type_word.to_owned(),
        status: status.to_owned(),
        arbitration: None,
        role: "BUYER".to_owned(),
        reason: "ecom_order_delivered_refund_reason_damaged".to_owned(),
        reason_text: "Damaged item".to_owned(),
        created: Timestamp::from_millis(500),
        updated: Timestamp::from_millis(1_000),
        actions: Vec::new(),
        refund: Some(Refund { total: usd("24.69"), parts: Vec::new() }),
        partial: None,
        buyer_rejected_partial: false,
        lines: vec![Line {
            order_line_id: "577123450011223401".to_owned(),
            sku_id: "1731204455667788901".to_owned(),
            product: "Stoneware mug".to_owned(),
            variant: "Blue".to_owned(),
            seller_sku: "MUG-BLU".to_owned(),
            picture_url: None,
            amount: None,
        }],
        is_quick_refund: false,
        can_buyer_keep_item: false,
        pre_id: None,
        next_id: None,
        group_id: None,
        rma_id: None,
        tracking_number: None,
        carrier: None,
        aside: Vec::new(),
    })
}

/// Dollars; anything that is not an amount is zero.
pub fn usd(amount: &str) -> Money {
    let zero = || Money::parse("0", "USD");
    Money::parse(amount, "USD").or_else(|_| zero()).unwrap_or_else(|_| unreachable!("0 USD is an amount"))
}

/// A record of the platform.
pub fn record(event: &str, at_ms: i64) -> Record {
    Record {
        event: event.to_owned(),
        role: "System".to_owned(),
        description: String::new(),
        reason_text: None,
        note: None,
        image_urls: Vec::new(),
        video_urls: Vec::new(),
        at: Timestamp::from_millis(at_ms),
    }
}

impl CaseBuilder {
    /// The platform asks for something, until instant 100,000.
    pub fn asks(mut self, action: &str) -> Self {
        self.0.actions.push(Action { name: action.to_owned(), deadline: Some(Timestamp::from_millis(100_000)) });
        self
    }

    /// Read at another instant.
    pub fn at(mut self, millis: i64) -> Self {
        self.0.updated = Timestamp::from_millis(millis);
        self
    }

    /// With a part offered.
    pub fn offers(mut self, amount: &str) -> Self {
        self.0.partial = Some(usd(amount));
        self
    }

    /// With another total; none: no amount at all.
    pub fn refunds(mut self, amount: Option<&str>) -> Self {
        self.0.refund = amount.map(|amount| Refund { total: usd(amount), parts: Vec::new() });
        self
    }

    /// Anything else.
    pub fn with(mut self, change: impl FnOnce(&mut PlatformCase)) -> Self {
        change(&mut self.0);
        self
    }

    /// The case.
    pub fn build(self) -> PlatformCase {
        self.0
    }

    /// All facts around it: a paid order, seen once in this status, a shop connected before it.
    pub fn facts(self, region: &str) -> Facts {
        let case = self.0;
        let seen = Seen { status: case.status.clone(), at: case.updated, deadline: None };
        Facts {
            order: Some(an_order(&case.order_id)),
            case,
            records: Vec::new(),
            seen: vec![seen],
            ours: Ours::default(),
            shop: ShopFacts { region: region.to_owned(), connected: Timestamp::from_millis(0), reply_hours: 24 },
        }
    }
}

fn an_order(order_id: &str) -> Order {
    Order {
        order_id: order_id.to_owned(),
        status: "DELIVERED".to_owned(),
        buyer_id: Some("7494000000000000001".to_owned()),
        buyer_nickname: Some("dana_r".to_owned()),
        first_name: Some("Dana".to_owned()),
        last_name: Some("R.".to_owned()),
        created: Timestamp::from_millis(100),
        paid: Some(Timestamp::from_millis(100)),
        shipped: None,
        delivered: None,
        is_cod: false,
        lines: Vec::new(),
        total: None,
        tracking_number: None,
        carrier: None,
        updated: Timestamp::from_millis(100),
    }
}
