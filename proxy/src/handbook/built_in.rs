//! The pages that come with the desk. The first version of the main one is the procedure that was used before there was
//! a desk, in other words; the second one fills what that left open.

use shared::domain::case::{Claim, Stage};
use shared::domain::handbook::{PageContent, PageKind, PageStep, VersionName};
use shared::domain::quality::Check;
use shared::reply::Moment;
use shared::time::Timestamp;

/// One version of a built-in page.
pub struct Edition {
    /// Its name.
    pub version: VersionName,
    /// When it came into force; none: with the desk.
    pub at: Option<Timestamp>,
    /// What it changes.
    pub description: &'static str,
    /// Who approved it.
    pub approved_by: &'static str,
    /// What it says.
    pub content: PageContent,
}

/// A page that comes with the desk.
pub struct BuiltIn {
    /// Its id, which also stands in addresses.
    pub id: &'static str,
    /// What it is for.
    pub kind: PageKind,
    /// The oldest first.
    pub editions: Vec<Edition>,
}

/// 21 October 2024, noon in universal time: the same day from Hawaii to Japan.
const FIRST: Timestamp = Timestamp::from_millis(1_729_512_000_000);
/// By whom the pages are approved that come with the desk.
const WITH_THE_DESK: &str = "Amends";

fn step(title: &str, stage: Option<Stage>, checks: &[Check], text: &str) -> PageStep {
    let (title, text) = (title.to_owned(), text.trim().to_owned());
    PageStep { title, text, stage, checks: checks.to_vec(), ..PageStep::default() }
}

trait Governs {
    /// The replies of these moments follow from it.
    fn governs(self, replies: &[Moment]) -> Self;
}

impl Governs for PageStep {
    fn governs(self, replies: &[Moment]) -> Self {
        Self { replies: replies.to_vec(), ..self }
    }
}

/// What is told of an offer of a part.
const OFFER: [Moment; 1] = [Moment::Told(Claim::OfferMade)];
/// What is told of a parcel.
const PARCEL: [Moment; 2] = [Moment::Told(Claim::ParcelAccepted), Moment::Told(Claim::ParcelRefused)];

fn page(title: &str, purpose: &str, steps: Vec<PageStep>) -> PageContent {
    PageContent { title: title.to_owned(), purpose: purpose.to_owned(), steps }
}

/// The only version so far.
fn first(id: &'static str, kind: PageKind, content: PageContent) -> BuiltIn {
    let edition = Edition {
        version: VersionName(1, 0, 0),
        at: None,
        description: "First version, with the desk.",
        approved_by: WITH_THE_DESK,
        content,
    };
    BuiltIn { id, kind, editions: vec![edition] }
}

/// All, in the order of the handbook.
pub fn pages() -> Vec<BuiltIn> {
    let main = BuiltIn {
        id: "refunds-returns-cancellations",
        kind: PageKind::Procedure,
        editions: vec![
            Edition {
                version: VersionName(1, 0, 0),
                at: Some(FIRST),
                description: "The procedure as it was first written down.",
                approved_by: "P.R.",
                content: before_the_desk(),
            },
            Edition {
                version: VersionName(2, 0, 0),
                at: None,
                description: "The work is done in Amends. New: what to look at before deciding, which words go out and \
                              when, whose clock counts, what happens to parcels and disputes, and how each case is \
                              checked.",
                approved_by: WITH_THE_DESK,
                content: with_the_desk(),
            },
        ],
    };
    vec![
        main,
        first("inspecting-a-parcel", PageKind::Procedure, inspecting()),
        first("disputes", PageKind::Procedure, disputes()),
        first("partial-refunds", PageKind::Procedure, partial_refunds()),
        first("deadlines", PageKind::Reference, deadlines()),
        first("reply-words", PageKind::Reference, reply_words()),
        first("proof", PageKind::Reference, proof()),
    ]
}

