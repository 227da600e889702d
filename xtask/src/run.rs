//! `cargo xtask run`: from nothing to the first page.

use crate::app::built;
use crate::place;
use crate::shell::{become_program, run as start, say, step};
use anyhow::Result;
use std::process::Command;

/// Builds what has changed and serves it until it is stopped. Arguments go to `amends`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    say(
        "Amends: tools, app and server are made now. The first time takes about 12 minutes on two cores, later seconds.",
    );
    let dist = built()?;
    let program = program()?;
    say("  starting; stop with Ctrl-C");
    let mut amends = Command::new(program);
    amends.args(arguments).current_dir(place::root());
    if std::env::var_os("AMENDS_STATIC_DIR").is_none() {
        amends.env("AMENDS_STATIC_DIR", dist);
    }
    become_program(&mut amends)
}

/// The program, as `cargo build` makes it.
pub(crate) fn program() -> Result<std::path::PathBuf> {
    step("the server (the first time about 5 minutes)", || {
        start(place::cargo()?.args(["build", "--quiet", "--locked", "--package", "proxy", "--bin", "amends"]))
    })?;
    Ok(place::target()?.join("debug").join(format!("amends{}", std::env::consts::EXE_SUFFIX)))
}
