//! The rules of the packing table: which codes lead to a parcel, what is left to do, what a "no" means.

use super::facts::{Object, PlatformCase};
use crate::reasons::ReasonGroup;
use crate::wire::inspect::{Inspection, Question, Slot};

/// A code as it is compared: scanners and people put in spaces, and write letters large or small.
pub fn plain_code(code: &str) -> String {
    code.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).flat_map(char::to_lowercase).collect()
}

/// Every code that leads to a return: on its parcel, on its papers, in Seller Center.
pub fn codes(case: &PlatformCase) -> impl Iterator<Item = &str> {
    let own = [Some(&case.platform_id), Some(&case.order_id)];
    let shared = [case.tracking_number.as_ref(), case.rma_id.as_ref(), case.group_id.as_ref()];
    let all = own.into_iter().chain(shared).flatten().map(String::as_str).filter(|code| !code.is_empty());
    all.filter(|_| case.object == Object::Return)
}

/// Whether a code, made plain, names this return.
pub fn is_named_by(case: &PlatformCase, plain: &str) -> bool {
    !plain.is_empty() && codes(case).any(|code| plain_code(code) == plain)
}

/// What is left before a parcel can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToGo {
    /// Questions without an answer.
    pub answers: usize,
    /// Slots without a photo.
    pub shots: usize,
}

impl ToGo {
    /// Nothing is left.
    pub const fn is_done(self) -> bool {
        self.answers == 0 && self.shots == 0
    }
}

/// What is left, as things stand.
pub fn to_go(inspection: &Inspection) -> ToGo {
    ToGo {
        answers: Question::ALL.into_iter().filter(|question| inspection.answer(*question).is_none()).count(),
        shots: Slot::ALL.into_iter().filter(|slot| inspection.shot(*slot).is_none()).count(),
    }
}

/// What a "no" means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMeans {
    /// It is what the buyer complained of: no reason to refuse.
    AsTheBuyerSaid,
    /// A missing small part: noted, and no reason to refuse by itself.
    NoteIt,
    /// It may be a reason to refuse.
    MayRefuse,
}

/// What a "no" to this question means where the buyer gave this reason.
pub fn no_means(question: Question, reason: ReasonGroup) -> NoMeans {
    use ReasonGroup as G;
    let is_as_said = match question {
        Question::RightItem => matches!(reason, G::WrongItem | G::NotAsDescribed | G::Counterfeit),
        // A fault shows in use.
        Question::Unused => matches!(reason, G::Defective | G::Quality),
        Question::CleanAndWhole => matches!(reason, G::Damaged | G::Defective | G::Quality | G::NotAsDescribed),
        Question::AllParts => matches!(reason, G::MissingParts | G::Damaged),
    };
    match question {
        _ if is_as_said => NoMeans::AsTheBuyerSaid,
        Question::AllParts => NoMeans::NoteIt,
        Question::RightItem | Question::Unused | Question::CleanAndWhole => NoMeans::MayRefuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::a_case;
    use crate::time::Timestamp;
    use crate::wire::inspect::{Answered, Shot};

    #[test]
    fn a_return_is_named_by_what_is_on_its_parcel_and_on_its_papers() {
        let parcel = a_case("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM").with(|case| {
            case.tracking_number = Some("RT 400 12ab".to_owned());
            case.rma_id = Some("88001".to_owned());
            case.group_id = Some("99002".to_owned());
        });
        let parcel = parcel.build();
        for (code, fits) in [
            ("rt40012AB\r", true),
            (" 4037820011223355001 ", true),
            ("577123450011223344", true),
            ("88001", true),
            ("99002", true),
            ("8800", false),
            ("", false),
            ("  ", false),
        ] {
            assert_eq!(is_named_by(&parcel, &plain_code(code)), fits, "{code:?}");
        }
        let cancellation = a_case("BUYER_CANCEL", "CANCELLATION_REQUEST_PENDING").build();
        assert!(!is_named_by(&cancellation, &cancellation.order_id));
    }

    #[test]
    fn what_is_left_is_counted() {
        let (by, at) = ("a_1".parse().unwrap(), Timestamp::from_millis(1));
        let mut found = Inspection::default();
        assert_eq!(to_go(&found), ToGo { answers: 4, shots: 3 });
        let answer = |question| Answered { question, is_yes: false, by: "a_1".parse().unwrap(), at };
        found.answers = Question::ALL.map(answer).to_vec();
        found.shots = vec![Shot { slot: Slot::Front, evidence: "e_1".parse().unwrap(), by, at }];
        assert_eq!(to_go(&found), ToGo { answers: 0, shots: 2 });
        assert!(!to_go(&found).is_done());
    }

    #[test]
    fn of_two_readings_the_later_answer_counts_each_for_itself() {
        let answer = |question, is_yes, at| Answered {
            question,
            is_yes,
            by: "a_1".parse().unwrap(),
            at: Timestamp::from_millis(at),
        };
        let one = Inspection {
            answers: vec![answer(Question::RightItem, true, 1), answer(Question::Unused, true, 9)],
            ..Inspection::default()
        };
        let other = Inspection {
            answers: vec![answer(Question::RightItem, false, 2), answer(Question::Unused, false, 3)],
            ..Inspection::default()
        };
        for found in [one.clone().later(other.clone()), other.later(one)] {
            let said = Question::ALL.map(|question| found.answer(question).map(|answer| answer.is_yes));
            assert_eq!(said, [Some(false), Some(true), None, None]);
        }
    }

    #[test]
    fn what_the_buyer_complained_of_is_no_reason_to_refuse() {
        use NoMeans as N;
        use Question as Q;
        use ReasonGroup as G;
        for (question, reason, expected) in [
            (Q::RightItem, G::WrongItem, N::AsTheBuyerSaid),
            (Q::RightItem, G::Fit, N::MayRefuse),
            (Q::Unused, G::Defective, N::AsTheBuyerSaid),
            (Q::Unused, G::ChangedMind, N::MayRefuse),
            (Q::CleanAndWhole, G::Damaged, N::AsTheBuyerSaid),
            (Q::CleanAndWhole, G::Fit, N::MayRefuse),
            (Q::AllParts, G::MissingParts, N::AsTheBuyerSaid),
            (Q::AllParts, G::Fit, N::NoteIt),
            (Q::AllParts, G::Other, N::NoteIt),
        ] {
            assert_eq!(no_means(question, reason), expected, "{question:?} {reason:?}");
        }
    }
}
