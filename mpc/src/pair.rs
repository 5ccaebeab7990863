//! The protocol, at one of the two seats.

mod compare;
mod owned;
mod reshare;

use std::{collections::HashMap, rc::Rc};

use crate::{
    Arithmetic, Form, Link, MatrixName, MpcError, Operation, Owned, OwnedProduct, Party, Plan, Plane, Ring, Seat,
    Shape, Shared, SharedProduct, Source, Traffic, Wrap,
    draw::{Registry, Run},
    fault::{self, Fault},
    link::{Counted, bytes, read, words, write},
    plain::own,
    plan::{Use, constant, release_by},
    tensor::{product, rounded},
};
use reshare::Fresh;

/// What a seat begins with.
pub struct Start<'r> {
    pub seat: Seat,
    pub plan: Rc<Plan>,
    pub run: Run,
    /// Which numbers were hidden under which mask before.
    pub registry: &'r mut Registry,
    /// 32 bytes from the operating system, for what only the two seats know.
    pub fresh: [u8; 32],
}

/// One of the two seats. It goes through the plan and nowhere else.
pub struct Pair<'r, R, S, L> {
    start: Start<'r>,
    source: S,
    link: Counted<L>,
    at: u32,
    /// Matrices as their owners have sent them, hidden; of this seat and of the other.
    hidden: HashMap<(Seat, MatrixName), Vec<R>>,
    fresh: Fresh,
}

/// The step number of the frames before the first step.
const BEFORE: u32 = u32::MAX;

impl<'r, R: Ring, S: Source<R, Counted<L>>, L: Link> Pair<'r, R, S, L> {
    /// Exchanges with the other seat what only both will know.
    pub async fn begin(start: Start<'r>, source: S, link: L) -> Result<Self, MpcError> {
        let mut link = Counted::new(link);
        let peer = Party::Seat(start.seat.other());
        link.send(peer, write(BEFORE, &start.fresh)).await?;
        let theirs = link.receive(peer).await?;
        let theirs = read(peer, &theirs, BEFORE, 32)?;
        let fresh = Fresh::new(start.seat, &start.run, &start.fresh, theirs);
        Ok(Self { start, source, link, at: 0, hidden: HashMap::new(), fresh })
    }

    /// What was sent and received so far.
    pub fn traffic(&self) -> Traffic {
        self.link.traffic
    }

    /// The step that comes next.
    pub fn step(&self) -> u32 {
        self.at
    }

    fn peer(&self) -> Party {
        Party::Seat(self.start.seat.other())
    }

    fn first(&self) -> bool {
        self.start.seat == Seat::First
    }

    /// Goes on to the next step, which must be this one in the plan.
    fn next(&mut self, operation: &Operation) -> Result<u32, MpcError> {
        let step = self.at;
        if self.start.plan.steps.get(step as usize) != Some(operation) {
            return Err(MpcError::OffPlan { step });
        }
        self.at += 1;
        Ok(step)
    }

    /// Sends `payload` in a frame of `step` and gives the other seat's, which must have `wanted` bytes.
    async fn exchange(&mut self, step: u32, payload: &[u8], wanted: usize) -> Result<Vec<u8>, MpcError> {
        let peer = self.peer();
        if !payload.is_empty() {
            self.link.send(peer, write(step, payload)).await?;
        }
        self.link.traffic.rounds += 1;
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let frame = self.link.receive(peer).await?;
        Ok(read(peer, &frame, step, wanted)?.to_vec())
    }

    /// Opens numbers to both seats: the sum of their shares.
    async fn opened(&mut self, step: u32, shares: &[R]) -> Result<Vec<R>, MpcError> {
        let theirs = self.exchange(step, &bytes(shares), shares.len() * R::BYTES).await?;
        Ok(shares.iter().zip(words::<R>(&theirs)).map(|(a, b)| a.plus(b)).collect())
    }
}

impl<'r, R: Ring, S: Source<R, Counted<L>>, L: Link> Arithmetic for Pair<'r, R, S, L> {
    type Ring = R;

    fn constant(&self, shape: Shape, values: &[i128], frac: u32, bound: u32) -> Result<Shared<R>, MpcError> {
        let all = constant(shape, values, frac, bound)?;
        Ok(if self.first() { all } else { Shared::zero(shape, frac, bound) })
    }

    fn own(
        &self,
        matrix: &Owned,
        shape: Shape,
        frac: u32,
        bound: u32,
        make: impl FnOnce(&[i64]) -> Vec<i128>,
    ) -> Result<Shared<R>, MpcError> {
        if matrix.owner == self.start.seat {
            own(matrix, shape, frac, bound, make)
        } else {
            Ok(Shared::zero(shape, frac, bound))
        }
    }

    async fn hide(&mut self, matrices: &[&Owned]) -> Result<(), MpcError> {
        self.send_hidden(matrices).await
    }

