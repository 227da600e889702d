//! `amends serve`, and what belongs to running it.

use super::say;
#[cfg(feature = "sandbox")]
use crate::app::of_its_own;
use crate::app::{Parts, Running, listen, serve};
#[cfg(feature = "sandbox")]
use crate::clock::Clock;
use crate::config::{Config, LISTEN, Origin};
use crate::store::people;
use crate::telemetry;
use std::time::Duration;

/// Runs the desk until it is told to stop.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log);
    let listener = listen(config.network.listen, LISTEN).await?;
    let print_json = config.print_json;
    let running = serve(config, listener, Parts::default()).await?;
    if print_json {
        say(&described(&running))?;
    }
    say(&greeting(&running)?)?;
    let desk = running.desk.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("Stopping");
        desk.stop();
    });
    running.wait().await;
    Ok(())
}

/// For programs that start the desk: one line of JSON.
fn described(running: &Running) -> String {
    let mut described = serde_json::json!({ "url": running.desk.public_url().as_str() });
    if let Some(fields) = described.as_object_mut() {
        if let Some(setup) = &running.setup {
            fields.insert("setup_url".to_owned(), setup.url.clone().into());
        }
        if let Some(sandbox) = &running.sandbox {
            fields.insert("sandbox".to_owned(), sandbox.clone());
        }
    }
    described.to_string()
}

/// For people: where it is and how to sign in.
fn greeting(running: &Running) -> anyhow::Result<String> {
    let desk = &running.desk;
    let url = desk.public_url().as_str();
    let (can_practise, anybody) = desk.store.read(|tx| Ok((crate::auth::can_practise(tx)?, people::anybody(tx)?)))?;
    let mut lines = vec![String::new(), format!("  Amends is at {url}")];
    if can_practise {
        lines.push(
            "  Practice shop: press \"Try the practice shop\" to sign in. Nothing you do there reaches anybody."
                .to_owned(),
        );
    }
    if let Some(setup) = &running.setup {
        lines.push(format!("  First admin, once, within a day: {}", setup.url));
    } else if anybody {
        lines.push("  Sign in with your e-mail address and password.".to_owned());
    }
    if running.address.ip().is_unspecified() {
        lines.push(format!("  It listens on every address of this machine, port {}.", running.address.port()));
    }
    lines.push("  Stop it with Ctrl+C.".to_owned());
    lines.push(String::new());
    Ok(lines.join("\n"))
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

/// `amends sandbox`.
#[cfg(feature = "sandbox")]
#[derive(Debug, clap::Args)]
pub(super) struct SandboxArguments {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: std::net::SocketAddr,
    /// The same seed makes the same world.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many cases the world begins with.
    #[arg(long)]
    cases: Option<usize>,
    /// Serve the exercises of desks that name it in AMENDS_PRACTICE_URL: without cases, and with other numbers at each start.
    #[arg(long, conflicts_with_all = ["seed", "cases"])]
    practice: bool,
    /// What desks call it, where that is not the address it listens on: `http://practice:4010`.
    #[arg(long)]
    url: Option<String>,
}

/// Runs the imitation TikTok Shop alone, and describes it in one line of JSON.
#[cfg(feature = "sandbox")]
pub(super) async fn sandbox(arguments: SandboxArguments) -> anyhow::Result<()> {
    telemetry::start("warn");
    let (seed, cases) = (arguments.seed, arguments.cases);
    let made = if arguments.practice {
        of_its_own(Clock::system().now())
    } else {
        sandbox::Options { seed, cases, ..sandbox::Options::default() }
    };
    let options = sandbox::Options { listen: arguments.listen, url: arguments.url, ..made };
    let sandbox = sandbox::Sandbox::start(options).await?;
    say(&serde_json::to_string(sandbox.description())?)?;
    asked_to_stop().await;
    Ok(())
}

/// Asks the desk of these settings whether it is ready.
pub(super) async fn healthcheck(config: &Config) -> anyhow::Result<()> {
    let url = format!("{}/readyz", Origin::of_listener(config.network.listen).as_str());
    let client = crate::tiktok::transport::http_client(true)?;
    let answer = client.get(&url).timeout(Duration::from_secs(5)).send().await;
    let answer = answer.map_err(|_| anyhow::anyhow!("no desk answers at {url}"))?;
    if answer.status().is_success() {
        Ok(say("ready")?)
    } else {
        Err(anyhow::anyhow!("the desk at {url} is not ready: {}", answer.status()))
    }
}
