use super::{Hidden, Operation, Plan, Use, Wrap, levels};
use crate::{
    Arithmetic, Blank, Form, MpcError, Owned, OwnedProduct, PlanError, Plane, Ring, Shape, Shared, SharedProduct,
    tensor::{product, rounded},
};

/// Most that all roundings which nobody would notice going wrong may add up to: 2^-40.
const SILENT: f64 = 1.0 / (1_u64 << 40) as f64;
/// The same where an opened bit tells: 2^-12.
const CAUGHT: f64 = 1.0 / (1 << 12) as f64;

/// Goes through an algorithm without numbers and writes down its steps, in a ring of `BITS` bits.
#[derive(Default)]
pub struct Planner<const BITS: u32> {
    steps: Vec<Operation>,
    rounds: u32,
    opened_bits: u32,
    silent: f64,
    caught: f64,
}

impl<const BITS: u32> Planner<BITS> {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn finish(self) -> Plan {
        Plan { bits: BITS, steps: self.steps, rounds: self.rounds, opened_bits: self.opened_bits }
    }
}

impl<const BITS: u32> Arithmetic for Planner<BITS> {
    type Ring = Blank<BITS>;

    fn constant(&self, shape: Shape, values: &[i128], frac: u32, bound: u32) -> Result<Shared<Blank<BITS>>, MpcError> {
        constant(shape, values, frac, bound)
    }

    fn own(
        &self,
        _: &Owned,
        shape: Shape,
        frac: u32,
        bound: u32,
        _: impl FnOnce(&[i64]) -> Vec<i128>,
    ) -> Result<Shared<Blank<BITS>>, MpcError> {
        let own = Shared::zero(shape, frac, bound);
        own.fits("an owner's numbers")?;
        Ok(own)
    }

    async fn hide(&mut self, matrices: &[&Owned]) -> Result<(), MpcError> {
        self.steps.push(Operation::Hide(matrices.iter().map(|matrix| Hidden::of(matrix)).collect()));
        self.rounds += 1;
        Ok(())
    }

    async fn owned_products(
        &mut self,
        products: &[OwnedProduct<'_, Blank<BITS>>],
    ) -> Result<Vec<Shared<Blank<BITS>>>, MpcError> {
        self.rounds += 1;
        let mut done = Vec::with_capacity(products.len());
        for (OwnedProduct { form, left, right }, wave) in products.iter().zip((1..=products.len() as u32).rev()) {
            let product = product(form, left.like(), right.like())?;
            let used = Use { form: form.clone(), left: Hidden::of(left), right: right.shape, product: product.shape };
            self.steps.push(Operation::Owned { product: used, wave });
            done.push(product);
        }
        Ok(done)
    }

    async fn cross(&mut self, form: Form, left: &Owned, right: &Owned) -> Result<Shared<Blank<BITS>>, MpcError> {
        let product = product(&form, left.like(), right.like())?;
        let (left, right) = (Hidden::of(left), Hidden::of(right));
        self.steps.push(Operation::Cross { form, left, right, product: product.shape });
        Ok(product)
    }

    async fn products(
        &mut self,
        products: &[SharedProduct<'_, Blank<BITS>>],
    ) -> Result<Vec<Shared<Blank<BITS>>>, MpcError> {
        self.rounds += 1;
        let mut done = Vec::with_capacity(products.len());
        for (SharedProduct { form, left, right }, wave) in products.iter().zip((1..=products.len() as u32).rev()) {
            let product = product(form, left.like(), right.like())?;
            self.steps.push(Operation::Multiply {
                form: form.clone(),
                left: left.shape,
                right: right.shape,
                product: product.shape,
                wave,
            });
            done.push(product);
        }
        Ok(done)
    }

    fn truncate(
        &mut self,
        numbers: &Shared<Blank<BITS>>,
        by: u32,
        wrap: Wrap,
    ) -> Result<Shared<Blank<BITS>>, MpcError> {
        let done = rounded(numbers, by)?;
        let risk = numbers.shape.len() as f64 * 2_f64.powi(numbers.bound as i32 - BITS as i32);
        let (sum, most) = match wrap {
            Wrap::Caught => (&mut self.caught, CAUGHT),
            Wrap::Silent => (&mut self.silent, SILENT),
        };
        *sum += risk;
        if *sum > most {
            return Err(PlanError::Rounding { odds: (-sum.log2()).max(0.0) as u32 }.into());
        }
        self.steps.push(Operation::Truncate { count: numbers.shape.len(), by, bound: numbers.bound, wrap });
        Ok(done)
    }

    async fn round(&mut self, numbers: &Shared<Blank<BITS>>, by: u32) -> Result<Shared<Blank<BITS>>, MpcError> {
        let done = rounded(numbers, by)?;
        self.rounds += 1;
        self.steps.push(Operation::Round { count: numbers.shape.len(), by });
        Ok(done)
    }

    async fn negative(&mut self, numbers: &Shared<Blank<BITS>>) -> Result<Plane, MpcError> {
        numbers.has_room("a comparison")?;
        let (count, bits) = (numbers.shape.len(), numbers.bound + 2);
        self.rounds += 1;
        self.steps.push(Operation::Compare { count, bits });
        for groups in levels(bits as usize - 1) {
            self.rounds += 1;
            self.steps.push(Operation::Join { bits: count, groups });
        }
        Ok(Plane::zero(count))
    }

    async fn numbers(&mut self, bits: &Plane) -> Result<Shared<Blank<BITS>>, MpcError> {
        self.rounds += 1;
        self.steps.push(Operation::Numbers { count: bits.len() });
        Ok(Shared::zero(Shape::vector(bits.len()), 0, 1))
    }

    async fn open(&mut self, numbers: &Shared<Blank<BITS>>) -> Result<Vec<i128>, MpcError> {
        self.rounds += 1;
        self.steps.push(Operation::Open { count: numbers.shape.len() });
        Ok(vec![0; numbers.shape.len()])
    }

    async fn open_bits(&mut self, bits: &Plane) -> Result<Vec<bool>, MpcError> {
        self.rounds += 1;
        self.opened_bits += bits.len() as u32;
        self.steps.push(Operation::OpenBits { count: bits.len() });
        Ok(vec![true; bits.len()])
    }

    async fn release(&mut self, numbers: &Shared<Blank<BITS>>, frac: u32) -> Result<Shared<Blank<BITS>>, MpcError> {
        let by = release_by(numbers, frac)?;
        let rounded = self.round(numbers, by).await?;
        self.steps.push(Operation::Reshare { count: numbers.shape.len() });
        Ok(rounded)
    }
}

/// Bits that a release on a grid of `frac` bits behind the point takes away.
pub(crate) fn release_by<R: Ring>(numbers: &Shared<R>, frac: u32) -> Result<u32, PlanError> {
    numbers.frac.checked_sub(frac).ok_or(PlanError::Scale { what: "a release", left: numbers.frac, right: frac })
}

/// A public stack whose numbers are those given.
pub(crate) fn constant<R: Ring>(shape: Shape, values: &[i128], frac: u32, bound: u32) -> Result<Shared<R>, MpcError> {
    if values.iter().any(|value| value.unsigned_abs().checked_shr(bound).unwrap_or(0) != 0) {
        return Err(PlanError::Overflow { what: "a constant", bits: bound, ring: R::BITS }.into());
    }
    Ok(Shared::new(shape, values.iter().map(|&value| R::of(value)).collect(), frac, bound)?)
}
