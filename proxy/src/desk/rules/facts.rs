//! A request as rules see it: from what is stored, cut off at the moment when the buyer asked.

use crate::desk::{book, ticks};
use crate::store::cases::CaseFile;
use crate::store::{StoreError, Tx, rules};
use shared::domain::case::{Derived, Flag, Kind, Stage};
use shared::domain::facts::{Facts, Line, Object, Record};
use shared::domain::rule::{CaseFacts, DAY_MS, HISTORY_DAYS};
use shared::domain::tick::Tick;
use shared::reasons::group_of;

/// Whether facts are taken when a request comes in, or afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// As it stands.
    Now,
    /// It may have gone on since: what came later is left out.
    Afterwards,
}

/// Photos that came with the request itself, not those that followed.
fn photos(file: &CaseFile) -> Option<u32> {
    if file.platform.object == Object::Cancellation {
        // A cancellation has no record and no photo.
        return Some(0);
    }
    file.records_read?;
    let of_buyer = || file.records.iter().filter(|record| record.role.eq_ignore_ascii_case("buyer"));
    let first = of_buyer().map(|record| record.at).min();
    let of_request = of_buyer().filter(|record| Some(record.at) == first);
    u32::try_from(of_request.map(|record: &Record| record.image_urls.len()).sum::<usize>()).ok()
}

fn products(lines: &[Line]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in lines.iter().flat_map(|line| [&line.product, &line.variant, &line.seller_sku]) {
        if !word.is_empty() && !words.contains(word) {
            words.push(word.clone());
        }
    }
    words
}

fn needs_tick(ticks: &[Tick], kind: Kind, reason: &str) -> bool {
    ticks.iter().any(|tick| tick.is_needed && tick.applies(kind, group_of(reason)))
}

/// The request of a case.
pub(super) fn of(
    tx: &Tx<'_>,
    file: &CaseFile,
    facts: &Facts,
    derived: &Derived,
    when: When,
) -> Result<CaseFacts, StoreError> {
    let case = &file.platform;
    let asked = case.created;
    let buyer = facts.order.as_ref().and_then(|order| order.buyer_id.as_deref());
    let earlier = match buyer {
        Some(buyer) => {
            let from = asked.plus_millis(-i64::from(HISTORY_DAYS) * DAY_MS);
            Some(rules::earlier(tx, &file.shop, buyer, case.pre_id.as_deref(), from, asked)?)
        }
        None => None,
    };
    let is_now = when == When::Now;
    let has = |flag: Flag| derived.flags.contains(&flag);
    Ok(CaseFacts {
        kind: derived.kind,
        group: group_of(&case.reason),
        amount: case.refund.as_ref().map(|refund| refund.total.clone()),
        products: products(&case.lines),
        shop: file.shop.clone(),
        asked,
        earlier,
        photos: photos(file),
        is_disputed: is_now && (derived.stage == Stage::Disputed || case.arbitration_is("IN_PROGRESS")),
        is_unclear: has(Flag::SplitDiffers) || (is_now && has(Flag::UnknownWord)),
        needs_tick: needs_tick(&ticks::rules(tx)?.ticks, derived.kind, &case.reason),
    })
}

/// Whether all that a rule may ask is read: what is not read yet is no reason to leave a request to people.
pub(super) fn is_read(file: &CaseFile, facts: &Facts) -> bool {
    facts.order.is_some() && (file.platform.object == Object::Cancellation || file.records_read.is_some())
}

/// A request as it stood when it was judged, else as far as it can be told now; none: nobody at the shop was asked to decide
/// it, or its shop is gone.
pub(super) fn stood(tx: &Tx<'_>, file: &CaseFile) -> Result<Option<CaseFacts>, StoreError> {
    if let Some(known) = rules::facts(tx, &file.id)? {
        return Ok(Some(known));
    }
    if !file.platform.was_asked() {
        return Ok(None);
    }
    let Some(facts) = book::facts(tx, file)? else { return Ok(None) };
    let derived = shared::domain::derive::derive(&facts);
    of(tx, file, &facts, &derived, When::Afterwards).map(Some)
}
