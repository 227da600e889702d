//! The cases behind a figure: as many as it says, newest first, and of nobody else's shops.

use super::{COMPLETE, DAMAGED, FIT, MINUTE, World, four_weeks, gbp, on, usd};
use proxy::desk::report;
use serde_json::json;
use shared::domain::case::Kind;
use shared::id::ShopId;
use shared::reasons::ReasonGroup;
use shared::wire::report::{Counted, ReportCases, ReportCasesFilter, ReportFilter};
use shared::wire::session::ShopScope;

fn of(what: Counted, filter: &ReportFilter) -> ReportCasesFilter {
    let ReportFilter { shop, weeks, agent, kind, reason, product, .. } = filter.clone();
    ReportCasesFilter { what, shop, weeks, agent, kind, reason, product }
}

fn read(world: &World, filter: &ReportCasesFilter) -> ReportCases {
    report::cases(&world.desk.desk, &world.lead(ShopScope::All), filter).unwrap()
}

fn told(world: &World) {
    world.tell();
    // Two more that nobody answered, of another shop and kind.
    world
        .asks(&world.one, "31", DAMAGED, "Lamp", gbp("1.00"), on(8, 1))
        .becomes(COMPLETE, on(11, 1))
        .ran_out("ann", on(10, 1));
    world
        .asks(&world.two, "32", FIT, "", usd("1.00"), on(8, 2))
        .sends_back(on(8, 3))
        .becomes(COMPLETE, on(11, 2))
        .ran_out("bo", on(10, 2));
    world.count();
}

/// All filters that a page may have.
fn filters(world: &World) -> Vec<ReportFilter> {
    let all = four_weeks();
    vec![
        all.clone(),
        ReportFilter { weeks: Some(1), ..all.clone() },
        ReportFilter { shop: Some(world.two.clone()), ..all.clone() },
        ReportFilter { kind: Some(Kind::ReturnAndRefund), ..all.clone() },
        ReportFilter { reason: Some(ReasonGroup::Damaged), ..all.clone() },
        ReportFilter { shop: Some(world.one.clone()), kind: Some(Kind::RefundOnly), ..all.clone() },
        ReportFilter { agent: "bo".parse().ok(), ..all.clone() },
        ReportFilter { agent: "ann".parse().ok(), reason: Some(ReasonGroup::Damaged), ..all.clone() },
        ReportFilter { product: Some("Lamp".to_owned()), ..all.clone() },
        ReportFilter { product: Some(String::new()), ..all.clone() },
        ReportFilter { agent: "bo".parse().ok(), product: Some("Lamp".to_owned()), ..all },
    ]
}

#[tokio::test]
async fn a_figure_leads_to_as_many_cases_as_it_counts() {
    let world = World::new().await;
    told(&world);
    let mut seen = Vec::new();
    for filter in filters(&world) {
        let all = world.read(&filter);
        let ran_out = read(&world, &of(Counted::RanOut, &filter));
        let rows = u64::try_from(ran_out.cases.len()).unwrap();
        assert_eq!((ran_out.total, rows), (all.whole.in_time.failed, all.whole.in_time.failed), "{filter:?}");
        seen.push(ran_out.total);
        for row in &all.reasons.rows {
            let one = ReportCasesFilter { reason: Some(row.reason), ..of(Counted::Asked, &filter) };
            assert_eq!(read(&world, &one).total, row.all, "{filter:?} {row:?}");
            for (product, count) in all.reasons.products.iter().zip(&row.cells) {
                let cell = ReportCasesFilter { product: Some(product.clone()), ..one.clone() };
                let found = read(&world, &cell);
                assert_eq!(found.total, *count, "{filter:?} {product}");
                assert!(found.cases.iter().all(|case| case.row.item == *product), "{product}");
            }
        }
    }
    assert_eq!(seen, [3, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1]);
}

#[tokio::test]
async fn cases_of_a_figure_stand_newest_first_with_who_has_to_answer_for_them() {
    let world = World::new().await;
    told(&world);
    let found = read(&world, &of(Counted::RanOut, &four_weeks()));
    let rows: Vec<_> = found.cases.iter().map(|case| (case.at, case.agent.as_ref().unwrap().as_str())).collect();
    assert_eq!(rows, [(on(10, 2), "bo"), (on(10, 1), "ann"), (on(10, 0), "bo")]);
    let bo = ReportFilter { agent: "bo".parse().ok(), ..four_weeks() };
    assert_eq!(read(&world, &of(Counted::Asked, &bo)).total, 0, "what was asked for names nobody");
    // At most a hundred are listed, and all are counted.
    for number in 0..101 {
        // So many writes in one go: a runtime of one thread lets go of a lock of its own only in between.
        tokio::task::yield_now().await;
        let at = on(15, 0).plus_millis(number * MINUTE);
        world.asks(&world.one, &format!("7{number}"), FIT, "Hat", gbp("1.00"), at);
    }
    world.count();
    let hats = ReportCasesFilter { product: Some("Hat".to_owned()), ..of(Counted::Asked, &four_weeks()) };
    let found = read(&world, &hats);
    assert_eq!((found.cases.len(), found.total), (100, 101));
    assert_eq!(found.cases[0].at, on(15, 0).plus_millis(100 * MINUTE));
    assert!(found.cases.is_sorted_by(|one, next| one.at >= next.at));
}

#[tokio::test]
async fn cases_of_a_figure_are_read_by_leads_of_shops_that_they_see() {
    let mut world = World::new().await;
    told(&world);
    let seen = |shops: Vec<ShopId>, filter: &ReportCasesFilter| {
        report::cases(&world.desk.desk, &world.lead(ShopScope::Only(shops)), filter).unwrap().total
    };
    let ran_out = of(Counted::RanOut, &four_weeks());
    assert_eq!((seen(vec![world.one.clone()], &ran_out), seen(Vec::new(), &ran_out)), (1, 0));
    let other = ReportCasesFilter { shop: Some(world.two.clone()), ..ran_out };
    assert_eq!(seen(vec![world.one.clone()], &other), 0);
    // Over the wire, also of requests that name no product.
    let path = "/api/reports/cases?what=asked&weeks=4&reason=fit&product=";
    let found = world.admin.get(path).await.expect(200).json();
    assert_eq!((&found["total"], &found["cases"][0]["row"]["item"]), (&json!(1), &json!("")));
    world.admin.get("/api/reports/cases?weeks=4").await.refused(422, "invalid");
    world.admin.get("/api/reports/cases?what=owed").await.refused(422, "invalid");
    let mut ann = world.desk.member(&mut world.admin, "Ann", "agent", json!("all")).await;
    ann.get("/api/reports/cases?what=ran_out").await.refused(403, "forbidden");
}
