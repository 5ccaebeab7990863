//! Old logs from somebody who is not believed: taken over where the chain says the same, and never otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use futures::executor::block_on;
use protocol::{
    Address, Digest,
    api::{LogPage, LogPlace, LogRow},
};
use rpc::{
    BoxFuture, Client, Endpoint, Filter, Offer, Offered, Options,
    testing::{Node, Rules, Strict, VirtualTime},
};

const A: Address = Address([0xa; 20]);
/// Emits in the same blocks, and is not asked about.
const STRANGER: Address = Address([0xc; 20]);
/// What the node takes at once.
const RANGE: u64 = 100;
const BLOCKS: u64 = 6_000;

/// Offers pages of so many logs; the first of `silent` pages and all after it never come.
struct Server {
    rows: Vec<LogRow>,
    block: u64,
    block_hash: Digest,
    page: usize,
    silent_from: Option<usize>,
}

impl Offer for Server {
    fn page(&self, block: u64, log_index: u64) -> BoxFuture<'_, Option<LogPage>> {
        let first = self.rows.iter().position(|row| (row.block, row.log_index) >= (block, log_index));
        let first = first.unwrap_or(self.rows.len());
        if self.silent_from.is_some_and(|page| first >= page * self.page) {
            return Box::pin(std::future::pending());
        }
        let logs = self.rows[first..].iter().take(self.page).cloned().collect();
        let next = self.rows.get(first + self.page);
        let next = next.map(|row| LogPlace { block: row.block, log_index: row.log_index });
        let page = LogPage { logs, block: self.block, block_hash: self.block_hash, next };
        Box::pin(async move { Some(page) })
    }
}

/// Has nothing.
struct Missing;

impl Offer for Missing {
    fn page(&self, _: u64, _: u64) -> BoxFuture<'_, Option<LogPage>> {
        Box::pin(async { None })
    }
}

/// Says for ever that there is more.
struct Endless(Server);

impl Offer for Endless {
    fn page(&self, block: u64, log_index: u64) -> BoxFuture<'_, Option<LogPage>> {
        let row = LogRow { block, log_index, ..self.0.rows[0].clone() };
        let next = Some(LogPlace { block, log_index });
        let page = LogPage { logs: vec![row], block: self.0.block, block_hash: self.0.block_hash, next };
        Box::pin(async move { Some(page) })
    }
}

struct World {
    client: Client,
    strict: Strict,
    time: VirtualTime,
    filter: Filter,
    to: u64,
}

/// A chain of which few blocks have logs, a node that takes narrow ranges, and the truth as a server would offer it.
fn world(seed: u64, with_logs: u64) -> (World, Server) {
    let node = Node::new();
    for block in 1..BLOCKS {
        match block % (BLOCKS / with_logs) {
            7 => node.emit(&[A, STRANGER, A]),
            _ => node.mine(1),
        }
    }
    let time = VirtualTime::new(seed);
    let rules = Rules { range: RANGE, ..Rules::default() };
    let strict = Strict::before(node.clone(), time.clone(), rules, seed);
    let endpoint = Endpoint::new("The node", strict.clone(), Some(RANGE));
    let client = Client::new(vec![endpoint], time.clone(), Options::default());
    let filter = Filter::of([A]);
    let to = node.head() - 64;
    let truth = block_on(client.logs(&Filter::of([A, STRANGER]), 1, node.head())).unwrap();
    let rows = truth.logs.iter().map(LogRow::from).collect();
    let server = Server { rows, block: truth.end.number, block_hash: truth.end.hash, page: 7, silent_from: None };
    (World { client, strict, time, filter, to }, server)
}

impl World {
    fn offered(&self, offer: &dyn Offer) -> Offered {
        block_on(self.client.offered(&self.filter, 1, self.to, offer)).unwrap()
    }

    fn truth(&self, to: u64) -> Vec<rpc::RawLog> {
        block_on(self.client.logs(&self.filter, 1, to)).unwrap().logs
    }
}

fn seeds() -> Vec<u64> {
    let seeds = match std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None => (0..5).map(|_| rand::random::<u32>().into()).collect(),
    };
    println!("seeds {seeds:?}");
    seeds
}

#[test]
fn an_honest_server_saves_most_questions_and_gives_what_the_chain_says() {
    for seed in seeds() {
        let (world, server) = world(seed, 60);
        let before = world.strict.seen().len();
        let Offered::Taken(piece) = world.offered(&server) else { panic!("seed {seed}: it is true") };
        let asked = world.strict.seen().len() - before;
        assert_eq!(piece.end.number, world.to, "no further than what is final");
        assert_eq!(piece.logs, world.truth(world.to), "seed {seed}: of the contract that was asked about only");
        assert!(asked <= 22, "seed {seed}: {asked} instead of {}", BLOCKS / RANGE);
    }
}

#[test]
fn a_server_that_is_behind_is_taken_at_what_it_has() {
    let (world, mut server) = world(3, 60);
    let end = block_on(world.client.header(4_000)).unwrap().unwrap();
    (server.block, server.block_hash) = (4_000, end.hash);
    server.rows.retain(|row| row.block <= 4_000);
    let Offered::Taken(piece) = world.offered(&server) else { panic!("it is true") };
    assert_eq!((piece.end.number, piece.logs), (4_000, world.truth(4_000)));
}

