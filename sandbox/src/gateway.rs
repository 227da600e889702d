//! What every call passes before its endpoint sees it, in the platform's order (api 1.6): path, method, app key,
//! timestamp, signature, token, scope, cipher, then parameters and fields that nobody knows.

use crate::auth;
use crate::form::{self, Part};
use crate::handlers::{Cipher, Endpoint, TABLE};
use crate::shape::{self, Misfit, Why};
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
    /// The JSON body, or the words of a form; an object, empty if none was sent.
    pub(crate) body: Map<String, Value>,
    /// The files of a form.
    pub(crate) files: Vec<Part>,
    area: &'static str,
    names_parameters: bool,
}

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) http: u16,
    pub(crate) code: i64,
    pub(crate) message: String,
    /// What the journal says besides: the platform's texts seldom name what is wrong.
    pub(crate) why: Option<String>,
}

/// What an endpoint answers.
pub(crate) type Outcome = Result<Value, Refusal>;

pub(crate) fn refuse(http: u16, code: i64, message: impl Into<String>) -> Refusal {
    Refusal { http, code, message: message.into(), why: None }
}

/// A business error: HTTP 200, as seen live.
pub(crate) fn business((code, message): (i64, &str)) -> Refusal {
    refuse(200, code, message)
}

/// A parameter that does not fit, named (api 1.6, newer check).
fn bad_parameter(name: &str, why: &str) -> Refusal {
    refuse(200, 98_001_004, format!("Parameter {name} is invalid. Reason: {why}. Expected: see the documentation."))
}

/// What an area says to a parameter of a wrong type or value.
pub(crate) const INVALID_RETURN: (i64, &str) = (
    25_001_001,
    "An invalid request parameter was passed. Please check that you have the correct parameter type(s) and format.",
);
pub(crate) const INVALID_CHAT: (i64, &str) = (45_101_001, "Invalid parameter. Please check the parameters.");

/// Refuses a parameter in the words of its area, or, if the dial says so, in those that name it.
fn wrong(area: &str, names_parameters: bool, name: &str, why: &str) -> Refusal {
    let code = match area {
        "return_refund" => INVALID_RETURN,
        "customer_service" => INVALID_CHAT,
        _ => return bad_parameter(name, why),
    };
    if names_parameters {
        return bad_parameter(name, why);
    }
    Refusal { why: Some(format!("{name}: {why}")), ..business(code) }
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

    /// A yes or no of the query.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query(name) == Some("true")
    }

    /// The first id of the path.
    pub(crate) fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    /// Refuses a parameter whose type is right and whose value is not.
    pub(crate) fn wrong(&self, name: &str, why: &str) -> Refusal {
        wrong(self.area, self.names_parameters, name, why)
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
    let shops = grant.shops.clone();
    if !endpoint.scopes.iter().all(|scope| grant.scopes.iter().any(|granted| granted == scope)) {
        return Err(refuse(
            401,
            105_005,
            "Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.",
        ));
    }
    let shop = check_cipher(world, endpoint, value("shop_cipher"), &shops)?;
    throttle(world, endpoint, shop, call.now)?;
    let names_parameters = world.dials.names_parameters;
    let misfit = |misfit: Misfit| match misfit.why {
        Why::Unknown => bad_parameter(&misfit.path, "unknown parameter"),
        Why::Missing => wrong(endpoint.area, names_parameters, &misfit.path, "required"),
        Why::Wrong => wrong(endpoint.area, names_parameters, &misfit.path, "wrong type or value"),
    };
    shape::check_query(endpoint.query, &call.query, &COMMON, &version).map_err(misfit)?;
    let (body, files) = check_body(endpoint, call)?;
    if files.is_empty() {
        shape::check(endpoint.body, &body, &version).map_err(misfit)?;
    } else {
        let files = files.iter().map(|part| (part.name.clone(), json!("")));
        shape::check(endpoint.body, &body.clone().into_iter().chain(files).collect(), &version).map_err(misfit)?;
    }
    let (area, shop) = (endpoint.area, shop.unwrap_or_default());
    let request = Request { call, ids, version: &version, shop, shops, body, files, area, names_parameters };
    let Some(key) = request.query("idempotency_key").map(str::to_owned) else {
        return (endpoint.handler)(world, &request);
    };
    let mark = format!("{} {}", request.call.path, String::from_utf8_lossy(&request.call.body));
    once(world, &request, &key, mark, |world| (endpoint.handler)(world, &request))
}

