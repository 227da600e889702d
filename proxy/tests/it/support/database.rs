//! Which engine the desks of the tests stand on: SQLite, or with `AMENDS_TEST_STORE=postgres` the server of
//! `AMENDS_TEST_POSTGRES_URL`. `cargo xtask test` starts one.

use proxy::store::testing;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The settings of a database that no other test has. Tests on SQLite have their own folder.
pub(crate) fn settings() -> Vec<(String, String)> {
    match std::env::var("AMENDS_TEST_STORE").as_deref() {
        Ok("postgres") => on_postgres(),
        _ => Vec::new(),
    }
}

/// The same, on PostgreSQL in any case.
pub(crate) fn on_postgres() -> Vec<(String, String)> {
    let server = std::env::var("AMENDS_TEST_POSTGRES_URL")
        .expect("this test needs a server in AMENDS_TEST_POSTGRES_URL: `cargo xtask test` starts one");
    let schema = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    vec![
        ("AMENDS_DATABASE_URL".to_owned(), testing::schema(&server, &schema).unwrap()),
        ("AMENDS_SECRET_KEY".to_owned(), "7".repeat(64)),
    ]
}
