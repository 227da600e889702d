//! Nothing of practice touches a real shop, its figures or anybody else's queue.

use super::gym::{Gym, Trainee, first_admin, member, queue, reply, start, until};
use crate::support::{Browser, TestDesk};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use proxy::app::{Parts, Running};
use proxy::secret::Secret;
use proxy::store::StoreError;
use proxy::store::practice::{self, Run};
use proxy::store::shops::{self, AppKind, NewShop, SealedTokens};
use proxy::tiktok::net::{Carry, Cut, Net};
use proxy::tiktok::transport::http_client;
use reqwest::{Client, Request, Response};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind};
use shared::domain::practice::Exercise;
use shared::id::ShopId;
use shared::wire::practice::{RunState, RunView};
use shared::wire::shop::ImportView;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use url::Url;

/// Carries what is for TikTok to the sandbox that stands for it, and all else where it is for.
pub(super) struct Post {
    http: Client,
    tiktok: Url,
    practice: Moved,
}

/// Where the practice platform is, once it is no longer where it was.
pub(super) type Moved = Arc<Mutex<Option<Url>>>;

impl Post {
    /// A way upstream on which a sandbox stands for TikTok.
    pub(super) fn to(tiktok: &Sandbox) -> Net {
        Self::to_both(tiktok, &Moved::default())
    }

    /// The same, with a practice platform that may move.
    pub(super) fn to_both(tiktok: &Sandbox, practice: &Moved) -> Net {
        let (tiktok, practice) = (tiktok.url().parse().unwrap(), Arc::clone(practice));
        let post = Self { http: http_client(true).unwrap(), tiktok, practice };
        Net::http(true).unwrap().carried_by(Arc::new(post))
    }
}

impl Carry for Post {
    fn carry(&self, mut request: Request) -> BoxFuture<'static, Result<Response, Cut>> {
        let moved = self.practice.lock().unwrap().clone();
        let to = if request.url().scheme() == "https" { Some(self.tiktok.clone()) } else { moved };
        if let Some(mut url) = to {
            url.set_path(request.url().path());
            url.set_query(request.url().query());
            *request.url_mut() = url;
        }
        let http = self.http.clone();
        async move { http.execute(request).await.map_err(|_| Cut::Lost) }.boxed()
    }
}

/// A desk with TikTok's own addresses in its settings, before a sandbox that stands for TikTok.
struct Real {
    tiktok: Sandbox,
    running: Running,
    admin: Browser,
    _folder: TempDir,
}

impl Real {
    async fn open() -> Self {
        let tiktok = Sandbox::start(Options { cases: Some(30), seed: 11, ..Options::default() }).await.unwrap();
        let about = tiktok.description();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let settings = [
            pair("AMENDS_TIKTOK_APP_KEY", &about.app_key),
            pair("AMENDS_TIKTOK_APP_SECRET", &about.app_secret),
            pair("AMENDS_TIKTOK_SERVICE_ID", &about.service_id),
        ];
        let net = Post::to(&tiktok);
        let folder = tempfile::tempdir().unwrap();
        let running = start(&settings, folder.path(), Parts { net: Some(net), ..Parts::default() }).await;
        let admin = first_admin(&running).await;
        Self { tiktok, running, admin, _folder: folder }
    }

    fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Connects a shop of TikTok, and waits until all of it is here.
    async fn connect(&self) -> ShopId {
        let desk = &self.running.desk;
        let code = Secret::new(self.tiktok.description().shops[0].auth_code.clone());
        let shop = desk.connector.take_code(AppKind::Real, code).await.unwrap().remove(0);
        until("the import", async || {
            let row = desk.store.read(|tx| shops::find(tx, &shop)).unwrap().unwrap();
            (matches!(row.import, ImportView::Done { .. }) && row.swept.is_some()).then_some(())
        })
        .await;
        shop
    }

    async fn journal(&self, since: u64) -> Vec<Value> {
        let url = format!("{}/_sandbox/journal?since={since}", self.tiktok.url());
        let journal: Value = http_client(true).unwrap().get(url).send().await.unwrap().json().await.unwrap();
        journal["requests"].as_array().unwrap().clone()
    }
}

/// Works one run from its beginning to its score, and answers every number of the platform that it had to do with.
async fn work(trainee: &mut Trainee, exercise: &str) -> (RunView, BTreeSet<String>) {
    let run = trainee.begin(exercise).await;
    let mut numbers = BTreeSet::new();
    for case in &run.cases {
        let view = trainee.open(case.case.as_ref().unwrap().as_str()).await;
        trainee.look(&view).await;
        numbers.extend([view.platform_id.clone(), view.order_id.clone()]);
        if view.options.offered.iter().any(|option| option.kind == DecisionKind::ApproveRefund) {
            let text = "I am sorry that your item arrived damaged. Your refund has been processed.";
            let order = json!({ "kind": "approve_refund", "reply": reply(text, "en", Claim::Refunded) });
            trainee.decide(&view, order).await;
        }
    }
    trainee.skip(&run, json!({ "to": "minutes", "minutes": 60 })).await;
    (trainee.finish(&run).await, numbers)
}

