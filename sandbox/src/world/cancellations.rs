//! Cancellations: PENDING -> SUCCESS -> COMPLETE, or PENDING -> CANCEL (api 4.4).

use super::orders::Cancelled;
use super::{Due, Object, Split, World};
use serde_json::json;

/// A request to cancel an order.
#[derive(Debug, Clone)]
pub(crate) struct Cancellation {
    pub(crate) id: String,
    pub(crate) order: usize,
    /// Places of the order's lines.
    pub(crate) lines: Vec<usize>,
    /// `BUYER_CANCEL` or `CANCEL`.
    pub(crate) kind: &'static str,
    /// The last word of the status: `PENDING`, `SUCCESS`, `CANCEL`, `COMPLETE`.
    pub(crate) status: &'static str,
    pub(crate) role: &'static str,
    pub(crate) reason: String,
    pub(crate) reason_text: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// When the seller must have answered, while asked.
    pub(crate) deadline: Option<i64>,
    pub(crate) split: Split,
}

impl Cancellation {
    /// Whether a decision is open now; else why not.
    pub(crate) fn allows(&self, decision: &str) -> Result<(), (i64, &'static str)> {
        match self.status {
            "PENDING" if self.deadline.is_some() => Ok(()),
            "PENDING" => Err((25_011_010, "request has been transferred to platform operator")),
            "CANCEL" => Err((25_020_009, "reverse already cancelled")),
            _ if decision.starts_with("REJECT") => {
                Err((25_020_010, "Aftersales has been approved and cannot be rejected."))
            }
            _ => Err((25_001_011, "A return request is already in process, or the order has already been cancelled.")),
        }
    }

    /// The ids of its lines.
    pub(crate) fn line_ids(&self) -> Vec<String> {
        (0..self.lines.len()).map(|place| super::show::line_id(&self.id, place)).collect()
    }
}

impl World {
    pub(super) fn cancellation(&mut self, id: &str) -> Option<&mut Cancellation> {
        let place = *self.cancel_by_id.get(id)?;
        self.cancellations.get_mut(place)
    }

    /// The shop of a cancellation.
    pub(crate) fn shop_of_cancellation(&self, id: &str) -> Option<usize> {
        let order = self.cancellations.get(*self.cancel_by_id.get(id)?)?.order;
        self.orders.get(order).map(|order| order.shop)
    }

    fn move_cancellation(&mut self, id: &str, status: &'static str, at: i64) {
        self.shown_status.remove(id);
        let Some(cancellation) = self.cancellation(id) else { return };
        cancellation.status = status;
        cancellation.deadline = None;
        cancellation.updated = cancellation.updated.max(at);
        if status == "SUCCESS" {
            let (order, lines) = (cancellation.order, cancellation.lines.clone());
            let how = Cancelled { by: cancellation.role, reason: cancellation.reason_text.clone() };
            self.lines_cancelled(order, &lines, &how, at);
        }
        self.announce_cancellation(id, at);
    }

    /// Keeps a new cancellation where it is found again.
    pub(crate) fn add_cancellation(&mut self, new: Cancellation) {
        let place = self.cancellations.len();
        self.cancel_by_id.insert(new.id.clone(), place);
        if let Some(order) = self.orders.get_mut(new.order) {
            order.cancellations.push(place);
        }
        self.cancellations.push(new);
    }

    /// Tells whoever listens.
    pub(crate) fn announce_cancellation(&mut self, id: &str, at: i64) {
        let place = self.cancel_by_id.get(id).copied();
        let Some(cancellation) = place.and_then(|place| self.cancellations.get(place)) else { return };
        let Some(order) = self.orders.get(cancellation.order) else { return };
        let (shop, order_id) = (order.shop, &order.id);
        // The webhook spells the third status with two Ls.
        let word = if cancellation.status == "CANCEL" { "CANCELLED" } else { cancellation.status };
        let status = format!("CANCELLATION_REQUEST_{word}");
        let data = json!({
            "order_id": order_id, "cancellations_role": cancellation.role, "cancel_id": id,
            "cancel_status": self.status_of(id, &status), "create_time": cancellation.created,
        });
        self.announce(shop, 11, "CANCELLATION_STATUS_CHANGE", &data, at);
    }

    /// The word under which a case is shown: its own, or one that nobody knows yet.
    pub(crate) fn status_of<'a>(&'a self, id: &str, own: &'a str) -> &'a str {
        self.shown_status.get(id).map_or(own, String::as_str)
    }

    /// Shows a case in any status until it moves; nothing else about it changes.
    pub(crate) fn show_status(&mut self, id: &str, status: String, at: i64) {
        self.shown_status.insert(id.to_owned(), status);
        if let Some(known) = self.find_return(id) {
            known.updated = known.updated.max(at);
            self.announce_return(id, at);
        } else if let Some(known) = self.cancellation(id) {
            known.updated = known.updated.max(at);
            self.announce_cancellation(id, at);
        }
    }

    /// The seller says yes. The error is the platform's code and text.
    pub(crate) fn approve_cancellation(
        &mut self,
        id: &str,
        by: &'static str,
        at: i64,
    ) -> Result<(), (i64, &'static str)> {
        let cancellation = self.cancellation(id).ok_or((25_007_006, "Order not found."))?;
        cancellation.allows("APPROVE_REQUEST_CANCEL")?;
        self.grant_cancellation(id, by, at);
        Ok(())
    }

    /// The lines are cancelled; what was paid comes back.
    pub(crate) fn grant_cancellation(&mut self, id: &str, by: &'static str, at: i64) {
        let Some(shop) = self.shop_of_cancellation(id) else { return };
        let Some(split) = self.cancellation(id).map(|cancellation| cancellation.split) else { return };
        self.move_cancellation(id, "SUCCESS", at);
        if split.total() > 0 {
            self.promise(Object::Cancellation, id, shop, &split, by, at);
        } else {
            self.move_cancellation(id, "COMPLETE", at);
        }
    }

    /// The seller says no.
    pub(crate) fn reject_cancellation(&mut self, id: &str, at: i64) -> Result<(), (i64, &'static str)> {
        let cancellation = self.cancellation(id).ok_or((25_007_006, "Order not found."))?;
        cancellation.allows("REJECT_REQUEST_CANCEL")?;
        self.move_cancellation(id, "CANCEL", at);
        Ok(())
    }

    /// The buyer takes it back.
    pub(crate) fn withdraw_cancellation(&mut self, id: &str, at: i64) {
        if self.cancellation(id).is_some_and(|cancellation| cancellation.status == "PENDING") {
            self.move_cancellation(id, "CANCEL", at);
        }
    }

    pub(super) fn cancel_time_out(&mut self, id: &str, deadline: i64, at: i64) {
        let asked = self.cancellation(id).is_some_and(|cancellation| cancellation.deadline == Some(deadline));
        if asked {
            let _ = self.approve_cancellation(id, "SYSTEM", at);
        }
    }

    pub(super) fn cancel_paid(&mut self, id: &str, at: i64) {
        if self.cancellation(id).is_some_and(|cancellation| cancellation.status == "SUCCESS") {
            self.move_cancellation(id, "COMPLETE", at);
            self.paid(id, at);
        }
    }

    /// Starts the clock of a request that waits for the seller.
    pub(crate) fn ask_about_cancellation(&mut self, id: &str, deadline: i64) {
        if let Some(cancellation) = self.cancellation(id) {
            cancellation.deadline = Some(deadline);
        }
        self.plan(deadline, Due::TimeOut { object: Object::Cancellation, id: id.to_owned(), deadline });
    }
}
