//! A case for the tests of the checks.

use crate::domain::case::{DecisionKind, Kind, Stage, Voice};
use crate::domain::facts::Refund;
use crate::domain::fixtures::usd;
use crate::time::Timestamp;
use crate::wire::case::{CaseRow, CaseView, ChatView, DecisionOption, DecisionOptions};
use crate::wire::inspect::Inspection;
use crate::wire::intent::{IntentState, IntentView, IntentWhat};

pub(in crate::domain) const NOW: Timestamp = Timestamp::from_millis(1_000);

fn row() -> CaseRow {
    CaseRow {
        id: "c_1".parse().unwrap(),
        shop: "s_1".parse().unwrap(),
        version: 1,
        kind: Kind::RefundOnly,
        stage: Stage::ToDecide,
        waiting_on: None,
        reason: "ecom_order_delivered_refund_reason_damaged".to_owned(),
        reason_text: "Damaged item".to_owned(),
        item: String::new(),
        item_count: 1,
        picture: None,
        amount: None,
        deadline: Some(Timestamp::from_millis(2_000)),
        buyer: String::new(),
        say: None,
        language: "en".to_owned(),
        is_unread: false,
        new_messages: 0,
        asked: None,
        assignee: None,
        lease: None,
        owed: None,
        end: None,
        flags: Vec::new(),
        intent: None,
        by_rule: None,
        tags: Vec::new(),
        needs_second: false,
        updated: NOW,
    }
}

/// A case in which every check holds.
pub(in crate::domain) fn view() -> CaseView {
    CaseView {
        row: row(),
        platform_id: String::new(),
        order_id: String::new(),
        status: String::new(),
        created: NOW,
        arbitration: None,
        by: None,
        voice: Voice::Nobody,
        late_at: None,
        last_deadline: None,
        sayable: Vec::new(),
        options: DecisionOptions {
            offered: vec![DecisionOption { kind: DecisionKind::ApproveRefund, reasons: Vec::new() }],
            checked: Some(NOW),
            ..DecisionOptions::default()
        },
        words: Vec::new(),
        opened: Vec::new(),
        ticks: Vec::new(),
        checks: Vec::new(),
        order: None,
        refund: Some(Refund { total: usd("24.69"), parts: Vec::new() }),
        partial: None,
        aside: Vec::new(),
        lines: Vec::new(),
        tracking: None,
        timeline: Vec::new(),
        chat: ChatView::default(),
        intents: Vec::new(),
        draft: None,
        second: None,
        needs_second: false,
        notes: Vec::new(),
        evidence: Vec::new(),
        inspection: Inspection::default(),
        greeting_name: None,
        related: Vec::new(),
        of_buyer: Vec::new(),
        read: NOW,
    }
}

/// A decision that took effect.
pub(in crate::domain) fn done(kind: DecisionKind) -> IntentView {
    IntentView {
        id: "i_1".parse().unwrap(),
        motion: "m_1".parse().unwrap(),
        case: "c_1".parse().unwrap(),
        what: IntentWhat::Decision {
            kind,
            amount: None,
            reason_text: None,
            reason: None,
            comment: None,
            evidence: None,
        },
        state: IntentState::Done { by_reading: false, at: NOW },
        by: "a_1".parse().unwrap(),
        at: NOW,
        rule: None,
        second: None,
        attempts: 1,
        unanswered: None,
    }
}
