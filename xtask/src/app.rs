//! Building the app: styles before trunk, precache list and compression after it.

use crate::shell::{run, say, step};
use crate::size::measured;
use crate::{place, setup, split};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the app is made of: a change in any of it makes a new one.
const INPUTS: [&str; 10] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "frontend",
    "index.html",
    "public",
    "shared",
    "style",
    "xtask/src",
];

/// All files below a folder, or the file itself, in order.
pub(crate) fn files(place: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if place.is_file() {
        found.push(place.to_owned());
    } else {
        for entry in std::fs::read_dir(place).with_context(|| format!("cannot read {}", place.display()))? {
            found.extend(files(&entry?.path())?);
        }
    }
    found.sort();
    Ok(found)
}

fn stamp() -> Result<String> {
    let root = place::root();
    let mut all = Sha256::new();
    for input in INPUTS {
        for file in files(&root.join(input))? {
            if file.ends_with("style/bundle.css") || file.ends_with("style/pages.css") {
                continue;
            }
            all.update(file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().as_bytes());
            all.update(Sha256::digest(std::fs::read(&file)?));
        }
    }
    Ok(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Builds the app into `dist/` unless it is there, made of the same inputs; says what a new one weighs.
pub(crate) fn build() -> Result<PathBuf> {
    let (dist, is_new) = make()?;
    if is_new {
        measured(&dist)?;
    }
    Ok(dist)
}

/// Builds the app if need be, and says whether it was built.
pub(crate) fn make() -> Result<(PathBuf, bool)> {
    let root = place::root();
    let dist = root.join("dist");
    let wanted = stamp()?;
    let mark = dist.join(".stamp");
    if std::fs::read_to_string(&mark).is_ok_and(|known| known == wanted) {
        return Ok((dist, false));
    }
    let bin = setup::for_the_app()?;
    step("the app (the first time about 3 minutes)", || {
        let mut trunk = Command::new(bin.join("trunk"));
        trunk
            // Its own log warns of glue that it cannot make smaller; cutting replaces that glue.
            .args(["--log", "error", "build", "--release", "--features", "split"])
            .current_dir(&root)
            .env("PATH", place::path_with(&bin)?)
            .env("CARGO_TARGET_DIR", place::target()?)
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // trunk 0.21 stops at NO_COLOR=1.
            .env_remove("NO_COLOR");
        run(&mut trunk)
    })?;
    std::fs::write(mark, wanted)?;
    Ok((dist, true))
}

/// Makes one stylesheet of `style/main.css` and all that it imports, layers kept, and another of what comes later. Called
/// by trunk before it builds.
pub(crate) fn styles() -> Result<()> {
    stylesheet("main.css", "bundle.css")?;
    stylesheet("later.css", "pages.css")
}

fn stylesheet(from: &str, to: &str) -> Result<()> {
    let style = place::root().join("style");
    let main = std::fs::read_to_string(style.join(from))?;
    let mut bundle = String::new();
    for line in main.lines() {
        let Some(import) = line.strip_prefix("@import url(\"") else {
            bundle.push_str(line);
            bundle.push('\n');
            continue;
        };
        let (file, rest) = import.split_once("\")").with_context(|| format!("cannot read {line:?}"))?;
        let layer = rest.trim().strip_prefix("layer(").and_then(|rest| rest.strip_suffix(");"));
        let layer = layer.with_context(|| format!("{line:?} names no layer"))?;
        let text = std::fs::read_to_string(style.join(file)).with_context(|| format!("style/{file}"))?;
        bundle.push_str(&format!("@layer {layer} {{\n{text}\n}}\n"));
    }
    // Left alone when nothing changed, so that a watching trunk does not build for ever.
    let place = style.join(to);
    if !std::fs::read_to_string(&place).is_ok_and(|known| known == bundle) {
        std::fs::write(place, bundle)?;
    }
    Ok(())
}

/// Fills in the service worker's list, and writes `.br` and `.gz` beside each file that compresses. Called by trunk.
pub(crate) fn postbuild() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").context("postbuild is called by trunk")?;
    let staging = PathBuf::from(staging);
    let is_release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    if is_release {
        split::cut(&staging)?;
    }
    let all = files(&staging)?;
    let mut version = Sha256::new();
    let mut list = Vec::new();
    for file in &all {
        let name = format!("/{}", file.strip_prefix(&staging)?.to_string_lossy());
        if matches!(name.as_str(), "/sw.js" | "/config.json") {
            continue;
        }
        version.update(name.as_bytes());
        version.update(Sha256::digest(std::fs::read(file)?));
        list.push(if name == "/index.html" { "/".to_owned() } else { name });
    }
    let version: String = version.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let worker = staging.join("sw.js");
    let text = std::fs::read_to_string(&worker)?;
    if !text.contains("__VERSION__") || !text.contains("[/*__PRECACHE__*/]") {
        bail!("public/sw.js has lost its places for the version and the list");
    }
    let list = serde_json::to_string(&list)?;
    std::fs::write(&worker, text.replace("__VERSION__", &version).replace("[/*__PRECACHE__*/]", &list))?;
    if is_release {
        for file in all {
            compress(&file)?;
        }
    }
    Ok(())
}

/// Smaller files gain nothing.
const WORTH_IT: usize = 256;

fn compress(file: &Path) -> Result<()> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let body = std::fs::read(file)?;
    let worth = ["html", "js", "css", "wasm", "json", "webmanifest", "svg"].contains(&ending);
    if !worth || body.len() < WORTH_IT {
        return Ok(());
    }
    let with = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    std::fs::write(with(".br"), brotli(&body)?)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&body)?;
    std::fs::write(with(".gz"), gzip.finish()?)?;
    Ok(())
}

/// As small as brotli makes it.
pub(crate) fn brotli(body: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: body.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut small, &parameters)?;
    Ok(small)
}

/// Says which app was taken.
pub(crate) fn built() -> Result<PathBuf> {
    let dist = build()?;
    say(format!("  the app is in {}", dist.strip_prefix(place::root()).unwrap_or(&dist).display()));
    Ok(dist)
}
