//! Which platform the desk talks to, and as which app.

use super::settings::{
    TIKTOK_API_URL, TIKTOK_APP_KEY, TIKTOK_APP_SECRET, TIKTOK_AUTH_URL, TIKTOK_CONSENT_URL, TIKTOK_SERVICE_ID,
};
use super::vars::Reader;
use crate::secret::Secret;
use url::{Host, Url};

/// The app that a seller consents to.
#[derive(Debug, Clone)]
pub struct AppKeys {
    /// Public name of the app.
    pub key: String,
    /// Signs every request.
    pub secret: Secret,
    /// Names the app on the consent page.
    pub service_id: String,
}

/// The platform.
#[derive(Debug, Clone)]
pub struct Tiktok {
    /// Our app; none: the embedded practice platform.
    pub app: Option<AppKeys>,
    /// Origin of the API; none: TikTok's own.
    pub api_url: Option<Url>,
    /// Origin of tokens; none: TikTok's own.
    pub auth_url: Option<Url>,
    /// The consent page, without query; none: beside `auth_url`, or TikTok's own outside the US.
    pub consent_url: Option<Url>,
}

impl Tiktok {
    /// The address is this machine's: what answers there is a practice platform, never TikTok.
    pub fn is_practice(&self) -> bool {
        self.app.is_none() || self.api_url.as_ref().is_some_and(|url| url.scheme() == "http" && is_loopback(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address by `https`, or by `http` on this machine.
fn page_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let fits = matches!((url.scheme(), is_loopback(&url)), ("https", _) | ("http", true));
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (fits && is_bare).then_some(url)
}

fn platform_url(text: &str) -> Option<Url> {
    page_url(text).filter(|url| url.path() == "/")
}

pub(super) fn read(reader: &mut Reader<'_>) -> Tiktok {
    let names = [TIKTOK_APP_KEY, TIKTOK_APP_SECRET, TIKTOK_SERVICE_ID];
    let values = names.map(|name| reader.text(name));
    let app = match values {
        [Some(key), Some(secret), Some(service_id)] => Some(AppKeys {
            key: key.to_owned(),
            secret: Secret::new(secret.to_owned()),
            service_id: service_id.to_owned(),
        }),
        [None, None, None] => None,
        _ => {
            let missing: Vec<&str> =
                names.into_iter().zip(values).filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
            reader.fault(
                &missing,
                "set these too (all three are in TikTok's Partner Center), or none for a practice shop",
            );
            None
        }
    };
    let hint = "must be an https:// address without a path, or http:// on this machine for a practice platform";
    let api_url = reader.parse(TIKTOK_API_URL, hint, platform_url);
    let auth_url = reader.parse(TIKTOK_AUTH_URL, hint, platform_url);
    let consent_url = reader.parse(
        TIKTOK_CONSENT_URL,
        "must be the https:// address of TikTok's consent page, without a query",
        page_url,
    );
    let practises = |url: &Option<Url>| url.as_ref().is_some_and(|url| url.scheme() == "http");
    if practises(&api_url) != practises(&auth_url) {
        reader.fault(&[TIKTOK_API_URL, TIKTOK_AUTH_URL], "a practice platform must be named in both, or in neither");
    }
    if values == [None, None, None] && (api_url.is_some() || auth_url.is_some()) {
        reader.fault(&names, "must be set where another platform is named");
    }
    Tiktok { app, api_url, auth_url, consent_url }
}
