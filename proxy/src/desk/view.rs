//! One case as an agent sees it.

use super::book::{self, facts};
use crate::store::Tx;
use crate::store::cases::CaseFile;
use crate::store::{StoreError, cases, chat, extras, inspection, intents, media, quality, shops, tags, timeline};
use shared::domain::case::Derived;
use shared::domain::decide::offered;
use shared::domain::derive::derive;
use shared::domain::facts::{Facts, Line, Order};
use shared::id::{AgentId, CaseId, ShopId};
use shared::wire::case::{
    CaseView, ChatView, DecisionOption, DecisionOptions, LineView, MayWrite, MessageView, Opened, OrderView, Speaker,
    Tracking, Words,
};
use shared::wire::intent::{IntentState, IntentView};

/// Messages of a chat that are shown.
const MESSAGES: u32 = 60;

/// Everything the screen of a case shows to an agent, from one snapshot, but for its checks; none for an unknown case.
pub fn read(tx: &Tx<'_>, case: &CaseId, agent: Option<&AgentId>) -> Result<Option<CaseView>, StoreError> {
    let Some(file) = cases::find(tx, case)? else { return Ok(None) };
    let (Some(row), Some(facts)) = (cases::row(tx, case)?, facts(tx, &file)?) else { return Ok(None) };
    let derived = derive(&facts);
    let mut all_intents = intents::of_case(tx, case)?;
    all_intents.reverse();
    let related = cases::of_order(tx, &file.shop, &file.platform.order_id)?;
    let mut related_rows = Vec::new();
    for other in related.iter().filter(|other| *other != case) {
        related_rows.extend(cases::row(tx, other)?);
    }
    let platform = &file.platform;
    Ok(Some(CaseView {
        platform_id: platform.platform_id.clone(),
        order_id: platform.order_id.clone(),
        status: platform.status.clone(),
        created: platform.created,
        arbitration: platform.arbitration.clone(),
        by: derived.by,
        voice: derived.voice,
        late_at: derived.late_at,
        last_deadline: facts.seen.iter().rev().find_map(|seen| seen.deadline),
        options: options(&file, &facts, &derived),
        words: words(&file),
        opened: opened(tx, case, &all_intents)?,
        ticks: super::ticks::of_case(tx, &row)?,
        checks: Vec::new(),
        order: facts.order.as_ref().map(|order| order_view(&file.shop, order)),
        refund: platform.refund.clone(),
        partial: platform.partial.clone(),
        aside: platform.aside.clone(),
        lines: lines(&file.shop, &platform.lines),
        tracking: tracking(platform.carrier.as_deref(), platform.tracking_number.as_deref()),
        timeline: timeline::of_case(tx, case)?,
        chat: chat_view(tx, &file.shop, facts.order.as_ref())?,
        intents: all_intents.iter().map(|intent| intent_view(tx, intent)).collect::<Result<_, _>>()?,
        draft: match agent {
            Some(agent) => match extras::draft(tx, case, agent)? {
                Some(own) => Some(own),
                None => extras::prepared(tx, case)?,
            },
            None => None,
        },
        second: tags::second(tx, case)?.map(|(ask, _)| ask),
        notes: extras::notes(tx, case)?,
        evidence: extras::evidence_of(tx, case)?,
        inspection: inspection::read(tx, &file)?,
        greeting_name: facts.order.as_ref().and_then(book::greeting_name),
        related: related_rows,
        read: file.read,
        sayable: derived.sayable,
        row,
    }))
}

/// None where it is not known, because a decision is older than the notes.
fn opened(tx: &Tx<'_>, case: &CaseId, all: &[intents::Intent]) -> Result<Option<Vec<Opened>>, StoreError> {
    let decisions = all.iter().filter(|intent| matches!(intent.payload, intents::Payload::Decision { .. }));
    match decisions.map(|intent| intent.pressed).min() {
        Some(first) if !quality::photos_were_noted(tx, first)? => Ok(None),
        Some(_) | None => quality::opened_photos(tx, case).map(Some),
    }
}

fn intent_view(tx: &Tx<'_>, intent: &intents::Intent) -> Result<IntentView, StoreError> {
    let unanswered = match intent.state {
        IntentState::Settling => intents::unanswered(tx, &intent.id)?,
        _ => None,
    };
    Ok(IntentView { unanswered, ..intent.view() })
}

/// What may be decided: the row of the case model cut down to what TikTok says is open.
pub fn options(file: &CaseFile, facts: &Facts, derived: &Derived) -> DecisionOptions {
    let open: Option<Vec<_>> =
        file.options.as_ref().map(|options| options.iter().map(|option| (option.kind, true)).collect());
    let kinds = offered(derived, &file.platform, open.as_deref(), &facts.shop.region);
    let reasons = |kind| {
        let known = file.options.iter().flatten().find(|option| option.kind == kind);
        known.map(|option| option.reasons.clone()).unwrap_or_default()
    };
    let asks = derived.deadline.is_some() || !derived.decisions.is_empty() || derived.only_eligible;
    DecisionOptions {
        seller_center_only: kinds.is_empty() && asks && (file.options.is_some() || !derived.only_eligible),
        offered: kinds.into_iter().map(|kind| DecisionOption { kind, reasons: reasons(kind) }).collect(),
        checked: file.options_read,
        check_failed: file.options_failed,
    }
}

