//! The description of the desk's HTTP interface, OpenAPI 3.1. It is made of the route table and of the types of its
//! handlers, so it cannot say anything else than the code does.

use crate::auth::{Allowed, Permission};
use crate::extract::{Answered, Bytes, File, Json, Key, Path, Query, Stream};
use crate::middleware::Peer;
use crate::router::{Access, Route};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Redirect, Response};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use shared::error::ApiError;
use shared::wire::event::Event;
use shared::wire::session::Role;

const ABOUT: &str = "Who is signed in holds a cookie. A write carries the header `X-Amends: 1`, without which it is taken \
for another site's, and where `Idempotency-Key` is asked for the same key on every try: a repeated key with another body is \
refused. Instants are milliseconds since 1970, UTC. Amounts are decimals as the platform wrote them, with their currency.";

/// One call as it is written down.
pub struct Operation<'a> {
    schemas: &'a mut SchemaGenerator,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
}

impl Operation<'_> {
    fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().to_value()
    }

    fn answer(&mut self, status: &str, about: &str, kind: Option<(&str, Value)>) {
        let mut answer = json!({ "description": about });
        if let (Some((kind, schema)), Some(answer)) = (kind, answer.as_object_mut()) {
            answer.insert("content".to_owned(), json!({ kind: { "schema": schema } }));
        }
        self.answers.insert(status.to_owned(), answer);
    }
}

/// What a handler takes in. Most of it is not the caller's to say.
pub trait Input {
    /// Writes down what a caller has to send for it.
    fn describe(_: &mut Operation<'_>) {}
}

impl<S> Input for State<S> {}
impl Input for HeaderMap {}
impl Input for Peer {}
impl Input for Body {}
/// The least role stands in the route table.
impl<P: Permission> Input for Allowed<P> {}
/// The names stand in the address.
impl<T> Input for Path<T> {}
impl<T> Input for axum::extract::Path<T> {}

impl<T: JsonSchema> Input for Query<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = T::json_schema(operation.schemas).to_value();
        let needed = |name: &str| {
            let all = schema.get("required").and_then(Value::as_array);
            all.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)))
        };
        for (name, kind) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let about = kind.get("description").cloned().unwrap_or(Value::String(String::new()));
            operation.parameters.push(
                json!({ "name": name, "in": "query", "required": needed(name), "description": about, "schema": kind }),
            );
        }
    }
}

impl<T: JsonSchema> Input for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.schema::<T>();
        operation.body = Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
    }
}

impl Input for Bytes {
    fn describe(operation: &mut Operation<'_>) {
        operation.body = Some(json!({ "required": true, "content": { "application/octet-stream": {} } }));
    }
}

impl Input for Key {
    fn describe(operation: &mut Operation<'_>) {
        operation.parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "The same on every try of one write.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 64 },
        }));
    }
}

/// What a handler answers.
pub trait Output {
    /// Writes down what a caller may get.
    fn describe(operation: &mut Operation<'_>);
}

impl<T: JsonSchema> Output for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.schema::<T>();
        operation.answer("200", "Done.", Some(("application/json", schema)));
    }
}

impl Output for StatusCode {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer("204", "Done.", None);
    }
}

impl Output for Response {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer("200", "Done.", Some(("*/*", json!({}))));
    }
}

impl Output for Redirect {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer("303", "On to another page.", None);
    }
}

impl Output for &'static str {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer("200", "Done.", Some(("text/plain", json!({ "type": "string" }))));
    }
}

impl Output for File {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer("200", "The file.", Some(("*/*", json!({}))));
    }
}

impl Output for Stream {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.schema::<Event>();
        let about = "Events as they come, each as one `data:` line; `id:` is where to go on from.";
        operation.answer("200", about, Some(("text/event-stream", schema)));
    }
}

impl<T: Output> Output for Answered<T> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
    }
}

impl<T: Output, E> Output for Result<T, E> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
        let schema = operation.schema::<ApiError>();
        operation.answer("default", "Nothing was done, and why.", Some(("application/json", schema)));
    }
}

/// A handler whose types say what it takes and answers; `T` is axum's list of its inputs.
pub trait Described<T> {
    /// Writes all of it down.
    fn describe(operation: &mut Operation<'_>);
}

macro_rules! described {
    ($($input:ident),*) => {
        impl<H, F, M, $($input),*> Described<(M, $($input,)*)> for H
        where
            H: FnOnce($($input),*) -> F,
            F: Future<Output: Output>,
            $($input: Input,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($input::describe(operation);)*
                F::Output::describe(operation);
            }
        }
    };
}

impl<H, F> Described<((),)> for H
where
    H: FnOnce() -> F,
    F: Future<Output: Output>,
{
    fn describe(operation: &mut Operation<'_>) {
        F::Output::describe(operation);
    }
}
described!(A);
described!(A, B);
described!(A, B, C);
described!(A, B, C, D);
described!(A, B, C, D, E);
described!(A, B, C, D, E, G);

/// The names in braces.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// `amends::routes::cases::list` as `cases` and `list`.
fn place(handler: &str) -> (&str, &str) {
    let mut parts = handler.rsplit("::");
    let name = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), name)
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut found = Operation { schemas, parameters: Vec::new(), body: None, answers: Map::new() };
    for name in variables(route.path) {
        found.parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    }
    (route.describe)(&mut found);
    let (tag, name) = place(route.handler_name);
    let mut written = json!({
        "tags": [tag], "operationId": format!("{tag}.{name}"), "parameters": found.parameters, "responses": found.answers,
    });
    let least = match route.access {
        Access::Open => None,
        Access::Needs(Role::Agent) => Some("agent"),
        Access::Needs(Role::Lead) => Some("lead"),
        Access::Needs(Role::Admin) => Some("admin"),
    };
    if let Some(written) = written.as_object_mut() {
        if let Some(least) = least {
            written.insert("description".to_owned(), format!("For {least}s and above.").into());
            written.insert("security".to_owned(), json!([{ "session": [] }]));
        }
        if let Some(body) = found.body {
            written.insert("requestBody".to_owned(), body);
        }
    }
    written
}

/// All that the routes take and answer.
pub fn document(routes: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let written = operation(route, &mut schemas);
        let method = match route.method {
            Method::POST => "post",
            Method::PUT => "put",
            Method::PATCH => "patch",
            Method::DELETE => "delete",
            Method::OPTIONS => "options",
            Method::HEAD => "head",
            _ => "get",
        };
        if let Some(methods) = paths.entry(route.path).or_insert_with(|| json!({})).as_object_mut() {
            methods.insert(method.to_owned(), written);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Amends", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "session": {
                "type": "apiKey", "in": "cookie", "name": "__Host-amends_session",
                "description": "Set by signing in; `amends_session` where the desk is not called by https.",
            } },
        },
    })
}
