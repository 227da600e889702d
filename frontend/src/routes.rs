//! The only path and query strings of the app.

use shared::domain::case::Stage;
use shared::id::{CaseId, ShopId};

/// A screen, with what of it survives a reload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The queue of one stage, and a case beside it.
    Desk {
        /// Which view.
        stage: Stage,
        /// The open case.
        case: Option<CaseId>,
    },
    /// The packing table.
    Inspect {
        /// The open parcel's case.
        case: Option<CaseId>,
    },
    /// The reply texts.
    Replies,
    /// How the work stands up to what TikTok shows.
    Quality,
    /// Figures of the work.
    Reports,
    /// Settings.
    Settings(Tab),
    /// Sign in.
    SignIn,
    /// Takes up a set-up, invite or reset link.
    Welcome,
}

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Connected shops.
    Shops,
    /// People.
    Team,
    /// This person and this device.
    Me,
}

/// Names of the query string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// Only this shop.
    Shop,
    /// Only this person's cases.
    Who,
}

impl Query {
    /// As written in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Who => "who",
        }
    }
}

/// What narrows the queue, from the query string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Narrow {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Only this person's; `nobody` for cases that nobody has taken.
    pub who: Option<String>,
}

impl Narrow {
    /// `?shop=s1&who=nobody`, or nothing.
    pub fn query(&self) -> String {
        let mut text = String::new();
        let shop = self.shop.as_ref().map(|shop| (Query::Shop, shop.as_str()));
        let who = self.who.as_deref().map(|who| (Query::Who, who));
        for (key, value) in shop.into_iter().chain(who) {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(key.key());
            text.push('=');
            text.push_str(value);
        }
        text
    }

    /// Takes ids only: anything else in the address is left out.
    pub fn read(value_of: impl Fn(Query) -> Option<String>) -> Self {
        let who = value_of(Query::Who).filter(|who| who.parse::<shared::id::AgentId>().is_ok());
        Self { shop: value_of(Query::Shop).and_then(|shop| shop.parse().ok()), who }
    }
}

const fn slug(stage: Stage) -> &'static str {
    match stage {
        Stage::ToDecide => "to-decide",
        Stage::ToInspect => "to-inspect",
        Stage::ToTell => "to-tell",
        Stage::Waiting => "waiting",
        Stage::Disputed => "disputed",
        Stage::Done => "done",
    }
}

impl Tab {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Shops, Self::Team, Self::Me];

    const fn slug(self) -> &'static str {
        match self {
            Self::Shops => "shops",
            Self::Team => "team",
            Self::Me => "me",
        }
    }
}

impl Route {
    /// Reads a path; an unknown one is the desk.
    pub fn parse(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        match first {
            Some("inspect") => Self::Inspect { case: second.and_then(|id| id.parse().ok()) },
            Some("replies") => Self::Replies,
            Some("quality") => Self::Quality,
            Some("reports") => Self::Reports,
            Some("settings") => {
                Self::Settings(Tab::ALL.into_iter().find(|tab| Some(tab.slug()) == second).unwrap_or(Tab::Shops))
            }
            Some("sign-in") => Self::SignIn,
            Some("welcome") => Self::Welcome,
            _ => Self::Desk {
                stage: Stage::ALL.into_iter().find(|stage| Some(slug(*stage)) == second).unwrap_or(Stage::ToDecide),
                case: third.and_then(|id| id.parse().ok()),
            },
        }
    }

    /// The path to this screen.
    pub fn path(&self) -> String {
        let mut path = String::from("/");
        let parts: [&str; 3] = match self {
            Self::Desk { stage, case } => ["desk", slug(*stage), case.as_ref().map_or("", CaseId::as_str)],
            Self::Inspect { case } => ["inspect", case.as_ref().map_or("", CaseId::as_str), ""],
            Self::Replies => ["replies", "", ""],
            Self::Quality => ["quality", "", ""],
            Self::Reports => ["reports", "", ""],
            Self::Settings(tab) => ["settings", tab.slug(), ""],
            Self::SignIn => ["sign-in", "", ""],
            Self::Welcome => ["welcome", "", ""],
        };
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if path.len() > 1 {
                path.push('/');
            }
            path.push_str(part);
        }
        path
    }

    /// The case that the address names.
    pub const fn case(&self) -> Option<&CaseId> {
        match self {
            Self::Desk { case, .. } | Self::Inspect { case } => case.as_ref(),
            Self::Replies | Self::Quality | Self::Reports | Self::Settings(_) | Self::SignIn | Self::Welcome => None,
        }
    }

    /// The stage whose queue is beside the case.
    pub const fn stage(&self) -> Option<Stage> {
        match self {
            Self::Desk { stage, .. } => Some(*stage),
            Self::Inspect { .. } => Some(Stage::ToInspect),
            Self::Replies | Self::Quality | Self::Reports | Self::Settings(_) | Self::SignIn | Self::Welcome => None,
        }
    }

    /// The same screen with another case, or none.
    pub fn with_case(&self, case: Option<CaseId>) -> Self {
        match self {
            Self::Desk { stage, .. } => Self::Desk { stage: *stage, case },
            Self::Inspect { .. } => Self::Inspect { case },
            Self::Replies | Self::Quality | Self::Reports | Self::Settings(_) | Self::SignIn | Self::Welcome => {
                Self::Desk { stage: Stage::ToDecide, case }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_back_to_its_screen() {
        let case: CaseId = "c_1".parse().unwrap();
        let mut routes = vec![Route::Replies, Route::Quality, Route::Reports, Route::SignIn, Route::Welcome];
        routes.extend(Tab::ALL.map(Route::Settings));
        for case in [None, Some(case)] {
            routes.push(Route::Inspect { case: case.clone() });
            routes.extend(Stage::ALL.map(|stage| Route::Desk { stage, case: case.clone() }));
        }
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn an_unknown_path_is_the_desk() {
        for path in ["/", "", "/nowhere", "/desk/nothing/a b"] {
            assert_eq!(Route::parse(path), Route::Desk { stage: Stage::ToDecide, case: None }, "path {path:?}");
        }
    }

    #[test]
    fn only_ids_come_out_of_the_query() {
        let narrow = Narrow::read(|key| Some(if key == Query::Shop { "s1" } else { "a&b" }.to_owned()));
        assert_eq!(narrow, Narrow { shop: "s1".parse().ok(), who: None });
        assert_eq!(narrow.query(), "?shop=s1");
        assert_eq!(Narrow::default().query(), "");
    }
}
