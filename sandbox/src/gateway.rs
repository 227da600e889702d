//! What every call passes before its endpoint sees it, in the platform's order (api 1.6): path, method, app key,
//! timestamp, signature, token, scope, cipher, then parameters and fields that nobody knows.

use crate::auth;
use crate::handlers::{Cipher, Endpoint, TABLE};
use crate::world::{Grant, World};
use serde_json::{Map, Value, json};

/// A call as it came in.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) content_type: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) now: i64,
}

/// What an endpoint is given once all checks are passed.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) call: &'a Call,
    /// Ids from the path, in order.
    pub(crate) ids: Vec<String>,
    pub(crate) version: &'a str,
    pub(crate) shop: usize,
    /// Shops of the token.
    pub(crate) shops: Vec<usize>,
    /// The JSON body; an object, empty if none was sent.
    pub(crate) body: Map<String, Value>,
}

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) http: u16,
    pub(crate) code: i64,
    pub(crate) message: String,
}

/// What an endpoint answers.
pub(crate) type Outcome = Result<Value, Refusal>;

pub(crate) fn refuse(http: u16, code: i64, message: impl Into<String>) -> Refusal {
    Refusal { http, code, message: message.into() }
}

/// A business error: HTTP 200, as seen live.
pub(crate) fn business((code, message): (i64, &str)) -> Refusal {
    refuse(200, code, message)
}

/// A parameter that does not fit.
pub(crate) fn bad_parameter(name: &str, why: &str) -> Refusal {
    refuse(200, 98_001_004, format!("Parameter {name} is invalid. Reason: {why}. Expected: see the documentation."))
}

impl Request<'_> {
    /// A query value.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.call.query.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A list in the query: comma separated, or the key repeated.
    pub(crate) fn query_list(&self, name: &str) -> Vec<String> {
        let values = self.call.query.iter().filter(|(key, _)| key == name).flat_map(|(_, value)| value.split(','));
        values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }

    /// A string of the body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// A list of strings of the body.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// A number of the body.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.body.get(name).and_then(Value::as_i64)
    }

    /// The first id of the path.
    pub(crate) fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }
}

/// Whether the version is known, the version, and the ids of a path that an endpoint has.
type Found = (bool, String, Vec<String>);

fn matches(endpoint: &Endpoint, path: &str) -> Option<Found> {
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (area, version, tail) = (parts.next()?, parts.next()?, parts.next()?);
    if area != endpoint.area {
        return None;
    }
    let mut ids = Vec::new();
    let mut wanted = endpoint.tail.split('/');
    let mut given = tail.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => break,
            (Some("{}"), Some(id)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                ids.push(id.to_owned())
            }
            (Some(word), Some(part)) if word == part => {}
            _ => return None,
        }
    }
    Some((endpoint.versions.contains(&version), version.to_owned(), ids))
}

const COMMON: [&str; 7] = ["app_key", "timestamp", "sign", "shop_cipher", "version", "shop_id", "access_token"];

/// Lets a call through to its endpoint, or says why not.
pub(crate) fn pass(world: &mut World, call: &Call) -> Outcome {
    let here: Vec<(&Endpoint, Found)> =
        TABLE.iter().filter_map(|endpoint| matches(endpoint, &call.path).map(|found| (endpoint, found))).collect();
    if here.is_empty() {
        return Err(refuse(404, 36_009_009, "Invalid path. The specified path does not match any available endpoint."));
    }
    let of_version: Vec<_> = here.into_iter().filter(|(_, (known, ..))| *known).collect();
    if of_version.is_empty() {
        return Err(refuse(400, 36_009_014, "The version name is invalid, please check and retry."));
    }
    let Some((endpoint, (_, version, ids))) =
        of_version.into_iter().find(|(endpoint, _)| endpoint.method == call.method)
    else {
        return Err(refuse(405, 36_009_010, "Invalid method. The HTTP method used is not supported by this endpoint."));
    };
    let value = |name: &str| call.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if value("app_key") != Some(world.app_key.as_str()) {
        return Err(refuse(400, 36_009_004, "Invalid credentials. Invalid `app_key` query parameter."));
    }
    check_time(value("timestamp"), call.now)?;
    let Some(given) = value("sign") else {
        return Err(refuse(
            400,
            36_009_004,
            "Missing credentials. The request does not include a required signature in the query.",
        ));
    };
    if given != auth::sign(&world.app_secret, &call.path, &call.query, call.content_type.as_deref(), &call.body) {
        return Err(refuse(
            401,
            106_001,
            "Invalid credentials. The 'sign' query parameter is invalid. For more details: the documentation.",
        ));
    }
    let grant = check_token(world, call)?;
    if !SCOPES.contains(&endpoint.scope) {
        return Err(refuse(
            401,
            105_005,
            "Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.",
        ));
    }
    let shop = check_cipher(world, endpoint, value("shop_cipher"), &grant)?;
    throttle(world, endpoint, shop, call.now)?;
    let stranger =
        call.query.iter().find(|(key, _)| !COMMON.contains(&key.as_str()) && !endpoint.query.contains(&key.as_str()));
    if let Some((key, _)) = stranger {
        return Err(bad_parameter(key, "unknown query parameter"));
    }
    let body = check_body(endpoint, call)?;
    let request = Request { call, ids, version: &version, shop: shop.unwrap_or_default(), shops: grant.shops, body };
    let Some(key) = request.query("idempotency_key").map(str::to_owned) else {
        return (endpoint.handler)(world, &request);
    };
    once(world, endpoint, &request, &key)
}

