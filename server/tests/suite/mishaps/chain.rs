//! A chain in memory with a ledger on it, and the node of it, which shares no code with what reads it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::{Address, Digest};
use rand::{Rng, rngs::StdRng};
use rpc::{Bloom, BoxFuture, testing::Upstream};
use serde_json::{Value, json};

use super::ledger::{BOOKS, ENTRIES, entered, next, opened};

pub const HUB: Address = Address([0xaa; 20]);
/// Books at most.
const MOST_BOOKS: u64 = 6;

#[derive(Debug, Clone)]
enum Log {
    Opened(Address),
    Entered { book: Address, number: u64, value: u64 },
}

#[derive(Debug, Clone)]
struct Block {
    hash: Digest,
    at: u64,
    logs: Vec<Log>,
    /// Entries of each book after this block.
    books: BTreeMap<Address, u64>,
}

#[derive(Debug)]
struct Inner {
    id: u64,
    blocks: Vec<Block>,
    /// Blocks that were ever made, so that none has the hash of another.
    made: u64,
    /// Ranges of more blocks than this leave every third entry out, without a word and without blooms; 0 for never.
    hiding: u64,
}

/// Clones share it.
#[derive(Debug, Clone)]
pub struct Chain(Arc<Mutex<Inner>>);

/// What a book must come to: entries, and their digest in order.
pub type Books = BTreeMap<Address, (u64, Digest)>;

impl Chain {
    pub fn new(id: u64) -> Self {
        let chain = Self(Arc::new(Mutex::new(Inner { id, blocks: Vec::new(), made: 0, hiding: 0 })));
        chain.inner().add(Vec::new(), BTreeMap::new());
        chain
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn head(&self) -> u64 {
        self.inner().blocks.len() as u64 - 1
    }

    pub fn hash(&self, number: u64) -> Digest {
        self.inner().blocks[number as usize].hash
    }

    pub fn hide(&self, hiding: u64) {
        self.inner().hiding = hiding;
    }

    /// More blocks, with and without logs.
    pub fn grow(&self, blocks: u64, random: &mut StdRng) {
        let mut inner = self.inner();
        for _ in 0..blocks {
            inner.mine(random);
        }
    }

    /// More blocks without logs.
    pub fn rest(&self, blocks: u64) {
        let mut inner = self.inner();
        for _ in 0..blocks {
            let books = inner.blocks.last().map(|block| block.books.clone()).unwrap_or_default();
            inner.add(Vec::new(), books);
        }
    }

    /// Other blocks in the place of the last ones, and `more` on top of them.
    pub fn reorganise(&self, depth: u64, more: u64, random: &mut StdRng) {
        let mut inner = self.inner();
        let left = (inner.blocks.len() as u64).saturating_sub(depth).max(1);
        let depth = inner.blocks.len() as u64 - left;
        inner.blocks.truncate(left as usize);
        for _ in 0..depth + more {
            inner.mine(random);
        }
    }

    /// What the books come to up to a block, counted from the logs one by one.
    pub fn books(&self, until: u64) -> Books {
        let mut books = Books::new();
        for block in self.inner().blocks.iter().take(until as usize + 1) {
            for log in &block.logs {
                match log {
                    Log::Opened(book) => drop(books.entry(*book).or_insert((0, Digest::ZERO))),
                    Log::Entered { book, number, value } => {
                        let entry = books.entry(*book).or_insert((0, Digest::ZERO));
                        *entry = (*number, next(entry.1, *number, *value));
                    }
                }
            }
        }
        books
    }
}

impl Inner {
    fn add(&mut self, logs: Vec<Log>, books: BTreeMap<Address, u64>) {
        let number = self.blocks.len() as u64;
        self.made += 1;
        let hash = Digest::of(format!("block {number} made as {}", self.made).as_bytes());
        self.blocks.push(Block { hash, at: 1_700_000_000 + 12 * number, logs, books });
    }

    fn mine(&mut self, random: &mut StdRng) {
        let mut books = self.blocks.last().map(|block| block.books.clone()).unwrap_or_default();
        let mut logs = Vec::new();
        if (books.len() as u64) < MOST_BOOKS && random.random_ratio(1, 6) {
            // As with CREATE, the address follows from how many there are: another branch makes the same again.
            let mut address = [0xb0; 20];
            address[19] = books.len() as u8;
            let book = Address(address);
            // Its constructor may say something before the hub does.
            if random.random_bool(0.3) {
                logs.push(Log::Entered { book, number: 1, value: random.random_range(0..1_000) });
            }
            books.insert(book, logs.len() as u64);
            logs.push(Log::Opened(book));
        }
        let many = if random.random_ratio(1, 40) { 130 } else { 3 };
        if !books.is_empty() && random.random_bool(0.4) {
            for _ in 0..random.random_range(1..=many) {
                // Older books are silent for ever: no later entry tells that one is missing.
                let at = random.random_range(books.len().saturating_sub(2)..books.len());
                let Some((book, entries)) = books.iter_mut().nth(at) else { continue };
                *entries += 1;
                logs.push(Log::Entered { book: *book, number: *entries, value: random.random_range(0..1_000) });
            }
        }
        self.add(logs, books);
    }

