//! In which order the rows of a list stand, in SQL. The same as `protocol::order::arrange`.

/// Which of two values comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Smallest,
    Largest,
}

/// What a list is sorted by: terms of which each decides where those before it are equal.
#[derive(Debug, Default)]
pub(crate) struct Order {
    missing: Option<String>,
    terms: Vec<(String, First)>,
}

impl Order {
    /// Rows of which this condition holds have nothing to be sorted by: they come last, however the others are turned. What
    /// decides among the others has to be the same for all of them.
    pub(crate) fn last(condition: impl Into<String>) -> Self {
        Self { missing: Some(condition.into()), terms: Vec::new() }
    }

    pub(crate) fn by(mut self, term: impl Into<String>, first: First) -> Self {
        self.terms.push((term.into(), first));
        self
    }

    /// What follows `ORDER BY`.
    pub(crate) fn sql(&self, reverse: bool) -> String {
        let last = self.missing.iter().map(|condition| format!("CASE WHEN {condition} THEN 1 ELSE 0 END"));
        let terms = self.terms.iter().map(|(term, first)| match (first, reverse) {
            (First::Smallest, false) | (First::Largest, true) => format!("{term} ASC"),
            _ => format!("{term} DESC"),
        });
        last.chain(terms).collect::<Vec<_>>().join(", ")
    }
}
