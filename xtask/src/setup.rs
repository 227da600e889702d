//! Fetches and builds the tools, once, into a cache folder outside the checkout. A second run takes well under a second.

use crate::place;
use crate::shell::{output, run, say, step};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132";
const SPLIT: &str = "0.2.4";
/// What the tests speak to that others wrote: the public client of TikTok Shop, and storage that speaks S3.
const PEERS: [&str; 2] = ["tiktok-shop-api==0.1.0", "moto[server]==5.2.5"];

/// Everything that building the app needs; returns the folder with the programs.
pub(crate) fn for_the_app() -> Result<PathBuf> {
    let tools = place::tools()?;
    let bin = tools.join("bin");
    std::fs::create_dir_all(&bin).with_context(|| format!("cannot make {}", bin.display()))?;
    wasm_target()?;
    let bindgen = locked_version("wasm-bindgen")?;
    let missing = [
        has(&bin, "trunk", TRUNK),
        has(&bin, "wasm-bindgen", &bindgen),
        has(&bin, "wasm-opt", BINARYEN),
        has_split(&tools),
    ];
    if missing.contains(&false) {
        say("The tools are made once and kept; on two cores that takes about 9 minutes.");
    }
    if !has(&bin, "wasm-opt", BINARYEN) {
        step("wasm-opt, from the npm package binaryen", || wasm_opt(&tools, &bin))?;
    }
    if !has(&bin, "trunk", TRUNK) {
        // Trunk only moves files about: unoptimised is fine, and four minutes faster.
        step("trunk, compiled", || {
            let flags = ["--no-default-features", "--features", "rustls"];
            install(&tools, "trunk", TRUNK, &flags, "0", true)
        })?;
    }
    if !has(&bin, "wasm-bindgen", &bindgen) {
        step("wasm-bindgen of the locked version, compiled", || {
            install(&tools, "wasm-bindgen-cli", &bindgen, &[], "1", true)
                // A lock file that was published minutes after its newest dependency may name what a registry lacks.
                .or_else(|_| install(&tools, "wasm-bindgen-cli", &bindgen, &[], "1", false))
        })?;
    }
    if !has_split(&tools) {
        step("wasm-split, compiled", || {
            install(&tools, "wasm_split_cli_support", SPLIT, &["--features", "build-binary"], "1", true)
        })?;
    }
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(bin)
}

fn has(bin: &Path, name: &str, version: &str) -> bool {
    output(Command::new(bin.join(name)).arg("--version")).is_some_and(|text| text.contains(version))
}

/// It does not tell its version; cargo noted it.
fn has_split(tools: &Path) -> bool {
    let noted = std::fs::read_to_string(tools.join(".crates.toml")).unwrap_or_default();
    noted.contains(&format!("\"wasm_split_cli_support {SPLIT} ")) && tools.join("bin/wasm-split-cli").exists()
}

fn wasm_target() -> Result<()> {
    let folder = output(
        Command::new("rustc")
            .args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
            .current_dir(place::root()),
    );
    if folder.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(());
    }
    step("the compile target wasm32-unknown-unknown", || {
        run(Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]).current_dir(place::root()))
    })
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(place::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("Cargo.lock names no {package}"))
}

fn install(tools: &Path, package: &str, version: &str, flags: &[&str], optimised: &str, locked: bool) -> Result<()> {
    let mut cargo = place::cargo()?;
    cargo.args(["install", "--force", "--root"]).arg(tools).args(flags).arg(format!("{package}@{version}"));
    if locked {
        cargo.arg("--locked");
    }
    cargo
        .current_dir(tools)
        .env("CARGO_TARGET_DIR", tools.join("build"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimised)
        .env_remove("RUSTFLAGS");
    run(&mut cargo)
}

fn wasm_opt(tools: &Path, bin: &Path) -> Result<()> {
    let place = tools.join("npm");
    let package = format!("binaryen@{BINARYEN}.0.0");
    run(Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"])
        .arg(&place)
        .arg(package))
    .context("npm is needed: install Node 20 or newer")?;
    let program = place.join("node_modules/binaryen/bin/wasm-opt");
    let link = bin.join("wasm-opt");
    let _ = std::fs::remove_file(&link);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&program, &link).with_context(|| format!("cannot make {}", link.display()))?;
    #[cfg(not(unix))]
    std::fs::copy(&program, &link).map(|_| ()).with_context(|| format!("cannot make {}", link.display()))?;
    Ok(())
}

/// A Chromium for the browser tests: the one that is there, or the system's package where that may be installed.
pub(crate) fn chromium() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    system_program("Chromium", &names, "chromium", "AMENDS_CHROMIUM")
}

/// What drives it for tests of components.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    system_program("chromedriver", &["chromedriver"], "chromium-driver", "CHROMEDRIVER")
}

/// The folder of PostgreSQL's server programs; Debian keeps them out of the search path.
pub(crate) fn postgres() -> Result<PathBuf> {
    let find = || {
        let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = packaged.map(|entry| entry.path().join("bin")).collect();
        folders.sort();
        folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
        folders.into_iter().find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).exists()))
    };
    installed("PostgreSQL", "postgresql", "AMENDS_TEST_POSTGRES_URL, as a server", find)
}

fn system_program(what: &str, names: &[&str], package: &str, variable: &str) -> Result<PathBuf> {
    installed(what, package, variable, || {
        let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.exists());
        named.or_else(|| {
            let path = std::env::var_os("PATH")?;
            std::env::split_paths(&path)
                .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
                .find(|path| path.exists())
        })
    })
}

/// What `find` finds, with the system's package where that may be installed.
fn installed(what: &str, package: &str, variable: &str, find: impl Fn() -> Option<PathBuf>) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let has_apt = output(Command::new("apt-get").arg("--version")).is_some();
    if is_root && has_apt {
        step(&format!("{what}, from the system's packages"), || {
            run(Command::new("apt-get").args(["update", "-q"]))?;
            let mut apt = Command::new("apt-get");
            run(apt.args(["install", "-y", "-q", package]).env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
    }
    find().with_context(|| {
        format!(
            "the tests need {what} and it could not be installed: install the package {package} \
             (for example `sudo apt-get install {package}`) or name it in {variable}"
        )
    })
}

/// The npm packages of the browser tests.
pub(crate) fn node_packages() -> Result<()> {
    let e2e = place::root().join("e2e");
    if e2e.join("node_modules/playwright-core").exists() && e2e.join("node_modules/axe-core").exists() {
        return Ok(());
    }
    step("the npm packages of the browser tests", || {
        run(Command::new("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&e2e))
            .context("npm is needed: install Node 20 or newer")
    })
}

/// A Python with the public TikTok client, which speaks to the sandbox as an independent peer, and with a server of S3.
pub(crate) fn python_peer() -> Result<PathBuf> {
    let place = place::cache()?.join("peer");
    let python = place.join("bin/python");
    let import = "import importlib.metadata as m; print(m.version('tiktok-shop-api'), m.version('moto'))";
    if output(Command::new(&python).args(["-c", import])).is_some_and(|found| found.trim() == "0.1.0 5.2.5") {
        return Ok(python);
    }
    step("the Python peers, in a virtual environment", || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place))
            .context("Python 3 with venv is needed for the tests with peers")?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PEERS))
    })?;
    if !python.exists() {
        bail!("the virtual environment has no Python");
    }
    Ok(python)
}
