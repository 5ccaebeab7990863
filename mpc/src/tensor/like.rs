//! What a result is like, before its numbers are known.

use super::{Owned, Shape, Shared};
use crate::{Form, PlanError, Ring};

/// Everything about a stack but its numbers.
#[derive(Clone, Copy)]
pub(crate) struct Like {
    shape: Shape,
    frac: u32,
    bound: u32,
    deviation: f64,
}

impl Owned {
    pub(crate) fn like(&self) -> Like {
        Like { shape: self.shape, frac: self.frac, bound: self.bound, deviation: 0.0 }
    }
}

impl<R> Shared<R> {
    pub(crate) fn like(&self) -> Like {
        Like { shape: self.shape, frac: self.frac, bound: self.bound, deviation: self.deviation }
    }
}

/// A product; its numbers are still zero.
pub(crate) fn product<R: Ring>(form: &Form, left: Like, right: Like) -> Result<Shared<R>, PlanError> {
    let shape = form.shape(left.shape, right.shape)?;
    let bound = left.bound + right.bound + form.growth(left.shape);
    let mut product = Shared::zero(shape, left.frac + right.frac, bound);
    let most = |like: Like| 2_f64.powi(like.bound as i32);
    // |xy − x′y′| ≤ |x|·|y − y′| + |x − x′|·|y| + |x − x′|·|y − y′|, for each term.
    let term = most(left) * right.deviation + left.deviation * most(right) + left.deviation * right.deviation;
    product.deviation = term * 2_f64.powi(form.growth(left.shape) as i32);
    product.fits("a product")?;
    Ok(product)
}

/// A rounding; its numbers are still zero.
pub(crate) fn rounded<R: Ring>(numbers: &Shared<R>, by: u32) -> Result<Shared<R>, PlanError> {
    let Some(frac) = numbers.frac.checked_sub(by).filter(|_| by + 2 <= R::BITS) else {
        return Err(PlanError::Scale { what: "a rounding", left: numbers.frac, right: by });
    };
    numbers.has_room("a rounding")?;
    // Rounding may add one to a number that was just below the next power of two.
    let mut rounded = Shared::zero(numbers.shape, frac, numbers.bound.saturating_sub(by) + 1);
    rounded.deviation = if by == 0 { numbers.deviation } else { numbers.deviation * 2_f64.powi(-(by as i32)) + 1.0 };
    Ok(rounded)
}
