//! Which engine the desks of the tests stand on: SQLite, or with `AMENDS_TEST_POSTGRES_URL` that server.

use proxy::store::testing;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The settings of a database that no other test has. Tests on SQLite have their own folder.
pub(crate) fn settings() -> Vec<(String, String)> {
    let Ok(server) = std::env::var("AMENDS_TEST_POSTGRES_URL") else { return Vec::new() };
    let schema = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    vec![
        ("AMENDS_DATABASE_URL".to_owned(), testing::schema(&server, &schema).unwrap()),
        ("AMENDS_SECRET_KEY".to_owned(), "7".repeat(64)),
    ]
}
