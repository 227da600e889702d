//! `cargo xtask simulate`: seeded runs of the production code against the sandbox.
//!
//! Clock, network, randomness and crashes come from the seed; the sandbox's ledger is the witness. A run that breaks a
//! promise prints its seed and its trace.

mod check;
mod net;
mod run;
mod task;
mod wire;

use anyhow::{Context, Result, bail};
use proxy::mutants::{Mutant, choose};
use run::{Ground, Run, Tally};
use std::io::Write;
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A run is made of small pieces of memory: the system's own allocator takes a fifth of its time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn say(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to stop.
    let _ = writeln!(out, "{}", text.as_ref());
}

/// Seeds that once broke a promise, each with what it showed: they are played before all others.
const ONCE_FAILED: &str = include_str!("../once_failed.txt");

fn once_failed() -> impl Iterator<Item = u64> {
    ONCE_FAILED.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok())
}

fn number(arguments: &[String], name: &str) -> Result<Option<u64>> {
    let Some(place) = arguments.iter().position(|argument| argument == name) else { return Ok(None) };
    let text = arguments.get(place + 1).with_context(|| format!("{name} wants a number"))?;
    Ok(Some(text.parse().with_context(|| format!("{name} wants a number, not {text:?}"))?))
}

/// One seed: what happened, and whether every promise held.
fn play(seed: u64, ground: &Ground) -> (Vec<String>, Result<Tally>) {
    match Run::new(seed, ground) {
        Ok(mut run) => {
            let ended = run.play();
            (std::mem::take(&mut run.trace), ended)
        }
        Err(fault) => (Vec::new(), Err(fault)),
    }
}

/// Switches each way to get it wrong on, and looks for the first seed that shows it.
fn hunt(seeds: u64, only: Option<&str>, ground: &Ground) -> Result<bool> {
    let mut escaped = 0;
    for mutant in Mutant::ALL.iter().filter(|one| only.is_none_or(|name| format!("{one:?}") == name)) {
        choose(Some(*mutant));
        let found = (0..seeds).find_map(|seed| play(seed, ground).1.err().map(|fault| (seed, fault)));
        match found {
            Some((seed, fault)) => say(format!("{:<24} seed {seed:>5}  {fault:#}", format!("{mutant:?}"))),
            None => {
                escaped += 1;
                say(format!("{:<24} NOT FOUND in {seeds} seeds: {}", format!("{mutant:?}"), mutant.what()));
            }
        }
    }
    choose(None);
    say(format!("{} planted bugs, {escaped} not found", Mutant::ALL.len()));
    Ok(escaped == 0)
}

fn work() -> Result<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ground = Ground::new()?;
    let only = arguments.iter().skip_while(|argument| *argument != "--only").nth(1).map(String::as_str);
    if let Some(seed) = number(&arguments, "--seed")? {
        choose(Mutant::ALL.iter().copied().find(|one| Some(format!("{one:?}").as_str()) == only));
        let (trace, ended) = play(seed, &ground);
        trace.iter().for_each(say);
        match &ended {
            Ok(tally) => say(format!("seed {seed}: every promise held; {tally:?}")),
            Err(fault) => say(format!("seed {seed}: {fault:#}")),
        }
        return Ok(ended.is_ok());
    }
    if arguments.iter().any(|argument| argument == "--mutants") {
        return hunt(number(&arguments, "--seeds")?.unwrap_or(2_000), only, &ground);
    }
    let from = number(&arguments, "--from")?.unwrap_or(0);
    let seeds = number(&arguments, "--seeds")?.unwrap_or(100);
    let threads = match number(&arguments, "--threads")? {
        Some(wish) => usize::try_from(wish)?.max(1),
        None => std::thread::available_parallelism().map_or(1, NonZero::get),
    };
    let begun = Instant::now();
    let all: Vec<u64> = once_failed().chain(from..from.saturating_add(seeds)).collect();
    let (sum, failed) = play_all(&all, threads)?;
    let seconds = begun.elapsed().as_secs_f64();
    say(format!(
        "{seeds} seeds from {from}: {} violations; {} intents, {} faults, {} crashes; {seconds:.1} s",
        failed.len(),
        sum.intents,
        sum.faults,
        sum.crashes
    ));
    if let Some(first) = failed.first() {
        say(format!("replay: cargo xtask simulate --seed {first}"));
    }
    Ok(failed.is_empty())
}

/// Of so many seeds one is played twice, and the first of all: it must repeat itself.
const REPEATED: u64 = 250;

/// Plays seeds, several at a time: no run knows of another. Of the first one that breaks a promise the trace is printed,
/// of each what it broke.
fn play_all(seeds: &[u64], threads: usize) -> Result<(Tally, Vec<u64>)> {
    let next = AtomicUsize::new(0);
    let ended = Mutex::new((Tally::default(), Vec::new()));
    let work = || -> Result<()> {
        let ground = Ground::new()?;
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (trace, result) = play(*seed, &ground);
            if (seed % REPEATED == 0 || seeds.first() == Some(seed)) && play(*seed, &ground).0 != trace {
                bail!("seed {seed} does not repeat itself");
            }
            let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
            let (sum, failed) = &mut *ended;
            match result {
                Ok(tally) => sum.add(tally),
                Err(fault) => {
                    if failed.is_empty() {
                        trace.iter().for_each(say);
                    }
                    say(format!("seed {seed}: {fault:#}"));
                    failed.push(*seed);
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| bail!("a run panicked")))
    })?;
    Ok(ended.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn main() -> ExitCode {
    match work() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            say(format!("simulate: {fault:#}"));
            ExitCode::FAILURE
        }
    }
}