fn before_the_desk() -> PageContent {
    page(
        "Processing refunds, returns and cancellations on TikTok",
        "Quick answers to refund, return and cancellation requests keep customers content, keep us within the law, guard \
         the name of the business, and keep stock and money in order. For the customer service team, in TikTok Seller \
         Center.",
        vec![
            step(
                "Find the requests",
                Some(Stage::ToDecide),
                &[],
                "In Seller Center go to *Manage orders* and choose the cancellation, refund or return requests.",
            ),
            step(
                "Approve, then write to the buyer",
                Some(Stage::ToDecide),
                &[],
                r"
Each request names the reason that the buyer gave, and has a way to write to them.

1. Approve the request.
2. Write to the buyer and confirm that the refund has been processed.
3. Fit the message to the reason that they gave.
",
            ),
            step(
                "Check the work",
                None,
                &[],
                "How to see that all this was done properly, and the training videos, were still to be written.",
            ),
        ],
    )
}

fn with_the_desk() -> PageContent {
    use Check as C;
    page(
        "Refunds, returns and cancellations on TikTok Shop",
        "So that every buyer gets a fair decision before TikTok decides for us, and hears about it in words that fit their \
         reason.",
        vec![
            step(
                "Open the list, least time first",
                Some(Stage::ToDecide),
                &[C::StillInTime, C::NotDecidedYet, C::DecidedInTime],
                r"
Start with **To decide**. The case on top has the least time left.

- The clock on a case is TikTok’s own. No table replaces it; what is usual where stands in [Deadlines by country](/handbook/deadlines).
- When it runs out TikTok approves, and we pay without a look.
- Press `M` to take the case. While you have its decision open, others see that you are deciding.
- No time left to think? Ask a lead **now**. An alarm tells who has the case before the last minutes.
",
            ),
            step(
                "Read the reason, then look",
                Some(Stage::ToDecide),
                &[C::KindFitsReason, C::PartsAddUp, C::PhotosOpened],
                r"
Read the buyer’s own words before the label. Then press `V` and open **every** photo.

Ask yourself three things:

1. Do the words, the reason and the photos tell the same story?
2. Is it the item of this order, and the number of pieces?
3. Does what they ask for fit? Goods that never came cannot be sent back; nobody knows what is wrong with goods that are still here.

If something is missing, ask the buyer in the chat. Asking does not stop the clock.
",
            )
            .governs(&[Moment::MoreInformation]),
            step(
                "Decide",
                Some(Stage::ToDecide),
                &[
                    C::OptionsConfirmed,
                    C::DecisionAllowed,
                    C::GroundAnswers,
                    C::ProofGiven,
                    C::OneDecision,
                    C::AmountShown,
                ],
                r"
The desk shows only what TikTok lets us decide now. Read the amount on the button: it is TikTok’s, and that is what the buyer gets.

| You see | You do |
|---|---|
| The buyer is right, or we cannot show otherwise | **Approve** (`A`) |
| Part of it is right | **Offer a part** (`P`): see [When to offer a partial refund](/handbook/partial-refunds) |
| It is not so, and a photo of ours shows it | **Reject** (`X`), with the reason that answers theirs, and the photo: see [Proof that TikTok accepts](/handbook/proof) |
| A US cancellation that has been shipped | Add the tracking in Seller Center; that refuses it |

- A case is decided **once**. If no answer comes from TikTok, do not decide again: the desk asks until it knows.
- Nothing leaves the desk in the seconds after you press. `Z` undoes it.
- In doubt, and it is much money? Note what you see (`N`) and hand it to a lead.
",
            )
            .governs(&[
                Moment::Told(Claim::Approved),
                Moment::Told(Claim::OfferMade),
                Moment::Told(Claim::Rejected),
                Moment::Told(Claim::ReturnAgreed),
                Moment::Told(Claim::ReplacementAgreed),
                Moment::Told(Claim::Cancelled),
            ]),
            step(
                "Tell the buyer",
                Some(Stage::ToTell),
                &[
                    C::BuyerTold,
                    C::ToldAfter,
                    C::RefundedWhenPaid,
                    C::AmountSaid,
                    C::ReplyFits,
                    C::MoreThanGreeting,
                    C::NoGap,
                    C::BuyersLanguage,
                    C::NothingForbidden,
                ],
                r"
Decide and tell are one act. The reply for this reason and outcome is already there, in the buyer’s language. Read it as the buyer will, and change what does not fit their story.

- **“Approved”** is true as soon as TikTok shows it. **“Refunded”** only once TikTok shows the money paid: leave *Send when* on *refunded* and the desk sends it then.
- Say the reason in their words, what was decided, the amount, what happens next, one honest line for the cause.
- What may never be in it stands in [What a reply says, and what it never says](/handbook/reply-words). The desk marks it before you can send.
- A case stays in **To tell** until the buyer knows. If you have told them elsewhere, say so on the case.
",
            )
            .governs(&Moment::ALL),
            step(
                "Wait, and stay reachable",
                Some(Stage::Waiting),
                &[C::MoneyCame, C::NotAgain],
                r"
The buyer, the carrier or TikTok moves now. You need not watch the case: it comes back by itself when it is our turn.

- If the buyer writes, the case shows it. Answer in the same chat, within the day.
- *Refund is late* on a case means that TikTok has approved and not paid after five working days. Tell the buyer the truth (“approved, not yet paid”), and write to TikTok’s seller support with the order number.
- Never send a second refund, and never pay outside TikTok.
",
            )
            .governs(&[Moment::Told(Claim::Approved), Moment::Told(Claim::Refunded)]),
            step(
                "Inspect what comes back",
                Some(Stage::ToInspect),
                &[C::DecidedInTime, C::GroundAnswers, C::ProofGiven],
                "Go to **Inspect** (`G` then `I`), scan the parcel and follow [Inspecting a returned \
                 parcel](/handbook/inspecting-a-parcel). The verdict has a clock of its own: without one TikTok accepts \
                 the parcel for us.",
            )
            .governs(&PARCEL),
            step(
                "Leave disputes to a lead",
                Some(Stage::Disputed),
                &[],
                "TikTok is ruling. Do not write about the outcome, and do not decide again. A lead goes on with [Disputes \
                 and appeals](/handbook/disputes).",
            )
            .governs(&[Moment::PlatformDecided]),
            step(
                "Check what came of it",
                Some(Stage::Done),
                &[C::MoneyCame, C::BuyerTold, C::OneDecision, C::AmountShown, C::NotAgain],
                r"
The desk checks every decided case against what TikTok says really happened. Open *Checked by the desk* on the case: each check says what it asks and on which facts its answer rests.

- Look at your own cases of yesterday. A failed check is where to begin, not a verdict on you.
- The four that cost most: **In time**, **Photos opened before deciding**, **“Refunded” only when it was**, **Buyer did not write again within 7 days**.
- Leads look at **Quality** once a week, by check and by person, and talk about what failed most.
- What the desk cannot know counts neither for nor against anybody.
",
            ),
        ],
    )
}

