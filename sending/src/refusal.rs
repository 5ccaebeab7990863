//! What stands anywhere in an error of a wallet: wallets wrap the error of the node, of another wallet or of a library,
//! as `data`, `data.originalError`, `cause`, `error`, `info`, or as JSON in a text.

use serde_json::Value;

/// How deep errors are looked into: more than any wallet wraps, and an end where one wraps itself.
const DEPTH: usize = 8;
/// Longest text of a wallet that is shown.
const LONGEST: usize = 300;

/// What an error says, wherever in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Error codes, the outermost first. Codes as digits in a text are numbers here.
    pub codes: Vec<i64>,
    /// Codes in words, such as `ACTION_REJECTED`, in capitals.
    pub names: Vec<String>,
    /// Sentences, the outermost first.
    pub messages: Vec<String>,
    /// Why a call reverts, as hexadecimal text with its `0x`.
    pub revert: Option<String>,
}

/// Gathers what an error says.
pub fn said(error: &Value) -> Said {
    let mut all = Said::default();
    gather(error, "", DEPTH, &mut all);
    all.messages.dedup();
    all
}

impl Said {
    /// Whether one of the codes is this one.
    pub fn has_code(&self, code: i64) -> bool {
        self.codes.contains(&code)
    }

    /// Whether a sentence has one of these parts, whatever its letters' case.
    pub fn has_words(&self, parts: &[&str]) -> bool {
        self.messages.iter().any(|message| {
            let message = message.to_lowercase();
            parts.iter().any(|part| message.contains(part))
        })
    }

    /// The sentence that tells most: the innermost that is not one that wallets put around everything.
    pub fn message(&self) -> Option<String> {
        let empty = ["internal error", "internal json-rpc error", "json-rpc error", "unknown error", "error"];
        let tells = |text: &&String| {
            let bare = text.trim().trim_end_matches('.').to_lowercase();
            !bare.is_empty() && !empty.contains(&bare.as_str())
        };
        let best = self.messages.iter().rfind(tells).or(self.messages.first())?;
        let mut short: String = best.trim().chars().take(LONGEST).collect();
        if best.trim().chars().count() > LONGEST {
            short.push('…');
        }
        Some(short)
    }
}

/// Members that hold errors or sentences.
const INSIDE: [&str; 13] = [
    "message",
    "reason",
    "details",
    "shortMessage",
    "data",
    "error",
    "originalError",
    "cause",
    "info",
    "body",
    "return",
    "result",
    "errors",
];

fn gather(value: &Value, name: &str, depth: usize, all: &mut Said) {
    if depth == 0 {
        return;
    }
    match value {
        Value::String(text) => gather_text(text, name, depth, all),
        Value::Array(items) => items.iter().for_each(|item| gather(item, name, depth - 1, all)),
        Value::Object(members) => {
            if let Some(code) = members.get("code") {
                gather_code(code, all);
            }
            let known = INSIDE.iter().filter_map(|name| Some((*name, members.get(*name)?)));
            for (name, inside) in known {
                gather(inside, name, depth - 1, all);
            }
            // Old Ganache and Hardhat name the member by the transaction's hash.
            for (name, inside) in members.iter().filter(|(name, _)| name.starts_with("0x")) {
                gather(inside, name, depth - 1, all);
            }
        }
        _ => {}
    }
}

fn gather_code(code: &Value, all: &mut Said) {
    match code {
        Value::Number(number) => all.codes.extend(number.as_i64().or(number.as_f64().map(|n| n as i64))),
        Value::String(text) => match text.trim().parse() {
            Ok(number) => all.codes.push(number),
            Err(_) => all.names.push(text.trim().to_uppercase()),
        },
        _ => {}
    }
}

fn gather_text(text: &str, name: &str, depth: usize, all: &mut Said) {
    let text = text.trim();
    if text.starts_with('{')
        && let Ok(inside) = serde_json::from_str::<Value>(text)
    {
        return gather(&inside, "", depth - 1, all);
    }
    if let Some(found) = revert_data(text, name) {
        all.revert.get_or_insert(found);
        if text.starts_with("0x") {
            return;
        }
    }
    if !text.is_empty() {
        all.messages.push(text.to_owned());
    }
    // "[ethjs-query] while formatting outputs from RPC '{"value":{"code":-32603,"data":{…}}}'"
    if let (Some(start), Some(end)) = (text.find("'{"), text.rfind("}'"))
        && start < end
        && let Ok(inside) = serde_json::from_str::<Value>(&text[start + 1..=end])
    {
        gather(inside.get("value").unwrap_or(&inside), "", depth - 1, all);
    }
}

/// The hexadecimal text of a revert: alone, or after a word ("Reverted 0x…", `errorArgs`, `data="0x…"`). Whole bytes
/// with a selector; neither an address nor a hash in a sentence is one.
fn revert_data(text: &str, name: &str) -> Option<String> {
    let is_told = text.starts_with("Reverted 0x") || ["data", "return", "result"].contains(&name);
    let start = match text.find("data=\"0x").or_else(|| text.find("data: 0x")) {
        Some(at) => at + text[at..].find("0x")?,
        None if is_told => text.find("0x")?,
        None => return None,
    };
    let digits: &str = &text[start + 2..];
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    let whole = end >= 8 && end % 2 == 0 && (end / 2) % 32 == 4;
    whole.then(|| format!("0x{}", &digits[..end]))
}
