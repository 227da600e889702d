//! Keys of a case while none is open: they are for the row that has the focus.

use super::undo;
use crate::api;
use crate::parts::part;
use crate::state::Desk;
use crate::state::keys::CaseKey;
use crate::state::toasts::Tone;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use shared::id::CaseId;

part! {
    /// Takes a case from its row, and opens it for everything else.
    pub fn press(desk: Desk, key: CaseKey, row: Option<CaseId>) -> Result<(), SplitLoaderError> in case {
        match (key, row) {
            (CaseKey::Undo, _) => undo::take_back(desk),
            (CaseKey::Take, Some(case)) => take(desk, case),
            // Somebody has gone elsewhere while this part came.
            (_, Some(_)) if desk.nav.route_now().case().is_some() => {}
            (_, Some(case)) => {
                desk.nav.open(Some(case));
                // Its pane listens once it is drawn.
                request_animation_frame(move || desk.keys.press(key));
            }
            (_, None) => {
                desk.toasts.show(Tone::Info, "No case is open", "J and K go through the list, Enter opens a case.", None);
            }
        }
        Ok(())
    }
}

fn take(desk: Desk, case: CaseId) {
    let me = desk.session.peek(|state| state.signed_in().map(|known| known.me.id.clone()));
    let holder = desk.cases.peek(|book| book.row(&case).and_then(|row| row.assignee.clone()));
    let to = if holder == me { None } else { me };
    let from = holder.filter(|_| to.is_some()).map(|holder| untrack(|| desk.session.name_of(&holder)));
    spawn_local(async move {
        match (api::cases::assign(&case, to).await, from) {
            (Err(failure), _) => desk.toasts.failed(&failure),
            (Ok(()), Some(from)) => {
                desk.toasts.show(
                    Tone::Good,
                    "You hold it now",
                    [from.as_str(), " held it before."].concat(),
                    Some(case),
                );
            }
            (Ok(()), None) => {}
        }
    });
}
