//! Signs of shared numbers, and bits that become numbers.
//!
//! With r hiding x, c = x + r is opened modulo 2^k. The highest bit of x is that of c, plus that of r, plus whether r
//! without its highest bit is larger than c without its: both bits are known, r's as shares. Whether it is larger is a
//! fold over pairs of bits (g: larger at this bit; p: equal at this bit), four at a time.

use super::Pair;
use crate::{
    Link, MpcError, Operation, Plane, Ring, Shape, Shared, Source,
    bits::{read_planes, write_planes},
    link::{Counted, low_bytes, low_words},
    plan::{Group, levels},
};

/// Shares of g and p.
type Bits = (Plane, Plane);

impl<'r, R: Ring, S: Source<R, Counted<L>>, L: Link> Pair<'r, R, S, L> {
    pub(super) async fn find_signs(&mut self, numbers: &Shared<R>) -> Result<Plane, MpcError> {
        numbers.has_room("a comparison")?;
        let (count, bits) = (numbers.words.len(), numbers.bound + 2);
        let step = self.next(&Operation::Compare { count, bits })?;
        let half = self.source.compare(&mut self.link, step, count, bits).await?;
        let mine: Vec<R> = numbers.words.iter().zip(&half.numbers).map(|(x, r)| x.plus(*r).low(bits)).collect();
        let payload = low_bytes(&mine, bits);
        let theirs = low_words::<R>(&self.exchange(step, &payload, payload.len()).await?, bits);
        let opened: Vec<R> = mine.iter().zip(&theirs).map(|(a, b)| a.plus(*b).low(bits)).collect();
        let plane = |bit: u32| Plane::of_bools(opened.iter().map(|c| c.bits() >> bit & 1 == 1));
        let top = bits - 1;
        let pairs = (0..top).rev().map(|bit| {
            let (r, not_c) = (&half.bits[bit as usize], plane(bit).not());
            (r.and(&not_c), if self.first() { r.xor(&not_c) } else { r.clone() })
        });
        let larger = self.fold(pairs.collect()).await?;
        let sign = larger.xor(&half.bits[top as usize]);
        Ok(if self.first() { sign.xor(&plane(top)) } else { sign })
    }

    /// The g of all pairs together; the highest pair comes first.
    async fn fold(&mut self, mut pairs: Vec<Bits>) -> Result<Plane, MpcError> {
        let bits = pairs.first().map_or(0, |(g, _)| g.len());
        for groups in levels(pairs.len()) {
            let step = self.next(&Operation::Join { bits, groups: groups.clone() })?;
            let half = self.source.join(&mut self.link, step, bits, &groups).await?;
            let mut mine = Vec::with_capacity(half.inputs.len());
            let mut rest = pairs.as_slice();
            for group in &groups {
                let (own, after) = rest.split_at(group.size as usize);
                rest = after;
                mine.extend(group.chosen(own).into_iter().cloned());
            }
            let hidden: Vec<Plane> = mine.iter().zip(&half.inputs).map(|(x, a)| x.xor(a)).collect();
            let opened = self.opened_planes(step, &hidden).await?;
            let (mut inputs, mut masks, mut products) =
                (opened.as_slice(), half.inputs.as_slice(), half.products.as_slice());
            let mut joined = Vec::with_capacity(groups.len());
            let mut rest = pairs.as_slice();
            for group in &groups {
                let (own, after) = rest.split_at(group.size as usize);
                rest = after;
                let (opened, after) = inputs.split_at(group.inputs());
                inputs = after;
                let (mask, after) = masks.split_at(group.inputs());
                masks = after;
                let (product, after) = products.split_at(group.products().len());
                products = after;
                joined.push(self.join(*group, own, opened, mask, product));
            }
            pairs = joined;
        }
        Ok(pairs.into_iter().next().map_or_else(|| Plane::zero(bits), |(g, _)| g))
    }

    fn join(&self, group: Group, own: &[Bits], opened: &[Plane], masks: &[Plane], products: &[Plane]) -> Bits {
        let known = group.products();
        let share = |part: u32| match part.count_ones() {
            1 => masks.get(part.trailing_zeros() as usize),
            _ => known.iter().position(|product| *product == part).and_then(|place| products.get(place)),
        };
        let bits = own.first().map_or(0, |(g, _)| g.len());
        // The product of (opened ⊕ mask) over the factors, multiplied out.
        let term = |factors: u32| {
            let mut sum = Plane::zero(bits);
            for hidden in (0..=factors).filter(|part| part & !factors == 0) {
                let mut part = match (hidden, self.first()) {
                    (0, true) => Plane::zero(bits).not(),
                    (0, false) => continue,
                    _ => match share(hidden) {
                        Some(share) => share.clone(),
                        None => continue,
                    },
                };
                for (index, opened) in opened.iter().enumerate() {
                    if (factors & !hidden) >> index & 1 == 1 {
                        part = part.and(opened);
                    }
                }
                sum = sum.xor(&part);
            }
            sum
        };
        let first = own.first().cloned().unwrap_or_else(|| (Plane::zero(bits), Plane::zero(bits)));
        let g = group.terms().into_iter().fold(first.0, |sum, factors| sum.xor(&term(factors)));
        (g, group.all_lefts().map_or(first.1, term))
    }

    pub(super) async fn opened_planes(&mut self, step: u32, shares: &[Plane]) -> Result<Vec<Plane>, MpcError> {
        let bits = shares.first().map_or(0, Plane::len);
        let payload = write_planes(shares);
        let theirs = self.exchange(step, &payload, payload.len()).await?;
        Ok(shares.iter().zip(read_planes(shares.len(), bits, &theirs)).map(|(a, b)| a.xor(&b)).collect())
    }

    pub(super) async fn bits_to_numbers(&mut self, bits: &Plane) -> Result<Shared<R>, MpcError> {
        let step = self.next(&Operation::Numbers { count: bits.len() })?;
        let half = self.source.numbers(&mut self.link, step, bits.len()).await?;
        let opened = self.opened_planes(step, &[bits.xor(&half.bits)]).await?;
        let opened = opened.iter().flat_map(Plane::iter);
        let first = self.first();
        // b = t ⊕ ρ is ρ where the opened t is 0, and 1 − ρ where it is 1.
        let number = |(opened, number): (bool, &R)| match (opened, first) {
            (false, _) => *number,
            (true, true) => R::of(1).minus(*number),
            (true, false) => number.negated(),
        };
        let words = opened.zip(&half.numbers).map(number).collect();
        Ok(Shared::new(Shape::vector(bits.len()), words, 0, 1)?)
    }
}

impl Group {
    /// The bits that are opened, hidden, in the order of [`Group::inputs`].
    fn chosen(self, pairs: &[Bits]) -> Vec<&Plane> {
        if self.size == 1 {
            return Vec::new();
        }
        let lefts = pairs.iter().take(self.lefts() as usize).map(|(_, p)| p);
        lefts.chain(pairs.iter().skip(1).map(|(g, _)| g)).collect()
    }
}
