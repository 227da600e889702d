//! Connected shops and the authorizations they came with. Tokens and ciphers come in and go out sealed.

use super::sql::{Param, Row, Tx, params};
use super::{StoreError, cases, from_json, to_json};
use crate::mutants::{Mutant, is_on};
use serde::{Deserialize, Serialize};
use shared::id::ShopId;
use shared::time::Timestamp;
use shared::wire::shop::{ImportView, ShopLink, ShopView};

/// Which app, and so which client, a shop belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// The sandbox.
    Practice,
    /// TikTok.
    Real,
}

impl AppKind {
    /// The word under which it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Real => "real",
        }
    }
}

/// The scope without which the desk cannot write to buyers.
const CHAT_SCOPE: &str = "seller.customer_service";

/// An authorization as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Ours.
    pub id: String,
    /// For which app.
    pub app: AppKind,
    /// Sealed; none once wiped.
    pub access: Option<Vec<u8>>,
    /// When it stops working.
    pub access_expires: Timestamp,
    /// Sealed; none once wiped.
    pub refresh: Option<Vec<u8>>,
    /// When the seller must consent again.
    pub refresh_expires: Timestamp,
    /// Rises with each pair.
    pub version: i64,
    /// The platform said that it is gone.
    pub is_expired: bool,
}

/// A pair of tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTokens {
    /// For calls.
    pub access: Vec<u8>,
    /// When it stops working.
    pub access_expires: Timestamp,
    /// For the next pair.
    pub refresh: Vec<u8>,
    /// When the seller must consent again.
    pub refresh_expires: Timestamp,
    /// What the seller granted.
    pub scopes: Vec<String>,
}

/// A shop as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopRow {
    /// Ours.
    pub id: ShopId,
    /// Which client serves it.
    pub app: AppKind,
    /// `shop_id` of webhooks.
    pub platform_id: String,
    /// As named on TikTok.
    pub name: String,
    /// Two letters.
    pub region: String,
    /// `shop_cipher`, sealed for the shop's id.
    pub cipher: Vec<u8>,
    /// Its authorization.
    pub grant: String,
    /// When it was first connected.
    pub connected_at: Timestamp,
    /// Whether the desk may act for it.
    pub link: ShopLink,
    /// What to add to our clock to get TikTok's.
    pub clock_offset_ms: i64,
    /// Last part of its webhook address.
    pub webhook_path: String,
    /// How the first import stands.
    pub import: ImportView,
    /// When everything was last read without a fault.
    pub swept: Option<Timestamp>,
    /// What the seller granted.
    pub scopes: Vec<String>,
    /// Where TikTok was told to send every webhook; none: not of every one.
    pub webhooks: Option<String>,
}

impl ShopRow {
    /// Calls for this shop can succeed: it is neither disconnected nor expired.
    pub fn may_act(&self) -> bool {
        match self.link {
            ShopLink::Connected | ShopLink::Unreachable => true,
            ShopLink::Expired | ShopLink::Disconnected => false,
        }
    }

    /// The desk has the customer service scope.
    pub fn can_message(&self) -> bool {
        self.scopes.iter().any(|scope| scope == CHAT_SCOPE)
    }

    /// Served by the sandbox.
    pub fn is_practice(&self) -> bool {
        self.app == AppKind::Practice
    }

    /// As the browser sees it.
    pub fn view(&self) -> ShopView {
        ShopView {
            id: self.id.clone(),
            name: self.name.clone(),
            region: self.region.clone(),
            is_practice: self.is_practice(),
            link: self.link,
            import: self.import,
            swept: self.swept,
            can_message: self.can_message(),
            has_webhooks: self.webhooks.is_some(),
        }
    }
}

/// A shop as the consent brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShop {
    /// Used if the shop is new.
    pub id: ShopId,
    /// `shop_id` of webhooks.
    pub platform_id: String,
    /// As named on TikTok.
    pub name: String,
    /// Two letters.
    pub region: String,
    /// Used if the shop is new.
    pub webhook_path: String,
}

fn app_of(word: &str) -> Result<AppKind, StoreError> {
    from_json("app", &format!("\"{word}\""))
}

/// Stored enums are their wire words, without quotes.
fn word_of<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    Ok(to_json(what, value)?.trim_matches('"').to_owned())
}

