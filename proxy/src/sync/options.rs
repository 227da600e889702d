//! What TikTok lets the seller decide now.

use super::read::reach;
use crate::app::Desk;
use crate::desk::book;
use crate::desk::error::DeskError;
use crate::store::cases::{self, CaseFile};
use crate::telemetry::Chain;
use crate::tiktok::error::TiktokError;
use shared::domain::case::DecisionKind;
use shared::domain::derive::derive;
use shared::id::CaseId;
use shared::wire::case::DecisionOption;

/// Reject reasons are asked for in this language: whose screen it will be is not known yet.
const LOCALE: &str = "en-US";

/// Whether a decision names a reason of TikTok's list.
const fn takes_reason(kind: DecisionKind) -> bool {
    matches!(
        kind,
        DecisionKind::RejectCancel
            | DecisionKind::RejectRefund
            | DecisionKind::RejectReturn
            | DecisionKind::RejectReplacement
            | DecisionKind::RefuseParcel
            | DecisionKind::PartialAfterParcel
    )
}

async fn ask(desk: &Desk, file: &CaseFile) -> Result<Vec<DecisionOption>, TiktokError> {
    let (_, upstream) = reach(desk, &file.shop)?;
    let id = &file.platform.platform_id;
    let mut options = upstream.decision_options(file.platform.object, id, LOCALE).await?;
    let lacks = |option: &DecisionOption| takes_reason(option.kind) && option.reasons.is_empty();
    if options.iter().any(lacks) {
        let reasons = upstream.reject_reasons(id, LOCALE).await?;
        for option in options.iter_mut().filter(|option| lacks(option)) {
            option.reasons.clone_from(&reasons);
        }
    }
    Ok(options)
}

/// Asks TikTok what may be decided, and stores the answer, or that it could not be had: the screen says so. Nothing
/// is asked where our own rules offer nothing.
pub async fn read_options(desk: &Desk, case: &CaseId) -> Result<(), DeskError> {
    let known = desk.store.read(|tx| {
        let Some(file) = cases::find(tx, case)? else { return Ok(None) };
        let facts = book::facts(tx, &file)?;
        Ok(facts.map(|facts| (file, derive(&facts))))
    })?;
    let Some((asked_for, derived)) = known else { return Ok(()) };
    if derived.decisions.is_empty() && !derived.only_eligible {
        return Ok(());
    }
    let answer = ask(desk, &asked_for).await;
    if let Err(fault) = &answer {
        tracing::warn!(case.id = %case, shop.id = %asked_for.shop, error = %Chain(fault), "What may be decided could not be read");
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let Some(mut file) = cases::find(tx, case)? else { return Ok(()) };
        // It changed meanwhile: the answer may be about what was before, and whoever read the change asks again.
        if file.platform.status != asked_for.platform.status || file.platform.actions != asked_for.platform.actions {
            return Ok(());
        }
        let before = (file.options.clone(), file.options_failed);
        match answer {
            Ok(options) => {
                file.options = Some(options);
                file.options_read = Some(now);
                file.options_failed = false;
            }
            // What was known stays: the case has not changed since.
            Err(_) => file.options_failed = true,
        }
        cases::save(tx, &file)?;
        if before == (file.options, file.options_failed) { Ok(()) } else { desk.book.touch(tx, case, now) }
    })?;
    desk.publish();
    Ok(())
}
