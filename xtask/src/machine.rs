//! What machine figures were measured on.

use serde_json::{Value, json};

use crate::run::answers;

/// Processor, cores, memory, system.
pub fn describe() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let line = |text: &str, key: &str| {
        text.lines().find(|l| l.starts_with(key)).and_then(|l| l.split(':').nth(1)).map(|v| v.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    json!({
        "processor": line(&read("/proc/cpuinfo"), "model name"),
        "cores": cores,
        "memory": line(&read("/proc/meminfo"), "MemTotal"),
        "system": answers("uname", &["-sr"]).map(|s| s.trim().to_owned()),
    })
}
