//! Reviews by people: scorecards, what was judged and said, what is left out, calibrations.

use super::cases::id;
use super::sql::{Param, Row, Tx, among, params};
use super::{StoreError, from_json, to_json};
use shared::domain::quality::Check;
use shared::domain::review::{Judgement, Saying, Score, Scorecard, Standing};
use shared::id::{AgentId, CaseId, ReviewId, ScorecardId, ShopId};
use shared::time::Timestamp;
use shared::wire::review::{Agreed, Word};

/// The newest version of every scorecard that was changed or made, by name.
pub fn scorecards(tx: &Tx<'_>) -> Result<Vec<Scorecard>, StoreError> {
    let sql = "SELECT id, version, name, items FROM scorecard s WHERE version = \
               (SELECT MAX(version) FROM scorecard n WHERE n.id = s.id) ORDER BY name, id";
    tx.all(sql, params![], scorecard)
}

/// One version of a scorecard.
pub fn scorecard_at(tx: &Tx<'_>, card: &ScorecardId, version: u32) -> Result<Option<Scorecard>, StoreError> {
    let sql = "SELECT id, version, name, items FROM scorecard WHERE id = ?1 AND version = ?2";
    tx.first(sql, params![card.as_str(), version], scorecard)
}

fn scorecard(row: &Row<'_>) -> Result<Scorecard, StoreError> {
    Ok(Scorecard {
        id: id("scorecard id", row.get(0)?)?,
        version: row.get(1)?,
        name: row.get(2)?,
        items: row.json("items", 3)?,
    })
}

/// Adds a version; `false`: there is one of that number.
pub fn add_scorecard(tx: &Tx<'_>, card: &Scorecard, agent: &AgentId, now: Timestamp) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO scorecard (id, version, name, items, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT DO NOTHING",
        params![
            card.id.as_str(),
            card.version,
            card.name,
            to_json("items", &card.items)?,
            agent.as_str(),
            now.millis()
        ],
    )?;
    Ok(added > 0)
}

/// A review that was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The scorecard as it was.
    pub card: Scorecard,
    /// What the reviewer says.
    pub judgement: Judgement,
    /// What comes of it.
    pub score: Score,
    /// When.
    pub at: Timestamp,
}

/// One reviewer's review of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Opaque id.
    pub id: ReviewId,
    /// Of this case.
    pub case: CaseId,
    /// Of this shop.
    pub shop: ShopId,
    /// Who judges.
    pub reviewer: AgentId,
    /// Whose work it is.
    pub agent: Option<AgentId>,
    /// What is not saved yet.
    pub draft: Option<Judgement>,
    /// What is.
    pub saved: Option<Saved>,
    /// How it stands.
    pub standing: Standing,
}

/// The word under which a standing is stored.
pub const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Appealed => "appealed",
        Standing::Explained => "explained",
        Standing::Redo => "redo",
        Standing::TakenBack => "taken_back",
    }
}

const ALL_STANDINGS: [Standing; 5] =
    [Standing::Open, Standing::Appealed, Standing::Explained, Standing::Redo, Standing::TakenBack];

const COLUMNS: &str = "r.id, r.case_id, r.shop_id, r.reviewer_id, r.agent_id, r.draft, r.card, r.judgement, r.score, \
     r.failed_by, r.saved_at, r.standing";

fn review(row: &Row<'_>) -> Result<Review, StoreError> {
    let saved = match (row.get::<Option<String>>(6)?, row.get::<Option<String>>(7)?, row.get::<Option<i64>>(10)?) {
        (Some(card), Some(judgement), Some(at)) => Some(Saved {
            card: from_json("scorecard", &card)?,
            judgement: from_json("judgement", &judgement)?,
            score: Score { percent: row.get::<Option<u32>>(8)?.unwrap_or_default(), failed_by: row.get(9)? },
            at: Timestamp::from_millis(at),
        }),
        _ => None,
    };
    let word: String = row.get(11)?;
    Ok(Review {
        id: id("review id", row.get(0)?)?,
        case: id("case id", row.get(1)?)?,
        shop: id("shop id", row.get(2)?)?,
        reviewer: id("agent id", row.get(3)?)?,
        agent: row.get::<Option<String>>(4)?.map(|text| id("agent id", text)).transpose()?,
        draft: row.json_or_none("judgement", 5)?,
        saved,
        standing: ALL_STANDINGS.into_iter().find(|one| standing_word(*one) == word).unwrap_or(Standing::Open),
    })
}

