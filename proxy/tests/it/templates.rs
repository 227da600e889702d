//! The team's own replies: written, approved, used, counted, carried in a file.

use super::outbox::{Scene, agent};
use super::support::TestDesk;
use super::sync::Room;
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::{decide, handbook, quality, templates};
use proxy::store::Param;
use proxy::store::people::{self, Account};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind, Kind, Voice};
use shared::domain::quality::Check;
use shared::reasons::ReasonGroup;
use shared::reply::{Ask, Language, Place, Rule, compose, rule_text};
use shared::time::Timestamp;
use shared::wire::decision::{ReplyOrder, ReplyRequest};
use shared::wire::event::Event;
use shared::wire::session::{Role, ShopScope};
use shared::wire::template::{
    Change, Piece, StepTemplate, TemplateStep, TemplateView, Usage, VersionState, WriteTemplate,
};

const DAY: u64 = 24 * 60 * 60;
const WORDS: &str =
    "Hi {name|there}, we are sorry. Your refund of {amount} has been processed. {if keeps}Keep it.{end}";

fn lead(room: &Room, name: &str) -> Agent {
    let account = Account {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        role: Role::Lead,
        shops: ShopScope::All,
        password_hash: Some("a hash".to_owned()),
        is_practice: false,
        seen: None,
    };
    room.desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1))).unwrap();
    Agent::new(account, "session".to_owned())
}

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

/// A desk with an agent, two leads, and one refund request.
struct Team {
    scene: Scene,
    lena: Agent,
    marek: Agent,
    at: Place,
}

impl Team {
    async fn new() -> Self {
        let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await;
        let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
        Self { scene, lena, marek, at: place("damaged.refunded.en") }
    }

    fn write(&self, who: &Agent, text: &str, revision: u32) -> Result<TemplateView, DeskError> {
        let request = WriteTemplate { text: text.to_owned(), note: "shorter".to_owned(), revision };
        templates::write(&self.scene.room.desk, who, &self.at, &request)
    }

    fn step(&self, who: &Agent, step: TemplateStep) -> Result<TemplateView, DeskError> {
        let view = self.read();
        let version = view.open().or(view.in_use()).unwrap();
        self.step_of(who, version.number, version.revision, step)
    }

    fn step_of(&self, who: &Agent, number: u32, revision: u32, step: TemplateStep) -> Result<TemplateView, DeskError> {
        templates::step(&self.scene.room.desk, who, &self.at, &StepTemplate { number, revision, step })
    }

    fn read(&self) -> TemplateView {
        templates::read(&self.scene.room.desk, &self.lena, &self.at).unwrap()
    }

    fn approved(&self, text: &str) {
        self.write(&self.lena, text, self.read().open().map_or(0, |open| open.revision)).unwrap();
        self.step(&self.lena, TemplateStep::AskApproval).unwrap();
        self.step(&self.marek, TemplateStep::Approve).unwrap();
    }

    fn said(&self) -> String {
        let ask = Ask {
            group: ReasonGroup::Damaged,
            claim: Some(Claim::Refunded),
            kind: Kind::RefundOnly,
            voice: Voice::We,
            keeps_item: true,
            has_name: true,
            has_amount: true,
            language: Language::En,
            shop: None,
        };
        compose(&templates::catalogue(&self.scene.room.desk, &self.lena).unwrap(), &ask).id
    }
}

fn states(view: &TemplateView) -> Vec<(u32, VersionState)> {
    view.versions.iter().map(|version| (version.number, version.state)).collect()
}

#[tokio::test]
async fn a_version_is_used_once_a_lead_has_approved_it_and_stays_when_it_is_replaced() {
    let team = Team::new().await;
    assert_eq!(team.said(), "damaged.refunded.en@3", "built in");
    team.write(&team.scene.agent, WORDS, 0).unwrap();
    assert_eq!(team.said(), "damaged.refunded.en@3", "written is not approved");
    assert!(matches!(team.step(&team.lena, TemplateStep::Approve), Err(DeskError::Invalid { field: "step", .. })));
    team.step(&team.scene.agent, TemplateStep::AskApproval).unwrap();
    assert_eq!(templates::coverage(&team.scene.room.desk, &team.lena).unwrap().waiting.len(), 1);
    assert!(matches!(team.step(&team.scene.agent, TemplateStep::Approve), Err(DeskError::Forbidden)));
    let view = team.step(&team.lena, TemplateStep::Approve).unwrap();
    assert_eq!(view.in_use().unwrap().approver.as_ref(), Some(&team.lena.id));
    assert_eq!(team.said(), "damaged.refunded.en@v1");
    team.approved(&[WORDS, " Bye."].concat());
    assert_eq!(team.said(), "damaged.refunded.en@v2");
    assert_eq!(states(&team.read()), [(2, VersionState::InUse), (1, VersionState::Replaced)]);
    team.step(&team.lena, TemplateStep::Withdraw).unwrap();
    assert_eq!(team.said(), "damaged.refunded.en@3", "the built-in words are back");
}

