//! Several desks before TikTok, on one database, serve exercises on one practice platform that is a program of its own.

use super::apart::{Moved, Post};
use super::gym::{Trainee, first_admin, member, reply, start, until};
use crate::support::{Browser, database};
use proxy::app::{Parts, Running, of_its_own};
use proxy::clock::Clock;
use proxy::outbox::settle_due;
use proxy::tiktok::transport::http_client;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind};
use shared::wire::intent::IntentState;
use shared::wire::practice::{Practice, RunState, RunView};
use tempfile::TempDir;

struct Desks {
    tiktok: Sandbox,
    practice: Vec<Sandbox>,
    moved: Moved,
    settings: Vec<(String, String)>,
    practice_url: (String, String),
    running: Vec<(Running, TempDir)>,
    admin: Browser,
}

impl Desks {
    async fn open() -> Self {
        let tiktok = Sandbox::start(Options { cases: Some(5), seed: 11, ..Options::default() }).await.unwrap();
        let practice = Sandbox::start(of_its_own(Clock::system().now())).await.unwrap();
        let about = tiktok.description();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = database::on_postgres();
        settings.extend([
            pair("AMENDS_TIKTOK_APP_KEY", &about.app_key),
            pair("AMENDS_TIKTOK_APP_SECRET", &about.app_secret),
            pair("AMENDS_TIKTOK_SERVICE_ID", &about.service_id),
        ]);
        let practice_url = pair("AMENDS_PRACTICE_URL", practice.url());
        let moved = Moved::default();
        let whole = [settings.as_slice(), std::slice::from_ref(&practice_url)].concat();
        let first = Self::another(&tiktok, &moved, &whole).await;
        let admin = first_admin(&first.0).await;
        let mut desks =
            Self { tiktok, practice: vec![practice], moved, settings, practice_url, running: vec![first], admin };
        let second = Self::another(&desks.tiktok, &desks.moved, &desks.whole()).await;
        desks.running.push(second);
        desks
    }

    /// The settings of a desk that serves exercises.
    fn whole(&self) -> Vec<(String, String)> {
        [self.settings.as_slice(), std::slice::from_ref(&self.practice_url)].concat()
    }

    async fn another(tiktok: &Sandbox, moved: &Moved, settings: &[(String, String)]) -> (Running, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts { net: Some(Post::to_both(tiktok, moved)), ..Parts::default() };
        (start(settings, folder.path(), parts).await, folder)
    }

    fn url(&self, place: usize) -> String {
        format!("http://{}", self.running[place].0.address)
    }

    /// The practice platform begins anew: it remembers nothing, and has other numbers.
    async fn begin_anew(&mut self) {
        let anew = Sandbox::start(of_its_own(Clock::system().now())).await.unwrap();
        *self.moved.lock().unwrap() = Some(anew.url().parse().unwrap());
        self.practice.push(anew);
    }

    async fn trainee(&mut self) -> Trainee {
        let url = self.url(0);
        member(&mut self.admin, &url, "Nia", "agent").await
    }

    /// Everything that TikTok was asked.
    async fn asked_of_tiktok(&self) -> Value {
        let url = format!("{}/_sandbox/journal", self.tiktok.url());
        let journal: Value = http_client(true).unwrap().get(url).send().await.unwrap().json().await.unwrap();
        journal["requests"].clone()
    }
}

async fn is_open(browser: &mut Browser) -> bool {
    serde_json::from_value::<Practice>(browser.get("/api/practice").await.expect(200).json()).unwrap().is_open
}

fn case(run: &RunView) -> String {
    run.cases[0].case.as_ref().unwrap().to_string()
}

/// Works the first case without a fault.
async fn decide(trainee: &mut Trainee, run: &RunView) {
    let view = trainee.open(&case(run)).await;
    trainee.look(&view).await;
    let text =
        "I am sorry that your item arrived damaged. Your refund has been processed and goes back the way you paid.";
    let order = json!({ "kind": DecisionKind::ApproveRefund, "reply": reply(text, "en", Claim::Refunded) });
    trainee.decide(&view, order).await;
}

