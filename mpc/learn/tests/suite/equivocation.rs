//! At full size: whatever a seat has received, it could have received with any other columns at the other owner.
//!
//! A run is recorded. Then the other owner gets other columns, and its draws are solved for, one named draw after the
//! other and each once, so that the watched seat receives the same bytes: from the other seat, and from the real helper
//! on the new draws. Where a draw would have to be set twice, or nothing can be set, the protocol tells something.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use mpc::{
    Dealer, Operation, Party, Plan, Plane, Recorded, Ring, Seat,
    draw::{At, Draws, Registry, Seed, Seeded, Use},
};
use mpc_learn::{Answer, Evaluation, Metric, Task, fit, plan};

use crate::support::{Bytes, Data, Ran, drawing};

/// Draws of both seats; those that were solved for stand above the drawn ones.
struct Tape {
    drawn: [Seeded; 2],
    words: RefCell<HashMap<(Seat, At), Vec<u128>>>,
    planes: RefCell<HashMap<(Seat, At), Vec<Plane>>>,
}

struct Drawn<'t> {
    seat: Seat,
    tape: &'t Tape,
}

impl Drawn<'_> {
    fn base(&self) -> &Seeded {
        &self.tape.drawn[usize::from(self.seat == Seat::Second)]
    }
}

impl Draws for Drawn<'_> {
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R> {
        match self.tape.words.borrow().get(&(self.seat, at)) {
            Some(set) => set.iter().map(|word| R::from_bits(*word)).collect(),
            None => self.base().words(at, count),
        }
    }

    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane> {
        match self.tape.planes.borrow().get(&(self.seat, at)) {
            Some(set) => set.clone(),
            None => self.base().planes(at, count, bits),
        }
    }
}

/// What `watched` received, by step and sender; at one step the other seat's comes first.
fn view(frames: &[Recorded], watched: Seat) -> BTreeMap<(u32, Party), Vec<u8>> {
    let received = frames.iter().filter(|sent| sent.to == Party::Seat(watched));
    received
        .map(|sent| {
            let step = u32::from_le_bytes(sent.frame[..4].try_into().unwrap());
            ((step, sent.from), sent.frame[4..].to_vec())
        })
        .collect()
}

fn numbers(bytes: &[u8]) -> Vec<u128> {
    bytes.as_chunks::<16>().0.iter().map(|word| u128::from_le_bytes(*word)).collect()
}

/// How a draw stands in what is sent.
#[derive(Clone, Copy)]
enum Sign {
    Added,
    TakenAway,
}

struct Solver<'a> {
    task: &'a Task,
    plan: Plan,
    bytes: Bytes,
    watched: Seat,
    tape: &'a Tape,
}

