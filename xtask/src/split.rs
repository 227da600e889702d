//! Cuts the app into the files that `frontend/src/parts.rs` names.
//!
//! The cut belongs between cargo and wasm-bindgen, where trunk calls nobody. So what trunk made of the whole is replaced
//! by what is made of the parts here, in a folder whose name holds a hash of all of them: they fit each other only.

use crate::app::files;
use crate::place;
use crate::shell::{run, step};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What wasm-opt may use: the parts, unlike the whole, do not say what they were compiled for. All of it is in every
/// browser since 2022.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Whether a file is fetched only once something needs it.
pub(crate) fn is_later(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.starts_with("split_") || file.starts_with("chunk_") || file == "pages.css"
}

/// Replaces the app in trunk's staging folder by one that is cut.
pub(crate) fn cut(staging: &Path) -> Result<()> {
    let whole = place::target()?.join("wasm32-unknown-unknown/wasm-release/frontend.wasm");
    let out = place::target()?.join("split");
    let _ = std::fs::remove_dir_all(&out);
    step("cutting it into files", || pieces(&whole, &out))?;
    let mut all = Sha256::new();
    let made = files(&out)?;
    for file in &made {
        all.update(file.strip_prefix(&out)?.to_string_lossy().as_bytes());
        all.update(Sha256::digest(std::fs::read(file)?));
    }
    let hash: String = all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let folder = format!("app-{hash}");
    for file in &made {
        let to = staging.join(&folder).join(file.strip_prefix(&out)?);
        std::fs::create_dir_all(to.parent().context("no folder")?)?;
        std::fs::copy(file, to)?;
    }
    let index = staging.join("index.html");
    let mut page = std::fs::read_to_string(&index)?;
    for (ending, name) in [("_bg.wasm", "frontend_bg.wasm"), (".js", "frontend.js")] {
        let trunks = of_trunk(staging, ending)?;
        let old = trunks.file_name().context("no name")?.to_string_lossy().into_owned();
        if !page.contains(&old) {
            bail!("index.html does not name {old}");
        }
        page = page.replace(&old, &format!("{folder}/{name}"));
        std::fs::remove_file(trunks)?;
    }
    let loader =
        format!("<link rel=\"modulepreload\" href=\"/{folder}/__wasm_split.js\" crossorigin=\"anonymous\"></head>");
    std::fs::write(index, page.replacen("</head>", &loader, 1))?;
    Ok(())
}

/// The glue or the wasm that trunk made: `frontend-` and a hash.
fn of_trunk(staging: &Path, ending: &str) -> Result<PathBuf> {
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("frontend-") && name.ends_with(ending)
    };
    files(staging)?.into_iter().find(is_it).with_context(|| format!("trunk made no frontend-…{ending}"))
}

fn pieces(whole: &Path, out: &Path) -> Result<()> {
    let bin = place::tools()?.join("bin");
    run(Command::new(bin.join("wasm-split-cli"))
        .args(["--target", "web", "--out-name", "frontend"])
        .args([whole, out]))?;
    // wasm-bindgen writes a file of another name; what it read is no part of the app.
    let main = out.join("frontend.wasm");
    run(Command::new(bin.join("wasm-bindgen"))
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle"])
        .args(["--out-name", "frontend", "--out-dir"])
        .args([out, &main]))?;
    std::fs::remove_file(main)?;
    let parts: Vec<_> =
        files(out)?.into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "wasm")).collect();
    // No more at once than there are cores: each takes 200 MB.
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut wasm_opt = Command::new(bin.join("wasm-opt"));
            wasm_opt.args(["-Oz", "-Oz"]).args(FEATURES).arg(part).arg("-o").arg(part);
            // It warns of every name section that it does not know, and drops them all.
            let ended = wasm_opt.stderr(Stdio::null()).status();
            let ended = ended.with_context(|| format!("wasm-opt on {}", part.display()))?;
            if !ended.success() {
                bail!("wasm-opt on {} ended with {ended}", part.display());
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism()?.get();
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| bail!("wasm-opt cannot be run")))
    })?;
    Ok(())
}
