//! Settings as texts in, settings or faults out.

use super::*;
use std::path::Path;

fn vars(pairs: &[(&str, &str)]) -> Vars {
    Vars::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[track_caller]
fn faulty(pairs: &[(&str, &str)], expected: &[&[&str]]) {
    let faults = Config::read(&vars(pairs)).expect_err("these settings are wrong").0;
    let named: Vec<Vec<&str>> = faults.iter().map(|fault| fault.names.iter().map(String::as_str).collect()).collect();
    assert_eq!(named, expected, "for {pairs:?}");
}

#[test]
fn nothing_set_is_a_practice_desk_on_this_machine() {
    let config = Config::read(&Vars::default()).unwrap();
    assert_eq!(config.network.listen.to_string(), "127.0.0.1:8080");
    assert!(matches!(&config.database, Database::Sqlite(path) if path == Path::new("data/amends.db")));
    assert_eq!(config.hold_seconds, 5);
    assert!(config.tiktok.is_practice() && config.tiktok.app.is_none());
}

#[test]
fn every_fault_is_named_at_once() {
    faulty(
        &[("AMENDS_LISTEN", "8080"), ("AMENDS_HOLD_SECONDS", "31"), ("AMENDS_LISTN", "127.0.0.1:1")],
        &[&["AMENDS_LISTN"], &["AMENDS_LISTEN"], &["AMENDS_HOLD_SECONDS"]],
    );
}

#[test]
fn wrong_values_are_refused() {
    for (name, value) in [
        ("AMENDS_PUBLIC_URL", "desk.example.com"),
        ("AMENDS_PUBLIC_URL", "https://desk.example.com/path"),
        ("AMENDS_ALLOWED_ORIGIN", "*"),
        ("AMENDS_DATABASE_URL", "postgres://desk@host:many/amends"),
        ("AMENDS_DATABASE_URL", "data/amends.db"),
        ("AMENDS_SECRET_KEY", "short"),
        ("AMENDS_ALARM_MINUTES", "60,0"),
        ("AMENDS_TRUSTED_PROXIES", "everybody"),
        ("AMENDS_LOG", "a=b=c"),
        ("AMENDS_PRINT_JSON", "yes"),
        ("AMENDS_MEDIA_URL", "https://bucket.example.com/"),
        ("AMENDS_MEDIA_URL", "s3://"),
        ("AMENDS_MEDIA_URL", "s3://bucket/../other"),
        ("AMENDS_MEDIA_URL", "file://host/folder"),
        ("AMENDS_MEDIA_S3_REGION", "eu-central-1"),
        ("AMENDS_METRICS_LISTEN", "localhost"),
    ] {
        faulty(&[(name, value)], &[&[name]]);
    }
}

#[test]
fn media_lies_in_a_folder_or_in_a_bucket() {
    let keys = [("AMENDS_MEDIA_S3_ACCESS_KEY", "key"), ("AMENDS_MEDIA_S3_SECRET_KEY", "hush")];
    let place = |pairs: &[(&str, &str)]| Config::read(&vars(&[pairs, &keys].concat())).unwrap().media;
    assert!(
        matches!(Config::read(&Vars::default()).unwrap().media, MediaPlace::Folder(path) if path == Path::new("data/media"))
    );
    for (text, folder) in [("pictures", "pictures"), ("/srv/media", "/srv/media"), ("file:///srv/a%20b", "/srv/a b")] {
        let config = Config::read(&vars(&[("AMENDS_MEDIA_URL", text)])).unwrap();
        assert!(matches!(config.media, MediaPlace::Folder(path) if path == Path::new(folder)), "{text}");
    }
    let minio =
        place(&[("AMENDS_MEDIA_URL", "s3://amends/hand/book/"), ("AMENDS_MEDIA_S3_ENDPOINT", "http://minio:9000/")]);
    assert_eq!(minio.to_string(), "s3://amends/hand/book");
    assert!(!format!("{minio:?}").contains("hush"));
    let MediaPlace::Bucket(bucket) = minio else { panic!("{minio}") };
    assert_eq!((bucket.endpoint.as_deref(), bucket.region.as_str()), (Some("http://minio:9000"), "us-east-1"));
    faulty(
        &[("AMENDS_MEDIA_URL", "s3://amends"), ("AMENDS_MEDIA_S3_ENDPOINT", "minio:9000")],
        &[&["AMENDS_MEDIA_S3_ENDPOINT"], &["AMENDS_MEDIA_S3_ACCESS_KEY", "AMENDS_MEDIA_S3_SECRET_KEY"]],
    );
    faulty(&keys, &[&["AMENDS_MEDIA_S3_ACCESS_KEY", "AMENDS_MEDIA_S3_SECRET_KEY"]]);
}

const APP: [(&str, &str); 3] =
    [("AMENDS_TIKTOK_APP_KEY", "key"), ("AMENDS_TIKTOK_APP_SECRET", "secret"), ("AMENDS_TIKTOK_SERVICE_ID", "7")];

#[test]
fn missing_credentials_are_named_together() {
    faulty(&APP[..1], &[&["AMENDS_TIKTOK_APP_SECRET", "AMENDS_TIKTOK_SERVICE_ID"]]);
}

#[test]
fn a_platform_is_real_by_https_or_practice_on_this_machine() {
    let with = |api: &'static str, auth: &'static str| {
        let more = [("AMENDS_TIKTOK_API_URL", api), ("AMENDS_TIKTOK_AUTH_URL", auth)];
        Config::read(&vars(&[APP.as_slice(), &more].concat())).map(|config| config.tiktok.is_practice())
    };
    assert_eq!(with("", ""), Ok(false));
    assert_eq!(with("https://api.example.com", "https://auth.example.com"), Ok(false));
    assert_eq!(with("http://127.0.0.1:4010", "http://127.0.0.1:4010"), Ok(true));
    assert!(with("http://127.0.0.1:4010", "").is_err());
    assert!(with("http://api.example.com", "http://api.example.com").is_err());
    faulty(&[("AMENDS_TIKTOK_API_URL", "https://api.example.com")], &[&APP.map(|(name, _)| name)]);
}

#[test]
fn practice_has_an_address_of_its_own_or_none() {
    let with = |more: &[(&'static str, &'static str)]| Config::read(&vars(&[APP.as_slice(), more].concat()));
    let config = with(&[("AMENDS_PRACTICE_URL", "http://practice:4010")]).unwrap();
    assert!(!config.tiktok.is_practice() && config.tiktok.practice_url.is_some());
    for wrong in [
        "practice:4010",
        "http://practice:4010/path",
        "https://open-api.tiktokglobalshop.com",
        "http://open-api.tiktokglobalshop.com:8080",
        "https://auth.tiktok-shops.com",
        "http://open-api.tiktokglobalshop.com.",
        "https://services.us.tiktokshop.com",
    ] {
        faulty(&[APP.as_slice(), &[("AMENDS_PRACTICE_URL", wrong)]].concat(), &[&["AMENDS_PRACTICE_URL"]]);
    }
    let real =
        [("AMENDS_TIKTOK_API_URL", "https://api.example.com"), ("AMENDS_PRACTICE_URL", "http://api.example.com")];
    assert!(with(&real).is_err(), "the host that stands for TikTok");
    faulty(&[("AMENDS_PRACTICE_URL", "http://practice:4010")], &[&["AMENDS_PRACTICE_URL"]]);
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = "# the desk\nAMENDS_HOLD_SECONDS = 10\nAMENDS_LOG=\"warn\"\n\n";
    let config = Config::read(&vars(&[("AMENDS_LOG", "debug")]).over_file(file)).unwrap();
    assert_eq!((config.hold_seconds, config.log.as_str()), (10, "debug"));
    let broken =
        vars(&[("AMENDS_PRINT_JSON", "maybe")]).over_file("AMENDS_TIKTOK_APP_SECRET hush\nAMENDS_HOLD_SECONDS=99");
    let fault = Config::read(&broken).err().unwrap().to_string();
    assert!(fault.contains("line 1") && !fault.contains("hush"), "{fault}");
    assert!(fault.contains("AMENDS_PRINT_JSON") && fault.contains("AMENDS_HOLD_SECONDS"), "all at once: {fault}");
}

#[test]
fn settings_with_secrets_do_not_print_them() {
    let config = Config::read(&vars(&APP)).unwrap();
    assert!(!format!("{config:?}").contains("\"secret\""));
}

#[test]
fn the_document_of_settings_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, markdown(), "write it anew: cargo run -p proxy -- settings > docs/settings.md");
}
