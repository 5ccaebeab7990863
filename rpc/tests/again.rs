//! Reading again what a node left out, finding the block of a time, and how far a chain is final.

use std::{collections::BTreeSet, time::Duration};

use futures::executor::block_on;
use protocol::Address;
use rpc::{
    BoxFuture, Client, Endpoint, Filter, Mending, Options, Stretch,
    testing::{Node, Rules, Strict, Upstream, VirtualTime},
    value,
};
use serde_json::{Value, json};

const A: Address = Address([0xa; 20]);

/// A node that leaves all logs out of ranges of more than so many blocks, and does not know some words.
struct Hiding {
    node: Node,
    width: u64,
    unknown: &'static [&'static str],
}

impl Upstream for Hiding {
    fn answer<'a>(&'a self, method: &'a str, params: &'a Value) -> BoxFuture<'a, Value> {
        let number = |key: &str| value::quantity(&params[0][key]).unwrap_or_default();
        let is_wide = method == "eth_getLogs" && number("toBlock") + 1 - number("fromBlock") > self.width;
        let is_unknown = params[0].as_str().is_some_and(|word| self.unknown.contains(&word));
        let answer = match (is_wide, is_unknown) {
            (true, _) => json!({"result": []}),
            (_, true) => json!({"error": {"code": -32_602, "message": "invalid block tag"}}),
            _ => self.node.answer(method, params),
        };
        Box::pin(async move { answer })
    }
}

fn client(node: &Node, width: u64, unknown: &'static [&'static str]) -> (Client, Strict) {
    let time = VirtualTime::new(1);
    let hiding = Hiding { node: node.clone(), width, unknown };
    let strict = Strict::before(hiding, time.clone(), Rules::default(), 1);
    let endpoint = Endpoint::new("The node", strict.clone(), None);
    (Client::new(vec![endpoint], time, Options::default()), strict)
}

#[test]
fn what_is_left_out_of_wide_ranges_is_found_in_narrow_ones() {
    let node = Node::new();
    for _ in 0..20 {
        node.mine(30);
        node.emit(&[A]);
    }
    let (client, _) = client(&node, 50, &[]);
    // With topics, or else the bloom filter of the last block would tell of its log.
    let filter = Filter::of([A]).topic([protocol::Digest::of(&A.0)]);
    let found = |width| block_on(client.again(&filter, 0, node.head(), width)).unwrap();
    assert_eq!(found(207).logs.len(), 0, "as wide as it takes");
    let whole = found(48);
    assert_eq!(whole.logs.len(), 20);
    assert_eq!(whole.end.number, node.head());
    assert_eq!(found(1).logs.len(), 20, "block by block at last");
}

/// A node with all the rules of public ones that besides leaves logs out of ranges of more than 300 blocks: one log far
/// back and one among the newest blocks are found, with the pieces and pauses of a page.
#[test]
fn holes_of_a_long_chain_are_mended_behind_a_strict_node() {
    let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::random::<u32>().into());
    println!("seed {seed}");
    let node = Node::new();
    node.mine(4_000);
    node.emit(&[A]);
    node.mine(26_000);
    node.emit(&[A]);
    node.mine(20);
    let time = VirtualTime::new(seed);
    let hiding = Hiding { node: node.clone(), width: 300, unknown: &[] };
    let strict = Strict::before(hiding, time.clone(), Rules::all(), seed);
    let endpoint = Endpoint::new("The node", strict.clone(), None);
    let client = Client::new(vec![endpoint], time.clone(), Options::default());
    let filter = Filter::of([A]).topic([protocol::Digest::of(&A.0)]);
    let head = node.head();
    while block_on(client.head()).unwrap().number < head {}
    let wide = |from, to| block_on(client.logs(&filter, from, to)).unwrap().logs.len();
    assert_eq!((wide(1, 29_000), wide(head - 400, head)), (0, 0), "seed {seed}: both are left out");

    let (began, before) = (time.now(), strict.seen().len());
    let (mut mending, mut found, mut first) = (Mending::default(), BTreeSet::new(), None);
    while found.len() < 2 {
        if let Some(Stretch { from, to, width }) = mending.stretch(time.now(), 1, head) {
            let read = block_on(client.again(&filter, from, to, width)).unwrap();
            found.extend(read.logs.iter().map(|log| log.block));
            first = first.or_else(|| found.last().copied());
        }
        time.pass(Duration::from_secs(1));
        assert!(time.now() - began < Duration::from_secs(3_600), "seed {seed}: only {found:?} within an hour");
    }
    assert_eq!(first, Some(head - 20), "seed {seed}: the newest are looked at first");
    assert_eq!(found, BTreeSet::from([4_001, head - 20]), "seed {seed}");
    let asked = strict.seen()[before..].iter().map(|seen| seen.methods.len()).sum::<usize>() as u64;
    let minutes = (time.now() - began).as_secs() / 60 + 1;
    println!("found after {minutes} minutes and {asked} requests");
    // A piece is a question for logs and one for its last block, some asked again.
    assert!(asked <= (12 * minutes + 64) * 4, "seed {seed}: {asked} requests in {minutes} minutes");
    assert!(strict.seen().iter().all(|seen| seen.too_early.is_zero()), "seed {seed}: never faster than asked to");
}

#[test]
fn the_first_block_of_a_time_is_found_with_few_questions() {
    let node = Node::new();
    node.mine(25_000);
    let (client, strict) = client(&node, u64::MAX, &[]);
    let at = |number| block_on(client.header(number)).unwrap().unwrap().at;
    let (low, some, head) = (at(1), at(12_345), at(node.head()));
    let began = strict.seen().len();
    assert_eq!(block_on(client.first_since(1, some)).unwrap(), Some(12_345));
    assert!(strict.seen().len() - began <= 17, "{}", strict.seen().len() - began);
    assert_eq!(block_on(client.first_since(1, some - 1)).unwrap(), Some(12_345), "the next one after a gap");
    assert_eq!(block_on(client.first_since(1, low)).unwrap(), Some(1));
    assert_eq!(block_on(client.first_since(500, low)).unwrap(), Some(500), "not below the lowest");
    assert_eq!(block_on(client.first_since(1, head)).unwrap(), Some(node.head()));
    assert_eq!(block_on(client.first_since(1, head + 1)).unwrap(), None);
}

#[test]
fn a_chain_says_how_far_it_is_final_where_its_nodes_know_the_word() {
    let node = Node::new();
    node.mine(100);
    let (knowing, strict) = client(&node, u64::MAX, &[]);
    let finality = block_on(knowing.finality()).unwrap();
    assert_eq!(finality.safe.map(|header| header.number), Some(node.head() - 32));
    assert_eq!(finality.finalized.map(|header| header.number), Some(node.head() - 64));
    assert_eq!(strict.seen().len(), 2);
    let (ignorant, strict) = client(&node, u64::MAX, &["safe", "finalized"]);
    assert_eq!(block_on(ignorant.finality()).unwrap(), rpc::Finality::default());
    assert_eq!(strict.seen().len(), 1, "and is not asked twice");
}
