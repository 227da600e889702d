//! `cargo xtask ci`: the whole gate, the same on a desk and in CI.

use crate::shell::{run, say, step};
use crate::{place, size, test, tidy};
use anyhow::Result;

/// Format, lints, documents, sizes, then every test.
pub(crate) fn ci() -> Result<()> {
    step("format", || run(place::cargo()?.args(["fmt", "--all", "--check"])))?;
    step("what no compiler checks", tidy::tidy)?;
    step("lints, server side", || {
        run(place::cargo()?.args(["clippy", "--locked", "--all-targets", "--quiet", "--", "-D", "warnings"]))
    })?;
    step("lints, simulation and benchmarks", || {
        let sim = ["--package", "sim", "--package", "bench", "--all-targets", "--quiet", "--", "-D", "warnings"];
        run(place::cargo()?.args(["clippy", "--locked"]).args(sim))
    })?;
    crate::setup::for_the_app()?;
    step("lints, browser side", || {
        let wasm = ["--package", "frontend", "--target", "wasm32-unknown-unknown", "--quiet", "--", "-D", "warnings"];
        run(place::cargo()?.args(["clippy", "--locked"]).args(wasm))
    })?;
    step("documents", || {
        let mut cargo = place::cargo()?;
        cargo.args(["doc", "--locked", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings");
        run(&mut cargo)
    })?;
    step("licences, sources and banned crates", licences)?;
    step("sizes", size::size)?;
    test::test()
}

/// Only where cargo-deny is installed: it is slow to build, and its advisories need a network that CI may not have.
fn licences() -> Result<()> {
    let is_there = crate::shell::output(std::process::Command::new("cargo-deny").arg("--version")).is_some();
    if !is_there {
        say("  not checked: cargo-deny is not installed (cargo install --locked cargo-deny)");
        return Ok(());
    }
    run(place::cargo()?.args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}
