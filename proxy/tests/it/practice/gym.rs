//! A desk before a practice platform, and a scripted agent who works an exercise as a browser would.

use crate::support::{Browser, PASSWORD, database, token_of};
use proxy::app::{Parts, Running, serve};
use proxy::config::{Config, Vars};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind, Stage};
use shared::domain::practice::Mark;
use shared::reasons::{Ground, ground_of};
use shared::wire::case::CaseView;
use shared::wire::intent::{IntentState, IntentWhat};
use shared::wire::practice::{RunState, RunView};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOKS_EVERY: Duration = Duration::from_millis(150);

/// Waits until something is there.
pub(super) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} does not come");
        tokio::time::sleep(LOOKS_EVERY).await;
    }
}

/// A practice platform of its own, and a desk that can be started again.
pub(super) struct Gym {
    _sandbox: Sandbox,
    pub(super) running: Option<Running>,
    pub(super) folder: TempDir,
    settings: Vec<(String, String)>,
    pub(super) admin: Browser,
}

pub(super) async fn start(settings: &[(String, String)], folder: &Path, parts: Parts) -> Running {
    let data = ("AMENDS_DATA_DIR".to_owned(), folder.to_str().unwrap().to_owned());
    let hold = ("AMENDS_HOLD_SECONDS".to_owned(), "0".to_owned());
    let config = Config::read(&Vars::of(settings.iter().cloned().chain([data, hold]))).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(config, listener, parts).await.unwrap()
}

/// The first admin of a desk that has just been started.
pub(super) async fn first_admin(running: &Running) -> Browser {
    let mut admin = Browser::new(&format!("http://{}", running.address));
    let token = running.setup.clone().unwrap().url.split_once('#').unwrap().1.to_owned();
    let body = json!({ "token": token, "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    admin.post("/api/session/link", &body).await.expect(204);
    admin
}

/// Somebody whom an admin has invited.
pub(super) async fn member(admin: &mut Browser, url: &str, name: &str, role: &str) -> Trainee {
    let email = format!("{}@example.com", name.to_lowercase());
    let invitation = json!({ "name": name, "email": email, "role": role, "shops": "all" });
    let made = admin.post("/api/team", &invitation).await.expect(200).json();
    let mut browser = Browser::new(url);
    let body = json!({ "token": token_of(&made["url"]), "name": "", "email": "", "password": PASSWORD });
    browser.post("/api/session/link", &body).await.expect(204);
    Trainee { browser }
}

impl Gym {
    pub(super) async fn open() -> Self {
        let sandbox = Sandbox::start(Options { cases: Some(0), ..Options::default() }).await.unwrap();
        let about = sandbox.description().clone();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = database::settings();
        settings.extend([
            pair("AMENDS_TIKTOK_APP_KEY", &about.app_key),
            pair("AMENDS_TIKTOK_APP_SECRET", &about.app_secret),
            pair("AMENDS_TIKTOK_SERVICE_ID", &about.service_id),
            pair("AMENDS_TIKTOK_API_URL", &about.url),
            pair("AMENDS_TIKTOK_AUTH_URL", &about.auth_url),
        ]);
        let folder = tempfile::tempdir().unwrap();
        let running = start(&settings, folder.path(), Parts::default()).await;
        let admin = first_admin(&running).await;
        Self { _sandbox: sandbox, running: Some(running), folder, settings, admin }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.running.as_ref().unwrap().address)
    }

    pub(super) async fn member(&mut self, name: &str, role: &str) -> Trainee {
        let url = self.url();
        member(&mut self.admin, &url, name, role).await
    }

    /// The desk ends and starts again; who was signed in stays so.
    pub(super) async fn restart(&mut self) {
        self.running.take().unwrap().stop().await;
        self.running = Some(start(&self.settings, self.folder.path(), Parts::default()).await);
        let url = self.url();
        self.admin.moved(&url);
    }

    /// Writes an exercise of a lead's.
    pub(super) async fn write(&mut self, id: &str, exercise: &Value) {
        let body = json!({ "version": 0, "exercise": exercise });
        self.admin.put(&format!("/api/practice/exercises/{id}"), &body).await.expect(200);
    }
}

/// One thing that a scripted agent does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// The deadline passes before anybody decides.
    Late,
    /// Granted what should have been refused.
    WrongDecision,
    /// The buyer's photos stay closed.
    PhotosClosed,
    /// Refused for a reason that has nothing to do with the buyer's.
    OtherGround,
    /// Refused for what a photo would show, without one.
    NoProof,
    /// Decided, and never told.
    NoReply,
    /// In a language that the buyer has not written.
    OtherLanguage,
    /// The text of another reason.
    OtherReason,
    /// Nothing but hello.
    GreetingAlone,
    /// What the buyer had asked is left out.
    QuestionForgotten,
    /// Decided without asking.
    NotAsked,
}

impl Mistake {
    pub(super) const ALL: [Self; 11] = [
        Self::Late,
        Self::WrongDecision,
        Self::PhotosClosed,
        Self::OtherGround,
        Self::NoProof,
        Self::NoReply,
        Self::OtherLanguage,
        Self::OtherReason,
        Self::GreetingAlone,
        Self::QuestionForgotten,
        Self::NotAsked,
    ];
}

/// The smallest picture there is.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// Somebody at a browser.
pub(super) struct Trainee {
    pub(super) browser: Browser,
}

/// How the cases of the scripted exercise are handled rightly; the place is that of its task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handling {
    pub(super) kind: DecisionKind,
    pub(super) claim: Claim,
    pub(super) text: &'static str,
}

impl Trainee {
    pub(super) async fn begin(&mut self, exercise: &str) -> RunView {
        let path = format!("/api/practice/exercises/{exercise}/run");
        serde_json::from_value(self.browser.post(&path, &Value::Null).await.expect(200).json()).unwrap()
    }