#[tokio::test]
async fn nobody_approves_their_own_words_unless_nobody_else_can() {
    let team = Team::new().await;
    team.write(&team.lena, WORDS, 0).unwrap();
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    let own = team.step(&team.lena, TemplateStep::Approve);
    assert!(matches!(own, Err(DeskError::NeedsAnother)));
    let now = Timestamp::from_millis(2);
    team.scene.room.desk.store.write(|tx| people::remove(tx, &team.marek.id, now)).unwrap();
    assert!(team.read().leads_alone);
    team.step(&team.lena, TemplateStep::Approve).unwrap();
}

#[tokio::test]
async fn a_lead_hears_how_many_replies_wait_for_their_approval() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    let waits = |who: &Agent| handbook::news(desk, who).unwrap().replies;
    let heard = || {
        let all = desk.store.read(|tx| proxy::store::events::after(tx, 0, 10_000)).unwrap();
        all.iter().filter(|placed| placed.event == Event::HandbookChanged).count()
    };
    let before = heard();
    team.write(&team.lena, WORDS, 0).unwrap();
    assert_eq!((waits(&team.marek), heard() - before), (0, 0), "it is being written");
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    assert!(heard() > before, "who may approve hears of it");
    assert_eq!((waits(&team.lena), waits(&team.marek), waits(&team.scene.agent)), (0, 1, 0), "not of their own words");
    let asked = heard();
    team.step(&team.marek, TemplateStep::Approve).unwrap();
    assert!(heard() > asked);
    assert_eq!(waits(&team.marek), 0);
    team.write(&team.lena, &[WORDS, " Thanks."].concat(), team.read().open().map_or(0, |open| open.revision)).unwrap();
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    let asked = heard();
    team.write(&team.lena, WORDS, team.read().open().unwrap().revision).unwrap();
    assert!(heard() > asked && waits(&team.marek) == 0, "it is being written again");
}

#[tokio::test]
async fn two_who_write_at_once_lose_nothing() {
    let team = Team::new().await;
    team.write(&team.scene.agent, WORDS, 0).unwrap();
    let other = [WORDS, " Bye."].concat();
    let refused = team.write(&team.lena, &other, 0);
    assert!(matches!(&refused, Err(DeskError::EditedMeanwhile { by: Some(by), .. }) if by == "ines"), "{refused:?}");
    assert_eq!(team.read().open().unwrap().text, WORDS);
    // The answer to a save was lost: the same again is no conflict.
    team.write(&team.scene.agent, WORDS, 0).unwrap();
    assert_eq!(team.read().open().unwrap().revision, 1);
    team.write(&team.lena, &other, 1).unwrap();
    assert_eq!(team.read().open().unwrap().text, other);
    // Nobody approves what they have not seen.
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    let old = team.step_of(&team.marek, 1, 1, TemplateStep::Approve);
    assert!(matches!(old, Err(DeskError::EditedMeanwhile { .. })));
}

#[tokio::test]
async fn what_waits_and_is_changed_is_being_written_again() {
    let team = Team::new().await;
    team.write(&team.lena, WORDS, 0).unwrap();
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    // Asked twice is asked once.
    team.step(&team.lena, TemplateStep::AskApproval).unwrap();
    team.step(&team.marek, TemplateStep::SendBack("Name the item.".to_owned())).unwrap();
    let back = team.read();
    assert_eq!(back.open().unwrap().sent_back.as_deref(), Some("Name the item."));
    assert_eq!(states(&back), [(1, VersionState::Writing)]);
    // Sent back or dropped twice is once, and what was dropped never stands for something that is written later.
    team.step_of(&team.marek, 1, 1, TemplateStep::SendBack("Name the item.".to_owned())).unwrap();
    team.step(&team.lena, TemplateStep::Drop).unwrap();
    team.step_of(&team.lena, 1, 2, TemplateStep::Drop).unwrap();
    assert_eq!(team.read().versions, []);
    let again = team.write(&team.scene.agent, &[WORDS, " Bye."].concat(), 0).unwrap();
    let fresh = again.open().unwrap();
    assert_eq!((fresh.number, fresh.revision), (2, 3));
    team.step(&team.scene.agent, TemplateStep::AskApproval).unwrap();
    let seen_before = team.step_of(&team.marek, 1, 1, TemplateStep::Approve);
    assert!(matches!(seen_before, Err(DeskError::NotFound { .. })));
}

