//! The team's own replies: written, approved, used, counted.

use super::decide::Opened;
use super::error::DeskError;
use super::{handbook, view};
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::intents::{self, Payload};
use crate::store::people::Account;
use crate::store::reports::{self, Cut, Span};
use crate::store::{StoreError, Tx, people, queue, shops, templates};
use serde::{Deserialize, Serialize};
use shared::domain::case::{DecisionKind, Kind, Stage, Voice};
use shared::id::{AgentId, CaseId, ShopId};
use shared::reasons::{ReasonGroup, group_of};
use shared::reply::{
    Breach, Catalogue, Language, Moment, Place, ReplyFacts, Severity, count, happens, lint_template, template_problems,
    version_id,
};
use shared::time::Timestamp;
use shared::wire::case::{CaseFilter, CaseRow, CaseView};
use shared::wire::decision::ReplyOrder;
use shared::wire::intent::IntentView;
use shared::wire::session::Role;
use shared::wire::template::{
    Asked, Change, Coverage, DAYS, Example, Imported, Piece, Rewritten, StepTemplate, TemplateStep, TemplateVersion,
    TemplateView, Usage, VersionState, WriteTemplate,
};
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Longest note of a version, in characters.
const NOTE_CHARS: usize = 300;
/// So long somebody counts as having a reply open after they have said so.
const EDITS_MS: i64 = 15_000;
/// Replies of agents' own words that are shown beside a template.
const REWRITTEN: u32 = 5;
/// Cases to try a template on.
const EXAMPLES: usize = 6;

/// Everything that replies start from now, in shops that the agent sees.
pub fn catalogue(desk: &Desk, agent: &Agent) -> Result<Catalogue, DeskError> {
    let mut own = desk.store.read(templates::in_use)?;
    own.retain(|own| own.place.shop.as_ref().is_none_or(|shop| agent.sees(shop)));
    Ok(Catalogue { own, ..desk.replies.as_ref().clone() })
}

/// A place of a shop that the agent sees, or of all shops.
fn seen(agent: &Agent, at: &Place) -> Result<(), DeskError> {
    match &at.shop {
        Some(shop) if !agent.sees(shop) => Err(DeskError::NotFound { what: "shop" }),
        _ => Ok(()),
    }
}

/// Where the team's own words stand, and where they were missed.
pub fn coverage(desk: &Desk, agent: &Agent) -> Result<Coverage, DeskError> {
    let (since, until) = lately(desk);
    Ok(desk.store.read(|tx| {
        let shops = agent.shops(tx)?;
        let span = Span { shops: &shops, from: since, until, cut: Cut::default() };
        let is_seen = |at: &Place| at.shop.as_ref().is_none_or(|shop| shops.contains(shop));
        Ok(Coverage {
            cells: templates::cells(tx, &shops, since)?,
            waiting: templates::waiting(tx)?.into_iter().filter(|one| is_seen(&one.place)).collect(),
            asked: reports::asked(tx, &span)?.into_iter().map(|(reason, count)| Asked { reason, count }).collect(),
        })
    })?)
}

/// The last days, from when until when.
fn lately(desk: &Desk) -> (Timestamp, Timestamp) {
    let now = desk.clock.now();
    (now.plus_millis(-i64::from(DAYS) * DAY_MS), now)
}

/// What agents told lately at a place in words of their own, newest first.
pub fn rewritten(desk: &Desk, agent: &Agent, at: &Place) -> Result<Vec<Rewritten>, DeskError> {
    seen(agent, at)?;
    let (since, _) = lately(desk);
    Ok(desk.store.read(|tx| {
        let shops = at.shop.clone().map_or_else(|| agent.shops(tx), |shop| Ok(vec![shop]))?;
        let mut all = Vec::new();
        for intent in templates::rewritten(tx, at, &shops, since, REWRITTEN)? {
            let Some(intent) = intents::find(tx, &intent)? else { continue };
            let Payload::Reply { text, .. } = intent.payload else { continue };
            all.push(Rewritten {
                case: intent.case,
                text,
                by: handbook::person(tx, &intent.agent)?,
                at: intent.pressed,
            });
        }
        Ok(all)
    })?)
}

