//! A node with a chain in memory.

use std::sync::{Arc, Mutex};

use protocol::{Address, Digest};
use serde_json::{Value, json};

use super::Upstream;
use crate::{Bloom, BoxFuture, allowance::lock, value};

/// A chain in memory that answers as a well-behaved node. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Node {
    chain: Arc<Mutex<Chain>>,
}

#[derive(Debug, Clone, Default)]
struct Chain {
    blocks: Vec<Block>,
    /// Grows with every block, so that a block that takes another's place has another hash.
    made: u64,
}

#[derive(Debug, Clone)]
struct Block {
    hash: Digest,
    parent: Digest,
    at: u64,
    logs: Vec<(Address, Vec<Digest>, Vec<u8>)>,
}

impl Node {
    /// A chain that has its first block, number 0, only.
    pub fn new() -> Self {
        let node = Self::default();
        node.mine(1);
        node
    }

    /// Adds empty blocks, two seconds apart.
    pub fn mine(&self, blocks: u64) {
        for _ in 0..blocks {
            self.add(Vec::new());
        }
    }

    /// Adds a block with logs that these contracts emit, in order, each with its own data.
    pub fn emit(&self, from: &[Address]) {
        let logs = from.iter().enumerate().map(|(position, address)| {
            let data = format!("{}/{position}", lock(&self.chain).made);
            (*address, vec![Digest::of(&address.0)], data.into_bytes())
        });
        let logs = logs.collect();
        self.add(logs);
    }

    fn add(&self, logs: Vec<(Address, Vec<Digest>, Vec<u8>)>) {
        let mut chain = lock(&self.chain);
        let number = chain.blocks.len() as u64;
        let parent = chain.blocks.last().map_or(Digest::ZERO, |block| block.hash);
        chain.made += 1;
        let hash = Digest::of(format!("block {number}, made as number {}", chain.made).as_bytes());
        chain.blocks.push(Block { hash, parent, at: 1_700_000_000 + 2 * number, logs });
    }

    /// Takes the newest blocks away.
    pub fn take_back(&self, blocks: u64) {
        let mut chain = lock(&self.chain);
        let left = chain.blocks.len().saturating_sub(blocks as usize).max(1);
        chain.blocks.truncate(left);
    }

    /// Number of the newest block.
    pub fn head(&self) -> u64 {
        lock(&self.chain).blocks.len() as u64 - 1
    }

    /// All logs of these contracts: block, index and data.
    pub fn all_logs(&self, of: &[Address]) -> Vec<(u64, u64, Vec<u8>)> {
        let chain = lock(&self.chain);
        let numbered = chain.blocks.iter().enumerate().flat_map(|(number, block)| {
            let logs = block.logs.iter().enumerate();
            logs.map(move |(index, (address, _, data))| (*address, number as u64, index as u64, data.clone()))
        });
        numbered
            .filter(|(address, ..)| of.contains(address))
            .map(|(_, block, index, data)| (block, index, data))
            .collect()
    }

    /// Answers one question, as `{"result": …}` or `{"error": …}`.
    pub fn answer(&self, method: &str, params: &Value) -> Value {
        let chain = lock(&self.chain);
        let head = chain.blocks.len() as u64 - 1;
        let error = |code: i64, message: &str| json!({"error": {"code": code, "message": message}});
        let number = |tag: &Value| match tag.as_str() {
            Some("latest" | "pending") => Ok(head),
            Some("earliest") => Ok(0),
            Some("safe") => Ok(head.saturating_sub(32)),
            Some("finalized") => Ok(head.saturating_sub(64)),
            _ => value::quantity(tag),
        };
        match method {
            "eth_chainId" => json!({"result": "0x7a69"}),
            "eth_blockNumber" => json!({"result": value::number(head)}),
            "eth_getBlockByNumber" => {
                let Ok(number) = number(&params[0]) else { return error(-32_602, "a block number") };
                let block = chain.blocks.get(number as usize);
                json!({"result": block.map(|block| header(number, block))})
            }
            "eth_getBlockReceipts" => {
                let Ok(number) = number(&params[0]) else { return error(-32_602, "a block number") };
                let Some(block) = chain.blocks.get(number as usize) else { return json!({"result": null}) };
                json!({"result": [{"logs": logs(number, block)}]})
            }
            "eth_getLogs" => {
                let filter = &params[0];
                let (from, to) = match filter.get("blockHash") {
                    Some(hash) => {
                        let found = chain.blocks.iter().position(|block| json!(block.hash) == *hash);
                        let Some(found) = found else { return error(-32_000, "unknown block") };
                        (found as u64, found as u64)
                    }
                    None => match (number(&filter["fromBlock"]), number(&filter["toBlock"])) {
                        (Ok(from), Ok(to)) => (from, to.min(head)),
                        _ => return error(-32_602, "a block number"),
                    },
                };
                let blocks = (from..=to).filter_map(|number| Some((number, chain.blocks.get(number as usize)?)));
                let all = blocks.flat_map(|(number, block)| logs(number, block));
                let wanted = |log: &Value| {
                    let addresses = filter["address"].as_array();
                    let topics = filter["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
                    addresses.is_none_or(|addresses| addresses.contains(&log["address"]))
                        && topics.iter().enumerate().all(|(position, topic)| match topic {
                            Value::Array(any) => any.contains(&log["topics"][position]),
                            Value::Null => true,
                            topic => *topic == log["topics"][position],
                        })
                };
                json!({"result": all.filter(wanted).collect::<Vec<_>>()})
            }
            _ => error(-32_601, "the method does not exist"),
        }
    }
}

impl Upstream for Node {
    fn answer<'a>(&'a self, method: &'a str, params: &'a Value) -> BoxFuture<'a, Value> {
        let answer = Node::answer(self, method, params);
        Box::pin(async move { answer })
    }
}

fn header(number: u64, block: &Block) -> Value {
    let mut bloom = Bloom([0; 256]);
    for (address, ..) in &block.logs {
        bloom.insert(address);
    }
    json!({
        "number": value::number(number),
        "hash": block.hash,
        "parentHash": block.parent,
        "timestamp": value::number(block.at),
        "logsBloom": value::hexed(&bloom.0),
    })
}

fn logs(number: u64, block: &Block) -> Vec<Value> {
    let told = |(index, (address, topics, data)): (usize, &(Address, Vec<Digest>, Vec<u8>))| {
        json!({
            "address": address,
            "topics": topics,
            "data": value::hexed(data),
            "blockNumber": value::number(number),
            "blockHash": block.hash,
            "blockTimestamp": value::number(block.at),
            "transactionHash": Digest::of(data),
            "logIndex": value::number(index as u64),
            "removed": false,
        })
    };
    block.logs.iter().enumerate().map(told).collect()
}