#[tokio::test]
async fn what_is_no_template_or_could_not_be_sent_is_refused_with_its_place() {
    let team = Team::new().await;
    for (text, expected) in [
        ("Hi {nmae}", "Line 1: “{nmae}” is not known."),
        ("Hi\n{if keeps}Keep it.", "Line 2: an “if” has no “{end}”."),
        ("", "The reply is empty."),
    ] {
        let refused = team.write(&team.lena, text, 0);
        assert!(
            matches!(&refused, Err(DeskError::Template { problem }) if problem.starts_with(expected)),
            "{refused:?}"
        );
    }
    assert_eq!(team.read().versions, []);
    team.write(&team.lena, "Hi {name}, see www.example.com for your refund of {amount}.", 0).unwrap();
    let blocked = team.step(&team.lena, TemplateStep::AskApproval);
    assert!(matches!(&blocked, Err(DeskError::ReplyBlocked { findings }) if findings == &["Link"]), "{blocked:?}");
}

#[tokio::test]
async fn what_became_of_a_version_is_counted_by_what_was_sent() {
    let team = Team::new().await;
    team.approved(WORDS);
    let scene = &team.scene;
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    let reply = request.reply.as_mut().unwrap();
    reply.template = Some("damaged.refunded.en@v1".to_owned());
    reply.is_edited = true;
    let desk = &scene.room.desk;
    decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    let group = desk.store.read(|tx| proxy::store::cases::find(tx, &scene.id)).unwrap().unwrap();
    let group = shared::reasons::group_of(&group.platform.reason);
    assert_eq!(group, ReasonGroup::Damaged, "what this sandbox's buyer says");
    assert_eq!(team.read().versions[0].usage, Usage::default(), "pressed is not sent");
    scene.live(200).await;
    while quality::check_some(desk).unwrap() {}
    let usage = team.read().versions[0].usage;
    assert_eq!((usage.sent, usage.edited, usage.by_hand, usage.wrote_again), (1, 1, 0, 0));
    let map = templates::coverage(desk, &team.lena).unwrap();
    let cell = map.cells.iter().find(|cell| cell.place == team.at).unwrap();
    assert_eq!((cell.is_own, cell.usage.sent, cell.usage.hurt()), (true, 1, 1));
    // Requests count whether or not they were answered from here.
    assert!(map.asked.iter().any(|asked| asked.reason == ReasonGroup::Damaged && asked.count >= 1), "{:?}", map.asked);
    scene.room.pass(40 * DAY).await;
    let later = templates::coverage(desk, &team.lena).unwrap();
    assert_eq!(later.asked, []);
    assert_eq!(later.cells.iter().find(|cell| cell.place == team.at).unwrap().usage, Usage::default(), "long ago");
}

#[tokio::test]
async fn a_lead_reads_what_agents_sent_instead_newest_first_and_of_their_own_shops() {
    let team = Team { at: place("damaged.more_information.en"), ..Team::new().await };
    let desk = &team.scene.room.desk;
    let sent = |who: &Agent, at: &str| {
        let all = templates::rewritten(desk, who, &place(at)).unwrap();
        all.into_iter().map(|one| (one.case, one.by.name, one.text)).collect::<Vec<_>>()
    };
    ask(&team, "k0", "damaged.more_information.en@3").await;
    assert_eq!(sent(&team.lena, "damaged.more_information.en"), [], "it went out as it stood");
    for (key, template) in [("k1", "late.more_information.en@3"), ("k2", "fit.more_information.en@3")] {
        team.scene.room.pass(60).await;
        ask_in(&team, key, template, &format!("A photo of the {key}, could you?")).await;
    }
    let words = |key: &str| (team.scene.id.clone(), "ines".to_owned(), format!("A photo of the {key}, could you?"));
    assert_eq!(sent(&team.lena, "damaged.more_information.en"), [words("k2"), words("k1")]);
    let own = format!("damaged.more_information.en.{}", team.scene.room.shop);
    assert_eq!(sent(&team.lena, &own).len(), 2);
    assert_eq!(sent(&team.lena, "damaged.refunded.en"), []);
    let guest = guest(&team);
    assert_eq!(sent(&guest, "damaged.more_information.en"), [], "of a shop that they do not see");
    assert!(templates::rewritten(desk, &guest, &place(&own)).is_err());
    team.scene.room.pass(40 * DAY).await;
    assert_eq!(sent(&team.lena, "damaged.more_information.en"), [], "long ago");
}