fn inspecting() -> PageContent {
    use Check as C;
    page(
        "Inspecting a returned parcel",
        "So that the verdict on a parcel rests on what was seen when it was opened, and can be shown to TikTok.",
        vec![
            step(
                "Scan before you cut the tape",
                Some(Stage::ToInspect),
                &[C::DecidedInTime],
                r"
Scan the label, or type the return, order or tracking number. If several returns share the parcel, each gets its own verdict.

Is the parcel unknown? Do not open it. Note the sender and ask a lead.
",
            ),
            step(
                "Take the photos in order",
                Some(Stage::ToInspect),
                &[C::ProofGiven],
                r"
Take each photo that the table asks for, **before** anything is cleaned, tried or put together. The desk burns time and return number into each.

A photo that could be of any parcel proves nothing: label and item belong into one picture where that is possible.
",
            ),
            step(
                "Answer the four questions",
                Some(Stage::ToInspect),
                &[C::GroundAnswers],
                r"
Right item? Unused? Clean and whole? All parts?

- A *no* to what the buyer complained of is **no** reason to refuse: it is what they said.
- A small part that is missing is noted, and no reason to refuse by itself.
- Any other *no* may be a reason. Say what you see, not what you think of it.
",
            ),
            step(
                "Give the verdict, or ask",
                Some(Stage::ToInspect),
                &[C::DecisionAllowed, C::ProofGiven, C::MoneyCame],
                r"
**Accept** sends the refund on its way. **Refuse** needs a photo that shows why, and the buyer may take it to TikTok.

Where TikTok has paid already (quick refund) the parcel can only be accepted. If you are not sure, *Ask a lead*: the clock keeps running.
",
            )
            .governs(&PARCEL),
        ],
    )
}

