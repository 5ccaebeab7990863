//! The order of classes, and when two labels are the same. One order for all: an index of a class means the same where
//! a data set is prepared, where a model is trained and where it is run.

use crate::cell::{DecimalMark, Number};

/// Positions of the texts in the order of classes: ascending by value if all of them are finite numbers, else by bytes.
/// Equal numbers that are written differently stand in the order of their bytes.
pub fn class_order<T: AsRef<[u8]>>(texts: &[T]) -> Vec<usize> {
    order(&texts.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// Compiled once, not for each type of text.
fn order(texts: &[&[u8]]) -> Vec<usize> {
    let text = |at: usize| texts[at];
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|&a, &b| text(a).cmp(text(b)));
    let number = |at: usize| Number::read(std::str::from_utf8(text(at)).ok()?, DecimalMark::Point).finite();
    let numbers: Option<Vec<f64>> = (0..texts.len()).map(number).collect();
    if let Some(numbers) = numbers {
        order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    }
    order
}

/// The texts in the order of classes.
pub fn in_class_order(texts: Vec<String>) -> Vec<String> {
    let order = class_order(&texts);
    let mut texts: Vec<Option<String>> = texts.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| texts.get_mut(at)?.take()).collect()
}

/// Whether two labels are the same: as texts without the space around them, or as numbers.
pub fn same_label(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let number = |text: &str| match Number::read(text, DecimalMark::Point) {
        Number::Value(value) => Some(value),
        Number::Gap | Number::Text => None,
    };
    one == other || number(one).is_some_and(|value| number(other) == Some(value))
}

/// What labels have in common that differ only by blanks, capitals or the form of a number.
pub(crate) fn label_key(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = words.join(" ");
    match Number::read(&text, DecimalMark::Point).finite() {
        // Both zeros are one number.
        Some(number) => (number + 0.0).to_string(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(texts: &[&str]) -> Vec<String> {
        in_class_order(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn numbers_stand_by_value_and_texts_by_bytes() {
        assert_eq!(ordered(&["10", "9", "-1", " 2"]), ["-1", " 2", "9", "10"]);
        assert_eq!(ordered(&["b", "10", "9", "a"]), ["10", "9", "a", "b"]);
        assert_eq!(ordered(&["1.0", "1", "0.5"]), ["0.5", "1", "1.0"]);
        // An infinity or a gap is no number among classes.
        assert_eq!(ordered(&["10", "9", "inf"]), ["10", "9", "inf"]);
        assert_eq!(ordered(&["10", "9", "none"]), ["10", "9", "none"]);
        assert_eq!(ordered(&[]), Vec::<String>::new());
    }

    #[test]
    fn labels_are_the_same_as_texts_or_as_numbers() {
        for (one, other) in [("a", " a "), ("3", "3.0"), ("1e1", "10"), ("none", "none"), ("", " ")] {
            assert!(same_label(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [("a", "A"), ("3", "4"), ("nan", "none"), ("", "0")] {
            assert!(!same_label(one, other), "{one:?} {other:?}");
        }
    }
}
