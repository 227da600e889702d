//! Refunds, returns and replacements (api 4.3 to 4.5).

use super::{Due, Object, Split, World};
use serde_json::json;

/// One entry of a return's records.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) event: &'static str,
    pub(crate) role: &'static str,
    pub(crate) description: String,
    pub(crate) reason_text: Option<String>,
    pub(crate) note: Option<String>,
    /// Names of pictures.
    pub(crate) images: Vec<String>,
    pub(crate) at: i64,
}

/// A refund, return or replacement request.
#[derive(Debug, Clone)]
pub(crate) struct Return {
    pub(crate) id: String,
    pub(crate) order: usize,
    /// `REFUND`, `RETURN_AND_REFUND`, `REPLACEMENT`.
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) arbitration: Option<&'static str>,
    pub(crate) role: &'static str,
    pub(crate) reason: String,
    pub(crate) reason_text: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// What the seller is asked, and until when.
    pub(crate) asked: Option<(&'static str, i64)>,
    pub(crate) split: Split,
    pub(crate) partial: Option<i64>,
    pub(crate) partial_declined: bool,
    /// Offers so far: an answer belongs to one of them.
    pub(crate) offers: u32,
    pub(crate) is_quick: bool,
    pub(crate) pre: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) tracking: Option<(String, String)>,
    pub(crate) records: Vec<Record>,
}

pub(crate) const PENDING: &str = "RETURN_OR_REFUND_REQUEST_PENDING";
pub(crate) const SUCCESS: &str = "RETURN_OR_REFUND_REQUEST_SUCCESS";
pub(crate) const COMPLETE: &str = "RETURN_OR_REFUND_REQUEST_COMPLETE";
pub(crate) const CLOSED: &str = "RETURN_OR_REFUND_REQUEST_CANCEL";
pub(crate) const REJECTED: &str = "REFUND_OR_RETURN_REQUEST_REJECT";
pub(crate) const SHIP: &str = "AWAITING_BUYER_SHIP";
pub(crate) const SHIPPED: &str = "BUYER_SHIPPED_ITEM";
pub(crate) const REFUSED: &str = "REJECT_RECEIVE_PACKAGE";
pub(crate) const OFFERED: &str = "AWAITING_BUYER_RESPONSE";

pub(crate) const ASK_REFUND: &str = "SELLER_RESPOND_REFUND";
pub(crate) const ASK_RETURN: &str = "SELLER_RESPOND_RETURN";
pub(crate) const ASK_PARCEL: &str = "SELLER_RESPOND_RECEIVE_PACKAGE";
pub(crate) const ASK_REPLACEMENT: &str = "SELLER_RESPOND_REPLACEMENT";

/// Seconds to look at a parcel that has come.
const INSPECT_S: i64 = 2 * 86_400;

/// A refusal: the platform's code and text.
pub(crate) type Refused = (i64, &'static str);

/// What a decision carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) decision: String,
    pub(crate) keep: bool,
    pub(crate) amount: Option<i64>,
    pub(crate) reason_text: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) images: Vec<String>,
}

