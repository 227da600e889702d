//! One case as an agent sees it.

use super::book::{self, facts_with};
use crate::store::cases::CaseFile;
use crate::store::chat::ConversationRow;
use crate::store::intents::Intent;
use crate::store::shops::ShopRow;
use crate::store::{StoreError, Tx, cases, chat, extras, inspection, intents, media, quality, shops, tags, timeline};
use crate::tiktok::chat::ChatMessage;
use shared::domain::case::Derived;
use shared::domain::decide::offered;
use shared::domain::derive::{self, SeenAnswer, derive};
use shared::domain::facts::{Facts, Line, Order, Told};
use shared::id::{AgentId, CaseId, ShopId};
use shared::wire::case::{
    CaseRow, CaseView, ChatView, DecisionOption, DecisionOptions, LineView, MayWrite, MessageView, Opened, OrderView,
    Speaker, TimelineEntry, Tracking, Words,
};
use shared::wire::inspect::Inspection;
use shared::wire::intent::IntentState;
use std::collections::BTreeMap;

/// Messages of a chat that are shown.
const MESSAGES: usize = 60;

/// Other cases of the buyer that are shown.
const OF_BUYER: usize = 10;

/// What is stored of a case, as far as its checks look at it.
struct Known {
    shop: ShopRow,
    file: CaseFile,
    row: CaseRow,
    order: Option<Order>,
    settled: Vec<Told>,
    /// Oldest first.
    intents: Vec<Intent>,
    opened: Vec<Opened>,
    timeline: Vec<TimelineEntry>,
    conversation: Option<ConversationRow>,
    /// Newest first.
    messages: Vec<(ChatMessage, Option<AgentId>)>,
}

impl Known {
    /// One statement for each table, however many cases. Cases that are not known are left out.
    fn of(tx: &Tx<'_>, cases: &[CaseId]) -> Result<Vec<Self>, StoreError> {
        let found = cases::find_all(tx, cases)?;
        let mut orders = cases::orders(tx, cases)?;
        let mut settled = cases::settled_debts_of(tx, cases)?;
        let mut intents = intents::of_cases(tx, cases)?;
        let mut opened = quality::opened_photos(tx, cases)?;
        let mut timelines = timeline::of_cases(tx, cases)?;
        let mut conversations = chat::of_cases(tx, cases)?;
        let mut messages = chat::messages_of(tx, cases, MESSAGES)?;
        let mut shops: BTreeMap<ShopId, Option<ShopRow>> = BTreeMap::new();
        let mut all = Vec::with_capacity(found.len());
        for (case, rows) in found {
            let Some((file, row)) = rows.into_iter().next() else { continue };
            let shop = match shops.get(&file.shop) {
                Some(known) => known.clone(),
                None => shops.entry(file.shop.clone()).or_insert(shops::find(tx, &file.shop)?).clone(),
            };
            let Some(shop) = shop else { continue };
            all.push(Self {
                shop,
                file,
                row,
                order: orders.remove(&case).unwrap_or_default().pop(),
                settled: settled.remove(&case).unwrap_or_default(),
                intents: intents.remove(&case).unwrap_or_default(),
                opened: opened.remove(&case).unwrap_or_default(),
                timeline: timelines.remove(&case).unwrap_or_default(),
                conversation: conversations.remove(&case).unwrap_or_default().pop(),
                messages: messages.remove(&case).unwrap_or_default(),
            });
        }
        Ok(all)
    }

    /// The case without what no check looks at.
    fn view(self) -> CaseView {
        self.for_checks().view
    }

