//! From settings and a listener to a running desk.

use super::{Desk, Lock, Parts, StartError, background};
use crate::auth::{Made, make_setup_link};
use crate::config::{Config, LISTEN, METRICS_LISTEN, Origin};
use crate::router::{metrics_router, router};
use crate::store::Database;
use crate::store::upkeep;
use crate::telemetry::Chain;
use axum::Router;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What is under way may take so long to end.
const LAST_MOMENTS: Duration = Duration::from_secs(10);

/// A desk that serves.
pub struct Running {
    /// The application.
    pub desk: Desk,
    /// Where it listens.
    pub address: SocketAddr,
    /// The first admin's link, while there is nobody and a shop may be connected.
    pub setup: Option<Made>,
    /// What the embedded sandbox says of itself.
    pub sandbox: Option<Value>,
    tasks: JoinSet<()>,
    #[cfg(feature = "sandbox")]
    _practice: Option<super::practice::Practice>,
    _lock: Option<Lock>,
}

impl Running {
    /// Serves until [`Desk::stop`] is called, then lets what is under way end.
    pub async fn wait(mut self) {
        self.desk.stopping().await;
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_MOMENTS, ended).await.is_err() {
            tracing::warn!("Some work did not end in time; it goes on at the next start");
        }
    }

    /// Stops and waits.
    pub async fn stop(self) {
        self.desk.stop();
        self.wait().await;
    }
}

fn spawn_server(tasks: &mut JoinSet<()>, desk: &Desk, listener: TcpListener, service: Router) {
    let desk = desk.clone();
    tasks.spawn(async move {
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let stop = desk.clone();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move { stop.stopping().await });
        if let Err(fault) = server.await {
            tracing::error!(error = %fault, "The server ended");
            desk.stop();
        }
    });
}

/// Binds an address, or says what to do.
pub(crate) async fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, setting, source })
}

/// Starts a desk on a listener. Returns when it serves and its practice shops are connected.
pub async fn serve(config: Config, listener: TcpListener, parts: Parts) -> Result<Running, StartError> {
    // Said early: what follows can make files.
    let lock = Lock::take(&config.database)?;
    let address = listener.local_addr().map_err(|source| StartError::Listen {
        address: config.network.listen,
        setting: LISTEN,
        source,
    })?;
    let public_url = config.network.public_url.clone().unwrap_or_else(|| Origin::of_listener(address));
    let has_app = config.tiktok.app.is_some();
    let is_external_practice = has_app && config.tiktok.is_practice();
    let is_shared_practice = config.tiktok.practice_url.is_some();
    // What is not of this desk's own world may be of another's on the database.
    let keeps_runs = is_shared_practice || (has_app && matches!(config.database, Database::Postgres(_)));

    #[cfg(feature = "sandbox")]
    let practice = match (has_app, is_external_practice || is_shared_practice, &config.database) {
        (false, ..) => Some(super::practice::Practice::start(true).await?),
        // Beside real shops it serves exercises. Several desks on a database would each have a world of their own, and take
        // the runs of the others for theirs: they share one that the settings name, or do without.
        (true, false, Database::Sqlite(_)) => match super::practice::Practice::start(false).await {
            Ok(practice) => Some(practice),
            // Real shops do not wait for it.
            Err(fault) => {
                tracing::warn!(error = %Chain(&fault), "Nobody can practise until the next start");
                None
            }
        },
        (true, ..) => None,
    };
    #[cfg(feature = "sandbox")]
    let practice_app = practice.as_ref().map(super::practice::Practice::app);
    #[cfg(not(feature = "sandbox"))]
    let practice_app = if has_app { None } else { return Err(StartError::NoPlatform) };

    if matches!(config.database, Database::Postgres(_)) && config.media.is_in(&config.data_dir) {
        tracing::warn!(
            "The handbook's pictures and videos lie in the data folder: another desk on this database does not have them. \
             Set AMENDS_MEDIA_URL to a folder that all of them reach, or to S3"
        );
    }
    let desk = Desk::open(config, parts, public_url, practice_app)?;
    desk.shelf.prepare()?;
    if !is_external_practice {
        // An embedded sandbox's world is new at each start.
        desk.store.write(|tx| upkeep::forget_practice(tx, keeps_runs))?;
    }
    let setup = if has_app { make_setup_link(&desk).map_err(StartError::Setup)? } else { None };
    if !is_shared_practice {
        desk.connector.set_local_address(address);
    }
    let mut tasks = JoinSet::new();
    spawn_server(&mut tasks, &desk, listener, router(desk.clone()));
    if let Some(address) = desk.config.network.metrics_listen {
        let listener = listen(address, METRICS_LISTEN).await?;
        spawn_server(&mut tasks, &desk, listener, metrics_router(desk.clone()));
    }
    #[cfg(feature = "sandbox")]
    if let Some(practice) = practice.as_ref().filter(|_| !has_app) {
        practice.connect(&desk).await?;
    }
    #[cfg(feature = "sandbox")]
    let sandbox = practice.as_ref().filter(|_| !has_app).map(super::practice::Practice::description);
    #[cfg(not(feature = "sandbox"))]
    let sandbox = None;
    let mut background = background::start(&desk)?;
    let watched = desk.clone();
    tasks.spawn(async move {
        while let Some(ended) = background.join_next().await {
            if let Err(fault) = ended {
                tracing::error!(error = %Chain(&fault), "A background task ended; the desk stops");
                watched.stop();
            }
        }
    });
    Ok(Running {
        desk,
        address,
        setup,
        sandbox,
        tasks,
        #[cfg(feature = "sandbox")]
        _practice: practice,
        _lock: lock,
    })
}
