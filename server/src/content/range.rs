//! `Range` of RFC 9110, one range of bytes.

use std::ops::Range;

use http_range_header::{EndPosition, RangeUnsatisfiableError, StartPosition, parse_range_header};

/// What a `Range` header asks of content of a known size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No range, or one that is to be ignored: other units, several ranges, not well-formed.
    Whole,
    Part(Range<u64>),
    /// Well-formed, but none of these bytes are there.
    Unsatisfiable,
}

/// Reads the header's value; `size` is the content's, in bytes.
pub fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(header) = header else { return Wanted::Whole };
    let ranges = match parse_range_header(&plain(header)) {
        Ok(parsed) => parsed.ranges,
        Err(RangeUnsatisfiableError::ZeroSuffix) => return Wanted::Unsatisfiable,
        Err(_) => return Wanted::Whole,
    };
    // Several ranges are answered with all of it, which RFC 9110 allows.
    let [range] = ranges[..] else { return Wanted::Whole };
    let part = match (range.start, range.end) {
        (StartPosition::FromLast(last), _) => size.saturating_sub(last)..size,
        (StartPosition::Index(first), EndPosition::LastByte) => first..size,
        (StartPosition::Index(first), EndPosition::Index(last)) if first > last => return Wanted::Whole,
        (StartPosition::Index(first), EndPosition::Index(last)) => first..size.min(last.saturating_add(1)),
    };
    if part.start < part.end { Wanted::Part(part) } else { Wanted::Unsatisfiable }
}

/// The header with numbers as its reader takes them: without leading zeros, and one that does not fit is larger than
/// any size.
fn plain(header: &str) -> String {
    let number = |digits: &str| {
        let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if all_digits { digits.parse().unwrap_or(u64::MAX).to_string() } else { digits.to_string() }
    };
    match header.trim().split_once('=') {
        Some((unit, ranges)) => {
            let numbers: Vec<String> = ranges.split('-').map(number).collect();
            format!("{unit}={}", numbers.join("-"))
        }
        None => header.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted::*, *};

    #[test]
    fn ranges_read_as_rfc_9110_says() {
        struct Case(&'static str, Wanted);
        for Case(header, expected) in [
            Case("bytes=0-0", Part(0..1)),
            Case("bytes=0-9", Part(0..10)),
            Case("bytes=5-", Part(5..10)),
            Case("bytes=-3", Part(7..10)),
            Case("bytes=-99", Part(0..10)),
            Case("bytes=8-99999999999999999999999", Part(8..10)),
            Case("bytes=10-", Unsatisfiable),
            Case("bytes=99999999999999999999999-", Unsatisfiable),
            Case("bytes=-0", Unsatisfiable),
            Case("bytes=5-4", Whole),
            Case("bytes=0-1,3-4", Whole),
            Case("bytes=", Whole),
            Case("bytes=-", Whole),
            Case("bytes=+1-2", Whole),
            Case("lines=1-2", Whole),
            Case("bytes=007-0008", Part(7..9)),
            Case("bytes=-00", Unsatisfiable),
        ] {
            assert_eq!(wanted(Some(header), 10), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Whole);
        assert_eq!(wanted(Some("bytes=0-"), 0), Unsatisfiable);
    }
}