fn example(view: &CaseView, shop: &str) -> Example {
    Example {
        case: Some(view.row.id.clone()),
        kind: view.row.kind,
        voice: view.voice,
        keeps_item: view.row.kind == Kind::RefundOnly
            || view.options.offered.first().is_some_and(|option| option.kind == DecisionKind::AgreeKeep),
        facts: ReplyFacts {
            name: view.greeting_name.clone(),
            amount: view.refund.as_ref().map(|refund| refund.total.clone()),
            offer: view.partial.clone(),
            item: view.row.item.clone(),
            item_count: view.row.item_count,
            shop: shop.to_owned(),
            order_id: view.order_id.clone(),
            reason_text: view.row.reason_text.clone(),
        },
    }
}

/// Cases of that reason and language that will be told something next, then those that were.
fn examples(tx: &Tx<'_>, agent: &Agent, at: &Place) -> Result<Vec<Example>, StoreError> {
    let shops = agent.shops(tx)?;
    let mut cases: Vec<CaseId> = Vec::new();
    for stage in [Stage::ToDecide, Stage::ToTell, Stage::Waiting] {
        let filter = CaseFilter { stage: Some(stage), shop: at.shop.clone(), ..CaseFilter::default() };
        let fits = |row: &CaseRow| group_of(&row.reason) == at.group && row.language == at.language.tag();
        let rows = queue::first_fitting(tx, &shops, &filter, EXAMPLES - cases.len(), fits)?;
        cases.extend(rows.into_iter().map(|row| row.id));
    }
    let mut found = Vec::new();
    for case in cases {
        let Some(view) = view::read(tx, &case, None)? else { continue };
        let shop = crate::store::shops::find(tx, &view.row.shop)?.map(|shop| shop.name).unwrap_or_default();
        found.push(example(&view, &shop));
    }
    Ok(found)
}

/// Whether nobody else who can sign in could approve what this person wrote there.
fn leads_alone(tx: &Tx<'_>, me: &AgentId, at: &Place) -> Result<bool, StoreError> {
    let could = |person: &Account| {
        person.id != *me && person.role >= Role::Lead && at.shop.as_ref().is_none_or(|shop| person.sees(shop))
    };
    Ok(!handbook::team(tx)?.iter().any(could))
}

/// How many replies wait for this lead: nobody approves their own words while another could.
pub(super) fn to_approve(tx: &Tx<'_>, lead: &Agent) -> Result<usize, StoreError> {
    let mut count = 0;
    for one in templates::waiting(tx)? {
        let is_seen = one.place.shop.as_ref().is_none_or(|shop| lead.sees(shop));
        count += usize::from(is_seen && (one.author != lead.id || leads_alone(tx, &lead.id, &one.place)?));
    }
    Ok(count)
}

/// One template with all its versions and what became of them.
pub fn read(desk: &Desk, agent: &Agent, at: &Place) -> Result<TemplateView, DeskError> {
    seen(agent, at)?;
    Ok(desk.store.read(|tx| {
        let seen = agent.shops(tx)?;
        // What became of replies in other shops says nothing of one shop's words.
        let counted = at.shop.clone().map_or_else(|| seen.clone(), |shop| vec![shop]);
        let all = at.of_all_shops();
        let mut of_all = of_every_shop(tx, at)?;
        let mut versions = templates::versions(tx, at)?;
        let built_in = desk.replies.built_in_ids(at);
        let own = versions.iter().map(|version| version_id(at, version.number));
        let every = of_all.iter().map(|version| version_id(&all, version.number));
        let ids: Vec<String> = own.chain(every).chain(built_in.iter().cloned()).collect();
        let used = templates::usage_of(tx, at, &ids, &counted)?;
        let usage = |id: &String| used.get(id).copied().unwrap_or_default();
        for version in &mut versions {
            version.usage = usage(&version_id(at, version.number));
        }
        if let Some(version) = &mut of_all {
            version.usage = usage(&version_id(&all, version.number));
        }
        let mut built_in_usage = Usage::default();
        for id in &built_in {
            built_in_usage += usage(id);
        }
        let others = templates::editors(tx, at, desk.clock.now().plus_millis(-EDITS_MS))?;
        let others = others.into_iter().filter(|editor| *editor != agent.id);
        Ok(TemplateView {
            place: at.clone(),
            built_in: desk.replies.template(at),
            built_in_usage,
            of_all,
            shops: templates::shops_with_words(tx, at)?.into_iter().filter(|shop| seen.contains(shop)).collect(),
            examples: examples(tx, agent, at)?,
            leads_alone: leads_alone(tx, &agent.id, at)?,
            editors: others.map(|editor| handbook::person(tx, &editor)).collect::<Result<_, _>>()?,
            earlier: match open(&versions) {
                Some(version) => templates::kept_words(tx, at, version.number)?,
                None => Vec::new(),
            },
            versions,
        })
    })?)
}

