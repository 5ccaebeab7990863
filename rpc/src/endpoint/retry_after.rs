//! How long a node asks to wait.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

/// Longer waits are taken for a mistake and cut to this.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Reads the header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). `unix_time` is now.
pub(crate) fn header(text: &str, unix_time: u64) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    // Not in the RFC, and seen.
    if let Some(seconds) = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0) {
        return Some(Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())));
    }
    let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    // A date is precise to the second only, so a second is added to be never too early.
    Some(date.saturating_sub(Duration::from_secs(unix_time)).saturating_add(Duration::from_secs(1)).min(LONGEST))
}

/// Reads a wait from the `data` of a JSON-RPC error, as Infura gives it (`{"rate": {"backoff_seconds": 30}}`).
pub(crate) fn data(data: &Value) -> Option<Duration> {
    let found = [&data["rate"]["backoff_seconds"], &data["backoff_seconds"], &data["retry_after"]];
    let seconds = found.into_iter().find_map(Value::as_f64).filter(|seconds| *seconds > 0.0)?;
    Some(Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(header("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(header(" 0.5 ", 0), Some(Duration::from_millis(500)));
        // 784111777 is the RFC's own example date.
        assert_eq!(header("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770), Some(Duration::from_secs(8)));
        assert_eq!(header("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_900), Some(Duration::from_secs(1)));
        assert_eq!(header("soon", 0), None);
        assert_eq!(header("999999999", 0), Some(LONGEST));
        assert_eq!(data(&serde_json::json!({"rate": {"backoff_seconds": 30}})), Some(Duration::from_secs(30)));
    }
}
