//! The twin of the protocol: the same steps on the same whole numbers in the clear, for tests and for who wants to see
//! what a task computes. It needs the numbers of both owners.

use std::marker::PhantomData;

use crate::{
    Arithmetic, Form, MpcError, Owned, OwnedProduct, Plane, Ring, Shape, Shared, SharedProduct, Wrap,
    plan::{constant, release_by},
    tensor::{product, rounded},
};

/// Computes in the clear. Where the protocol rounds by a coin, it rounds down.
#[derive(Default)]
pub struct Plain<R>(PhantomData<R>);

impl<R: Ring> Plain<R> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// Checks and wraps what an owner has computed from its matrix.
pub(crate) fn own<R: Ring>(
    matrix: &Owned,
    shape: Shape,
    frac: u32,
    bound: u32,
    make: impl FnOnce(&[i64]) -> Vec<i128>,
) -> Result<Shared<R>, MpcError> {
    let values = make(matrix.numbers()?);
    if values.iter().any(|value| value.unsigned_abs() >> bound != 0) {
        return Err(MpcError::Input {
            what: "What an owner computed from its columns is larger than the plan allows.",
        });
    }
    Ok(Shared::new(shape, values.into_iter().map(R::of).collect(), frac, bound)?)
}

fn floored<R: Ring>(numbers: &Shared<R>, by: u32) -> Result<Shared<R>, MpcError> {
    let mut done = rounded(numbers, by)?;
    done.words = numbers.words.iter().map(|word| word.floored(by)).collect();
    Ok(done)
}

impl<R: Ring> Arithmetic for Plain<R> {
    type Ring = R;

    fn constant(&self, shape: Shape, values: &[i128], frac: u32, bound: u32) -> Result<Shared<R>, MpcError> {
        constant(shape, values, frac, bound)
    }

    fn own(
        &self,
        matrix: &Owned,
        shape: Shape,
        frac: u32,
        bound: u32,
        make: impl FnOnce(&[i64]) -> Vec<i128>,
    ) -> Result<Shared<R>, MpcError> {
        own(matrix, shape, frac, bound, make)
    }

    async fn hide(&mut self, _: &[&Owned]) -> Result<(), MpcError> {
        Ok(())
    }

    async fn owned_products(&mut self, products: &[OwnedProduct<'_, R>]) -> Result<Vec<Shared<R>>, MpcError> {
        let one = |OwnedProduct { form, left, right }: &OwnedProduct<'_, R>| {
            let mut done = product(form, left.like(), right.like())?;
            done.words = form.apply(&left.words()?, left.shape, &right.words, right.shape);
            Ok(done)
        };
        products.iter().map(one).collect()
    }

    async fn cross(&mut self, form: Form, left: &Owned, right: &Owned) -> Result<Shared<R>, MpcError> {
        let mut done = product(&form, left.like(), right.like())?;
        done.words = form.apply(&left.words()?, left.shape, &right.words()?, right.shape);
        Ok(done)
    }

    async fn products(&mut self, products: &[SharedProduct<'_, R>]) -> Result<Vec<Shared<R>>, MpcError> {
        let one = |SharedProduct { form, left, right }: &SharedProduct<'_, R>| {
            let mut done = product(form, left.like(), right.like())?;
            done.words = form.apply(&left.words, left.shape, &right.words, right.shape);
            Ok(done)
        };
        products.iter().map(one).collect()
    }

    fn truncate(&mut self, numbers: &Shared<R>, by: u32, _: Wrap) -> Result<Shared<R>, MpcError> {
        floored(numbers, by)
    }

    async fn round(&mut self, numbers: &Shared<R>, by: u32) -> Result<Shared<R>, MpcError> {
        floored(numbers, by)
    }

    async fn negative(&mut self, numbers: &Shared<R>) -> Result<Plane, MpcError> {
        numbers.has_room("a comparison")?;
        Ok(Plane::of_bools(numbers.words.iter().map(|word| word.signed() < 0)))
    }

    async fn numbers(&mut self, bits: &Plane) -> Result<Shared<R>, MpcError> {
        let words = bits.iter().map(|bit| R::of(bit.into())).collect();
        Ok(Shared::new(Shape::vector(bits.len()), words, 0, 1)?)
    }

    async fn open(&mut self, numbers: &Shared<R>) -> Result<Vec<i128>, MpcError> {
        Ok(numbers.words.iter().map(|word| word.signed()).collect())
    }

    async fn open_bits(&mut self, bits: &Plane) -> Result<Vec<bool>, MpcError> {
        Ok(bits.iter().collect())
    }

    async fn release(&mut self, numbers: &Shared<R>, frac: u32) -> Result<Shared<R>, MpcError> {
        floored(numbers, release_by(numbers, frac)?)
    }
}
