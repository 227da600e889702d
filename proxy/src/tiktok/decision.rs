//! The decisions on every kind of case: one closed list, each with its path and body.

use super::client::Upstream;
use super::endpoint::{Call, Endpoint};
use super::error::TiktokError;
use super::outcome::{Outcome, Receipt};
use super::wire::Empty;
use reqwest::Method;
use serde::Serialize;
use serde_json::json;
use shared::domain::case::DecisionKind;
use shared::domain::facts::Object;
use shared::money::Money;

const AREA: &str = "return_refund";
static APPROVE_CANCEL: Endpoint =
    Endpoint::new("approve_cancellation", Method::POST, AREA, &["202309"], "cancellations/{id}/approve");
static REJECT_CANCEL: Endpoint =
    Endpoint::new("reject_cancellation", Method::POST, AREA, &["202309"], "cancellations/{id}/reject");
static APPROVE: Endpoint = Endpoint::new("approve_return", Method::POST, AREA, &["202309"], "returns/{id}/approve");
static REJECT: Endpoint =
    Endpoint::new("reject_return", Method::POST, AREA, &["202606", "202309"], "returns/{id}/reject");
/// Only the newest version knows a part after the parcel was received.
static REJECT_NEWEST: Endpoint =
    Endpoint::new("reject_return_in_part", Method::POST, AREA, &["202606"], "returns/{id}/reject");

/// The platform's limit for proofs of one rejection (202606).
const MOST_IMAGES: usize = 6;

/// What a decision carries.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionCommand {
    /// Which decision.
    pub kind: DecisionKind,
    /// A reject reason's name.
    pub reason: Option<String>,
    /// For TikTok; at most 500 characters.
    pub comment: Option<String>,
    /// Uploaded before.
    pub images: Vec<ProofImage>,
    /// For an offer of a part.
    pub amount: Option<Money>,
}

/// An uploaded proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofImage {
    /// From [`Upstream::upload_product_image`].
    pub uri: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// For example `image/jpeg`.
    pub mime: String,
}

/// Members that do not apply are left out.
#[derive(Serialize)]
struct Rejection<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    reject_reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<RejectionImage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_refund_amount: Option<PartialTotal<'a>>,
}

#[derive(Serialize)]
struct RejectionImage<'a> {
    image_id: &'a str,
    mime_type: &'a str,
    width: u32,
    height: u32,
}

#[derive(Serialize)]
struct PartialTotal<'a> {
    partial_refund_total: &'a str,
    currency: &'a str,
}

impl<'a> Rejection<'a> {
    fn new(decision: Option<&'static str>, command: &'a DecisionCommand) -> Result<Self, TiktokError> {
        let images = command.images.iter().take(MOST_IMAGES).map(|image| RejectionImage {
            image_id: &image.uri,
            mime_type: &image.mime,
            width: image.width,
            height: image.height,
        });
        Ok(Self {
            decision,
            reject_reason: command.reason.as_deref().ok_or(TiktokError::Missing { what: "reject reason" })?,
            comment: command.comment.as_deref(),
            images: images.collect(),
            partial_refund_amount: None,
        })
    }
}

/// The path and the body of a decision (case model 5).
fn decision_call(object: Object, id: &str, command: &DecisionCommand) -> Result<Call, TiktokError> {
    use DecisionKind as Kind;
    let wanted = match command.kind {
        Kind::ApproveCancel | Kind::RejectCancel => Object::Cancellation,
        _ => Object::Return,
    };
    if object != wanted {
        return Err(TiktokError::Missing { what: "a decision for this kind of case" });
    }
    let amount = || command.amount.as_ref().ok_or(TiktokError::Missing { what: "amount" });
    let approve = |body| Call::of(&APPROVE, id)?.json(&body);
    let reject = |decision| Call::of(&REJECT, id)?.json(&Rejection::new(Some(decision), command)?);
    match command.kind {
        Kind::ApproveCancel => Call::of(&APPROVE_CANCEL, id),
        Kind::RejectCancel => Call::of(&REJECT_CANCEL, id)?.json(&Rejection::new(None, command)?),
        Kind::ApproveRefund => approve(json!({ "decision": "APPROVE_REFUND" })),
        Kind::AgreeReturn => approve(json!({ "decision": "APPROVE_RETURN", "buyer_keep_item": false })),
        Kind::AgreeKeep => approve(json!({ "decision": "APPROVE_RETURN", "buyer_keep_item": true })),
        Kind::DirectRefund => approve(json!({ "decision": "DIRECT_REFUND" })),
        Kind::AgreeReplacement => approve(json!({ "decision": "APPROVE_REPLACEMENT" })),
        Kind::RefundInstead => approve(json!({ "decision": "ISSUE_REPLACEMENT_REFUND" })),
        Kind::AcceptParcel => approve(json!({ "decision": "APPROVE_RECEIVED_PACKAGE" })),
        Kind::OfferPartial => {
            let offer = json!({ "currency": amount()?.currency(), "amount": amount()?.amount() });
            approve(json!({ "decision": "OFFER_PARTIAL_REFUND", "partial_refund": offer }))
        }
        Kind::RejectRefund => reject("REJECT_REFUND"),
        Kind::RejectReturn => reject("REJECT_RETURN"),
        Kind::RejectReplacement => reject("REJECT_REPLACEMENT"),
        Kind::RefuseParcel => reject("REJECT_RECEIVED_PACKAGE"),
        Kind::PartialAfterParcel => {
            let part = PartialTotal { partial_refund_total: amount()?.amount(), currency: amount()?.currency() };
            let rejection = Rejection::new(Some("OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG"), command)?;
            Call::of(&REJECT_NEWEST, id)?.json(&Rejection { partial_refund_amount: Some(part), ..rejection })
        }
    }
}