/// What the buyer wrote and showed, oldest first.
pub fn words(file: &CaseFile) -> Vec<Words> {
    let mut all = Vec::new();
    for record in file.records.iter().filter(|record| record.role.eq_ignore_ascii_case("buyer")) {
        let text = record.note.clone().filter(|note| !note.trim().is_empty());
        if text.is_none() && record.image_urls.is_empty() && record.video_urls.is_empty() {
            continue;
        }
        let photos = record.image_urls.iter().map(|url| media::id_of(&file.shop, url));
        all.push(Words {
            at: record.at,
            text,
            photos: photos.collect(),
            videos: u32::try_from(record.video_urls.len()).unwrap_or(u32::MAX),
        });
    }
    all.sort_by_key(|words| words.at);
    all
}

fn tracking(carrier: Option<&str>, number: Option<&str>) -> Option<Tracking> {
    let number = number.filter(|number| !number.is_empty())?;
    Some(Tracking { carrier: carrier.map(str::to_owned), number: number.to_owned() })
}

/// Units of one product together, in the platform's order.
fn lines(shop: &ShopId, lines: &[Line]) -> Vec<LineView> {
    let mut views: Vec<(&str, LineView)> = Vec::new();
    for line in lines {
        let same = |(sku, view): &&mut (&str, LineView)| *sku == line.sku_id && view.amount == line.amount;
        if let Some((_, view)) = views.iter_mut().find(same) {
            view.count += 1;
            continue;
        }
        let view = LineView {
            product: line.product.clone(),
            variant: line.variant.clone(),
            seller_sku: line.seller_sku.clone(),
            count: 1,
            amount: line.amount.clone(),
            picture: book::picture(shop, line),
        };
        views.push((&line.sku_id, view));
    }
    views.into_iter().map(|(_, view)| view).collect()
}

fn order_view(shop: &ShopId, order: &Order) -> OrderView {
    OrderView {
        status: order.status.clone(),
        created: order.created,
        paid: order.paid,
        shipped: order.shipped,
        delivered: order.delivered,
        is_cod: order.is_cod,
        total: order.total.clone(),
        lines: lines(shop, &order.lines),
        tracking: tracking(order.carrier.as_deref(), order.tracking_number.as_deref()),
    }
}

/// Whether the desk may write to the buyer of an order: the platform's word, as far as it is known.
pub fn may_write(can_message: bool, order: Option<&Order>, conversation: Option<&chat::ConversationRow>) -> MayWrite {
    if !can_message {
        return MayWrite::NoScope;
    }
    if order.is_some_and(|order| order.buyer_id.is_none()) {
        return MayWrite::NoBuyer;
    }
    match conversation.and_then(|conversation| conversation.can_send) {
        Some(true) => MayWrite::Yes,
        Some(false) => MayWrite::No,
        None => MayWrite::Unknown,
    }
}

fn chat_view(tx: &Tx<'_>, shop: &ShopId, order: Option<&Order>) -> Result<ChatView, StoreError> {
    let can_message = shops::find(tx, shop)?.is_some_and(|shop| shop.can_message());
    let conversation = match order.and_then(|order| order.buyer_id.as_deref()) {
        Some(buyer) => chat::with_buyer(tx, shop, buyer)?,
        None => None,
    };
    let may_write = may_write(can_message, order, conversation.as_ref());
    let Some(conversation) = conversation else { return Ok(ChatView { may_write, ..ChatView::default() }) };
    let mut messages = Vec::new();
    for entry in chat::messages(tx, shop, &conversation.id, MESSAGES)? {
        let message = entry.message;
        if !message.is_visible {
            continue;
        }
        let by = match &entry.intent {
            Some(intent) => intents::find(tx, intent)?.map(|intent| intent.agent),
            None => None,
        };
        let picture = message.image.as_ref().map(|image| media::id_of(shop, &image.url));
        let is_text = matches!(message.type_word.as_str(), "TEXT" | "NOTIFICATION" | "ALLOCATED_SERVICE" | "OTHER");
        messages.push(MessageView {
            id: message.id,
            speaker: match message.role.as_str() {
                "BUYER" => Speaker::Buyer,
                "SHOP" | "CUSTOMER_SERVICE" => Speaker::Shop,
                _ => Speaker::System,
            },
            at: message.at,
            text: message.text.or(message.unsupported_tip),
            card: (!is_text && picture.is_none()).then_some(message.type_word),
            picture,
            by,
        });
    }
    Ok(ChatView { messages, may_write, read: conversation.read })
}