#[tokio::test]
async fn words_for_another_reason_count_for_their_version_and_as_written_anew_for_the_buyers_reason() {
    let team = Team::new().await;
    let late = Team { at: place("late.refunded.en"), ..team };
    late.approved(WORDS);
    let (scene, desk) = (&late.scene, &late.scene.room.desk);
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    request.reply.as_mut().unwrap().template = Some("late.refunded.en@v1".to_owned());
    decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    scene.live(200).await;
    let usage = late.read().versions[0].usage;
    assert_eq!((usage.sent, usage.edited, usage.by_hand), (1, 0, 0), "it went out as it stood");
    let damaged = place("damaged.refunded.en");
    assert_eq!(templates::read(desk, &late.lena, &damaged).unwrap().built_in_usage, Usage::default());
    let cells = templates::coverage(desk, &late.lena).unwrap().cells;
    let usage = |at: &Place| cells.iter().find(|cell| cell.place == *at).unwrap().usage;
    assert_eq!((usage(&damaged).sent, usage(&damaged).by_hand, usage(&damaged).hurt()), (1, 1, 1), "a gap");
    assert_eq!(usage(&late.at), Usage::default(), "no buyer gave that reason");
}

#[tokio::test]
async fn a_version_is_not_blamed_for_another_reply_of_its_case() {
    let team = Team::new().await;
    team.approved(WORDS);
    let (scene, desk) = (&team.scene, &team.scene.room.desk);
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    request.reply.as_mut().unwrap().template = Some("damaged.refunded.en@v1".to_owned());
    decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    scene.live(200).await;
    let failed = || {
        while quality::check_some(desk).unwrap() {}
        let bit = |check| 1_i64 << Check::ALL.iter().position(|one| *one == check).unwrap();
        let failed = bit(Check::NothingForbidden) | bit(Check::NotAgain);
        let sql = format!("UPDATE quality SET failed = {failed} WHERE case_id = ?1");
        desk.store.write(|tx| tx.execute(&sql, &[Param::Text(scene.id.as_str())])).unwrap();
        let usage = team.read().versions[0].usage;
        (usage.failed, usage.wrote_again)
    };
    assert_eq!(failed(), (1, 1));
    let line = ReplyOrder {
        text: "Is there anything else that we can do?".to_owned(),
        language: "en".to_owned(),
        claim: None,
        template: None,
        is_edited: true,
    };
    decide::reply(desk, &scene.agent, &scene.id, &"k2".parse().unwrap(), &ReplyRequest { reply: line }).unwrap();
    scene.live(20).await;
    assert_eq!(failed(), (0, 1), "the line may be what failed; the version is still the last that told something");
}

/// Asks the buyer something, from a text.
async fn ask(team: &Team, key: &str, template: &str) {
    ask_in(team, key, template, "Could you send us one more photo?").await;
}

async fn ask_in(team: &Team, key: &str, template: &str, text: &str) {
    let reply = ReplyOrder {
        text: text.to_owned(),
        language: "en".to_owned(),
        claim: None,
        template: Some(template.to_owned()),
        is_edited: false,
    };
    let scene = &team.scene;
    let request = ReplyRequest { reply };
    decide::reply(&scene.room.desk, &scene.agent, &scene.id, &key.parse().unwrap(), &request).unwrap();
    scene.live(20).await;
}

#[tokio::test]
async fn that_the_buyer_wrote_again_is_asked_of_what_told_something_and_not_of_a_question() {
    let team = Team::new().await;
    team.approved(WORDS);
    let asks = Team { at: place("damaged.more_information.en"), ..team };
    asks.approved("Hi {name|there}, could you send us one more photo?");
    let (scene, desk) = (&asks.scene, &asks.scene.room.desk);
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    request.reply.as_mut().unwrap().template = Some("damaged.refunded.en@v1".to_owned());
    decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    scene.live(200).await;
    ask(&asks, "k2", "damaged.more_information.en@v1").await;
    while quality::check_some(desk).unwrap() {}
    let again = 1_i64 << Check::ALL.iter().position(|one| *one == Check::NotAgain).unwrap();
    let sql = format!("UPDATE quality SET failed = {again} WHERE case_id = ?1");
    desk.store.write(|tx| tx.execute(&sql, &[Param::Text(scene.id.as_str())])).unwrap();
    let usage = |at: &str| templates::read(desk, &asks.lena, &place(at)).unwrap().versions[0].usage;
    let (told, asked) = (usage("damaged.refunded.en"), usage("damaged.more_information.en"));
    assert_eq!((told.sent, told.wrote_again), (1, 1), "the last that told something");
    assert_eq!((asked.sent, asked.wrote_again), (1, 0), "it told nothing");
}

