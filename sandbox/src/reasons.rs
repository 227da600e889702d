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

impl Reason {
    /// Whether it may be given while an order is in a state.
    pub(crate) fn fits(&self, order_status: &str) -> bool {
        self.orders.is_empty() || self.orders.split(',').any(|status| status == order_status)
    }

    /// The usual state of an order for which it is given.
    pub(crate) fn order_status(&self) -> &'static str {
        let wanted: &[&str] = match (self.request, self.orders.is_empty()) {
            ("CANCEL", true) => return "AWAITING_SHIPMENT",
            (_, true) => return "DELIVERED",
            ("CANCEL", false) => &["AWAITING_SHIPMENT", "ON_HOLD", "UNPAID"],
            (_, false) => &["DELIVERED", "IN_TRANSIT", "AWAITING_COLLECTION"],
        };
        wanted.iter().copied().find(|status| self.fits(status)).unwrap_or("DELIVERED")
    }
}

/// Reasons of a use, for a kind of request about an order in a state.
pub(crate) fn of_use(region: &str, request: &str, usage: &str, order_status: &str) -> Vec<&'static Reason> {
    let market = market(region);
    let rows = all().iter().filter(|row| row.market == market && row.request == request && row.usage == usage);
    rows.filter(|row| row.fits(order_status)).collect()
}

/// Reasons that a buyer may give for a kind of request about an order in a state.
pub(crate) fn of_buyer(region: &str, kind: &str, order_status: &str) -> Vec<&'static Reason> {
    let request = if matches!(kind, "REPLACEMENT" | "EXCHANGE") { "RETURN_AND_REFUND" } else { kind };
    of_use(region, request, "BUYER_INITIATES", order_status)
}

/// Reasons that a buyer may give for a kind of request, in whatever state the order is.
pub(crate) fn ever_of_buyer(region: &str, kind: &str) -> impl Iterator<Item = &'static Reason> {
    let request = if matches!(kind, "REPLACEMENT" | "EXCHANGE") { "RETURN_AND_REFUND" } else { kind };
    let (market, request) = (market(region).to_owned(), request.to_owned());
    all().iter().filter(move |row| row.market == market && row.request == request && row.usage == "BUYER_INITIATES")
}

/// The reason that a seller of a region begins something with; else the platform's code and text (api 4.8).
pub(crate) fn of_seller(
    region: &str,
    request: &str,
    order_status: &str,
    name: &str,
) -> Result<&'static Reason, (i64, &'static str)> {
    let market = market(region);
    let known: Vec<&Reason> = all().iter().filter(|row| row.name == name).collect();
    let of_seller: Vec<&Reason> =
        known.iter().copied().filter(|row| row.market == market && row.usage == "SELLER_INITIATES").collect();
    let of_request: Vec<&Reason> = of_seller.iter().copied().filter(|row| row.request == request).collect();
    match of_request.iter().find(|row| row.fits(order_status)) {
        Some(row) => Ok(row),
        None if known.is_empty() => {
            Err((25_001_014, "Unknown return reason. Please ensure you are passing a valid return reason."))
        }
        None if of_seller.is_empty() => Err((
            25_001_015,
            "The provided return reason cannot be used by the seller. Please select a valid return reason and try again.",
        )),
        None if of_request.is_empty() => Err((25_001_016, "reverse reason not match action type")),
        None => Err((25_001_021, "Reason not match order status")),
    }
}

/// Reasons with which a seller of a region may reject.
pub(crate) fn of_rejection(region: &str, request: &str, decision: &str) -> Vec<&'static Reason> {
    let market = market(region);
    let request = if matches!(request, "REPLACEMENT" | "EXCHANGE") { "RETURN_AND_REFUND" } else { request };
    let wanted = match decision {
        "REJECT_REQUEST_CANCEL" => "REJECT_CANCELLATION",
        "REJECT_REPLACEMENT" | "REJECT_EXCHANGE" => "REJECT_RETURN",
        "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => "REJECT_RECEIVED_PACKAGE",
        other => other,
    };
    let rows = all().iter().filter(|row| row.market == market && row.usage == "SELLER_REJECTS");
    rows.filter(|row| row.request == request && (row.decision.is_empty() || row.decision == wanted)).collect()
}

/// The reason of a rejection; else the platform's code and text (api 4.8).
pub(crate) fn rejecting(
    region: &str,
    request: &str,
    decision: &str,
    name: &str,
) -> Result<&'static Reason, (i64, &'static str)> {
    match of_rejection(region, request, decision).into_iter().find(|row| row.name == name) {
        Some(row) => Ok(row),
        None if all().iter().any(|row| row.name == name) => Err((25_001_016, "reverse reason not match action type")),
        None => Err((25_001_014, "Unknown return reason. Please ensure you are passing a valid return reason.")),
    }
}
