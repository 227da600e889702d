//! From which address a request comes.

use crate::app::Desk;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The browser's address: the connection's, or what a proxy that we trust says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The browser's.
    pub address: IpAddr,
    /// The connection comes from this machine, and no proxy says that it was passed on.
    pub is_local: bool,
}

impl FromRequestParts<Desk> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let connected = connected.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
        let passed_on: Vec<&str> = parts
            .headers
            .get_all("x-forwarded-for")
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .collect();
        let is_local = connected.is_loopback() && passed_on.is_empty();
        let is_trusted =
            |address: IpAddr| desk.config.network.trusted_proxies.iter().any(|network| network.contains(address));
        let mut address = connected;
        // From the right: each proxy appends the address that it was reached from.
        for hop in passed_on.iter().rev() {
            if !is_trusted(address) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(before) => address = before.to_canonical(),
                Err(_) => break,
            }
        }
        Ok(Self { address, is_local })
    }
}