    pub(super) async fn run(&mut self, run: &RunView) -> RunView {
        let path = format!("/api/practice/runs/{}", run.run.id);
        serde_json::from_value(self.browser.get(&path).await.expect(200).json()).unwrap()
    }

    pub(super) async fn skip(&mut self, run: &RunView, how: Value) {
        let path = format!("/api/practice/runs/{}/skip", run.run.id);
        self.browser.post(&path, &how).await.expect(200);
    }

    /// Finishes, and waits for the score.
    pub(super) async fn finish(&mut self, run: &RunView) -> RunView {
        self.browser.post(&format!("/api/practice/runs/{}/finish", run.run.id), &Value::Null).await.expect(200);
        self.run_when(run, "the score", |now| now.run.state == RunState::Scored).await
    }

    /// Waits until the run is as it should be.
    pub(super) async fn run_when(&mut self, run: &RunView, what: &str, is: impl Fn(&RunView) -> bool) -> RunView {
        let begun = Instant::now();
        loop {
            let now = self.run(run).await;
            if is(&now) {
                return now;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} does not come: {:?} {:?}", now.run, now.cases);
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    pub(super) async fn case(&mut self, id: &str) -> CaseView {
        serde_json::from_value(self.browser.get(&format!("/api/cases/{id}")).await.expect(200).json()).unwrap()
    }

    /// Waits until the case is as it should be.
    pub(super) async fn case_when(&mut self, id: &str, what: &str, is: impl Fn(&CaseView) -> bool) -> CaseView {
        let begun = Instant::now();
        loop {
            let view = self.case(id).await;
            if is(&view) {
                return view;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} does not come: {:?} {:?}", view.row, view.intents);
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    /// Opens a case, as the case page does, and waits until TikTok has said what may be decided.
    pub(super) async fn open(&mut self, id: &str) -> CaseView {
        self.browser.post(&format!("/api/cases/{id}/opened"), &Value::Null).await.expect(202);
        self.case_when(id, "what may be decided", |view| view.options.checked.is_some()).await
    }

    pub(super) async fn look(&mut self, view: &CaseView) {
        for photo in view.words.iter().flat_map(|words| &words.photos) {
            let path = format!("/api/cases/{}/photos/{photo}", view.row.id);
            self.browser.post(&path, &Value::Null).await.expect(204);
        }
    }

    /// Says something that tells no outcome, and waits until the buyer has answered.
    pub(super) async fn ask(&mut self, id: &str, text: &str) -> CaseView {
        let before: usize = self.case(id).await.words.iter().map(|words| words.photos.len()).sum();
        let reply = json!({ "reply": { "text": text, "language": "en", "claim": null, "template": null } });
        self.browser.post(&format!("/api/cases/{id}/reply"), &reply).await.expect(200);
        let more = |view: &CaseView| view.words.iter().map(|words| words.photos.len()).sum::<usize>() > before;
        self.case_when(id, "the buyer's answer", more).await
    }

    pub(super) async fn prove(&mut self, id: &str) -> String {
        let request = self.browser.ours(reqwest::Method::POST, &format!("/api/cases/{id}/evidence?name=parcel.png"));
        let request = request.header("Idempotency-Key", format!("proof-{id}")).body(PIXEL);
        let answer = self.browser.send(request).await.expect(200);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Decides, and tells the buyer with it; waits until the decision has taken effect.
    pub(super) async fn decide(&mut self, view: &CaseView, more: Value) {
        let mut body = json!({ "shown": view.refund.as_ref().map(|refund| &refund.total) });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = format!("/api/cases/{}/decision", view.row.id);
        self.browser.post(&path, &body).await.expect(200);
        let kind: DecisionKind = serde_json::from_value(more["kind"].clone()).unwrap();
        let is_done = |view: &CaseView| {
            view.intents.iter().any(|intent| {
                let is_it = matches!(&intent.what, IntentWhat::Decision { kind: made, .. } if *made == kind);
                is_it && matches!(intent.state, IntentState::Done { .. })
            })
        };
        let id = view.row.id.to_string();
        self.case_when(&id, "the decision", is_done).await;
    }
}

pub(super) fn reply(text: &str, language: &str, claim: Claim) -> Value {
    json!({ "text": text, "language": language, "claim": claim, "template": null })
}

/// The first offered reason whose ground is this.
pub(super) fn reason(view: &CaseView, kind: DecisionKind, wanted: Ground) -> String {
    let offered = view.options.offered.iter().filter(|option| option.kind == kind);
    let mut reasons = offered.flat_map(|option| &option.reasons);
    let found = reasons.find(|reason| ground_of(&reason.name) == Some(wanted));
    found.unwrap_or_else(|| panic!("{wanted:?} is not offered")).name.clone()
}

/// Everything that a judged run failed in, with the place of the case.
pub(super) fn failed(run: &RunView) -> BTreeSet<(usize, Mark)> {
    let all = run.cases.iter().enumerate();
    all.flat_map(|(place, case)| case.points.iter().filter(|point| !point.holds).map(move |point| (place, point.mark)))
        .collect()
}

/// A browser's list of the cases to decide, of a shop or of all.
pub(super) async fn queue(browser: &mut Browser, shop: Option<&str>) -> Value {
    let narrow = shop.map(|shop| format!("&shop={shop}")).unwrap_or_default();
    browser.get(&format!("/api/cases?stage=to_decide{narrow}")).await.expect(200).json()
}

pub(super) fn is_here(view: &CaseView) -> bool {
    view.row.stage == Stage::ToInspect
        && view.options.offered.iter().any(|option| option.kind == DecisionKind::AcceptParcel)
}
