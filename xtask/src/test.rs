//! `cargo xtask test`: everything that is tested, in one count.

use crate::app::built;
use crate::shell::{say, step};
use crate::{dist, place, postgres, run, setup, simulate};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Stands for the proxy in the headers of the plain files; a test puts its own there.
const PROXY: &str = "https://proxy.invalid";

/// What a runner counted.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Sets up, runs everything, and ends with one line that counts it all.
pub(crate) fn test() -> Result<()> {
    say(
        "Amends: all tests. The first time takes up to 45 minutes on two cores (tools, Chromium and all that is compiled), later about 10.",
    );
    setup::node_packages()?;
    let chromium = setup::chromium()?;
    let python = setup::python_peer()?;
    let mut all = Count::default();
    let mut broken = Vec::new();
    let mut add = |name: &'static str, found: Result<Count>| match found {
        Ok(count) => {
            all.passed += count.passed;
            all.failed += count.failed;
            if count.passed + count.failed == 0 {
                broken.push(format!("{name}: no test ran"));
            }
        }
        Err(fault) => broken.push(format!("{name}: {fault:#}")),
    };
    let server = step("a private PostgreSQL server", postgres::server)?;
    add("rules, sandbox and server", step("tests of the rules, the sandbox and the server", || rust(&server.url)));
    let on_postgres = || on_postgres(&server.url);
    add("server on PostgreSQL", step("the server's tests once more, on PostgreSQL", on_postgres));
    add("simulation", step("a simulated shop, seed by seed", simulated));
    let app = built()?;
    let program = run::program()?;
    let mut node = Command::new("node");
    // A journey that fails may leave a program of its own running: its file ends all the same.
    node.args(["--test", "--test-concurrency=1", "--test-force-exit", "--test-timeout=600000", "--test-reporter=spec"])
        .current_dir(place::root().join("e2e"))
        .env("AMENDS_BIN", program)
        .env("AMENDS_DIST", app)
        .env("AMENDS_STATIC_HEADERS", dist::headers(PROXY))
        .env("AMENDS_CHROMIUM", chromium)
        .env(postgres::GIVEN, &server.url)
        .env("AMENDS_PYTHON", python);
    add("browser and peers", step("journeys in the browser, and peers", || counted(&mut node, node_count)));
    drop(server);
    if place::root().join("frontend/tests").is_dir() {
        add("components", step("components, in the browser", components));
    }
    for fault in &broken {
        say(format!("  {fault}"));
    }
    let failed = all.failed + u64::try_from(broken.len())?;
    say(format!("amends: {} passed, {failed} failed", all.passed));
    if failed > 0 {
        // That line is the last one.
        std::process::exit(1);
    }
    Ok(())
}

/// All seeds count as one test; a violation prints its trace.
fn simulated() -> Result<Count> {
    let mut simulation = Command::new(simulate::program()?);
    simulation.args(["--seeds", &simulate::ORDINARY.to_string()]);
    counted(&mut simulation, simulation_count)
}

/// `250 seeds from 0: 0 violations; …`
fn simulation_count(line: &str) -> Option<Count> {
    let (_, rest) = line.split_once(" seeds from ")?;
    let (_, rest) = rest.split_once(": ")?;
    let failed = rest.split_once(" violations")?.0.parse().ok()?;
    Some(Count { passed: u64::from(failed == 0), failed })
}

/// A chromedriver of our own: one that is left over would hold our output open for ever.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Driver {
    /// Starts it on a free port, and says which.
    fn start() -> Result<(Self, String)> {
        let mut command = Command::new(setup::chromedriver()?);
        let child = command.arg("--port=0").stdout(Stdio::piped()).spawn().context("cannot start chromedriver")?;
        let mut driver = Self(child);
        let out = driver.0.stdout.take().context("no output to read")?;
        for line in BufReader::new(out).lines() {
            if let Some((_, port)) = line?.split_once("started successfully on port ") {
                return Ok((driver, port.trim_end_matches('.').to_owned()));
            }
        }
        bail!("chromedriver named no port")
    }
}

fn components() -> Result<Count> {
    let bin = setup::for_the_app()?;
    let (_driver, port) = Driver::start()?;
    let mut cargo = place::cargo()?;
    cargo
        .args(["test", "--locked", "--package", "frontend", "--target", "wasm32-unknown-unknown", "--test", "*"])
        .env("PATH", place::path_with(&bin)?)
        .env("CHROMEDRIVER_REMOTE", format!("http://127.0.0.1:{port}"));
    counted(&mut cargo, rust_count)
}

fn rust(postgres: &str) -> Result<Count> {
    let mut cargo = place::cargo()?;
    cargo.args([
        "test",
        "--locked",
        "--no-fail-fast",
        "--package",
        "shared",
        "--package",
        "sandbox",
        "--package",
        "proxy",
        "--package",
        "xtask",
    ]);
    cargo.args(["--package", "frontend", "--lib", "--bins", "--tests"]);
    counted(cargo.env(postgres::GIVEN, postgres), rust_count)
}

/// What speaks HTTP to a desk, with PostgreSQL below it.
fn on_postgres(postgres: &str) -> Result<Count> {
    let mut cargo = place::cargo()?;
    cargo.args(["test", "--locked", "--no-fail-fast", "--package", "proxy", "--test", "it"]);
    counted(cargo.env(postgres::GIVEN, postgres).env("AMENDS_TEST_STORE", "postgres"), rust_count)
}

/// Runs a program, passes on what it prints, and adds up what its lines count. A failing program that counted no
/// failure is an error of its own.
fn counted(command: &mut Command, read: fn(&str) -> Option<Count>) -> Result<Count> {
    let name = format!("{command:?}");
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {name}"))?;
    let out = child.stdout.take().context("no output to read")?;
    let mut all = Count::default();
    for line in BufReader::new(out).lines() {
        let line = line?;
        if let Some(count) = read(&line) {
            all.passed += count.passed;
            all.failed += count.failed;
        }
        say(line);
    }
    let status = child.wait()?;
    if !status.success() && all.failed == 0 {
        bail!("{name} ended with {status}");
    }
    Ok(all)
}

/// `test result: ok. 15 passed; 0 failed; ...`
fn rust_count(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        let before = rest.split(word).next()?;
        before.rsplit([' ', '.', ';']).find(|part| !part.is_empty())?.parse().ok()
    };
    Some(Count { passed: number(" passed")?, failed: number(" failed")? })
}

/// `ℹ pass 12` and `ℹ fail 0`, from node's own runner. What was skipped or cut short has not passed.
fn node_count(line: &str) -> Option<Count> {
    let mut words = line.split_whitespace().skip(1);
    let (name, number) = (words.next()?, words.next()?.parse().ok()?);
    match name {
        "pass" => Some(Count { passed: number, failed: 0 }),
        "fail" | "cancelled" | "skipped" | "todo" => Some(Count { passed: 0, failed: number }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_own_lines_are_counted() {
        let rust =
            rust_count("test result: FAILED. 15 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out").unwrap();
        assert_eq!((rust.passed, rust.failed), (15, 2));
        assert_eq!(node_count("ℹ pass 12").map(|count| count.passed), Some(12));
        assert_eq!(node_count("ℹ fail 3").map(|count| count.failed), Some(3));
        let line = "250 seeds from 0: 2 violations; 4119 intents, 9027 faults, 1320 crashes; 61.0 s";
        let counted = simulation_count(line).map(|count| (count.passed, count.failed));
        assert_eq!(counted, Some((0, 2)));
        assert!(node_count("ℹ duration_ms 12.5").is_none());
        assert!(rust_count("running 15 tests").is_none());
    }
}