/// The same key with the same path and body is answered as before, for as long as it is remembered (api 4.1, assumed).
fn once(world: &mut World, endpoint: &Endpoint, request: &Request<'_>, key: &str) -> Outcome {
    if key.len() > 255 {
        return Err(bad_parameter("idempotency_key", "longer than 255 characters"));
    }
    let mark = format!("{} {}", request.call.path, String::from_utf8_lossy(&request.call.body));
    let memory = world.dials.key_memory_s;
    if let Some((known, answer, at)) = world.answers.get(key)
        && memory > 0
        && request.call.now - at < memory
        && *known == mark
    {
        return Ok(answer.clone());
    }
    let answer = (endpoint.handler)(world, request)?;
    world.answers.insert(key.to_owned(), (mark, answer.clone(), request.call.now));
    Ok(answer)
}

/// All scopes that a consent grants here.
pub(crate) const SCOPES: [&str; 8] = [
    "seller.authorization.info",
    "seller.shop.info",
    "seller.order.info",
    "seller.return_refund.basic",
    "seller.fulfillment.basic",
    "seller.logistics",
    "seller.customer_service",
    "seller.product.basic",
];

fn check_time(given: Option<&str>, now: i64) -> Result<(), Refusal> {
    let text = "Invalid timestamp. The value of the `timestamp` query parameter must not";
    let Some(at) = given.and_then(|given| given.parse::<i64>().ok()) else {
        return Err(refuse(400, 36_009_004, format!("{text} be lesser than 0.")));
    };
    if at < 0 {
        Err(refuse(400, 36_009_004, format!("{text} be lesser than 0.")))
    } else if at < now - 300 {
        Err(refuse(400, 36_009_004, format!("{text} be earlier than 5 minutes before the current time.")))
    } else if at > now + 30 {
        Err(refuse(400, 36_009_004, format!("{text} exceed the current time by more than 30 seconds.")))
    } else {
        Ok(())
    }
}

fn check_token(world: &World, call: &Call) -> Result<Grant, Refusal> {
    let invalid = || refuse(400, 36_009_004, "Invalid credentials. The `x-tts-access-token` header is invalid.");
    let token = call.token.as_deref().ok_or_else(invalid)?;
    let grant = world.grants.iter().find(|grant| grant.access == token).ok_or_else(invalid)?;
    if grant.is_withdrawn {
        return Err(refuse(401, 105_001, "access token is invalid; detail:your token has been deauthorized"));
    }
    if call.now >= grant.access_until {
        return Err(refuse(
            401,
            105_002,
            "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.",
        ));
    }
    Ok(grant.clone())
}

fn check_cipher(
    world: &World,
    endpoint: &Endpoint,
    given: Option<&str>,
    grant: &Grant,
) -> Result<Option<usize>, Refusal> {
    match (&endpoint.cipher, given) {
        (Cipher::Needed, None | Some("")) => Err(refuse(
            400,
            106_013,
            "Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.",
        )),
        (Cipher::Refused, Some(_)) => Err(refuse(
            400,
            36_009_004,
            "Unexpected identifier. The `shop_cipher` query parameter is not required for this request.",
        )),
        (Cipher::Refused, None) => Ok(None),
        (Cipher::Needed, Some(cipher)) => {
            let shop = grant
                .shops
                .iter()
                .copied()
                .find(|shop| world.shops.get(*shop).is_some_and(|shop| shop.cipher == cipher));
            shop.map(Some).ok_or_else(|| {
                refuse(400, 101_000, "Invalid query or header. The `category_asset_cipher` query parameter or `x-tts-access-token` header is invalid.")
            })
        }
    }
}

fn throttle(world: &mut World, endpoint: &Endpoint, shop: Option<usize>, now: i64) -> Result<(), Refusal> {
    let most = world.dials.calls_per_second;
    let key = format!("{shop:?} {} {}", endpoint.method, endpoint.tail);
    let entry = world.calls.entry(key).or_insert((now, 0));
    if entry.0 != now {
        *entry = (now, 0);
    }
    entry.1 += 1;
    if entry.1 > most {
        return Err(refuse(
            429,
            36_009_002,
            "Too many requests. You've made too many requests in a short period of time.",
        ));
    }
    Ok(())
}

/// The JSON body; `[]`, `{}` and nothing are all an empty filter.
fn check_body(endpoint: &Endpoint, call: &Call) -> Result<Map<String, Value>, Refusal> {
    if auth::is_multipart(call.content_type.as_deref()) {
        return if endpoint.is_upload {
            Ok(Map::new())
        } else {
            Err(refuse(400, 36_009_022, "Invalid request format. The request must be `application/json`."))
        };
    }
    if endpoint.is_upload {
        return Err(refuse(400, 36_009_023, "Invalid request format. The request must be `multipart/form-data`."));
    }
    if call.body.is_empty() {
        return Ok(Map::new());
    }
    let map = match serde_json::from_slice(&call.body) {
        Ok(Value::Object(map)) => map,
        Ok(Value::Array(items)) if items.is_empty() => Map::new(),
        _ => return Err(refuse(400, 36_009_022, "Invalid request format. The request body must be a JSON object.")),
    };
    match map.keys().find(|key| !endpoint.body.contains(&key.as_str())) {
        Some(stranger) => Err(bad_parameter(stranger, "unknown field")),
        None => Ok(map),
    }
}

/// The envelope of an answer, keys in the live order.
pub(crate) fn envelope(outcome: &Outcome, request_id: &str) -> (u16, Value) {
    match outcome {
        Ok(data) => (200, json!({ "code": 0, "data": data, "message": "Success", "request_id": request_id })),
        Err(refusal) => (
            refusal.http,
            json!({ "code": refusal.code, "data": Value::Null, "message": refusal.message, "request_id": request_id }),
        ),
    }
}