    async fn owned_products(&mut self, products: &[OwnedProduct<'_, R>]) -> Result<Vec<Shared<R>>, MpcError> {
        self.multiply_owned(products).await
    }

    async fn cross(&mut self, form: Form, left: &Owned, right: &Owned) -> Result<Shared<R>, MpcError> {
        self.multiply_both_owned(form, left, right).await
    }

    async fn products(&mut self, products: &[SharedProduct<'_, R>]) -> Result<Vec<Shared<R>>, MpcError> {
        let (mut halves, mut mine, mut first_step) = (Vec::new(), Vec::new(), self.at);
        for (SharedProduct { form, left, right }, wave) in products.iter().zip((1..=products.len() as u32).rev()) {
            let done: Shared<R> = product(form, left.like(), right.like())?;
            let operation = Operation::Multiply {
                form: form.clone(),
                left: left.shape,
                right: right.shape,
                product: done.shape,
                wave,
            };
            let step = self.next(&operation)?;
            first_step = first_step.min(step);
            let half = self
                .source
                .product(&mut self.link, step, left.words.len(), right.words.len(), done.words.len())
                .await?;
            mine.extend(left.words.iter().zip(&half.left).map(|(x, a)| x.minus(*a)));
            mine.extend(right.words.iter().zip(&half.right).map(|(y, b)| y.minus(*b)));
            halves.push((half, done));
        }
        let opened = self.opened(first_step, &mine).await?;
        let mut rest = opened.as_slice();
        let mut all = Vec::with_capacity(products.len());
        for (SharedProduct { form, left, right }, (half, mut done)) in products.iter().zip(halves) {
            let (x, after) = rest.split_at(left.words.len());
            let (y, after) = after.split_at(right.words.len());
            rest = after;
            // (x + a)(y + b) = xy + xb + ay + ab; the first seat takes xy.
            let b: Vec<R> =
                if self.first() { half.right.iter().zip(y).map(|(b, y)| b.plus(*y)).collect() } else { half.right };
            let xb = form.apply(x, left.shape, &b, right.shape);
            let ay = form.apply(&half.left, left.shape, y, right.shape);
            done.words = half.output.iter().zip(xb).zip(ay).map(|((c, xb), ay)| c.plus(xb).plus(ay)).collect();
            all.push(done);
        }
        Ok(all)
    }

    fn truncate(&mut self, numbers: &Shared<R>, by: u32, wrap: Wrap) -> Result<Shared<R>, MpcError> {
        let mut done = rounded(numbers, by)?;
        let count = numbers.words.len();
        self.next(&Operation::Truncate { count, by, bound: numbers.bound, wrap })?;
        let first = self.first();
        let round = |word: &R| if first { word.floored(by) } else { word.negated().floored(by).negated() };
        done.words = numbers.words.iter().map(round).collect();
        Ok(done)
    }

    async fn round(&mut self, numbers: &Shared<R>, by: u32) -> Result<Shared<R>, MpcError> {
        let mut done = rounded(numbers, by)?;
        let count = numbers.words.len();
        let step = self.next(&Operation::Round { count, by })?;
        let half = self.source.round(&mut self.link, step, count).await?;
        // All numbers are moved up by a quarter of the ring, so that none is negative and the highest bit is free.
        let quarter = R::from_bits(1 << (R::BITS - 2));
        let first = self.first();
        let hide = |(x, r): (&R, &R)| if first { x.plus(*r).plus(quarter) } else { x.plus(*r) };
        let mine: Vec<R> = numbers.words.iter().zip(&half.number).map(hide).collect();
        let opened = self.opened(step, &mine).await?;
        let round = |((c, moved), top): ((&R, &R), &R)| {
            let mut share = moved.negated();
            if first {
                share = share.plus(c.shifted_down(by)).minus(quarter.shifted_down(by));
            }
            // The sum has wrapped round exactly if the hiding number has its highest bit and the sum has not.
            if c.top() { share } else { share.plus(top.shifted_up(R::BITS - by)) }
        };
        done.words = opened.iter().zip(&half.moved).zip(&half.top).map(round).collect();
        Ok(done)
    }

    async fn negative(&mut self, numbers: &Shared<R>) -> Result<Plane, MpcError> {
        self.find_signs(numbers).await
    }

    async fn numbers(&mut self, bits: &Plane) -> Result<Shared<R>, MpcError> {
        self.bits_to_numbers(bits).await
    }

    async fn open(&mut self, numbers: &Shared<R>) -> Result<Vec<i128>, MpcError> {
        let step = self.next(&Operation::Open { count: numbers.words.len() })?;
        Ok(self.opened(step, &numbers.words).await?.into_iter().map(R::signed).collect())
    }

    async fn open_bits(&mut self, bits: &Plane) -> Result<Vec<bool>, MpcError> {
        let step = self.next(&Operation::OpenBits { count: bits.len() })?;
        Ok(self.opened_planes(step, std::slice::from_ref(bits)).await?.iter().flat_map(Plane::iter).collect())
    }

    async fn release(&mut self, numbers: &Shared<R>, frac: u32) -> Result<Shared<R>, MpcError> {
        let by = release_by(numbers, frac)?;
        let mut done = self.round(numbers, by).await?;
        let step = self.next(&Operation::Reshare { count: numbers.words.len() })?;
        self.fresh.add(step, &mut done.words);
        if fault::has(Fault::NoReshare) {
            done.words = numbers.words.iter().map(|word| word.floored(by)).collect();
        }
        Ok(done)
    }
}

/// The step of an owned product as the plan has it.
fn owned_operation<R: Ring>(
    OwnedProduct { form, left, right }: &OwnedProduct<'_, R>,
    wave: u32,
) -> Result<(Operation, Shared<R>), MpcError> {
    let done: Shared<R> = product(form, left.like(), right.like())?;
    let used = Use { form: form.clone(), left: crate::Hidden::of(left), right: right.shape, product: done.shape };
    Ok((Operation::Owned { product: used, wave }, done))
}