    fn number(&self, tag: &Value) -> Option<u64> {
        match tag.as_str()? {
            "latest" | "pending" => Some(self.blocks.len() as u64 - 1),
            "earliest" => Some(0),
            digits => u64::from_str_radix(digits.strip_prefix("0x")?, 16).ok(),
        }
    }

    fn header(&self, number: u64) -> Value {
        let Some(block) = self.blocks.get(number as usize) else { return Value::Null };
        let mut bloom = Bloom([0; 256]);
        for log in block.logs.iter().filter(|_| self.hiding == 0) {
            bloom.insert(&emitter(log));
        }
        let parent = number.checked_sub(1).map_or(Digest::ZERO, |parent| self.blocks[parent as usize].hash);
        json!({
            "number": format!("{number:#x}"), "hash": block.hash, "parentHash": parent,
            "timestamp": format!("{:#x}", block.at), "logsBloom": format!("0x{}", hex::encode(bloom.0)),
        })
    }

    fn logs(&self, number: u64, wide: bool) -> Vec<Value> {
        let Some(block) = self.blocks.get(number as usize) else { return Vec::new() };
        let hidden = |log: &Log| matches!(log, Log::Entered { number, .. } if wide && number % 3 == 0);
        let all = block.logs.iter().enumerate().filter(|(_, log)| !hidden(log));
        all.map(|(index, log)| {
            let (topics, data) = match log {
                Log::Opened(book) => {
                    let mut word = [0; 32];
                    word[12..].copy_from_slice(&book.0);
                    (vec![opened(), Digest(word)], Vec::new())
                }
                Log::Entered { number, value, .. } => {
                    (vec![entered()], [number.to_be_bytes(), value.to_be_bytes()].concat())
                }
            };
            json!({
                "address": emitter(log), "topics": topics, "data": format!("0x{}", hex::encode(data)),
                "blockNumber": format!("{number:#x}"), "blockHash": block.hash,
                "blockTimestamp": format!("{:#x}", block.at), "logIndex": format!("{index:#x}"),
                "transactionHash": Digest::of(format!("{} {index}", block.hash).as_bytes()), "removed": false,
            })
        })
        .collect()
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, &'static str> {
        let head = self.blocks.len() as u64 - 1;
        Ok(match method {
            "eth_chainId" => json!(format!("{:#x}", self.id)),
            "eth_blockNumber" => json!(format!("{head:#x}")),
            "eth_getCode" => json!("0x60"),
            "eth_getBlockByNumber" => self.header(self.number(&params[0]).ok_or("a block number")?),
            "eth_getBlockByHash" => {
                let found = self.blocks.iter().position(|block| json!(block.hash) == params[0]);
                found.map_or(Value::Null, |number| self.header(number as u64))
            }
            "eth_getBlockReceipts" => {
                let number = self.number(&params[0]).ok_or("a block number")?;
                if number > head {
                    return Ok(Value::Null);
                }
                json!([{"logs": self.logs(number, false)}])
            }
            "eth_call" => {
                let at = self.number(&params[1]).filter(|number| *number <= head).ok_or("header not found")?;
                let books = &self.blocks[at as usize].books;
                let data = params[0]["data"].as_str().unwrap_or_default();
                let answer = if data == format!("0x{}", hex::encode(BOOKS)) {
                    books.len() as u64
                } else if data == format!("0x{}", hex::encode(ENTRIES)) {
                    let mut all = books.iter();
                    all.find(|(book, _)| json!(book) == params[0]["to"]).map_or(0, |(_, entries)| *entries)
                } else {
                    return Err("execution reverted");
                };
                json!(format!("0x{answer:064x}"))
            }
            "eth_getLogs" => {
                let filter = &params[0];
                let (from, to) = match filter["blockHash"].as_str() {
                    Some(hash) => {
                        let found = self.blocks.iter().position(|block| block.hash.to_string() == hash);
                        let number = found.ok_or("unknown block")? as u64;
                        (number, number)
                    }
                    None => {
                        let from = self.number(&filter["fromBlock"]).ok_or("a block number")?;
                        (from, self.number(&filter["toBlock"]).ok_or("a block number")?.min(head))
                    }
                };
                let wide = self.hiding > 0 && to + 1 > from + self.hiding;
                let addresses = filter["address"].as_array().cloned().unwrap_or_default();
                let all = (from..=to).flat_map(|number| self.logs(number, wide));
                Value::Array(all.filter(|log| addresses.contains(&log["address"])).collect())
            }
            _ => return Err("the method does not exist"),
        })
    }
}

fn emitter(log: &Log) -> Address {
    match log {
        Log::Opened(_) => HUB,
        Log::Entered { book, .. } => *book,
    }
}

impl Upstream for Chain {
    fn answer<'a>(&'a self, method: &'a str, params: &'a Value) -> BoxFuture<'a, Value> {
        let answer = match self.inner().answer(method, params) {
            Ok(result) => json!({"result": result}),
            Err(message) => json!({"error": {"code": -32_000, "message": message}}),
        };
        Box::pin(async move { answer })
    }
}