#[tokio::test]
async fn all_that_was_told_since_words_were_approved_is_added_up_whatever_it_began_from() {
    let team = Team { at: place("damaged.more_information.en"), ..Team::new().await };
    team.approved("Hi {name|there}, could you send us one more photo?");
    let cell = || {
        let cells = templates::coverage(&team.scene.room.desk, &team.lena).unwrap().cells;
        cells.into_iter().find(|cell| cell.place == team.at).unwrap()
    };
    team.scene.room.pass(60).await;
    for key in ["k1", "k2", "k3"] {
        ask(&team, key, "damaged.more_information.en@v1").await;
    }
    ask(&team, "k4", "late.more_information.en@3").await;
    assert_eq!((cell().lately.sent, cell().lately.by_hand), (4, 1), "one was as good as written by hand");
    let at = approved_for(&team, "Hi {name|there}, one more photo, could you?");
    team.scene.room.pass(60).await;
    ask(&team, "k5", &format!("{at}@v1")).await;
    ask(&team, "k6", "damaged.more_information.en@v1").await;
    assert_eq!((cell().usage.sent, cell().lately.sent, cell().shops[0].lately.sent), (6, 0, 2));
}

#[tokio::test]
async fn a_difference_is_shown_word_by_word() {
    let team = Team::new().await;
    team.approved("Hi {name}, it is paid. Bye.");
    team.approved("Hi {name}, it is all paid. Bye.");
    let pieces = templates::difference(&team.scene.room.desk, &team.lena, &team.at, 1, 2).unwrap();
    let piece = |is, text: &str| Piece { is, text: text.to_owned() };
    assert_eq!(
        pieces,
        [piece(Change::Same, "Hi {name}, it is "), piece(Change::New, "all "), piece(Change::Same, "paid. Bye.")]
    );
    assert!(templates::difference(&team.scene.room.desk, &team.lena, &team.at, 0, 1).is_ok());
    assert!(templates::difference(&team.scene.room.desk, &team.lena, &team.at, 1, 9).is_err());
}