/// One review.
pub fn find(tx: &Tx<'_>, review_id: &ReviewId) -> Result<Option<Review>, StoreError> {
    tx.first(&format!("SELECT {COLUMNS} FROM review r WHERE r.id = ?1"), params![review_id.as_str()], review)
}

/// Every review of a case, drafts too, by who began first.
pub fn of_case(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<Review>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM review r WHERE r.case_id = ?1 ORDER BY r.saved_at, r.id");
    tx.all(&sql, params![case.as_str()], review)
}

/// Keeps a review as it is now.
pub fn save(tx: &Tx<'_>, review: &Review) -> Result<(), StoreError> {
    let saved = review.saved.as_ref();
    tx.execute(
        "INSERT INTO review (id, case_id, shop_id, reviewer_id, agent_id, draft, card, judgement, score, failed_by, \
         saved_at, standing) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
         ON CONFLICT (case_id, reviewer_id) DO UPDATE SET agent_id = excluded.agent_id, draft = excluded.draft, \
         card = excluded.card, judgement = excluded.judgement, score = excluded.score, \
         failed_by = excluded.failed_by, saved_at = excluded.saved_at, standing = excluded.standing",
        params![
            review.id.as_str(),
            review.case.as_str(),
            review.shop.as_str(),
            review.reviewer.as_str(),
            review.agent.as_ref().map(AgentId::as_str),
            review.draft.as_ref().map(|draft| to_json("judgement", draft)).transpose()?,
            saved.map(|saved| to_json("scorecard", &saved.card)).transpose()?,
            saved.map(|saved| to_json("judgement", &saved.judgement)).transpose()?,
            saved.map(|saved| saved.score.percent),
            saved.and_then(|saved| saved.score.failed_by.as_deref()),
            saved.map(|saved| saved.at.millis()),
            standing_word(review.standing),
        ],
    )?;
    Ok(())
}

/// What was said about a review, oldest first.
pub fn words(tx: &Tx<'_>, review: &ReviewId) -> Result<Vec<Word>, StoreError> {
    let sql = "SELECT agent_id, at, saying, text FROM review_word WHERE review_id = ?1 ORDER BY place";
    tx.all(sql, params![review.as_str()], |row| {
        Ok(Word {
            by: id("agent id", row.get(0)?)?,
            at: Timestamp::from_millis(row.get(1)?),
            saying: row.json("saying", 2)?,
            text: row.get(3)?,
        })
    })
}

/// Adds what was said.
pub fn say(
    tx: &Tx<'_>,
    review: &ReviewId,
    by: &AgentId,
    saying: Saying,
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO review_word (review_id, place, agent_id, at, saying, text) VALUES (?1, \
         (SELECT COALESCE(MAX(place), 0) + 1 FROM review_word WHERE review_id = ?1), ?2, ?3, ?4, ?5)",
        params![review.as_str(), by.as_str(), now.millis(), to_json("saying", &saying)?, text],
    )?;
    Ok(())
}

/// Which saved reviews are meant; those of calibrations never are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Of this agent's work.
    pub agent: Option<&'a AgentId>,
    /// Saved after this.
    pub after: Option<Timestamp>,
    /// How they stand; none: any.
    pub standings: &'a [Standing],
}

/// Saved reviews of some shops' cases, newest first.
pub fn list(tx: &Tx<'_>, shops: &[ShopId], wanted: &Wanted<'_>, most: u32) -> Result<Vec<Review>, StoreError> {
    let mut condition = format!(
        "r.saved_at IS NOT NULL AND {} AND NOT EXISTS (SELECT 1 FROM calibration c WHERE c.case_id = r.case_id)",
        among("r.shop_id", shops.len())
    );
    let mut values: Vec<Param<'_>> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    if let Some(agent) = wanted.agent {
        condition.push_str(" AND r.agent_id = ?");
        values.push(Param::Text(agent.as_str()));
    }
    if let Some(after) = wanted.after {
        condition.push_str(" AND r.saved_at > ?");
        values.push(Param::Integer(after.millis()));
    }
    if !wanted.standings.is_empty() {
        condition.push_str(&format!(" AND {}", among("r.standing", wanted.standings.len())));
        values.extend(wanted.standings.iter().map(|standing| Param::Text(standing_word(*standing))));
    }
    let sql = format!("SELECT {COLUMNS} FROM review r WHERE {condition} ORDER BY r.saved_at DESC, r.id LIMIT {most}");
    tx.all(&sql, &values, review)
}

