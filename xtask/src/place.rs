//! Where things are.

use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout that `cargo` was called in. Asked at run time first: checkouts share a target folder, so this program may
/// have been compiled in another one.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map(Path::to_owned).unwrap_or(here)
}

/// Everything that outlives a checkout: tools, packages of the tests, compiled dependencies.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set: no place for tools")?;
    Ok(base.join("amends"))
}

/// trunk, wasm-bindgen, wasm-split and wasm-opt.
pub(crate) fn tools() -> Result<PathBuf> {
    match std::env::var_os("AMENDS_TOOLS_DIR") {
        Some(place) => Ok(PathBuf::from(place)),
        None => Ok(cache()?.join("tools")),
    }
}

/// Compiled files; shared by all checkouts, so that a fresh one need not begin anew.
pub(crate) fn target() -> Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(place) => Ok(PathBuf::from(place)),
        None => Ok(cache()?.join("target")),
    }
}

/// The cargo that runs us, in the checkout, with the shared target folder.
pub(crate) fn cargo() -> Result<Command> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env("CARGO_TARGET_DIR", target()?);
    Ok(cargo)
}

/// The search path with our own programs first.
pub(crate) fn path_with(bin: &Path) -> Result<OsString> {
    let known = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&known)))?)
}