impl Return {
    /// Whether a decision is open now; else why not.
    pub(crate) fn allows(&self, decision: &str) -> Result<(), Refused> {
        let asked = self.asked.map(|(action, _)| action);
        if self.arbitration == Some("IN_PROGRESS") {
            return Err((25_011_010, "request has been transferred to platform operator"));
        }
        if self.status == CLOSED || self.status.ends_with("_CANCEL") {
            return Err((25_020_009, "reverse already cancelled"));
        }
        let fits = match decision {
            "APPROVE_REFUND" | "REJECT_REFUND" => asked == Some(ASK_REFUND),
            "APPROVE_RETURN" | "REJECT_RETURN" => asked == Some(ASK_RETURN),
            "APPROVE_RECEIVED_PACKAGE" | "REJECT_RECEIVED_PACKAGE" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => {
                asked == Some(ASK_PARCEL)
            }
            "APPROVE_REPLACEMENT" | "REJECT_REPLACEMENT" | "ISSUE_REPLACEMENT_REFUND" => asked == Some(ASK_REPLACEMENT),
            "DIRECT_REFUND" => matches!(asked, Some(ASK_RETURN | ASK_REPLACEMENT)),
            "OFFER_PARTIAL_REFUND" => matches!(asked, Some(ASK_REFUND | ASK_RETURN | ASK_REPLACEMENT)),
            _ => return Err((25_020_004, "decision not match reverse type")),
        };
        if self.is_quick && matches!(decision, "REJECT_RECEIVED_PACKAGE" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG") {
            return Err((25_011_025, "quick refund forbid reject receive"));
        }
        if fits {
            return Ok(());
        }
        Err(match (decision, self.status) {
            (_, OFFERED) => (25_007_007, "ReverseOrderExistNegotiate"),
            ("REJECT_RECEIVED_PACKAGE", _) => (25_020_012, "status can't reject receive"),
            ("APPROVE_RECEIVED_PACKAGE", _) => (25_011_013, "reverse status cannot approve receive"),
            (name, SUCCESS | COMPLETE) if name.starts_with("REJECT") => {
                (25_020_010, "Aftersales has been approved and cannot be rejected.")
            }
            (name, _) if name.starts_with("REJECT") => (25_011_011, "reverse status cannot reject application"),
            _ => (25_011_012, "reverse status cannot approve application"),
        })
    }
}

impl World {
    pub(crate) fn find_return(&mut self, id: &str) -> Option<&mut Return> {
        let place = *self.return_by_id.get(id)?;
        self.returns.get_mut(place)
    }

    /// The shop of a return.
    pub(crate) fn shop_of_return(&self, id: &str) -> Option<usize> {
        let order = self.returns.get(*self.return_by_id.get(id)?)?.order;
        self.orders.get(order).map(|order| order.shop)
    }

    fn move_return(&mut self, id: &str, status: &'static str, record: Record) {
        let at = record.at;
        self.shown_status.remove(id);
        let Some(known) = self.find_return(id) else { return };
        known.status = status;
        known.asked = None;
        known.updated = known.updated.max(at);
        known.records.push(record);
        self.announce_return(id, at);
    }

    /// Tells whoever listens.
    pub(crate) fn announce_return(&mut self, id: &str, at: i64) {
        let (Some(shop), Some(known)) = (self.shop_of_return(id), self.find_return(id).cloned()) else { return };
        let order_id = self.orders.get(known.order).map(|order| order.id.clone());
        let status = self.status_of(id, known.status).to_owned();
        let data = json!({
            "order_id": order_id, "return_role": known.role, "return_type": known.kind, "return_status": status,
            "return_id": id, "create_time": known.created, "update_time": known.updated,
        });
        self.announce(shop, 12, "RETURN_STATUS_CHANGE", &data, at);
    }

    /// Starts the clock of what the seller is asked.
    pub(crate) fn ask_about_return(&mut self, id: &str, action: &'static str, deadline: i64) {
        if let Some(known) = self.find_return(id) {
            known.asked = Some((action, deadline));
        }
        self.plan(deadline, Due::TimeOut { object: Object::Return, id: id.to_owned(), deadline });
    }

