//! Positions of elements as WGSL expressions of the position `i` in what comes out.

/// Distances in elements between neighbours along each dimension of a row-major tensor.
pub(crate) fn strides(shape: &[usize]) -> Vec<i64> {
    let mut strides = vec![1_i64; shape.len()];
    for d in (1..shape.len()).rev() {
        strides[d - 1] = strides[d] * shape[d].max(1) as i64;
    }
    strides
}

/// Steps through a tensor of `shape` that is stretched to `rank` dimensions; 0 along what is stretched.
pub(crate) fn stretched(shape: &[usize], rank: usize) -> Vec<i64> {
    let mut steps = vec![0_i64; rank - shape.len()];
    steps.extend(shape.iter().zip(strides(shape)).map(|(&d, s)| if d == 1 { 0 } else { s }));
    steps
}

/// The position `offset` + sum of coordinate times step, for position `variable` in a tensor of `shape`.
///
/// Neighbouring dimensions are joined where the steps allow it, so that few divisions are left; they are by constants.
pub(crate) fn affine(shape: &[usize], steps: &[i64], offset: i64, variable: &str) -> String {
    // Joined dimensions, the last first: length, step, elements below it.
    let mut joined: Vec<(usize, i64, usize)> = Vec::new();
    let mut below = 1_usize;
    for (&length, &step) in shape.iter().zip(steps).rev() {
        if length != 1 {
            match joined.last_mut() {
                Some((known, inner, _)) if step == *inner * *known as i64 => *known *= length,
                _ => joined.push((length, step, below)),
            }
        }
        below *= length;
    }
    let negative = offset < 0 || joined.iter().any(|&(_, step, _)| step < 0);
    let suffix = if negative { "" } else { "u" };
    let mut terms = Vec::new();
    for (position, &(length, step, below)) in joined.iter().enumerate().rev() {
        if step == 0 {
            continue;
        }
        let mut term = variable.to_owned();
        if below > 1 {
            term = format!("({term} / {below}u)");
        }
        if position + 1 < joined.len() {
            term = format!("({term} % {length}u)");
        }
        if negative {
            term = format!("i32({term})");
        }
        if step != 1 {
            term = format!("{term} * {step}{suffix}");
        }
        terms.push(term);
    }
    if offset != 0 || terms.is_empty() {
        terms.push(format!("{offset}{suffix}"));
    }
    let sum = terms.join(" + ");
    if negative { format!("u32({sum})") } else { sum }
}

/// The coordinate along dimension `d` of position `variable` in a tensor of `shape`.
pub(crate) fn coordinate(shape: &[usize], d: usize, variable: &str) -> String {
    let mut steps = vec![0; shape.len()];
    steps[d] = 1;
    affine(shape, &steps, 0, variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_tensor_is_its_position() {
        assert_eq!(affine(&[2, 3, 4], &strides(&[2, 3, 4]), 0, "i"), "i");
    }

    #[test]
    fn a_scalar_stays_at_zero() {
        assert_eq!(affine(&[2, 3], &[0, 0], 0, "i"), "0u");
    }

    #[test]
    fn a_bias_per_channel_is_one_division_and_one_remainder() {
        assert_eq!(affine(&[8, 3, 5, 5], &stretched(&[3, 1, 1], 4), 0, "i"), "((i / 25u) % 3u)");
    }

    #[test]
    fn a_transposed_matrix_swaps_its_steps() {
        assert_eq!(affine(&[3, 2], &[1, 3], 0, "i"), "(i / 2u) + (i % 2u) * 3u");
    }

    #[test]
    fn backwards_is_computed_with_signs() {
        assert_eq!(affine(&[4], &[-1], 3, "i"), "u32(i32(i) * -1 + 3)");
    }
}
