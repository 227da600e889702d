//! For tests that share one PostgreSQL server.

use super::StoreError;
use super::postgres::alone;

/// Makes an empty schema on a server, and gives the address under which it is used.
pub fn schema(server: &str, name: &str) -> Result<String, StoreError> {
    alone(server, &format!("CREATE SCHEMA \"{name}\""))?;
    let more = if server.contains('?') { '&' } else { '?' };
    Ok(format!("{server}{more}options=-csearch_path%3D{name}"))
}
