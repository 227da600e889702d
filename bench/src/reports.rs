//! Each report over 1,000,000 entries of the timeline, beside one pass over the timeline itself.

use crate::room::{Platform, connect, folder};
use crate::say::{Times, millis, say};
use anyhow::{Context, Result};
use proxy::app::{Desk, Parts};
use proxy::auth::Agent;
use proxy::desk::{quality, report};
use proxy::store::intents::{self, Intent, Payload};
use proxy::store::people::Account;
use proxy::store::shops::{self, ShopRow};
use proxy::store::{Param, StoreError, Tx};
use sandbox::Options;
use shared::domain::case::{Claim, DecisionKind, Kind};
use shared::domain::facts::{Action, Line, Object, PlatformCase, Record, Refund};
use shared::domain::report::WEEK_MS;
use shared::id::CaseId;
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::{Happened, Who};
use shared::wire::intent::IntentState;
use shared::wire::report::{Counted, MOST_WEEKS, Report, ReportCasesFilter, ReportFilter, USUAL_WEEKS};
use shared::wire::session::{Role, ShopScope};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Eight entries of the timeline each, as good as all: first seen, decided, told, paid, and what TikTok notes of it.
const CASES: i64 = 125_600;
/// In one transaction.
const AT_ONCE: i64 = 500;
const RUNS: usize = 21;
const HOUR_MS: i64 = 60 * 60 * 1000;
const PRODUCTS: i64 = 200;
const AGENTS: i64 = 12;
/// So many cases to one whose time ran out.
const RAN_OUT: i64 = 80;
/// So many to one whose buyer is not told.
const UNTOLD: i64 = 101;
/// So many to one on which TikTok ruled.
const RULED: i64 = 67;

const REASONS: [&str; 9] = [
    "ecom_order_delivered_refund_reason_damaged",
    "ecom_order_delivered_refund_reason_defective",
    "ecom_order_delivered_refund_reason_missing",
    "ecom_order_delivered_refund_reason_wrong_product",
    "ecom_order_delivered_refund_reason_not_match",
    "ecom_order_delivered_refund_reason_no_need",
    "ecom_order_delivered_refund_reason_too_small",
    "ecom_order_shipped_refund_reason_not_received",
    "ecom_order_delivered_refund_reason_quality",
];

/// Numbers that look like none in particular, the same in each run.
const fn spread(number: i64, salt: i64, below: i64) -> i64 {
    let mixed =
        number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(salt.wrapping_mul(1_442_695_040_888_963_407));
    ((mixed ^ (mixed >> 29)).wrapping_mul(2_685_821_657_736_338_717) >> 17).rem_euclid(below)
}

fn product_name(number: i64) -> String {
    format!("Product number {number} with a usual name")
}

fn asked(number: i64, created: Timestamp, currency: &str) -> Result<PlatformCase> {
    let product = spread(number, 1, PRODUCTS).min(spread(number, 2, PRODUCTS));
    let reason =
        usize::try_from(spread(number, 3, 9)).ok().and_then(|place| REASONS.get(place)).context("no reason")?;
    let amount = format!("{}.{:02}", 3 + spread(number, 4, 90), spread(number, 5, 100));
    let line = Line {
        order_line_id: "1".to_owned(),
        sku_id: product.to_string(),
        product: product_name(product),
        variant: String::new(),
        seller_sku: String::new(),
        picture_url: None,
        amount: None,
    };
    let deadline = Some(created.plus_millis(48 * HOUR_MS));
    Ok(PlatformCase {
        object: Object::Return,
        platform_id: format!("90{number}"),
        order_id: format!("50{number}"),
        type_word: "REFUND".to_owned(),
        status: "RETURN_OR_REFUND_REQUEST_PENDING".to_owned(),
        arbitration: None,
        role: "BUYER".to_owned(),
        reason: (*reason).to_owned(),
        reason_text: "As the buyer put it".to_owned(),
        created,
        updated: created,
        actions: vec![Action { name: "SELLER_RESPOND_REFUND".to_owned(), deadline }],
        refund: Some(Refund { total: Money::parse(&amount, currency)?, parts: Vec::new() }),
        partial: None,
        buyer_rejected_partial: false,
        lines: vec![line],
        is_quick_refund: false,
        can_buyer_keep_item: false,
        pre_id: None,
        next_id: None,
        group_id: None,
        rma_id: None,
        tracking_number: None,
        carrier: None,
        aside: Vec::new(),
    })
}

