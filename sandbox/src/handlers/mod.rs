//! The endpoints.

mod cancellations;
mod chat;
mod decisions;
mod groups;
mod lines;
mod orders;
mod requests;
mod returns;
mod shops;
mod table;
mod uploads;

pub(crate) use table::{Cipher, Endpoint, TABLE};

use crate::gateway::{Outcome, Refusal, Request};
use crate::world::World;
use serde_json::{Map, Value, json};

/// One page: `rows` from where the token says, at most `size`. Tokens are opaque, with characters that must be escaped;
/// one that was never given is refused.
fn page<T>(request: &Request<'_>, rows: Vec<T>, token: Option<&str>, size: usize) -> Result<(Vec<T>, String), Refusal> {
    let start = match token.filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token
            .strip_prefix("p+/=")
            .and_then(|place| place.parse::<usize>().ok())
            .filter(|place| *place > 0)
            .ok_or_else(|| request.wrong("page_token", "not a token of an answer"))?,
    };
    let total = rows.len();
    let some: Vec<T> = rows.into_iter().skip(start).take(size).collect();
    let end = start + some.len();
    let next = if end < total && !some.is_empty() { format!("p+/={end}") } else { String::new() };
    Ok((some, next))
}

/// The size of a page that the query asks for; none: it says nothing.
fn page_size(request: &Request<'_>, most: usize) -> Result<Option<usize>, Refusal> {
    let Some(given) = request.query("page_size") else { return Ok(None) };
    let size = given.parse().ok().filter(|size| (1..=most).contains(size));
    size.map(Some).ok_or_else(|| request.wrong("page_size", &format!("1 to {most}")))
}

/// The size of a page that must be said.
fn needed_size(request: &Request<'_>, most: usize) -> Result<usize, Refusal> {
    page_size(request, most)?.ok_or_else(|| request.wrong("page_size", "required"))
}

/// The answer of a search; an empty list is left out if the dial says so.
fn answer<T>(
    world: &World,
    name: &str,
    total: usize,
    (some, next): (Vec<T>, String),
    show: impl Fn(T) -> Value,
) -> Outcome {
    let mut data = Map::new();
    data.insert("next_page_token".to_owned(), json!(next));
    data.insert("total_count".to_owned(), json!(total));
    if !(some.is_empty() && world.dials.omits_empty_lists) {
        data.insert(name.to_owned(), some.into_iter().map(show).collect());
    }
    Ok(Value::Object(data))
}

/// A page of cancellations or returns: 10 if nothing is said, at most 50.
fn answer_page<T>(
    world: &World,
    name: &str,
    rows: Vec<T>,
    request: &Request<'_>,
    show: impl Fn(T) -> Value,
) -> Outcome {
    let total = rows.len();
    let size = page_size(request, 50)?.unwrap_or(10).min(world.dials.most_per_page.max(1));
    answer(world, name, total, page(request, rows, request.query("page_token"), size)?, show)
}

/// The window of time that a search asks for: the first inclusive, the last exclusive.
struct Window {
    from: i64,
    until: Option<i64>,
}

impl Window {
    fn of(request: &Request<'_>, name: &str) -> Self {
        Self {
            from: request.number(&format!("{name}_ge")).unwrap_or(i64::MIN),
            until: request.number(&format!("{name}_lt")),
        }
    }

    fn holds(&self, at: i64) -> bool {
        at >= self.from && self.until.is_none_or(|until| at < until)
    }
}

/// Whether a filter is not given or holds a value.
fn wanted(filter: &[String], value: &str) -> bool {
    filter.is_empty() || filter.iter().any(|one| one == value)
}

/// The strings of a list.
fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
