//! Where the handbook's own pictures and videos lie.

use super::settings::{MEDIA_S3_ACCESS_KEY, MEDIA_S3_ENDPOINT, MEDIA_S3_REGION, MEDIA_S3_SECRET_KEY, MEDIA_URL};
use super::vars::Reader;
use crate::secret::Secret;
use std::fmt;
use std::path::{Path, PathBuf};
use url::Url;

/// Where files lie.
#[derive(Debug, Clone)]
pub enum MediaPlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In storage that speaks S3.
    Bucket(Bucket),
}

impl MediaPlace {
    /// It is a folder inside of this one.
    pub fn is_in(&self, folder: &Path) -> bool {
        matches!(self, Self::Folder(place) if place.starts_with(folder))
    }
}

/// A place in storage that speaks S3.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// The bucket.
    pub name: String,
    /// What all names begin with; empty: nothing.
    pub prefix: String,
    /// The storage's address; none: Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Who asks.
    pub access_key: Secret,
    /// What proves it.
    pub secret_key: Secret,
}

impl fmt::Display for MediaPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(out),
            Self::Bucket(bucket) if bucket.prefix.is_empty() => write!(out, "s3://{}", bucket.name),
            Self::Bucket(bucket) => write!(out, "s3://{}/{}", bucket.name, bucket.prefix),
        }
    }
}

const WANTED: &str = "must be a folder, file:///FOLDER or s3://BUCKET/PREFIX, for example s3://amends/handbook";

enum Named {
    Folder(PathBuf),
    Bucket(String, String),
}

fn named(text: &str) -> Option<Named> {
    if let Some(rest) = text.strip_prefix("s3://") {
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let fits = |text: &str, also: &[u8]| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte) || also.contains(&byte))
        };
        let prefix = prefix.trim_end_matches('/');
        let is_path = prefix.is_empty() || prefix.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let is_bucket = (3..=63).contains(&name.len()) && fits(name, b"") && fits(prefix, b"/") && is_path;
        return is_bucket.then(|| Named::Bucket(name.to_owned(), prefix.to_owned()));
    }
    if text.starts_with("file:") {
        return Url::parse(text).ok()?.to_file_path().ok().map(Named::Folder);
    }
    (!text.contains("://")).then(|| Named::Folder(PathBuf::from(text)))
}

pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> MediaPlace {
    const FURTHER: [&str; 4] = [MEDIA_S3_ENDPOINT, MEDIA_S3_REGION, MEDIA_S3_ACCESS_KEY, MEDIA_S3_SECRET_KEY];
    let endpoint = reader.parse(
        MEDIA_S3_ENDPOINT,
        "must be http:// or https:// with a host, for example http://minio:9000",
        |text| {
            let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
            let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
            is_bare.then(|| text.trim_end_matches('/').to_owned())
        },
    );
    let given = reader.text(MEDIA_URL);
    let place = reader.parse(MEDIA_URL, WANTED, named);
    let folder = MediaPlace::Folder(data_dir.join("media"));
    match place {
        Some(Named::Bucket(name, prefix)) => {
            let keys = [MEDIA_S3_ACCESS_KEY, MEDIA_S3_SECRET_KEY];
            let lacking: Vec<&str> = keys.into_iter().filter(|name| reader.text(name).is_none()).collect();
            if !lacking.is_empty() {
                reader.fault(&lacking, "must be set for an s3:// place in AMENDS_MEDIA_URL");
            }
            let secret = |name: &str| Secret::new(reader.text(name).unwrap_or_default().to_owned());
            MediaPlace::Bucket(Bucket {
                name,
                prefix,
                endpoint,
                region: reader.text(MEDIA_S3_REGION).unwrap_or("us-east-1").to_owned(),
                access_key: secret(MEDIA_S3_ACCESS_KEY),
                secret_key: secret(MEDIA_S3_SECRET_KEY),
            })
        }
        other => {
            // A place that is wrong is named already; what belongs to it is not wrong too.
            let idle: Vec<&str> = FURTHER.into_iter().filter(|name| reader.text(name).is_some()).collect();
            if !idle.is_empty() && (given.is_none() || other.is_some()) {
                reader.fault(&idle, "is of use only with an s3:// place in AMENDS_MEDIA_URL");
            }
            match other {
                Some(Named::Folder(path)) => MediaPlace::Folder(path),
                Some(Named::Bucket(..)) | None => folder,
            }
        }
    }
}
