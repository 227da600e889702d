//! What agents press, also what they must not.

use super::Run;
use anyhow::{Context, Result, bail};
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::{book, decide, view};
use proxy::store::cases;
use proxy::store::intents::Intent;
use rand::RngExt;
use shared::domain::case::{Claim, DecisionKind};
use shared::domain::decide::claims_of;
use shared::domain::derive::derive;
use shared::domain::facts::Object;
use shared::id::{CaseId, IdempotencyKey};
use shared::money::Money;
use shared::wire::decision::{DecisionRequest, MotionRecorded, ReplyOrder, ReplyRequest};
use shared::wire::intent::IntentState;

/// Decisions that need neither reason nor amount; no case offers all of them.
const KINDS: [DecisionKind; 5] = [
    DecisionKind::ApproveCancel,
    DecisionKind::ApproveRefund,
    DecisionKind::DirectRefund,
    DecisionKind::AgreeReplacement,
    DecisionKind::AcceptParcel,
];

impl Run {
    pub(super) fn some_case(&mut self) -> Result<Option<CaseId>> {
        let opened = self.opened.clone();
        let Some(number) = self.pick(&opened).cloned() else { return Ok(None) };
        Ok(self.store.read(|tx| {
            for object in [Object::Return, Object::Cancellation] {
                if let Some(file) = cases::find_by_key(tx, &self.shop, object, &number)? {
                    return Ok(Some(file.id));
                }
            }
            Ok(None)
        })?)
    }

    /// Words that no other press has.
    pub(super) fn words(&mut self, what: &str) -> String {
        self.presses += 1;
        format!("Thank you for your message. {what} Your request is number {}.", self.presses)
    }

    pub(super) fn order(&mut self, claim: Claim, part: Option<&Money>) -> ReplyOrder {
        let what = match (claim, part) {
            (Claim::Refunded, _) => "Your refund has been processed and goes back the way you paid.".to_owned(),
            (Claim::Approved, _) => "We have approved your request.".to_owned(),
            (Claim::OfferMade, Some(part)) => {
                format!("We can offer you {} {} back, and you keep the item.", part.currency(), part.amount())
            }
            (Claim::Rejected | Claim::ParcelRefused, _) => "We cannot accept this request.".to_owned(),
            (Claim::ReturnAgreed, _) => "Please send the item back with the label in the app.".to_owned(),
            _ => "We have taken care of it.".to_owned(),
        };
        let text = self.words(&what);
        ReplyOrder { text, language: "en".to_owned(), claim: Some(claim), template: None, is_edited: false }
    }

    pub(super) fn agent_decides(&mut self) -> Result<()> {
        let Some(case) = self.some_case()? else { return Ok(()) };
        let known = self.store.read(|tx| {
            let Some(file) = cases::find(tx, &case)? else { return Ok(None) };
            let facts = book::facts(tx, &file)?;
            Ok(facts.map(|facts| (file, facts)))
        })?;
        let Some((file, facts)) = known else { return Ok(()) };
        let derived = derive(&facts);
        let offered = view::options(&file, &facts, &derived).offered;
        let Some(option) = self.pick(&offered).cloned() else { return Ok(()) };
        let kind = option.kind;
        let total = file.platform.refund.as_ref().map(|refund| refund.total.clone());
        let amount = if kind.needs_amount() {
            total.as_ref().and_then(|total| Money::parse("1.37", total.currency()).ok())
        } else {
            None
        };
        let reason = self.pick(&option.reasons).map(|reason| reason.name.clone()).filter(|_| kind.needs_reason());
        let claims = claims_of(kind);
        let claim = if self.chance(850) { self.pick(claims).copied() } else { None };
        let reply = claim.map(|claim| self.order(claim, amount.as_ref()));
        let request = DecisionRequest {
            kind,
            shown: None,
            reason,
            comment: kind.needs_reason().then(|| "It came back empty.".to_owned()),
            evidence: Vec::new(),
            amount,
            reply,
            without_hold: false,
            take_over: false,
            expects_second: false,
        };
        // Now and then another agent, or the same one in another tab, presses in the same millisecond.
        let pressers = if self.chance(150) { 2 } else { 1 };
        for _ in 0..pressers {
            self.press(&case, &request)?;
        }
        Ok(())
    }

