//! The one route table: method, path, permission, handler.

use crate::app::Desk;
use crate::auth::{LeadDesk, ManageShops, ManageTeam, Permission, ViewDesk, WorkCases};
use crate::error::Error;
use crate::middleware as around;
use crate::openapi::{Described, Operation};
use crate::routes::{
    alarms, cases, connect, events, handbook, health, inspect, media, openapi, practice, quality, reports, reviews,
    rules, session, shops, static_files, team, templates, ticks, uploads, webhooks,
};
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, get, on};
use shared::wire::session::Role;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody; the handler looks for itself.
    Open,
    /// Who is signed in with at least this role.
    Needs(Role),
}

/// One row of the table.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with variables in braces.
    pub path: &'static str,
    /// Who may use it. The handler's `Allowed` is what enforces it; a test walks the table and compares.
    pub access: Access,
    /// The path of the handler's function.
    pub handler_name: &'static str,
    /// Writes down what it takes and answers.
    pub describe: fn(&mut Operation<'_>),
    handler: MethodRouter<Desk>,
}

fn row<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Desk> + Described<T>,
    T: 'static,
{
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    let (handler_name, describe) = (std::any::type_name::<H>(), H::describe);
    Route { method, path, access, handler_name, describe, handler: on(filter, handler) }
}

fn open<H: Handler<T, Desk> + Described<T>, T: 'static>(method: Method, path: &'static str, handler: H) -> Route {
    row(method, path, Access::Open, handler)
}

fn needs<P: Permission, H: Handler<T, Desk> + Described<T>, T: 'static>(
    _permission: P,
    method: Method,
    path: &'static str,
    handler: H,
) -> Route {
    row(method, path, Access::Needs(P::LEAST), handler)
}