/// An intent that is done, with its two entries.
#[expect(clippy::too_many_arguments, reason = "an intent is all of this")]
fn carry_out(
    tx: &Tx<'_>,
    desk: &Desk,
    shop: &ShopRow,
    case: &CaseId,
    number: i64,
    place: u32,
    payload: Payload,
    at: Timestamp,
) -> Result<(), StoreError> {
    let corrupt = |source| StoreError::Corrupt { what: "id", source: Box::new(source) };
    let agent = format!("a_{}", spread(number, 6, AGENTS)).parse().map_err(corrupt)?;
    let (pressed, done) = match &payload {
        Payload::Decision { kind, amount, .. } => (
            Happened::DecisionPressed { kind: *kind, amount: amount.clone(), took_over_from: None },
            Happened::DecisionDone { kind: *kind, by_reading: false },
        ),
        Payload::Reply { .. } => (Happened::ReplyPressed, Happened::ReplyDone { by_reading: false }),
    };
    let chain = &desk.book.chain;
    chain.append(tx, &shop.id, Some(case), at, Who::Agent(agent), pressed, None)?;
    chain.append(tx, &shop.id, Some(case), at, Who::Desk, done, None)?;
    let intent = Intent {
        id: format!("i_{number}_{place}").parse().map_err(corrupt)?,
        motion: format!("m_{number}").parse().map_err(corrupt)?,
        place,
        case: case.clone(),
        shop: shop.id.clone(),
        payload,
        state: IntentState::Done { by_reading: false, at },
        agent: format!("a_{}", spread(number, 6, AGENTS)).parse().map_err(corrupt)?,
        rule: None,
        second: None,
        pressed: at,
        held_until: at,
        attempts: 1,
        settle_reads: 0,
        conversation: None,
        fence: 0,
    };
    intents::insert(tx, &intent, None).map(drop)
}

/// One case from the request to the end, as the desk would have stored it.
fn live(tx: &Tx<'_>, desk: &Desk, shop: &ShopRow, number: i64, mut read: PlatformCase) -> Result<(), StoreError> {
    let book = &desk.book;
    let created = read.created;
    let case = book.apply(tx, shop, &read, created)?.case;
    let record = |event: &str, at| Record {
        event: event.to_owned(),
        role: "SYSTEM".to_owned(),
        description: String::new(),
        reason_text: None,
        note: None,
        image_urls: Vec::new(),
        video_urls: Vec::new(),
        at,
    };
    let first = record("ORDER_RETURN", created);
    book.apply_records(tx, &case, vec![first.clone()], created)?;
    let has_run_out = number % RAN_OUT == 0;
    let decided = if has_run_out {
        created.plus_millis(48 * HOUR_MS)
    } else {
        created.plus_millis(HOUR_MS / 6 * (1 + spread(number, 7, 200)))
    };
    let told = decided.plus_millis(60_000 * (1 + spread(number, 8, 90)));
    let mut records = vec![first];
    if has_run_out {
        records.push(record("SELLER_REVIEW_TIMEOUT", decided));
    } else {
        let decision = Payload::Decision {
            kind: DecisionKind::ApproveRefund,
            amount: read.refund.as_ref().map(|refund| refund.total.clone()),
            reason: None,
            reason_text: None,
            comment: None,
            evidence: Vec::new(),
        };
        carry_out(tx, desk, shop, &case, number, 0, decision, decided)?;
    }
    let reply = Payload::Reply {
        claim: Some(Claim::Refunded),
        text: "We are sorry for it. Your refund has been processed and goes back the way you paid.".to_owned(),
        language: "en".to_owned(),
        template: None,
    };
    if number % UNTOLD != 0 {
        carry_out(tx, desk, shop, &case, number, 1, reply, told)?;
    }
    if number % RULED == 0 {
        read.arbitration = Some("SUPPORT_SELLER".to_owned());
    }
    for (status, at) in [("SUCCESS", decided), ("COMPLETE", told)] {
        read.status = format!("RETURN_OR_REFUND_REQUEST_{status}");
        read.updated = at;
        read.actions.clear();
        book.apply(tx, shop, &read, at)?;
    }
    records.push(record("REFUND_SUCCESS", told));
    book.apply_records(tx, &case, records, told)?;
    book.refresh(tx, &case, told)?;
    Ok(())
}