    fn key(&mut self) -> Result<IdempotencyKey> {
        self.presses += 1;
        format!("key-{}", self.presses).parse().ok().context("a key")
    }

    fn agent(&mut self) -> Option<Agent> {
        let agents = self.agents.clone();
        self.pick(&agents).cloned()
    }

    fn press(&mut self, case: &CaseId, request: &DecisionRequest) -> Result<()> {
        self.touched = true;
        let Some(agent) = self.agent() else { return Ok(()) };
        let key = self.key()?;
        let mut pressed = decide::decide(&self.some_desk(), &agent, case, &key, request);
        if matches!(pressed, Err(DeskError::Store(_))) && self.chance(800) {
            // The app asks again where nobody answered, and may come to another desk.
            self.tell(format!("{} presses {:?} on {case}, and nobody answers", agent.id, request.kind));
            pressed = decide::decide(&self.some_desk(), &agent, case, &key, request);
        }
        self.pressed(&agent, &format!("{:?} on {case}", request.kind), &pressed)?;
        let Ok(recorded) = pressed else { return Ok(()) };
        if let (Some(decision), Some(amount)) = (recorded.intents.first(), &request.amount) {
            self.offers.insert(decision.id.clone(), amount.amount().to_string());
        }
        if self.chance(150) {
            // The answer was lost on its way to the browser, which asks again with the same key.
            let again = decide::decide(&self.some_desk(), &agent, case, &key, request);
            if !matches!(again, Err(DeskError::Store(_))) && again.as_ref().ok() != Some(&recorded) {
                bail!("P2: the same press was answered otherwise the second time");
            }
        }
        if self.chance(150) {
            let other = DecisionRequest { comment: Some("Another body.".to_owned()), ..request.clone() };
            let again = decide::decide(&self.some_desk(), &agent, case, &key, &other);
            if !matches!(again, Err(DeskError::KeyReused | DeskError::Store(_))) {
                bail!("P2: a used key was taken with another body");
            }
        }
        Ok(())
    }

    /// Notes a press for the trace. P6: what was taken can be undone for as long as the hold says.
    fn pressed(&mut self, agent: &Agent, what: &str, ended: &Result<MotionRecorded, DeskError>) -> Result<()> {
        match ended {
            Ok(recorded) => {
                let ids: Vec<_> = recorded.intents.iter().map(|intent| intent.id.to_string()).collect();
                self.tell(format!("{} presses {what}: {}", agent.id, ids.join(", ")));
                let hold_ms = self.any_desk().map_or(0, |desk| desk.hold_ms());
                for intent in &recorded.intents {
                    self.taken.push(intent.id.clone());
                    let held = matches!(intent.state, IntentState::Held { until } if until.since(intent.at) >= hold_ms);
                    if !held {
                        bail!("P6: {} is not held as long as the desk says", intent.id);
                    }
                }
            }
            Err(fault) => self.tell(format!("{} presses {what}: {fault}", agent.id)),
        }
        Ok(())
    }

    pub(super) fn agent_replies(&mut self) -> Result<()> {
        let Some(case) = self.some_case()? else { return Ok(()) };
        let row = self.store.read(|tx| cases::row(tx, &case))?;
        let Some(owed) = row.and_then(|row| row.owed) else { return Ok(()) };
        if owed.claim == Claim::OfferMade {
            return Ok(());
        }
        let Some(agent) = self.agent() else { return Ok(()) };
        let mut taken = 0;
        // Now and then in two tabs.
        for _ in 0..if self.chance(150) { 2 } else { 1 } {
            let reply = self.order(owed.claim, None);
            let key = self.key()?;
            let pressed = decide::reply(&self.some_desk(), &agent, &case, &key, &ReplyRequest { reply });
            self.pressed(&agent, &format!("telling {:?} on {case}", owed.claim), &pressed)?;
            taken += usize::from(pressed.is_ok());
        }
        if taken > 1 {
            bail!("P5: {case} takes two replies that say {:?}", owed.claim);
        }
        Ok(())
    }