/// Somebody has it open still: how it stands, and who else has.
pub fn attend(desk: &Desk, agent: &Agent, at: &Place) -> Result<TemplateView, DeskError> {
    seen(agent, at)?;
    let now = desk.clock.now();
    desk.store.write(|tx| templates::edit(tx, at, &agent.id, now))?;
    read(desk, agent, at)
}

fn open(versions: &[TemplateVersion]) -> Option<&TemplateVersion> {
    versions.iter().find(|version| matches!(version.state, VersionState::Writing | VersionState::Review))
}

fn in_use(versions: &[TemplateVersion]) -> Option<&TemplateVersion> {
    versions.iter().find(|version| version.state == VersionState::InUse)
}

/// The version in use for every shop, beside which a shop's own stands.
fn of_every_shop(tx: &Tx<'_>, at: &Place) -> Result<Option<TemplateVersion>, StoreError> {
    if at.shop.is_none() {
        return Ok(None);
    }
    Ok(in_use(&templates::versions(tx, &at.of_all_shops())?).cloned())
}

fn saved_meanwhile(tx: &Tx<'_>, version: &TemplateVersion) -> Result<DeskError, DeskError> {
    Ok(DeskError::EditedMeanwhile { by: people::name_of(tx, &version.author)?, at: Some(version.written) })
}

/// Keeps what is being written; begins a version where none is open. What waited for a lead is being written again.
///
/// A text that is no template is refused with its place. A save over a newer one that was not seen is refused; what
/// somebody else had written stays among the earlier words. The same save again changes nothing.
pub fn write(desk: &Desk, agent: &Agent, at: &Place, request: &WriteTemplate) -> Result<TemplateView, DeskError> {
    seen(agent, at)?;
    let request = &WriteTemplate { text: unix_lines(&request.text), ..request.clone() };
    if let Some(problem) = template_problems(&request.text).first() {
        return Err(DeskError::Template { problem: problem.text() });
    }
    if NOTE_CHARS < count(&request.note) {
        return Err(DeskError::Invalid { field: "note", problem: "has more than 300 characters" });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        if let Some(shop) = &at.shop
            && shops::find(tx, shop)?.is_none()
        {
            return Err(DeskError::NotFound { what: "shop" });
        }
        let versions = templates::versions(tx, at)?;
        let before = open(&versions);
        if let Some(before) = before {
            if before.text == request.text && before.note == request.note {
                return Ok(());
            }
            if before.revision != request.revision {
                return Err(saved_meanwhile(tx, before)?);
            }
            if before.author != agent.id {
                templates::keep_words(tx, at, before)?;
            }
        }
        templates::save(tx, at, &next_of(templates::highest(tx, at)?, before, agent, request, now))?;
        if before.is_some_and(|before| before.state == VersionState::Review) {
            handbook::tell_all(tx, now)?;
        }
        Ok(())
    })?;
    desk.publish();
    read(desk, agent, at)
}

/// Line ends as replies hold them: an editor of files may have written its own.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// `highest`: the number and the revision that were used last.
fn next_of(
    highest: (u32, u32),
    before: Option<&TemplateVersion>,
    agent: &Agent,
    request: &WriteTemplate,
    now: Timestamp,
) -> TemplateVersion {
    TemplateVersion {
        number: before.map_or(highest.0 + 1, |version| version.number),
        state: VersionState::Writing,
        text: request.text.clone(),
        note: request.note.trim().to_owned(),
        author: agent.id.clone(),
        written: now,
        revision: highest.1 + 1,
        approver: None,
        approved: None,
        sent_back: before.and_then(|version| version.sent_back.clone()),
        usage: Usage::default(),
    }
}

