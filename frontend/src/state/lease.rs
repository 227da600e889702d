//! Whose the decision of a case is, as an open sheet follows it.

/// What a decision sheet knows of its lease.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Turn {
    /// No sheet is open.
    #[default]
    Closed,
    /// Asked for and not answered; a decision can be pressed all the same.
    Asked {
        /// Also from somebody who is deciding.
        take_over: bool,
    },
    /// It is ours.
    Ours,
    /// Somebody else is deciding: nothing goes out from here.
    Theirs {
        /// Who.
        by: String,
        /// It was ours before.
        was_ours: bool,
    },
}

/// What happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnNews {
    /// A sheet opened, or takes over in turn.
    Wanted {
        /// Also from somebody who is deciding.
        take_over: bool,
    },
    /// The desk gave or renewed it.
    Given,
    /// The desk did not: somebody else has it.
    Refused(String),
    /// The case's row shows who else has it.
    Shown(String),
    /// The sheet closed.
    Closed,
}

impl Turn {
    /// Takes news. An answer that comes late opens no sheet and takes nothing back.
    pub fn apply(&mut self, news: TurnNews) {
        match (&*self, news) {
            (_, TurnNews::Wanted { take_over }) => *self = Self::Asked { take_over },
            (_, TurnNews::Closed) => *self = Self::Closed,
            (Self::Asked { .. }, TurnNews::Given) => *self = Self::Ours,
            (Self::Asked { .. }, TurnNews::Refused(by)) => *self = Self::Theirs { by, was_ours: false },
            (Self::Ours, TurnNews::Refused(by) | TurnNews::Shown(by)) => *self = Self::Theirs { by, was_ours: true },
            // A row that is older than the answer shows whoever was there before.
            (Self::Asked { .. }, TurnNews::Shown(_))
            | (Self::Ours, TurnNews::Given)
            | (Self::Closed | Self::Theirs { .. }, TurnNews::Given | TurnNews::Refused(_) | TurnNews::Shown(_)) => {}
        }
    }

    /// Whether it is to be taken and renewed.
    pub const fn is_wanted(&self) -> bool {
        matches!(self, Self::Asked { .. } | Self::Ours)
    }

    /// Whether what is asked now also takes it from somebody.
    pub const fn takes_over(&self) -> bool {
        matches!(self, Self::Asked { take_over: true })
    }

    /// Who is deciding instead, as a sentence.
    pub fn taken(&self) -> Option<String> {
        match self {
            Self::Theirs { by, was_ours: true } => Some([by, " has taken over"].concat()),
            Self::Theirs { by, was_ours: false } => Some([by, " is deciding"].concat()),
            Self::Closed | Self::Asked { .. } | Self::Ours => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(news: &[TurnNews]) -> Turn {
        let mut turn = Turn::default();
        news.iter().for_each(|news| turn.apply(news.clone()));
        turn
    }

    const WANTED: TurnNews = TurnNews::Wanted { take_over: false };
    const OVER: TurnNews = TurnNews::Wanted { take_over: true };

    fn shown() -> TurnNews {
        TurnNews::Shown("Ines".to_owned())
    }

    fn refused() -> TurnNews {
        TurnNews::Refused("Ines".to_owned())
    }

    #[test]
    fn whoever_is_overtaken_hears_it_and_decides_nothing() {
        for (news, taken) in [
            (vec![WANTED, TurnNews::Given, shown()], Some("Ines has taken over")),
            (vec![WANTED, TurnNews::Given, refused()], Some("Ines has taken over")),
            (vec![WANTED, refused()], Some("Ines is deciding")),
            (vec![WANTED, TurnNews::Given, TurnNews::Given], None),
            (vec![WANTED, TurnNews::Given, shown(), OVER], None),
        ] {
            let turn = after(&news);
            assert_eq!(turn.taken().as_deref(), taken, "{news:?}");
            assert_eq!(turn.is_wanted(), taken.is_none(), "{news:?}");
        }
    }

    #[test]
    fn an_older_row_does_not_take_away_what_was_just_asked_for() {
        assert_eq!(after(&[OVER, shown(), TurnNews::Given]), Turn::Ours);
    }

    #[test]
    fn a_late_answer_gives_nothing_back_and_opens_nothing() {
        let lost = after(&[WANTED, TurnNews::Given, shown()]);
        assert_eq!(after(&[WANTED, TurnNews::Given, shown(), TurnNews::Given]), lost);
        for late in [TurnNews::Given, refused(), shown()] {
            assert_eq!(after(&[WANTED, TurnNews::Closed, late]), Turn::Closed);
        }
    }

    #[test]
    fn taking_over_is_asked_until_it_is_answered() {
        for (news, over) in [(vec![OVER], true), (vec![OVER, TurnNews::Given], false), (vec![WANTED], false)] {
            assert_eq!(after(&news).takes_over(), over, "{news:?}");
        }
    }
}