/// The grant of a seller who has consented before: a new consent goes on under its id, for which tokens are sealed.
pub fn grant_id(tx: &Tx<'_>, app: AppKind, open_id: &str) -> Result<Option<String>, StoreError> {
    tx.first("SELECT id FROM grant_ WHERE app = ?1 AND open_id = ?2", params![app.word(), open_id], |row| row.get(0))
}

/// Stores a consent: a new grant, or a newer version of a known one.
pub fn save_grant(
    tx: &Tx<'_>,
    id: &str,
    app: AppKind,
    open_id: &str,
    seller_name: &str,
    tokens: &SealedTokens,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO grant_ (id, app, open_id, seller_name, access, access_expires, refresh, refresh_expires, scopes, \
         version, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, 'live') \
         ON CONFLICT (app, open_id) DO UPDATE SET seller_name = excluded.seller_name, access = excluded.access, \
         access_expires = excluded.access_expires, refresh = excluded.refresh, \
         refresh_expires = excluded.refresh_expires, scopes = excluded.scopes, version = grant_.version + 1, \
         state = 'live'",
        params![
            id,
            app.word(),
            open_id,
            seller_name,
            tokens.access,
            tokens.access_expires.millis(),
            tokens.refresh,
            tokens.refresh_expires.millis(),
            to_json("scopes", &tokens.scopes)?,
        ],
    )?;
    Ok(())
}

/// A grant by its id.
pub fn grant(tx: &Tx<'_>, id: &str) -> Result<Option<GrantRow>, StoreError> {
    let found = tx.first(
        "SELECT id, app, access, access_expires, refresh, refresh_expires, version, state FROM grant_ \
         WHERE id = ?1",
        params![id],
        |row| {
            let app: String = row.get(1)?;
            let state: String = row.get(7)?;
            let row = GrantRow {
                id: row.get(0)?,
                app: AppKind::Real,
                access: row.get(2)?,
                access_expires: Timestamp::from_millis(row.get(3)?),
                refresh: row.get(4)?,
                refresh_expires: Timestamp::from_millis(row.get(5)?),
                version: row.get(6)?,
                is_expired: state != "live",
            };
            Ok((row, app))
        },
    )?;
    found.map(|(row, app)| Ok(GrantRow { app: app_of(&app)?, ..row })).transpose()
}

/// Notes that a desk is about to ask for new tokens in place of a version. What can write this can in all likelihood write
/// the answer too. `false`: another desk asks, since a time after `given_up`, or there is a newer version.
pub fn begin_refresh(
    tx: &Tx<'_>,
    id: &str,
    version: i64,
    desk: &str,
    now: Timestamp,
    given_up: Timestamp,
) -> Result<bool, StoreError> {
    let given_up = if is_on(Mutant::RefreshNeverGivenUp) { Timestamp::from_millis(0) } else { given_up };
    let begun = tx.execute(
        "UPDATE grant_ SET refresh_begun = ?4, refresh_holder = ?3 WHERE id = ?1 AND version = ?2 \
         AND (refresh_begun IS NULL OR refresh_holder IS NULL OR refresh_holder = ?3 OR refresh_begun < ?5)",
        params![id, version, desk, now.millis(), given_up.millis()],
    )?;
    Ok(begun == 1 || is_on(Mutant::RefreshNotShared))
}

/// Notes that a desk no longer asks for new tokens.
pub fn end_refresh(tx: &Tx<'_>, id: &str, desk: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE grant_ SET refresh_holder = NULL WHERE id = ?1 AND refresh_holder = ?2", params![id, desk])?;
    Ok(())
}

/// Stores a refreshed pair, only over the version it was made from. `false`: a newer pair is there, keep that (P8).
pub fn refresh_grant(tx: &Tx<'_>, id: &str, made_from: i64, tokens: &SealedTokens) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE grant_ SET access = ?3, access_expires = ?4, refresh = ?5, refresh_expires = ?6, scopes = ?7, \
         version = version + 1, state = 'live', refresh_holder = NULL WHERE id = ?1 AND version = ?2",
        params![
            id,
            made_from,
            tokens.access,
            tokens.access_expires.millis(),
            tokens.refresh,
            tokens.refresh_expires.millis(),
            to_json("scopes", &tokens.scopes)?,
        ],
    )?;
    Ok(changed == 1)
}

/// The platform no longer takes this version of the grant: its shops are shown as expired. A newer version stays.
pub fn expire_grant(tx: &Tx<'_>, id: &str, version: i64) -> Result<bool, StoreError> {
    let changed =
        tx.execute("UPDATE grant_ SET state = 'expired' WHERE id = ?1 AND version = ?2", params![id, version])?;
    if changed == 1 {
        tx.execute(
            "UPDATE shop SET link = 'expired' WHERE grant_id = ?1 \
         AND link IN ('connected', 'unreachable')",
            params![id],
        )?;
    }
    Ok(changed == 1)
}