/// Spread over half a year, which is as far as any report looks back.
pub(crate) fn fill(desk: &Desk, shops: &[ShopRow], cases: i64) -> Result<()> {
    let now = desk.clock.now();
    let span = i64::from(MOST_WEEKS) * WEEK_MS - 4 * 24 * HOUR_MS;
    for begin in (0..cases).step_by(usize::try_from(AT_ONCE)?) {
        let mut batch = Vec::new();
        for number in begin..(begin + AT_ONCE).min(cases) {
            let place = usize::try_from(spread(number, 9, i64::try_from(shops.len())?))?;
            let shop = shops.get(place).context("no shop")?;
            let created = now.plus_millis(-4 * 24 * HOUR_MS - span / cases * number);
            let currency = ["USD", "THB", "EUR"].get(place % 3).context("no currency")?;
            batch.push((shop, number, asked(number, created, currency)?));
        }
        desk.store.write(|tx| {
            batch.iter().try_for_each(|(shop, number, read)| live(tx, desk, shop, *number, read.clone()))
        })?;
    }
    Ok(())
}

fn measure(mut run: impl FnMut() -> Result<()>) -> Result<Times> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let begun = Instant::now();
        run()?;
        times.push(begun.elapsed());
    }
    Ok(Times::of(times))
}

/// One pass over the timeline: decisions by shop and week, which is less than any report tells.
fn peer(desk: &Desk, weeks: u32) -> Result<Times> {
    let from = desk.clock.now().plus_millis(-i64::from(weeks) * WEEK_MS).millis();
    let sql = format!(
        "SELECT shop_id, (at - ?1) / {WEEK_MS}, COUNT(*) FROM timeline \
         WHERE at >= ?1 AND payload LIKE '%\"decision_done\"%' GROUP BY 1, 2"
    );
    measure(|| {
        desk.store.read(|tx| tx.all(&sql, &[Param::Integer(from)], |row| row.get::<i64>(2)))?;
        Ok(())
    })
}

fn lead() -> Result<Agent> {
    let account = Account {
        id: "a_lead".parse()?,
        name: "Lena".to_owned(),
        email: "lena@example.com".to_owned(),
        role: Role::Lead,
        shops: ShopScope::All,
        password_hash: None,
        is_practice: true,
        seen: None,
    };
    Ok(Agent::new(account, "session".to_owned()))
}

fn ratio(own: Duration, peer: &Times) -> f64 {
    own.as_secs_f64() / peer.median().as_secs_f64()
}

fn compare(desk: &Desk, weeks: u32) -> Result<()> {
    let lead = lead()?;
    let filter = ReportFilter { weeks: Some(weeks), ..ReportFilter::default() };
    say(&format!("  {weeks} weeks"));
    let first = peer(desk, weeks)?;
    say(&format!("    {:<34} {:>10}", "peer, one pass over the timeline", millis(first.median())));
    let mut rows = Vec::new();
    // What costs most of what can be cut: every case is of this kind, a ninth of them for this reason, and no product has more.
    let of_kind = ReportFilter { kind: Some(Kind::RefundOnly), ..filter.clone() };
    let of_both = ReportFilter { reason: Some(ReasonGroup::Damaged), ..of_kind.clone() };
    let of_product = ReportFilter { product: Some(product_name(0)), ..filter.clone() };
    let all: Vec<(&str, Vec<Report>, &ReportFilter)> = Report::ALL
        .into_iter()
        .map(|report| (report.word(), vec![report], &filter))
        .chain([
            ("the whole page", Report::ALL.to_vec(), &filter),
            ("the whole page, of one kind", Report::ALL.to_vec(), &of_kind),
            ("the whole page, kind and reason", Report::ALL.to_vec(), &of_both),
            ("the whole page, of one product", Report::ALL.to_vec(), &of_product),
        ])
        .collect();
    for (name, wanted, filter) in &all {
        let times = measure(|| {
            report::read(desk, &lead, filter, wanted, report::COLUMNS)?;
            Ok(())
        })?;
        rows.push((*name, times));
    }
    let second = peer(desk, weeks)?;
    for (name, times) in &rows {
        let (own, most) = (times.median(), times.percentile(95));
        let (one, other) = (ratio(own, &first), ratio(own, &second));
        say(&format!(
            "    {name:<34} {:>10}, 95 of 100 within {:>10}; ratio {one:.3} and {other:.3}",
            millis(own),
            millis(most)
        ));
    }
    say(&format!("    {:<34} {:>10}", "peer again", millis(second.median())));
    Ok(())
}

