//! The append-only timeline of each shop, chained by a keyed hash.
//!
//! Each entry commits to its payload with a salt of its own, and its hash covers the entry before it: a changed,
//! removed or inserted entry breaks every later hash. A payload that is erased leaves its commitment: the chain goes on, and
//! the erasure is seen. Nothing in the program erases one.
//! A cut tail can only be seen with a head that was exported before.

use super::cases::id;
use super::sql::{ByCase, Cell, Param, Row, Tx, among, by_case, params};
use super::{StoreError, to_json};
use crate::entropy::{Entropy, NoEntropy};
use crate::mutants::{Mutant, is_on};
use ring::{digest, hmac};
use serde::{Deserialize, Serialize};
use shared::id::{AgentId, CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::{Happened, TimelineEntry, Who};
use std::collections::BTreeMap;

/// Entries of a case that are shown.
const MOST: usize = 200;

/// Writes and checks the chain.
#[derive(Clone)]
pub struct Chain {
    key: hmac::Key,
    entropy: Entropy,
}

/// What an entry holds beside what the browser shows. It is read as a [`TimelineEntry`] alone, which knows nothing of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Payload {
    #[serde(flatten)]
    entry: TimelineEntry,
    /// The intent behind it, with what an auditor needs: request ids, amounts before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
}

/// What an auditor needs of a money action (P11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// The intent.
    pub intent: String,
    /// TikTok's request id, once answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The platform's status before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The platform's status after, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The end of a shop's chain, to be kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which shop.
    pub shop: ShopId,
    /// Entries so far.
    pub place: i64,
    /// Hash of the last, in hexadecimal.
    pub hash: String,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Which shop, as it stands in the entry.
    pub shop: String,
    /// The first entry that does not fit.
    pub place: i64,
    /// What does not fit.
    pub why: &'static str,
}

/// Why an entry without its payload is reported.
const ERASED: &str = "erased: its words are gone, its place is kept";

impl Break {
    /// Whether only the words are gone: for who knows that they were erased on purpose.
    pub fn is_erasure(&self) -> bool {
        self.why == ERASED
    }
}

fn commitment(salt: &[u8], payload: &[u8]) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt);
    context.update(payload);
    context.finish()
}

/// Bytes of a value that somebody may have changed into anything; a number is no bytes.
fn bytes(row: &Row<'_>, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(match row.cell(column)? {
        Cell::Text(text) => Some(text.as_bytes().to_vec()),
        Cell::Blob(bytes) => Some(bytes.to_vec()),
        Cell::Null | Cell::Integer(_) => None,
    })
}