fn disputes() -> PageContent {
    use Check as C;
    page(
        "Disputes and appeals",
        "So that TikTok has what it needs to rule, and the buyer hears one voice. For leads.",
        vec![
            step(
                "Read the case as TikTok will",
                Some(Stage::Disputed),
                &[C::GroundAnswers, C::ProofGiven],
                r"
Open the case and its timeline. TikTok sees the buyer’s photos, our reason and our proof, and nothing that was only said in the office.

Does our reason answer theirs, and does our photo show it? If not, it is cheaper to give in than to lose.
",
            ),
            step(
                "Answer in Seller Center, in time",
                Some(Stage::Disputed),
                &[],
                r"
Disputes are answered in Seller Center, not here. Search for the number on top of the case.

1. State the facts in the order in which they happened.
2. Add photos with the label and the item in one picture, and the tracking.
3. Keep a note on the case (`N`): what was sent, and until when TikTok answers.
",
            ),
            step(
                "Say nothing about the outcome before TikTok does",
                Some(Stage::Disputed),
                &[C::ToldAfter, C::RefundedWhenPaid],
                r"
If the buyer writes, say that TikTok is looking at it and will decide. No promise, no blame, and never a plea to take it back.
",
            ),
            step(
                "Close it with the right words",
                Some(Stage::ToTell),
                &[C::BuyerTold, C::ReplyFits],
                r"
When TikTok has ruled the case comes back by itself. A reply then speaks of *TikTok’s* decision, not of ours; the desk has the words.

Lost? Look at **Quality** for others with the same reason: two of a kind are a fault of ours and not bad luck.
",
            )
            .governs(&[Moment::PlatformDecided]),
        ],
    )
}

fn partial_refunds() -> PageContent {
    use Check as C;
    page(
        "When to offer a partial refund",
        "So that an offer is fair, is made once, and is not used to save on a buyer who is right.",
        vec![
            step(
                "Offer a part only where a part is the truth",
                Some(Stage::ToDecide),
                &[C::KindFitsReason, C::PhotosOpened],
                r"
Offer a part when

- the item can be used as it is, and the buyer may keep it (a dent, a missing small part, late but wanted), or
- some of several pieces are wrong, and the rest is kept.

Do **not** offer a part when the item never came, is another one, is unsafe or does not work. That is a full refund.
",
            )
            .governs(&OFFER),
            step(
                "Name a sum that you can explain",
                Some(Stage::ToDecide),
                &[C::AmountShown, C::OptionsConfirmed],
                r"
Begin with what it costs to put right: the price of the part, of the repair, or the share of the pieces. Round towards the buyer.

The sum lies above zero and below TikTok’s total. Above what the shop has set for agents, ask a lead.
",
            )
            .governs(&OFFER),
            step(
                "Tell how it goes on",
                Some(Stage::ToTell),
                &[C::BuyerTold, C::AmountSaid],
                r"
Say the sum, what it is for, that they keep the item, and that the whole request stays open until they answer. A buyer who says no is no enemy: the case comes back to *To decide*.

One offer, at most two. Who bargains by chat for days pays with the rating.
",
            )
            .governs(&OFFER),
        ],
    )
}