/// The worst that a cut by product can meet: all that was ever asked is of one, and all of it is looked at.
fn one_product(desk: &Desk) -> Result<()> {
    let (lead, name) = (lead()?, product_name(0));
    desk.store.write(|tx| tx.execute("UPDATE case_fact SET product = ?1", &[Param::Text(&name)]))?;
    say(&format!("  {MOST_WEEKS} weeks of a desk that sells one product, cut by it"));
    let tell = |what: &str, times: Times| {
        let (own, most) = (millis(times.median()), millis(times.percentile(95)));
        say(&format!("    {what:<34} {own:>10}, 95 of 100 within {most:>10}"));
    };
    let filter = ReportFilter { weeks: Some(MOST_WEEKS), product: Some(name.clone()), ..ReportFilter::default() };
    for report in Report::ALL {
        let read = || report::read(desk, &lead, &filter, &[report], report::COLUMNS).map(drop);
        tell(report.word(), measure(|| Ok(read()?))?);
    }
    for what in [Counted::RanOut, Counted::Asked] {
        let (weeks, product) = (filter.weeks, filter.product.clone());
        let of = ReportCasesFilter { what, shop: None, weeks, agent: None, kind: None, reason: None, product };
        tell(&format!("cases behind {what:?}"), measure(|| Ok(report::cases(desk, &lead, &of).map(drop)?))?);
    }
    Ok(())
}

/// A desk with shops that were connected before anything of this happened.
pub(crate) fn spread_desk(settings: &[(&str, &str)]) -> Result<(Platform, TempDir, Desk, Vec<ShopRow>)> {
    let platform = Platform::start(Options { cases: Some(1), ..Options::default() })?;
    let folder = folder()?;
    let desk = platform.desk(&folder, &platform.about.url, Parts::default(), settings)?;
    platform.runtime.block_on(connect(&desk, &platform))?;
    desk.store.write(|tx| tx.execute("UPDATE shop SET connected_at = 0", &[]))?;
    let shops = desk.store.read(shops::all)?;
    Ok((platform, folder, desk, shops))
}

pub(crate) fn run() -> Result<()> {
    let (_platform, _folder, desk, shops) = spread_desk(&[])?;
    let begun = Instant::now();
    fill(&desk, &shops, CASES)?;
    let filled = begun.elapsed();
    let begun = Instant::now();
    while quality::check_some(&desk)? {}
    let counted = begun.elapsed();
    let count = |sql: &str| desk.store.read(|tx| tx.only(sql, &[], |row| row.get::<i64>(0)));
    say(&format!(
        "reports: {} entries of {} cases, stored in {:.0} s; checked and counted in {:.0} s (wanted: each report within 200 ms)",
        count("SELECT COUNT(*) FROM timeline")?,
        count("SELECT COUNT(*) FROM case_fact WHERE answered_at IS NOT NULL")?,
        filled.as_secs_f64(),
        counted.as_secs_f64(),
    ));
    compare(&desk, USUAL_WEEKS)?;
    compare(&desk, MOST_WEEKS)?;
    one_product(&desk)
}
