//! After-sales requests and parcels (api 4.1, 4.5): what a buyer asked for at once, article by article, and what comes
//! back together.

use super::returns::{ASK_PARCEL, SHIP, SHIPPED};
use super::{Return, World};
use serde_json::json;

/// What a buyer asked for at once: a return for each article.
#[derive(Debug)]
pub(crate) struct AftersalesRequest {
    pub(crate) id: String,
    pub(crate) shop: usize,
    pub(crate) created: i64,
    /// Places of its returns.
    pub(crate) returns: Vec<usize>,
    /// The status that was last told.
    told: &'static str,
}

/// A parcel (RMA) with what is sent back.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) id: String,
    pub(crate) package: String,
    /// Place of its request.
    pub(crate) request: usize,
    pub(crate) created: i64,
    /// Places of its returns.
    pub(crate) returns: Vec<usize>,
    told: &'static str,
}

impl World {
    /// An empty request of a shop's buyer.
    pub(super) fn new_request(&mut self, shop: usize, at: i64) -> usize {
        let id = self.number("4038");
        self.requests.push(AftersalesRequest { id, shop, created: at, returns: Vec::new(), told: "INIT" });
        self.requests.len() - 1
    }

    fn members<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Return> {
        places.iter().filter_map(|place| self.returns.get(*place))
    }

    /// When a group last changed.
    pub(crate) fn group_updated(&self, places: &[usize], created: i64) -> i64 {
        self.members(places).map(|known| known.updated).max().unwrap_or(created)
    }

    /// How a request stands.
    pub(crate) fn request_status(&self, request: &AftersalesRequest) -> &'static str {
        let is_asked = |known: &Return| known.asked.is_some_and(|(action, _)| action != ASK_PARCEL);
        if self.members(&request.returns).any(is_asked) {
            "PENDING_REQUEST_REVIEW"
        } else if self.members(&request.returns).any(|known| known.status.ends_with("_PENDING")) {
            "INIT"
        } else {
            "REQUEST_REVIEW_COMPLETED"
        }
    }

    /// How a parcel stands.
    pub(crate) fn parcel_status(&self, parcel: &Parcel) -> &'static str {
        let any = |fits: fn(&Return) -> bool| self.members(&parcel.returns).any(fits);
        if any(|known| known.asked.is_some_and(|(action, _)| action == ASK_PARCEL)) {
            "PENDING_PACKAGE_REVIEW"
        } else if any(|known| known.status == SHIPPED) {
            "RETURN_IN_TRANSIT"
        } else if any(|known| known.status == SHIP) {
            "AWAITING_BUYER_RETURN"
        } else {
            "PACKAGE_REVIEW_COMPLETED"
        }
    }

    /// The parcel in which an agreed return goes back: that of its request, if nobody has sent it off yet.
    pub(super) fn join_parcel(&mut self, id: &str, at: i64) {
        let Some(place) = self.return_by_id.get(id).copied() else { return };
        let Some(request) = self.returns.get(place).map(|known| known.request) else { return };
        let waiting =
            |parcel: &Parcel| parcel.request == request && self.parcel_status(parcel) == "AWAITING_BUYER_RETURN";
        let parcel = self.parcels.iter().rposition(waiting).unwrap_or_else(|| {
            let (id, package) = (self.number("4039"), self.number("1158"));
            self.parcels.push(Parcel { id, package, request, created: at, returns: Vec::new(), told: "INIT" });
            self.parcels.len() - 1
        });
        if let Some(known) = self.parcels.get_mut(parcel) {
            known.returns.push(place);
        }
        if let Some(known) = self.returns.get_mut(place) {
            known.parcel = Some(parcel);
        }
    }

    /// The returns that travel with one, itself included.
    pub(super) fn together(&self, id: &str) -> Vec<String> {
        let place = self.return_by_id.get(id).copied();
        let known = place.and_then(|place| self.returns.get(place));
        let parcel = known.and_then(|known| known.parcel).and_then(|parcel| self.parcels.get(parcel));
        match parcel {
            Some(parcel) => self.members(&parcel.returns).map(|known| known.id.clone()).collect(),
            None => vec![id.to_owned()],
        }
    }

    /// Whether a return shares its parcel.
    pub(crate) fn is_combined(&self, known: &Return) -> bool {
        known.parcel.and_then(|parcel| self.parcels.get(parcel)).is_some_and(|parcel| parcel.returns.len() > 1)
    }

    /// Tells of the request and the parcel of a return, where their status has changed.
    pub(super) fn announce_groups(&mut self, place: usize, at: i64) {
        let Some(known) = self.returns.get(place) else { return };
        let (request, parcel, role) = (known.request, known.parcel, known.role);
        let Some(asking) = self.requests.get(request) else { return };
        let (shop, status) = (asking.shop, self.request_status(asking));
        if asking.told != status {
            let data = json!({
                "aftersales_request_id": asking.id, "return_role": role, "aftersales_request_status": status,
                "aftersales_request_create_time": asking.created,
                "aftersales_request_update_time": self.group_updated(&asking.returns, asking.created),
            });
            if let Some(asking) = self.requests.get_mut(request) {
                asking.told = status;
            }
            self.announce(shop, 64, "AFTERSALES_REQUEST_STATUS_UPDATE", &data, at);
        }
        let Some(parcel_place) = parcel else { return };
        let Some(parcel) = self.parcels.get(parcel_place) else { return };
        let status = self.parcel_status(parcel);
        if parcel.told != status {
            // The webhook has its own word for the second.
            let word = if status == "AWAITING_BUYER_RETURN" { "AWAITING_BUYER_SHIPPED" } else { status };
            let data = json!({
                "rma_id": parcel.id, "aftersales_request_id": self.requests.get(request).map(|asking| &asking.id),
                "return_role": role, "rma_status": word, "rma_request_create_time": parcel.created,
                "rma_request_update_time": self.group_updated(&parcel.returns, parcel.created),
            });
            if let Some(parcel) = self.parcels.get_mut(parcel_place) {
                parcel.told = status;
            }
            self.announce(shop, 65, "RMA_STATUS_UPDATE", &data, at);
        }
    }
}
