//! Two seats and a helper in one process.

use std::{future::Future, rc::Rc};

use futures::executor::block_on;
use mpc::{
    Helper, MatrixName, MpcError, Owned, Pair, Plan, Ring, Seat, Shape, Start,
    draw::{Registry, Run, Seed, Seeded},
    network,
};

use crate::seats::by_two;
pub use crate::seats::{Bytes, Ran};

pub type Seated<'r, R> = crate::seats::Seated<'r, R, Seeded>;

/// `MODELMARKET_SEED`, or one of this moment; printed.
pub fn seed() -> u64 {
    let given = std::env::var("MODELMARKET_SEED").ok().map(|text| text.parse().expect("MODELMARKET_SEED is a number"));
    let now = || std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    let seed = given.unwrap_or_else(now);
    println!("MODELMARKET_SEED={seed}");
    seed
}

/// The result of what waits for nobody.
pub fn ready<T>(run: impl Future<Output = T>) -> T {
    block_on(run)
}

/// A matrix of three rows and columns, with 8 of at most 13 bits behind the point.
pub fn owned(seat: Seat, name: &str, values: Option<&Vec<i64>>) -> Owned {
    let (name, shape) = (MatrixName::of(&[name]), Shape::matrix(3, 3));
    match values {
        Some(values) => Owned::here(name, seat, shape, 8, 13, values.clone()).unwrap(),
        None => Owned::elsewhere(name, seat, shape, 8, 13),
    }
}

impl Bytes {
    pub fn of(number: u8) -> Self {
        let each = |add: u8| {
            let mut bytes = [add; 32];
            bytes[0] = number;
            bytes
        };
        Self {
            seeds: [each(1), each(2)],
            fresh: [each(3), each(4)],
            run: Run { task: [7; 32], attempt: 1, epoch: each(5) },
        }
    }
}

impl<T: std::fmt::Debug> Ran<T> {
    pub fn succeeded(self) -> [T; 2] {
        self.seats.map(Result::unwrap)
    }
}

pub fn by_both<R: Ring, T>(
    plan: Plan,
    bytes: Bytes,
    run: impl AsyncFn(Seat, &mut Seated<'_, R>) -> Result<T, MpcError>,
) -> Ran<T> {
    with_registries(plan, bytes, &mut [Registry::default(), Registry::default()], run)
}

pub fn with_registries<R: Ring, T>(
    plan: Plan,
    bytes: Bytes,
    registries: &mut [Registry; 2],
    run: impl AsyncFn(Seat, &mut Seated<'_, R>) -> Result<T, MpcError>,
) -> Ran<T> {
    by_two::<R, Seeded, T>(plan, bytes, registries, |seat| bytes.seeded(seat), run)
}

/// What a seat says that receives `frame` where the hidden matrix of the other is expected.
pub fn read_as_peer(frame: &[u8]) -> String {
    use mpc::{Arithmetic as _, Link as _, Party, Planner};
    let mut planner = Planner::<128>::new();
    let matrices = Seat::BOTH.map(|seat| owned(seat, "m", None));
    ready(planner.hide(&[&matrices[1]])).unwrap();
    let plan = Rc::new(planner.finish());
    let (first, mut second, _helper) = network(false);
    let run = Bytes::of(1).run;
    let mut registry = Registry::default();
    let start = Start { seat: Seat::First, plan, run, registry: &mut registry, fresh: [0; 32] };
    ready(async {
        let before = [&[0xff; 4][..], &[0; 32]].concat();
        second.send(Party::Seat(Seat::First), before).await?;
        second.send(Party::Seat(Seat::First), frame.to_vec()).await?;
        let source = Helper::new(Seat::First, Seeded::new(&Seed::new([1; 32]), &run));
        let mut pair = Pair::<u128, _, _>::begin(start, source, first).await?;
        pair.hide(&[&matrices[1]]).await
    })
    .unwrap_err()
    .to_string()
}
