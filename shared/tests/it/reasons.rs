//! Every reason name that TikTok documents, and the group it falls into.

use shared::reasons::{ReasonGroup, group_of, label};
use std::collections::{BTreeMap, BTreeSet};

/// Name and English text of each, from the reason pages of October 2025.
const NAMES: &str = include_str!("../../src/reasons/names.tsv");
/// The mapping as reviewed: a group, then its names.
const GROUPS: &str = include_str!("reason_groups.txt");

fn names() -> Vec<&'static str> {
    NAMES.lines().filter_map(|line| line.split('\t').next()).collect()
}

fn mapping() -> String {
    let mut groups = BTreeMap::<String, BTreeSet<&str>>::new();
    for name in names() {
        groups.entry(format!("{:?}", group_of(name))).or_default().insert(name);
    }
    let lines = |(group, names): (String, BTreeSet<&str>)| {
        names.into_iter().fold(group, |text, name| text + "\n  " + name) + "\n"
    };
    groups.into_iter().map(lines).collect()
}

#[test]
fn every_documented_name_falls_into_its_reviewed_group() {
    assert_eq!(names().len(), 258);
    assert!(mapping() == GROUPS, "it is now:\n{}", mapping());
}

#[test]
fn few_names_are_left_to_the_general_reply() {
    let others = names().into_iter().filter(|name| group_of(name) == ReasonGroup::Other).count();
    assert!(others * 100 < names().len() * 8, "{others} of {}", names().len());
}

#[test]
fn every_group_is_reached_and_named() {
    for group in ReasonGroup::ALL {
        assert!(names().into_iter().any(|name| group_of(name) == group), "{group:?}");
    }
    let labels: BTreeSet<_> = ReasonGroup::ALL.into_iter().map(label).collect();
    assert_eq!(labels.len(), ReasonGroup::ALL.len());
}

#[test]
fn a_part_of_another_word_misleads_nobody() {
    for (name, group) in [
        ("system_cancel_order_reason_nrr_related", ReasonGroup::Platform),
        ("seller_cancel_paid_reason_address_not_deliver", ReasonGroup::Address),
        ("buyer_cancel_wrong_item_variation_(colour,_size,_etc.)", ReasonGroup::Mistake),
        ("ecom_order_unpaid_canceled_reason_better_price", ReasonGroup::BetterPrice),
        ("system_cancel_unpaid_postage", ReasonGroup::DeliveryFailed),
        ("ECOM_ORDER_DELIVERED_REFUND_REASON_DAMAGED", ReasonGroup::Damaged),
        ("something_new", ReasonGroup::Other),
        ("", ReasonGroup::Other),
    ] {
        assert_eq!(group_of(name), group, "{name}");
    }
}
