//! The program itself: what it says when it cannot start, and its small commands.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn amends(data: &Path, arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amends"));
    command.args(arguments).env_clear().env("AMENDS_DATA_DIR", data).envs(settings.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[track_caller]
pub(crate) fn failed(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} in {text}");
    }
}

#[test]
fn all_wrong_settings_are_named_at_once() {
    let data = tempfile::tempdir().unwrap();
    let settings = [("AMENDS_HOLD_SECONDS", "99"), ("AMENDS_LISTEN", "here"), ("AMENDS_TIKTOK_APP_KEY", "k")];
    let output = amends(data.path(), &["serve"], &settings, "");
    failed(&output, &["AMENDS_HOLD_SECONDS", "AMENDS_LISTEN", "AMENDS_TIKTOK_APP_SECRET, AMENDS_TIKTOK_SERVICE_ID"]);
}

#[test]
fn a_port_in_use_is_said_with_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = amends(data.path(), &[], &[("AMENDS_LISTEN", &address)], "");
    failed(&output, &[&format!("cannot listen on {address}"), "AMENDS_LISTEN"]);
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let output = amends(data.path(), &["shop", "list"], &[], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let database = rusqlite::Connection::open(data.path().join("amends.db")).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    failed(&amends(data.path(), &["shop", "list"], &[], ""), &["has version 999", "run the newer program"]);
    std::fs::write(data.path().join("amends.db"), "no database").unwrap();
    failed(&amends(data.path(), &["shop", "list"], &[], ""), &["cannot open the database"]);
}

