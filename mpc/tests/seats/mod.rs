//! Two seats and a helper in one process: what both do, over any ring, with any draws. For the tests of `mpc` and of `mpc/learn`.

use std::rc::Rc;

use futures::{executor::block_on, future::join3};
use mpc::{
    Dealer, Helper, Memory, MpcError, Pair, Plan, Recorded, Ring, Seat, Start, Traffic,
    draw::{Draws, Registry, Run, Seed, Seeded},
    network,
};

pub type Seated<'r, R, D> = Pair<'r, R, Helper<R, D>, Memory>;

/// Which random bytes a run has.
#[derive(Clone, Copy)]
pub struct Bytes {
    pub seeds: [[u8; 32]; 2],
    pub fresh: [[u8; 32]; 2],
    pub run: Run,
}

impl Bytes {
    /// What a seat draws from its seed.
    pub fn seeded(&self, seat: Seat) -> Seeded {
        Seeded::new(&Seed::new(self.seeds[usize::from(seat == Seat::Second)]), &self.run)
    }
}

/// A whole run in one process.
pub struct Ran<T> {
    pub seats: [Result<T, MpcError>; 2],
    pub traffic: [Traffic; 2],
    pub recorded: Vec<Recorded>,
}

pub fn by_two<R: Ring, D: Draws, T>(
    plan: Plan,
    bytes: Bytes,
    registries: &mut [Registry; 2],
    draws: impl Fn(Seat) -> D,
    run: impl AsyncFn(Seat, &mut Seated<'_, R, D>) -> Result<T, MpcError>,
) -> Ran<T> {
    let plan = Rc::new(plan);
    let (first, second, mut helper) = network(true);
    let dealer = Dealer::<R, _>::new(&plan, Seat::BOTH.map(&draws));
    let seat = async |seat: Seat, link: Memory, registry: &mut Registry| {
        let at = usize::from(seat == Seat::Second);
        let start = Start { seat, plan: plan.clone(), run: bytes.run, registry, fresh: bytes.fresh[at] };
        let mut pair = Pair::begin(start, Helper::new(seat, draws(seat)), link).await?;
        let done = run(seat, &mut pair).await?;
        Ok::<_, MpcError>((done, pair.traffic()))
    };
    let [r0, r1] = registries;
    let (a, b, dealt) =
        block_on(join3(seat(Seat::First, first, r0), seat(Seat::Second, second, r1), dealer.serve(&mut helper)));
    dealt.unwrap();
    let mut traffic = [Traffic::default(); 2];
    let mut seats = [a, b].into_iter().enumerate().map(|(at, seat)| {
        seat.map(|(done, counted)| {
            traffic[at] = counted;
            done
        })
    });
    let seats = [seats.next().unwrap(), seats.next().unwrap()];
    Ran { seats, traffic, recorded: helper.recorded() }
}
