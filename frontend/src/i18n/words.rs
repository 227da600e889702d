//! Words for the closed lists of the case model.

use shared::domain::case::{Claim, DecisionKind, End, Kind, Stage, WaitingOn};
use shared::wire::session::Role;

/// Name of a view.
pub const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::ToDecide => "To decide",
        Stage::ToInspect => "To inspect",
        Stage::ToTell => "To tell",
        Stage::Waiting => "Waiting",
        Stage::Disputed => "Disputed",
        Stage::Done => "Done",
    }
}

/// What is being asked for.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Cancellation => "Cancellation",
        Kind::RefundOnly => "Refund only",
        Kind::ReturnAndRefund => "Return and refund",
        Kind::Replacement => "Replacement",
        Kind::Other => "Other request",
    }
}

/// Icon of a kind.
pub const fn kind_icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Cancellation => "kind-cancel",
        Kind::RefundOnly => "kind-refund",
        Kind::ReturnAndRefund => "kind-return",
        Kind::Replacement => "parcel",
        Kind::Other => "info",
    }
}

/// Whom a case waits for.
pub const fn waiting_on(whom: WaitingOn) -> &'static str {
    match whom {
        WaitingOn::Buyer => "Waiting for the buyer",
        WaitingOn::Carrier => "Parcel on its way",
        WaitingOn::TikTok => "Waiting for TikTok",
        WaitingOn::Unknown => "Status new to the desk",
    }
}

/// How a case ended.
pub const fn end(end: End) -> &'static str {
    match end {
        End::Refunded => "Refunded",
        End::Cancelled => "Cancelled",
        End::Replaced => "Replaced",
        End::RefundInstead => "Refund instead",
        End::Edited => "Edited by the buyer",
        End::RejectionStands => "Rejection stands",
        End::NotSentBack => "Not sent back",
        End::CancelRefused => "Cancel refused",
        End::Closed => "Closed",
    }
}

/// What a buyer is told, as a noun clause: "Tell: refund is paid".
pub const fn claim(claim: Claim) -> &'static str {
    match claim {
        Claim::Approved => "approved",
        Claim::ReturnAgreed => "return agreed",
        Claim::ParcelAccepted => "parcel accepted",
        Claim::ParcelRefused => "parcel refused",
        Claim::Cancelled => "cancelled",
        Claim::Refunded => "refunded",
        Claim::Rejected => "rejected",
        Claim::OfferMade => "offer made",
        Claim::ReplacementAgreed => "replacement agreed",
    }
}

/// The act, as on a button.
pub const fn decision(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "Approve the cancellation",
        DecisionKind::RejectCancel => "Reject the cancellation",
        DecisionKind::ApproveRefund => "Approve the refund",
        DecisionKind::RejectRefund => "Reject the refund",
        DecisionKind::AgreeReturn => "Agree to the return",
        DecisionKind::AgreeKeep => "Refund, buyer keeps the item",
        DecisionKind::DirectRefund => "Refund now, nothing comes back",
        DecisionKind::RejectReturn => "Reject the return",
        DecisionKind::OfferPartial => "Offer a partial refund",
        DecisionKind::AgreeReplacement => "Send a replacement",
        DecisionKind::RefundInstead => "Refund instead",
        DecisionKind::RejectReplacement => "Reject the replacement",
        DecisionKind::AcceptParcel => "Accept the parcel",
        DecisionKind::RefuseParcel => "Refuse the parcel",
        DecisionKind::PartialAfterParcel => "Partial refund after the parcel",
    }
}

/// A decision as a thing that was done.
pub const fn decided(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "Cancellation approved",
        DecisionKind::ApproveRefund | DecisionKind::DirectRefund => "Refund approved",
        DecisionKind::AgreeReturn => "Return agreed",
        DecisionKind::AgreeKeep => "Refund approved, the buyer keeps the goods",
        DecisionKind::AgreeReplacement => "Replacement agreed",
        DecisionKind::RefundInstead => "Refund in place of a replacement",
        DecisionKind::AcceptParcel => "Parcel accepted",
        DecisionKind::RefuseParcel => "Parcel refused",
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "A part offered",
        DecisionKind::RejectCancel => "Cancellation rejected",
        DecisionKind::RejectRefund => "Refund rejected",
        DecisionKind::RejectReturn => "Return rejected",
        DecisionKind::RejectReplacement => "Replacement rejected",
    }
}

/// A role.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Agent => "Agent",
        Role::Lead => "Lead",
        Role::Admin => "Admin",
    }
}

/// A language by its tag; an unknown tag stands for itself.
pub fn language(tag: &str) -> &str {
    match tag.split(['-', '_']).next().unwrap_or(tag) {
        "en" => "English",
        "th" => "Thai",
        "id" => "Indonesian",
        "es" => "Spanish",
        "vi" => "Vietnamese",
        "ms" => "Malay",
        "tl" | "fil" => "Filipino",
        "de" => "German",
        "fr" => "French",
        "it" => "Italian",
        "pt" => "Portuguese",
        "ja" => "Japanese",
        "zh" => "Chinese",
        _ => tag,
    }
}
