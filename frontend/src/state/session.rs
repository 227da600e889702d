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
    /// Takes a live event; false: at most a shop's import went on, or it was read through once more.
    pub fn apply(&mut self, event: &Event) -> bool {
        match (self, event) {
            (Self::SignedIn(known), Event::ShopChanged { shop }) => {
                let shop = shop.as_ref().clone();
                match known.shops.iter_mut().find(|other| other.id == shop.id) {
                    Some(other) => {
                        (other.import, other.swept) = (shop.import, shop.swept);
                        let is_news = *other != shop;
                        *other = shop;
                        is_news
                    }
                    None => {
                        known.shops.push(shop);
                        true
                    }
                }
            }
            (state, Event::SignedOut) => {
                *state = Self::SignedOut { can_practice: false };
                true
            }
            (
                _,
                Event::ShopChanged { .. }
                | Event::CaseChanged { .. }
                | Event::CaseGone { .. }
                | Event::Alarm { .. }
                | Event::AlarmSeen { .. }
                | Event::HandbookChanged
                | Event::Resync,
            ) => false,
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
///
/// A shop says each time that it was read through, about once a minute, and how far its import is: what is drawn from
/// a name or a role is not drawn anew for that, and keeps the focus and what stands open.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    /// Counts what is said of shops.
    said: RwSignal<u32>,
}

fn of_the_desk(known: &SignedIn) -> Vec<ShopView> {
    known.shops.iter().filter(|shop| shop.id.trainee().is_none()).cloned().collect()
}

impl Session {
    /// Not asked yet.
    pub fn new() -> Self {
        Self { state: RwSignal::new(SessionState::Starting), said: RwSignal::new(0) }
    }

    /// Takes what the server said.
    pub fn set(self, state: SessionState) {
        self.state.set(state);
    }

    /// Takes a live event.
    pub fn apply(self, event: &Event) {
        if matches!(event, Event::ShopChanged { .. } | Event::SignedOut) {
            self.state.maybe_update(|state| state.apply(event));
            self.said.update(|said| *said = said.wrapping_add(1));
        }
    }

    /// The state; tracked.
    pub fn with<T>(self, read: impl FnOnce(&SessionState) -> T) -> T {
        self.state.with(read)
    }

    /// The state, in an event or a task; not tracked.
    pub fn peek<T>(self, read: impl FnOnce(&SessionState) -> T) -> T {
        self.state.with_untracked(read)
    }

    fn known<T>(self, read: impl FnOnce(&SignedIn) -> T) -> Option<T> {
        self.state.with(|state| state.signed_in().map(read))
    }

    /// Who is signed in; tracked.
    pub fn me(self) -> Option<Person> {
        self.known(|known| known.me.clone())
    }

    /// Whether the person may do what this role may; tracked.
    pub fn is_at_least(self, role: Role) -> bool {
        self.known(|known| known.me.role >= role).unwrap_or(false)
    }

    /// The shops in view, but for those of the asker's runs; tracked, but not for their import and when they were read.
    pub fn shops(self) -> Vec<ShopView> {
        self.known(of_the_desk).unwrap_or_default()
    }

    /// As [`Self::shops`], tracked for their import and when they were read, too.
    pub fn shops_as_read(self) -> Vec<ShopView> {
        self.said.track();
        self.shops()
    }

    /// One shop, as of [`Self::shops`]; tracked.
    pub fn shop(self, id: &ShopId) -> Option<ShopView> {
        self.known(|known| known.shops.iter().find(|shop| shop.id == *id).cloned()).flatten()
    }

    /// Everybody, also who has left, to name what they did; tracked.
    pub fn people(self) -> Vec<Person> {
        self.known(|known| known.people.clone()).unwrap_or_default()
    }

    /// Everybody who may hold a case: who can be chosen; tracked.
    pub fn team(self) -> Vec<Person> {
        let mut people = self.people();
        people.retain(|person| !person.has_left);
        people
    }

    /// One person, also one who has left; tracked.
    pub fn person(self, id: &AgentId) -> Option<Person> {
        self.known(|known| known.people.iter().chain([&known.me]).find(|person| person.id == *id).cloned()).flatten()
    }

    /// The name of a person, or "Somebody" for one who is not known; tracked.
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
        Person { id: id.parse().unwrap(), name: "Ines".to_owned(), role: Role::Agent, has_left: false }
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
    fn who_has_left_is_named_and_not_chosen() {
        let owner = Owner::new();
        owner.with(|| {
            let session = Session::new();
            let SessionState::SignedIn(mut known) = signed_in() else { panic!("nobody is signed in") };
            known.people = vec![person("p"), Person { name: "Ben Cole".to_owned(), has_left: true, ..person("b") }];
            session.set(SessionState::SignedIn(known));
            assert_eq!(session.team(), [person("p")]);
            assert_eq!(session.name_of(&"b".parse().unwrap()), "Ben Cole");
            assert_eq!(session.people().len(), 2);
        });
    }

    #[test]
    fn what_is_drawn_from_a_name_or_a_role_rests_while_shops_are_read() {
        let owner = Owner::new();
        owner.with(|| {
            let session = Session::new();
            session.set(signed_in());
            let draws = StoredValue::new(0);
            let page = Memo::new(move |_| {
                draws.update_value(|draws| *draws += 1);
                let name = session.shop(&"a".parse().unwrap()).map(|shop| shop.name);
                (session.is_at_least(Role::Agent), session.me(), session.shops(), name)
            });
            let drawn = || {
                page.get_untracked();
                draws.get_value()
            };
            assert_eq!(drawn(), 1);
            let swept = ShopView { swept: Some(Timestamp::from_millis(7)), ..shop("a", "Old") };
            session.apply(&Event::ShopChanged { shop: Box::new(swept.clone()) });
            assert_eq!((drawn(), session.shops_as_read()), (1, vec![swept]));
            session.apply(&Event::ShopChanged { shop: Box::new(shop("a", "New")) });
            assert_eq!((drawn(), session.shops()), (2, vec![shop("a", "New")]));
        });
    }

    #[test]
    fn the_end_of_the_session_forgets_everything() {
        let mut state = signed_in();
        state.apply(&Event::SignedOut);
        assert_eq!(state, SessionState::SignedOut { can_practice: false });
    }
}
