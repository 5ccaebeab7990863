//! What an answer that is no result means.

use std::time::Duration;

use serde_json::Value;

use crate::endpoint::{Reply, retry_after, span::TooWide};

/// JSON-RPC error codes: of a call that a contract reverts, and of a method that the node does not have.
const REVERTED: i64 = 3;
const NO_METHOD: i64 = -32_601;

/// What a node said when it declined. Its words are for those who chose the node; no public answer repeats them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// JSON-RPC error code, such as -32005.
    pub code: i64,
    /// The node's own words.
    pub message: String,
    /// Hexadecimal data, such as why a call reverts.
    pub data: Option<String>,
}

impl Refusal {
    /// Whether a contract declined, not the node: every node says the same then.
    pub(crate) fn is_revert(&self) -> bool {
        self.code == REVERTED || self.data.is_some() || self.message.to_lowercase().contains("revert")
    }
}

/// What an answer of one endpoint means for the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Unreachable,
    Timeout,
    /// No JSON-RPC at all.
    NotANode {
        status: u16,
    },
    /// It asks to wait; `None` where it does not say for how long.
    Busy(Option<Duration>),
    /// It limits either requests or logs and does not say which.
    Limited,
    /// It declines the range of an `eth_getLogs`.
    TooWide(TooWide),
    /// It does not have a block that exists.
    Behind,
    /// It does not take several requests at once.
    NoBatches,
    /// It cannot do its own work; another endpoint may.
    Broken(Refusal),
    /// It declines.
    Declined(Refusal),
}

/// Words for too many requests. None of them is about a range.
const RATE: [&str; 16] = [
    "too many requests",
    "rate limit",
    "rate-limit",
    "ratelimit",
    "request rate",
    "requests per",
    "request limit",
    "call rate",
    "request count exceeded",
    "compute units",
    "throttl",
    "slow down",
    "capacity exceeded",
    "over capacity",
    "quota",
    "credits",
];
/// Words for too many blocks.
const BLOCKS: [&str; 16] = [
    "block range",
    "blocks range",
    "range of blocks",
    "too many blocks",
    "range too",
    "range is too",
    "range exceeds",
    "exceeds limit of",
    "exceed maximum block",
    "maximum block",
    "max block",
    "ranges over",
    "blocks are not supported",
    "limited to a ",
    "distance between",
    "toblock - fromblock",
];
/// Words for too many logs, or too much to search.
const LOGS: [&str; 12] = [
    "query returned more than",
    "more than 10000 results",
    "too many logs",
    "too many results",
    "max results",
    "response size",
    "result set",
    "response is too big",
    "response too large",
    "query timeout",
    "log limit",
    "logs matched",
];
/// Words for a block that the answering back end does not have.
const BEHIND: [&str; 9] = [
    "header not found",
    "unknown block",
    "block not found",
    "beyond current head",
    "beyond the head",
    "blockoutofrange",
    "block height is out",
    "is greater than latest",
    "after last accepted block",
];

/// Reads the error object of a node or a wallet. Revert data is in `data`, with some nodes deeper.
pub fn refusal_of(error: &Value) -> Refusal {
    Refusal {
        code: error["code"].as_i64().unwrap_or(0),
        message: error["message"].as_str().unwrap_or("no reason given").to_owned(),
        data: hex_data(&error["data"]),
    }
}

/// The hexadecimal text in an error's `data`: itself, after a word ("Reverted 0x…"), or in one of its members.
fn hex_data(data: &Value) -> Option<String> {
    match data {
        Value::String(text) => {
            let at = text.find("0x")?;
            let hexed = &text[at..];
            hexed[2..].bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| hexed.to_owned())
        }
        Value::Object(members) => members.values().find_map(hex_data),
        _ => None,
    }
}

