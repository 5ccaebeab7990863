use std::marker::PhantomData;

use super::dealt_to;
use crate::{
    Hidden, Link, MpcError, Operation, Party, Plan, Plane, Ring, Seat,
    bits::write_planes,
    draw::{self, At, Draws, Use},
    link::{bytes, write},
    plan::Group,
};

/// The helper: from the plan and the seeds of both seats it works out what the seats cannot draw by themselves. It
/// receives nothing else.
pub struct Dealer<'p, R, D> {
    plan: &'p Plan,
    draws: [D; 2],
    ring: PhantomData<R>,
}

impl<'p, R: Ring, D: Draws> Dealer<'p, R, D> {
    /// `draws`: of the first seat, of the second.
    pub fn new(plan: &'p Plan, draws: [D; 2]) -> Self {
        Self { plan, draws, ring: PhantomData }
    }

    pub(super) fn draws(&self) -> [D; 2]
    where
        D: Copy,
    {
        self.draws
    }

    /// Sends every step's numbers, in order.
    pub async fn serve(&self, link: &mut impl Link) -> Result<(), MpcError> {
        for step in 0..self.plan.steps.len() as u32 {
            if let Some((seat, frame)) = self.deal(step) {
                link.send(Party::Seat(seat), frame).await?;
            }
        }
        Ok(())
    }

    /// Who is sent what in a step, if anything is dealt for it.
    pub fn deal(&self, step: u32) -> Option<(Seat, Vec<u8>)> {
        let payload = match self.plan.steps.get(step as usize)? {
            Operation::Owned { product, .. } => {
                let mask = self.mask(&product.left);
                let hides = self.half(product.left.owner.other(), step, Use::Vector, product.right.len());
                let sum = product.form.apply(&mask, product.left.shape, &hides, product.right);
                self.other_half(step, &sum.into_iter().map(R::negated).collect::<Vec<_>>())
            }
            Operation::Cross { form, left, right, .. } => {
                // What hides the right side is its mask with its sign changed, so that the signs cancel.
                self.other_half(step, &form.apply(&self.mask(left), left.shape, &self.mask(right), right.shape))
            }
            Operation::Multiply { form, left, right, .. } => {
                let a = self.sum(step, Use::Left, left.len());
                let b = self.sum(step, Use::Right, right.len());
                self.other_half(step, &form.apply(&a, *left, &b, *right))
            }
            Operation::Round { count, by } => {
                let numbers = self.sum(step, Use::Round, *count);
                let moved = numbers.iter().map(|number| number.shifted_down(*by));
                let tops = numbers.iter().map(|number| R::of(number.top().into()));
                self.other_half(step, &moved.chain(tops).collect::<Vec<_>>())
            }
            Operation::Compare { count, bits } => {
                let numbers = self.sum(step, Use::Round, *count);
                let plane = |bit: u32| Plane::of_bools(numbers.iter().map(|number| number.bits() >> bit & 1 == 1));
                self.other_planes(step, *count, &(0..*bits).map(plane).collect::<Vec<_>>())
            }
            Operation::Join { bits, groups } => {
                let count = groups.iter().map(|group| group.inputs()).sum();
                let inputs = self.planes(step, count, *bits);
                self.other_planes(step, *bits, &products(groups, &inputs))
            }
            Operation::Numbers { count } => {
                let bits = self.planes(step, 1, *count);
                let numbers = bits.iter().flat_map(Plane::iter).map(|bit| R::of(bit.into()));
                self.other_half(step, &numbers.collect::<Vec<_>>())
            }
            Operation::Hide(_)
            | Operation::Truncate { .. }
            | Operation::Open { .. }
            | Operation::OpenBits { .. }
            | Operation::Reshare { .. } => return None,
        };
        Some((dealt_to(step), write(step, &payload)))
    }

    fn mask(&self, matrix: &Hidden) -> Vec<R> {
        draw::mask(&self.draws[matrix.owner.index()], matrix)
    }

    fn half(&self, seat: Seat, step: u32, for_what: Use, count: usize) -> Vec<R> {
        draw::drawn(&self.draws[seat.index()], step, for_what, count)
    }

    fn sum(&self, step: u32, for_what: Use, count: usize) -> Vec<R> {
        let [first, second] = Seat::BOTH.map(|seat| self.half(seat, step, for_what, count));
        first.into_iter().zip(second).map(|(a, b)| a.plus(b)).collect()
    }

    fn other_half(&self, step: u32, whole: &[R]) -> Vec<u8> {
        let drawn = self.half(dealt_to(step).other(), step, Use::Output, whole.len());
        bytes(&whole.iter().zip(drawn).map(|(whole, drawn)| whole.minus(drawn)).collect::<Vec<_>>())
    }

    fn planes(&self, step: u32, count: usize, bits: usize) -> Vec<Plane> {
        let [first, second] =
            [0, 1].map(|seat: usize| self.draws[seat].planes(At::Step(step, Use::Inputs), count, bits));
        first.iter().zip(&second).map(|(a, b)| a.xor(b)).collect()
    }

    fn other_planes(&self, step: u32, bits: usize, whole: &[Plane]) -> Vec<u8> {
        let drawn = self.draws[dealt_to(step).other().index()].planes(At::Step(step, Use::Output), whole.len(), bits);
        write_planes(&whole.iter().zip(&drawn).map(|(whole, drawn)| whole.xor(drawn)).collect::<Vec<_>>())
    }
}

/// The products of inputs that each group needs.
fn products(groups: &[Group], inputs: &[Plane]) -> Vec<Plane> {
    let mut rest = inputs;
    let mut all = Vec::new();
    for group in groups {
        let (own, after) = rest.split_at(group.inputs());
        rest = after;
        for product in group.products() {
            let mut factors = own.iter().enumerate().filter(|(index, _)| product >> index & 1 == 1).map(|(_, f)| f);
            if let Some(first) = factors.next() {
                all.push(factors.fold(first.clone(), |product, factor| product.and(factor)));
            }
        }
    }
    all
}
