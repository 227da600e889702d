//! `cargo xtask bench`: figures beside their peers; `docs/benchmarks.md` says how they are taken.

use crate::app::built;
use crate::shell::{run, step};
use crate::{place, run as program, setup};
use anyhow::Result;
use std::process::Command;

/// What is measured in a browser, and not by the server's own program.
const IN_A_BROWSER: &str = "preview";

/// Hands its arguments on: `outbox`, `webhooks`, `import`, `reports`, `checks`, `preview`; all of them without one.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    let of_server: Vec<&String> = arguments.iter().filter(|name| *name != IN_A_BROWSER).collect();
    if arguments.is_empty() || !of_server.is_empty() {
        step("the optimised server (the first time about 6 minutes)", || {
            run(place::cargo()?.args(["build", "--quiet", "--locked", "--release", "--package", "bench"]))
        })?;
        let program = place::target()?.join("release").join(format!("bench{}", std::env::consts::EXE_SUFFIX));
        run(Command::new(program).args(of_server))?;
    }
    if arguments.is_empty() || arguments.iter().any(|name| name == IN_A_BROWSER) {
        setup::node_packages()?;
        let mut node = Command::new("node");
        node.arg("preview.mjs").current_dir(place::root().join("e2e"));
        node.env("AMENDS_CHROMIUM", setup::chromium()?).env("AMENDS_DIST", built()?);
        run(node.env("AMENDS_BIN", program::program()?))?;
    }
    Ok(())
}