    /// The seller decides. `by` names who acts for the seller.
    pub(crate) fn decide_return(
        &mut self,
        id: &str,
        verdict: &Verdict,
        by: &'static str,
        at: i64,
    ) -> Result<(), Refused> {
        let shop = self.shop_of_return(id).ok_or((25_007_006, "Order not found."))?;
        let known = self.find_return(id).ok_or((25_007_006, "Order not found."))?;
        known.allows(&verdict.decision)?;
        let (kind, split, total) = (known.kind, known.split, known.split.total());
        let record = |event: &'static str, text: &str| Record {
            event,
            role: if by == "SYSTEM" { "SYSTEM" } else { "SELLER" },
            description: text.to_owned(),
            reason_text: verdict.reason_text.clone(),
            note: verdict.comment.clone(),
            images: verdict.images.clone(),
            at,
        };
        match verdict.decision.as_str() {
            "APPROVE_RETURN" if !verdict.keep => {
                self.move_return(id, SHIP, record("SELLER_AGGREE_RETURN", "Seller approved the return request"));
                let later = at + self.dials.ship_back_s;
                self.plan(later, Due::ShipBack { id: id.to_owned() });
            }
            "ISSUE_REPLACEMENT_REFUND" => {
                self.move_return(
                    id,
                    "REPLACEMENT_REQUEST_REFUND_SUCCESS",
                    record("ORDER_RETURN", "Seller refunded instead"),
                );
                self.promise(Object::Return, id, shop, &split, by, at);
            }
            "APPROVE_REPLACEMENT" => {
                self.move_return(
                    id,
                    "REPLACEMENT_REQUEST_COMPLETE",
                    record("ORDER_RETURN", "Seller sends a replacement"),
                );
            }
            "OFFER_PARTIAL_REFUND" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => {
                let offer = verdict.amount.ok_or((25_001_001, "An invalid request parameter was passed. Please check that you have the correct parameter type(s) and format."))?;
                if offer <= 0 || offer >= total {
                    return Err((25_005_005, "Refund total amount is larger than the refundable amount."));
                }
                let mut number = 0;
                if let Some(known) = self.find_return(id) {
                    known.partial = Some(offer);
                    known.partial_declined = false;
                    known.offers += 1;
                    number = known.offers;
                }
                self.move_return(id, OFFERED, record("ORDER_RETURN", "Seller offered a partial refund"));
                let later = at + self.dials.offer_answer_s;
                self.plan(later, Due::OfferAnswer { id: id.to_owned(), offer: number });
            }
            "REJECT_RECEIVED_PACKAGE" => {
                self.move_return(id, REFUSED, record("SELLER_REJECT_RECEIVE", "Seller refused the parcel"))
            }
            "REJECT_REPLACEMENT" => self.move_return(
                id,
                "REPLACEMENT_REQUEST_REJECT",
                record("ORDER_RETURN", "Seller rejected the request"),
            ),
            name if name.starts_with("REJECT") => {
                self.move_return(id, REJECTED, record("SELLER_REJECT_APPLY", "Seller rejected the request"))
            }
            _ => {
                let event = if by == "SYSTEM" { "SELLER_RESPOND_TIMEOUT" } else { "ORDER_RETURN" };
                let text = if kind == "REFUND" { "The refund was approved" } else { "The request was approved" };
                self.move_return(id, SUCCESS, record(event, text));
                self.promise(Object::Return, id, shop, &split, by, at);
            }
        }
        Ok(())
    }

    pub(super) fn return_time_out(&mut self, id: &str, deadline: i64, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let Some((action, until)) = known.asked else { return };
        if until != deadline {
            return;
        }
        let decision = match action {
            ASK_REFUND => "APPROVE_REFUND",
            ASK_RETURN => "APPROVE_RETURN",
            ASK_PARCEL => "APPROVE_RECEIVED_PACKAGE",
            _ => "APPROVE_REPLACEMENT",
        };
        let verdict = Verdict { decision: decision.to_owned(), ..Verdict::default() };
        let _ = self.decide_return(id, &verdict, "SYSTEM", at);
        if let Some(known) = self.find_return(id)
            && !known.records.iter().any(|record| record.at == at && record.event.contains("TIMEOUT"))
        {
            known.records.push(Record {
                event: "SELLER_RESPOND_TIMEOUT",
                role: "SYSTEM",
                description: "The seller did not answer in time".to_owned(),
                reason_text: None,
                note: None,
                images: Vec::new(),
                at,
            });
        }
    }

    fn system_record(event: &'static str, text: &str, at: i64) -> Record {
        Record {
            event,
            role: "SYSTEM",
            description: text.to_owned(),
            reason_text: None,
            note: None,
            images: Vec::new(),
            at,
        }
    }

    pub(super) fn return_paid(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let order = known.order;
        let record = Self::system_record("REFUND_SUCCESS", "The refund was paid", at);
        if known.status == SUCCESS {
            self.move_return(id, COMPLETE, record);
            self.set_order(order, "COMPLETED", at);
        } else {
            known.records.push(record);
            known.updated = known.updated.max(at);
            self.announce_return(id, at);
        }
        self.paid(id, at);
    }

    /// The buyer answers an offer.
    pub(crate) fn offer_answered(&mut self, id: &str, at: i64, accepts: bool) {
        let Some(shop) = self.shop_of_return(id) else { return };
        let Some(known) = self.find_return(id) else { return };
        let (Some(offer), OFFERED) = (known.partial, known.status) else { return };
        if accepts {
            known.split = Split { goods: offer, shipping: 0, tax: 0 };
            let split = known.split;
            self.move_return(id, SUCCESS, Self::system_record("ORDER_RETURN", "The buyer accepted the offer", at));
            self.promise(Object::Return, id, shop, &split, "SELLER", at);
        } else {
            known.partial_declined = true;
            let action = match known.kind {
                "REFUND" => ASK_REFUND,
                "REPLACEMENT" => ASK_REPLACEMENT,
                _ => ASK_RETURN,
            };
            self.move_return(id, PENDING, Self::system_record("ORDER_RETURN", "The buyer declined the offer", at));
            self.ask_about_return(id, action, at + INSPECT_S);
        }
    }

    /// The buyer hands the parcel over.
    pub(crate) fn shipped_back(&mut self, id: &str, at: i64) {
        if self.find_return(id).is_none_or(|known| known.status != SHIP) {
            return;
        }
        let number = self.number("RT");
        let region = self.shop_of_return(id).map_or("US", |shop| self.region(shop));
        let carriers = crate::seed::return_carriers(region);
        let carrier = self.pick(carriers).unwrap_or("Carrier").to_owned();
        if let Some(known) = self.find_return(id) {
            known.tracking = Some((carrier, number));
        }
        self.move_return(id, SHIPPED, Self::system_record("BUYER_SHIPPED", "The return package was picked up", at));
        let later = at + self.dials.parcel_s;
        self.plan(later, Due::Arrive { id: id.to_owned() });
    }

    /// The parcel is at the seller's door.
    pub(crate) fn arrived(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id).filter(|known| known.status == SHIPPED && known.asked.is_none()) else {
            return;
        };
        known.records.push(Self::system_record("RETURN_PACKAGE_DELIVERED", "The return package was delivered", at));
        known.updated = known.updated.max(at);
        self.ask_about_return(id, ASK_PARCEL, at + INSPECT_S);
        self.announce_return(id, at);
    }

    /// The buyer takes the request back.
    pub(crate) fn withdraw_return(&mut self, id: &str, at: i64) {
        let open = self.find_return(id).is_some_and(|known| known.status == PENDING || known.status == OFFERED);
        if open {
            self.move_return(id, CLOSED, Self::system_record("ORDER_RETURN", "The buyer closed the request", at));
        }
    }

    /// The buyer takes a rejection to the platform.
    pub(crate) fn dispute(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id).filter(|known| matches!(known.status, REJECTED | REFUSED)) else {
            return;
        };
        known.arbitration = Some("IN_PROGRESS");
        known.updated = known.updated.max(at);
        self.announce_return(id, at);
    }

    /// The platform rules.
    pub(crate) fn rule(&mut self, id: &str, for_buyer: bool, at: i64) {
        let Some(shop) = self.shop_of_return(id) else { return };
        let Some(known) = self.find_return(id).filter(|known| known.arbitration == Some("IN_PROGRESS")) else { return };
        known.arbitration = Some(if for_buyer { "SUPPORT_BUYER" } else { "SUPPORT_SELLER" });
        let split = known.split;
        if for_buyer {
            self.move_return(id, SUCCESS, Self::system_record("ORDER_RETURN", "TikTok ruled for the buyer", at));
            self.promise(Object::Return, id, shop, &split, "PLATFORM", at);
        } else {
            self.move_return(id, CLOSED, Self::system_record("ORDER_RETURN", "TikTok ruled for the seller", at));
        }
    }

    /// The buyer adds a photo and a line.
    pub(crate) fn add_photo(&mut self, id: &str, note: &str, images: Vec<String>, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        known.records.push(Record {
            event: "ORDER_RETURN",
            role: "Buyer",
            description: "The buyer added to the request".to_owned(),
            reason_text: None,
            note: Some(note.to_owned()).filter(|note| !note.is_empty()),
            images,
            at,
        });
        known.updated = known.updated.max(at);
        self.announce_return(id, at);
    }
}