impl Chain {
    /// A chain under the desk's audit key.
    pub fn new(key: &[u8], entropy: Entropy) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), entropy }
    }

    fn hash(
        &self,
        previous: &[u8],
        shop: &[u8],
        place: i64,
        case: Option<&[u8]>,
        at: i64,
        commitment: &[u8],
    ) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        // Lengths in front, so that no two entries can be written to the same bytes; no case is not an empty one.
        context.update(&[u8::from(case.is_some())]);
        for part in [previous, shop, case.unwrap_or_default(), commitment] {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        context.update(&place.to_be_bytes());
        context.update(&at.to_be_bytes());
        context.sign()
    }

    /// Appends one entry.
    #[expect(clippy::too_many_arguments, reason = "an entry is all of this")]
    pub fn append(
        &self,
        tx: &Tx<'_>,
        shop: &ShopId,
        case: Option<&CaseId>,
        now: Timestamp,
        who: Who,
        what: Happened,
        trace: Option<Trace>,
    ) -> Result<(), StoreError> {
        let last: Option<(i64, Vec<u8>)> = tx.first(
            "SELECT place, hash FROM timeline WHERE shop_id = ?1 ORDER BY place DESC LIMIT 1",
            params![shop.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (place, mut previous) = last.map_or((1, Vec::new()), |(place, hash)| (place + 1, hash));
        if is_on(Mutant::ChainBroken) {
            previous.clear();
        }
        let payload = to_json("timeline entry", &Payload { entry: TimelineEntry { at: now, who, what }, trace })?;
        let mut salt = [0_u8; 16];
        self.entropy
            .fill(&mut salt)
            .map_err(|source: NoEntropy| StoreError::Corrupt { what: "salt", source: Box::new(source) })?;
        let commitment = commitment(&salt, payload.as_bytes());
        let case = case.map(CaseId::as_str);
        let hash = self.hash(
            &previous,
            shop.as_str().as_bytes(),
            place,
            case.map(str::as_bytes),
            now.millis(),
            commitment.as_ref(),
        );
        tx.execute(
            "INSERT INTO timeline (shop_id, place, case_id, at, payload, salt, commitment, hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![shop.as_str(), place, case, now.millis(), payload, salt, commitment.as_ref(), hash.as_ref()],
        )?;
        Ok(())
    }

    /// Checks every chain, and against exported heads if given. Empty: all is well.
    pub fn verify(&self, tx: &Tx<'_>, heads: &[Head]) -> Result<Vec<Break>, StoreError> {
        let mut breaks = Vec::new();
        let mut before: Option<(Vec<u8>, i64, Vec<u8>)> = None;
        let sql = "SELECT shop_id, place, case_id, at, payload, salt, commitment, hash FROM timeline \
                   ORDER BY shop_id, place";
        tx.each(sql, params![], |row| {
            let shop = bytes(row, 0)?.unwrap_or_default();
            let (place, at): (i64, i64) = (row.get(1)?, row.get(3)?);
            let (case, payload) = (bytes(row, 2)?, bytes(row, 4)?);
            let [salt, committed, stored] = [5, 6, 7].map(|column| bytes(row, column));
            let (salt, committed, stored) =
                (salt?.unwrap_or_default(), committed?.unwrap_or_default(), stored?.unwrap_or_default());
            let (expected_place, previous) = match &before {
                Some((same, last, hash)) if *same == shop => (last.saturating_add(1), hash.clone()),
                _ => (1, Vec::new()),
            };
            let hash = self.hash(&previous, &shop, place, case.as_deref(), at, &committed);
            let why = if place != expected_place {
                Some("an entry is missing before it")
            } else if hash.as_ref() != stored {
                Some("its hash does not follow from the entry before it")
            } else {
                match payload {
                    None => Some(ERASED),
                    Some(payload) if commitment(&salt, &payload).as_ref() != committed => {
                        Some("its payload was changed")
                    }
                    Some(_) => None,
                }
            };
            let shop_id = String::from_utf8_lossy(&shop).into_owned();
            if let Some(why) = why {
                breaks.push(Break { shop: shop_id.clone(), place, why });
            }
            if let Some(head) = heads.iter().find(|head| head.shop.as_str() == shop_id && head.place == place)
                && head.hash != hex::encode(&stored)
            {
                breaks.push(Break { shop: shop_id, place, why: "it differs from the exported head" });
            }
            before = Some((shop, place, stored));
            Ok(true)
        })?;
        // The shop of a run is forgotten as a whole, with all that was made up in it.
        for head in heads.iter().filter(|head| head.shop.trainee().is_none()) {
            let last: Option<i64> =
                tx.only("SELECT MAX(place) FROM timeline WHERE shop_id = ?1", params![head.shop.as_str()], |row| {
                    row.get(0)
                })?;
            if last.unwrap_or_default() < head.place {
                breaks.push(Break {
                    shop: head.shop.to_string(),
                    place: last.unwrap_or_default(),
                    why: "entries after it were cut off",
                });
            }
        }
        Ok(breaks)
    }
}

/// The end of every chain, but of those that are forgotten with a run of practice.
pub fn heads(tx: &Tx<'_>) -> Result<Vec<Head>, StoreError> {
    let mut heads: Vec<Head> = tx.all(
        "SELECT shop_id, place, hash FROM timeline t \
         WHERE place = (SELECT MAX(place) FROM timeline u WHERE u.shop_id = t.shop_id)",
        params![],
        |row| {
            let shop = super::cases::id("shop id", row.get(0)?)?;
            Ok(Head { shop, place: row.get(1)?, hash: hex::encode(row.get::<Vec<u8>>(2)?) })
        },
    )?;
    heads.retain(|head| head.shop.trainee().is_none());
    Ok(heads)
}

/// The timeline of each of many cases, newest first.
pub fn of_cases(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<TimelineEntry>, StoreError> {
    let sql = "SELECT case_id, payload FROM timeline WHERE case_id IN (?) AND payload IS NOT NULL \
         ORDER BY case_id, place DESC";
    by_case(tx, cases, sql, MOST, |row| row.json("timeline entry", 1))
}

/// When a case was last handed to somebody or to nobody. Looked for in the words alone: an entry that cannot be read stands
/// in nobody's way.
pub fn handed_last(tx: &Tx<'_>, case: &CaseId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT at FROM timeline WHERE case_id = ?1 AND (payload LIKE '%{\"assigned\":%' OR payload LIKE '%{\"lead_asked\":%') \
         ORDER BY place DESC LIMIT 1";
    tx.first(sql, params![case.as_str()], |row| row.get(0).map(Timestamp::from_millis))
}

/// Who undid decisions of some cases, and when; none there: the desk, or its entry cannot be read any more.
pub fn undone_by(tx: &Tx<'_>, cases: &[CaseId]) -> Result<BTreeMap<(CaseId, Timestamp), AgentId>, StoreError> {
    let sql = format!(
        "SELECT case_id, at, payload FROM timeline WHERE {} AND payload LIKE '%\"undone\"%' ORDER BY place",
        among("case_id", cases.len())
    );
    let values: Vec<Param<'_>> = cases.iter().map(|case| Param::Text(case.as_str())).collect();
    let mut all = BTreeMap::new();
    tx.each(&sql, &values, |row| {
        let which = (id("case id", row.get(0)?)?, Timestamp::from_millis(row.get(1)?));
        match row.json::<TimelineEntry>("timeline entry", 2).map(|entry| entry.who) {
            Ok(Who::Agent(agent)) => all.insert(which, agent),
            _ => all.remove(&which),
        };
        Ok(true)
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn shop() -> ShopId {
        "s_1".parse().unwrap()
    }

    /// A chain of four entries in a database of its own.
    fn chain_of_four() -> (Store, Chain, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let chain = Chain::new(b"audit key", Entropy::seeded(7));
        store
            .write(|tx| {
                for millis in 1..=4 {
                    let what = Happened::Status { before: None, now: format!("STATUS_{millis}") };
                    chain.append(tx, &shop(), None, Timestamp::from_millis(millis), Who::Platform, what, None)?;
                }
                Ok(())
            })
            .unwrap();
        (store, chain, folder)
    }

    #[track_caller]
    fn check(meddle: &str, breaks_at: &[i64]) {
        let (store, chain, _folder) = chain_of_four();
        store.write(|tx| tx.batch(meddle)).unwrap();
        let found = store.read(|tx| chain.verify(tx, &[])).unwrap();
        assert_eq!(found.iter().map(|broken| broken.place).collect::<Vec<_>>(), breaks_at, "{meddle}");
    }

    #[test]
    fn every_change_of_the_past_breaks_the_chain() {
        check("", &[]);
        check("UPDATE timeline SET payload = replace(payload, 'STATUS_2', 'STATUS_9') WHERE place = 2", &[2]);
        check("UPDATE timeline SET at = 9 WHERE place = 3", &[3]);
        check("DELETE FROM timeline WHERE place = 2", &[3]);
        check("UPDATE timeline SET hash = x'00' WHERE place = 2", &[2, 3]);
    }

    /// Why a piece of work is rolled back.
    enum Tried {
        Found,
        Unseen(String),
        Failed(StoreError),
    }

    impl From<StoreError> for Tried {
        fn from(fault: StoreError) -> Self {
            Self::Failed(fault)
        }
    }

    /// Meddles once in a way that chance chooses, and says how; none where that would have changed nothing.
    fn meddle(tx: &Tx<'_>, entropy: &Entropy) -> Result<Option<String>, StoreError> {
        let mut random = [0_u8; 8];
        entropy.fill(&mut random).unwrap();
        let [way, column, place, other, byte, bit, of, to] = random;
        let (place, other) = (i64::from(place % 6) + 1, i64::from(other % 6) + 1);
        let (of, to) = (["s_1", "s_2"][usize::from(of % 2)], ["s_1", "s_2"][usize::from(to % 2)]);
        let columns = ["payload", "commitment", "hash", "salt", "case_id", "shop_id", "at", "place"];
        let column = columns[usize::from(column) % columns.len()];
        let sql = match way % 7 {
            // One bit of one value.
            0 | 1 if matches!(column, "at" | "place") => {
                format!(
                    "UPDATE OR REPLACE timeline SET {column} = {column} + (1 << {bit}) WHERE shop_id = '{of}' \
         AND place = {place}",
                    bit = bit % 62
                )
            }
            0 | 1 => {
                let value: Option<Vec<u8>> = tx.only(
                    &format!("SELECT CAST({column} AS BLOB) FROM timeline WHERE shop_id = ?1 AND place = ?2"),
                    params![of, place],
                    |row| row.get(0),
                )?;
                let mut value = value.unwrap_or_default();
                let length = value.len().max(1);
                match value.get_mut(usize::from(byte) % length) {
                    Some(byte) => *byte ^= 1 << (bit % 8),
                    None => value.push(byte),
                }
                let kind = if matches!(column, "payload" | "case_id" | "shop_id") { "TEXT" } else { "BLOB" };
                let hex = hex::encode(value);
                format!(
                    "UPDATE OR REPLACE timeline SET {column} = CAST(x'{hex}' AS {kind}) WHERE shop_id = '{of}' \
         AND place = {place}"
                )
            }
            // An entry less.
            2 => format!("DELETE FROM timeline WHERE shop_id = '{of}' AND place = {place}"),
            // Two in the other order.
            3 if place == other => return Ok(None),
            3 => format!(
                "UPDATE timeline SET place = -1 WHERE shop_id = '{of}' AND place = {place}; \
                 UPDATE timeline SET place = {place} WHERE shop_id = '{of}' AND place = {other}; \
                 UPDATE timeline SET place = {other} WHERE shop_id = '{of}' AND place = -1"
            ),
            // The end cut off.
            4 => format!("DELETE FROM timeline WHERE shop_id = '{of}' AND place >= {place}"),
            // The words of an entry blanked.
            5 => format!("UPDATE timeline SET payload = NULL WHERE shop_id = '{of}' AND place = {place}"),
            // An entry of the same or of another shop in its place, or behind the last.
            _ if of == to && place == other => return Ok(None),
            _ => format!(
                "CREATE TEMP TABLE spliced AS SELECT * FROM timeline WHERE shop_id = '{of}' AND place = {place}; \
                 UPDATE spliced SET shop_id = '{to}', place = {target}; \
                 INSERT OR REPLACE INTO timeline SELECT * FROM spliced",
                target = if byte % 4 == 0 { 7 } else { other },
            ),
        };
        tx.batch(&sql)?;
        Ok(Some(sql))
    }

    #[test]
    fn ten_thousand_random_changes_are_all_found() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let chain = Chain::new(b"audit key", Entropy::seeded(7));
        store
            .write(|tx| {
                for millis in 1..=12 {
                    let shop = if millis % 2 == 0 { "s_1" } else { "s_2" }.parse().unwrap();
                    let case: CaseId = format!("c_{millis}").parse().unwrap();
                    let case = (millis % 3 != 0).then_some(&case);
                    let what = Happened::Status { before: None, now: format!("STATUS_{millis}") };
                    chain.append(tx, &shop, case, Timestamp::from_millis(millis), Who::Platform, what, None)?;
                }
                Ok(())
            })
            .unwrap();
        let exported = store.read(heads).unwrap();
        let entropy = Entropy::seeded(8);
        let mut found = 0;
        while found < 10_000 {
            let tried = store.write_or(|tx| {
                let Some(how) = meddle(tx, &entropy)? else { return Ok(()) };
                let breaks = chain.verify(tx, &exported)?;
                Err::<(), _>(if breaks.is_empty() { Tried::Unseen(how) } else { Tried::Found })
            });
            match tried {
                Ok(()) => {}
                Err(Tried::Found) => found += 1,
                Err(Tried::Unseen(how)) => panic!("not found: {how}"),
                Err(Tried::Failed(fault)) => panic!("{fault:?}"),
            }
        }
        assert_eq!(store.read(|tx| chain.verify(tx, &exported)).unwrap(), []);
    }

    #[test]
    fn an_erased_payload_is_told_from_what_was_changed() {
        let (store, chain, _folder) = chain_of_four();
        let meddle = "UPDATE timeline SET payload = NULL WHERE place = 2; UPDATE timeline SET at = 9 WHERE place = 4";
        store.write(|tx| tx.batch(meddle)).unwrap();
        let found = store.read(|tx| chain.verify(tx, &[])).unwrap();
        let found: Vec<_> = found.iter().map(|broken| (broken.place, broken.is_erasure())).collect();
        assert_eq!(found, [(2, true), (4, false)]);
    }

    #[test]
    fn a_cut_tail_is_seen_with_an_exported_head_only() {
        let (store, chain, _folder) = chain_of_four();
        let exported = store.read(heads).unwrap();
        store.write(|tx| tx.batch("DELETE FROM timeline WHERE place = 4")).unwrap();
        assert_eq!(store.read(|tx| chain.verify(tx, &[])).unwrap(), []);
        let found = store.read(|tx| chain.verify(tx, &exported)).unwrap();
        assert_eq!(found.len(), 1);
    }
}