impl Solver<'_> {
    fn run(&self, data: &Data) -> Ran<Answer<u128>> {
        let prepared = data.prepared(self.task);
        let registries = &mut [Registry::default(), Registry::default()];
        let draws = |seat| Drawn { seat, tape: self.tape };
        drawing(self.plan.clone(), self.bytes, registries, draws, async |seat, pair| {
            fit(pair, self.task, &[&prepared[usize::from(seat == Seat::Second)]]).await
        })
    }

    /// Sets the draws of the other seat so that with `data` the watched one receives `wanted`.
    fn solve(&self, data: &Data, wanted: &BTreeMap<(u32, Party), Vec<u8>>) -> Result<usize, String> {
        let mut set = HashSet::new();
        loop {
            let ran = self.run(data);
            let got = view(&ran.recorded, self.watched);
            let lengths = |view: &BTreeMap<(u32, Party), Vec<u8>>| {
                view.iter().map(|(at, frame)| (*at, frame.len())).collect::<Vec<_>>()
            };
            if lengths(&got) != lengths(wanted) {
                return Err("other frames".into());
            }
            let Some(((step, from), got)) = got.iter().find(|(at, frame)| wanted[at] != **frame) else {
                return Ok(set.len());
            };
            let mut changed = if *from == Party::Helper {
                self.mend_dealt(*step, got, &wanted[&(*step, *from)])
            } else {
                let sent = self.mend_sent(*step, got, &wanted[&(*step, *from)]);
                sent.ok_or(format!("nothing hides step {step}: {:?}", self.plan.steps.get(*step as usize)))?
            };
            if *from != Party::Helper {
                changed.extend(self.mend_what_follows(&changed, wanted));
            }
            for at in changed {
                if !set.insert(at) {
                    return Err(format!("{at:?} hides two things"));
                }
            }
        }
    }

    /// What the helper deals in the steps whose draws have changed.
    fn mend_what_follows(&self, changed: &[At], wanted: &BTreeMap<(u32, Party), Vec<u8>>) -> Vec<At> {
        let dealer = Dealer::<u128, _>::new(&self.plan, Seat::BOTH.map(|seat| Drawn { seat, tape: self.tape }));
        let steps: BTreeSet<u32> =
            changed.iter().filter_map(|at| if let At::Step(step, _) = at { Some(*step) } else { None }).collect();
        let mend = |step| match dealer.deal(step) {
            Some((seat, frame)) if seat == self.watched && frame[4..] != wanted[&(step, Party::Helper)] => {
                self.mend_dealt(step, &frame[4..], &wanted[&(step, Party::Helper)])
            }
            _ => Vec::new(),
        };
        steps.into_iter().flat_map(mend).collect()
    }

    fn mend_dealt(&self, step: u32, got: &[u8], wanted: &[u8]) -> Vec<At> {
        let at = At::Step(step, Use::Output);
        match &self.plan.steps[step as usize] {
            Operation::Compare { count, bits } => self.mend_planes(at, *bits as usize, *count, got, wanted),
            Operation::Join { bits, .. } => self.mend_planes(at, got.len() / bits.div_ceil(8), *bits, got, wanted),
            _ => self.mend_words(at, &numbers(got), &numbers(wanted), Sign::TakenAway),
        };
        vec![at]
    }

    fn mend_sent(&self, step: u32, got: &[u8], wanted: &[u8]) -> Option<Vec<At>> {
        let one = |part| At::Step(step, part);
        let mut draws = Vec::new();
        match &self.plan.steps[step as usize] {
            Operation::Hide(matrices) => {
                let theirs = matrices.iter().filter(|matrix| matrix.owner != self.watched);
                draws.extend(theirs.map(|matrix| (At::Mask(matrix.name), matrix.shape.len(), Sign::Added)));
            }
            Operation::Owned { wave, .. } => {
                for step in step..step + wave {
                    let Operation::Owned { product, .. } = &self.plan.steps[step as usize] else { return None };
                    if product.left.owner == self.watched {
                        draws.push((At::Step(step, Use::Vector), product.right.len(), Sign::TakenAway));
                    }
                }
            }
            Operation::Multiply { wave, .. } => {
                for step in step..step + wave {
                    let Operation::Multiply { left, right, .. } = &self.plan.steps[step as usize] else { return None };
                    draws.push((At::Step(step, Use::Left), left.len(), Sign::TakenAway));
                    draws.push((At::Step(step, Use::Right), right.len(), Sign::TakenAway));
                }
            }
            Operation::Round { count, .. } => draws.push((one(Use::Round), *count, Sign::Added)),
            Operation::Compare { bits, .. } => {
                let each = bits.div_ceil(8) as usize;
                let low = |bytes: &[u8]| {
                    let word = |bytes: &[u8]| {
                        let mut word = [0; 16];
                        word[..each].copy_from_slice(bytes);
                        u128::from_le_bytes(word)
                    };
                    bytes.chunks(each).map(word).collect::<Vec<_>>()
                };
                self.mend_words(one(Use::Round), &low(got), &low(wanted), Sign::Added);
                return Some(vec![one(Use::Round)]);
            }
            Operation::Join { bits, .. } => {
                self.mend_planes(one(Use::Inputs), got.len() / bits.div_ceil(8), *bits, got, wanted);
                return Some(vec![one(Use::Inputs)]);
            }
            Operation::Numbers { count } => {
                self.mend_planes(one(Use::Inputs), 1, *count, got, wanted);
                return Some(vec![one(Use::Inputs)]);
            }
            _ => return None,
        }
        let (got, wanted) = (numbers(got), numbers(wanted));
        let mut start = 0;
        let mut set = Vec::new();
        for (at, count, sign) in draws {
            let range = start..start + count;
            start += count;
            if got[range.clone()] != wanted[range.clone()] {
                self.mend_words(at, &got[range.clone()], &wanted[range], sign);
                set.push(at);
            }
        }
        Some(set)
    }

    fn mend_words(&self, at: At, got: &[u128], wanted: &[u128], sign: Sign) {
        let seat = self.watched.other();
        let mut words: Vec<u128> = Drawn { seat, tape: self.tape }.words(at, got.len());
        for ((word, got), wanted) in words.iter_mut().zip(got).zip(wanted) {
            let more = wanted.wrapping_sub(*got);
            *word = match sign {
                Sign::Added => word.wrapping_add(more),
                Sign::TakenAway => word.wrapping_sub(more),
            };
        }
        self.tape.words.borrow_mut().insert((seat, at), words);
    }

    fn mend_planes(&self, at: At, count: usize, bits: usize, got: &[u8], wanted: &[u8]) {
        let seat = self.watched.other();
        let each = bits.div_ceil(8);
        let planes = Drawn { seat, tape: self.tape }.planes(at, count, bits);
        let mend = |(index, plane): (usize, &Plane)| {
            let bit = |bytes: &[u8], bit: usize| bytes[index * each + bit / 8] >> (bit % 8) & 1 == 1;
            Plane::of_bools((0..bits).map(|at| plane.get(at) ^ bit(got, at) ^ bit(wanted, at)))
        };
        let mended = planes.iter().enumerate().map(mend).collect();
        self.tape.planes.borrow_mut().insert((seat, at), mended);
    }
}