#[tokio::test]
async fn a_file_of_replies_comes_back_as_it_went_and_what_was_changed_waits() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    team.approved("Hi {name},\n\nyour refund of {amount} has been processed.\n\n{if keeps}\"Keep\" it.{end}");
    let file = templates::export(desk, &team.lena).unwrap();
    let again = templates::import(desk, &team.marek, &file).unwrap();
    assert_eq!(again.asked, []);
    assert!(again.same > 100, "what ships stands there too: {}", again.same);
    let changed = file.replace("Keep", "Please keep");
    assert_eq!(templates::import(desk, &team.marek, &changed).unwrap().asked, std::slice::from_ref(&team.at));
    assert_eq!(states(&team.read()), [(2, VersionState::Review), (1, VersionState::InUse)]);
    // The same file again asks once; another text does not overwrite what waits.
    templates::import(desk, &team.marek, &changed).unwrap();
    assert_eq!(team.read().versions.len(), 2);
    let other = templates::import(desk, &team.lena, &file.replace("Keep", "You keep"));
    assert!(
        matches!(&other, Err(DeskError::File { problems }) if problems.iter().any(|one| one.contains("is being written by marek")))
    );
    for (file, expected) in [
        ("[reply]\n\"nothing.refunded.en\" = \"Hi\"", "“nothing.refunded.en” is not a reason"),
        ("[reply]\n\"damaged.refunded.en\" = \"Hi {nmae}\"", "“damaged.refunded.en” Line 1"),
        (
            "[reply]\n\"damaged.approved.en\" = \"Your refund has been processed.\"",
            "“damaged.approved.en” breaks a rule",
        ),
        ("[reply]\n\n\"a", "The file cannot be read, line 3"),
    ] {
        let refused = templates::import(desk, &team.lena, file);
        assert!(
            matches!(&refused, Err(DeskError::File { problems }) if problems.len() == 1 && problems[0].starts_with(expected)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_file_is_told_at_once_with_its_place() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    let file = "[reply]\n\"damaged.refunded.en\" = \"Hi {nmae}, {if kept}x{end}\"\n\"fit.refunded.en\" = \"{name|}\"\n\
         \"late.refunded.en\" = \"Hi {name|there}, your refund of {amount} has been processed.\"\n\
         \"nothing.refunded.en\" = \"Hi\"";
    let Err(DeskError::File { problems }) = templates::import(desk, &team.lena, file) else { panic!("it was taken") };
    let begins = [
        "“damaged.refunded.en” Line 1: “{nmae}”",
        "“damaged.refunded.en” Line 1: “if kept”",
        "“fit.refunded.en” breaks a rule. Where no name is known, the reply is empty.",
        "“nothing.refunded.en” is not a reason",
    ];
    assert_eq!(problems.len(), begins.len(), "{problems:?}");
    for (problem, begin) in problems.iter().zip(begins) {
        assert!(problem.starts_with(begin) && problem.ends_with('.'), "{problem}");
    }
    assert_eq!(templates::coverage(desk, &team.lena).unwrap().waiting, [], "nothing of it is taken");
    let many: String = (0..30).map(|number| format!("\"nothing{number}.refunded.en\" = \"Hi\"\n")).collect();
    let refused = templates::import(desk, &team.lena, &["[reply]\n", &many].concat());
    assert!(
        matches!(&refused, Err(DeskError::File { problems }) if problems.len() == 21 && problems[20] == "And 10 more."),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_file_saved_with_other_line_ends_changes_nothing_but_what_was_changed() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    team.approved("Hi {name},\n\nyour refund of {amount} has been processed.");
    let file = templates::export(desk, &team.lena).unwrap().replace('\n', "\r\n");
    assert_eq!(templates::import(desk, &team.marek, &file).unwrap().asked, []);
    let changed =
        file.replace("your refund of {amount} has been processed.\"", "Your refund of {amount} has been processed.\"");
    assert_ne!(changed, file);
    let asked = templates::import(desk, &team.marek, &changed).unwrap().asked;
    assert_eq!(asked, std::slice::from_ref(&team.at));
    assert_eq!(team.read().open().unwrap().text, "Hi {name},\n\nYour refund of {amount} has been processed.");
    let saved = team.write(&team.marek, "Hi,\r\n\r\ndone.", team.read().open().unwrap().revision).unwrap();
    assert_eq!(saved.open().unwrap().text, "Hi,\n\ndone.");
}

#[tokio::test]
async fn a_reply_is_tried_on_cases_in_its_language() {
    let team = Team::new().await;
    let cases = |at: &str| templates::read(&team.scene.room.desk, &team.lena, &place(at)).unwrap().examples;
    assert!(cases("damaged.refunded.en").iter().any(|example| example.case.as_ref() == Some(&team.scene.id)));
    assert_eq!(cases("damaged.refunded.th"), []);
}

#[tokio::test]
async fn a_reply_is_tried_on_a_case_that_many_others_stand_before() {
    let team = Team::new().await;
    let (desk, id) = (&team.scene.room.desk, &team.scene.id);
    let others = desk.store.write(|tx| {
        for number in 0..201 {
            tx.execute(
                "INSERT INTO case_file (id, shop_id, object, platform_id, order_id, version, platform, platform_at, seen, \
                 read_at, stage, deadline, row_json) SELECT ?1, shop_id, object, ?1, order_id, version, platform, \
                 platform_at, seen, read_at, stage, 1, REPLACE(row_json, '\"language\":\"en\"', '\"language\":\"th\"') \
                 FROM case_file WHERE id = ?2",
                &[Param::Text(&format!("c_other{number}")), Param::Text(id.as_str())],
            )?;
        }
        tx.only("SELECT COUNT(*) FROM case_file WHERE row_json LIKE '%\"language\":\"th\"%'", &[], |row| {
            row.get::<i64>(0)
        })
    });
    assert_eq!(others.unwrap(), 201);
    let found = templates::read(desk, &team.lena, &place("damaged.refunded.en")).unwrap().examples;
    assert!(found.iter().any(|example| example.case.as_ref() == Some(id)));
}

/// The place of one shop's own words, approved there.
fn approved_for(team: &Team, text: &str) -> Place {
    let desk = &team.scene.room.desk;
    let at = place(&format!("{}.{}", team.at, team.scene.room.shop));
    let request = WriteTemplate { text: text.to_owned(), note: String::new(), revision: 0 };
    let view = templates::write(desk, &team.lena, &at, &request).unwrap();
    let (number, revision) = view.open().map(|open| (open.number, open.revision)).unwrap();
    for (who, step) in [(&team.lena, TemplateStep::AskApproval), (&team.marek, TemplateStep::Approve)] {
        templates::step(desk, who, &at, &StepTemplate { number, revision, step }).unwrap();
    }
    at
}

#[tokio::test]
async fn a_shop_without_words_of_its_own_starts_from_those_of_every_shop() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    let at = place(&format!("{}.{}", team.at, team.scene.room.shop));
    let read = |at: &Place| templates::read(desk, &team.lena, at).unwrap();
    assert_eq!(read(&at).stands(), read(&at).built_in);
    team.approved(WORDS);
    let view = read(&at);
    assert_eq!((view.stands(), view.of_all.as_ref().map(|version| version.number)), (WORDS, Some(1)));
    assert_eq!((view.shops, read(&team.at).of_all), (Vec::new(), None));
    // The same words again for one shop are nothing new to a file.
    let file = format!("[reply]\n\"{at}\" = \"{WORDS}\"");
    assert_eq!(templates::import(desk, &team.marek, &file).unwrap().same, 1);
    let own = [WORDS, " Bye."].concat();
    approved_for(&team, &own);
    assert_eq!((read(&at).stands(), read(&team.at).stands()), (own.as_str(), WORDS));
    assert_eq!(read(&team.at).shops, std::slice::from_ref(&team.scene.room.shop));
}

#[tokio::test]
async fn what_was_rewritten_in_one_shop_is_mended_by_that_shops_words() {
    let team = Team::new().await;
    let (scene, desk) = (&team.scene, &team.scene.room.desk);
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    let reply = request.reply.as_mut().unwrap();
    reply.template = Some("damaged.refunded.en@3".to_owned());
    reply.is_edited = true;
    decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    scene.live(200).await;
    let cell = || {
        let cells = templates::coverage(desk, &team.lena).unwrap().cells;
        cells.into_iter().find(|cell| cell.place == team.at).unwrap()
    };
    assert_eq!((cell().lately.hurt(), cell().shops), (1, Vec::new()));
    // What became of replies in one shop says nothing of another.
    let sent_at = |at: &str| templates::read(desk, &team.lena, &place(at)).unwrap().built_in_usage.sent;
    let own = format!("{}.{}", team.at, team.scene.room.shop);
    assert_eq!((sent_at(&own), sent_at(&format!("{}.elsewhere", team.at)), team.read().built_in_usage.sent), (1, 0, 1));
    scene.room.pass(60).await;
    let at = approved_for(&team, WORDS);
    assert_eq!((cell().usage.hurt(), cell().lately), (1, Usage::default()), "mended");
    let shops = cell().shops;
    assert!(matches!(&shops[..], [own] if own.is_own && Some(&own.shop) == at.shop.as_ref() && own.lately.sent == 0));
}

#[tokio::test]
async fn a_file_that_names_a_shop_nobody_knows_is_refused_and_a_broken_rule_is_said_in_words() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    for (file, expected) in [
        (
            format!("[reply]\n\"damaged.refunded.en.9999999\" = \"{WORDS}\""),
            "“damaged.refunded.en.9999999” names a shop that is not on this desk.".to_owned(),
        ),
        (
            "[reply]\n\"damaged.rejected.en\" = \"Hi, we cannot agree. Write to us on WhatsApp.\"".to_owned(),
            format!("“damaged.rejected.en” breaks a rule. {}", rule_text(Rule::OtherApp)),
        ),
    ] {
        let refused = templates::import(desk, &team.lena, &file);
        assert!(matches!(&refused, Err(DeskError::File { problems }) if *problems == [expected]), "{refused:?}");
    }
    let request = WriteTemplate { text: WORDS.to_owned(), note: String::new(), revision: 0 };
    let refused = templates::write(desk, &team.lena, &place("damaged.refunded.en.9999999"), &request);
    assert!(matches!(refused, Err(DeskError::NotFound { what: "shop" })));
}

/// A lead who sees no shop.
fn guest(team: &Team) -> Agent {
    let account = Account {
        id: agent(&team.scene.room, "guest").id.clone(),
        name: "Guest".to_owned(),
        email: "guest@example.com".to_owned(),
        role: Role::Lead,
        shops: ShopScope::Only(Vec::new()),
        password_hash: None,
        is_practice: false,
        seen: None,
    };
    Agent::new(account, "session".to_owned())
}

#[tokio::test]
async fn words_for_a_shop_are_for_who_sees_it() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    let at = place(&format!("damaged.refunded.en.{}", team.scene.room.shop));
    let guest = guest(&team);
    let request = WriteTemplate { text: WORDS.to_owned(), note: String::new(), revision: 0 };
    assert!(matches!(templates::write(desk, &guest, &at, &request), Err(DeskError::NotFound { .. })));
    templates::write(desk, &team.lena, &at, &request).unwrap();
    assert!(matches!(templates::read(desk, &guest, &at), Err(DeskError::NotFound { .. })));
    assert_eq!(templates::coverage(desk, &guest).unwrap().cells, []);
    let step = |number, revision, step| StepTemplate { number, revision, step };
    templates::step(desk, &team.lena, &at, &step(1, 1, TemplateStep::AskApproval)).unwrap();
    templates::step(desk, &team.marek, &at, &step(1, 1, TemplateStep::Approve)).unwrap();
    assert_eq!(templates::catalogue(desk, &team.lena).unwrap().own.len(), 1);
    assert_eq!(templates::catalogue(desk, &guest).unwrap().own, []);
    assert_eq!(templates::coverage(desk, &team.lena).unwrap().cells.len(), 1);
}