#[tokio::test]
async fn no_request_of_a_run_reaches_tiktok_and_nothing_of_it_is_counted() {
    let mut real = Real::open().await;
    real.connect().await;
    let url = real.url();
    let mut trainee = member(&mut real.admin, &url, "Nia", "agent").await;
    let mut lead = member(&mut real.admin, &url, "Lea", "lead").await;
    // The last deadline is so near that an alarm would be due.
    let task = json!({
        "kind": "refund_only", "reason": "damaged", "words": "Broken.", "photos": 1, "deadline_minutes": 12,
        "right": { "decisions": [["approve_refund"]] },
    });
    let exercise = json!({
        "title": "Near", "about": "", "region": "US", "pass_percent": 50, "minutes": 1, "tasks": [task, task],
    });
    lead.browser.put("/api/practice/exercises/near", &json!({ "version": 0, "exercise": exercise })).await.expect(200);

    let counts = async |browser: &mut Browser| {
        let all = queue(browser, None).await;
        json!([all["counts"], all["headline"]["at_risk_cases"], all["headline"]["owed"]])
    };
    // All that is TikTok's has been looked at; how much waits to be comes and goes.
    let figures = async |browser: &mut Browser| {
        let mut quality = browser.get("/api/quality").await.expect(200).json();
        let mut report = browser.get("/api/reports").await.expect(200).json();
        let is_known = quality["waiting"] == 0 && report["waiting"] == 0;
        quality["waiting"] = Value::Null;
        report["waiting"] = Value::Null;
        report["now"] = Value::Null;
        is_known.then(|| json!([quality, report]))
    };
    let known = until("the checks", async || figures(&mut lead.browser).await).await;
    let before = (counts(&mut trainee.browser).await, known);
    let last = real.journal(0).await.last().map_or(0, |entry| entry["number"].as_u64().unwrap());
    let (run, numbers) = work(&mut trainee, "near").await;
    assert_eq!((run.run.state, numbers.len()), (RunState::Scored, 4));
    assert!(run.cases.iter().all(|case| case.percent.unwrap() > 50), "it was worked: {:?}", run.run);

    for entry in real.journal(last).await {
        let (method, path) = (entry["method"].as_str().unwrap(), entry["path"].as_str().unwrap());
        assert!(method == "GET" || path.ends_with("/search"), "a write reached TikTok: {entry}");
        let text = entry.to_string();
        assert!(!numbers.iter().any(|number| text.contains(number)), "TikTok was asked about a run: {entry}");
        assert_eq!(entry["code"], 0, "what is not TikTok's was asked for: {entry}");
    }
    // What is counted is counted soon after, and not at once.
    let desk = &real.running.desk;
    until("the look at the cases of the run", async || {
        let sql = "SELECT COUNT(*) FROM unchecked WHERE shop_id LIKE 'run-%'";
        let waiting = desk.store.read(|tx| tx.only(sql, &[], |row| row.get::<i64>(0))).unwrap();
        (waiting == 0).then_some(())
    })
    .await;
    let known = until("the checks afterwards", async || figures(&mut lead.browser).await).await;
    let after = (counts(&mut trainee.browser).await, known);
    assert_eq!(after, before);
    for table in ["case_fact", "quality", "alarm"] {
        let sql =
            format!("SELECT COUNT(*) FROM {table} x JOIN case_file c ON c.id = x.case_id WHERE c.shop_id LIKE 'run-%'");
        let counted = desk.store.read(|tx| tx.only(&sql, &[], |row| row.get::<i64>(0))).unwrap();
        assert_eq!(counted, 0, "{table} counts cases of a run");
    }
    // TikTok's own case calls; those of the run do not, however near their deadline was.
    let alarms = trainee.browser.get("/api/alarms").await.expect(200).text();
    assert!(!alarms.contains("\"run-"), "an alarm calls to a run: {alarms}");
}

