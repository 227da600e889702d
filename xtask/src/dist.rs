//! `cargo xtask dist`: what is deployed.

use crate::app::{built, files};
use crate::place;
use crate::shell::{run, say, step};
use anyhow::{Context, Result, bail};

/// Makes `dist-out/amends`, one program with the app inside, and `dist-out/static`, the same app as plain files.
pub(crate) fn dist(arguments: &[String]) -> Result<()> {
    let proxy = match arguments {
        [] => String::new(),
        [flag, url] if flag == "--proxy" && url.starts_with("http") => url.trim_end_matches('/').to_owned(),
        _ => bail!("usage: cargo xtask dist [--proxy https://desk-api.example.com]"),
    };
    let root = place::root();
    let app = built()?;
    let out = root.join("dist-out");
    let _ = std::fs::remove_dir_all(&out);
    let plain = out.join("static");
    for file in files(&app)? {
        let name = file.strip_prefix(&app)?;
        if name.to_string_lossy() == ".stamp" {
            continue;
        }
        let to = plain.join(name);
        std::fs::create_dir_all(to.parent().context("no folder")?)?;
        std::fs::copy(&file, to)?;
    }
    let config = serde_json::json!({ "proxy": proxy });
    std::fs::write(plain.join("config.json"), format!("{config}\n"))?;
    std::fs::write(plain.join("headers.txt"), headers(&proxy))?;
    step("the program with the app inside (about 6 minutes)", || {
        run(place::cargo()?.args([
            "build",
            "--locked",
            "--release",
            "--package",
            "proxy",
            "--bin",
            "amends",
            "--features",
            "embed",
        ]))
    })?;
    let name = format!("amends{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(place::target()?.join("release").join(&name), out.join(&name))?;
    say("dist-out/amends: one program, run `amends serve`");
    say(
        "dist-out/static: the same app as plain files; config.json names the proxy, headers.txt what its host must send",
    );
    Ok(())
}

/// The headers that a host of the plain files must send with each of them.
pub(crate) fn headers(proxy: &str) -> String {
    let also = if proxy.is_empty() { String::new() } else { format!(" {proxy}") };
    format!(
        "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:{also}; media-src 'self'{also}; font-src 'self'; connect-src 'self'{also}; manifest-src 'self'; \
         worker-src 'self'; frame-src https://www.youtube-nocookie.com https://www.loom.com; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types default\n\
         X-Content-Type-Options: nosniff\nReferrer-Policy: no-referrer\n"
    )
}
