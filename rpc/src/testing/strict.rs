//! A node that is as unfriendly as those on the open internet, before a friendly one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use protocol::Digest;
use serde_json::{Value, json};

use crate::{BoxFuture, Environment, Reply, Transport, Unreachable, allowance::lock, value};

/// The friendly node behind.
pub trait Upstream: Send + Sync + 'static {
    /// Answers one question, as `{"result": …}` or `{"error": …}`.
    fn answer<'a>(&'a self, method: &'a str, params: &'a Value) -> BoxFuture<'a, Value>;
}

/// What is held against whoever asks. Zero switches a rule off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Blocks of one `eth_getLogs`.
    pub range: u64,
    /// Logs of one answer; more are refused.
    pub results: usize,
    /// One request in so many is answered with status 429 …
    pub busy_one_in: u64,
    /// … and `Retry-After` of so many seconds.
    pub retry_after: u64,
    /// Requests of one second; more are answered with status 429 and no word about when to come again …
    pub rate: u64,
    /// … as an error of JSON-RPC, or else as plain text.
    pub rate_as_json: bool,
    /// One request in so many is answered by a back end …
    pub behind_one_in: u64,
    /// … that is so many blocks behind.
    pub behind: u64,
    /// So many of the newest blocks have neither logs nor a bloom filter yet …
    pub late: u64,
    /// … or no logs, but their bloom filter.
    pub late_with_bloom: bool,
    /// Logs are followed by copies that are taken back, of a block that is not on the chain.
    pub removed: bool,
    /// Answers have this many logs at most, without a word about the rest.
    pub cut: usize,
    /// Logs come without the times of their blocks.
    pub without_times: bool,
    /// Logs come twice and backwards.
    pub disordered: bool,
    /// Logs with this first topic are left out, without a word.
    pub hidden: Option<Digest>,
    /// Receipts come so many seconds after they were first asked for in vain: nothing until then …
    pub receipts_late: u64,
    /// … or, with this, the words of a node that is still indexing.
    pub receipts_indexing: bool,
}

impl Rules {
    /// All of them, as they were seen in public.
    pub fn all() -> Self {
        Self {
            range: 1_000,
            results: 10_000,
            busy_one_in: 10,
            retry_after: 1,
            rate: 0,
            rate_as_json: false,
            behind_one_in: 5,
            behind: 2,
            late: 3,
            late_with_bloom: false,
            removed: true,
            cut: 100,
            without_times: true,
            disordered: true,
            hidden: None,
            receipts_late: 0,
            receipts_indexing: false,
        }
    }
}

/// How a request was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// By a back end that is behind.
    AnsweredBehind,
    /// Status 429, with a word about when to come again.
    Busy,
    /// Status 429, without.
    TooMany,
}

/// A request that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When, since the beginning.
    pub at: Duration,
    /// The name under which whoever asks was given the address.
    pub who: String,
    /// Methods, several in a batch.
    pub methods: Vec<String>,
    /// What became of it.
    pub fate: Fate,
    /// How long before the end of a pause that this very request was asked to make it came again; zero where it did
    /// not.
    pub too_early: Duration,
}

/// Stands before a node and holds rules against whoever asks. Clones share what they saw.
#[derive(Clone)]
pub struct Strict {
    upstream: Arc<dyn Upstream>,
    environment: Arc<dyn Environment>,
    state: Arc<Mutex<State>>,
}

struct State {
    rules: Rules,
    random: u64,
    seen: Vec<Seen>,
    /// Until when requests that were turned away shall not come again, by who asked and id.
    turned_away: BTreeMap<(String, String), Duration>,
    /// When receipts that were there were first asked for.
    receipts: BTreeMap<String, Duration>,
}

impl Strict {
    /// `seed` decides which requests are turned away and which are answered by a back end that is behind; print it.
    pub fn before(upstream: impl Upstream, environment: impl Environment, rules: Rules, seed: u64) -> Self {
        let state = State {
            rules,
            random: seed | 1,
            seen: Vec::new(),
            turned_away: BTreeMap::new(),
            receipts: BTreeMap::new(),
        };
        Self { upstream: Arc::new(upstream), environment: Arc::new(environment), state: Arc::new(Mutex::new(state)) }
    }

    /// Holds other rules from now on.
    pub fn now(&self, rules: Rules) {
        lock(&self.state).rules = rules;
    }

