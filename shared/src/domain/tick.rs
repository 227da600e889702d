//! Checkpoints that a person ticks before deciding: what leads ask beyond what the desk can compute.

use super::case::{DecisionKind, Kind};
use crate::id::TickId;
use crate::reasons::ReasonGroup;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ticks that leads can ask for.
pub const TICKS: usize = 8;

/// One question that a person answers with a tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tick {
    /// The same when its words change.
    pub id: TickId,
    /// What must be seen, as a claim.
    pub text: String,
    /// Only for these kinds; none: for all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Only for these reasons; none: for all.
    #[serde(default)]
    pub groups: Vec<ReasonGroup>,
    /// Nobody decides without it.
    pub is_needed: bool,
}

impl Tick {
    /// Whether it is asked of a case.
    pub fn applies(&self, kind: Kind, group: ReasonGroup) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.groups.is_empty() || self.groups.contains(&group))
    }
}

/// Whether ticks are asked for before this decision: they belong to the request; the packing table has questions of its
/// own for the parcel.
pub const fn is_asked_before(kind: DecisionKind) -> bool {
    !matches!(kind, DecisionKind::AcceptParcel | DecisionKind::RefuseParcel | DecisionKind::PartialAfterParcel)
}

/// What is wrong with a list of ticks, as (field, clause).
pub fn ticks_problem(ticks: &[Tick]) -> Option<(&'static str, &'static str)> {
    if ticks.len() > TICKS {
        return Some(("ticks", "must be at most 8"));
    }
    for (place, tick) in ticks.iter().enumerate() {
        let length = tick.text.trim().chars().count();
        if !(1..=80).contains(&length) {
            return Some(("text", "of every tick must have 1 to 80 characters"));
        }
        if ticks.iter().skip(place + 1).any(|other| other.id == tick.id || other.text.trim() == tick.text.trim()) {
            return Some(("ticks", "ask for the same twice"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(id: &str, text: &str) -> Tick {
        Tick { id: id.parse().unwrap(), text: text.to_owned(), kinds: Vec::new(), groups: Vec::new(), is_needed: false }
    }

    #[test]
    fn a_tick_is_asked_where_kind_and_reason_fit() {
        let mut one = tick("t1", "Damage is visible in a photo");
        assert!(one.applies(Kind::Cancellation, ReasonGroup::Late));
        one.groups = vec![ReasonGroup::Damaged];
        assert!(
            one.applies(Kind::RefundOnly, ReasonGroup::Damaged) && !one.applies(Kind::RefundOnly, ReasonGroup::Late)
        );
        one.kinds = vec![Kind::ReturnAndRefund];
        assert!(!one.applies(Kind::RefundOnly, ReasonGroup::Damaged));
        assert!(is_asked_before(DecisionKind::RejectRefund) && !is_asked_before(DecisionKind::AcceptParcel));
    }

    #[test]
    fn what_does_not_fit_a_list_of_ticks_is_named() {
        let field = |ticks: &[Tick]| ticks_problem(ticks).map(|(field, _)| field);
        let many: Vec<Tick> = (0..9).map(|place| tick(&format!("t{place}"), &format!("Tick {place}"))).collect();
        assert_eq!(field(&many), Some("ticks"));
        assert_eq!(field(&many[..8]), None);
        assert_eq!(field(&[tick("a", " ")]), Some("text"));
        assert_eq!(field(&[tick("a", "One"), tick("a", "Two")]), Some("ticks"));
        assert_eq!(field(&[tick("a", "One"), tick("b", "One ")]), Some("ticks"));
    }
}
