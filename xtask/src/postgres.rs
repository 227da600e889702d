//! A private PostgreSQL server for the tests: empty, on a port of this machine, gone when they end.

use crate::setup;
use crate::shell::{output, say};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Names a server that is there; then none is started.
pub(crate) const GIVEN: &str = "AMENDS_TEST_POSTGRES_URL";
const READY: &str = "ready to accept connections";

/// A server, and the address under which tests find it.
pub(crate) struct Server {
    /// For `AMENDS_TEST_POSTGRES_URL`.
    pub(crate) url: String,
    private: Option<Private>,
}

struct Private {
    child: Child,
    folder: PathBuf,
    /// How it is started again.
    again: serde_json::Value,
}

impl Server {
    /// For `AMENDS_SOAK_SERVER`: how it is started again, if it is one of our own.
    pub(crate) fn again(&self) -> Option<String> {
        self.private.as_ref().map(|private| private.again.to_string())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// PostgreSQL refuses to run as root: whose it is then. `None`: it runs as we do.
fn owner() -> Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| -> Option<u32> {
        output(Command::new("id").args(arguments)).and_then(|text| text.trim().parse().ok())
    };
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        if let (Some(user), Some(group)) = (id(&["-u", user]), id(&["-g", user])) {
            return Ok(Some((user, group)));
        }
    }
    bail!("PostgreSQL does not run as root, and there is no other user: make one named postgres")
}

/// A program of the server, run as its owner.
fn program(bin: &Path, name: &str, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(bin.join(name));
    #[cfg(unix)]
    if let Some((user, group)) = owner {
        use std::os::unix::process::CommandExt;
        command.uid(user).gid(group).current_dir("/");
    }
    command
}

/// The server that the settings name, or one of our own.
pub(crate) fn server() -> Result<Server> {
    if let Ok(url) = std::env::var(GIVEN) {
        return Ok(Server { url, private: None });
    }
    let bin = setup::postgres()?;
    let owner = owner()?;
    let folder = std::env::temp_dir().join(format!("amends-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    #[cfg(unix)]
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
    }
    let made = program(&bin, "initdb", owner)
        .args(["--auth=trust", "--username=amends", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(&folder)
        .stdout(Stdio::null())
        .status()
        .context("cannot run initdb")?;
    if !made.success() {
        bail!("initdb failed: name a server in {GIVEN}, or see why above");
    }
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let (port_word, folder_word) = (port.to_string(), folder.to_string_lossy().into_owned());
    let mut arguments = vec!["-D", &folder_word, "-p", &port_word];
    arguments.extend(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
    // What is tested ends with the tests: nothing need survive a power cut.
    arguments.extend(["-c", "fsync=off", "-c", "max_connections=300", "-c", "logging_collector=off"]);
    let again = serde_json::json!({
        "program": bin.join("postgres"), "arguments": arguments, "folder": folder,
        "uid": owner.map(|(user, _)| user), "gid": owner.map(|(_, group)| group),
    });
    let child = program(&bin, "postgres", owner)
        .args(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start postgres")?;
    let mut private = Private { child, folder, again };
    let log = private.child.stderr.take().context("no log to read")?;
    let mut lines = BufReader::new(log).lines();
    for line in lines.by_ref() {
        let line = line?;
        if line.contains(READY) {
            // It must not wait for somebody who reads what it says.
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
            let url = format!("postgres://amends@127.0.0.1:{port}/postgres?sslmode=disable");
            say(format!("  PostgreSQL listens on port {port}"));
            return Ok(Server { url, private: Some(private) });
        }
        say(format!("  {line}"));
    }
    bail!("PostgreSQL ended before it was ready: see why above, or name a server in {GIVEN}")
}