    fn for_checks(self) -> ForChecks {
        let Self { shop, file, row, order, settled, intents, opened, timeline, conversation, messages } = self;
        let facts = facts_with(&shop, &file, order, settled, &intents);
        let derived = derive(&facts);
        let options = options(&file, &facts, &derived);
        let words = words(&file);
        let platform = file.platform;
        let answered = derive::answered(&facts);
        let view = CaseView {
            created: platform.created,
            by: derived.by,
            voice: derived.voice,
            late_at: derived.late_at,
            last_deadline: facts.seen.iter().rev().find_map(|seen| seen.deadline),
            options,
            words,
            opened,
            ticks: Vec::new(),
            checks: Vec::new(),
            order: facts.order.as_ref().map(|order| order_view(&shop.id, order)),
            lines: lines(&shop.id, &platform.lines),
            tracking: tracking(platform.carrier.as_deref(), platform.tracking_number.as_deref()),
            timeline,
            chat: chat_view(&shop, facts.order.as_ref(), conversation, messages),
            intents: intents.iter().rev().map(Intent::view).collect(),
            draft: None,
            second: None,
            needs_second: false,
            notes: Vec::new(),
            evidence: Vec::new(),
            inspection: Inspection::default(),
            greeting_name: facts.order.as_ref().and_then(book::greeting_name),
            related: Vec::new(),
            of_buyer: Vec::new(),
            read: file.read,
            sayable: derived.sayable,
            row,
            platform_id: platform.platform_id,
            order_id: platform.order_id,
            status: platform.status,
            arbitration: platform.arbitration,
            refund: platform.refund,
            partial: platform.partial,
            aside: platform.aside,
        };
        ForChecks { view, answered }
    }
}

/// A case as its checks look at it.
pub struct ForChecks {
    /// The case.
    pub view: CaseView,
    /// Its first answer since its shop was connected, whoever gave it.
    pub answered: Option<SeenAnswer>,
}

/// Many cases as their checks look at them, from one snapshot: without ticks, notes, proofs, drafts, the parcel, what
/// waits for a second person and other cases of the order. Cases that are not known are left out.
pub fn for_checks(tx: &Tx<'_>, cases: &[CaseId]) -> Result<Vec<ForChecks>, StoreError> {
    Ok(Known::of(tx, cases)?.into_iter().map(Known::for_checks).collect())
}

/// Everything the screen of a case shows to an agent, from one snapshot, but for its checks; none for an unknown case.
pub fn read(tx: &Tx<'_>, case: &CaseId, agent: Option<&AgentId>) -> Result<Option<CaseView>, StoreError> {
    let Some(known) = Known::of(tx, std::slice::from_ref(case))?.pop() else { return Ok(None) };
    let inspection = inspection::read(tx, &known.file)?;
    let buyer = known.order.as_ref().and_then(|order| order.buyer_id.clone());
    let mut view = known.view();
    for intent in view.intents.iter_mut().filter(|intent| intent.state == IntentState::Settling) {
        intent.unanswered = intents::unanswered(tx, &intent.id)?;
    }
    let mut related = Vec::new();
    for other in cases::of_order(tx, &view.row.shop, &view.order_id)?.iter().filter(|other| *other != case) {
        related.extend(cases::row(tx, other)?);
    }
    let mut of_buyer = Vec::new();
    let all = buyer.map(|buyer| cases::of_buyer(tx, &view.row.shop, &buyer)).transpose()?.unwrap_or_default();
    let is_other = |other: &&CaseId| *other != case && !related.iter().any(|row: &CaseRow| row.id == **other);
    for other in all.iter().rev().filter(is_other).take(OF_BUYER) {
        of_buyer.extend(cases::row(tx, other)?);
    }
    let draft = match agent {
        Some(agent) => match extras::draft(tx, case, agent)? {
            Some(own) => Some(own),
            None => extras::prepared(tx, case)?,
        },
        None => None,
    };
    Ok(Some(CaseView {
        ticks: super::ticks::of_case(tx, &view.row)?,
        draft,
        second: tags::second(tx, case)?.map(|(ask, _)| ask),
        notes: extras::notes(tx, case)?,
        evidence: extras::evidence_of(tx, case)?,
        inspection,
        related,
        of_buyer,
        ..view
    }))
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

fn chat_view(
    shop: &ShopRow,
    order: Option<&Order>,
    conversation: Option<ConversationRow>,
    messages: Vec<(ChatMessage, Option<AgentId>)>,
) -> ChatView {
    let may_write = may_write(shop.can_message(), order, conversation.as_ref());
    let Some(conversation) = conversation else { return ChatView { may_write, ..ChatView::default() } };
    let shown = messages.into_iter().rev().filter(|(message, _)| message.is_visible).map(|(message, by)| {
        let picture = message.image.as_ref().map(|image| media::id_of(&shop.id, &image.url));
        let is_text = matches!(message.type_word.as_str(), "TEXT" | "NOTIFICATION" | "ALLOCATED_SERVICE" | "OTHER");
        MessageView {
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
        }
    });
    ChatView { messages: shown.collect(), may_write, read: conversation.read }
}
