//! A sandbox on threads of its own, and a desk before it, on a disk and not in memory.

use crate::say::Times;
use anyhow::{Context, Result, bail};
use proxy::app::{Desk, Parts};
use proxy::config::{Config, Origin, Vars};
use proxy::secret::Secret;
use proxy::store::shops::{self, AppKind, ShopRow};
use proxy::tiktok::client::App;
use sandbox::{Description, Options, Sandbox};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Beside this program: a folder of the system for temporary files may lie in memory.
pub(crate) fn folder() -> Result<TempDir> {
    let program = std::env::current_exe()?;
    Ok(tempfile::tempdir_in(program.parent().context("no folder")?)?)
}

/// The median of appending one page to a file and syncing it.
pub(crate) fn time_of_a_sync() -> Result<Duration> {
    let folder = folder()?;
    let mut file = std::fs::File::create(folder.path().join("sync"))?;
    let mut times = Vec::new();
    for _ in 0..100 {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    Ok(Times::of(times).median())
}

/// TikTok's side.
pub(crate) struct Platform {
    pub(crate) runtime: Runtime,
    pub(crate) about: Description,
    _sandbox: Sandbox,
}

impl Platform {
    pub(crate) fn start(options: Options) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let sandbox = runtime.block_on(Sandbox::start(options))?;
        Ok(Self { about: sandbox.description().clone(), _sandbox: sandbox, runtime })
    }

    /// Its control plane.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/_sandbox/{path}", self.about.url);
        let answer = reqwest::Client::builder().no_proxy().build()?.post(url).json(body).send().await?;
        let status = answer.status();
        if !status.is_success() {
            bail!("{path}: {status}");
        }
        Ok(answer.json().await.unwrap_or_default())
    }

    /// How many calls it has answered.
    pub(crate) async fn calls(&self) -> Result<u64> {
        // A request that it refuses: only its number is of interest.
        let client = reqwest::Client::builder().no_proxy().build()?;
        client.get(format!("{}/count", self.about.url)).send().await?;
        let url = format!("{}/_sandbox/journal?path=/count", self.about.url);
        let journal: Value = client.get(url).send().await?.json().await?;
        let last = journal.get("requests").and_then(Value::as_array).and_then(|all| all.last());
        last.and_then(|entry| entry.get("number")).and_then(Value::as_u64).context("the journal is empty")
    }

    /// A desk that does nothing by itself, whose calls go to `url`.
    pub(crate) fn desk(&self, folder: &TempDir, url: &str, parts: Parts, settings: &[(&str, &str)]) -> Result<Desk> {
        let about = &self.about;
        let app = App {
            key: about.app_key.clone(),
            secret: Secret::new(about.app_secret.clone()),
            service_id: about.service_id.clone(),
            api_url: url.to_owned(),
            auth_url: about.auth_url.clone(),
            consent_url: format!("{}/open/authorize", about.auth_url),
        };
        let path = folder.path().to_str().context("a path that is not text")?;
        let data = ("AMENDS_DATA_DIR", path);
        let pairs = settings.iter().copied().chain([data]).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::read(&Vars::of(pairs))?;
        let origin = Origin::parse("http://127.0.0.1:9").context("an origin")?;
        Ok(Desk::open(config, parts, origin, Some(app))?)
    }
}

/// Connects all shops by a consent of their own.
pub(crate) async fn connect(desk: &Desk, platform: &Platform) -> Result<Vec<ShopRow>> {
    let answer = platform.control("grants", &json!({ "consent": true })).await?;
    let code = answer.get("auth_code").and_then(Value::as_str).context("no code")?;
    desk.connector.take_code(AppKind::Practice, Secret::new(code.to_owned())).await?;
    Ok(desk.store.read(shops::all)?)
}