#[test]
fn whatever_a_lying_server_changes_of_a_short_history_is_seen() {
    type Lie = fn(&mut Vec<LogRow>, usize);
    let lies: [(&str, Lie); 9] = [
        ("a log of a block with more left out", |rows, n| drop(rows.remove(n))),
        ("a log invented", |rows, n| rows.insert(n, LogRow { block: rows[n].block - 3, ..rows[n].clone() })),
        ("a log put into a true block", |rows, n| {
            rows.insert(n + 1, LogRow { log_index: 9, ..rows[n].clone() });
            rows.sort_by_key(|row| (row.block, row.log_index));
        }),
        ("data altered", |rows, n| rows[n].data.replace_range(2..4, "ee")),
        ("a topic altered", |rows, n| rows[n].topics[0] = Digest([9; 32])),
        ("the time altered", |rows, n| rows[n].at += 1),
        ("the transaction altered", |rows, n| rows[n].tx = Digest([9; 32])),
        ("the block's hash altered", |rows, n| rows[n].block_hash = Digest([9; 32])),
        ("logs out of order", |rows, n| rows.swap(n, n + 2)),
    ];
    for seed in seeds() {
        for (what, lie) in lies {
            // As many blocks with logs as are compared: everything that was offered is looked at.
            let (world, mut server) = world(seed, 15);
            let own: Vec<usize> = (0..server.rows.len() - 3)
                .filter(|n| server.rows[*n].address == A && server.rows[*n].log_index == 0)
                .collect();
            let n = own[seed as usize % own.len()];
            lie(&mut server.rows, n);
            server.page = 1_000;
            assert_eq!(world.offered(&server), Offered::Differs, "seed {seed}, {what} at {n}");
        }
    }
}

#[test]
fn logs_that_are_no_logs_and_another_chain_are_refused() {
    let (world, mut server) = world(5, 15);
    server.rows[3].data = "no hexadecimal text".into();
    assert_eq!(world.offered(&server), Offered::Differs);
    let (world, server) = world_with_end(Digest([7; 32]));
    assert_eq!(world.offered(&server), Offered::Differs, "its newest block is none of this chain");
}

/// A server that says to have read up to a final block of this hash.
fn world_with_end(hash: Digest) -> (World, Server) {
    let (world, mut server) = world(5, 15);
    (server.block, server.block_hash) = (world.to, hash);
    server.rows.retain(|row| row.block <= world.to);
    (world, server)
}

#[test]
fn a_log_that_is_altered_in_a_long_history_is_seen_sooner_or_later() {
    let mut seen = 0;
    for seed in 0..60 {
        let (world, mut server) = world(seed, 120);
        let own: Vec<usize> = (0..server.rows.len()).filter(|n| server.rows[*n].address == A).collect();
        let n = own[seed as usize * 3 % own.len()];
        server.rows[n].data.replace_range(2..4, "ee");
        seen += u64::from(world.offered(&server) == Offered::Differs);
    }
    // 16 of 120 blocks and two stretches of 60 are looked at.
    assert!((4..=30).contains(&seen), "{seen} of 60");
}

#[test]
fn a_server_that_is_missing_hangs_or_never_ends_costs_some_time_and_nothing_else() {
    let (world, mut server) = world(7, 60);
    let questions = world.strict.seen().len();
    assert_eq!(world.offered(&Missing), Offered::Nothing);
    server.silent_from = Some(0);
    let began = world.time.now();
    assert_eq!(world.offered(&server), Offered::Nothing);
    assert!(world.time.now() - began <= Duration::from_secs(5), "{:?}", world.time.now() - began);
    assert_eq!(world.strict.seen().len(), questions, "the node was not asked for it");
    assert_eq!(world.offered(&Endless(server)), Offered::Differs);
}

#[test]
fn what_came_before_a_server_fell_silent_is_used() {
    let (world, mut server) = world(9, 60);
    server.silent_from = Some(5);
    let next = server.rows[5 * server.page].block;
    let Offered::Taken(piece) = world.offered(&server) else { panic!("it is true") };
    assert_eq!((piece.end.number, piece.logs), (next - 1, world.truth(next - 1)));
}

#[test]
fn a_short_stretch_of_the_chain_is_not_worth_an_offer() {
    let (world, _) = world(11, 60);
    assert!(!world.client.is_offer_worth(world.to - 40 * RANGE, world.to));
    assert!(world.client.is_offer_worth(1, world.to));
}

#[test]
fn nothing_is_taken_over_of_blocks_that_are_not_final() {
    let (world, server) = world(12, 60);
    let Offered::Taken(piece) = block_on(world.client.offered(&world.filter, 1, world.to + 60, &server)).unwrap()
    else {
        panic!("it is true")
    };
    assert_eq!(piece.end.number, world.to, "the node says that 64 blocks are not");
}

#[test]
fn what_was_kept_is_compared_again_in_other_places() {
    let (world, _) = world(13, 15);
    let mut logs = world.truth(world.to);
    let agrees = |logs: &[rpc::RawLog]| block_on(world.client.agrees(&world.filter, 1, world.to, logs)).unwrap();
    assert!(agrees(&logs));
    logs[4].raw.data = b"other".to_vec();
    assert!(!agrees(&logs));
}
