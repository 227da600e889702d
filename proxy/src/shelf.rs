//! Where the handbook's own files lie: in a folder, or in storage that speaks S3. Names are ours, never a browser's.
//!
//! `parts/UPLOAD/...` holds what has arrived of uploads, `files/...` what has become of them. A write is whole or it is not
//! there, and in a folder it is on the disk when it returns.

use crate::config::MediaPlace;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, WriteMultipart,
};
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A person waits: what the storage does not do soon is said, and asked for again by a person.
const RETRIES: usize = 2;
/// Without a byte for so long an answer is given up. A whole video may take as long as it takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// A stream that broke off may be gone on with for so long after it began.
const GOES_ON: Duration = Duration::from_secs(60 * 60);
/// Pieces of a large file that are on their way into the storage at once.
const AT_ONCE: usize = 4;

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The folder is not there and cannot be made.
    #[error("the folder of AMENDS_MEDIA_URL cannot be used")]
    Folder(#[source] std::io::Error),
    /// There is no such file.
    #[error("a file is not where it was put")]
    Missing,
    /// The disk is full, the storage does not answer or refuses.
    #[error("the place of AMENDS_MEDIA_URL does not do what it is asked")]
    Storage(#[source] object_store::Error),
}

impl From<object_store::Error> for ShelfError {
    fn from(fault: object_store::Error) -> Self {
        match fault {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Storage(other),
        }
    }
}

/// The bytes of a file, as they come.
pub type Reading = BoxStream<'static, Result<Bytes, ShelfError>>;

/// The place of the handbook's files.
#[derive(Debug, Clone)]
pub struct Shelf {
    place: MediaPlace,
    /// Made when it is first needed: it keeps its connections.
    made: Arc<OnceLock<Arc<dyn ObjectStore>>>,
}

impl Shelf {
    /// As the settings say, or as a test gives it. Nothing is touched yet.
    pub fn new(place: MediaPlace, given: Option<Arc<dyn ObjectStore>>) -> Self {
        let made = given.map_or_else(OnceLock::new, OnceLock::from);
        Self { place, made: Arc::new(made) }
    }

    /// Makes the folder, so that a place that cannot be used is found before anybody needs it.
    pub fn prepare(&self) -> Result<(), ShelfError> {
        self.store().map(drop)
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>, ShelfError> {
        if let Some(made) = self.made.get() {
            return Ok(made.clone());
        }
        let made = self.make()?;
        Ok(self.made.get_or_init(|| made).clone())
    }

    fn make(&self) -> Result<Arc<dyn ObjectStore>, ShelfError> {
        match &self.place {
            MediaPlace::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(ShelfError::Folder)?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
            }
            MediaPlace::Bucket(bucket) => {
                // Also where no client of TikTok was made before; whoever is first is kept.
                drop(rustls::crypto::ring::default_provider().install_default());
                let retry = RetryConfig { max_retries: RETRIES, retry_timeout: GOES_ON, ..RetryConfig::default() };
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(&bucket.name)
                    .with_region(&bucket.region)
                    .with_access_key_id(bucket.access_key.expose())
                    .with_secret_access_key(bucket.secret_key.expose())
                    .with_retry(retry)
                    .with_client_options(
                        ClientOptions::new()
                            .with_timeout_disabled()
                            .with_read_timeout(PATIENCE)
                            .with_connect_timeout(PATIENCE / 3),
                    );
                if let Some(endpoint) = &bucket.endpoint {
                    let is_plain = endpoint.starts_with("http://");
                    builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
                }
                let store = builder.build()?;
                Ok(match bucket.prefix.as_str() {
                    "" => Arc::new(store),
                    prefix => Arc::new(PrefixStore::new(store, prefix)),
                })
            }
        }
    }

    /// Puts a small file, whole or not at all.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), ShelfError> {
        self.store()?.put(&Path::from(name), PutPayload::from_bytes(bytes)).await?;
        Ok(())
    }

    /// Begins a file that comes piece by piece; it is there once it is finished.
    pub async fn begin(&self, name: &str) -> Result<Writing, ShelfError> {
        let upload = self.store()?.put_multipart(&Path::from(name)).await?;
        Ok(Writing(WriteMultipart::new(upload)))
    }

    /// Reads a file, or a part of it.
    pub async fn read(&self, name: &str, range: Option<Range<u64>>) -> Result<Reading, ShelfError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store()?.get_opts(&Path::from(name), options).await?;
        Ok(found.into_stream().map_err(ShelfError::from).boxed())
    }

    /// The size of a file; none: it is not there.
    pub async fn size(&self, name: &str) -> Result<Option<u64>, ShelfError> {
        match self.store()?.head(&Path::from(name)).await.map_err(ShelfError::from) {
            Ok(about) => Ok(Some(about.size)),
            Err(ShelfError::Missing) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Removes a file; one that is not there is removed already.
    pub async fn remove(&self, name: &str) -> Result<(), ShelfError> {
        match self.store()?.delete(&Path::from(name)).await.map_err(ShelfError::from) {
            Ok(()) | Err(ShelfError::Missing) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    /// The names of all files in a folder of the shelf.
    pub async fn names(&self, folder: &str) -> Result<Vec<String>, ShelfError> {
        let store = self.store()?;
        let found = store.list(Some(&Path::from(folder)));
        Ok(found.map_ok(|about| about.location.to_string()).try_collect().await?)
    }

    /// Copies a file from another shelf.
    pub async fn bring(&self, from: &Self, name: &str) -> Result<(), ShelfError> {
        let mut pieces = from.read(name, None).await?;
        let mut writing = self.begin(name).await?;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => writing.add(piece).await?,
                Err(fault) => {
                    writing.drop_it().await;
                    return Err(fault);
                }
            }
        }
        writing.finish().await
    }
}

/// A file that is being put piece by piece.
pub struct Writing(WriteMultipart);

impl Writing {
    /// Adds a piece, once there is room for it on the way.
    pub async fn add(&mut self, piece: Bytes) -> Result<(), ShelfError> {
        self.0.wait_for_capacity(AT_ONCE).await?;
        self.0.put(piece);
        Ok(())
    }

    /// Makes it be there.
    pub async fn finish(self) -> Result<(), ShelfError> {
        self.0.finish().await?;
        Ok(())
    }

    /// Gives it up. What a storage still has of it is for its own rules to remove.
    pub async fn drop_it(self) {
        if let Err(fault) = self.0.abort().await {
            tracing::warn!(error = %fault, "What was begun of a file could not be removed");
        }
    }
}
