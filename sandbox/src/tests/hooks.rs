//! How webhooks leave.

use super::{START, Stage, finish};
use crate::Dials;
use crate::server::{Options, make};
use crate::webhooks::{deliver, take_due};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A shop's server that answers so many calls, each with a status.
async fn server(statuses: Vec<u16>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for status in statuses {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4_096];
            let length = stream.read(&mut request).await.unwrap();
            assert!(String::from_utf8_lossy(&request[..length]).contains("Authorization: "));
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    url
}

/// The seconds from one try to the next.
fn ladder(statuses: Vec<u16>) -> Vec<i64> {
    finish(async {
        let tries = statuses.len();
        let url = server(statuses).await;
        let options = Options { cases: Some(1), start: Some(START), ..Options::default() };
        let (_, shared, _) = make(&options, "http://platform.invalid".to_owned());
        shared.clock().freeze(true);
        shared.clock().set(START);
        {
            let mut world = shared.world();
            world.webhook_url = Some(url);
            world.announce(0, 1, "ORDER_STATUS_CHANGE", &json!({}), START);
            // Nothing else is sent while time passes.
            world.dials.drops_webhooks = true;
        }
        let mut waits = Vec::new();
        for _ in 0..tries {
            for (delivery, sign) in take_due(&shared) {
                deliver(&shared, delivery, &sign).await;
            }
            let Some(due) = shared.world().deliveries.first().map(|delivery| delivery.due) else { break };
            waits.push(due - shared.now());
            shared.clock().set(due - 1);
            assert!(take_due(&shared).is_empty(), "not before its time");
            shared.clock().set(due);
        }
        waits
    })
}

#[test]
fn what_is_not_taken_comes_again_four_times() {
    assert_eq!(ladder(vec![500, 401, 302, 503, 500]), [120, 1_800, 10_800, 43_200]);
}

#[test]
fn what_is_taken_does_not_come_again() {
    assert_eq!(ladder(vec![500, 200]), [120]);
    assert_eq!(ladder(vec![200]), [0_i64; 0]);
}

#[test]
fn webhooks_can_be_late_and_overtake_each_other() {
    let stage = Stage::with("US", Dials { webhook_delay_s: 600, ..Dials::default() });
    stage.listen();
    for _ in 0..5 {
        stage.open(json!({ "kind": "REFUND" }));
    }
    let mut created = Vec::new();
    for _ in 0..61 {
        created.extend(
            stage.heard().into_iter().filter(|(kind, _)| *kind == 12).map(|(_, data)| data["return_id"].to_string()),
        );
        stage.advance(10);
    }
    assert_eq!(created.len(), 5);
    let mut sorted = created.clone();
    sorted.sort();
    assert_ne!(created, sorted);
}

#[test]
fn the_newest_can_be_first() {
    let stage = Stage::with("US", Dials { reverses_webhooks: true, ..Dials::default() });
    stage.listen();
    let first = stage.open(json!({ "kind": "REFUND" }));
    let last = stage.open(json!({ "kind": "REFUND" }));
    let ids: Vec<_> =
        stage.heard().into_iter().filter(|(kind, _)| *kind == 12).map(|(_, data)| data["return_id"].clone()).collect();
    assert_eq!(ids, [last["id"].clone(), first["id"].clone()]);
}
