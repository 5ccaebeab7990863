//! Texts to elements of a tensor.

use dataset::{DecimalMark, Number, is_gap};
use ml_onnx::{Data, ElementType};

use crate::error::Trouble;

/// How cells are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    pub gaps: Gaps,
    pub mark: DecimalMark,
}

/// What becomes of a number that is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gaps {
    /// It is refused: the model does not say what to do with it.
    #[default]
    Refused,
    /// It becomes NaN.
    Missing,
    /// It becomes NaN, and so does what is no number: as training here reads a table
    /// ([`Number::learned`](dataset::Number::learned)).
    AsLearned,
}

/// An empty list of elements.
pub fn empty(element: ElementType) -> Data {
    match element {
        ElementType::F32 => Data::F32(Vec::new()),
        ElementType::F64 => Data::F64(Vec::new()),
        ElementType::I8 => Data::I8(Vec::new()),
        ElementType::U8 => Data::U8(Vec::new()),
        ElementType::I32 => Data::I32(Vec::new()),
        ElementType::I64 => Data::I64(Vec::new()),
        ElementType::Bool => Data::Bool(Vec::new()),
        ElementType::String => Data::String(Vec::new()),
    }
}

/// Whether a cell said something of the type that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Something,
    /// Neither a number nor a gap; it was read as a missing number ([`Gaps::AsLearned`]).
    Unread,
}

/// Appends what a cell says.
///
/// # Errors
/// [`Trouble`] where it says nothing of this type.
pub fn push(data: &mut Data, cell: &str, reading: Reading) -> Result<Said, Trouble> {
    match data {
        Data::F32(values) => {
            return number(cell, reading).map(|(value, said)| {
                // By way of f64, as data frames read numbers.
                values.push(value as f32);
                said
            });
        }
        Data::F64(values) => {
            return number(cell, reading).map(|(value, said)| {
                values.push(value);
                said
            });
        }
        Data::I8(values) => values.push(whole(cell, reading)?),
        Data::U8(values) => values.push(whole(cell, reading)?),
        Data::I32(values) => values.push(whole(cell, reading)?),
        Data::I64(values) => values.push(whole(cell, reading)?),
        Data::Bool(values) => values.push(truth(cell)?),
        // As it stands: encoders compare byte by byte.
        Data::String(values) => values.push(cell.to_owned()),
    }
    Ok(Said::Something)
}

/// Appends a number that did not come as a text, a pixel for instance.
pub fn push_number(data: &mut Data, value: f32) {
    match data {
        Data::F32(values) => values.push(value),
        Data::F64(values) => values.push(f64::from(value)),
        Data::I8(values) => values.push(value.round() as i8),
        Data::U8(values) => values.push(value.round() as u8),
        Data::I32(values) => values.push(value.round() as i32),
        Data::I64(values) => values.push(value.round() as i64),
        Data::Bool(values) => values.push(value > 0.5),
        Data::String(values) => values.push(value.to_string()),
    }
}

/// `len` elements from `start`.
pub fn part(data: &Data, start: usize, len: usize) -> Data {
    let range = start..start + len;
    match data {
        Data::F32(v) => Data::F32(v[range].to_vec()),
        Data::F64(v) => Data::F64(v[range].to_vec()),
        Data::I8(v) => Data::I8(v[range].to_vec()),
        Data::U8(v) => Data::U8(v[range].to_vec()),
        Data::I32(v) => Data::I32(v[range].to_vec()),
        Data::I64(v) => Data::I64(v[range].to_vec()),
        Data::Bool(v) => Data::Bool(v[range].to_vec()),
        Data::String(v) => Data::String(v[range].to_vec()),
    }
}

/// Forgets the first `len` elements.
pub fn forget(data: &mut Data, len: usize) {
    match data {
        Data::F32(v) => drop(v.drain(..len)),
        Data::F64(v) => drop(v.drain(..len)),
        Data::I8(v) => drop(v.drain(..len)),
        Data::U8(v) => drop(v.drain(..len)),
        Data::I32(v) => drop(v.drain(..len)),
        Data::I64(v) => drop(v.drain(..len)),
        Data::Bool(v) => drop(v.drain(..len)),
        Data::String(v) => drop(v.drain(..len)),
    }
}

/// Appends copies of the last `width` elements until there are `len`.
pub fn pad(data: &mut Data, width: usize, len: usize) {
    fn more<T: Clone>(values: &mut Vec<T>, width: usize, len: usize) {
        while values.len() < len && width > 0 && values.len() >= width {
            values.extend_from_within(values.len() - width..);
        }
        values.truncate(len.max(width));
    }
    match data {
        Data::F32(v) => more(v, width, len),
        Data::F64(v) => more(v, width, len),
        Data::I8(v) => more(v, width, len),
        Data::U8(v) => more(v, width, len),
        Data::I32(v) => more(v, width, len),
        Data::I64(v) => more(v, width, len),
        Data::Bool(v) => more(v, width, len),
        Data::String(v) => more(v, width, len),
    }
}

/// A number, for which the words of truth values may stand: data frames bring a column of them to 1 and 0 by themselves.
pub fn counted(number: Number, cell: &str) -> Number {
    match cell.trim() {
        text if text.eq_ignore_ascii_case("true") => Number::Value(1.0),
        text if text.eq_ignore_ascii_case("false") => Number::Value(0.0),
        _ => number,
    }
}

