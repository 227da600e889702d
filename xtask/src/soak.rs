//! `cargo xtask soak`: real processes under load, killed at any moment, with TikTok failing and the disk running full.

use crate::app::built;
use crate::shell::become_program;
use crate::{place, run, setup};
use anyhow::Result;
use std::process::Command;

/// Hands its arguments on: `--minutes N`, `--agents N`, `--full-disk MEGABYTES` (as root).
pub(crate) fn soak(arguments: &[String]) -> Result<()> {
    setup::node_packages()?;
    let app = built()?;
    let program = run::program()?;
    let mut node = Command::new("node");
    node.arg("soak.mjs").args(arguments).current_dir(place::root().join("e2e"));
    become_program(node.env("AMENDS_BIN", program).env("AMENDS_DIST", app))
}
