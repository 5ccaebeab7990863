//! A published test set: one row a line, `label SPACE hexadecimal sample`.

use std::fmt::Write as _;

use crate::{
    sample::{Sample, SampleError},
    shape::Shape,
};

/// Largest file that a reader accepts, in bytes.
pub const MAX_TEST_BYTES: usize = 16 << 20;
/// Most rows that a reader accepts.
pub const MAX_TEST_ROWS: usize = 20_000;

/// Labelled samples on which a model's accuracy is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSet {
    /// Sample and class index.
    pub rows: Vec<(Sample, u16)>,
}

/// Why a file is no test set of a model. Lines from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestSetError {
    #[error("The test set is empty; it needs at least one row.")]
    Empty,
    #[error("The test set has {bytes} bytes; at most {MAX_TEST_BYTES} are read. Take fewer rows.")]
    TooLarge { bytes: usize },
    #[error("The test set has more than {MAX_TEST_ROWS} rows; take fewer.")]
    TooManyRows,
    #[error("Line {line} of the test set is not a class number, a space and a sample in hexadecimal digits.")]
    Form { line: usize },
    #[error("Line {line} of the test set has class {label}, but the model has {capacity} at most (0 to {}).", capacity.saturating_sub(1))]
    UnknownLabel { line: usize, label: u16, capacity: u16 },
    #[error("Line {line} of the test set: {error}")]
    Sample { line: usize, error: SampleError },
}

impl TestSet {
    /// The bytes that are published; equal rows give equal bytes, and so the same CID.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for (sample, label) in &self.rows {
            // Writing into memory cannot fail.
            let _ = writeln!(text, "{label} {}", hex::encode(sample.to_bytes()));
        }
        text.into_bytes()
    }

    /// Reads a test set and checks every row against the model's shape. Labels of classes that the model may still
    /// get are allowed.
    ///
    /// # Errors
    /// [`TestSetError`] with the line that does not fit.
    pub fn parse(shape: &Shape, bytes: &[u8]) -> Result<Self, TestSetError> {
        if bytes.len() > MAX_TEST_BYTES {
            return Err(TestSetError::TooLarge { bytes: bytes.len() });
        }
        let mut rows = Vec::new();
        for (at, text) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = at + 1;
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if text.is_empty() {
                continue;
            }
            if rows.len() == MAX_TEST_ROWS {
                return Err(TestSetError::TooManyRows);
            }
            rows.push(row(shape, text, line)?);
        }
        if rows.is_empty() { Err(TestSetError::Empty) } else { Ok(Self { rows }) }
    }
}

fn row(shape: &Shape, text: &[u8], line: usize) -> Result<(Sample, u16), TestSetError> {
    let form = TestSetError::Form { line };
    let text = std::str::from_utf8(text).map_err(|_| form.clone())?;
    let (label, sample) = text.split_once(' ').ok_or(form.clone())?;
    if !label.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form);
    }
    let label = label.parse::<u16>().map_err(|_| form.clone())?;
    let sample = hex::decode(sample).map_err(|_| form)?;
    let capacity = shape.capacity;
    if label >= capacity {
        return Err(TestSetError::UnknownLabel { line, label, capacity });
    }
    let sample = Sample::parse(shape, &sample).map_err(|error| TestSetError::Sample { line, error })?;
    Ok((sample, label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::ClassifierKind;

    fn shape() -> Shape {
        let kind = ClassifierKind::NaiveBayes;
        Shape { kind, features: 300, capacity: 3, classes: 2, setting: 1, headers: vec![0, 0] }
    }

    #[test]
    fn rows_are_a_label_and_a_sample() {
        let text = b"0 00000100012b\n2 000000\n";
        let set = TestSet::parse(&shape(), text).unwrap();
        assert_eq!(set.rows, [(Sample::Sparse(vec![1, 299]), 0), (Sample::Sparse(vec![0]), 2)]);
        assert_eq!(set.to_bytes(), text);
        assert_eq!(TestSet::parse(&shape(), b"0 00000100012b\r\n\r\n2 000000"), Ok(set));
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_line() {
        let refused = |text: &[u8]| TestSet::parse(&shape(), text).unwrap_err();
        assert_eq!(refused(b"\n\n"), TestSetError::Empty);
        for text in ["0 000000\nx", "0 000000\n0", "0 000000\n-1 000000", "0 000000\n+1 000000", "0 000000\n1 00zz00"] {
            assert_eq!(refused(text.as_bytes()), TestSetError::Form { line: 2 }, "{text:?}");
        }
        assert_eq!(refused(b"1 000000\n70000 000000"), TestSetError::Form { line: 2 });
        assert_eq!(refused(b"\xff 00"), TestSetError::Form { line: 1 });
        assert_eq!(refused(b"3 000000"), TestSetError::UnknownLabel { line: 1, label: 3, capacity: 3 });
        let error = SampleError::IndexOutOfRange { index: 300, features: 300 };
        assert_eq!(refused(b"1 00012c"), TestSetError::Sample { line: 1, error });
        assert_eq!(refused(&b"1 000000\n".repeat(MAX_TEST_ROWS + 1)), TestSetError::TooManyRows);
        let bytes = MAX_TEST_BYTES + 1;
        assert_eq!(refused(&vec![b'\n'; bytes]), TestSetError::TooLarge { bytes });
    }
}
