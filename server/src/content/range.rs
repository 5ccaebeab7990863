//! `Range` of RFC 9110, one range of bytes.

use std::ops::Range;

/// What a `Range` header asks of content of a known size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No range, or one that is to be ignored: other units, several ranges, not well-formed.
    Whole,
    Part(Range<u64>),
    /// Well-formed, but none of these bytes are there.
    Unsatisfiable,
}

/// Reads the header's value.
pub fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(spec) = header.and_then(|h| h.trim().strip_prefix("bytes=")) else { return Wanted::Whole };
    let Some((first, last)) = spec.split_once('-') else { return Wanted::Whole };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // A number that does not fit is larger than any size.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let part = match (number(first.trim()), number(last.trim())) {
        (Some(first), None) if last.trim().is_empty() => first..size,
        (Some(first), Some(last)) if first <= last => first..size.min(last.saturating_add(1)),
        (None, Some(suffix)) if first.trim().is_empty() => match suffix {
            0 => return Wanted::Unsatisfiable,
            _ => size.saturating_sub(suffix)..size,
        },
        _ => return Wanted::Whole,
    };
    if part.start < part.end { Wanted::Part(part) } else { Wanted::Unsatisfiable }
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
        ] {
            assert_eq!(wanted(Some(header), 10), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Whole);
        assert_eq!(wanted(Some("bytes=0-"), 0), Unsatisfiable);
    }
}