/// Stores a shop that a consent brought. A known one keeps its id, history and webhook address and is live again.
/// `seal` gets the id in use and gives the sealed cipher.
pub fn save_shop<E: From<StoreError>>(
    tx: &Tx<'_>,
    app: AppKind,
    shop: &NewShop,
    grant: &str,
    seal: impl FnOnce(&ShopId) -> Result<Vec<u8>, E>,
    now: Timestamp,
) -> Result<ShopId, E> {
    let known = find_by_platform_id(tx, app, &shop.platform_id)?;
    let id = known.map_or_else(|| shop.id.clone(), |row| row.id);
    let cipher = seal(&id)?;
    let waiting = to_json("import", &ImportView::Waiting)?;
    tx.execute(
        "INSERT INTO shop (id, app, platform_id, name, region, cipher, grant_id, connected_at, link, webhook_path, \
         import) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'connected', ?9, ?10) \
         ON CONFLICT (app, platform_id) DO UPDATE SET name = excluded.name, region = excluded.region, \
         cipher = excluded.cipher, grant_id = excluded.grant_id, link = 'connected'",
        params![
            id.as_str(),
            app.word(),
            shop.platform_id,
            shop.name,
            shop.region,
            cipher,
            grant,
            now.millis(),
            shop.webhook_path,
            waiting,
        ],
    )?;
    Ok(id)
}

const COLUMNS: &str = "s.id, s.app, s.platform_id, s.name, s.region, s.cipher, s.grant_id, s.connected_at, s.link, \
     s.clock_offset_ms, s.webhook_path, s.import, s.swept_at, g.scopes, s.webhooks";

fn shop(row: &Row<'_>) -> Result<ShopRow, StoreError> {
    Ok(ShopRow {
        id: cases::id("shop id", row.get(0)?)?,
        app: app_of(&row.get::<String>(1)?)?,
        platform_id: row.get(2)?,
        name: row.get(3)?,
        region: row.get(4)?,
        cipher: row.get(5)?,
        grant: row.get(6)?,
        connected_at: Timestamp::from_millis(row.get(7)?),
        link: from_json("shop link", &format!("\"{}\"", row.get::<String>(8)?))?,
        clock_offset_ms: row.get(9)?,
        webhook_path: row.get(10)?,
        import: row.json("import", 11)?,
        swept: row.get::<Option<i64>>(12)?.map(Timestamp::from_millis),
        scopes: row.json("scopes", 13)?,
        webhooks: row.get(14)?,
    })
}

fn select(tx: &Tx<'_>, condition: &str, values: &[Param<'_>]) -> Result<Vec<ShopRow>, StoreError> {
    tx.all(&format!("SELECT {COLUMNS} FROM shop s JOIN grant_ g ON g.id = s.grant_id {condition}"), values, shop)
}

/// A shop by our id.
pub fn find(tx: &Tx<'_>, shop: &ShopId) -> Result<Option<ShopRow>, StoreError> {
    Ok(select(tx, "WHERE s.id = ?1", params![shop.as_str()])?.pop())
}

/// A shop by the platform's id within one app.
pub fn find_by_platform_id(tx: &Tx<'_>, app: AppKind, platform_id: &str) -> Result<Option<ShopRow>, StoreError> {
    Ok(select(tx, "WHERE s.app = ?1 AND s.platform_id = ?2", params![app.word(), platform_id])?.pop())
}

/// Whom webhooks at an address are for. None of it ever changes for a shop, and no shop goes while a desk serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookShop {
    /// Our shop.
    pub id: ShopId,
    /// By which app it was connected.
    pub app: AppKind,
    /// TikTok's id of it.
    pub platform_id: String,
}

/// A shop by the last part of its webhook address.
pub fn find_by_webhook(tx: &Tx<'_>, path: &str) -> Result<Option<WebhookShop>, StoreError> {
    let found = select(tx, "WHERE s.webhook_path = ?1", params![path])?.pop();
    Ok(found.map(|shop| WebhookShop { id: shop.id, app: shop.app, platform_id: shop.platform_id }))
}

