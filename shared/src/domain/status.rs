//! The platform's words, read leniently: an unknown word survives as such.

use super::case::Kind;
use super::facts::{Object, PlatformCase, Record};

/// `cancel_status` or `return_status`. CANCEL and CANCELLED are one status (api 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `CANCELLATION_REQUEST_PENDING`.
    CancelPending,
    /// `CANCELLATION_REQUEST_SUCCESS`: accepted.
    CancelSuccess,
    /// `CANCELLATION_REQUEST_CANCEL` or `.._CANCELLED`: closed without effect.
    CancelClosed,
    /// `CANCELLATION_REQUEST_COMPLETE`: money returned.
    CancelComplete,
    /// `RETURN_OR_REFUND_REQUEST_PENDING`.
    ReturnPending,
    /// `RETURN_OR_REFUND_REQUEST_SUCCESS`: accepted.
    ReturnSuccess,
    /// `RETURN_OR_REFUND_REQUEST_CANCEL`: closed.
    ReturnClosed,
    /// `RETURN_OR_REFUND_REQUEST_COMPLETE`: money returned.
    ReturnComplete,
    /// `REFUND_OR_RETURN_REQUEST_REJECT`; the word order differs on purpose.
    Rejected,
    /// `AWAITING_BUYER_SHIP`.
    AwaitingBuyerShip,
    /// `BUYER_SHIPPED_ITEM`.
    BuyerShipped,
    /// `REJECT_RECEIVE_PACKAGE`.
    ParcelRefused,
    /// `AWAITING_BUYER_RESPONSE`.
    AwaitingBuyerResponse,
    /// `REPLACEMENT_REQUEST_PENDING`.
    ReplacementPending,
    /// `REPLACEMENT_REQUEST_REJECT`.
    ReplacementRejected,
    /// `REPLACEMENT_REQUEST_REFUND_SUCCESS`.
    ReplacementRefunded,
    /// `REPLACEMENT_REQUEST_CANCEL`.
    ReplacementClosed,
    /// `REPLACEMENT_REQUEST_COMPLETE`.
    ReplacementComplete,
    /// `EXCHANGE_REQUEST_PENDING`.
    ExchangePending,
    /// `EXCHANGE_REQUEST_REFUND_SUCCESS`.
    ExchangeRefunded,
    /// `EXCHANGE_REQUEST_CANCEL`.
    ExchangeClosed,
    /// `EXCHANGE_REQUEST_COMPLETE`.
    ExchangeComplete,
    /// New to us.
    Unknown,
}

impl Status {
    /// Reads the platform's word.
    pub fn of(word: &str) -> Self {
        match word {
            "CANCELLATION_REQUEST_PENDING" => Self::CancelPending,
            "CANCELLATION_REQUEST_SUCCESS" => Self::CancelSuccess,
            "CANCELLATION_REQUEST_CANCEL" | "CANCELLATION_REQUEST_CANCELLED" => Self::CancelClosed,
            "CANCELLATION_REQUEST_COMPLETE" => Self::CancelComplete,
            "RETURN_OR_REFUND_REQUEST_PENDING" => Self::ReturnPending,
            "RETURN_OR_REFUND_REQUEST_SUCCESS" => Self::ReturnSuccess,
            "RETURN_OR_REFUND_REQUEST_CANCEL" | "RETURN_OR_REFUND_REQUEST_CANCELLED" => Self::ReturnClosed,
            "RETURN_OR_REFUND_REQUEST_COMPLETE" => Self::ReturnComplete,
            "REFUND_OR_RETURN_REQUEST_REJECT" => Self::Rejected,
            "AWAITING_BUYER_SHIP" => Self::AwaitingBuyerShip,
            "BUYER_SHIPPED_ITEM" => Self::BuyerShipped,
            "REJECT_RECEIVE_PACKAGE" => Self::ParcelRefused,
            "AWAITING_BUYER_RESPONSE" => Self::AwaitingBuyerResponse,
            "REPLACEMENT_REQUEST_PENDING" => Self::ReplacementPending,
            "REPLACEMENT_REQUEST_REJECT" => Self::ReplacementRejected,
            "REPLACEMENT_REQUEST_REFUND_SUCCESS" => Self::ReplacementRefunded,
            "REPLACEMENT_REQUEST_CANCEL" => Self::ReplacementClosed,
            "REPLACEMENT_REQUEST_COMPLETE" => Self::ReplacementComplete,
            "EXCHANGE_REQUEST_PENDING" => Self::ExchangePending,
            "EXCHANGE_REQUEST_REFUND_SUCCESS" => Self::ExchangeRefunded,
            "EXCHANGE_REQUEST_CANCEL" => Self::ExchangeClosed,
            "EXCHANGE_REQUEST_COMPLETE" => Self::ExchangeComplete,
            _ => Self::Unknown,
        }
    }

