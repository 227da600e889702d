//! The only path and query strings of the app.

use shared::domain::case::{Kind, Stage};
use shared::id::{AgentId, CaseId, PageId, RuleId, ShopId};
use shared::reasons::{ReasonGroup, group_named, group_word};
use shared::reply::Place;

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
    /// The map of replies, or one reply.
    Replies(Option<Place>),
    /// How the work stands up to what TikTok shows, and what people say of it.
    Quality(Quality),
    /// The handbook.
    Handbook {
        /// The open page; none: the first one.
        page: Option<PageId>,
        /// What of it.
        face: Face,
    },
    /// Figures of the work.
    Reports,
    /// Settings.
    Settings(Tab),
    /// One rule, beside the settings; one that is not there yet is written.
    Rule(RuleId),
    /// Sign in.
    SignIn,
    /// Takes up a set-up, invite or reset link.
    Welcome,
}

/// What is shown of a page of the handbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// What is in force.
    InForce,
    /// An older version, by its number.
    Version(u32),
    /// The editor of its draft.
    Edit,
}

/// A page of quality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quality {
    /// The checks of every case.
    Every,
    /// What waits to be looked at, and what was said.
    Reviews,
    /// One case under review.
    Review(CaseId),
    /// Several reviewers on one case; none: the one that waits.
    Calibration(Option<CaseId>),
    /// What was said of the asker's own work.
    Mine,
    /// Exercises; which page of them, that room itself reads, so that a first visit need not know.
    Practice(String),
}

impl Quality {
    fn parse(page: Option<&str>, part: Option<&str>) -> Self {
        let case = part.and_then(|id| id.parse().ok());
        match (page, case) {
            (Some("practice"), _) => Self::Practice(part.unwrap_or_default().to_owned()),
            (Some("reviews"), Some(case)) => Self::Review(case),
            (Some("reviews"), None) => Self::Reviews,
            (Some("calibration"), case) => Self::Calibration(case),
            (Some("mine"), _) => Self::Mine,
            _ => Self::Every,
        }
    }

    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Every => ("", ""),
            Self::Reviews => ("reviews", ""),
            Self::Review(case) => ("reviews", case.as_str()),
            Self::Calibration(case) => ("calibration", case.as_ref().map_or("", CaseId::as_str)),
            Self::Mine => ("mine", ""),
            Self::Practice(page) => ("practice", page),
        }
    }
}

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Connected shops.
    Shops,
    /// People.
    Team,
    /// What the desk does by itself.
    Rules,
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
    /// Only cases with this tag.
    Tag,
    /// Why a shop was not connected, and the check whose failed cases are listed.
    Failed,
    /// How many shops were connected.
    Connected,
    /// Figures of so many weeks.
    Weeks,
    /// Figures of this shop; the queue's own filter does not travel with them.
    Of,
    /// Figures of this person.
    By,
    /// Figures of this kind of request.
    Kind,
    /// Figures of this group of reasons.
    Reason,
    /// Figures of this product.
    Product,
}

impl Query {
    /// As written in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Who => "who",
            Self::Tag => "tag",
            Self::Failed => "failed",
            Self::Connected => "connected",
            Self::Weeks => "weeks",
            Self::Of => "of",
            Self::By => "by",
            Self::Kind => "kind",
            Self::Reason => "reason",
            Self::Product => "product",
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
    /// Only with this tag.
    pub tag: Option<String>,
}

impl Narrow {
    /// `?shop=s1&who=nobody`, or nothing.
    pub fn query(&self) -> String {
        let shop = self.shop.as_ref().map(|shop| (Query::Shop, shop.as_str()));
        let who = self.who.as_deref().map(|who| (Query::Who, who));
        let tag = self.tag.as_deref().map(crate::web::escape);
        let tag = tag.as_deref().map(|tag| (Query::Tag, tag));
        joined(&[shop, who, tag])
    }

    /// Takes ids only, and a tag: anything else in the address is left out.
    pub fn read(value_of: impl Fn(Query) -> Option<String>) -> Self {
        let who = value_of(Query::Who).filter(|who| who.parse::<AgentId>().is_ok());
        let tag = value_of(Query::Tag);
        Self { shop: value_of(Query::Shop).and_then(|shop| shop.parse().ok()), who, tag }
    }
}

