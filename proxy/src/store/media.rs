//! Platform pictures by ids of ours, so that no address from a browser is ever fetched.

use super::StoreError;
use super::sql::{Tx, params};
use ring::digest;
use shared::id::{MediaId, ShopId};

/// The id of a shop's picture: always the same for the same address.
pub fn id_of(shop: &ShopId, url: &str) -> MediaId {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(shop.as_str().as_bytes());
    context.update(&[0]);
    context.update(url.as_bytes());
    let digest = context.finish();
    MediaId::of_bits(digest.as_ref().iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}

/// Makes a picture known, so that it may be fetched.
pub fn register(tx: &Tx<'_>, shop: &ShopId, url: &str) -> Result<MediaId, StoreError> {
    let id = id_of(shop, url);
    tx.execute(
        "INSERT INTO media (id, shop_id, url) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![id.as_str(), shop.as_str(), url],
    )?;
    Ok(id)
}

/// Whose picture it is, and where it lies.
pub fn find(tx: &Tx<'_>, id: &MediaId) -> Result<Option<(ShopId, String)>, StoreError> {
    let found: Option<(String, String)> =
        tx.first("SELECT shop_id, url FROM media WHERE id = ?1", params![id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let Some((shop, url)) = found else { return Ok(None) };
    let shop =
        ShopId::try_from(shop).map_err(|source| StoreError::Corrupt { what: "shop id", source: Box::new(source) })?;
    Ok(Some((shop, url)))
}