/// The rules that a template breaks in such a way that its replies could not be sent.
fn blocked(at: &Place, text: &str) -> Vec<Breach> {
    let mut found = lint_template(at, text);
    found.retain(|breach| breach.severity == Severity::Block);
    found
}

/// Takes a version a step further.
pub fn step(desk: &Desk, agent: &Agent, at: &Place, request: &StepTemplate) -> Result<TemplateView, DeskError> {
    seen(agent, at)?;
    let is_lead = agent.role >= Role::Lead;
    let needs_lead = matches!(request.step, TemplateStep::Approve | TemplateStep::SendBack(_) | TemplateStep::Withdraw);
    if needs_lead && !is_lead {
        return Err(DeskError::Forbidden);
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let versions = templates::versions(tx, at)?;
        let version = versions.iter().find(|version| version.number == request.number);
        let Some(version) = version else {
            // It was dropped, perhaps by this very step.
            let is_known = request.number <= templates::highest(tx, at)?.0;
            let is_done = is_known && request.step == TemplateStep::Drop;
            return if is_done { Ok(()) } else { Err(DeskError::NotFound { what: "version" }) };
        };
        if has_happened(&request.step, version) {
            return Ok(());
        }
        if version.revision != request.revision {
            return Err(saved_meanwhile(tx, version)?);
        }
        match (&request.step, version.state) {
            (TemplateStep::AskApproval, VersionState::Writing) => {
                let findings: Vec<String> =
                    blocked(at, &version.text).into_iter().map(|breach| format!("{:?}", breach.rule)).collect();
                if !findings.is_empty() {
                    return Err(DeskError::ReplyBlocked { findings });
                }
                if in_use(&versions).is_some_and(|used| used.text == version.text) {
                    return Err(DeskError::Invalid { field: "text", problem: "is in use already, word for word" });
                }
                let asked = TemplateVersion { state: VersionState::Review, sent_back: None, ..version.clone() };
                templates::save(tx, at, &asked)?;
            }
            (TemplateStep::Approve, VersionState::Review) => {
                if version.author == agent.id && !leads_alone(tx, &agent.id, at)? {
                    return Err(DeskError::NeedsAnother);
                }
                if let Some(used) = in_use(&versions) {
                    templates::save(tx, at, &TemplateVersion { state: VersionState::Replaced, ..used.clone() })?;
                }
                let approved = TemplateVersion {
                    state: VersionState::InUse,
                    approver: Some(agent.id.clone()),
                    approved: Some(now),
                    ..version.clone()
                };
                templates::save(tx, at, &approved)?;
            }
            (TemplateStep::SendBack(why), VersionState::Review) => {
                if why.trim().is_empty() || NOTE_CHARS < count(why) {
                    return Err(DeskError::Invalid { field: "why", problem: "is 1 to 300 characters long" });
                }
                let back = TemplateVersion {
                    state: VersionState::Writing,
                    sent_back: Some(why.trim().to_owned()),
                    revision: templates::highest(tx, at)?.1 + 1,
                    ..version.clone()
                };
                templates::save(tx, at, &back)?;
            }
            (TemplateStep::Drop, VersionState::Writing | VersionState::Review) => {
                templates::drop_words(tx, at, version.number)?;
            }
            (TemplateStep::Withdraw, VersionState::InUse) => {
                templates::save(tx, at, &TemplateVersion { state: VersionState::Replaced, ..version.clone() })?;
            }
            _ => return Err(DeskError::Invalid { field: "step", problem: "does not fit how this version stands" }),
        }
        Ok(handbook::tell_all(tx, now)?)
    })?;
    desk.publish();
    read(desk, agent, at)
}

/// The answer to the same step was lost: asking again does nothing.
fn has_happened(step: &TemplateStep, version: &TemplateVersion) -> bool {
    match (step, version.state) {
        (TemplateStep::AskApproval, VersionState::Review)
        | (TemplateStep::Approve, VersionState::InUse)
        | (TemplateStep::Withdraw, VersionState::Replaced) => true,
        (TemplateStep::SendBack(why), VersionState::Writing) => version.sent_back.as_deref() == Some(why.trim()),
        _ => false,
    }
}

