//! Who is signed in, and the shops and people that belong to the desk.

use crate::api::Failure;
use leptos::prelude::*;
use shared::id::{AgentId, ShopId};
use shared::wire::event::Event;
use shared::wire::session::{Person, Role, SessionView, SignedIn};
use shared::wire::shop::{ShopLink, ShopView};

/// What is known about the session.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum SessionState {
    /// Being asked.
    #[default]
    Starting,
    /// The server could not be asked, and this device holds no readable snapshot.
    Unreachable(Failure),
    /// Nobody is signed in.
    SignedOut {
        /// One-click sign-in to the practice shop is on.
        can_practice: bool,
    },
    /// Somebody is.
    SignedIn(Box<SignedIn>),
}

impl SessionState {
    /// Takes a live event.
    pub fn apply(&mut self, event: &Event) {
        match (self, event) {
            (Self::SignedIn(known), Event::ShopChanged { shop }) => {
                match known.shops.iter_mut().find(|other| other.id == shop.id) {
                    Some(other) => *other = shop.as_ref().clone(),
                    None => known.shops.push(shop.as_ref().clone()),
                }
            }
            (state, Event::SignedOut) => *state = Self::SignedOut { can_practice: false },
            (
                _,
                Event::ShopChanged { .. }
                | Event::CaseChanged { .. }
                | Event::CaseGone { .. }
                | Event::Alarm { .. }
                | Event::AlarmSeen { .. }
                | Event::HandbookChanged
                | Event::Resync,
            ) => {}
        }
    }

    /// Who is signed in, and all that belongs to it.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::SignedIn(known) => Some(known),
            Self::Starting | Self::Unreachable(_) | Self::SignedOut { .. } => None,
        }
    }
}

impl From<SessionView> for SessionState {
    fn from(view: SessionView) -> Self {
        match view {
            SessionView::SignedOut { can_practice } => Self::SignedOut { can_practice },
            SessionView::SignedIn(known) => Self::SignedIn(known),
        }
    }
}

/// Handle to the session.
#[derive(Debug, Clone, Copy)]
pub struct Session(RwSignal<SessionState>);

impl Session {
    /// Not asked yet.
    pub fn new() -> Self {
        Self(RwSignal::new(SessionState::Starting))
    }

    /// Takes what the server said.
    pub fn set(self, state: SessionState) {
        self.0.set(state);
    }

    /// Takes a live event.
    pub fn apply(self, event: &Event) {
        if matches!(event, Event::ShopChanged { .. } | Event::SignedOut) {
            self.0.update(|state| state.apply(event));
        }
    }

    /// The state; tracked.
    pub fn with<T>(self, read: impl FnOnce(&SessionState) -> T) -> T {
        self.0.with(read)
    }

    /// The state, in an event or a task; not tracked.
    pub fn peek<T>(self, read: impl FnOnce(&SessionState) -> T) -> T {
        self.0.with_untracked(read)
    }

    fn known<T>(self, read: impl FnOnce(&SignedIn) -> T) -> Option<T> {
        self.0.with(|state| state.signed_in().map(read))
    }

    /// Who is signed in; tracked.
    pub fn me(self) -> Option<Person> {
        self.known(|known| known.me.clone())
    }

    /// Whether the person may do what this role may; tracked.
    pub fn is_at_least(self, role: Role) -> bool {
        self.known(|known| known.me.role >= role).unwrap_or(false)
    }

    /// The shops in view, but for those of the asker's runs; tracked.
    pub fn shops(self) -> Vec<ShopView> {
        self.known(|known| known.shops.iter().filter(|shop| shop.id.trainee().is_none()).cloned().collect())
            .unwrap_or_default()
    }

    /// One shop; tracked.
    pub fn shop(self, id: &ShopId) -> Option<ShopView> {
        self.known(|known| known.shops.iter().find(|shop| shop.id == *id).cloned()).flatten()
    }

    /// Everybody who may hold a case; tracked.
    pub fn people(self) -> Vec<Person> {
        self.known(|known| known.people.clone()).unwrap_or_default()
    }

    /// One person; tracked. People who have left stay unknown.
    pub fn person(self, id: &AgentId) -> Option<Person> {
        self.known(|known| known.people.iter().chain([&known.me]).find(|person| person.id == *id).cloned()).flatten()
    }

    /// The name of a person, or "Somebody" for one who has left; tracked.
    pub fn name_of(self, id: &AgentId) -> String {
        self.person(id).map_or_else(|| "Somebody".to_owned(), |person| person.name)
    }

    /// Seconds in which an intent can still be undone; tracked.
    pub fn hold_seconds(self) -> u32 {
        self.known(|known| known.hold_seconds).unwrap_or(0)
    }

    /// Only practice shops are in view; tracked.
    pub fn is_practice(self) -> bool {
        self.known(|known| {
            let is_linked = |shop: &&ShopView| shop.link != ShopLink::Disconnected && shop.id.trainee().is_none();
            let mut linked = known.shops.iter().filter(is_linked).peekable();
            linked.peek().is_some() && linked.all(|shop| shop.is_practice)
        })
        .unwrap_or(false)
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use shared::time::Timestamp;
    use shared::wire::shop::ImportView;

    pub(crate) fn person(id: &str) -> Person {
        Person { id: id.parse().unwrap(), name: "Ines".to_owned(), role: Role::Agent }
    }

    pub(crate) fn shop(id: &str, name: &str) -> ShopView {
        ShopView {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            region: "US".to_owned(),
            is_practice: true,
            link: ShopLink::Connected,
            import: ImportView::Waiting,
            swept: None,
            can_message: true,
            has_webhooks: true,
        }
    }

    fn signed_in() -> SessionState {
        SessionState::SignedIn(Box::new(SignedIn {
            me: person("p"),
            shops: vec![shop("a", "Old")],
            people: Vec::new(),
            hold_seconds: 5,
            now: Timestamp::from_millis(0),
            ends: Timestamp::from_millis(1),
        }))
    }

    #[test]
    fn a_changed_shop_replaces_itself_and_a_new_one_joins() {
        let mut state = signed_in();
        for (id, name, names) in [("a", "New", vec!["New"]), ("b", "Second", vec!["New", "Second"])] {
            state.apply(&Event::ShopChanged { shop: Box::new(shop(id, name)) });
            let shown: Vec<_> = state.signed_in().unwrap().shops.iter().map(|shop| shop.name.as_str()).collect();
            assert_eq!(shown, names);
        }
    }

    #[test]
    fn the_shop_of_a_run_is_no_shop_of_the_desk() {
        let owner = Owner::new();
        owner.with(|| {
            let session = Session::new();
            let mut state = signed_in();
            state.apply(&Event::ShopChanged { shop: Box::new(shop("run-1-p", "Practice: First day")) });
            session.set(state);
            let shown: Vec<_> = session.shops().into_iter().map(|shop| shop.name).collect();
            assert_eq!(shown, ["Old"]);
            assert!(session.shop(&"run-1-p".parse().unwrap()).is_some());
        });
    }

    #[test]
    fn the_end_of_the_session_forgets_everything() {
        let mut state = signed_in();
        state.apply(&Event::SignedOut);
        assert_eq!(state, SessionState::SignedOut { can_practice: false });
    }
}