#[tokio::test]
async fn over_http_agents_propose_and_leads_approve() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut agent = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let open = "/api/templates/damaged.refunded.en/open";
    let body = json!({ "text": WORDS, "note": "ours", "revision": 0 });
    let view: Value = agent.put(open, &body).await.expect(200).json();
    assert_eq!(view["versions"][0]["state"], "writing");
    let refused = agent.put(open, &json!({ "text": "{x}", "note": "", "revision": 1 })).await.refused(422, "invalid");
    assert!(!refused["details"]["problem"].as_str().unwrap().ends_with('.'), "a clause: {refused}");
    agent.put(open, &json!({ "text": "Other", "note": "", "revision": 0 })).await.refused(409, "edited_meanwhile");
    let step = "/api/templates/damaged.refunded.en/step";
    agent.post(step, &json!({ "number": 1, "revision": 1, "step": "ask_approval" })).await.expect(200);
    agent.post(step, &json!({ "number": 1, "revision": 1, "step": "approve" })).await.refused(403, "forbidden");
    admin.post(step, &json!({ "number": 1, "revision": 1, "step": "approve" })).await.expect(200);
    let all: Value = agent.get("/api/templates").await.expect(200).json();
    assert_eq!(all["own"][0], json!({ "place": "damaged.refunded.en", "number": 1, "text": WORDS }));
    agent.get("/api/templates/damaged.nothing.en").await.expect(404);
    agent.get("/api/templates/damaged.refunded.en/difference?from=0&to=1").await.expect(200);
    agent.get("/api/templates/file").await.expect(200);
}

