//! The table of settings: what the reader accepts and what `docs/settings.md` says are the same rows.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Environment variable, or name in the settings file.
    pub name: &'static str,
    /// What holds when it is not set, in words.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

macro_rules! settings {
    ($($constant:ident = $name:literal, $default:literal, $meaning:literal;)*) => {
        $(pub(crate) const $constant: &str = $name;)*

        /// Every setting, in the order in which people meet them.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: $name, default: $default, meaning: $meaning },)*
        ];
    };
}

settings! {
    LISTEN = "AMENDS_LISTEN", "`127.0.0.1:8080`",
        "Address and port of the desk. `0.0.0.0:8080` lets tablets in the same network reach it.";
    PUBLIC_URL = "AMENDS_PUBLIC_URL", "`http://` and the address it listens on",
        "What browsers and TikTok call, without a path: `https://desk.example.com`.";
    DATA_DIR = "AMENDS_DATA_DIR", "`data`",
        "Folder of the database, the secret key, the cache of TikTok's pictures, and the handbook's own unless `AMENDS_MEDIA_URL` says otherwise.";
    DATABASE_URL = "AMENDS_DATABASE_URL", "`sqlite://` and `amends.db` in the data folder",
        "Where the desk remembers: `sqlite://PATH`, or `postgres://USER:PASSWORD@HOST/DATABASE` (with `?sslmode=require` over a network).";
    SECRET_KEY = "AMENDS_SECRET_KEY", "made on first start and kept in `secret.key` in the data folder",
        "64 hexadecimal digits; must be set with PostgreSQL. Encrypts TikTok's tokens at rest and keys the audit chain: without it a backup cannot be used.";
    TIKTOK_APP_KEY = "AMENDS_TIKTOK_APP_KEY", "none: practice shop",
        "App key from TikTok's Partner Center.";
    TIKTOK_APP_SECRET = "AMENDS_TIKTOK_APP_SECRET", "none: practice shop",
        "App secret from TikTok's Partner Center.";
    TIKTOK_SERVICE_ID = "AMENDS_TIKTOK_SERVICE_ID", "none: practice shop",
        "Service id from TikTok's Partner Center; the consent page is asked for with it.";
    TIKTOK_API_URL = "AMENDS_TIKTOK_API_URL", "`https://open-api.tiktokglobalshop.com`",
        "Another host for TikTok's API. An `http://` address on this machine is taken for a practice platform.";
    TIKTOK_AUTH_URL = "AMENDS_TIKTOK_AUTH_URL", "`https://auth.tiktok-shops.com`",
        "Another host for TikTok's tokens.";
    TIKTOK_CONSENT_URL = "AMENDS_TIKTOK_CONSENT_URL", "`https://services.tiktokshop.com/open/authorize`",
        "Where sellers consent. For shops of the US: `https://services.us.tiktokshop.com/open/authorize`.";
    PRACTICE_URL = "AMENDS_PRACTICE_URL", "a practice platform inside the program; none with PostgreSQL",
        "Beside real shops: address of a practice platform of its own (`amends sandbox --practice`), on which all desks of a database serve exercises. For a private network: who reaches it can steer it.";
    HOLD_SECONDS = "AMENDS_HOLD_SECONDS", "`5`",
        "Seconds in which a decision or reply can be undone, 0 to 30. What a rule approves can be undone for 30 seconds, whatever stands here.";
    SETTLE_SECONDS = "AMENDS_SETTLE_SECONDS", "`120`",
        "Seconds after which a message whose answer was lost is looked for in the chat, 1 to 600: TikTok must show it by then.";
    ALARM_MINUTES = "AMENDS_ALARM_MINUTES", "`60,15`",
        "Minutes before a deadline at which an alarm fires for a case that nobody has decided: one to four numbers from 1 to 1440. Leads are told at the last one too.";
    ALLOWED_ORIGIN = "AMENDS_ALLOWED_ORIGIN", "none",
        "Origin of the same site that serves the app as plain files, for example `https://app.example.com`.";
    TRUSTED_PROXIES = "AMENDS_TRUSTED_PROXIES", "none",
        "Addresses or networks whose `X-Forwarded-For` is believed, separated by commas: `10.0.0.0/8, 127.0.0.1`.";
    STATIC_DIR = "AMENDS_STATIC_DIR", "the app inside the program",
        "Serve the app from this folder instead.";
    LOG = "AMENDS_LOG", "`info`",
        "What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,proxy::sync=debug`.";
    METRICS_LISTEN = "AMENDS_METRICS_LISTEN", "none: `/metrics` answers this machine only",
        "Address and port on which `/metrics` alone is served.";
    PRINT_JSON = "AMENDS_PRINT_JSON", "none",
        "`1`: print one line of JSON with the address first, for programs that start the desk.";
    MEDIA_URL = "AMENDS_MEDIA_URL", "`media` in the data folder",
        "Where the handbook's own pictures and videos lie: a folder, `file:///FOLDER`, or `s3://BUCKET/PREFIX`. Several desks on one database need the same place: a folder that all of them reach, or S3.";
    MEDIA_S3_ENDPOINT = "AMENDS_MEDIA_S3_ENDPOINT", "Amazon's, by the region",
        "Address of storage that speaks S3, for example `http://minio:9000`.";
    MEDIA_S3_REGION = "AMENDS_MEDIA_S3_REGION", "`us-east-1`",
        "Region of the bucket.";
    MEDIA_S3_ACCESS_KEY = "AMENDS_MEDIA_S3_ACCESS_KEY", "none",
        "Access key; must be set with `s3://`. It needs to read, write, list and delete in the bucket.";
    MEDIA_S3_SECRET_KEY = "AMENDS_MEDIA_S3_SECRET_KEY", "none",
        "Secret key; must be set with `s3://`.";
    CONFIG = "AMENDS_CONFIG", "none",
        "A file with lines `NAME=value`, for all of these; the environment wins over it.";
}

/// The text of `docs/settings.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Settings\n\nGenerated from `proxy/src/config/settings.rs`. Every setting is an environment variable, and can stand in the file\n\
         that `AMENDS_CONFIG` names. Faults are reported all at once, by name, before anything starts.\n\n\
         | name | when it is not set | meaning |\n|---|---|---|\n",
    );
    for setting in SETTINGS {
        text.push_str(&format!("| `{}` | {} | {} |\n", setting.name, setting.default, setting.meaning));
    }
    text
}