/// The data with the other owner's rows turned round: nearly every cell of it is another.
fn turned(mut data: Data, seat: Seat) -> Data {
    let own = &mut data.columns[usize::from(seat == Seat::Second)];
    own.iter_mut().for_each(|column| column.values.reverse());
    if seat == Seat::Second {
        data.label.values.reverse();
    }
    data
}

/// Leaving one out compares every row; it has fewer.
fn data(evaluation: &Evaluation) -> Data {
    let mut data = Data::diabetes();
    if *evaluation == Evaluation::LeaveOneOut {
        data.keep(110);
    }
    data
}

fn task(evaluation: Evaluation) -> Task {
    let mut task = data(&evaluation).task(evaluation, &[Metric::Rmse, Metric::Mae, Metric::R2]);
    task.reveals.own_coefficients = true;
    task.reveals.standard_errors = true;
    task
}

/// There, and back again.
fn equivocate(evaluation: Evaluation, watched: Seat) -> Result<usize, String> {
    let data = || data(&evaluation);
    let task = task(evaluation.clone());
    let bytes = Bytes::of(1);
    let tape = Tape {
        drawn: bytes.seeds.map(|seed| Seeded::new(&Seed::new(seed), &bytes.run)),
        words: RefCell::default(),
        planes: RefCell::default(),
    };
    let plan = plan(&task).unwrap();
    let solver = Solver { task: &task, plan, bytes, watched, tape: &tape };
    let wanted = view(&solver.run(&data()).recorded, watched);
    let set = solver.solve(&turned(data(), watched.other()), &wanted)?;
    solver.solve(&data(), &wanted)?;
    for ((seat, at), words) in tape.words.borrow().iter() {
        let base: Vec<u128> = tape.drawn[usize::from(*seat == Seat::Second)].words(*at, words.len());
        if let At::Step(step, Use::Round) = at
            && let Operation::Compare { bits, .. } = solver.plan.steps[*step as usize]
        {
            // Only these bits of what hides a number that is compared are ever used.
            assert!(words.iter().zip(&base).all(|(word, base)| (word ^ base).low(bits) == 0));
            continue;
        }
        assert_eq!(*words, base, "{at:?} after the way back");
    }
    for ((seat, at), planes) in tape.planes.borrow().iter() {
        let base = tape.drawn[usize::from(*seat == Seat::Second)].planes(*at, planes.len(), planes[0].len());
        assert_eq!(*planes, base, "{at:?} after the way back");
    }
    Ok(set)
}

#[test]
fn whatever_a_seat_receives_fits_any_columns_of_the_other() {
    for evaluation in [Evaluation::Folds(5), Evaluation::LeaveOneOut] {
        for watched in Seat::BOTH {
            let set = equivocate(evaluation.clone(), watched).unwrap();
            println!("{evaluation:?}, {watched:?} watched: {set} draws solved for");
            assert!(set > 100);
        }
    }
}

#[cfg(feature = "faults")]
#[test]
fn planted_faults_are_found() {
    use mpc::fault::{Fault, with};
    let faults = [Fault::VectorReused, Fault::OutputReused, Fault::OutputZero, Fault::ShortMask, Fault::RowSums];
    for fault in faults {
        let at = |watched| with(fault, || equivocate(Evaluation::LeaveOneOut, watched));
        let found = at(Seat::First).and_then(|_| at(Seat::Second));
        println!("{fault:?}: {found:?}");
        assert!(found.is_err(), "{fault:?} was not found");
    }
}
