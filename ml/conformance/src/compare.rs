//! An engine's answer against the peer's.

use ml_onnx::{Data, Tensor};

/// How far an answer may be from what the peer says: both together, as numpy's `assert_allclose` has it.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// As a share of what the peer says.
    pub relative: f64,
    pub absolute: f64,
}

/// Outputs in the order of the peer's; numbers that are no floats, and texts, must be equal.
///
/// # Errors
/// A sentence about the first difference.
pub fn outputs(found: &[(String, Tensor)], wanted: &[(String, Tensor)], tolerance: Tolerance) -> Result<(), String> {
    for (name, wanted) in wanted {
        let Some((_, found)) = found.iter().find(|(found, _)| found == name) else {
            return Err(format!("the output {name} is missing"));
        };
        tensor(found, wanted, tolerance).map_err(|difference| format!("output {name}: {difference}"))?;
    }
    Ok(())
}

fn tensor(found: &Tensor, wanted: &Tensor, tolerance: Tolerance) -> Result<(), String> {
    if found.element_type() != wanted.element_type() {
        return Err(format!("{:?} instead of {:?}", found.element_type(), wanted.element_type()));
    }
    if found.shape() != wanted.shape() {
        return Err(format!("shape {:?} instead of {:?}", found.shape(), wanted.shape()));
    }
    match (found.data(), wanted.data()) {
        (Data::F32(a), Data::F32(b)) => {
            floats(a.iter().map(|v| f64::from(*v)), b.iter().map(|v| f64::from(*v)), tolerance)
        }
        (Data::F64(a), Data::F64(b)) => floats(a.iter().copied(), b.iter().copied(), tolerance),
        (Data::I8(a), Data::I8(b)) => equal(a, b),
        (Data::U8(a), Data::U8(b)) => equal(a, b),
        (Data::I32(a), Data::I32(b)) => equal(a, b),
        (Data::I64(a), Data::I64(b)) => equal(a, b),
        (Data::Bool(a), Data::Bool(b)) => equal(a, b),
        (Data::String(a), Data::String(b)) => equal(a, b),
        // Types are equal, so there is no other pair.
        _ => Ok(()),
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(found: &[T], wanted: &[T]) -> Result<(), String> {
    let wrong = found.iter().zip(wanted).filter(|(a, b)| a != b).count();
    match found.iter().zip(wanted).position(|(a, b)| a != b) {
        None => Ok(()),
        Some(at) => Err(format!(
            "{wrong} of {} differ, the first at {at}: {:?} instead of {:?}",
            wanted.len(),
            found[at],
            wanted[at]
        )),
    }
}

fn floats(
    found: impl Iterator<Item = f64>,
    wanted: impl Iterator<Item = f64>,
    tolerance: Tolerance,
) -> Result<(), String> {
    let pairs: Vec<_> = found.zip(wanted).collect();
    let wrong = |(a, b): &(f64, f64)| !close(*a, *b, tolerance);
    match pairs.iter().position(wrong) {
        None => Ok(()),
        Some(at) => {
            let (a, b) = pairs[at];
            let count = pairs.iter().filter(|pair| wrong(pair)).count();
            Err(format!("{count} of {} differ, the first at {at}: {a} instead of {b}", pairs.len()))
        }
    }
}

fn close(found: f64, wanted: f64, tolerance: Tolerance) -> bool {
    if wanted.is_nan() || found.is_nan() {
        return wanted.is_nan() && found.is_nan();
    }
    if wanted.is_infinite() || found.is_infinite() {
        return wanted == found;
    }
    (found - wanted).abs() <= tolerance.absolute + tolerance.relative * wanted.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_a_number_is_equal_to_itself_alone_and_infinities_have_signs() {
        let tolerance = Tolerance { relative: 0.1, absolute: 0.1 };
        assert!(close(f64::NAN, f64::NAN, tolerance));
        assert!(!close(1.0, f64::NAN, tolerance));
        assert!(!close(f64::NAN, 1.0, tolerance));
        assert!(close(f64::INFINITY, f64::INFINITY, tolerance));
        assert!(!close(f64::NEG_INFINITY, f64::INFINITY, tolerance));
        assert!(!close(1e300, f64::INFINITY, tolerance));
        assert!(close(1.1, 1.05, tolerance));
        assert!(!close(1.3, 1.05, tolerance));
        assert!(close(1090.0, 1000.0, tolerance));
    }

    #[test]
    fn types_shapes_and_values_are_compared() {
        let tolerance = Tolerance { relative: 0.0, absolute: 0.0 };
        let make = |shape: &[usize], data| Tensor::new(shape.to_vec(), data).unwrap();
        let a = make(&[2], Data::I64(vec![1, 2]));
        assert_eq!(tensor(&a, &a, tolerance), Ok(()));
        assert!(tensor(&make(&[2], Data::I32(vec![1, 2])), &a, tolerance).is_err());
        assert!(tensor(&make(&[2, 1], Data::I64(vec![1, 2])), &a, tolerance).is_err());
        let wrong = tensor(&make(&[2], Data::I64(vec![1, 3])), &a, tolerance).unwrap_err();
        assert_eq!(wrong, "1 of 2 differ, the first at 1: 3 instead of 2");
        let named = |name: &str| vec![(name.to_owned(), a.clone())];
        assert!(outputs(&named("x"), &named("y"), tolerance).unwrap_err().contains("missing"));
    }
}
