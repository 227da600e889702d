//! Brings a database to the present version. Files in `migrations/` are append-only: one that has been released
//! is never edited.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// In order; the version of a database is how many of them it has.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_people.sql"),
    include_str!("migrations/0002_shops.sql"),
    include_str!("migrations/0003_cases.sql"),
    include_str!("migrations/0004_keys.sql"),
    include_str!("migrations/0005_leases.sql"),
    include_str!("migrations/0006_alarms.sql"),
    include_str!("migrations/0007_claims.sql"),
    include_str!("migrations/0008_inspection.sql"),
    include_str!("migrations/0009_quality.sql"),
    include_str!("migrations/0010_templates.sql"),
    include_str!("migrations/0011_webhook_address.sql"),
    include_str!("migrations/0012_handbook.sql"),
    include_str!("migrations/0013_reviews.sql"),
    include_str!("migrations/0014_reports.sql"),
    include_str!("migrations/0015_rules.sql"),
    include_str!("migrations/0016_practice.sql"),
    include_str!("migrations/0017_uploads.sql"),
    include_str!("migrations/0018_chat_week.sql"),
    include_str!("migrations/0019_second_looks.sql"),
    include_str!("migrations/0020_looks.sql"),
    include_str!("migrations/0021_unchecked.sql"),
    include_str!("migrations/0022_template_words.sql"),
    include_str!("migrations/0023_fact_kind.sql"),
    include_str!("migrations/0024_kept_apart.sql"),
    include_str!("migrations/0025_practice_speed.sql"),
    include_str!("migrations/0026_fall_away.sql"),
    include_str!("migrations/0027_reply_use_template.sql"),
    include_str!("migrations/0028_fact_product.sql"),
    include_str!("migrations/0029_reply_use_place_at.sql"),
];

/// The version that this program knows.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// What a database of a version lacks, in order.
pub(super) fn after(version: i64) -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().copied().skip(usize::try_from(version).unwrap_or(0))
}

/// Brings a database file to the present version.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = known();
    let opening = |source| StoreError::opening(path, source);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(opening)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(opening)?;
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    for sql in after(found) {
        transaction.execute_batch(sql).map_err(opening)?;
    }
    transaction.pragma_update(None, "user_version", known).map_err(opening)?;
    transaction.commit().map_err(opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_desk_had_still_to_check_or_to_count_is_still_to_be_looked_at() {
        let mut connection = Connection::open_in_memory().unwrap();
        for sql in MIGRATIONS.iter().take(20) {
            connection.execute_batch(sql).unwrap();
        }
        connection.pragma_update(None, "user_version", 20).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for (id, checked, counted) in [("changed", 4, 1), ("never", -1, 0), ("past", 5, 0), ("settled", 5, 1)] {
            let sql = "INSERT INTO case_file (id, shop_id, object, platform_id, order_id, version, platform, platform_at, \
                 records, seen, read_at, rules_version, stage, is_over, search, row_json, checked, counted, asked_at) \
                 VALUES (?1, 's', 'return', ?1, 'o', 5, '', 0, '', '', 0, 0, 'done', 1, '', '', ?2, ?3, 0)";
            connection.execute(sql, (id, checked, counted)).unwrap();
        }
        run(&mut connection, Path::new(":memory:")).unwrap();
        let mut rows = connection.prepare("SELECT case_id, version, can_wait FROM unchecked ORDER BY case_id").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let rows: Vec<(String, i64, bool)> = rows.collect::<Result<_, _>>().unwrap();
        let row = |id: &str, can_wait| (id.to_owned(), 5, can_wait);
        assert_eq!(rows, [row("changed", false), row("never", false), row("past", true)]);
    }
}
