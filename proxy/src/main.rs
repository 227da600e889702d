//! `amends`: reads the command line and starts what it names.

use clap::Parser;
use proxy::cli::{Cli, run};
use proxy::config::Vars;
use std::io::Write;
use std::process::ExitCode;

/// Requests, rows and JSON are made of small pieces of memory.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The program could not do what it was asked; the sentence before it says what to do.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A name or value that is not text cannot be one of ours.
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return failed(&anyhow::Error::new(fault).context("no threads can be started")),
    };
    match runtime.block_on(run(cli, Vars::of(environment))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

/// One line with the causes, where a person looks.
fn failed(fault: &anyhow::Error) -> ExitCode {
    // If even this cannot be written, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "amends: {fault:#}");
    ExitCode::from(FAILED)
}