/// All shops, by name.
pub fn all(tx: &Tx<'_>) -> Result<Vec<ShopRow>, StoreError> {
    select(tx, "ORDER BY s.name, s.id", params![])
}

/// Shops that came with one grant and are not disconnected.
pub fn of_grant(tx: &Tx<'_>, grant: &str) -> Result<Vec<ShopRow>, StoreError> {
    select(tx, "WHERE s.grant_id = ?1 AND s.link <> 'disconnected'", params![grant])
}

/// Sets whether the desk may act. `false`: it was so already.
pub fn set_link(tx: &Tx<'_>, shop: &ShopId, link: ShopLink) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE shop SET link = ?2 WHERE id = ?1 AND link <> ?2",
        params![shop.as_str(), word_of("shop link", &link)?],
    )?;
    Ok(changed == 1)
}

/// A call succeeded or failed: moves between connected and unreachable only. `false`: nothing changed.
pub fn set_reachable(tx: &Tx<'_>, shop: &ShopId, reachable: bool) -> Result<bool, StoreError> {
    let (from, to) = if reachable { ("unreachable", "connected") } else { ("connected", "unreachable") };
    let changed =
        tx.execute("UPDATE shop SET link = ?3 WHERE id = ?1 AND link = ?2", params![shop.as_str(), from, to])?;
    Ok(changed == 1)
}

/// Keeps what was learnt of TikTok's clock, for the first call after a restart.
pub fn set_clock_offset(tx: &Tx<'_>, shop: &ShopId, offset_ms: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE shop SET clock_offset_ms = ?2 WHERE id = ?1", params![shop.as_str(), offset_ms])?;
    Ok(())
}

/// How the first import stands.
pub fn set_import(tx: &Tx<'_>, shop: &ShopId, import: ImportView) -> Result<(), StoreError> {
    tx.execute("UPDATE shop SET import = ?2 WHERE id = ?1", params![shop.as_str(), to_json("import", &import)?])?;
    Ok(())
}

/// Everything of the shop was read without a fault.
pub fn set_swept(tx: &Tx<'_>, shop: &ShopId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE shop SET swept_at = ?2 WHERE id = ?1", params![shop.as_str(), at.millis()])?;
    Ok(())
}

/// Disconnects a shop. Its data stays; the tokens are wiped when no other shop uses them.
pub fn disconnect(tx: &Tx<'_>, shop: &ShopId) -> Result<(), StoreError> {
    let Some(row) = find(tx, shop)? else { return Ok(()) };
    set_link(tx, shop, ShopLink::Disconnected)?;
    set_webhooks(tx, shop, None)?;
    if of_grant(tx, &row.grant)?.is_empty() {
        tx.execute(
            "UPDATE grant_ SET access = NULL, refresh = NULL, version = version + 1, state = 'wiped' \
         WHERE id = ?1",
            params![&row.grant],
        )?;
    }
    Ok(())
}

/// Notes where TikTok was told to send every webhook of a shop.
pub fn set_webhooks(tx: &Tx<'_>, shop: &ShopId, address: Option<&str>) -> Result<(), StoreError> {
    tx.execute("UPDATE shop SET webhooks = ?2 WHERE id = ?1", params![shop.as_str(), address])?;
    Ok(())
}

/// Keeps the hash of a one-time state, and forgets those that have run out.
pub fn save_connect_state(
    tx: &Tx<'_>,
    hash: &str,
    app: AppKind,
    session: &str,
    expires: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM connect_state WHERE expires <= ?1", params![now.millis()])?;
    tx.execute(
        "INSERT INTO connect_state (hash, app, session, expires) VALUES (?1, ?2, ?3, ?4)",
        params![hash, app.word(), session, expires.millis()],
    )?;
    Ok(())
}

