//! `cargo xtask simulate`: seeded runs of the production code, with everything going wrong that may.

use crate::place;
use crate::shell::{become_program, run, step};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// Seeds of the ordinary test run.
pub(crate) const ORDINARY: u64 = 1_000;

/// The simulation's program, optimised, with the planted bugs inside.
pub(crate) fn program() -> Result<PathBuf> {
    step("the simulation (the first time about 5 minutes)", || {
        run(place::cargo()?.args(["build", "--quiet", "--locked", "--package", "sim", "--profile", "simulate"]))
    })?;
    Ok(place::target()?.join("simulate").join(format!("sim{}", std::env::consts::EXE_SUFFIX)))
}

/// Hands its arguments on: `--seeds N [--from M]`, `--seed S [--only BUG]` or `--mutants [--seeds N] [--only BUG]`.
pub(crate) fn simulate(arguments: &[String]) -> Result<()> {
    become_program(Command::new(program()?).args(arguments))
}
