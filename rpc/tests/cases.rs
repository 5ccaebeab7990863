//! Nodes that people met with other dApps, as the page meets them. No test waits: time is virtual.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use futures::executor::block_on;
use protocol::Address;
use rpc::{
    Client, Endpoint, Filter, Options,
    testing::{Fate, Node, Rules, Strict, VirtualTime},
};

const A: Address = Address([0xa; 20]);

/// 530 blocks, logs in every fifth.
fn node() -> Node {
    let node = Node::new();
    for _ in 0..106 {
        node.mine(4);
        node.emit(&[A]);
    }
    node
}

/// Reads everything through a node of these rules.
fn read(rules: Rules) -> (usize, Strict, VirtualTime) {
    let (node, time) = (node(), VirtualTime::new(1));
    let strict = Strict::before(node.clone(), time.clone(), rules, 1);
    let endpoint = Endpoint::new("The chain node", strict.clone(), None);
    let client = Client::new(vec![endpoint], time.clone(), Options::default());
    let head = block_on(client.head()).unwrap();
    let piece = block_on(client.logs(&Filter::of([A]), 1, head.number)).unwrap();
    assert_eq!(piece.end.number, node.head());
    (piece.logs.len(), strict, time)
}

/// bnb-chain/bsc#113, INFURA/infura#237: at most 200 blocks a query; at most 10 results.
#[test]
fn nodes_that_refuse_ranges_or_many_results_are_read_in_pieces() {
    assert_eq!(read(Rules { range: 200, ..Rules::default() }).0, 106);
    assert_eq!(read(Rules { results: 10, ..Rules::default() }).0, 106);
    assert_eq!(read(Rules { range: 200, results: 10, ..Rules::default() }).0, 106);
}

/// AlphaWallet/alpha-wallet-ios#5177, MetaMask/eth-json-rpc-infura#33: two or five requests a second, refused in plain
/// text or as an error of JSON-RPC, without a word about when to come again.
#[test]
fn nodes_that_limit_requests_are_waited_for() {
    for rate in [2, 5] {
        for rate_as_json in [false, true] {
            let rules = Rules { rate, rate_as_json, range: 50, ..Rules::default() };
            let (logs, strict, time) = read(rules);
            assert_eq!(logs, 106, "rate {rate}, JSON {rate_as_json}");
            let seen = strict.seen();
            assert!(seen.iter().any(|seen| seen.fate == Fate::TooMany), "rate {rate}: it was too much at times");
            let turned_away = seen.iter().filter(|seen| seen.fate == Fate::TooMany).count();
            assert!(turned_away * 2 < seen.len(), "rate {rate}: {turned_away} of {} were in vain", seen.len());
            assert!(time.now() < Duration::from_secs(120), "rate {rate}: {:?}", time.now());
        }
    }
}