fn number(cell: &str, reading: Reading) -> Result<(f64, Said), Trouble> {
    let number = Number::read(cell, reading.mark);
    match (number, reading.gaps) {
        (Number::Gap, Gaps::Refused) => Err(Trouble::Empty),
        (Number::Gap, Gaps::Missing | Gaps::AsLearned) => Ok((f64::NAN, Said::Something)),
        (number, Gaps::AsLearned) => {
            let learned = number.learned();
            Ok((f64::from(learned), if learned.is_nan() { Said::Unread } else { Said::Something }))
        }
        (number, _) => match counted(number, cell) {
            Number::Value(value) => Ok((value, Said::Something)),
            Number::Text | Number::Gap => Err(Trouble::NotNumber(cell.to_owned())),
        },
    }
}

/// A whole number; none is ever missing, since models have no NaN of these.
fn whole<T: TryFrom<i64>>(cell: &str, reading: Reading) -> Result<T, Trouble> {
    let text = cell.trim();
    if is_gap(text) {
        return Err(Trouble::Empty);
    }
    let value = text.parse::<i64>().ok().or_else(|| {
        // Data frames write whole numbers as 3.0 once one is missing.
        let value = counted(Number::read(text, reading.mark), text).finite()?;
        (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
    });
    value.and_then(|value| T::try_from(value).ok()).ok_or_else(|| Trouble::NotWhole(cell.to_owned()))
}

fn truth(cell: &str) -> Result<bool, Trouble> {
    match cell.trim().to_ascii_lowercase().as_str() {
        text if is_gap(text) => Err(Trouble::Empty),
        "true" | "1" | "yes" | "1.0" => Ok(true),
        "false" | "0" | "no" | "0.0" => Ok(false),
        _ => Err(Trouble::NotTruth(cell.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(element: ElementType, cell: &str, reading: Reading) -> Result<Data, Trouble> {
        let mut data = empty(element);
        push(&mut data, cell, reading).map(|_| data)
    }

    const STRICT: Reading = Reading { gaps: Gaps::Refused, mark: DecimalMark::Point };
    const LENIENT: Reading = Reading { gaps: Gaps::Missing, mark: DecimalMark::PointOrComma };
    const LEARNED: Reading = Reading { gaps: Gaps::AsLearned, mark: DecimalMark::Point };

    #[test]
    fn numbers_are_read_as_data_frames_read_them() {
        assert_eq!(read(ElementType::F32, " 1.5e2 ", STRICT), Ok(Data::F32(vec![150.0])));
        assert_eq!(read(ElementType::F32, "1,5", LENIENT), Ok(Data::F32(vec![1.5])));
        assert_eq!(read(ElementType::F32, "1,5", STRICT), Err(Trouble::NotNumber("1,5".into())));
        assert_eq!(read(ElementType::I64, "3.0", STRICT), Ok(Data::I64(vec![3])));
        assert_eq!(read(ElementType::I64, "3.5", STRICT), Err(Trouble::NotWhole("3.5".into())));
        assert_eq!(read(ElementType::U8, "256", STRICT), Err(Trouble::NotWhole("256".into())));
        assert_eq!(read(ElementType::Bool, "True", STRICT), Ok(Data::Bool(vec![true])));
        assert_eq!(read(ElementType::String, " a ", STRICT), Ok(Data::String(vec![" a ".into()])));
        // As `astype("float32")` and `astype("int64")` make numbers of a column of truth values.
        assert_eq!(read(ElementType::F32, " True", STRICT), Ok(Data::F32(vec![1.0])));
        assert_eq!(read(ElementType::F64, "FALSE", LENIENT), Ok(Data::F64(vec![0.0])));
        assert_eq!(read(ElementType::I64, "true", STRICT), Ok(Data::I64(vec![1])));
        assert_eq!(read(ElementType::U8, "False", STRICT), Ok(Data::U8(vec![0])));
        assert_eq!(read(ElementType::F32, "yes", STRICT), Err(Trouble::NotNumber("yes".into())));
    }

    #[test]
    fn missing_numbers_are_nan_only_where_the_model_can_take_them() {
        for cell in ["", "  ", "NA", "?", "NaN", "none"] {
            assert_eq!(read(ElementType::F32, cell, STRICT), Err(Trouble::Empty), "{cell}");
            let Data::F32(values) = read(ElementType::F32, cell, LENIENT).unwrap() else { unreachable!() };
            assert!(values[0].is_nan(), "{cell}");
        }
        for (element, cell) in [(ElementType::I64, ""), (ElementType::I64, "none"), (ElementType::Bool, "NA")] {
            assert_eq!(read(element, cell, LENIENT), Err(Trouble::Empty), "{cell}");
        }
        assert_eq!(read(ElementType::F32, "x", LENIENT), Err(Trouble::NotNumber("x".into())));
    }

    #[test]
    fn a_model_that_was_trained_here_reads_what_it_learned_from() {
        for cell in ["", "none", "x", "inf", "1e39", "1,5", "true"] {
            let Data::F32(values) = read(ElementType::F32, cell, LEARNED).unwrap() else { unreachable!() };
            assert!(values[0].is_nan(), "{cell}");
        }
        assert_eq!(read(ElementType::F32, " +2.5e-1", LEARNED), Ok(Data::F32(vec![0.25])));
        assert_eq!(read(ElementType::F32, "inf", STRICT), Ok(Data::F32(vec![f32::INFINITY])));
    }

    #[test]
    fn padding_repeats_the_last_row() {
        let mut data = Data::I64(vec![1, 2, 3, 4]);
        pad(&mut data, 2, 8);
        assert_eq!(data, Data::I64(vec![1, 2, 3, 4, 3, 4, 3, 4]));
        forget(&mut data, 2);
        assert_eq!(part(&data, 0, 2), Data::I64(vec![3, 4]));
    }
}
