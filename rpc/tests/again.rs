//! Reading again what a node left out, looking back from the newest block, and how far a chain is final.

use futures::executor::block_on;
use protocol::Address;
use rpc::{
    BoxFuture, Client, Endpoint, Filter, Options,
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
    let found = |pieces| block_on(client.again(&filter, 0, node.head(), pieces)).unwrap();
    assert_eq!(found(3).logs.len(), 0, "as wide as it takes");
    let whole = found(13);
    assert_eq!(whole.logs.len(), 20);
    assert_eq!(whole.end.number, node.head());
    assert_eq!(found(u64::MAX).logs.len(), 20, "block by block at last");
}

#[test]
fn what_happened_last_is_found_from_the_newest_block_down() {
    let node = Node::new();
    node.emit(&[A]);
    node.mine(25_000);
    let (client, strict) = client(&node, u64::MAX, &[]);
    let filter = Filter::of([A]);
    let began = strict.seen().len();
    assert_eq!(block_on(client.newest(&filter, 0, 0)).unwrap().map(|log| log.block), Some(1));
    assert!(strict.seen().len() - began < 20, "with few questions: {}", strict.seen().len() - began);
    let lately = 1_700_000_000 + 2 * 20_000;
    assert_eq!(block_on(client.newest(&filter, 0, lately)).unwrap(), None, "not older than that");
    assert_eq!(block_on(client.newest(&filter, 2, 0)).unwrap(), None, "nor lower than that");
    node.emit(&[A]);
    let began = strict.seen().len();
    assert_eq!(block_on(client.newest(&filter, 0, 0)).unwrap().map(|log| log.block), Some(node.head()));
    assert!(strict.seen().len() - began <= 3);
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