    /// The platform has ended the case.
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::CancelClosed
                | Self::CancelComplete
                | Self::ReturnClosed
                | Self::ReturnComplete
                | Self::ReplacementClosed
                | Self::ReplacementComplete
                | Self::ReplacementRefunded
                | Self::ExchangeClosed
                | Self::ExchangeComplete
                | Self::ExchangeRefunded
        )
    }

    /// One of the four closed-without-effect words.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::CancelClosed | Self::ReturnClosed | Self::ReplacementClosed | Self::ExchangeClosed)
    }

    /// The request itself is not answered yet, as far as we can read it.
    pub const fn is_pending(self) -> bool {
        matches!(
            self,
            Self::CancelPending
                | Self::ReturnPending
                | Self::ReplacementPending
                | Self::ExchangePending
                | Self::Unknown
        )
    }

    /// The shop has answered when this status becomes that one: the request, or by its verdict on the parcel.
    pub const fn is_answered_by(self, now: Self) -> bool {
        const fn is_sent_back(status: Status) -> bool {
            matches!(status, Status::AwaitingBuyerShip | Status::BuyerShipped)
        }
        let was_asked = self.is_pending() || (is_sent_back(self) && !is_sent_back(now) && !now.is_closed());
        was_asked && !now.is_pending()
    }

    /// It follows the shop's answer and is none itself: sent back, paid, or closed. A cancellation is closed by refusing it.
    pub const fn is_after_answer(self) -> bool {
        matches!(
            self,
            Self::BuyerShipped
                | Self::CancelComplete
                | Self::ReturnComplete
                | Self::ReturnClosed
                | Self::ReplacementClosed
                | Self::ExchangeClosed
        )
    }

    /// A rejection that the buyer may dispute.
    pub const fn is_rejection(self) -> bool {
        matches!(self, Self::Rejected | Self::ParcelRefused | Self::ReplacementRejected)
    }
}

/// What the platform asks the seller to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Answer a cancellation (`SELLER_RESPOND_CANCEL` in 202309, `SELLER_RESPOND_BUYER_CANCEL` in 202602).
    Cancel,
    /// Answer a refund-only request.
    Refund,
    /// Answer a return request.
    Return,
    /// Give the verdict on a parcel.
    Parcel,
    /// Answer a replacement request.
    Replacement,
    /// New to us.
    Unknown,
}

impl Asked {
    /// Reads the platform's word.
    pub fn of(word: &str) -> Self {
        match word {
            "SELLER_RESPOND_CANCEL" | "SELLER_RESPOND_BUYER_CANCEL" => Self::Cancel,
            "SELLER_RESPOND_REFUND" => Self::Refund,
            "SELLER_RESPOND_RETURN" => Self::Return,
            "SELLER_RESPOND_RECEIVE_PACKAGE" => Self::Parcel,
            "SELLER_RESPOND_REPLACEMENT" => Self::Replacement,
            _ => Self::Unknown,
        }
    }
}

impl PlatformCase {
    /// The status, read.
    pub fn status_read(&self) -> Status {
        Status::of(&self.status)
    }

    /// The open actions: none once the platform has ended the case.
    pub fn asked(&self) -> impl Iterator<Item = Asked> + '_ {
        let is_open = !self.status_read().is_terminal();
        self.actions.iter().filter(move |_| is_open).map(|action| Asked::of(&action.name))
    }

    /// What is being asked for; read anew each time, since it may change within a case.
    pub fn kind(&self) -> Kind {
        match (self.object, self.type_word.as_str()) {
            (Object::Cancellation, _) => Kind::Cancellation,
            (Object::Return, "REFUND") => Kind::RefundOnly,
            (Object::Return, "RETURN_AND_REFUND") => Kind::ReturnAndRefund,
            (Object::Return, "REPLACEMENT") => Kind::Replacement,
            (Object::Return, _) => Kind::Other,
        }
    }

    /// The shop has been asked to decide it, as far as that can be told from how it stands now: not what was cancelled at
    /// once, nor what somebody else than the buyer began, nor what TikTok still looks at itself.
    pub fn was_asked(&self) -> bool {
        let is_others = matches!(self.role.as_str(), "SELLER" | "SYSTEM" | "OPERATOR");
        let is_unasked = self.status_read().is_pending() && self.actions.is_empty();
        self.type_word != "CANCEL" && !is_others && !is_unasked
    }

    /// `arbitration_status` is this word.
    pub fn arbitration_is(&self, word: &str) -> bool {
        self.arbitration.as_deref() == Some(word)
    }
}

/// Whether a record's event is this word; names are compared without regard to case.
pub const fn is_event(record: &Record, word: &str) -> bool {
    record.event.as_str().eq_ignore_ascii_case(word)
}

/// Whether a record's event holds a word; names are compared without regard to case.
pub fn has_event(records: &[Record], word: &str) -> bool {
    records.iter().any(|record| record.event.to_ascii_uppercase().contains(word))
}

/// Whether a record says that the seller's time ran out (`SELLER_.*TIMEOUT`).
pub fn time_ran_out(records: &[Record]) -> bool {
    records.iter().any(|record| says_time_ran_out(&record.event))
}

/// Whether the event of a record says so.
pub fn says_time_ran_out(event: &str) -> bool {
    let event = event.to_ascii_uppercase();
    event.starts_with("SELLER_") && event.contains("TIMEOUT")
}