fn joined(all: &[Option<(Query, &str)>]) -> String {
    let mut text = String::new();
    for (key, value) in all.iter().flatten() {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(key.key());
        text.push('=');
        text.push_str(value);
    }
    text
}

/// What narrows figures, from the query string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Weeks back, as written.
    pub weeks: Option<String>,
    /// Only this person's.
    pub by: Option<AgentId>,
    /// Only this kind of request.
    pub kind: Option<Kind>,
    /// Only this group of reasons.
    pub reason: Option<ReasonGroup>,
    /// Only this product; an empty name is of requests that name none.
    pub product: Option<String>,
    /// The cases in which this check failed stand open.
    pub failed: Option<String>,
}

impl Figures {
    /// `?weeks=4&of=s1`, or nothing.
    pub fn query(&self) -> String {
        let product = self.product.as_deref().map(crate::web::escape);
        joined(&[
            self.weeks.as_deref().map(|weeks| (Query::Weeks, weeks)),
            self.shop.as_ref().map(|shop| (Query::Of, shop.as_str())),
            self.by.as_ref().map(|by| (Query::By, by.as_str())),
            self.kind.map(|kind| (Query::Kind, kind.word())),
            self.reason.map(|reason| (Query::Reason, group_word(reason))),
            product.as_deref().map(|product| (Query::Product, product)),
            self.failed.as_deref().map(|failed| (Query::Failed, failed)),
        ])
    }

