//! Reading again what a node left out, finding the block of a time, and how far a chain is final.

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
