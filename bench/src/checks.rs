//! All checks of 100,000 decided cases computed anew, beside the same with statements of its own for each case.

use crate::reports::{fill, spread_desk};
use crate::say::{millis, say};
use anyhow::Result;
use proxy::app::Desk;
use proxy::desk::{quality, view};
use proxy::store::cases::CaseFile;
use proxy::store::{StoreError, Tx, cases, chat};
use proxy::tiktok::chat::ChatMessage;
use shared::domain::facts::Order;
use shared::id::CaseId;
use std::time::{Duration, Instant};

const CASES: i64 = 100_000;
/// On PostgreSQL, where each statement crosses a connection.
const OF_POSTGRES: i64 = 10_000;
/// An empty database, to measure on that server too.
const POSTGRES: &str = "AMENDS_TEST_POSTGRES_URL";
/// Cases of the peers, which are slow: what is compared is the time of one case.
const OF_PEERS: usize = 10_000;
/// As the desk takes them.
const AT_ONCE: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn all(tx: &Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    tx.all("SELECT id FROM case_file ORDER BY id", &[], |row| {
        let raw: String = row.get(0)?;
        raw.parse().map_err(|source| StoreError::Corrupt { what: "case id", source: Box::new(source) })
    })
}

/// What a buyer has bought, and what was said: a line with the request, one of ours, and thanks.
fn chat_of(file: &CaseFile) -> (Order, Vec<ChatMessage>) {
    let case = &file.platform;
    let bought = case.created.plus_millis(-6 * DAY_MS);
    let order = Order {
        order_id: case.order_id.clone(),
        status: "DELIVERED".to_owned(),
        buyer_id: Some(format!("7{}", case.order_id)),
        buyer_nickname: Some("sunny_kitchen".to_owned()),
        first_name: Some("Maria".to_owned()),
        last_name: Some("S***".to_owned()),
        created: bought,
        paid: Some(bought),
        shipped: Some(bought.plus_millis(DAY_MS)),
        delivered: Some(bought.plus_millis(4 * DAY_MS)),
        is_cod: false,
        lines: case.lines.clone(),
        total: case.refund.as_ref().map(|refund| refund.total.clone()),
        tracking_number: Some(format!("GB{}", case.order_id)),
        carrier: Some("Evri".to_owned()),
        updated: case.created,
    };
    let line = |index, role: &str, text: &str, at| ChatMessage {
        id: format!("{}{index}", case.order_id),
        index,
        type_word: "TEXT".to_owned(),
        role: role.to_owned(),
        text: Some(text.to_owned()),
        image: None,
        at,
        is_visible: true,
        unsupported_tip: None,
    };
    let lines = vec![
        line(1, "BUYER", "Hello, my order came today and the item is not as it should be. Please help.", case.created),
        line(2, "SHOP", "We are sorry. Your refund has been processed.", case.updated),
        line(3, "BUYER", "Thank you so much!", case.updated.plus_millis(DAY_MS / 24)),
    ];
    (order, lines)
}

fn talk(tx: &Tx<'_>, cases: &[CaseId]) -> Result<(), StoreError> {
    for (file, _) in cases::find_all(tx, cases)?.into_values().flatten() {
        let (order, lines) = chat_of(&file);
        cases::save_order(tx, &file.shop, &order, order.updated)?;
        let buyer = order.buyer_id.as_deref().unwrap_or_default();
        let conversation = format!("c{}", order.order_id);
        chat::save(tx, &file.shop, &conversation, buyer, Some(true))?;
        chat::save_messages(tx, &file.shop, &conversation, &lines, file.platform.updated)?;
    }
    Ok(())
}

fn each(count: usize, run: impl FnOnce() -> Result<(), StoreError>) -> Result<Duration> {
    let begun = Instant::now();
    run()?;
    Ok(begun.elapsed() / u32::try_from(count)?)
}

/// As if the rules had changed: none is checked by the present ones.
fn ask_anew(desk: &Desk) -> Result<(), StoreError> {
    desk.store.write(|tx| {
        tx.execute("DELETE FROM quality", &[])?;
        tx.execute(
            "INSERT INTO unchecked (case_id, shop_id, version, can_wait) SELECT id, shop_id, version, 0 FROM case_file \
             WHERE TRUE ON CONFLICT DO NOTHING",
            &[],
        )?;
        Ok(())
    })
}

/// A statement for each table and case, and a commit for each case.
fn one_by_one(desk: &Desk, cases: &[CaseId]) -> Result<Duration> {
    each(cases.len(), || cases.iter().try_for_each(|case| quality::check_these(desk, std::slice::from_ref(case))))
}

/// Reads without keeping anything, so many at once.
fn reading(desk: &Desk, cases: &[CaseId], at_once: usize) -> Result<Duration> {
    each(cases.len(), || {
        desk.store.read(|tx| {
            cases.chunks(at_once).try_for_each(|some| {
                view::for_checks(tx, some)?;
                Ok(())
            })
        })
    })
}

/// As the screen of a case reads it.
fn reading_whole(desk: &Desk, cases: &[CaseId]) -> Result<Duration> {
    each(cases.len(), || {
        desk.store.read(|tx| {
            cases.iter().try_for_each(|case| {
                view::read(tx, case, None)?;
                Ok(())
            })
        })
    })
}

pub(crate) fn run() -> Result<()> {
    say("checks (wanted: 100,000 under 20 s on one core, at least 5 times quicker than case by case)");
    on("SQLite", &[], CASES)?;
    match std::env::var(POSTGRES) {
        Ok(url) => {
            let key = "7".repeat(64);
            let settings = [("AMENDS_DATABASE_URL", url.as_str()), ("AMENDS_SECRET_KEY", key.as_str())];
            on("PostgreSQL", &settings, OF_POSTGRES)
        }
        Err(_) => Ok(()),
    }
}

fn on(store: &str, settings: &[(&str, &str)], count: i64) -> Result<()> {
    let (_platform, _folder, desk, shops) = spread_desk(settings)?;
    fill(&desk, &shops, count)?;
    let cases = desk.store.read(all)?;
    for some in cases.chunks(AT_ONCE) {
        desk.store.write(|tx| talk(tx, some))?;
    }
    let few = cases.get(..OF_PEERS).unwrap_or(&cases);
    let mut own = Vec::new();
    let mut peers = Vec::new();
    for _ in 0..2 {
        ask_anew(&desk)?;
        peers.push(one_by_one(&desk, few)?);
        ask_anew(&desk)?;
        own.push(each(cases.len(), || {
            while quality::check_some(&desk)? {}
            Ok(())
        })?);
    }
    say(&format!("  on {store}, {} cases", cases.len()));
    let ratio = |peer: &Duration, own: &Duration| peer.as_secs_f64() / own.as_secs_f64();
    for (own, peer) in own.iter().zip(&peers) {
        say(&format!(
            "    all of them in {:.1} s: {} a case; statements and a commit for each case: {}; ratio {:.1}",
            own.as_secs_f64() * f64::from(u32::try_from(cases.len())?),
            millis(*own),
            millis(*peer),
            ratio(peer, own),
        ));
    }
    for _ in 0..2 {
        let together = reading(&desk, few, AT_ONCE)?;
        let alone = reading(&desk, few, 1)?;
        let whole = reading_whole(&desk, few)?;
        say(&format!(
            "    reading alone: {} a case; with statements for each case: {}, ratio {:.1}; as its screen reads it: {}, ratio {:.1}",
            millis(together),
            millis(alone),
            ratio(&alone, &together),
            millis(whole),
            ratio(&whole, &together),
        ));
    }
    Ok(())
}
