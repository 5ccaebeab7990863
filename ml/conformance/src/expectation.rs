//! The committed lists of what is not supported, with reasons: `unsupported/read.txt` (refused by the reader, so by both
//! engines), `cpu.txt` and `gpu.txt`; and `operators.txt`, the operators that do not run here though node tests use them.
//!
//! A line is a pattern and a reason; a pattern is `suite/case`, or the beginning of one and `*`. `#` begins a remark.

use std::path::Path;

use anyhow::{Context, Result};

/// Patterns of cases and why they are not supported.
#[derive(Debug, Default)]
pub struct List {
    entries: Vec<Entry>,
}

/// A line of a list.
#[derive(Debug)]
pub struct Entry {
    pub pattern: String,
    pub reason: String,
}

impl Entry {
    pub fn matches(&self, case: &str) -> bool {
        match self.pattern.strip_suffix('*') {
            Some(beginning) => case.starts_with(beginning),
            None => case == self.pattern,
        }
    }
}

impl List {
    /// Reads `unsupported/{name}.txt`; none means that everything is supported.
    ///
    /// # Errors
    /// When a line has no reason.
    pub fn read(name: &str) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("unsupported").join(format!("{name}.txt"));
        Self::parse(&if path.exists() { std::fs::read_to_string(&path)? } else { String::new() })
    }

    /// # Errors
    /// When a line has no reason.
    pub fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries = lines.map(|line| {
            let (pattern, reason) = line.split_once(' ').with_context(|| format!("{line}: no reason"))?;
            Ok(Entry { pattern: pattern.to_owned(), reason: reason.trim().to_owned() })
        });
        Ok(Self { entries: entries.collect::<Result<_>>()? })
    }

    /// The first entry for `case` (`suite/case`).
    pub fn entry(&self, case: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.matches(case))
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those about cases of `suite`.
    pub fn of_suite(&self, suite: &str) -> impl Iterator<Item = &Entry> {
        let beginning = format!("{suite}/");
        self.entries.iter().filter(move |entry| entry.pattern.starts_with(&beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_ending() {
        let entry = |pattern: &str| Entry { pattern: pattern.into(), reason: "why".into() };
        assert!(entry("nodes/test_cast_*").matches("nodes/test_cast_FLOAT"));
        assert!(!entry("nodes/test_cast_*").matches("nodes/test_castlike"));
        assert!(entry("nodes/test_add").matches("nodes/test_add"));
        assert!(!entry("nodes/test_add").matches("nodes/test_add_bcast"));
    }
}
