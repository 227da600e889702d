//! Saying what happens, and running other programs.

use anyhow::{Context, Result, bail};
use std::io::Write;
use std::process::Command;
use std::time::Instant;

/// Prints one line, whole, also when several speak.
pub(crate) fn say(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to stop building.
    let _ = writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush());
}

/// Runs a step: says what it does before, and how long it took after.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(format!("· {what}"));
    let begun = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    let took = begun.elapsed().as_secs_f64();
    if took >= 1.0 {
        say(format!("  done in {took:.0} s"));
    }
    Ok(done)
}

/// Runs a program to its end; anything but success is an error that names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = format!("{command:?}");
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// Ends as this program: signals, output and exit code are its own.
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    let name = format!("{command:?}");
    #[cfg(unix)]
    let fault = std::os::unix::process::CommandExt::exec(command);
    #[cfg(unix)]
    return Err(fault).with_context(|| format!("cannot start {name}"));
    #[cfg(not(unix))]
    {
        let status = command.status().with_context(|| format!("cannot start {name}"))?;
        std::process::exit(status.code().unwrap_or(1));
    }
}

/// What a program prints; nothing if it is missing or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