/// From when on something is new to whose work it is.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// Of which nothing was said yet.
    pub saved: Timestamp,
    /// On which a lead has had the last word.
    pub said: Timestamp,
}

/// How many saved reviews of somebody's work are new to them; those of calibrations never are.
pub fn new_to(tx: &Tx<'_>, shops: &[ShopId], agent: &AgentId, since: Since) -> Result<u32, StoreError> {
    // A last word on a review that is open is as old as the review: it was done again.
    let sql = format!(
        "SELECT COUNT(*) FROM review r LEFT JOIN review_word w ON w.review_id = r.id AND w.place = \
         (SELECT MAX(n.place) FROM review_word n WHERE n.review_id = r.id) \
         WHERE r.agent_id = ? AND r.saved_at IS NOT NULL AND (r.standing <> ? OR r.saved_at > ?) \
         AND ((w.place IS NULL AND r.saved_at > ?) OR ({} AND w.at > ?)) AND {} \
         AND NOT EXISTS (SELECT 1 FROM calibration c WHERE c.case_id = r.case_id)",
        among("w.saying", Saying::LAST_WORDS.len()),
        among("r.shop_id", shops.len())
    );
    let last_words = Saying::LAST_WORDS.iter().map(|saying| to_json("saying", saying));
    let last_words: Vec<String> = last_words.collect::<Result<_, _>>()?;
    let mut values = vec![
        Param::Text(agent.as_str()),
        Param::Text(standing_word(Standing::Open)),
        Param::Integer(since.saved.min(since.said).millis()),
        Param::Integer(since.saved.millis()),
    ];
    values.extend(last_words.iter().map(|word| Param::Text(word)));
    values.push(Param::Integer(since.said.millis()));
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    let count: i64 = tx.only(&sql, &values, |row| row.get(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Takes a case off the list of those to review.
pub fn skip(tx: &Tx<'_>, case: &CaseId, agent: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO review_skip (case_id, agent_id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![case.as_str(), agent.as_str(), now.millis()],
    )?;
    Ok(())
}

/// What has fallen: the rate of a check, or the score of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// A check.
    pub check: Option<Check>,
    /// An agent.
    pub agent: Option<AgentId>,
}

impl About {
    fn words(&self) -> Result<(String, &str), StoreError> {
        let check = self.check.map(|check| to_json("check", &check)).transpose()?.unwrap_or_default();
        Ok((check, self.agent.as_ref().map_or("", AgentId::as_str)))
    }
}

/// What somebody has put away since, each with the rate that it had then, in tenths of a percent.
pub fn falls_away(tx: &Tx<'_>, who: &AgentId, since: Timestamp) -> Result<Vec<(About, u64)>, StoreError> {
    let sql = "SELECT check_word, agent_id, rate FROM fall_away WHERE person_id = ?1 AND at > ?2";
    let all = tx.all(sql, params![who.as_str(), since.millis()], |row| {
        let (check, agent) = (row.get::<String>(0)?, row.get::<String>(1)?);
        let agent = if agent.is_empty() { None } else { Some(id("agent id", agent)?) };
        // A check that is no more cannot fall.
        let check = if check.is_empty() { None } else { Some(from_json::<Check>("check", &check)) };
        Ok((check, agent, u64::try_from(row.get::<i64>(2)?).unwrap_or_default()))
    })?;
    let known = |(check, agent, rate): (Option<Result<Check, StoreError>>, Option<AgentId>, u64)| {
        Some((About { check: check.transpose().ok()?, agent }, rate))
    };
    Ok(all.into_iter().filter_map(known).collect())
}

/// Puts away what has fallen to this rate.
pub fn put_fall_away(tx: &Tx<'_>, who: &AgentId, about: &About, rate: u64, now: Timestamp) -> Result<(), StoreError> {
    let (check, agent) = about.words()?;
    let rate = i64::try_from(rate).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO fall_away (person_id, check_word, agent_id, rate, at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (person_id, check_word, agent_id) DO UPDATE SET rate = excluded.rate, at = excluded.at",
        params![who.as_str(), check, agent, rate, now.millis()],
    )?;
    Ok(())
}

/// Brings it back.
pub fn bring_fall_back(tx: &Tx<'_>, who: &AgentId, about: &About) -> Result<(), StoreError> {
    let (check, agent) = about.words()?;
    let sql = "DELETE FROM fall_away WHERE person_id = ?1 AND check_word = ?2 AND agent_id = ?3";
    tx.execute(sql, params![who.as_str(), check, agent])?;
    Ok(())
}

/// Cases that are done with, or wait no more for chance to pick them: reviewed, left out, or in a calibration.
pub fn done_with(tx: &Tx<'_>, after: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT case_id FROM review WHERE saved_at IS NOT NULL AND saved_at > ?1 UNION \
               SELECT case_id FROM review_skip WHERE at > ?1 UNION SELECT case_id FROM calibration WHERE at > ?1";
    tx.all(sql, params![after.millis()], |row| id("case id", row.get(0)?))
}

/// Cases of which a review is begun, and by whom.
pub fn begun(tx: &Tx<'_>) -> Result<Vec<(CaseId, AgentId)>, StoreError> {
    let sql = "SELECT case_id, reviewer_id FROM review WHERE draft IS NOT NULL ORDER BY case_id, reviewer_id";
    tx.all(sql, params![], |row| Ok((id("case id", row.get(0)?)?, id("agent id", row.get(1)?)?)))
}

/// Several reviewers on one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The case.
    pub case: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// By which scorecard.
    pub card: Scorecard,
    /// Who judges.
    pub reviewers: Vec<AgentId>,
    /// Who asked for it.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What was agreed.
    pub closed: Option<Agreed>,
}