/// The same key with the same path and body is answered as before, for as long as it is remembered (api 4.1, assumed).
pub(crate) fn once(
    world: &mut World,
    request: &Request<'_>,
    key: &str,
    mark: String,
    act: impl FnOnce(&mut World) -> Outcome,
) -> Outcome {
    if key.len() > 255 {
        return Err(request.wrong("idempotency_key", "longer than 255 characters"));
    }
    let memory = world.dials.key_memory_s;
    if let Some((known, answer, at)) = world.answers.get(key)
        && memory > 0
        && request.call.now - at < memory
        && *known == mark
    {
        return Ok(answer.clone());
    }
    let answer = act(world)?;
    world.answers.insert(key.to_owned(), (mark, answer.clone(), request.call.now));
    Ok(answer)
}

/// All scopes that there are here.
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

fn check_token<'a>(world: &'a World, call: &Call) -> Result<&'a Grant, Refusal> {
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
    Ok(grant)
}

fn check_cipher(
    world: &World,
    endpoint: &Endpoint,
    given: Option<&str>,
    shops: &[usize],
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
            let is_meant = |shop: &usize| world.shops.get(*shop).is_some_and(|shop| shop.cipher == cipher);
            let shop = shops.iter().copied().find(is_meant);
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
    if endpoint.area == "customer_service" {
        let day = now.div_euclid(86_400);
        let entry = world.chat_calls.entry(shop).or_insert((day, 0));
        *entry = if entry.0 == day { (day, entry.1 + 1) } else { (day, 1) };
        if entry.1 > world.dials.chat_calls_per_day {
            return Err(business((
                45_101_004,
                "The query quota has been reached (10000 request per day). Please try again tomorrow.",
            )));
        }
    }
    Ok(())
}

/// The JSON body, where `[]`, `{}` and nothing are all an empty filter; or the words and the files of a form.
fn check_body(endpoint: &Endpoint, call: &Call) -> Result<(Map<String, Value>, Vec<Part>), Refusal> {
    if auth::is_multipart(call.content_type.as_deref()) {
        if !endpoint.is_upload {
            return Err(refuse(400, 36_009_022, "Invalid request format. The request must be `application/json`."));
        }
        let parts = form::parts(call.content_type.as_deref().unwrap_or_default(), &call.body).ok_or_else(|| {
            refuse(400, 36_009_023, "Invalid request format. The request must be `multipart/form-data`.")
        })?;
        let is_file = |part: &Part| {
            let known = endpoint.body.iter().find(|field| field.name == part.name);
            known.is_some_and(|field| matches!(field.shape, shape::Shape::File))
        };
        let (files, words): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_file);
        let word = |part: Part| (part.name, json!(String::from_utf8_lossy(&part.bytes)));
        return Ok((words.into_iter().map(word).collect(), files));
    }
    if endpoint.is_upload {
        return Err(refuse(400, 36_009_023, "Invalid request format. The request must be `multipart/form-data`."));
    }
    if call.body.is_empty() {
        return Ok((Map::new(), Vec::new()));
    }
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(map)) => Ok((map, Vec::new())),
        Ok(Value::Array(items)) if items.is_empty() => Ok((Map::new(), Vec::new())),
        _ => Err(refuse(400, 36_009_022, "Invalid request format. The request body must be a JSON object.")),
    }
}

/// The HTTP status of an answer.
pub(crate) fn http_status(outcome: &Outcome) -> u16 {
    outcome.as_ref().map_or_else(|refusal| refusal.http, |_| 200)
}

/// The envelope of an answer, keys in the live order.
pub(crate) fn envelope(outcome: Outcome, request_id: String) -> Value {
    let (code, data, message) = match outcome {
        Ok(data) => (0, data, "Success".to_owned()),
        Err(refusal) => (refusal.code, Value::Null, refusal.message),
    };
    let mut envelope = Map::new();
    envelope.insert("code".to_owned(), code.into());
    envelope.insert("data".to_owned(), data);
    envelope.insert("message".to_owned(), message.into());
    envelope.insert("request_id".to_owned(), request_id.into());
    Value::Object(envelope)
}