fn deadlines() -> PageContent {
    page(
        "Deadlines by country",
        "To know what to expect. What counts is the clock on the case: it is TikTok’s own, and TikTok changes these numbers.",
        vec![
            step(
                "To answer a request",
                None,
                &[Check::StillInTime, Check::DecidedInTime],
                r"
| Request | US | UK | South-East Asia |
|---|---|---|---|
| Cancellation | 24 hours | 48 hours | 48 hours |
| Refund or return | 2 working days; above US$ 100: 4 | 2 working days; from £ 100: 4 | 48 hours; Thailand and Vietnam: 1 working day |
| Replacement | 24 hours | 24 hours | 24 hours |

No answer means **approved**, everywhere. A buyer’s cancellation within an hour of the order needs no answer at all.
",
            ),
            step(
                "To inspect a parcel",
                None,
                &[Check::DecidedInTime],
                r"
| US | UK | South-East Asia |
|---|---|---|
| 2 working days after delivery (newer rules: 2 to 4) | 48 hours | 48 hours; Indonesia: 8 days after the buyer’s upload |

Without a verdict TikTok accepts the parcel for us.
",
            ),
            step(
                "To answer in the chat",
                None,
                &[Check::BuyerTold, Check::MoreThanGreeting],
                r"
TikTok measures how many buyers get an answer within **24 hours**; in South-East Asia within **12**. A greeting alone is no answer. The desk’s own clock for a reply that is owed follows these.
",
            ),
        ],
    )
}

fn reply_words() -> PageContent {
    use Check as C;
    page(
        "What a reply says, and what it never says",
        "Three to six short sentences, in the buyer’s language. The desk checks them before they go.",
        vec![
            step(
                "Six parts",
                None,
                &[C::ReplyFits, C::AmountSaid],
                r"
1. Their reason, in their words: “the lid arrived cracked”, not “your request of type 3”.
2. The decision, as a fact.
3. The amount with its currency, and what it covers. Only TikTok’s number.
4. What happens next, and who does it.
5. One honest line for the cause. No excuse, no blame on the carrier or on them.
6. An open door: they can answer here, in this chat.
",
            )
            .governs(&Moment::ALL),
            step(
                "Approved, sent, refunded",
                None,
                &[C::RefundedWhenPaid, C::ToldAfter],
                r"
Three facts at three times. **Approved**: TikTok shows the decision. **Sent back**: the money is on its way. **Refunded**: TikTok shows it paid.

Never name the day on which a bank books it: nobody here knows.
",
            )
            .governs(&[Moment::Told(Claim::Approved), Moment::Told(Claim::Refunded)]),
            step(
                "Never",
                None,
                &[C::NothingForbidden, C::NoGap, C::MoreThanGreeting],
                r"
- Links, phone numbers, e-mail addresses, handles, names of other apps.
- A plea to cancel, to withdraw, or to change a review. Nothing in return for a review.
- A name or an amount left in braces, `{like this}`.
- “Hello” and nothing else. TikTok does not count it as an answer.
- Anything that we would not want to read aloud to TikTok.
",
            )
            .governs(&Moment::ALL),
            step(
                "In their language",
                None,
                &[C::BuyersLanguage],
                "The one that they last wrote in, else that of the shop’s country. Press `L` to change it: every reply is \
                 there in six languages.",
            )
            .governs(&Moment::ALL),
        ],
    )
}