const SESSION: &str = "case_id, shop_id, card, reviewers, agent_id, at, closed";

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        case: id("case id", row.get(0)?)?,
        shop: id("shop id", row.get(1)?)?,
        card: row.json("scorecard", 2)?,
        reviewers: row.json("reviewers", 3)?,
        by: id("agent id", row.get(4)?)?,
        at: Timestamp::from_millis(row.get(5)?),
        closed: row.json_or_none("agreement", 6)?,
    })
}

/// The calibration of a case.
pub fn calibration(tx: &Tx<'_>, case: &CaseId) -> Result<Option<Session>, StoreError> {
    tx.first(&format!("SELECT {SESSION} FROM calibration WHERE case_id = ?1"), params![case.as_str()], session)
}

/// Calibrations of some shops' cases: open ones first, then the newest.
pub fn calibrations(tx: &Tx<'_>, shops: &[ShopId], most: u32) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM calibration WHERE {} \
         ORDER BY CASE WHEN closed IS NULL THEN 0 ELSE 1 END, at DESC, case_id LIMIT {most}",
        among("shop_id", shops.len())
    );
    let values: Vec<_> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    tx.all(&sql, &values, session)
}

/// Calibrations of some shops' cases in which somebody was asked to judge and has not, the newest first.
pub fn asked(tx: &Tx<'_>, shops: &[ShopId], reviewer: &AgentId) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM calibration WHERE closed IS NULL AND {} AND NOT EXISTS (SELECT 1 FROM review r \
         WHERE r.case_id = calibration.case_id AND r.reviewer_id = ? AND r.saved_at IS NOT NULL) \
         ORDER BY at DESC, case_id",
        among("shop_id", shops.len())
    );
    let mut values: Vec<_> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    values.push(Param::Text(reviewer.as_str()));
    let mut all = tx.all(&sql, &values, session)?;
    all.retain(|one| one.reviewers.contains(reviewer));
    Ok(all)
}

/// Keeps a calibration as it is now.
pub fn save_calibration(tx: &Tx<'_>, one: &Session) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO calibration (case_id, shop_id, card, reviewers, agent_id, at, closed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (case_id) DO UPDATE SET card = excluded.card, \
         reviewers = excluded.reviewers, closed = excluded.closed",
        params![
            one.case.as_str(),
            one.shop.as_str(),
            to_json("scorecard", &one.card)?,
            to_json("reviewers", &one.reviewers)?,
            one.by.as_str(),
            one.at.millis(),
            one.closed.as_ref().map(|closed| to_json("agreement", closed)).transpose()?,
        ],
    )?;
    Ok(())
}