/// The same, and waits until it is done.
async fn decide_first(trainee: &mut Trainee, run: &RunView) {
    decide(trainee, run).await;
    until("the first case", async || trainee.run(run).await.cases[0].is_done.then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_begins_at_one_desk_and_ends_at_another_and_tiktok_hears_nothing_of_it() {
    let mut desks = Desks::open().await;
    let (one, two) = (desks.url(0), desks.url(1));
    let mut trainee = desks.trainee().await;
    assert!(is_open(&mut trainee.browser).await);
    let run = trainee.begin("first-day").await;
    assert_eq!((run.run.state, run.run.cases), (RunState::Running, 3));

    trainee.browser.moved(&two);
    assert_eq!(trainee.run(&run).await.cases, run.cases);
    trainee.skip(&run, json!({ "to": "speed", "times": 10 })).await;
    decide(&mut trainee, &run).await;

    trainee.browser.moved(&one);
    assert_eq!(trainee.run(&run).await.speed, 10, "the clock is the run's");
    let scored = trainee.finish(&run).await;
    assert_eq!(scored.run.percent, Some(33));
    assert_eq!(scored.cases.iter().map(|case| case.deeds.len()).collect::<Vec<_>>(), [2, 0, 0]);
    assert_eq!(desks.asked_of_tiktok().await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_whose_desk_ends_is_judged_by_another() {
    let mut desks = Desks::open().await;
    let mut trainee = desks.trainee().await;
    let run = trainee.begin("first-day").await;
    trainee.browser.post(&format!("/api/practice/runs/{}/finish", run.run.id), &Value::Null).await.expect(200);
    let (first, _folder) = desks.running.remove(0);
    first.stop().await;
    trainee.browser.moved(&desks.url(0));
    let scored = until("the score", async || {
        let now = trainee.run(&run).await;
        (now.run.state == RunState::Scored).then_some(now)
    })
    .await;
    assert_eq!(scored.run.percent, Some(0), "nobody has decided anything");
    assert_eq!(desks.asked_of_tiktok().await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_whose_platform_begins_anew_is_worked_on_with_new_cases_and_keeps_what_was_done() {
    let mut desks = Desks::open().await;
    let mut trainee = desks.trainee().await;
    let run = trainee.begin("first-day").await;
    decide_first(&mut trainee, &run).await;

    desks.begin_anew().await;
    trainee.skip(&run, json!({ "to": "next" })).await;
    let again = until("the other cases", async || {
        let now = trainee.run(&run).await;
        let is_new = |place: usize| now.cases[place].case.is_some() && now.cases[place].case != run.cases[place].case;
        (now.run.state == RunState::Running && is_new(1) && is_new(2)).then_some(now)
    })
    .await;
    assert!(again.cases[0].is_done && again.cases[0].case.is_none());
    let scored = trainee.finish(&again).await;
    assert_eq!(scored.run.percent, Some(33), "what was done before counts");
    assert_eq!(desks.asked_of_tiktok().await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_is_judged_by_what_was_known_where_its_platform_has_begun_anew() {
    let mut desks = Desks::open().await;
    let mut trainee = desks.trainee().await;
    let run = trainee.begin("first-day").await;
    decide_first(&mut trainee, &run).await;
    desks.begin_anew().await;
    let scored = trainee.finish(&run).await;
    assert_eq!(scored.run.percent, Some(33), "of the first case all is known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_desk_that_names_no_practice_platform_serves_none_and_leaves_the_runs_of_the_others() {
    let mut desks = Desks::open().await;
    let mut trainee = desks.trainee().await;
    let run = trainee.begin("first-day").await;
    let alone = Desks::another(&desks.tiktok, &desks.moved, &desks.settings).await;
    trainee.browser.moved(&format!("http://{}", alone.0.address));
    assert!(!is_open(&mut trainee.browser).await);
    trainee.browser.moved(&desks.url(1));
    assert_eq!(trainee.run(&run).await.cases, run.cases);

    // What is pressed while it is the only one waits for the next that serves them, and is not put off.
    let view = trainee.open(&case(&run)).await;
    for (served, _folder) in desks.running.drain(..) {
        served.stop().await;
    }
    trainee.browser.moved(&format!("http://{}", alone.0.address));
    let order =
        json!({ "kind": DecisionKind::ApproveRefund, "shown": view.refund.as_ref().map(|refund| &refund.total) });
    trainee.browser.post(&format!("/api/cases/{}/decision", view.row.id), &order).await.expect(200);
    let desk = &alone.0.desk;
    settle_due(desk).await.unwrap();
    let put_off = "SELECT due_at - held_until FROM intent";
    assert_eq!(desk.store.read(|tx| tx.only(put_off, &[], |row| row.get::<i64>(0))).unwrap(), 0);
    let again = Desks::another(&desks.tiktok, &desks.moved, &desks.whole()).await;
    trainee.browser.moved(&format!("http://{}", again.0.address));
    until("the decision", async || {
        let now = trainee.case(&case(&run)).await;
        now.intents.iter().any(|intent| matches!(intent.state, IntentState::Done { .. })).then_some(())
    })
    .await;
}