fn proof() -> PageContent {
    use Check as C;
    page(
        "Proof that TikTok accepts",
        "A rejection that says something about the goods needs a photo that shows it. Without one TikTok sides with the \
         buyer.",
        vec![
            step(
                "What it has to show",
                None,
                &[C::ProofGiven, C::GroundAnswers],
                r"
| You say | The photo shows |
|---|---|
| The item is not the one that we sent | Item and serial number, beside the packing photo |
| The parcel was empty, or something is missing | Label, scales and content in one picture |
| It was used or damaged after delivery | The spot, close, and the whole item |
| It was delivered | The carrier’s proof of delivery with the address’s town and the date |
",
            )
            .governs(&[Moment::Told(Claim::Rejected), Moment::Told(Claim::ParcelRefused)]),
            step(
                "How to take it",
                None,
                &[],
                r"
JPEG, PNG or WebP, at most 10 MB, at most six. Daylight, no flash, nothing else on the table. Show no person and no other buyer’s label.

The packing table takes them with time and number burned in: these count most.
",
            ),
            step(
                "Where we have none",
                None,
                &[C::PhotosOpened],
                "Then the buyer’s photo is the only one, and we approve. It costs less than a lost dispute, and the check of \
                 the next parcel begins today.",
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::PageId;
    use std::collections::BTreeSet;

    #[test]
    fn every_built_in_page_could_be_sent_for_review() {
        let pages = pages();
        for page in &pages {
            page.id.parse::<PageId>().unwrap();
            assert!(page.editions.is_sorted_by(|older, newer| older.version < newer.version), "{}", page.id);
            for edition in &page.editions {
                assert_eq!(edition.content.problems(), [], "{} {}", page.id, edition.version);
            }
        }
        let ids: BTreeSet<_> = pages.iter().map(|page| page.id).collect();
        assert_eq!(ids.len(), pages.len());
    }

    #[test]
    fn beside_a_case_each_step_begins_with_readable_words() {
        for page in pages() {
            for step in page.editions.iter().flat_map(|edition| &edition.content.steps) {
                let words = crate::handbook::plain(&step.text, 180);
                assert!(step.stage.is_none() || words.chars().count() > 40, "{}: {words}", step.title);
                let is_broken = |part: &str| words.contains(part);
                assert!(!["|", "  ", "You see", "**", "](", ":;", " ;"].into_iter().any(is_broken), "{words}");
            }
        }
        let decide = with_the_desk().steps.into_iter().find(|step| step.title == "Decide").unwrap();
        let words = crate::handbook::plain(&decide.text, 180);
        assert!(words.contains("that is what the buyer gets. A case is decided once."), "{words}");
    }

    #[test]
    fn the_first_revision_is_the_old_procedure_with_its_approval() {
        let pages = pages();
        let main = &pages[0];
        let [first, second] = main.editions.as_slice() else { panic!("two editions") };
        assert_eq!((first.version.to_string().as_str(), first.approved_by), ("1.0.0", "P.R."));
        assert_eq!(first.at, Some(Timestamp::from_millis(1_729_512_000_000)));
        assert_eq!(second.version.to_string(), "2.0.0");
    }

    #[test]
    fn every_stage_every_check_and_every_moment_has_its_step_in_the_procedures() {
        let pages = pages();
        let steps = || {
            let procedures = pages.iter().filter(|page| page.kind == PageKind::Procedure);
            procedures.flat_map(|page| &page.editions.last().unwrap().content.steps)
        };
        for stage in Stage::ALL {
            assert!(steps().any(|step| step.stage == Some(stage)), "{stage:?}");
        }
        for check in Check::ALL {
            assert!(steps().any(|step| step.checks.contains(&check)), "{check:?}");
        }
        for moment in Moment::ALL {
            assert!(steps().any(|step| step.replies.contains(&moment)), "{moment:?}");
        }
    }

    #[test]
    fn links_between_pages_lead_somewhere() {
        let pages = pages();
        for step in pages.iter().flat_map(|page| &page.editions).flat_map(|edition| &edition.content.steps) {
            for part in step.text.split("(/handbook/").skip(1) {
                let id = part.split(')').next().unwrap();
                assert!(pages.iter().any(|page| page.id == id), "{id}");
            }
        }
    }
}
