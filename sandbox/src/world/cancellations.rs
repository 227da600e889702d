//! Cancellations: PENDING -> SUCCESS -> COMPLETE, or PENDING -> CANCEL (api 4.4).

use super::{Due, Object, Split, World};
use serde_json::json;

/// A request to cancel an order.
#[derive(Debug, Clone)]
pub(crate) struct Cancellation {
    pub(crate) id: String,
    pub(crate) order: usize,
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

impl World {
    fn cancellation(&mut self, id: &str) -> Option<&mut Cancellation> {
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
        if matches!(status, "SUCCESS" | "COMPLETE") {
            let order = cancellation.order;
            self.set_order(order, "CANCELLED", at);
        }
        self.announce_cancellation(id, at);
    }

    /// Tells whoever listens.
    pub(crate) fn announce_cancellation(&mut self, id: &str, at: i64) {
        let (Some(shop), Some(cancellation)) = (self.shop_of_cancellation(id), self.cancellation(id).cloned()) else {
            return;
        };
        let order_id = self.orders.get(cancellation.order).map(|order| order.id.clone());
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
        let shop = self.shop_of_cancellation(id).ok_or((25_007_006, "Order not found."))?;
        let cancellation = self.cancellation(id).ok_or((25_007_006, "Order not found."))?;
        match cancellation.status {
            "PENDING" if cancellation.deadline.is_some() => {}
            "PENDING" => return Err((25_011_010, "request has been transferred to platform operator")),
            "CANCEL" => return Err((25_020_009, "reverse already cancelled")),
            _ => {
                return Err((
                    25_001_011,
                    "A return request is already in process, or the order has already been cancelled.",
                ));
            }
        }
        let split = cancellation.split;
        self.move_cancellation(id, "SUCCESS", at);
        self.promise(Object::Cancellation, id, shop, &split, by, at);
        Ok(())
    }

    /// The seller says no.
    pub(crate) fn reject_cancellation(&mut self, id: &str, at: i64) -> Result<(), (i64, &'static str)> {
        let cancellation = self.cancellation(id).ok_or((25_007_006, "Order not found."))?;
        match cancellation.status {
            "PENDING" if cancellation.deadline.is_some() => {}
            "CANCEL" => return Err((25_020_009, "reverse already cancelled")),
            _ => return Err((25_020_010, "Aftersales has been approved and cannot be rejected.")),
        }
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

    /// Moves an order, and says so.
    pub(crate) fn set_order(&mut self, order: usize, status: &'static str, at: i64) {
        let Some(known) = self.orders.get_mut(order) else { return };
        if known.status == status {
            return;
        }
        known.status = status;
        known.updated = known.updated.max(at);
        let (shop, id) = (known.shop, known.id.clone());
        // The webhook writes CANCEL for CANCELLED.
        let word = if status == "CANCELLED" { "CANCEL" } else { status };
        let data = json!({ "order_id": id, "order_status": word, "is_on_hold_order": false, "update_time": at });
        self.announce(shop, 1, "ORDER_STATUS_CHANGE", &data, at);
    }
}
