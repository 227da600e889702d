//! What is found while looking at a parcel: every answer and photo goes to the desk as it is given.

use crate::api::{self, Failure};
use crate::i18n::errors::Told;
use crate::pages::case::{Doing, wording};
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::{CaseId, EvidenceId};
use shared::wire::inspect::{Answered, Inspection, Question, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// How the taking of a photo stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Taking {
    /// It is on its way to the desk.
    Adding,
    /// It is not kept yet, and why.
    Failed(Told),
}

/// A photo that is not kept yet: the picture, and its id once the desk has it as a proof.
#[derive(Clone)]
struct Unkept {
    photo: web_sys::File,
    proof: Option<EvidenceId>,
}

/// Handle to the look at one parcel.
#[derive(Clone, Copy)]
pub struct Looking {
    desk: Desk,
    id: StoredValue<CaseId>,
    /// The case around it.
    pub doing: Doing,
    /// What the desk last said to a write: it may be ahead of the case as read.
    said: RwSignal<Inspection>,
    /// Answers that the desk has not confirmed.
    unsaved: RwSignal<BTreeMap<Question, bool>>,
    /// Those of them that are on their way.
    saving: RwSignal<BTreeSet<Question>>,
    /// Why answers could not be saved.
    pub failure: RwSignal<Option<Failure>>,
    /// Photos on their way.
    pub taking: RwSignal<BTreeMap<Slot, Taking>>,
    unkept: StoredValue<BTreeMap<Slot, Unkept>, LocalStorage>,
}

impl Looking {
    /// For one parcel, as long as its bench is open.
    pub fn new(desk: Desk, id: CaseId, doing: Doing) -> Self {
        let looking = Self {
            desk,
            id: StoredValue::new(id),
            doing,
            said: RwSignal::new(Inspection::default()),
            unsaved: RwSignal::new(BTreeMap::new()),
            saving: RwSignal::new(BTreeSet::new()),
            failure: RwSignal::new(None),
            taking: RwSignal::new(BTreeMap::new()),
            unkept: StoredValue::new_local(BTreeMap::new()),
        };
        // What could not be saved goes out once the desk is there again.
        Effect::new(move |before: Option<bool>| {
            let is_lost = desk.connection.is_lost();
            if before == Some(true) && !is_lost {
                untrack(|| looking.save_all());
            }
            is_lost
        });
        looking
    }

    /// What is known, answers that are not saved yet included; tracked.
    pub fn inspection(self) -> Inspection {
        let read = self.doing.view.with(|view| view.as_ref().map(|view| view.inspection.clone()));
        let mut known = self.said.get().later(read.unwrap_or_default());
        let me = self.desk.session.me();
        self.unsaved.with(|unsaved| {
            for (question, is_yes) in unsaved {
                known.answers.retain(|answer| answer.question != *question);
                if let Some(me) = &me {
                    let at = self.desk.clock.now();
                    known.answers.push(Answered { question: *question, is_yes: *is_yes, by: me.id.clone(), at });
                }
            }
        });
        known
    }

    /// Whether every answer and photo is kept; tracked.
    pub fn is_kept(self) -> bool {
        self.unsaved.with(BTreeMap::is_empty) && self.taking.with(BTreeMap::is_empty)
    }

    /// Answers a question.
    pub fn answer(self, question: Question, is_yes: bool) {
        self.unsaved.update(|unsaved| {
            unsaved.insert(question, is_yes);
        });
        self.save(question);
    }

    /// Saves what is not saved.
    pub fn save_all(self) {
        let questions: Vec<Question> = self.unsaved.with_untracked(|unsaved| unsaved.keys().copied().collect());
        questions.into_iter().for_each(|question| self.save(question));
    }

    /// One answer to a question is on its way at a time, so that the last one given is the last one to arrive.
    fn save(self, question: Question) {
        let Some(is_yes) = self.unsaved.with_untracked(|unsaved| unsaved.get(&question).copied()) else { return };
        if self.saving.try_update(|saving| saving.insert(question)) != Some(true) {
            return;
        }
        let id = self.id.get_value();
        spawn_local(async move {
            let answer = api::inspect::answer(&id, question, is_yes).await;
            self.saving.try_update(|saving| saving.remove(&question));
            match answer {
                Ok(inspection) => {
                    self.failure.try_set(None);
                    self.said.try_update(|said| *said = said.clone().later(inspection));
                    let newer = self.unsaved.try_update(|unsaved| {
                        let is_newer = unsaved.get(&question).is_some_and(|now| *now != is_yes);
                        if !is_newer {
                            unsaved.remove(&question);
                        }
                        is_newer
                    });
                    if newer == Some(true) {
                        self.save(question);
                    }
                }
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }

    fn is_adding(self, slot: Slot) {
        self.taking.try_update(|taking| taking.insert(slot, Taking::Adding));
    }

    fn failed(self, slot: Slot, told: Told) {
        self.taking.try_update(|taking| taking.insert(slot, Taking::Failed(told)));
    }

    /// Burns order and time into a photo, and keeps it.
    pub fn take(self, slot: Slot, photo: web_sys::File) {
        self.is_adding(slot);
        let about = self.doing.view.with_untracked(|view| {
            view.as_ref().map(|view| (view.order_id.clone(), view.platform_id.clone(), view.row.reason.clone()))
        });
        let Some((order, number, reason)) = about else { return };
        let what = wording::slot(slot, &reason);
        let time = web::universal_time(self.desk.clock.now());
        let lines = [["Order ", &order, " · Return ", &number].concat(), [&time, " · ", what].concat()];
        let name = [what, " ", &time, ".jpg"].concat();
        spawn_local(async move {
            match web::stamped(&photo, &name, &lines).await {
                Some(photo) => {
                    self.unkept.try_update_value(|all| all.insert(slot, Unkept { photo, proof: None }));
                    self.keep(slot);
                }
                None => self.failed(
                    slot,
                    Told {
                        fact: "The browser cannot read this picture.".to_owned(),
                        advice: "Take it again, as JPEG, PNG or WebP.".to_owned(),
                    },
                ),
            }
        });
    }

    /// Whether a photo that was not kept is still here, to be sent again.
    pub fn can_keep(self, slot: Slot) -> bool {
        self.unkept.try_with_value(|all| all.contains_key(&slot)).unwrap_or(false)
    }

    /// Sends a photo, or what of it the desk does not have.
    pub fn keep(self, slot: Slot) {
        let Some(Unkept { photo, proof }) = self.unkept.try_with_value(|all| all.get(&slot).cloned()).flatten() else {
            return;
        };
        self.is_adding(slot);
        let id = self.id.get_value();
        spawn_local(async move {
            let proof = match proof {
                Some(proof) => Ok(proof),
                None => api::cases::add_evidence(&id, &photo, &web::fresh_key()).await.map(|proof| proof.id),
            };
            let kept = match proof {
                Ok(proof) => {
                    let known = Unkept { photo, proof: Some(proof.clone()) };
                    self.unkept.try_update_value(|all| all.insert(slot, known));
                    api::inspect::shoot(&id, slot, proof).await
                }
                Err(failure) => Err(failure),
            };
            match kept {
                Ok(inspection) => {
                    self.unkept.try_update_value(|all| all.remove(&slot));
                    self.said.try_update(|said| *said = said.clone().later(inspection));
                    self.taking.try_update(|taking| taking.remove(&slot));
                }
                Err(failure) => self.failed(slot, failure.told()),
            }
        });
    }
}