#[tokio::test]
async fn what_somebody_else_writes_over_stays_and_two_who_write_see_each_other() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    team.write(&team.marek, "Hi, Marek wrote this.", 0).unwrap();
    team.write(&team.marek, "Hi, Marek wrote this again.", 1).unwrap();
    assert_eq!(team.read().earlier, [], "one's own words are typed on");
    team.write(&team.lena, "Hi, Lena knows better.", 2).unwrap();
    let earlier = team.read().earlier;
    assert_eq!(earlier.len(), 1);
    assert_eq!((earlier[0].text.as_str(), &earlier[0].author), ("Hi, Marek wrote this again.", &team.marek.id));
    // Who has it open is seen by the others, for as long as they say so.
    assert_eq!(templates::attend(desk, &team.marek, &team.at).unwrap().editors, []);
    let seen = templates::attend(desk, &team.lena, &team.at).unwrap().editors;
    assert_eq!(seen.iter().map(|person| &person.id).collect::<Vec<_>>(), [&team.marek.id]);
    team.scene.room.pass(20).await;
    assert_eq!(templates::attend(desk, &team.lena, &team.at).unwrap().editors, []);
}

#[tokio::test]
async fn the_map_tells_one_shops_own_words_from_everybodys_and_what_was_mended_from_what_was_not() {
    let team = Team::new().await;
    let desk = &team.scene.room.desk;
    approved_for(&team, WORDS);
    let cell = || templates::coverage(desk, &team.lena).unwrap().cells.into_iter().find(|cell| cell.place == team.at);
    let found = cell().unwrap();
    assert_eq!((found.is_own, found.shops.len()), (false, 1), "the other shops still say the built-in words");
    team.approved(WORDS);
    let found = cell().unwrap();
    assert_eq!((found.is_own, found.shops.len()), (true, 1));
}
