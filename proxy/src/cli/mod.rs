//! The command line: what can be done without a browser.

mod copies;
mod debug;
mod people;
mod serve;

use crate::app::{Desk, Parts, StartError};
use crate::config::{CONFIG, Config, Origin, Vars, markdown};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// A desk for cancellations, refunds and returns on TikTok Shop.
#[derive(Debug, Parser)]
#[command(name = "amends", version, about, after_help = "Settings are environment variables: docs/settings.md.")]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the desk (also without a word).
    Serve,
    /// Run the imitation TikTok Shop alone; prints one line of JSON.
    #[cfg(feature = "sandbox")]
    Sandbox(serve::SandboxArguments),
    /// People.
    #[command(subcommand)]
    User(people::UserCommand),
    /// Shops.
    #[command(subcommand)]
    Shop(people::ShopCommand),
    /// The hash-chained timeline.
    #[command(subcommand)]
    Audit(debug::AuditCommand),
    /// Copy the database to a file, and the handbook's pictures and videos to a folder beside it (`FILE.media`), also while
    /// the desk runs. The secret key is not in it.
    Backup {
        /// The new file.
        file: PathBuf,
    },
    /// Replace the database by a copy, and bring back the pictures and videos beside it. The desk must not run.
    Restore {
        /// A file that `backup` made.
        file: PathBuf,
    },
    /// Where everything is kept.
    #[command(subcommand)]
    Store(copies::StoreCommand),
    /// Print the cases as JSON lines.
    Export,
    /// Read requests as JSON lines and print their signatures.
    Sign,
    /// Read webhooks as JSON lines and print whether they are genuine.
    VerifyWebhook,
    /// Ask a running desk whether it is ready.
    Healthcheck,
    /// Print the document of all settings.
    Settings,
}

/// Reads the settings: the environment over the file that it names.
fn settings(environment: Vars) -> anyhow::Result<Config> {
    let vars = match environment.get(CONFIG).map(PathBuf::from) {
        None => environment,
        Some(path) => {
            let text = std::fs::read_to_string(&path)
                .map_err(|fault| anyhow::anyhow!("AMENDS_CONFIG: cannot read {}: {fault}", path.display()))?;
            environment.over_file(&text)
        }
    };
    Ok(Config::read(&vars)?)
}

/// A desk that serves nobody, for commands. It works beside a running one.
fn desk(config: Config) -> Result<Desk, StartError> {
    let network = &config.network;
    let public_url = network.public_url.clone().unwrap_or_else(|| Origin::of_listener(network.listen));
    Desk::open(config, Parts::default(), public_url, None)
}

/// Prints one line. That nobody reads it any more is not a fault.
fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(fault) if fault.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Carries out what the command line says.
pub async fn run(cli: Cli, environment: Vars) -> anyhow::Result<()> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(settings(environment)?).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => serve::sandbox(arguments).await,
        Command::User(command) => people::user(&desk(settings(environment)?)?, command),
        Command::Shop(command) => people::shop(&desk(settings(environment)?)?, command).await,
        Command::Audit(command) => debug::audit(&desk(settings(environment)?)?, command),
        Command::Backup { file } => copies::backup(&settings(environment)?, &file).await,
        Command::Restore { file } => copies::restore(&settings(environment)?, &file).await,
        Command::Store(command) => copies::store(&settings(environment)?, command),
        Command::Export => copies::export(&desk(settings(environment)?)?),
        Command::Sign => debug::each_line(crate::tiktok::sign::sign_line),
        Command::VerifyWebhook => debug::each_line(crate::webhooks::verify::verify_line),
        Command::Healthcheck => serve::healthcheck(&settings(environment)?).await,
        Command::Settings => Ok(say(markdown().trim_end())?),
    }
}
