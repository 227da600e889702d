//! `cargo xtask bench`: figures beside their peers; `docs/benchmarks.md` says how they are taken.

use crate::place;
use crate::shell::{become_program, run, step};
use anyhow::Result;
use std::process::Command;

/// Hands its arguments on: `outbox`, `webhooks`, `import`, `reports`, `checks`; all of them without one.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    step("the optimised server (the first time about 6 minutes)", || {
        run(place::cargo()?.args(["build", "--quiet", "--locked", "--release", "--package", "bench"]))
    })?;
    let program = place::target()?.join("release").join(format!("bench{}", std::env::consts::EXE_SUFFIX));
    become_program(Command::new(program).args(arguments))
}