/// Uses up a one-time state. None: unknown, used, run out, or of another session (it is used up all the same).
pub fn take_connect_state(
    tx: &Tx<'_>,
    hash: &str,
    session: &str,
    now: Timestamp,
) -> Result<Option<AppKind>, StoreError> {
    let found: Option<(String, String, i64)> =
        tx.first("DELETE FROM connect_state WHERE hash = ?1 RETURNING app, session, expires", params![hash], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let fits = found.filter(|(_, owner, expires)| owner == session && *expires > now.millis());
    fits.map(|(app, _, _)| app_of(&app)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn tokens(word: &str) -> SealedTokens {
        SealedTokens {
            access: word.as_bytes().to_vec(),
            access_expires: NOW,
            refresh: word.as_bytes().to_vec(),
            refresh_expires: NOW,
            scopes: vec![CHAT_SCOPE.to_owned()],
        }
    }

    fn new_shop(number: &str) -> NewShop {
        NewShop {
            id: format!("s_{number}").parse().unwrap(),
            platform_id: number.to_owned(),
            name: "Lantern Lane".to_owned(),
            region: "US".to_owned(),
            webhook_path: format!("w_{number}"),
        }
    }

    fn connect(tx: &Tx<'_>, shop: &NewShop, now: Timestamp) -> Result<ShopId, StoreError> {
        save_grant(tx, "g_1", AppKind::Practice, "open", "Seller", &tokens("one"))?;
        save_shop(tx, AppKind::Practice, shop, "g_1", |_| Ok(vec![1]), now)
    }

    fn store() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Store::open(&folder.path().join("amends.db")).unwrap(), folder)
    }

    #[test]
    fn an_older_pair_never_overwrites_a_newer_one() {
        let (store, _folder) = store();
        store
            .write(|tx| {
                connect(tx, &new_shop("1"), NOW)?;
                assert!(refresh_grant(tx, "g_1", 1, &tokens("two"))?);
                assert!(!refresh_grant(tx, "g_1", 1, &tokens("late"))?);
                let grant = grant(tx, "g_1")?.unwrap();
                assert_eq!((grant.version, grant.access.as_deref()), (2, Some(&b"two"[..])));
                assert!(!expire_grant(tx, "g_1", 1)?);
                assert!(expire_grant(tx, "g_1", 2)?);
                assert_eq!(find(tx, &"s_1".parse().unwrap())?.unwrap().link, ShopLink::Expired);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_shop_that_is_connected_again_keeps_its_id_and_history() {
        let (store, _folder) = store();
        store
            .write(|tx| {
                let id = connect(tx, &new_shop("1"), NOW)?;
                set_import(tx, &id, ImportView::Done { cases: 3 })?;
                disconnect(tx, &id)?;
                let gone = find(tx, &id)?.unwrap();
                assert_eq!((gone.link, gone.may_act()), (ShopLink::Disconnected, false));
                assert_eq!(grant(tx, "g_1")?.unwrap().access, None);
                let again = NewShop { id: "s_other".parse().unwrap(), webhook_path: "w_other".into(), ..new_shop("1") };
                assert_eq!(connect(tx, &again, Timestamp::from_millis(9_000))?, id);
                assert_eq!(find_by_webhook(tx, "w_1")?.unwrap().id, id);
                let row = find(tx, &id)?.unwrap();
                assert_eq!((row.connected_at, row.link), (NOW, ShopLink::Connected));
                assert_eq!(row.import, ImportView::Done { cases: 3 });
                assert!(row.can_message() && row.may_act() && row.view().is_practice);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn tokens_stay_while_another_shop_needs_them() {
        let (store, _folder) = store();
        store
            .write(|tx| {
                let first = connect(tx, &new_shop("1"), NOW)?;
                connect(tx, &new_shop("2"), NOW)?;
                disconnect(tx, &first)?;
                assert!(grant(tx, "g_1")?.unwrap().access.is_some());
                assert_eq!(of_grant(tx, "g_1")?.len(), 1);
                assert_eq!(all(tx)?.len(), 2);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn unreachable_never_hides_that_a_shop_is_expired() {
        let (store, _folder) = store();
        store
            .write(|tx| {
                let id = connect(tx, &new_shop("1"), NOW)?;
                assert!(set_reachable(tx, &id, false)?);
                assert!(set_reachable(tx, &id, true)?);
                assert!(set_link(tx, &id, ShopLink::Expired)?);
                assert!(!set_reachable(tx, &id, false)?);
                assert!(!set_reachable(tx, &id, true)?);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_state_serves_once_in_time_and_for_its_session() {
        let (store, _folder) = store();
        let later = Timestamp::from_millis(2_000);
        store
            .write(|tx| {
                for (hash, session, now, expected) in [
                    ("a", "mine", NOW, Some(AppKind::Real)),
                    ("a", "mine", NOW, None),
                    ("b", "theirs", NOW, None),
                    ("c", "mine", later, None),
                ] {
                    if expected.is_some() || hash != "a" {
                        save_connect_state(tx, hash, AppKind::Real, "mine", later, NOW)?;
                    }
                    assert_eq!(take_connect_state(tx, hash, session, now)?, expected, "{hash}");
                }
                Ok(())
            })
            .unwrap();
    }
}
