//! One call, before it is signed.

use super::error::TiktokError;
use reqwest::Method;
use serde::Serialize;

/// A path of the platform in all versions that the desk can use, newest first.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// For the log and for the pace; never holds an id.
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) area: &'static str,
    pub(super) versions: &'static [&'static str],
    /// After the version; `{id}` stands for one of the platform's numbers.
    pub(super) tail: &'static str,
    /// `shop_cipher` is required, else it is refused.
    pub(super) is_for_shop: bool,
}

impl Endpoint {
    pub(super) const fn new(
        name: &'static str,
        method: Method,
        area: &'static str,
        versions: &'static [&'static str],
        tail: &'static str,
    ) -> Self {
        Self { name, method, area, versions, tail, is_for_shop: true }
    }

    pub(super) const fn without_shop(mut self) -> Self {
        self.is_for_shop = false;
        self
    }

    pub(super) fn path(&self, version: usize, id: Option<&Number>) -> Result<String, TiktokError> {
        let version = self.versions.get(version).ok_or(TiktokError::BadAddress)?;
        let tail = match id {
            Some(id) => self.tail.replace("{id}", &id.0),
            None => self.tail.to_owned(),
        };
        Ok(format!("/{}/{version}/{tail}", self.area))
    }
}

/// A number of the platform: digits alone, so that it may stand in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number(String);

impl Number {
    pub(super) fn parse(raw: &str) -> Result<Self, TiktokError> {
        let fits = (1..=32).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(raw.to_owned())) } else { Err(TiktokError::BadId) }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// All that varies from call to call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) endpoint: &'static Endpoint,
    pub(super) id: Option<Number>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Body,
    /// For versions but the newest, where they want another body.
    pub(super) older_body: Option<Body>,
}

#[derive(Debug, Default)]
pub(super) enum Body {
    #[default]
    None,
    Json(Vec<u8>),
    /// Sent, but not signed.
    Multipart {
        bytes: Vec<u8>,
        content_type: String,
    },
}

impl Body {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Json(bytes) | Self::Multipart { bytes, .. } => bytes,
        }
    }

    pub(super) fn content_type(&self) -> &str {
        match self {
            Self::None | Self::Json(_) => "application/json",
            Self::Multipart { content_type, .. } => content_type,
        }
    }

    pub(super) fn json<T: Serialize>(endpoint: &'static Endpoint, value: &T) -> Result<Self, TiktokError> {
        let bytes =
            serde_json::to_vec(value).map_err(|source| TiktokError::Shape { endpoint: endpoint.name, source })?;
        Ok(Self::Json(bytes))
    }
}

impl Call {
    pub(super) fn new(endpoint: &'static Endpoint) -> Self {
        Self { endpoint, id: None, query: Vec::new(), body: Body::None, older_body: None }
    }

    pub(super) fn of(endpoint: &'static Endpoint, id: &str) -> Result<Self, TiktokError> {
        Ok(Self { id: Some(Number::parse(id)?), ..Self::new(endpoint) })
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.query.push((key.to_owned(), value.into()));
        self
    }

    pub(super) fn with_opt(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(super) fn json<T: Serialize>(mut self, value: &T) -> Result<Self, TiktokError> {
        self.body = Body::json(self.endpoint, value)?;
        Ok(self)
    }

    pub(super) fn body_of(&self, version: usize) -> &Body {
        match &self.older_body {
            Some(older) if version > 0 => older,
            _ => &self.body,
        }
    }
}
