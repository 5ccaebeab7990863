//! What running a model again says of what its trainer revealed: equal rows, other predictions, or only other names.

use std::collections::BTreeMap;

/// Rows that differ which are listed, and names that are.
const LISTED: usize = 10;

/// What a comparison gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    pub equal: u32,
    pub rows: u32,
    /// Rows for which the model named none of the bounty's classes.
    pub unnamed: u32,
    /// The first rows that differ.
    pub first: Vec<Difference>,
    /// What the model's labels would have to be called for every row to be equal: label found here, and revealed class.
    /// `None` where rows differ whatever they are called, and where all are equal.
    pub renamed: Option<Vec<(String, String)>>,
}

/// A row that was predicted otherwise than revealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// From 1.
    pub row: u32,
    pub revealed: String,
    pub found: String,
}

impl Compared {
    /// Compares row by row. `revealed` are positions among the bounty's classes, `found` positions in `names`, of which
    /// the first `classes` are the bounty's; what is beyond them is a number.
    pub fn new(revealed: &[u8], found: &[u16], names: &[String], classes: usize) -> Self {
        let name = |at: u16| names.get(usize::from(at)).cloned().unwrap_or_else(|| "a number".into());
        let mut compared = Self { rows: revealed.len() as u32, ..Self::default() };
        let mut pairs: BTreeMap<u16, u16> = BTreeMap::new();
        let mut consistent = true;
        for ((&one, &other), row) in revealed.iter().zip(found).zip(1..) {
            let one = u16::from(one);
            compared.unnamed += u32::from(usize::from(other) >= classes);
            consistent &= *pairs.entry(other).or_insert(one) == one && usize::from(other) < names.len();
            if one == other {
                compared.equal += 1;
            } else if compared.first.len() < LISTED {
                compared.first.push(Difference { row, revealed: name(one), found: name(other) });
            }
        }
        let mut taken: Vec<u16> = pairs.values().copied().collect();
        taken.sort_unstable();
        consistent &= taken.windows(2).all(|pair| pair[0] != pair[1]);
        // One class that is always called like another may as well be another prediction.
        let told = compared.unnamed > 0 || pairs.len() > 1;
        if consistent && told && compared.equal < compared.rows {
            let differing = pairs.into_iter().filter(|(found, revealed)| found != revealed);
            compared.renamed = Some(differing.take(LISTED).map(|(found, one)| (name(found), name(one))).collect());
        }
        compared
    }

    /// Every row was predicted as revealed.
    pub fn all_equal(&self) -> bool {
        self.equal == self.rows
    }

    /// Whether the comparison says something of the predictions: not where the model calls classes otherwise than the
    /// bounty. What does not can be attested by nobody.
    pub fn decides(&self) -> bool {
        self.unnamed == 0 && self.renamed.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn equal_rows_decide() {
        let compared = Compared::new(&[0, 1, 1], &[0, 1, 1], &names(&["a", "b"]), 2);
        assert!(compared.all_equal() && compared.decides());
        assert_eq!((compared.first, compared.renamed), (vec![], None));
    }

    #[test]
    fn another_prediction_is_a_difference_that_decides() {
        let compared = Compared::new(&[0, 1, 1], &[0, 1, 0], &names(&["a", "b"]), 2);
        assert!(compared.decides());
        assert_eq!((compared.equal, compared.rows, compared.unnamed), (2, 3, 0));
        assert_eq!(compared.first, [Difference { row: 3, revealed: "b".into(), found: "a".into() }]);
    }

    #[test]
    fn labels_that_are_no_classes_decide_nothing() {
        let named = names(&["a", "b", "A-kind", "B-kind"]);
        let compared = Compared::new(&[0, 1, 1], &[2, 3, 3], &named, 2);
        assert_eq!(compared.unnamed, 3);
        let renamed = [("A-kind", "a"), ("B-kind", "b")].map(|(one, other)| (one.to_owned(), other.to_owned()));
        assert_eq!(compared.renamed.as_deref(), Some(&renamed[..]));
        assert!(!compared.decides());
        // Renaming does not help here, and still the names differ.
        let compared = Compared::new(&[0, 1, 1], &[2, 3, 2], &named, 2);
        assert_eq!(compared.renamed, None);
        assert!(!compared.decides());
    }

    #[test]
    fn classes_that_are_exchanged_throughout_decide_nothing() {
        let compared = Compared::new(&[0, 1, 1, 0], &[1, 0, 0, 1], &names(&["a", "b"]), 2);
        assert!(compared.renamed.is_some() && !compared.decides());
        let always = Compared::new(&[0, 0], &[1, 1], &names(&["a", "b"]), 2);
        assert!(always.renamed.is_none() && always.decides());
    }

    #[test]
    fn numbers_are_no_classes() {
        let compared = Compared::new(&[0, 1], &[u16::MAX, u16::MAX], &names(&["a", "b"]), 2);
        assert_eq!((compared.unnamed, compared.renamed.clone()), (2, None));
        assert!(!compared.decides());
        assert_eq!(compared.first[0].found, "a number");
    }
}
