//! The way to the platform: HTTP, or the network of a simulation.

use super::error::TiktokError;
use super::transport::http_client;
use futures_util::future::BoxFuture;
use reqwest::{Client, Request, Response};
use std::sync::Arc;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The HTTP client's reason, without its address.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// A simulated network let go of it.
    #[error("the simulated network lost it")]
    Simulated,
}

/// How a simulated network fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing left the machine.
    NotSent,
    /// It left, and what became of it is not known.
    Lost,
}

/// Carries requests in a simulation.
pub trait Carry: Send + Sync {
    /// Takes one request to the platform, and brings its answer or none.
    fn carry(&self, request: Request) -> BoxFuture<'static, Result<Response, Cut>>;
}

/// The way to the platform. Cheap to clone.
#[derive(Clone)]
pub struct Net {
    http: Client,
    carrier: Option<Arc<dyn Carry>>,
}

impl std::fmt::Debug for Net {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(if self.carrier.is_some() { "Net(simulated)" } else { "Net(http)" })
    }
}

impl Net {
    /// HTTP. `is_local`: to the sandbox on this machine.
    pub fn http(is_local: bool) -> Result<Self, reqwest::Error> {
        Ok(Self { http: http_client(is_local)?, carrier: None })
    }

    /// The same, over a simulated network.
    pub fn carried_by(&self, carrier: Arc<dyn Carry>) -> Self {
        Self { http: self.http.clone(), carrier: Some(carrier) }
    }

    /// Builds requests.
    pub(super) fn client(&self) -> &Client {
        &self.http
    }

    /// Sends once. The error says whether the request certainly stayed here.
    pub(super) async fn send(&self, request: Request) -> Result<Response, TiktokError> {
        let Some(carrier) = &self.carrier else {
            return self.http.execute(request).await.map_err(|fault| {
                let fault = fault.without_url();
                let stayed_here = fault.is_connect() || fault.is_builder();
                if stayed_here { TiktokError::NotSent(fault.into()) } else { TiktokError::Lost(fault.into()) }
            });
        };
        carrier.carry(request).await.map_err(|cut| match cut {
            Cut::NotSent => TiktokError::NotSent(NetError::Simulated),
            Cut::Lost => TiktokError::Lost(NetError::Simulated),
        })
    }
}
