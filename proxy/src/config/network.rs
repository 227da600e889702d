//! Where the desk listens, what it is called from outside, and whom it believes.

use super::settings::{ALLOWED_ORIGIN, LISTEN, METRICS_LISTEN, PUBLIC_URL, TRUSTED_PROXIES};
use super::vars::Reader;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use url::Url;

/// A web origin: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    is_https: bool,
}

impl Origin {
    /// Reads an origin; a path, query or user name is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        (is_web && is_bare && is_anonymous)
            .then(|| Self { text: url.origin().ascii_serialization(), is_https: url.scheme() == "https" })
    }

    /// What a browser calls a desk that listens at `address` and was given no other name.
    pub fn of_listener(address: SocketAddr) -> Self {
        let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
        Self { text: format!("http://{}", SocketAddr::new(host, address.port())), is_https: false }
    }

    /// As a browser writes it, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Cookies may be `Secure`, and browsers are told to stay with https.
    pub const fn is_https(&self) -> bool {
        self.is_https
    }
}

/// Addresses with a common beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        (bits <= longest).then_some(Self { address, bits })
    }

    /// Whether an address is in it.
    pub fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differs = ours.to_bits() ^ theirs.to_bits();
                differs.checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differs = ours.to_bits() ^ theirs.to_bits();
                differs.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// The settings of this file.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// Where the desk listens.
    pub listen: SocketAddr,
    /// Its name from outside; none: as it listens.
    pub public_url: Option<Origin>,
    /// Another origin that may use the interface.
    pub allowed_origin: Option<Origin>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Where `/metrics` alone is served.
    pub metrics_listen: Option<SocketAddr>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> NetworkSettings {
    let address = |text: &str| text.parse::<SocketAddr>().ok();
    let hint = "must be an address and a port, for example 127.0.0.1:8080";
    let listen = reader.parse(LISTEN, hint, address);
    let origin = "must be http:// or https:// with a host and no path, for example https://desk.example.com";
    let networks = |text: &str| text.split(',').map(str::trim).map(Network::parse).collect::<Option<Vec<_>>>();
    NetworkSettings {
        listen: listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
        public_url: reader.parse(PUBLIC_URL, origin, Origin::parse),
        allowed_origin: reader.parse(ALLOWED_ORIGIN, origin, Origin::parse),
        trusted_proxies: reader
            .parse(
                TRUSTED_PROXIES,
                "must be addresses or networks with commas between, for example 10.0.0.0/8",
                networks,
            )
            .unwrap_or_default(),
        metrics_listen: reader.parse(METRICS_LISTEN, hint, address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let parsed = Network::parse(network).unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), expected, "{address} in {network}");
        }
        assert!(Network::parse("10.0.0.0/33").is_none());
    }

    #[test]
    fn a_desk_that_listens_everywhere_is_called_by_this_machines_name() {
        let origin = Origin::of_listener("0.0.0.0:8080".parse().unwrap());
        assert_eq!(origin.as_str(), "http://127.0.0.1:8080");
    }
}
