//! The platform's reasons by market (api 4.7; `data/reasons.tsv` is its appendix for the markets of the seed).

use std::sync::OnceLock;

/// One row: a reason of a market for a kind of request and a use of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reason {
    pub(crate) market: &'static str,
    /// `CANCEL`, `REFUND` or `RETURN_AND_REFUND`.
    pub(crate) request: &'static str,
    /// `BUYER_INITIATES`, `SELLER_INITIATES`, `SELLER_REJECTS`, ...
    pub(crate) usage: &'static str,
    /// Which rejection it belongs to.
    pub(crate) decision: &'static str,
    /// States of the order in which it may be used; empty: not stated.
    pub(crate) orders: &'static str,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// All rows.
pub(crate) fn all() -> &'static [Reason] {
    static ALL: OnceLock<Vec<Reason>> = OnceLock::new();
    ALL.get_or_init(|| {
        include_str!("../data/reasons.tsv")
            .lines()
            .filter_map(|line| {
                let mut parts = line.split('\t');
                let mut next = || parts.next();
                Some(Reason {
                    market: next()?,
                    request: next()?,
                    usage: next()?,
                    decision: next()?,
                    orders: next()?,
                    name: next()?,
                    text: next()?,
                })
            })
            .collect()
    })
}

/// GB reads the UK list, ES the EU list.
pub(crate) fn market(region: &str) -> &str {
    match region {
        "GB" => "UK",
        "ES" | "DE" | "FR" | "IT" => "EU",
        other => other,
    }
}

/// Reasons that a buyer of a region may give.
pub(crate) fn of_buyer(region: &str, request: &str, order_status: &str) -> Vec<&'static Reason> {
    let market = market(region);
    let rows =
        all().iter().filter(|row| row.market == market && row.request == request && row.usage == "BUYER_INITIATES");
    rows.filter(|row| row.orders.is_empty() || row.orders.split(',').any(|status| status == order_status)).collect()
}

/// Reasons with which a seller of a region may reject.
pub(crate) fn of_rejection(region: &str, request: &str, decision: &str) -> Vec<&'static Reason> {
    let market = market(region);
    let request = if request == "REPLACEMENT" { "RETURN_AND_REFUND" } else { request };
    let wanted = match decision {
        "REJECT_REQUEST_CANCEL" => "REJECT_CANCELLATION",
        "REJECT_REPLACEMENT" => "REJECT_RETURN",
        "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => "REJECT_RECEIVED_PACKAGE",
        other => other,
    };
    let rows = all().iter().filter(|row| row.market == market && row.usage == "SELLER_REJECTS");
    rows.filter(|row| row.request == request && (row.decision.is_empty() || row.decision == wanted)).collect()
}