    /// What must be refused, whoever presses it.
    pub(super) fn agent_presses_wrongly(&mut self) -> Result<()> {
        let Some(case) = self.some_case()? else { return Ok(()) };
        let Some(agent) = self.agent() else { return Ok(()) };
        let known = self.store.read(|tx| {
            let Some(file) = cases::find(tx, &case)? else { return Ok(None) };
            Ok(book::facts(tx, &file)?.map(|facts| (file, facts)))
        })?;
        let Some((file, facts)) = known else { return Ok(()) };
        let derived = derive(&facts);
        let offered = view::options(&file, &facts, &derived).offered;
        let key = self.key()?;
        let reply_of = |run: &mut Self, text: &str| {
            let reply = ReplyOrder {
                text: text.to_owned(),
                language: "en".to_owned(),
                claim: None,
                template: None,
                is_edited: false,
            };
            decide::reply(&run.some_desk(), &agent, &case, &key, &ReplyRequest { reply }).map(drop)
        };
        let of_kind = |kind| DecisionRequest {
            kind,
            shown: None,
            reason: None,
            comment: None,
            evidence: Vec::new(),
            amount: None,
            reply: None,
            without_hold: false,
            take_over: false,
            expects_second: false,
        };
        let approval = offered.iter().find(|option| !option.kind.needs_amount() && !option.kind.needs_reason());
        let (what, ended) = match self.random.random_range(0..5) {
            0 => ("a link in a reply", reply_of(self, "Please see https://example.com for your refund.")),
            1 => {
                let Some(option) = approval else { return Ok(()) };
                let guest = self.guest.clone();
                let ended = decide::decide(&self.some_desk(), &guest, &case, &key, &of_kind(option.kind));
                ("a decision by somebody who does not see the shop", ended.map(drop))
            }
            2 => {
                let absent = KINDS.iter().find(|kind| offered.iter().all(|option| option.kind != **kind));
                let Some(kind) = absent else { return Ok(()) };
                (
                    "a decision that is not open",
                    decide::decide(&self.some_desk(), &agent, &case, &key, &of_kind(*kind)).map(drop),
                )
            }
            3 => {
                let total = file.platform.refund.as_ref().map(|refund| &refund.total);
                let shown = total.and_then(|total| Money::parse("0.01", total.currency()).ok());
                let (Some(option), Some(shown)) = (approval, shown) else { return Ok(()) };
                let request = DecisionRequest { shown: Some(shown), ..of_kind(option.kind) };
                (
                    "an amount that is not TikTok's",
                    decide::decide(&self.some_desk(), &agent, &case, &key, &request).map(drop),
                )
            }
            _ => {
                let live: Vec<Intent> = self
                    .intents()?
                    .into_iter()
                    .filter(|intent| !intent.state.is_over() && intent.agent != agent.id)
                    .collect();
                let Some(intent) = self.pick(&live) else { return Ok(()) };
                ("an undo of another agent's press", decide::undo(&self.some_desk(), &agent, &intent.id).map(drop))
            }
        };
        if ended.is_ok() {
            bail!("{what} was taken");
        }
        self.tell(format!("{what} is refused"));
        Ok(())
    }

    pub(super) fn agent_undoes(&mut self) -> Result<()> {
        let live: Vec<Intent> = self.intents()?.into_iter().filter(|intent| !intent.state.is_over()).collect();
        let Some(intent) = self.pick(&live) else { return Ok(()) };
        let Some(agent) = self.agents.iter().find(|agent| agent.id == intent.agent).cloned() else { return Ok(()) };
        let intent = intent.clone();
        let agent = &agent;
        let said = match decide::undo(&self.some_desk(), agent, &intent.id) {
            Ok(_) => {
                self.undone.push(intent.id.clone());
                format!("{} undoes {}", agent.id, intent.id)
            }
            Err(fault) => format!("{} undoes {}: {fault}", agent.id, intent.id),
        };
        self.tell(said);
        Ok(())
    }
}
