//! Which platform the desk talks to, and as which app.

use super::settings::{
    PRACTICE_URL, TIKTOK_API_URL, TIKTOK_APP_KEY, TIKTOK_APP_SECRET, TIKTOK_AUTH_URL, TIKTOK_CONSENT_URL,
    TIKTOK_SERVICE_ID,
};
use super::vars::Reader;
use crate::secret::Secret;
use url::{Host, Url};

/// TikTok's own API.
pub(crate) const API_URL: &str = "https://open-api.tiktokglobalshop.com";
/// TikTok's own tokens.
pub(crate) const AUTH_URL: &str = "https://auth.tiktok-shops.com";
/// TikTok's own consent page, outside the US.
pub(crate) const CONSENT_URL: &str = "https://services.tiktokshop.com/open/authorize";

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
    /// A practice platform of its own beside the real one; none: inside the program, if there is one.
    pub practice_url: Option<Url>,
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

/// A practice platform may be anywhere in a private network.
fn practice_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare).then_some(url)
}

/// A host's name as it is compared: one may end with the dot of the root.
fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// Domains under which TikTok serves sellers.
const OF_TIKTOK: [&str; 4] = ["tiktokglobalshop.com", "tiktok-shops.com", "tiktokshop.com", "tiktok.com"];

fn is_of_tiktok(host: &str) -> bool {
    OF_TIKTOK.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// What is practised never reaches a real shop: no host of TikTok's, whatever else is set, may stand for practice.
fn check_practice(reader: &mut Reader<'_>, tiktok: &Tiktok) {
    let Some(url) = &tiktok.practice_url else { return };
    if tiktok.is_practice() {
        reader.fault(&[PRACTICE_URL], "is for practice beside real shops: this desk has practice shops alone");
        return;
    }
    let set = [&tiktok.api_url, &tiktok.auth_url, &tiktok.consent_url].into_iter().flatten();
    let host = host_of(url);
    if is_of_tiktok(&host) || set.into_iter().any(|real| host_of(real) == host) {
        reader.fault(&[PRACTICE_URL], "names the host of real shops: practice needs a platform of its own");
    }
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
    let hint = "must be the http:// or https:// address of a practice platform, without a path";
    let practice_url = reader.parse(PRACTICE_URL, hint, practice_url);
    let tiktok = Tiktok { app, api_url, auth_url, consent_url, practice_url };
    check_practice(reader, &tiktok);
    tiktok
}