#[tokio::test]
async fn a_run_makes_no_desk_a_practice_desk() {
    let mut real = Real::open().await;
    let url = real.url();
    let mut trainee = member(&mut real.admin, &url, "Nia", "agent").await;
    trainee.begin("first-day").await;
    // No real shop is connected yet, and the only shop that there is belongs to a run.
    let mut visitor = Browser::new(&url);
    assert_eq!(visitor.get("/api/session").await.expect(200).json()["can_practice"], false);
    visitor.post("/api/session/practice", &Value::Null).await.refused(403, "forbidden");
    assert_eq!(trainee.browser.get("/api/shops").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn only_who_works_a_run_sees_its_cases() {
    let mut gym = Gym::open().await;
    let mut nia = gym.member("Nia", "agent").await;
    let mut omar = gym.member("Omar", "agent").await;
    let mut lead = gym.member("Lea", "lead").await;
    let (hers, his) = (nia.begin("first-day").await, omar.begin("returns").await);
    let shop = |run: &RunView| run.run.shop.as_ref().unwrap().to_string();
    let seen =
        async |browser: &mut Browser, shop: Option<&str>| queue(browser, shop).await["rows"].as_array().unwrap().len();
    assert_eq!(seen(&mut nia.browser, Some(&shop(&hers))).await, 3);
    assert_eq!(seen(&mut omar.browser, Some(&shop(&his))).await, 3);
    assert_eq!(seen(&mut nia.browser, None).await, 0, "her own queue is as it was");
    let case = hers.cases[0].case.as_ref().unwrap();
    for browser in [&mut omar.browser, &mut lead.browser, &mut gym.admin] {
        assert_eq!(seen(browser, Some(&shop(&hers))).await, 0);
        browser.get(&format!("/api/cases/{case}")).await.refused(404, "not_found");
        let decision = json!({ "kind": "approve_refund" });
        browser.post(&format!("/api/cases/{case}/decision"), &decision).await.refused(404, "not_found");
        let search = json!({ "text": "Practice", "filter": { "shop": shop(&hers) } });
        let found = browser.post("/api/cases/search", &search).await.expect(200).json();
        assert_eq!(found["rows"], json!([]));
        let session = browser.get("/api/session").await.expect(200).json();
        assert!(session["shops"].as_array().unwrap().iter().all(|known| known["id"] != json!(shop(&hers))));
    }
    for path in ["skip", "finish", "leave"] {
        let path = format!("/api/practice/runs/{}/{path}", hers.run.id);
        lead.browser.post(&path, &json!({ "to": "next" })).await.refused(404, "not_found");
    }
    // Two people practise at once, and time passes for one of them.
    let deadline = async |trainee: &mut Trainee, run: &RunView| {
        trainee.case(run.cases[0].case.as_ref().unwrap().as_str()).await.row.deadline.unwrap()
    };
    let (hers_before, his_before) = (deadline(&mut nia, &hers).await, deadline(&mut omar, &his).await);
    nia.skip(&hers, json!({ "to": "minutes", "minutes": 30 })).await;
    let sooner = move |view: &shared::wire::case::CaseView| {
        view.row.deadline.is_some_and(|now| hers_before.since(now) == 30 * 60_000)
    };
    nia.case_when(case.as_str(), "the nearer deadline", sooner).await;
    assert_eq!(deadline(&mut omar, &his).await, his_before);
}

#[tokio::test]
async fn a_run_is_bound_to_a_practice_shop_of_its_own_person_or_to_none() {
    let desk = TestDesk::start().await;
    let now = desk.desk.clock.now();
    let nia = "p_nia".parse().unwrap();
    let exercise: Exercise = serde_json::from_value(json!({
        "title": "Day", "about": "", "region": "US", "pass_percent": 50, "minutes": 1, "tasks": [],
    }))
    .unwrap();
    let run = Run {
        id: "r_1".parse().unwrap(),
        exercise: "day".parse().unwrap(),
        agent: nia,
        body: exercise,
        state: RunState::Opening,
        shop: None,
        begun: now,
        touched: now,
        ended: None,
        percent: None,
        is_passed: false,
        speed: 1,
        hurried: now,
    };
    let own = ShopId::of_trainee(&run.agent, 1).unwrap();
    let named = ShopId::of_trainee(&run.agent, 2 << 100).unwrap();
    let others = ShopId::of_trainee(&"p_omar".parse().unwrap(), 3 << 100).unwrap();
    let everybodys = desk.shop(AppKind::Practice, "71");
    let real = desk.shop(AppKind::Real, "72");
    let tokens = SealedTokens {
        access: Vec::new(),
        access_expires: now,
        refresh: Vec::new(),
        refresh_expires: now,
        scopes: Vec::new(),
    };
    let bound = desk.desk.store.write(|tx| {
        for (id, app, number) in
            [(&own, AppKind::Practice, "81"), (&named, AppKind::Real, "82"), (&others, AppKind::Practice, "83")]
        {
            let new = NewShop {
                id: id.clone(),
                platform_id: number.to_owned(),
                name: "Shop".to_owned(),
                region: "US".to_owned(),
                webhook_path: format!("path{number}"),
            };
            shops::save_grant(tx, &format!("g_{number}"), app, number, "Seller", &tokens)?;
            shops::save_shop::<StoreError>(tx, app, &new, &format!("g_{number}"), |_| Ok(vec![]), now)?;
        }
        practice::begin(tx, &run)?;
        let unknown = ShopId::of_trainee(&run.agent, 4 << 100).unwrap();
        let mut bound = Vec::new();
        for shop in [&everybodys, &real, &named, &others, &unknown, &own] {
            bound.push(practice::bind(tx, &run.id, shop)?);
        }
        Ok((bound, practice::find(tx, &run.id)?.unwrap().shop))
    });
    assert_eq!(bound.unwrap(), (vec![false, false, false, false, false, true], Some(own)));
}