/// What an HTTP answer means where it is no JSON-RPC answer, and how long to wait where its status asks for that.
pub(crate) fn of_status(reply: &Reply, body: Option<&Value>, unix_time: u64) -> Option<Failure> {
    let told = || {
        let header = reply.retry_after.as_deref().and_then(|text| retry_after::header(text, unix_time));
        let error = body.and_then(|body| body.get("error").or_else(|| body.get(0)?.get("error")));
        let data = error.and_then(|error| retry_after::data(&error["data"]));
        header.max(data)
    };
    match reply.status {
        429 => Some(Failure::Busy(told())),
        // Overloaded, with a time to come back; without one it is as good as down.
        503 if reply.retry_after.is_some() => Some(Failure::Busy(told())),
        401..=404 => turned_away(reply.status, body),
        _ => None,
    }
}

/// What a status means that says: not without a key, not without money, not you, not here. `None` where the body is an
/// answer about the question all the same.
fn turned_away(status: u16, body: Option<&Value>) -> Option<Failure> {
    let answer = body.map(|body| body.get(0).unwrap_or(body));
    if answer.is_some_and(|answer| answer.get("result").is_some()) {
        return None;
    }
    let Some(error) = answer.and_then(|answer| answer.get("error")).filter(|error| error.is_object()) else {
        return Some(Failure::NotANode { status });
    };
    // Words about rates and ranges, reverts and methods that are not there mean what they mean with any status.
    match of_error(error, "", Some(u64::MAX)) {
        Failure::Declined(refusal) if refusal.code != NO_METHOD && !refusal.is_revert() => {
            Some(Failure::Broken(refusal))
        }
        _ => None,
    }
}

/// What an error object means. `blocks` is the width of the range where the method is `eth_getLogs` with one.
pub(crate) fn of_error(error: &Value, method: &str, blocks: Option<u64>) -> Failure {
    let refusal = refusal_of(error);
    let words = refusal.message.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|part| words.contains(part));
    let is_rate_code = matches!(refusal.code, 429 | -32_007 | -32_016 | -32_029 | -32_090);
    let ranged = blocks.is_some();
    let (about_blocks, about_logs) = (has(&BLOCKS), has(&LOGS));
    let about_range = ranged && (about_blocks || about_logs) && !words.contains("rate ");
    if is_rate_code || has(&RATE) && !about_range {
        return Failure::Busy(retry_after::data(&error["data"]));
    }
    // "Limit exceeded" (EIP-1474), of requests or of results: where the words do not say, it is requests.
    if refusal.code == -32_005 && !about_range {
        return if ranged { Failure::Limited } else { Failure::Busy(retry_after::data(&error["data"])) };
    }
    if has(&BEHIND) && method != "eth_sendRawTransaction" {
        return Failure::Behind;
    }
    if let Some(blocks) = blocks {
        let counts_logs = words.contains("returned more than") || words.contains("max results");
        if about_blocks && !counts_logs {
            return Failure::TooWide(TooWide::Blocks(announced(&words, blocks)));
        }
        if about_logs || ["too many", "limit exceeded", "too large"].iter().any(|part| words.contains(part)) {
            return Failure::TooWide(TooWide::Logs);
        }
    }
    if words.contains("batch") && refusal.data.is_none() {
        return Failure::NoBatches;
    }
    let own_fault =
        matches!(refusal.code, -32_603 | -32_002) || words.contains("internal") || words.contains("missing trie");
    if own_fault && !refusal.is_revert() { Failure::Broken(refusal) } else { Failure::Declined(refusal) }
}

