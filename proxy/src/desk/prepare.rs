//! A reply that a rule prepares: a draft of nobody's, which is there until somebody types.

use super::book;
use super::decide::Opened;
use crate::app::Desk;
use crate::store::{StoreError, Tx, extras, shops, templates};
use shared::domain::case::{DecisionKind, Voice};
use shared::domain::rule::Prepared;
use shared::reasons::group_of;
use shared::reply::{Ask, Catalogue, Moment, ReplyFacts, compose, render};
use shared::time::Timestamp;
use shared::wire::decision::Draft;

/// Prepares the reply of a moment; `false`: somebody has typed already.
pub(super) fn reply(
    desk: &Desk,
    tx: &Tx<'_>,
    opened: &Opened,
    prepared: Prepared,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Opened { file, facts, derived } = opened;
    if extras::is_typed(tx, &file.id)? {
        return Ok(false);
    }
    let case = &file.platform;
    let claim = match prepared.moment() {
        Moment::Told(claim) => Some(claim),
        Moment::PlatformDecided | Moment::MoreInformation => None,
    };
    let catalogue = Catalogue { own: templates::in_use(tx)?, ..desk.replies.as_ref().clone() };
    let name = facts.order.as_ref().and_then(book::greeting_name);
    let amount = case.refund.as_ref().map(|refund| refund.total.clone());
    let language = book::language(&facts.shop.region, book::buyers_words(&file.records));
    let keeps_item = derived.decisions.first().is_some_and(|kind| {
        matches!(kind, DecisionKind::ApproveRefund | DecisionKind::AgreeKeep | DecisionKind::DirectRefund)
    });
    let composed = compose(
        &catalogue,
        &Ask {
            group: group_of(&case.reason),
            claim,
            kind: derived.kind,
            voice: Voice::We,
            keeps_item,
            has_name: name.is_some(),
            has_amount: amount.is_some(),
            language,
            shop: Some(&file.shop),
        },
    );
    let first = case.lines.first();
    let units = case.lines.iter().filter(|line| first.is_some_and(|first| first.sku_id == line.sku_id)).count();
    let filled = ReplyFacts {
        name,
        amount,
        offer: case.partial.clone(),
        item: first.map(|line| line.product.clone()).unwrap_or_default(),
        item_count: u32::try_from(units).unwrap_or(u32::MAX),
        shop: shops::find(tx, &file.shop)?.map(|shop| shop.name).unwrap_or_default(),
        order_id: case.order_id.clone(),
        reason_text: case.reason_text.clone(),
    };
    let text = render(&composed.text, &filled, language).text;
    let (language, template) = (language.tag().to_owned(), Some(composed.id));
    let draft = Draft { text, language, claim, template, saved: now, ..Draft::default() };
    extras::prepare(tx, &file.id, &draft)?;
    Ok(true)
}
