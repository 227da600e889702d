//! Sends webhooks with the platform's ladder of retries (api 7.1), and keeps the world going.

use crate::auth;
use crate::server::Shared;
use crate::world::Delivery;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Seconds after the first failure, then after each one before.
const LADDER: [i64; 4] = [120, 1_800, 10_800, 43_200];
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
const TICK: Duration = Duration::from_millis(200);

/// Lets time pass in the world, and delivers what is due.
pub(crate) async fn run(shared: Arc<Shared>) {
    loop {
        for (delivery, sign) in take_due(&shared) {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move { deliver(&shared, delivery, &sign).await });
        }
        tokio::time::sleep(TICK).await;
    }
}

/// What is due, signed, in the order in which it leaves.
pub(crate) fn take_due(shared: &Shared) -> Vec<(Delivery, String)> {
    let now = shared.now();
    let mut world = shared.world();
    let (mut due, later): (Vec<Delivery>, Vec<Delivery>) =
        std::mem::take(&mut world.deliveries).into_iter().partition(|delivery| delivery.due <= now);
    world.deliveries = later;
    due.sort_by_key(|delivery| delivery.due);
    if world.dials.reverses_webhooks {
        due.reverse();
    }
    let sign = |body: &str| auth::webhook_signature(&world.app_key, &world.app_secret, body.as_bytes());
    let signed = |delivery: Delivery| {
        let signature = sign(&delivery.body);
        (delivery, signature)
    };
    due.into_iter().map(signed).collect()
}

/// Sends one; what is not answered with 200 in time comes again.
pub(crate) async fn deliver(shared: &Shared, delivery: Delivery, sign: &str) {
    let sent = tokio::time::timeout(ANSWER_WITHIN, post(&delivery, sign)).await;
    if !matches!(sent, Ok(Ok(200))) {
        retry(shared, delivery);
    }
}

fn retry(shared: &Shared, delivery: Delivery) {
    let wait = usize::try_from(delivery.tries).ok().and_then(|tries| LADDER.get(tries));
    if let Some(wait) = wait {
        let due = shared.now() + wait;
        shared.world().deliveries.push(Delivery { due, tries: delivery.tries + 1, ..delivery });
    }
}

/// One POST over plain HTTP: webhooks of a sandbox go to this machine. Answers the status.
async fn post(delivery: &Delivery, sign: &str) -> std::io::Result<u16> {
    let other = |text: &str| std::io::Error::other(text.to_owned());
    let url = url::Url::parse(&delivery.url).map_err(|_| other("not an address"))?;
    if url.scheme() != "http" {
        return Err(other("only plain http"));
    }
    let host = url.host_str().ok_or_else(|| other("no host"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let mut stream = TcpStream::connect((host, port)).await?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {sign}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        url.path(),
        delivery.body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(delivery.body.as_bytes()).await?;
    let mut answer = [0_u8; 64];
    let length = stream.read(&mut answer).await?;
    let text = String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned();
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| other("no status"))
}
