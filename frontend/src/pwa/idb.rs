//! One table of texts in IndexedDB. Every failure is `None`: without it the app works, only not offline.

use js_sys::{Array, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "amends";
const TABLE: &str = "kept";
/// Names that begin with it outlive the wipe; all others sort before it.
pub(super) const APART: &str = "~";

/// Waits for a request.
async fn settled(request: &IdbRequest) -> Option<JsValue> {
    let watched = request.clone();
    let promise = Promise::new(&mut |resolve, reject| {
        watched.set_onsuccess(Some(&resolve));
        watched.set_onerror(Some(&reject));
    });
    JsFuture::from(promise).await.ok()?;
    request.result().ok()
}

async fn open() -> Option<IdbDatabase> {
    let factory = crate::web::window()?.indexed_db().ok()??;
    let request = factory.open_with_u32(DATABASE, 1).ok()?;
    let fresh = request.clone();
    let on_upgrade = Closure::<dyn FnMut()>::new(move || {
        let database = fresh.result().ok().and_then(|made| made.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            let _ = database.create_object_store(TABLE);
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let opened = settled(&request).await;
    request.set_onupgradeneeded(None);
    opened?.dyn_into().ok()
}

async fn with_table(
    mode: IdbTransactionMode,
    ask: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Option<JsValue> {
    let database = open().await?;
    let request = {
        let transaction = database.transaction_with_str_and_mode(TABLE, mode).ok()?;
        ask(&transaction.object_store(TABLE).ok()?).ok()?
    };
    let answer = settled(&request).await;
    database.close();
    answer
}

/// Reads a text.
pub(super) async fn read(key: &str) -> Option<String> {
    let found = with_table(IdbTransactionMode::Readonly, |table| table.get(&JsValue::from_str(key))).await?;
    found.as_string()
}

/// Keeps a text.
pub(super) async fn keep(key: &str, text: &str) -> Option<()> {
    let (key, text) = (JsValue::from_str(key), JsValue::from_str(text));
    with_table(IdbTransactionMode::Readwrite, |table| table.put_with_key(&text, &key)).await.map(|_| ())
}

/// Forgets a text.
pub(super) async fn forget(key: &str) -> Option<()> {
    with_table(IdbTransactionMode::Readwrite, |table| table.delete(&JsValue::from_str(key))).await.map(|_| ())
}

/// All names.
pub(super) async fn keys() -> Vec<String> {
    let found = with_table(IdbTransactionMode::Readonly, IdbObjectStore::get_all_keys).await;
    let names = found.and_then(|found| found.dyn_into::<Array>().ok());
    names.map(|names| names.iter().filter_map(|name| name.as_string()).collect()).unwrap_or_default()
}

/// Forgets everything but what is kept apart, at once.
pub(super) async fn wipe() -> Option<()> {
    let wipe = |table: &IdbObjectStore| {
        table.delete(&IdbKeyRange::upper_bound_with_open(&JsValue::from_str(APART), true)?.into())
    };
    with_table(IdbTransactionMode::Readwrite, wipe).await.map(|_| ())
}