impl Upstream {
    /// Sends one decision, once. The same key on every attempt of the same intent.
    pub async fn decide(
        &self,
        object: Object,
        platform_id: &str,
        command: &DecisionCommand,
        idempotency_key: &str,
    ) -> Outcome<()> {
        let call =
            decision_call(object, platform_id, command).map(|call| call.with("idempotency_key", idempotency_key));
        match self.write::<Empty>(call).await {
            Outcome::Confirmed(receipt) => Outcome::Confirmed(Receipt { request_id: receipt.request_id, data: () }),
            Outcome::Refused(refusal) => Outcome::Refused(refusal),
            Outcome::NoEffect { retry_after_ms } => Outcome::NoEffect { retry_after_ms },
            Outcome::Unknown(fault) => Outcome::Unknown(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn command(kind: DecisionKind) -> DecisionCommand {
        DecisionCommand {
            kind,
            reason: Some("reason_1".to_owned()),
            comment: Some("Box held a different mug.".to_owned()),
            images: vec![ProofImage { uri: "tos/1".into(), width: 1280, height: 960, mime: "image/jpeg".into() }],
            amount: Some(Money::parse("9.50", "USD").unwrap()),
        }
    }

    #[track_caller]
    fn check(kind: DecisionKind, path: &str, body: Option<Value>) {
        let object = if path.contains("/cancellations/") { Object::Cancellation } else { Object::Return };
        let call = decision_call(object, "42", &command(kind)).unwrap();
        assert_eq!(call.endpoint.path(0, call.id.as_ref()).unwrap(), path, "{kind:?}");
        let sent = (!call.body.bytes().is_empty()).then(|| serde_json::from_slice(call.body.bytes()).unwrap());
        assert_eq!(sent, body, "{kind:?}");
    }

    #[test]
    fn every_decision_has_the_path_and_body_of_the_case_model() {
        use DecisionKind as K;
        let approve = "/return_refund/202309/returns/42/approve";
        let reject = "/return_refund/202606/returns/42/reject";
        let rejection = |decision: Option<&str>| {
            let mut body = json!({
                "reject_reason": "reason_1",
                "comment": "Box held a different mug.",
                "images": [{ "image_id": "tos/1", "mime_type": "image/jpeg", "width": 1280, "height": 960 }],
            });
            if let Some(decision) = decision {
                body["decision"] = decision.into();
            }
            body
        };
        check(K::ApproveCancel, "/return_refund/202309/cancellations/42/approve", None);
        check(K::RejectCancel, "/return_refund/202309/cancellations/42/reject", Some(rejection(None)));
        check(K::ApproveRefund, approve, Some(json!({ "decision": "APPROVE_REFUND" })));
        check(K::AcceptParcel, approve, Some(json!({ "decision": "APPROVE_RECEIVED_PACKAGE" })));
        check(K::AgreeReturn, approve, Some(json!({ "decision": "APPROVE_RETURN", "buyer_keep_item": false })));
        check(K::AgreeKeep, approve, Some(json!({ "decision": "APPROVE_RETURN", "buyer_keep_item": true })));
        check(K::DirectRefund, approve, Some(json!({ "decision": "DIRECT_REFUND" })));
        check(K::AgreeReplacement, approve, Some(json!({ "decision": "APPROVE_REPLACEMENT" })));
        check(K::RefundInstead, approve, Some(json!({ "decision": "ISSUE_REPLACEMENT_REFUND" })));
        let offer = json!({ "currency": "USD", "amount": "9.50" });
        check(K::OfferPartial, approve, Some(json!({ "decision": "OFFER_PARTIAL_REFUND", "partial_refund": offer })));
        check(K::RejectRefund, reject, Some(rejection(Some("REJECT_REFUND"))));
        check(K::RejectReturn, reject, Some(rejection(Some("REJECT_RETURN"))));
        check(K::RejectReplacement, reject, Some(rejection(Some("REJECT_REPLACEMENT"))));
        check(K::RefuseParcel, reject, Some(rejection(Some("REJECT_RECEIVED_PACKAGE"))));
        let mut part = rejection(Some("OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG"));
        part["partial_refund_amount"] = json!({ "partial_refund_total": "9.50", "currency": "USD" });
        check(K::PartialAfterParcel, reject, Some(part));
    }

    #[test]
    fn a_decision_that_cannot_be_meant_never_leaves() {
        let bare = DecisionCommand { reason: None, amount: None, ..command(DecisionKind::RejectReturn) };
        let part = DecisionCommand { amount: None, ..command(DecisionKind::OfferPartial) };
        for (object, id, command) in [
            (Object::Return, "42", bare),
            (Object::Return, "42", part),
            (Object::Cancellation, "42", command(DecisionKind::ApproveRefund)),
            (Object::Return, "42", command(DecisionKind::ApproveCancel)),
            (Object::Return, "../42", command(DecisionKind::ApproveRefund)),
            (Object::Return, "", command(DecisionKind::ApproveRefund)),
        ] {
            assert!(decision_call(object, id, &command).is_err(), "{object:?} {id} {:?}", command.kind);
        }
    }
}