    /// Takes ids, numbers and known words only, and a product: anything else in the address is left out.
    pub fn read(value_of: impl Fn(Query) -> Option<String>) -> Self {
        Self {
            shop: value_of(Query::Of).and_then(|shop| shop.parse().ok()),
            weeks: value_of(Query::Weeks).filter(|weeks| weeks.parse::<u8>().is_ok()),
            by: value_of(Query::By).and_then(|by| by.parse().ok()),
            kind: value_of(Query::Kind).and_then(|kind| Kind::named(&kind)),
            reason: value_of(Query::Reason).and_then(|reason| group_named(&reason)),
            product: value_of(Query::Product),
            failed: value_of(Query::Failed)
                .filter(|check| check.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'))),
        }
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
    pub const ALL: [Self; 4] = [Self::Shops, Self::Team, Self::Rules, Self::Me];

    const fn slug(self) -> &'static str {
        match self {
            Self::Shops => "shops",
            Self::Team => "team",
            Self::Rules => "rules",
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
            Some("replies") => Self::Replies(second.and_then(|place| place.parse().ok())),
            Some("quality") => Self::Quality(Quality::parse(second, third)),
            Some("handbook") => Self::Handbook {
                page: second.and_then(|id| id.parse().ok()),
                face: match third {
                    Some("edit") => Face::Edit,
                    Some(number) => number.parse().map_or(Face::InForce, Face::Version),
                    None => Face::InForce,
                },
            },
            Some("reports") => Self::Reports,
            Some("settings") => {
                if let (Some("rules"), Some(rule)) = (second, third.and_then(|id| id.parse().ok())) {
                    return Self::Rule(rule);
                }
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
        if let Self::Replies(Some(place)) = self {
            return ["/replies/", &place.to_string()].concat();
        }
        let mut path = String::from("/");
        let number;
        let parts: [&str; 3] = match self {
            Self::Desk { stage, case } => ["desk", slug(*stage), case.as_ref().map_or("", CaseId::as_str)],
            Self::Inspect { case } => ["inspect", case.as_ref().map_or("", CaseId::as_str), ""],
            Self::Replies(_) => ["replies", "", ""],
            Self::Quality(page) => ["quality", page.parts().0, page.parts().1],
            Self::Handbook { page, face } => {
                let third = match face {
                    Face::InForce => "",
                    Face::Version(version) => {
                        number = version.to_string();
                        &number
                    }
                    Face::Edit => "edit",
                };
                ["handbook", page.as_ref().map_or("", PageId::as_str), third]
            }
            Self::Reports => ["reports", "", ""],
            Self::Settings(tab) => ["settings", tab.slug(), ""],
            Self::Rule(rule) => ["settings", "rules", rule.as_str()],
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
            Self::Replies(_)
            | Self::Quality(_)
            | Self::Reports
            | Self::Handbook { .. }
            | Self::Settings(_)
            | Self::Rule(_)
            | Self::SignIn
            | Self::Welcome => None,
        }
    }

    /// The stage whose queue is beside the case.
    pub const fn stage(&self) -> Option<Stage> {
        match self {
            Self::Desk { stage, .. } => Some(*stage),
            Self::Inspect { .. } => Some(Stage::ToInspect),
            Self::Replies(_)
            | Self::Quality(_)
            | Self::Reports
            | Self::Handbook { .. }
            | Self::Settings(_)
            | Self::Rule(_)
            | Self::SignIn
            | Self::Welcome => None,
        }
    }

    /// The same screen with another case, or none.
    pub fn with_case(&self, case: Option<CaseId>) -> Self {
        match self {
            Self::Desk { stage, .. } => Self::Desk { stage: *stage, case },
            Self::Inspect { .. } => Self::Inspect { case },
            Self::Replies(_)
            | Self::Quality(_)
            | Self::Reports
            | Self::Handbook { .. }
            | Self::Settings(_)
            | Self::Rule(_)
            | Self::SignIn
            | Self::Welcome => Self::Desk { stage: Stage::ToDecide, case },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_back_to_its_screen() {
        let case: CaseId = "c_1".parse().unwrap();
        let mut routes = vec![Route::Replies(None), Route::Reports, Route::SignIn, Route::Welcome];
        let pages = [Quality::Every, Quality::Reviews, Quality::Mine, Quality::Calibration(None)];
        routes.extend(pages.map(Route::Quality));
        routes.extend(["", "r_1"].map(|page| Route::Quality(Quality::Practice(page.to_owned()))));
        routes.extend(
            [Quality::Review, |case| Quality::Calibration(Some(case))].map(|page| Route::Quality(page(case.clone()))),
        );
        routes.extend(Tab::ALL.map(Route::Settings));
        routes.extend("r-1".parse().map(Route::Rule));
        routes.push(Route::Replies("damaged.refunded.en.s-1".parse().ok()));
        routes.push(Route::Handbook { page: None, face: Face::InForce });
        let faces = [Face::InForce, Face::Version(2), Face::Edit];
        routes.extend(faces.map(|face| Route::Handbook { page: "deadlines".parse().ok(), face }));
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
        assert_eq!(narrow, Narrow { shop: "s1".parse().ok(), who: None, tag: Some("a&b".to_owned()) });
        // The tag is escaped by the browser, which is not here.
        assert_eq!(Narrow { tag: None, ..narrow }.query(), "?shop=s1");
        assert_eq!(Narrow::default().query(), "");
        let of = |weeks: &str| {
            let known = move |key| if key == Query::Weeks { weeks } else { "s1" };
            // A product is escaped by the browser too.
            Figures::read(move |key| (key != Query::Product).then(|| known(key).to_owned())).query()
        };
        assert_eq!((of("26").as_str(), of("a&b").as_str()), ("?weeks=26&of=s1&by=s1", "?of=s1&by=s1"));
        let cut = Figures { kind: Some(Kind::RefundOnly), reason: Some(ReasonGroup::WrongItem), ..Figures::default() };
        assert_eq!(cut.query(), "?kind=refund_only&reason=wrong_item");
        let open = |check: &str| {
            let check = check.to_owned();
            Figures::read(move |key| (key == Query::Failed).then(|| check.clone())).query()
        };
        assert_eq!((open("photos_opened").as_str(), open("a&b").as_str()), ("?failed=photos_opened", ""));
        let known = |key| match key {
            Query::Kind => Some("refund_only".to_owned()),
            Query::Reason => Some("wrong_item".to_owned()),
            Query::Product => Some("50 % \"Lamp\"".to_owned()),
            _ => None,
        };
        assert_eq!(Figures::read(known), Figures { product: Some("50 % \"Lamp\"".to_owned()), ..cut });
    }
}
