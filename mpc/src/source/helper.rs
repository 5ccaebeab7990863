use std::{collections::BTreeMap, marker::PhantomData};

use super::{Choice, CompareHalf, Dealt, JoinHalf, NumberHalf, OwnedHalf, ProductHalf, RoundHalf, Source, dealt_to};
use crate::{
    Hidden, Link, MpcError, Party, Plane, Ring, Seat,
    bits::read_planes,
    draw::{self, At, Draws, Use},
    link::{read, words},
    plan::Group,
};

/// A seat's side of the helper: half of what it needs it draws itself, from the seed that it gave to the helper; where
/// the halves must fit, one of the seats is sent its half.
pub struct Helper<R, D> {
    seat: Seat,
    draws: D,
    stock: Option<Stock>,
    ring: PhantomData<R>,
}

/// What was dealt before the run, and which slot each step uses.
struct Stock {
    used: Vec<u32>,
    frames: BTreeMap<u32, Vec<u8>>,
}

impl<R: Ring, D: Draws> Helper<R, D> {
    pub fn new(seat: Seat, draws: D) -> Self {
        Self { seat, draws, stock: None, ring: PhantomData }
    }

    /// The same from what was dealt before and audited.
    pub fn audited(seat: Seat, draws: D, dealt: Dealt<R>, choice: Choice) -> Self {
        let stock = Stock { used: choice.used, frames: dealt.frames };
        Self { seat, draws, stock: Some(stock), ring: PhantomData }
    }

    /// Where the helper has dealt for a step.
    fn slot(&self, step: u32) -> u32 {
        let used = self.stock.as_ref().and_then(|stock| stock.used.get(step as usize).copied());
        used.unwrap_or(step)
    }

    fn drawn(&self, step: u32, for_what: Use, count: usize) -> Vec<R> {
        draw::drawn(&self.draws, self.slot(step), for_what, count)
    }

    async fn dealt(&mut self, link: &mut impl Link, step: u32, bytes: usize) -> Result<Option<Vec<u8>>, MpcError> {
        let slot = self.slot(step);
        if dealt_to(slot) != self.seat {
            return Ok(None);
        }
        let frame = match self.stock.as_mut() {
            // A slot is taken once.
            Some(stock) => stock.frames.remove(&slot).ok_or(MpcError::OffPlan { step })?,
            None => link.receive(Party::Helper).await?,
        };
        Ok(Some(read(Party::Helper, &frame, slot, bytes)?.to_vec()))
    }

    async fn output(&mut self, link: &mut impl Link, step: u32, count: usize) -> Result<Vec<R>, MpcError> {
        let dealt = self.dealt(link, step, count * R::BYTES).await?;
        Ok(dealt.map_or_else(|| self.drawn(step, Use::Output, count), |bytes| words(&bytes)))
    }

    async fn planes(
        &mut self,
        link: &mut impl Link,
        step: u32,
        count: usize,
        bits: usize,
    ) -> Result<Vec<Plane>, MpcError> {
        let dealt = self.dealt(link, step, count * Plane::bytes_of(bits)).await?;
        Ok(dealt.map_or_else(
            || self.draws.planes(At::Step(self.slot(step), Use::Output), count, bits),
            |bytes| read_planes(count, bits, &bytes),
        ))
    }
}

impl<R: Ring, D: Draws, L: Link> Source<R, L> for Helper<R, D> {
    fn mask(&mut self, matrix: &Hidden) -> Vec<R> {
        draw::mask(&self.draws, matrix)
    }

    async fn owned(
        &mut self,
        link: &mut L,
        step: u32,
        left: &Hidden,
        right: usize,
        product: usize,
    ) -> Result<OwnedHalf<R>, MpcError> {
        let hides = if left.owner == self.seat { Vec::new() } else { self.drawn(step, Use::Vector, right) };
        Ok(OwnedHalf { hides, output: self.output(link, step, product).await? })
    }

    async fn cross(
        &mut self,
        link: &mut L,
        step: u32,
        right: &Hidden,
        product: usize,
    ) -> Result<OwnedHalf<R>, MpcError> {
        let hides = if right.owner == self.seat {
            draw::mask::<R>(&self.draws, right).into_iter().map(R::negated).collect()
        } else {
            Vec::new()
        };
        Ok(OwnedHalf { hides, output: self.output(link, step, product).await? })
    }

    async fn product(
        &mut self,
        link: &mut L,
        step: u32,
        left: usize,
        right: usize,
        product: usize,
    ) -> Result<ProductHalf<R>, MpcError> {
        Ok(ProductHalf {
            left: self.drawn(step, Use::Left, left),
            right: self.drawn(step, Use::Right, right),
            output: self.output(link, step, product).await?,
        })
    }

    async fn round(&mut self, link: &mut L, step: u32, count: usize) -> Result<RoundHalf<R>, MpcError> {
        let mut moved = self.output(link, step, 2 * count).await?;
        let top = moved.split_off(count);
        Ok(RoundHalf { number: self.drawn(step, Use::Round, count), moved, top })
    }

    async fn compare(&mut self, link: &mut L, step: u32, count: usize, bits: u32) -> Result<CompareHalf<R>, MpcError> {
        let planes = self.planes(link, step, bits as usize, count).await?;
        Ok(CompareHalf { numbers: self.drawn(step, Use::Round, count), bits: planes })
    }

    async fn join(&mut self, link: &mut L, step: u32, bits: usize, groups: &[Group]) -> Result<JoinHalf, MpcError> {
        let inputs = groups.iter().map(|group| group.inputs()).sum();
        let products = groups.iter().map(|group| group.products().len()).sum();
        Ok(JoinHalf {
            inputs: self.draws.planes(At::Step(self.slot(step), Use::Inputs), inputs, bits),
            products: self.planes(link, step, products, bits).await?,
        })
    }

    async fn numbers(&mut self, link: &mut L, step: u32, count: usize) -> Result<NumberHalf<R>, MpcError> {
        let mut bits = self.draws.planes(At::Step(self.slot(step), Use::Inputs), 1, count);
        Ok(NumberHalf {
            bits: bits.pop().unwrap_or_else(|| Plane::zero(count)),
            numbers: self.output(link, step, count).await?,
        })
    }
}