/// From one version to another, word by word; 0 is the built-in text.
pub fn difference(desk: &Desk, agent: &Agent, at: &Place, from: u32, to: u32) -> Result<Vec<Piece>, DeskError> {
    seen(agent, at)?;
    let versions = desk.store.read(|tx| templates::versions(tx, at))?;
    let text = |number: u32| match number {
        0 => Ok(desk.replies.template(at)),
        number => {
            let version = versions.iter().find(|version| version.number == number);
            version.map(|version| version.text.clone()).ok_or(DeskError::NotFound { what: "version" })
        }
    };
    let (before, after) = (text(from)?, text(to)?);
    let difference = TextDiff::from_unicode_words(&before, &after);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in difference.iter_all_changes() {
        let is = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::New,
            ChangeTag::Delete => Change::Gone,
        };
        match pieces.last_mut().filter(|last| last.is == is) {
            Some(last) => last.text.push_str(change.value()),
            None => pieces.push(Piece { is, text: change.value().to_owned() }),
        }
    }
    Ok(pieces)
}

/// A file of replies, as people edit it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    reply: BTreeMap<String, String>,
}

/// What stands over the file.
const HEADER: &str = "# Replies of this desk. Each stands under its reason, moment and language, and for one shop's own its shop.\n\
     # What you have not written yourselves stands there as it ships.\n\
     # {name}, {amount}, {covers}, {offer}, {item}, {shop}, {order} and {reason} are filled in; {name|there} says\n\
     # \"there\" where no name is known. {if keeps} before a sentence and {end} after it let it stand only where the buyer\n\
     # keeps the item; likewise returns, ours, carrier, cancellation, replacement, name and amount, and {if not keeps},\n\
     # {if name and not amount}. Import the file again: what you have changed waits to be approved.\n\n";

/// Every reply in the languages of the shops that the agent sees and of the team's own words: the team's own where one is in
/// use, else the built-in one.
pub fn export(desk: &Desk, agent: &Agent) -> Result<String, DeskError> {
    let (own, regions) = desk.store.read(|tx| {
        let seen = shops::all(tx)?.into_iter().filter(|shop| agent.sees(&shop.id));
        Ok::<_, StoreError>((templates::in_use(tx)?, seen.map(|shop| shop.region).collect::<Vec<_>>()))
    })?;
    let is_seen = |place: &Place| place.shop.as_ref().is_none_or(|shop| agent.sees(shop));
    let own: BTreeMap<Place, String> =
        own.into_iter().filter(|own| is_seen(&own.place)).map(|own| (own.place, own.text)).collect();
    let of_shops = regions.iter().map(|region| Language::of_region(region));
    let languages: BTreeSet<Language> = of_shops.chain(own.keys().map(|place| place.language)).collect();
    let mut all = BTreeMap::new();
    for language in languages {
        for (group, moment) in ReasonGroup::ALL.into_iter().flat_map(|group| Moment::ALL.map(|moment| (group, moment)))
        {
            if happens(group, moment) {
                let place = Place { group, moment, language, shop: None };
                all.insert(place.to_string(), desk.replies.template(&place));
            }
        }
    }
    all.extend(own.into_iter().map(|(place, text)| (place.to_string(), text)));
    let body = toml::to_string_pretty(&File { reply: all });
    let body = body.map_err(|_| DeskError::Invalid { field: "file", problem: "cannot be written" })?;
    Ok([HEADER, &body].concat())
}

/// Faults of a file that are told at once.
const FAULTS: usize = 20;

/// What is wrong with a file, as far as it is told at once.
fn faulty(mut problems: Vec<String>) -> DeskError {
    let more = problems.len().saturating_sub(FAULTS);
    problems.truncate(FAULTS);
    if more > 0 {
        problems.push(format!("And {more} more."));
    }
    DeskError::File { problems }
}

/// A place of a file with its text, or everything that is wrong there.
fn entry(agent: &Agent, here: &BTreeSet<ShopId>, at: &str, text: &str) -> Result<(Place, String), Vec<String>> {
    let wrong = |problem: &str| format!("“{at}” {problem}");
    let place: Place = at.parse().map_err(|fault: shared::reply::NoPlace| vec![wrong(&format!("{fault}."))])?;
    if place.shop.as_ref().is_some_and(|shop| !here.contains(shop) || !agent.sees(shop)) {
        return Err(vec![wrong("names a shop that is not on this desk.")]);
    }
    let text = unix_lines(text.trim());
    let problems: Vec<String> = template_problems(&text).iter().map(|problem| wrong(&problem.text())).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let broken: Vec<String> = blocked(&place, &text).iter().map(Breach::text).collect();
    if broken.is_empty() {
        Ok((place, text))
    } else {
        Err(vec![wrong(&format!("breaks a rule. {}", broken.join(" ")))])
    }
}