#[test]
fn a_database_of_another_key_and_a_damaged_one_are_left_alone() {
    let data = tempfile::tempdir().unwrap();
    assert!(amends(data.path(), &["shop", "list"], &[], "").status.success());
    let other = "7".repeat(64);
    let output = amends(data.path(), &["shop", "list"], &[("AMENDS_SECRET_KEY", &other)], "");
    failed(&output, &["the secret key is not the one", "put that one back"]);
    let path = data.path().join("amends.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The header and the root page stay as they are.
    bytes[8_192..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    failed(&amends(data.path(), &["shop", "list"], &[], ""), &["is damaged", "amends restore FILE"]);
    let file = data.path().join("file");
    std::fs::write(&file, "").unwrap();
    failed(&amends(&file, &["serve"], &[("AMENDS_LISTEN", "127.0.0.1:0")], ""), &["cannot write", "AMENDS_DATA_DIR"]);
}

#[test]
fn a_person_is_added_and_the_database_copied_and_brought_back() {
    let data = tempfile::tempdir().unwrap();
    let add = |email: &str| {
        amends(data.path(), &["user", "add", "--email", email, "--name", "Bo", "--role", "admin"], &[], "")
    };
    let added = add("bo@example.com");
    let text = String::from_utf8_lossy(&added.stdout).into_owned();
    assert!(text.contains("http://127.0.0.1:8080/welcome#"), "{text}");
    failed(&add("bo@example.com"), &["e-mail address is taken"]);
    let copy = data.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    assert!(amends(data.path(), &["backup", copy], &[], "").status.success());
    failed(&amends(data.path(), &["backup", copy], &[], ""), &["is there already"]);
    assert!(add("cy@example.com").status.success());
    let broken = data.path().join("broken.db");
    std::fs::write(&broken, "no database").unwrap();
    failed(&amends(data.path(), &["restore", broken.to_str().unwrap()], &[], ""), &["broken.db"]);
    failed(&add("cy@example.com"), &["e-mail address is taken"]);
    assert!(amends(data.path(), &["restore", copy], &[], "").status.success());
    assert!(add("cy@example.com").status.success());
    failed(&add("bo@example.com"), &["e-mail address is taken"]);
    let verified = amends(data.path(), &["audit", "verify"], &[], "");
    assert_eq!(String::from_utf8_lossy(&verified.stdout), "Every chain is whole.\n");
}

/// Switches a rule on or off, as the desk does.
fn switch(data: &Path, is_on: bool) {
    let database = rusqlite::Connection::open(data.join("amends.db")).unwrap();
    let sql = format!(
        "INSERT OR IGNORE INTO rule (id, place) VALUES ('r_1', 1); \
         INSERT INTO rule_switch SELECT COALESCE(MAX(place), 0) + 1, 'r_1', 1, {}, 'a_1', 5 FROM rule_switch;",
        u8::from(is_on)
    );
    database.execute_batch(&sql).unwrap();
}

/// Whether all rules stand stopped.
fn are_stopped(data: &Path) -> bool {
    let database = rusqlite::Connection::open(data.join("amends.db")).unwrap();
    let sql = "SELECT COUNT(*) FROM rule_switch WHERE rule_id IS NULL AND is_on = 0";
    database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() == 1
}

#[test]
fn rules_stand_stopped_after_a_copy_is_brought_back_and_the_command_says_so() {
    let data = tempfile::tempdir().unwrap();
    assert!(amends(data.path(), &["shop", "list"], &[], "").status.success());
    let (without, with) = (data.path().join("without.db"), data.path().join("with.db"));
    let (without, with) = (without.to_str().unwrap(), with.to_str().unwrap());
    assert!(amends(data.path(), &["backup", without], &[], "").status.success());
    switch(data.path(), true);
    assert!(amends(data.path(), &["backup", with], &[], "").status.success());
    switch(data.path(), false);
    let back = amends(data.path(), &["restore", without], &[], "");
    assert!(!String::from_utf8_lossy(&back.stdout).contains("stopped") && !are_stopped(data.path()));
    let back = amends(data.path(), &["restore", with], &[], "");
    let said = String::from_utf8_lossy(&back.stdout).into_owned();
    assert!(back.status.success() && said.contains("All rules are stopped"), "{said}");
    assert!(are_stopped(data.path()));
}

#[test]
fn lines_of_json_are_answered_with_lines_of_json() {
    let data = tempfile::tempdir().unwrap();
    let line = r#"{"app_key":"k","app_secret":"s","body":"{}","authorization":"00"}"#;
    let output = amends(data.path(), &["verify-webhook"], &[], &format!("{line}\n\n{line}\n"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"valid\":false}\n{\"valid\":false}\n");
    let output = amends(data.path(), &["sign"], &[], "no json\n");
    failed(&output, &["1 lines could not be read"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("{\"error\":"));
}

#[test]
fn a_database_is_moved_to_postgres_and_nobody_goes_on_with_the_old_one() {
    let data = tempfile::tempdir().unwrap();
    let add = ["user", "add", "--email", "bo@example.com", "--name", "Bo", "--role", "admin"];
    assert!(amends(data.path(), &add, &[], "").status.success());
    switch(data.path(), true);
    let settings = super::support::database::on_postgres();
    let address = settings[0].1.as_str();
    let moved = amends(data.path(), &["store", "move", "--to", address], &[], "");
    let said = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert!(moved.status.success(), "{said}{}", String::from_utf8_lossy(&moved.stderr));
    assert!(said.contains("1 rows of person") && said.contains("AMENDS_SECRET_KEY"), "{said}");
    assert!(said.contains("All rules are stopped"), "{said}");
    assert!(data.path().join("amends.db.moved").exists() && !data.path().join("amends.db").exists());
    let key = std::fs::read_to_string(data.path().join("secret.key")).unwrap();
    let there = [("AMENDS_DATABASE_URL", address), ("AMENDS_SECRET_KEY", key.trim())];
    failed(&amends(data.path(), &add, &there, ""), &["the e-mail address is taken"]);
    assert!(amends(data.path(), &["audit", "verify"], &there, "").status.success());
    failed(&amends(data.path(), &["backup", "copy"], &there, ""), &["pg_dump"]);
    failed(&amends(data.path(), &["store", "move", "--to", address], &[], ""), &["there is no database"]);
}
