//! `cargo xtask soak`: real processes under load, killed at any moment, with TikTok failing and the disk running full.
//! With `--postgres`: two desks on a private PostgreSQL server.

use crate::app::built;
use crate::shell::{become_program, run};
use crate::{place, postgres, run as program, setup};
use anyhow::Result;
use std::process::Command;

/// Hands its arguments on: `--minutes N`, `--kills N`, `--agents N`, `--full-disk MEGABYTES` (as root), `--postgres`.
pub(crate) fn soak(arguments: &[String]) -> Result<()> {
    setup::node_packages()?;
    let app = built()?;
    let program = program::program()?;
    let mut node = Command::new("node");
    node.arg("soak.mjs").args(arguments).current_dir(place::root().join("e2e"));
    node.env("AMENDS_BIN", program).env("AMENDS_DIST", app);
    if !arguments.iter().any(|argument| argument == "--postgres") {
        return become_program(&mut node);
    }
    let server = postgres::server()?;
    run(node.env(postgres::GIVEN, &server.url))
}