/// Every address that the desk answers, but for the app's own files.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Method as M;
    vec![
        open(M::GET,    "/api/session",           session::read),
        open(M::POST,   "/api/session",           session::create),
        open(M::DELETE, "/api/session",           session::remove),
        open(M::POST,   "/api/session/practice",  session::create_practice),
        open(M::POST,   "/api/session/link",      session::create_by_link),
        open(M::POST,   "/api/session/link/read", session::read_link),

        needs(ViewDesk,  M::GET,    "/api/cases",                  cases::list),
        needs(ViewDesk,  M::POST,   "/api/cases/search",           cases::search),
        needs(ViewDesk,  M::GET,    "/api/cases/{case}",           cases::read),
        needs(ViewDesk,  M::POST,   "/api/cases/{case}/opened",    cases::opened),
        needs(ViewDesk,  M::POST,   "/api/cases/{case}/photos/{photo}", cases::open_photo),
        needs(WorkCases, M::POST,   "/api/cases/{case}/decision",  cases::create_decision),
        needs(WorkCases, M::POST,   "/api/cases/{case}/reply",     cases::create_reply),
        needs(WorkCases, M::POST,   "/api/cases/{case}/claim",     cases::take_claim),
        needs(WorkCases, M::DELETE, "/api/cases/{case}/claim",     cases::give_claim_back),
        needs(WorkCases, M::PUT,    "/api/cases/{case}/draft",     cases::update_draft),
        needs(WorkCases, M::PUT,    "/api/cases/{case}/assignee",  cases::update_assignee),
        needs(WorkCases, M::POST,   "/api/cases/{case}/notes",     cases::create_note),
        needs(WorkCases, M::POST,   "/api/cases/{case}/told",      cases::settle_debt),
        needs(WorkCases, M::POST,   "/api/cases/{case}/evidence",  cases::create_evidence),
        needs(WorkCases, M::POST,   "/api/cases/{case}/tags",      rules::tag),
        needs(WorkCases, M::POST,   "/api/cases/{case}/second",    rules::answer_second),
        needs(ViewDesk,  M::GET,    "/api/evidence/{evidence}",    cases::read_evidence),
        needs(WorkCases, M::POST,   "/api/inspect/scan",           inspect::scan),
        needs(WorkCases, M::POST,   "/api/cases/{case}/scanned",   inspect::scanned),
        needs(WorkCases, M::PUT,    "/api/cases/{case}/answer",    inspect::update_answer),
        needs(WorkCases, M::PUT,    "/api/cases/{case}/shot",      inspect::update_shot),
        needs(WorkCases, M::POST,   "/api/cases/{case}/lead",      inspect::ask_lead),
        needs(WorkCases, M::DELETE, "/api/intents/{intent}",       cases::undo),
        needs(ViewDesk,  M::GET,    "/api/alarms",                 alarms::list),
        needs(ViewDesk,  M::POST,   "/api/alarms/seen",            alarms::create_seen),
        needs(ViewDesk,  M::GET,    "/api/events",                 events::read),
        needs(ViewDesk,  M::GET,    "/api/templates",              templates::list),
        needs(ViewDesk,  M::GET,    "/api/templates/coverage",     templates::coverage),
        needs(ViewDesk,  M::GET,    "/api/templates/file",         templates::export),
        needs(WorkCases, M::POST,   "/api/templates/file",         templates::import),
        needs(ViewDesk,  M::GET,    "/api/templates/lines",        templates::lines),
        needs(LeadDesk,  M::PUT,    "/api/templates/lines",        templates::save_lines),
        needs(ViewDesk,  M::GET,    "/api/templates/{place}",      templates::read),
        needs(WorkCases, M::PUT,    "/api/templates/{place}/open", templates::write),
        needs(WorkCases, M::POST,   "/api/templates/{place}/step", templates::step),
        needs(WorkCases, M::POST,   "/api/templates/{place}/here", templates::attend),
        needs(ViewDesk,  M::GET,    "/api/templates/{place}/difference", templates::difference),
        needs(LeadDesk,  M::GET,    "/api/templates/{place}/rewritten", templates::rewritten),
        needs(ViewDesk,  M::GET,    "/api/media/{media}",          media::read),
        needs(LeadDesk,  M::GET,    "/api/quality",                quality::read),
        needs(LeadDesk,  M::GET,    "/api/quality/cases",          quality::list),
        needs(ViewDesk,  M::GET,    "/api/quality/mine",           quality::mine),
        needs(ViewDesk,  M::GET,    "/api/quality/mine/cases",     quality::list_mine),
        needs(LeadDesk,  M::GET,    "/api/reports",                reports::read),
        needs(LeadDesk,  M::GET,    "/api/reports/cases",          reports::list),
        needs(LeadDesk,  M::GET,    "/api/reports/{report}",       reports::download),
        needs(LeadDesk,  M::PUT,    "/api/reports/drift/care",     reports::update_care),
        needs(LeadDesk,  M::GET,    "/api/reviews",                reviews::list),
        needs(ViewDesk,  M::GET,    "/api/reviews/mine",           reviews::mine),
        needs(ViewDesk,  M::GET,    "/api/reviews/count",          reviews::count),
        needs(LeadDesk,  M::GET,    "/api/reviews/alerts",         reviews::alerts),
        needs(LeadDesk,  M::PUT,    "/api/reviews/alerts/away",    reviews::put_away),
        needs(LeadDesk,  M::GET,    "/api/reviews/coaching",       reviews::coaching),
        needs(LeadDesk,  M::GET,    "/api/reviews/rules",          reviews::read_rules),
        needs(LeadDesk,  M::PUT,    "/api/reviews/rules",          reviews::update_rules),
        needs(LeadDesk,  M::GET,    "/api/reviews/scorecards",     reviews::list_scorecards),
        needs(LeadDesk,  M::PUT,    "/api/reviews/scorecards/{scorecard}", reviews::update_scorecard),
        needs(LeadDesk,  M::GET,    "/api/reviews/cases/{case}",   reviews::read),
        needs(LeadDesk,  M::PUT,    "/api/reviews/cases/{case}",   reviews::update),
        needs(LeadDesk,  M::PUT,    "/api/reviews/cases/{case}/draft", reviews::update_draft),
        needs(LeadDesk,  M::POST,   "/api/reviews/cases/{case}/skip", reviews::skip),
        needs(WorkCases, M::POST,   "/api/reviews/items/{review}/answer", reviews::answer),
        needs(LeadDesk,  M::POST,   "/api/reviews/items/{review}/verdict", reviews::judge_appeal),
        needs(LeadDesk,  M::GET,    "/api/reviews/calibrations",   reviews::calibrations),
        needs(LeadDesk,  M::PUT,    "/api/reviews/calibrations/{case}", reviews::calibrate),
        needs(LeadDesk,  M::POST,   "/api/reviews/calibrations/{case}/close", reviews::close),
        needs(LeadDesk,  M::GET,    "/api/rules",                  rules::list),
        needs(LeadDesk,  M::POST,   "/api/rules/stop",             rules::stop),
        needs(LeadDesk,  M::GET,    "/api/rules/currencies",       rules::currencies),
        needs(LeadDesk,  M::GET,    "/api/rules/{rule}",           rules::read),
        needs(LeadDesk,  M::PUT,    "/api/rules/{rule}",           rules::update),
        needs(LeadDesk,  M::POST,   "/api/rules/{rule}/dry-run",   rules::run_dry),
        needs(LeadDesk,  M::POST,   "/api/rules/{rule}/switch",    rules::switch),
        needs(LeadDesk,  M::POST,   "/api/rules/{rule}/away",      rules::put_away),
        needs(LeadDesk,  M::GET,    "/api/checkpoints",            ticks::list),
        needs(LeadDesk,  M::PUT,    "/api/checkpoints",            ticks::update),
        needs(WorkCases, M::PUT,    "/api/checkpoints/{tick}/{case}", ticks::create),
        needs(WorkCases, M::DELETE, "/api/checkpoints/{tick}/{case}", ticks::remove),
        needs(ViewDesk,  M::GET,    "/api/practice",               practice::list),
        needs(LeadDesk,  M::GET,    "/api/practice/team",          practice::team),
        needs(LeadDesk,  M::PUT,    "/api/practice/assignments/{exercise}", practice::assign),
        needs(LeadDesk,  M::GET,    "/api/practice/exercises/{exercise}", practice::read_exercise),
        needs(LeadDesk,  M::PUT,    "/api/practice/exercises/{exercise}", practice::update_exercise),
        needs(LeadDesk,  M::DELETE, "/api/practice/exercises/{exercise}", practice::remove_exercise),
        needs(WorkCases, M::POST,   "/api/practice/exercises/{exercise}/run", practice::begin),
        needs(ViewDesk,  M::GET,    "/api/practice/runs/{run}",    practice::read),
        needs(WorkCases, M::POST,   "/api/practice/runs/{run}/skip", practice::skip),
        needs(WorkCases, M::POST,   "/api/practice/runs/{run}/finish", practice::finish),
        needs(WorkCases, M::POST,   "/api/practice/runs/{run}/leave", practice::leave),
        needs(ViewDesk,  M::GET,    "/api/handbook",                        handbook::list),
        needs(ViewDesk,  M::GET,    "/api/handbook/news",                   handbook::news),
        needs(ViewDesk,  M::GET,    "/api/handbook/pages/{page}",           handbook::read),
        needs(ViewDesk,  M::POST,   "/api/handbook/pages/{page}/signature", handbook::sign),
        needs(ViewDesk,  M::GET,    "/api/handbook/pages/{page}/difference", handbook::difference),
        needs(ViewDesk,  M::GET,    "/api/cases/{case}/handbook",           handbook::beside),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages",                  handbook::create),
        needs(LeadDesk,  M::PUT,    "/api/handbook/order",                  handbook::update_order),
        needs(LeadDesk,  M::PUT,    "/api/handbook/pages/{page}/keeping",   handbook::update_keeping),
        needs(LeadDesk,  M::POST,   "/api/handbook/preview",                handbook::preview),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages/{page}/draft",     handbook::open_draft),
        needs(LeadDesk,  M::PUT,    "/api/handbook/pages/{page}/draft",     handbook::save_draft),
        needs(LeadDesk,  M::DELETE, "/api/handbook/pages/{page}/draft",     handbook::discard_draft),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages/{page}/draft/here", handbook::attend_draft),
        needs(LeadDesk,  M::GET,    "/api/handbook/pages/{page}/draft/revisions", handbook::revisions),
        needs(LeadDesk,  M::GET,    "/api/handbook/pages/{page}/draft/revisions/{revision}", handbook::revision),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages/{page}/draft/review", handbook::send_for_review),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages/{page}/draft/return", handbook::send_back),
        needs(LeadDesk,  M::POST,   "/api/handbook/pages/{page}/draft/publish", handbook::publish),
        needs(ViewDesk,  M::GET,    "/api/handbook/media/{file}",           uploads::read_file),
        needs(LeadDesk,  M::GET,    "/api/handbook/uploads",                uploads::list),
        needs(LeadDesk,  M::POST,   "/api/handbook/uploads",                uploads::create),
        needs(LeadDesk,  M::OPTIONS, "/api/handbook/uploads",               uploads::options),
        needs(LeadDesk,  M::GET,    "/api/handbook/uploads/{upload}",       uploads::read),
        needs(LeadDesk,  M::PATCH,  "/api/handbook/uploads/{upload}",       uploads::update),
        needs(LeadDesk,  M::DELETE, "/api/handbook/uploads/{upload}",       uploads::remove),
        needs(LeadDesk,  M::POST,   "/api/handbook/uploads/{upload}/file",  uploads::finish),

        needs(ViewDesk,    M::GET,    "/api/shops",                   shops::list),
        needs(ManageShops, M::POST,   "/api/shops/connect",           shops::connect),
        needs(ManageShops, M::POST,   "/api/shops/{shop}/disconnect", shops::disconnect),
        needs(ManageTeam,  M::GET,    "/api/team",                    team::list),
        needs(ManageTeam,  M::POST,   "/api/team",                    team::create),
        needs(ManageTeam,  M::PATCH,  "/api/team/{person}",           team::update),
        needs(ManageTeam,  M::DELETE, "/api/team/{person}",           team::remove),
        needs(ManageTeam,  M::POST,   "/api/team/{person}/reset",     team::create_reset),

        open(M::GET,  "/api/openapi.json",         openapi::read),
        open(M::GET,  "/connect/tiktok/callback",  connect::callback),
        open(M::POST, "/webhooks/tiktok/{secret}", webhooks::receive),
        open(M::GET,  "/healthz",                  health::healthz),
        open(M::GET,  "/readyz",                   health::readyz),
        open(M::GET,  "/metrics",                  health::metrics),
    ]
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

/// The whole desk as one service.
pub fn router(desk: Desk) -> Router {
    let mut table = Router::new();
    for route in routes() {
        table = table.route(route.path, route.handler);
    }
    around_all(table, desk)
}

/// What stands around every handler.
pub fn around_all(table: Router<Desk>, desk: Desk) -> Router {
    table
        .method_not_allowed_fallback(wrong_method)
        // The app's files are compressed already; live streams and pictures are left alone by the layer itself. Videos are as
        // small as they get, and a part of one could not be asked for.
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::new("video/"))))
        .fallback(static_files::read)
        .layer(from_fn_with_state(desk.clone(), around::refuse_cross_site))
        .layer(from_fn_with_state(desk.clone(), around::admit_other_origin))
        .layer(from_fn_with_state(desk.clone(), around::answer_headers))
        .layer(from_fn_with_state(desk.clone(), around::trace))
        .with_state(desk)
}

/// The counters alone, for a port of their own.
pub fn metrics_router(desk: Desk) -> Router {
    Router::new().route("/metrics", get(health::own_metrics)).with_state(desk)
}
