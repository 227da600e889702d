//! `cargo xtask soak`: real processes under load, killed at any moment, with TikTok failing and the disk running full.
//! With `--postgres`: two desks on a private PostgreSQL server.

use crate::app::built;
use crate::shell::{become_program, run};
use crate::{place, postgres, run as program};
use anyhow::Result;
use std::process::Command;

/// Hands its arguments on; `--help` lists them.
pub(crate) fn soak(arguments: &[String]) -> Result<()> {
    let mut node = Command::new("node");
    node.arg("soak.mjs").args(arguments).current_dir(place::root().join("e2e"));
    if arguments.iter().any(|argument| argument == "--help") {
        return become_program(&mut node);
    }
    let app = built()?;
    node.env("AMENDS_BIN", program::program()?).env("AMENDS_DIST", app);
    if !arguments.iter().any(|argument| argument == "--postgres") {
        return become_program(&mut node);
    }
    let server = postgres::server()?;
    if let Some(again) = server.again() {
        node.env("AMENDS_SOAK_SERVER", again);
    }
    run(node.env(postgres::GIVEN, &server.url))
}
