//! The first import of 100,000 cases, beside a client that reads the same pages and throws them away.

use crate::room::{Platform, connect, folder};
use crate::say::say;
use anyhow::{Result, bail};
use proxy::app::{Desk, Parts};
use proxy::store::cases;
use proxy::store::shops::{self, ShopRow};
use proxy::sync;
use proxy::tiktok::client::Upstream;
use proxy::tiktok::pause::Pause;
use proxy::tiktok::search::Filter;
use sandbox::{Dials, Options};
use shared::domain::derive::is_over;
use shared::domain::facts::Object;
use shared::time::Timestamp;
use shared::wire::shop::ImportView;
use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

const CASES: usize = 100_000;
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// How one of both fared.
struct Took {
    time: Duration,
    cases: u64,
    calls: u64,
}

/// What is still to happen, then by weeks, newest first, as long as cases are missing.
async fn read_all(desk: Desk, upstream: Upstream, object: Object) -> Result<u64> {
    let search = async |filter: &Filter, token: Option<&str>| match object {
        Object::Cancellation => upstream.search_cancellations(filter, token).await,
        Object::Return => upstream.search_returns(filter, token).await,
    };
    let open: &[&str] = match object {
        Object::Cancellation => &["CANCELLATION_REQUEST_PENDING"],
        Object::Return => &[
            "RETURN_OR_REFUND_REQUEST_PENDING",
            "REPLACEMENT_REQUEST_PENDING",
            "AWAITING_BUYER_SHIP",
            "AWAITING_BUYER_RESPONSE",
            "BUYER_SHIPPED_ITEM",
            "REFUND_OR_RETURN_REQUEST_REJECT",
            "REJECT_RECEIVE_PACKAGE",
            "REPLACEMENT_REQUEST_REJECT",
        ],
    };
    let total = search(&Filter::default(), None).await?.total.unwrap_or_default();
    let mut filter = Filter { statuses: open.iter().map(|word| (*word).to_owned()).collect(), ..Filter::default() };
    let mut until = desk.clock.now();
    let (mut seen, mut orders_seen) = (HashSet::new(), HashSet::new());
    while u64::try_from(seen.len())? < total {
        let mut token = None;
        loop {
            let page = search(&filter, token.as_deref()).await?;
            let mut orders = BTreeSet::new();
            for case in page.items {
                if orders_seen.insert(case.order_id.clone()) {
                    orders.insert(case.order_id.clone());
                }
                if seen.insert(case.platform_id.clone()) && object == Object::Return && !is_over(&case) {
                    upstream.records(&case.platform_id).await?;
                }
            }
            upstream.orders(&orders.into_iter().collect::<Vec<_>>()).await?;
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        let from = until.plus_millis(-WEEK_MS);
        // The newest week is open: buyers and TikTok go on meanwhile.
        let before = filter.updated_from.map(|_| until);
        filter = Filter { updated_from: Some(from), updated_before: before, ..Filter::default() };
        until = from;
        if until < Timestamp::from_millis(0) {
            bail!("{total} cases were promised, {} came", seen.len());
        }
    }
    Ok(u64::try_from(seen.len())?)
}

async fn peer(desk: &Desk, shops: &[ShopRow]) -> Result<u64> {
    let mut walks = tokio::task::JoinSet::new();
    for shop in shops {
        for object in [Object::Cancellation, Object::Return] {
            walks.spawn(read_all(desk.clone(), desk.upstream(shop)?, object));
        }
    }
    let mut cases = 0;
    while let Some(walk) = walks.join_next().await {
        cases += walk??;
    }
    Ok(cases)
}

/// The desk as it runs: everything that keeps a shop up to date is begun at once.
async fn desk(desk: &Desk, shops: &[ShopRow]) -> Result<u64> {
    let running = tokio::spawn(sync::run(desk.clone()));
    loop {
        let rows = desk.store.read(shops::all)?;
        if rows.iter().all(|row| matches!(row.import, ImportView::Done { .. })) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    desk.stop();
    running.await?;
    let count = |tx: &proxy::store::Tx<'_>| shops.iter().map(|shop| cases::count(tx, &shop.id)).sum();
    Ok(desk.store.read(count)?)
}

fn measure(platform: &Platform, parts: Parts, stores: bool) -> Result<Took> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = folder()?;
        let room = platform.desk(&folder, &platform.about.url, parts, &[])?;
        let shops = connect(&room, platform).await?;
        let before = platform.calls().await?;
        let begun = Instant::now();
        let cases = if stores { desk(&room, &shops).await? } else { peer(&room, &shops).await? };
        Ok(Took { time: begun.elapsed(), cases, calls: platform.calls().await? - before })
    })
}

fn compare(platform: &Platform, how: &str, parts: impl Fn() -> Parts) -> Result<()> {
    say(&format!("  {how}"));
    let mut times = Vec::new();
    for (name, stores) in [("peer, throws them away", false), ("the desk", true), ("peer again", false)] {
        let Took { time, cases, calls } = measure(platform, parts(), stores)?;
        say(&format!("    {name:<24} {:>6.1} s for {cases} cases, {calls} calls", time.as_secs_f64()));
        times.push(time.as_secs_f64());
    }
    if let [first, desk, second] = times.as_slice() {
        say(&format!("    ratio {:.2} and {:.2} (at most 1.5)", desk / first, desk / second));
    }
    Ok(())
}

pub(crate) fn run() -> Result<()> {
    let dials = Dials { drops_webhooks: true, calls_per_second: 1_000_000, ..Dials::default() };
    let platform = Platform::start(Options { cases: Some(CASES), dials, ..Options::default() })?;
    say(&format!("import: {CASES} cases of five shops over two years"));
    compare(&platform, "at the desk's own pace, 30 calls a second for each shop and endpoint", Parts::default)?;
    compare(&platform, "without that pace", || Parts { pause: Pause::skipping(), ..Parts::default() })
}