/// The number of blocks that the words allow: the smallest number in them that is less than what was asked for.
fn announced(words: &str, asked: u64) -> Option<u64> {
    let mut best: Option<u64> = None;
    let mut rest = words;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let tail = &rest[start..];
        let end = tail.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '_'))).unwrap_or(tail.len());
        let (digits, after) = tail.split_at(end);
        rest = after;
        // 0x… is the number of a block.
        if after.starts_with('x') && digits == "0" {
            rest = after[1..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
            continue;
        }
        let Ok(mut number) = digits.replace([',', '_'], "").parse::<u64>() else { continue };
        if after.starts_with('k') {
            number = number.saturating_mul(1_000);
        }
        if number > 0 && number < asked {
            best = Some(best.map_or(number, |known| known.min(number)));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Texts as providers word them, from their documentation and from public reports.
    #[test]
    fn refusals_of_ranges_are_told_from_limits_of_requests() {
        let blocks = |limit: Option<u64>| Failure::TooWide(TooWide::Blocks(limit));
        let logs = Failure::TooWide(TooWide::Logs);
        for (code, message, wanted) in [
            (-32_602, "range 530 exceeds limit of 200", blocks(Some(200))),
            (-32_000, "exceed maximum block range: 5000", blocks(Some(5_000))),
            (
                -32_600,
                "Under the free tier plan, you can make eth_getLogs requests with up to a 10 block range.",
                blocks(Some(10)),
            ),
            (
                -32_602,
                "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size",
                blocks(Some(2_000)),
            ),
            (-32_000, "requested too many blocks from 0 to 16777216, maximum is set to 2048", blocks(Some(2_048))),
            (-32_614, "eth_getLogs is limited to a 10,000 range", blocks(None)),
            (-32_614, "eth_getLogs is limited to a 5,000 range", blocks(Some(5_000))),
            (-32_000, "block range is too wide", blocks(None)),
            (35, "ranges over 1000 blocks are not supported on freetier", blocks(Some(1_000))),
            (-32_602, "query exceeds max block range 1000", blocks(Some(1_000))),
            (-32_005, "query returned more than 10000 results. Try with this block range [0x1, 0x2f].", logs.clone()),
            (-32_005, "query returned more than 10000 results", logs.clone()),
            (-32_602, "query exceeds max results 20000, retry with the range 1-3", logs.clone()),
            (-32_000, "query timeout exceeded", logs.clone()),
            (-32_000, "too many logs requested", logs.clone()),
            (-32_005, "limit exceeded", Failure::Limited),
            (-32_005, "daily request count exceeded, request rate limited", Failure::Busy(None)),
            (-32_005, "project ID request rate exceeded", Failure::Busy(None)),
            (429, "Your app has exceeded its compute units per second capacity.", Failure::Busy(None)),
            (-32_007, "50/second request limit reached - reduce calls per second", Failure::Busy(None)),
            (-32_016, "over rate limit", Failure::Busy(None)),
            (-32_090, "Too many requests, reason: call rate limit exhausted, retry in 10s", Failure::Busy(None)),
            (-32_000, "header not found", Failure::Behind),
            (-32_000, "unknown block", Failure::Behind),
        ] {
            let found = of_error(&json!({"code": code, "message": message}), "eth_getLogs", Some(10_000));
            assert_eq!(found, wanted, "{code} {message}");
        }
        let rate = json!({"code": -32005, "message": "rate limit exceeded", "data": {"rate": {"backoff_seconds": 2}}});
        assert_eq!(of_error(&rate, "eth_call", None), Failure::Busy(Some(Duration::from_secs(2))));
        assert_eq!(of_error(&rate, "eth_getLogs", Some(9)), Failure::Busy(Some(Duration::from_secs(2))));
    }

    #[test]
    fn reverts_and_broken_nodes_are_told_apart() {
        for data in [
            json!("0x08c379a0"),
            json!("Reverted 0x08c379a0"),
            json!({"data": "0x08c379a0"}),
            json!({"originalError": {"code": 3, "data": "0x08c379a0"}}),
            json!({"0xcdcd": {"error": "revert", "program_counter": 1, "return": "0x08c379a0"}, "stack": ""}),
        ] {
            let error = json!({"code": -32603, "message": "internal error", "data": data});
            let Failure::Declined(refusal) = of_error(&error, "eth_call", None) else { panic!("{error}") };
            assert_eq!(refusal.data.as_deref(), Some("0x08c379a0"), "{error}");
        }
        let broken = json!({"code": -32603, "message": "Internal error"});
        assert!(matches!(of_error(&broken, "eth_call", None), Failure::Broken(_)));
        let unknown = json!({"code": -32601, "message": "the method does not exist"});
        assert!(matches!(of_error(&unknown, "eth_call", None), Failure::Declined(_)));
        let batch = json!({"code": -32600, "message": "batch requests are not supported"});
        assert_eq!(of_error(&batch, "eth_call", None), Failure::NoBatches);
    }
}
