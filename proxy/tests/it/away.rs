//! The PostgreSQL server goes away, says nothing, or loses the answer to a COMMIT: nothing is promised that is not kept,
//! nothing hangs, and the desk goes on by itself.

use super::outbox::Scene;
use super::support::database;
use super::sync::Room;
use proxy::desk::error::DeskError;
use serde_json::json;
use shared::wire::decision::MotionRecorded;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// How long a desk waits for a silent server, and some time for a busy machine.
const FOUND_OUT: Duration = Duration::from_secs(25);

/// What the way to the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// No connection lives.
    Cut,
    /// Connections live, and no word gets through.
    Silent,
    /// The next answer to a COMMIT is lost, with its connection.
    LosesCommit,
}

/// Between a desk and its server.
struct Wire(watch::Sender<Way>);

/// A short word comes in one piece.
fn holds_commit(words: &[u8]) -> bool {
    words.windows(7).any(|part| part == b"COMMIT\0")
}

async fn carry(mut desk: TcpStream, to: SocketAddr, way: watch::Sender<Way>) -> std::io::Result<()> {
    let mut changes = way.subscribe();
    let mut server = TcpStream::connect(to).await?;
    let (mut said, mut answered) = ([0; 8192], [0; 8192]);
    let mut is_committing = false;
    loop {
        let now = *changes.borrow_and_update();
        if now == Way::Cut {
            return Ok(());
        }
        tokio::select! {
            length = desk.read(&mut said), if now != Way::Silent => {
                let Ok(length @ 1..) = length else { return Ok(()) };
                is_committing |= now == Way::LosesCommit && holds_commit(&said[..length]);
                server.write_all(&said[..length]).await?;
            }
            length = server.read(&mut answered), if now != Way::Silent => {
                let Ok(length @ 1..) = length else { return Ok(()) };
                if is_committing {
                    way.send_replace(Way::Open);
                    return Ok(());
                }
                desk.write_all(&answered[..length]).await?;
            }
            _ = changes.changed() => {}
        }
    }
}

impl Wire {
    /// Between a desk and the server of these settings, which are changed to lead over it.
    async fn before(settings: &mut [(String, String)]) -> Self {
        let mut url: Url = settings[0].1.parse().unwrap();
        let server = SocketAddr::from(([127, 0, 0, 1], url.port().unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        settings[0].1 = url.into();
        let way = watch::Sender::new(Way::Open);
        let ways = way.clone();
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                tokio::spawn(carry(desk, server, ways.clone()));
            }
        });
        Self(way)
    }

    fn is(&self, way: Way) {
        self.0.send_replace(way);
    }

    /// Ends when no connection is left.
    async fn cut(&self) {
        self.is(Way::Cut);
        self.0.closed().await;
    }
}

async fn scene() -> (Scene, Wire) {
    let mut settings = database::on_postgres();
    let wire = Wire::before(&mut settings).await;
    let room = Room::imported_on(10, settings).await;
    (Scene::in_room(room, "REFUND", json!({ "deadline_s": 86_400 })).await, wire)
}

/// A press that ends soon, because the store is away.
fn is_refused(pressed: Result<MotionRecorded, DeskError>) {
    let Err(DeskError::Store(fault)) = pressed else { panic!("{pressed:?}") };
    assert!(fault.is_passing(), "{fault:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_is_refused_while_the_server_is_away_and_taken_when_it_is_back() {
    let (scene, wire) = scene().await;
    wire.cut().await;
    is_refused(scene.press_approval("k1"));
    is_refused(scene.press_approval("k1"));
    wire.is(Way::Open);
    assert!(scene.intents().is_empty());
    scene.press_approval("k1").unwrap();
    scene.live(200).await;
    scene.check_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_says_nothing_is_found_out_by_all_who_wait_for_it() {
    let (scene, wire) = scene().await;
    let mut heard = scene.room.desk.store.heard().unwrap();
    heard.wait_for(|count| *count > 0).await.unwrap();
    heard.mark_unchanged();
    wire.is(Way::Silent);
    let began = Instant::now();
    std::thread::scope(|threads| {
        for _ in 0..20 {
            threads.spawn(|| is_refused(scene.press_approval("k1")));
        }
    });
    assert!(began.elapsed() < FOUND_OUT, "{:?}", began.elapsed());
    wire.is(Way::Open);
    assert!(scene.intents().is_empty());
    scene.press_approval("k1").unwrap();
    scene.live(200).await;
    scene.check_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_whose_commit_was_not_answered_is_recorded_once_when_it_is_repeated() {
    let (scene, wire) = scene().await;
    wire.is(Way::LosesCommit);
    is_refused(scene.press_approval("k1"));
    let recorded = scene.intents();
    assert_eq!(recorded.len(), 2, "it was written all the same");
    let again = scene.press_approval("k1").unwrap();
    let ids = |motion: &MotionRecorded| motion.intents.iter().map(|intent| intent.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), recorded.iter().map(|intent| intent.id.clone()).collect::<Vec<_>>());
    assert_eq!(scene.intents(), recorded);
    scene.live(200).await;
    scene.check_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hears_of_the_others_hears_again_after_a_silence() {
    let (scene, wire) = scene().await;
    let mut heard = scene.room.desk.store.heard().unwrap();
    heard.wait_for(|count| *count > 0).await.unwrap();
    heard.mark_unchanged();
    wire.cut().await;
    wire.is(Way::Open);
    // Listening anew counts once: something may have been said meanwhile.
    tokio::time::timeout(FOUND_OUT, heard.changed()).await.unwrap().unwrap();
}
