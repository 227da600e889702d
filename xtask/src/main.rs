//! All automation of Amends: `cargo xtask run`, `cargo xtask test` and what they are made of.

mod app;
mod bench;
mod ci;
mod dist;
mod place;
mod postgres;
mod run;
mod setup;
mod shell;
mod simulate;
mod size;
mod soak;
mod split;
mod test;
mod tidy;

use anyhow::{Result, bail};
use std::io::Write;
use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  run            builds everything, starts the desk with a practice shop, prints the address
  test           sets up what the tests need, and runs them all
  dist           makes what is deployed: one program, and the app as plain files  [--proxy URL]
  ci             format, lints, documents, sizes, then test
  simulate       seeded runs of the production code  [--seeds N] [--from M] [--seed S] [--mutants] [--only BUG]
  soak           real processes, killed under load  [--minutes N] [--kills N] [--postgres] ...; more with --help
  bench          prints how fast the desk is, beside its peers  [outbox|webhooks|import|reports|checks|preview]
  setup          only the tools
  size           prints what a first visit loads, against size-budget.json
  tidy           checks what no compiler checks

Used by trunk: styles, postbuild";

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // The exit code tells it too.
            let _ = writeln!(std::io::stderr(), "xtask: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "run" => run::run(&rest),
        "test" => test::test(),
        "ci" => ci::ci(),
        "dist" => dist::dist(&rest),
        "simulate" => simulate::simulate(&rest),
        "soak" => soak::soak(&rest),
        "bench" => bench::bench(&rest),
        "setup" => setup::for_the_app().map(|_| ()),
        "size" => size::size(),
        "tidy" => tidy::tidy(),
        "styles" => app::styles(),
        "postbuild" => app::postbuild(),
        "" | "help" | "--help" | "-h" => {
            shell::say(HELP);
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{HELP}"),
    }
}
