//! Work that one desk of several does for all, and which desks there are. A lease that is not renewed runs out.

use super::StoreError;
use super::sql::{Tx, params};
use shared::time::Timestamp;

/// Every desk has a row of its own under this name and its own.
const DESK: &str = "desk ";

/// Takes or renews a lease; `false`: another desk has it.
pub fn take(tx: &Tx<'_>, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "INSERT INTO lease (name, holder, ends_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET \
         holder = excluded.holder, ends_at = excluded.ends_at WHERE lease.holder = excluded.holder OR lease.ends_at <= ?4",
        params![name, holder, until.millis(), now.millis()],
    )?;
    Ok(taken == 1)
}

/// Gives up one that a desk has.
pub fn let_go(tx: &Tx<'_>, name: &str, holder: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM lease WHERE name = ?1 AND holder = ?2", params![name, holder])?;
    Ok(())
}

/// Gives up all that a desk has, so that others need not wait until it runs out.
pub fn give_up(tx: &Tx<'_>, holder: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM lease WHERE holder = ?1", params![holder])?;
    Ok(())
}

/// Says that a desk is there until some time: what it has taken is its own as long as it says so. Returns how many there are, this one included.
pub fn attend(tx: &Tx<'_>, desk: &str, now: Timestamp, until: Timestamp) -> Result<u32, StoreError> {
    tx.execute("DELETE FROM lease WHERE ends_at <= ?1", params![now.millis()])?;
    take(tx, &format!("{DESK}{desk}"), desk, now, until)?;
    tx.only("SELECT COUNT(*) FROM lease WHERE name LIKE 'desk %'", params![], |row| row.get(0))
}