    /// Everything that was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.state).seen.clone()
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.environment.now()
    }

    /// Requests of one who asks in a stretch of time, those of batches counted one by one.
    pub fn asked_by(&self, who: &str, since: Duration, until: Duration) -> usize {
        let state = lock(&self.state);
        let theirs = state.seen.iter().filter(|seen| seen.who == who && (since..until).contains(&seen.at));
        theirs.map(|seen| seen.methods.len()).sum()
    }

    /// Answers a posted body. `who` asks: each has an address of its own.
    pub async fn post_as(&self, who: &str, body: &str) -> Reply {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let (rules, fate) = self.decide(who, &body);
        if fate == Fate::TooMany {
            let error =
                json!({"code": -32005, "message": "rate limit exceeded", "data": {"rate": {"backoff_seconds": 2}}});
            let id = if body.is_array() { &body[0]["id"] } else { &body["id"] };
            let body = match rules.rate_as_json {
                true => json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string(),
                false => "Too Many Requests".to_owned(),
            };
            return Reply { status: 429, retry_after: None, body };
        }
        if fate == Fate::Busy {
            let retry_after = Some(rules.retry_after.to_string());
            return Reply { status: 429, retry_after, body: "Too Many Requests".into() };
        }
        let behind = if fate == Fate::AnsweredBehind { rules.behind } else { 0 };
        let answer = match &body {
            Value::Array(messages) => {
                let mut answers = Vec::new();
                for message in messages {
                    answers.push(self.answer(message, rules, behind).await);
                }
                Value::Array(answers)
            }
            message => self.answer(message, rules, behind).await,
        };
        Reply { status: 200, retry_after: None, body: answer.to_string() }
    }

    fn decide(&self, who: &str, body: &Value) -> (Rules, Fate) {
        let at = self.environment.now();
        let messages = match body {
            Value::Array(messages) => messages.as_slice(),
            message => std::slice::from_ref(message),
        };
        let methods: Vec<String> =
            messages.iter().map(|message| message["method"].as_str().unwrap_or_default().to_owned()).collect();
        let id = messages.first().map(|message| message["id"].to_string()).unwrap_or_default();
        let mut state = lock(&self.state);
        let rules = state.rules;
        let key = (who.to_owned(), format!("{id} {}", methods.join(" ")));
        let too_early = state.turned_away.remove(&key).map_or(Duration::ZERO, |until| until.saturating_sub(at));
        let mut one_in = |of: u64| of > 0 && next(&mut state.random).is_multiple_of(of);
        let drawn = (one_in(rules.busy_one_in), one_in(rules.behind_one_in));
        // As providers count: those that were turned away too.
        let second = Duration::from_secs(1);
        let lately = state.seen.iter().rev().take_while(|seen| at.saturating_sub(seen.at) < second).count() as u64;
        let fate = match drawn {
            _ if rules.rate > 0 && lately >= rules.rate => Fate::TooMany,
            (true, _) => Fate::Busy,
            (_, true) => Fate::AnsweredBehind,
            _ => Fate::Answered,
        };
        if fate == Fate::Busy {
            state.turned_away.insert(key, at + Duration::from_secs(rules.retry_after));
        }
        state.seen.push(Seen { at, who: who.to_owned(), methods, fate, too_early });
        (rules, fate)
    }

    async fn answer(&self, message: &Value, rules: Rules, behind: u64) -> Value {
        let method = message["method"].as_str().unwrap_or_default();
        let mut answer = self.spoiled(method, &message["params"], rules, behind).await;
        answer["jsonrpc"] = json!("2.0");
        answer["id"] = message["id"].clone();
        answer
    }

    async fn spoiled(&self, method: &str, params: &Value, rules: Rules, behind: u64) -> Value {
        let real = self.upstream.answer("eth_blockNumber", &json!([])).await;
        let real = value::quantity(&real["result"]).unwrap_or(0);
        let head = real.saturating_sub(behind);
        let mut params = params.clone();
        match method {
            "eth_blockNumber" => return json!({"result": value::number(head)}),
            // Far enough below the newest block for every back end.
            "eth_getBlockByNumber" if matches!(params[0].as_str(), Some("safe" | "finalized")) => {}
            "eth_getBlockByNumber" | "eth_getBlockReceipts" => {
                let Some(number) = number(&params[0], head) else { return json!({"result": null}) };
                if number > head {
                    return json!({"result": null});
                }
                params[0] = value::number(number);
            }
            "eth_getBlockByHash" | "eth_getTransactionReceipt" | "eth_getTransactionByHash" => {
                let answer = self.upstream.answer(method, &params).await;
                let key = if method == "eth_getBlockByHash" { "number" } else { "blockNumber" };
                let is_above = value::quantity(&answer["result"][key]).is_ok_and(|block| block > head);
                if method == "eth_getTransactionReceipt" && !answer["result"].is_null() && self.is_late(&params, rules)
                {
                    return if rules.receipts_indexing {
                        json!({"error": {"code": -32000, "message": "transaction indexing is in progress"}})
                    } else {
                        json!({"result": null})
                    };
                }
                return if is_above { json!({"result": null}) } else { answer };
            }
            "eth_getLogs" => return self.logs(params, rules, head, real).await,
            "eth_call" | "eth_getBalance" | "eth_getTransactionCount" | "eth_getCode" => {
                let last = params.as_array().map_or(0, |params| params.len().saturating_sub(1));
                match number(&params[last], head) {
                    Some(number) if number > head => {
                        return json!({"error": {"code": -32000, "message": "header not found"}});
                    }
                    // The newest state stays the newest: some nodes give it the time of the block to come.
                    Some(number) if behind > 0 => params[last] = value::number(number),
                    _ => {}
                }
            }
            _ => {}
        }
        let mut answer = self.upstream.answer(method, &params).await;
        if method == "eth_getBlockByNumber"
            && value::quantity(&answer["result"]["number"]).is_ok_and(|number| number + rules.late > real)
            && rules.late > 0
            && !rules.late_with_bloom
        {
            answer["result"]["logsBloom"] = json!(value::hexed(&[0; 256]));
        }
        answer
    }

    /// Whether a receipt that is there is still held back.
    fn is_late(&self, params: &Value, rules: Rules) -> bool {
        let now = self.environment.now();
        let first = *lock(&self.state).receipts.entry(params[0].to_string()).or_insert(now);
        now < first + Duration::from_secs(rules.receipts_late)
    }

    async fn logs(&self, mut params: Value, rules: Rules, head: u64, real: u64) -> Value {
        let error = |code: i64, message: String| json!({"error": {"code": code, "message": message}});
        let filter = &mut params[0];
        match filter.get("blockHash").cloned() {
            Some(hash) => {
                let block = self.upstream.answer("eth_getBlockByHash", &json!([hash, false])).await;
                if value::quantity(&block["result"]["number"]).is_ok_and(|number| number > head) {
                    return error(-32_000, "unknown block".into());
                }
            }
            None => {
                let from = number(&filter["fromBlock"], head).unwrap_or(head);
                let to = number(&filter["toBlock"], head).unwrap_or(head);
                let blocks = (to + 1).saturating_sub(from);
                if rules.range > 0 && blocks > rules.range {
                    return error(-32_602, format!("range {blocks} exceeds limit of {}", rules.range));
                }
                if from > head {
                    return json!({"result": []});
                }
                // A back end that is behind gives what it has, without a word.
                filter["toBlock"] = value::number(to.min(head));
            }
        }
        let mut answer = self.upstream.answer("eth_getLogs", &params).await;
        let Some(logs) = answer["result"].as_array_mut() else { return answer };
        if rules.results > 0 && logs.len() > rules.results {
            return error(-32_005, format!("query returned more than {} results", rules.results));
        }
        if rules.late > 0 {
            logs.retain(|log| value::quantity(&log["blockNumber"]).is_ok_and(|number| number + rules.late <= real));
        }
        if let Some(hidden) = rules.hidden {
            logs.retain(|log| log["topics"][0] != json!(hidden));
        }
        if rules.cut > 0 {
            logs.truncate(rules.cut);
        }
        if rules.without_times {
            for log in logs.iter_mut().filter_map(Value::as_object_mut) {
                log.remove("blockTimestamp");
            }
        }
        if rules.removed {
            let taken_back = logs.iter().map(|log| {
                let mut copy = log.clone();
                copy["removed"] = json!(true);
                copy["blockHash"] = json!(format!("0x{}", "ab".repeat(32)));
                copy
            });
            let taken_back: Vec<Value> = taken_back.collect();
            logs.extend(taken_back);
        }
        if rules.disordered {
            let again: Vec<Value> = logs.iter().rev().cloned().collect();
            logs.extend(again);
        }
        answer
    }
}

impl Transport for Strict {
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
        Box::pin(async move { Ok(self.post_as("", &body).await) })
    }
}

/// The number that a block tag means; `None` for a hash or nothing.
fn number(tag: &Value, head: u64) -> Option<u64> {
    match tag.as_str()? {
        "latest" | "pending" | "safe" | "finalized" => Some(head),
        "earliest" => Some(0),
        _ => value::quantity(tag).ok(),
    }
}

/// xorshift64*: the low bits are as good as the high ones.
fn next(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
}
