//! What a worker keeps on its disk of jobs: of those that it only looks at nothing, and of others nothing once they are over.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
};

use jobs::{AFTERWARDS, calls};
use protocol::cid::FileHasher;

use super::{STEPS, module};
use crate::lent::{Lent, Side, deal, until};

/// Gives the files of a folder by their CIDs, as a server does, and takes none.
fn serves(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(|asked| answers(&asked, &folder)));
    format!("http://{address}")
}

fn answers(mut asked: &TcpStream, folder: &Path) {
    let mut head = BufReader::new(asked).lines().map_while(Result::ok);
    let line = head.next().unwrap_or_default();
    head.find(String::is_empty);
    let name = line.split(' ').nth(1).and_then(|path| path.strip_prefix("/ipfs/"));
    let found = name.and_then(|name| fs::read(folder.join(name)).ok());
    let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
    let body = found.unwrap_or_default();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    // Whoever is gone by now asks again.
    let _ = asked.write_all(&[head.as_bytes(), &body].concat());
}

#[tokio::test]
async fn nothing_is_kept_of_a_job_that_is_only_looked_at_nor_of_one_that_is_over() {
    let lent = Lent::up().await;
    let provider = lent.join("first").await;
    let shared = lent.world.path("files/x").parent().unwrap().to_path_buf();
    let (folder, server) = (lent.world.path("first"), serves(shared));
    let account = lent.world.path("first.account.json").display().to_string();
    let arguments = ["worker", folder.to_str().unwrap(), "--deployment", &lent.deployment, "--account", &account];
    // Without the folder in which all files are.
    let servers = ["--server", &lent.world.relay, "--server", &server, "run"];
    let worker = lent.begins("first", &[&arguments[..], &servers[..]].concat());

    let posted = lent.post(&module(STEPS), &[b"input"], 20, 20, None).await;
    let id = posted.of.job;
    worker.says_of(id, "here and checked").await;
    let input = FileHasher::hash(b"input").cid.to_string();
    let own = folder.join("jobs").join(id.to_string());
    let kept = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
    assert_eq!((kept(&folder.join("files")), kept(&own.join("files"))), (0, 0));

    // While it is run its files are with it.
    let mut side = Side::open(&lent, posted, deal(&lent, &posted, provider)).await;
    side.lock().await;
    side.until("the submission", |_| worker.has_said_of(id, "submitted: in a block")).await;
    assert!(own.join("files").join(input).exists());
    assert!(kept(&folder.join("files")) > 0, "the result");
    let result = lent.job(id).await.result;
    lent.chain.on_jobs(lent.client(), calls::accept(id, result)).await.unwrap();
    worker.says_of(id, "claimed: in a block").await;
    lent.chain.pass(AFTERWARDS).await.unwrap();
    until("it to be forgotten", async || !own.exists()).await;
    assert_eq!(kept(&folder.join("files")), 0);
}

#[tokio::test]
async fn a_job_that_ended_while_the_program_was_down_is_forgotten_when_it_begins_and_no_other() {
    let lent = Lent::up().await;
    let provider = lent.join("first").await;
    let mut worker = lent.lend("first");
    let posted = lent.post(&module(STEPS), &[b"input"], 20, 20, None).await;
    let id = posted.of.job;
    let mut side = Side::open(&lent, posted, deal(&lent, &posted, provider)).await;
    side.lock().await;
    side.until("the submission", |_| worker.has_said_of(id, "submitted: in a block")).await;
    let result = lent.job(id).await.result;
    lent.chain.on_jobs(lent.client(), calls::accept(id, result)).await.unwrap();
    worker.says_of(id, "claimed: in a block").await;
    let open = lent.post(&module(STEPS), &[b"input"], 20, 20, None).await.of.job;
    worker.says_of(open, "here and checked").await;
    worker.kill();

    let jobs = lent.world.path("first").join("jobs");
    let salt = || fs::read(jobs.join(open.to_string()).join("job.json")).unwrap();
    let (own, unknown, before) = (jobs.join(id.to_string()), jobs.join("77"), salt());
    fs::create_dir(&unknown).unwrap();
    lent.chain.pass(AFTERWARDS).await.unwrap();
    assert!(own.exists());
    let _worker = lent.lend("first");
    until("it to be forgotten", async || !own.exists()).await;
    assert!(unknown.exists(), "the chain has no such job");
    assert!(salt() == before, "it may still be run");
}
