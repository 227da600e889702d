//! The desk in the browser: shows the queue and a case, takes decisions and replies to the proxy.
//!
//! It never holds a TikTok credential, and it never shows "approved", "sent" or "refunded" before the server does.

pub mod api;
pub mod app;
pub mod components;
pub mod i18n;
pub mod pages;
pub mod parts;
pub mod pwa;
pub mod routes;
pub mod state;
pub mod tasks;
pub mod web;

/// Mounts the app into the body.
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
