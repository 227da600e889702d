//! Reports of one product: they add up to the whole, and whatever an address names gives figures or none.

use super::{COMPLETE, DAMAGED, FIT, World, added, counts, four_weeks, gbp, held, on, usd};
use proxy::desk::report;
use proxy::store;
use serde_json::json;
use shared::id::ShopId;
use shared::reasons::ReasonGroup;
use shared::wire::report::{ChatWeek, Report, ReportFilter, Reports};
use shared::wire::session::ShopScope;

fn of(product: &str) -> ReportFilter {
    ReportFilter { product: Some(product.to_owned()), ..four_weeks() }
}

/// A name as a part of an address.
fn escaped(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn reports_cut_by_product_add_up_to_the_whole() {
    let world = World::new().await;
    world.tell();
    let (one, two) = (&world.one, &world.two);
    world.asks(two, "31", FIT, "", usd("1.00"), on(8, 2)).becomes(COMPLETE, on(11, 2)).ran_out("bo", on(10, 2));
    let chats = ChatWeek {
        shop: one.clone(),
        week: on(0, 0),
        sessions: 3,
        answered: Some(1_000),
        satisfied: None,
        first_ms: None,
    };
    world.write(|tx| store::reports::keep_chat_week(tx, &chats, on(7, 0)));

    let whole = world.read(&four_weeks());
    assert_eq!((whole.whole.answered, whole.chat.as_slice()), (6, [chats].as_slice()));
    assert_eq!(whole.products, ["Lamp", "Shirt", "", "=1+1 Mug"], "most asked for first");
    let parts: Vec<Reports> = whole.products.iter().map(|product| world.read(&of(product))).collect();
    assert_eq!(added(parts.iter()), counts(&whole));
    let answered: Vec<_> = parts.iter().map(|part| part.whole.answered).collect();
    assert_eq!(answered, [4, 1, 1, 0]);
    for (part, product) in parts.iter().zip(&whole.products) {
        // TikTok does not say what chats are about. What can be chosen instead stays.
        assert_eq!((part.chat.len(), &part.products), (0, &whole.products), "{product:?}");
        assert_eq!((part.reasons.products.as_slice(), part.reasons.more), ([product.clone()].as_slice(), 0));
    }
    // With a shop, a kind, a reason and a person as well.
    let shirts = world.read(&ReportFilter { shop: Some(two.clone()), ..of("Shirt") });
    assert_eq!(
        (counts(&shirts), shirts.products.as_slice()),
        ([0; 12], ["Lamp", "", "=1+1 Mug"].map(String::from).as_slice())
    );
    let fits = world.read(&ReportFilter { reason: Some(ReasonGroup::Fit), ..of("Lamp") });
    assert_eq!((counts(&fits), fits.products.as_slice()), ([0; 12], ["Shirt", ""].map(String::from).as_slice()));
    let bo = world.read(&ReportFilter { agent: "bo".parse().ok(), ..of("Lamp") });
    assert_eq!((bo.whole.in_time, bo.reasons.rows.len(), bo.products.len()), (held(0, 1), 0, 4));
}

#[tokio::test]
async fn products_are_offered_as_far_as_their_shops_are_seen_and_not_without_end() {
    let world = World::new().await;
    world.tell();
    let seen = |shops: Vec<ShopId>, wanted: &[Report]| {
        let lead = world.lead(ShopScope::Only(shops));
        report::read(&world.desk.desk, &lead, &of("Lamp"), wanted, report::COLUMNS).unwrap().products
    };
    assert_eq!(seen(vec![world.one.clone()], &Report::ALL), ["Lamp", "Shirt"]);
    assert!(seen(Vec::new(), &Report::ALL).is_empty());
    assert!(seen(vec![world.one.clone()], &[Report::InTime]).is_empty(), "a file does not look for them");
    for number in 0..110 {
        // So many writes in one go: a runtime of one thread lets go of a lock of its own only in between.
        tokio::task::yield_now().await;
        world.asks(&world.one, &format!("7{number}"), FIT, &format!("Hat {number}"), gbp("1.00"), on(15, 0));
    }
    let found = world.read(&four_weeks()).products;
    assert_eq!((found.len(), &found[..2]), (100, ["Lamp".to_owned(), "Shirt".to_owned()].as_slice()));
}

#[tokio::test]
async fn any_name_in_an_address_gives_the_figures_of_its_requests() {
    let mut world = World::new().await;
    world.tell();
    let long = "ä".repeat(300);
    let names = ["50 % off \"Lamp\" & 'Co' + 1", "ผ้าไหม 灯 🪔", "'; DROP TABLE case_fact; --", long.as_str(), ""];
    for (number, name) in names.into_iter().enumerate() {
        world
            .asks(&world.two, &format!("8{number}"), DAMAGED, name, usd("2.00"), on(8, 0))
            .becomes(COMPLETE, on(11, 0))
            .ran_out("bo", on(10, 0));
    }
    world.count();
    for (name, asked) in names.into_iter().map(|name| (name, 1)).chain([("Lamp", 4), ("lamp", 0), ("%", 0), ("ä", 0)])
    {
        let query = format!("weeks=4&product={}", escaped(name));
        let all: Reports =
            serde_json::from_value(world.admin.get(&format!("/api/reports?{query}")).await.expect(200).json()).unwrap();
        assert_eq!(all.reasons.rows.iter().map(|row| row.all).sum::<u64>(), asked, "{name:?}");
        let cases = format!("/api/reports/cases?what=asked&{query}");
        let found = world.admin.get(&cases).await.expect(200).json();
        assert_eq!(found["total"], json!(asked), "{name:?}");
        let ran_out = cases.replace("asked", "ran_out");
        let found = world.admin.get(&ran_out).await.expect(200).json();
        assert_eq!(found["total"], json!(all.whole.in_time.failed), "{name:?}");
        let file = world.admin.get(&format!("/api/reports/reasons?{query}")).await.expect(200).text();
        assert_eq!(file.lines().count(), 1 + all.reasons.rows.len(), "{file}");
        let file = world.admin.get(&format!("/api/reports/in_time?{query}&format=json")).await.expect(200).json();
        assert_eq!(file["rows"][2]["Ran out"], json!(all.whole.in_time.failed), "{name:?}");
        let chats = world.admin.get(&format!("/api/reports/chat?{query}")).await.expect(200).text();
        assert_eq!(chats.lines().count(), 1);
    }
}
