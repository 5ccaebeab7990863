//! Nodes that accept connections and then say nothing.

use std::time::Duration;

use protocol::cid::FileHasher;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::*;
use crate::{InMemory, intake::take_in};

/// Longer than any of the node's own limits here.
const TEST: Duration = Duration::from_secs(20);
const IMPATIENT: Patience = Patience { look: Duration::from_millis(300), write: Duration::from_millis(600) };

/// A node that says this to everybody and then is silent, with its connections open.
async fn silent_after(said: &'static str, patience: Patience) -> Kubo {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(hang(stream, said));
        }
    });
    Kubo { patience, ..Kubo::new(&url, Arc::new(InMemory::default())).unwrap() }
}

async fn hang(mut stream: TcpStream, said: &str) {
    let mut head = [0; 1_024];
    let _ = stream.read(&mut head).await;
    let _ = stream.write_all(said.as_bytes()).await;
    std::future::pending::<()>().await;
}

fn is_late<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Kubo(why)) if why.contains("in time"))
}

#[tokio::test]
async fn a_node_that_says_nothing_is_not_waited_for() {
    let kubo = silent_after("", IMPATIENT).await;
    let cid = FileHasher::hash(b"seven").cid;
    let folder = tempfile::tempdir().unwrap();
    let checked = take_in(
        futures::stream::iter([Ok::<_, crate::Broken<()>>(Bytes::from_static(b"seven"))]),
        cid,
        folder.path(),
        100,
        TEST,
    );
    let checked = checked.await.unwrap();
    let asked = async {
        assert!(is_late(kubo.size(&cid).await));
        assert!(is_late(kubo.block(&cid).await));
        assert!(is_late(kubo.linked(&cid).await));
        assert!(is_late(kubo.keep(checked).await));
        let mut pieces = kubo.read(&cid, 0..5).await.unwrap();
        assert!(pieces.next().await.is_some_and(is_late));
        assert!(pieces.next().await.is_none());
    };
    timeout(TEST, asked).await.expect("it was waited for");
}

#[tokio::test]
async fn a_file_that_stops_in_the_middle_is_an_error_after_what_came() {
    // Its first bytes come in time on a busy machine, too.
    let patience = Patience { look: Duration::from_secs(5), ..IMPATIENT };
    let kubo = silent_after("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nseven", patience).await;
    let mut pieces = kubo.read(&FileHasher::hash(b"seven more").cid, 0..10).await.unwrap();
    let asked = async {
        assert_eq!(pieces.next().await.unwrap().unwrap(), "seven");
        assert!(pieces.next().await.is_some_and(is_late));
    };
    timeout(TEST, asked).await.expect("it was waited for");
}

#[tokio::test(start_paused = true)]
async fn an_upload_may_last_as_long_as_it_gets_on() {
    let progress = Progress::default();
    let patience = Patience { look: Duration::from_millis(1), write: Duration::from_secs(1) };
    let slow = async {
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(400)).await;
            let mut byte = [0];
            Watched::new(&b"x"[..], progress.clone()).read_exact(&mut byte).await.unwrap();
        }
        7
    };
    assert_eq!(patience.while_it_takes(&progress, slow).await.unwrap(), 7);
    assert!(is_late(patience.while_it_takes(&progress, tokio::time::sleep(TEST)).await));
}
