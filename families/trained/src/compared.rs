//! What running a model again says of what its trainer revealed: equal rows, other predictions, or only other names.

use std::collections::BTreeMap;

/// Rows that differ which are listed, and names that are.
const LISTED: usize = 10;
/// Of so many rows that differ, other names may leave one that differs all the same: engines that compute with other
/// floats than the trainer's decide such a row otherwise.
const LEFT: u64 = 20;

/// What a comparison gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    pub equal: u32,
    pub rows: u32,
    /// Rows for which the model named none of the bounty's classes.
    pub unnamed: u32,
    /// The first rows that differ.
    pub first: Vec<Difference>,
    /// `None` where rows differ whatever the labels are called, and where all are equal.
    pub renamed: Option<Renamed>,
    /// How the columns were dealt to the model's inputs, where that is a guess.
    pub guessed: Option<String>,
}

/// Other names of the model's labels, with which nearly all rows are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// Label found here, and the class that the trainer revealed for it; the first that differ.
    pub names: Vec<(String, String)>,
    /// Rows that are equal then.
    pub equal: u32,
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
        let mut pairs: BTreeMap<(u16, u16), u32> = BTreeMap::new();
        for ((&one, &other), row) in revealed.iter().zip(found).zip(1..) {
            let one = u16::from(one);
            compared.unnamed += u32::from(usize::from(other) >= classes);
            if usize::from(other) < names.len() {
                *pairs.entry((other, one)).or_default() += 1;
            }
            if one == other {
                compared.equal += 1;
            } else if compared.first.len() < LISTED {
                compared.first.push(Difference { row, revealed: name(one), found: name(other) });
            }
        }
        let (taken, equal) = one_to_one(&pairs);
        // One class that is always called like another may as well be another prediction.
        let told = compared.unnamed > 0 || taken.len() > 1;
        let (left, differing) = (compared.rows - equal, compared.rows - compared.equal);
        if told && differing > 0 && u64::from(left) * LEFT <= u64::from(differing) {
            let other = taken.into_iter().filter(|(found, revealed)| found != revealed);
            let names = other.take(LISTED).map(|(found, revealed)| (name(found), name(revealed))).collect();
            compared.renamed = Some(Renamed { names, equal });
        }
        compared
    }

    /// Every row was predicted as revealed.
    pub fn all_equal(&self) -> bool {
        self.equal == self.rows
    }

    /// Whether the comparison says something of the predictions: not where the model calls classes otherwise than the
    /// bounty, and not where rows differ and the model may have been given the columns in another order than in training.
    /// What does not can be attested by nobody.
    pub fn decides(&self) -> bool {
        self.all_equal() || (self.unnamed == 0 && self.renamed.is_none() && self.guessed.is_none())
    }
}

/// The class that most rows of each label have, one class for one label, and how many rows have it. A label of which no
/// class has most rows gets none. `pairs` counts rows by label and class.
fn one_to_one(pairs: &BTreeMap<(u16, u16), u32>) -> (BTreeMap<u16, u16>, u32) {
    let mut rows: BTreeMap<u16, u32> = BTreeMap::new();
    for ((found, _), count) in pairs {
        *rows.entry(*found).or_default() += count;
    }
    let mut taken = BTreeMap::new();
    let mut equal = 0;
    for (&(found, revealed), &count) in pairs {
        let most = rows.get(&found).is_some_and(|&all| u64::from(count) * 2 > u64::from(all));
        if !most {
            continue;
        }
        // Of two labels of one class, the more frequent has it.
        let rival = taken.iter().find(|(_, (class, _))| *class == revealed).map(|(label, (_, rows))| (*label, *rows));
        match rival {
            Some((_, rows)) if rows >= count => continue,
            Some((label, rows)) => {
                taken.remove(&label);
                equal -= rows;
            }
            None => {}
        }
        taken.insert(found, (revealed, count));
        equal += count;
    }
    (taken.into_iter().map(|(label, (class, _))| (label, class)).collect(), equal)
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
        assert_eq!(compared.renamed, Some(Renamed { names: renamed.to_vec(), equal: 3 }));
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

    /// `count` rows of classes 0 and 1 in turn, and what a model says of them: the other one of two, but in the first
    /// `same` rows.
    fn exchanged(count: usize, same: usize) -> Compared {
        let revealed: Vec<u8> = (0..count).map(|row| (row % 2) as u8).collect();
        let found: Vec<u16> =
            revealed.iter().enumerate().map(|(row, &class)| u16::from(class ^ u8::from(row >= same))).collect();
        Compared::new(&revealed, &found, &names(&["good", "bad"]), 2)
    }

    #[test]
    fn a_row_of_a_thousand_that_other_floats_decide_does_not_hide_exchanged_names() {
        let compared = exchanged(1000, 1);
        assert_eq!(compared.renamed.as_ref().map(|renamed| renamed.equal), Some(999));
        assert!(!compared.decides());
        // A model that is right in every tenth row is no exchange.
        assert!(exchanged(1000, 100).decides());
        // Two rare classes that are exchanged are so as well, though most rows are equal.
        let revealed = [vec![0; 96], vec![1, 1, 2, 2]].concat();
        let found = [vec![0; 96], vec![2, 2, 1, 1]].concat();
        assert!(!Compared::new(&revealed, &found, &names(&["a", "b", "c"]), 3).decides());
    }

    #[test]
    fn a_model_that_nearly_always_says_one_class_is_no_other_name_of_it() {
        // 97 rows of a hundred are of the first class; the model says the second in 99.
        let revealed = [vec![0; 97], vec![1; 3]].concat();
        let found = [vec![1; 96], vec![0], vec![1; 3]].concat();
        let compared = Compared::new(&revealed, &found, &names(&["a", "b"]), 2);
        assert_eq!((compared.equal, compared.renamed.clone()), (4, None));
        assert!(compared.decides());
    }

    #[test]
    fn columns_that_were_dealt_by_guess_decide_only_where_all_rows_are_equal() {
        let guessed = |found: &[u16]| {
            let compared = Compared::new(&[0, 1, 1], found, &names(&["a", "b"]), 2);
            Compared { guessed: Some("The first column went into “num”.".into()), ..compared }.decides()
        };
        assert!(guessed(&[0, 1, 1]));
        assert!(!guessed(&[0, 1, 0]));
    }

    #[test]
    fn numbers_are_no_classes() {
        let compared = Compared::new(&[0, 1], &[u16::MAX, u16::MAX], &names(&["a", "b"]), 2);
        assert_eq!((compared.unnamed, compared.renamed.clone()), (2, None));
        assert!(!compared.decides());
        assert_eq!(compared.first[0].found, "a number");
    }
}