/// Asks for approval of everything that a file changes: all of it, or nothing where something in it is wrong; then all that
/// is wrong is told.
pub fn import(desk: &Desk, agent: &Agent, file: &str) -> Result<Imported, DeskError> {
    let file: File = toml::from_str(file).map_err(|fault| {
        let before = fault.span().and_then(|span| file.get(..span.start));
        let line = before.map_or(String::new(), |before| format!(", line {}", before.matches('\n').count() + 1));
        faulty(vec![format!("The file cannot be read{line}: {}.", fault.message())])
    })?;
    let here: BTreeSet<ShopId> = desk.store.read(shops::all)?.into_iter().map(|shop| shop.id).collect();
    let (mut texts, mut problems) = (Vec::new(), Vec::new());
    for (at, text) in file.reply {
        match entry(agent, &here, &at, &text) {
            Ok(entry) => texts.push(entry),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(faulty(problems));
    }
    let now = desk.clock.now();
    let done = desk.store.write_or(|tx| {
        let mut done = Imported { asked: Vec::new(), same: 0 };
        let mut problems = Vec::new();
        for (at, text) in texts {
            let versions = templates::versions(tx, &at)?;
            let used = in_use(&versions).cloned().or(of_every_shop(tx, &at)?);
            let stands = used.map_or_else(|| desk.replies.template(&at), |used| used.text);
            if unix_lines(&stands) == text {
                done.same += 1;
                continue;
            }
            // What somebody is writing there is not overwritten.
            if let Some(other) = open(&versions).filter(|open| unix_lines(&open.text) != text) {
                let by = people::name_of(tx, &other.author)?.unwrap_or_default();
                problems.push(format!("“{at}” is being written by {by}. Drop or approve that first."));
                continue;
            }
            // The same words that somebody is writing stay theirs.
            let next = match open(&versions) {
                Some(theirs) => theirs.clone(),
                None => {
                    let request = WriteTemplate { text, note: "Imported from a file".to_owned(), revision: 0 };
                    next_of(templates::highest(tx, &at)?, None, agent, &request, now)
                }
            };
            templates::save(tx, &at, &TemplateVersion { state: VersionState::Review, sent_back: None, ..next })?;
            done.asked.push(at);
        }
        // Nothing of it is kept then.
        if !problems.is_empty() {
            return Err(faulty(problems));
        }
        if !done.asked.is_empty() {
            handbook::tell_all(tx, now)?;
        }
        Ok(done)
    })?;
    desk.publish();
    Ok(done)
}

/// Where a reply that is pressed counts; none: a line of chat.
fn place_of(reason: &str, reply: &ReplyOrder, voice: Voice) -> Option<Place> {
    let is_question = reply.template.as_deref().is_some_and(|id| id.contains(".more_information."));
    let moment = match reply.claim {
        Some(claim) => Moment::of(claim, voice)?,
        None if is_question => Moment::MoreInformation,
        None => return None,
    };
    let language = shared::reply::Language::of_tag(&reply.language);
    Some(Place { group: group_of(reason), moment, language, shop: None })
}

/// Notes from which text a reply was started, so that it is seen which of them do.
pub(super) fn note_use(
    tx: &Tx<'_>,
    opened: &Opened,
    reply: &ReplyOrder,
    intent: Option<&IntentView>,
    now: Timestamp,
) -> Result<(), DeskError> {
    let is_proved = opened.derived.sayable.iter().any(|sayable| Some(sayable.claim) == reply.claim);
    let voice = if is_proved { opened.derived.voice } else { Voice::We };
    let place = place_of(&opened.file.platform.reason, reply, voice);
    if let (Some(place), Some(intent)) = (place, intent) {
        let used = templates::Used {
            intent: &intent.id,
            case: &opened.file.id,
            shop: &opened.file.shop,
            place: &place,
            template: reply.template.as_deref(),
            is_edited: reply.is_edited,
        };
        templates::note_use(tx, &used, now)?;
    }
    Ok(())
}
