//! Runs a task three ways: planned, in the clear, and by two seats and a helper in one process.

use futures::executor::block_on;
use mpc::{
    MpcError, Plain, Plan, Seat,
    draw::{Draws, Registry, Run, Seeded},
};
use mpc_learn::{
    Answer, Column, Evaluation, Fact, Fitted, Half, Metric, Order, Prepared, Receiver, Reveals, Task, What, fit, join,
    label_exponent, plan,
};

use crate::seats::by_two;
pub use crate::seats::{Bytes, Ran};

/// The measurements and the label.
pub fn diabetes() -> (Vec<Column>, Column) {
    let mut lines = include_str!("../data/diabetes.csv").lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let mut columns: Vec<Column> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Column { name: name.to_string(), values: rows.iter().map(|row| row[at]).collect() })
        .collect();
    let label = columns.pop().unwrap();
    (columns, label)
}

/// The first half of the columns belongs to the first owner, the rest and the label to the second.
pub struct Data {
    pub columns: [Vec<Column>; 2],
    pub label: Column,
}

impl Data {
    pub fn halves(columns: Vec<Column>, label: Column) -> Self {
        let mut first = columns;
        let second = first.split_off(first.len() / 2);
        Self { columns: [first, second], label }
    }

    pub fn diabetes() -> Self {
        let (columns, label) = diabetes();
        Self::halves(columns, label)
    }

    /// The first rows only.
    pub fn keep(&mut self, rows: usize) {
        self.columns.iter_mut().flatten().for_each(|column| column.values.truncate(rows));
        self.label.values.truncate(rows);
    }

    /// A task on all of it that tells everything, in fine digits.
    pub fn task(&self, evaluation: Evaluation, metrics: &[Metric]) -> Task {
        let scale = mpc_learn::Scale::of("label", &self.label.values, 0.0).unwrap();
        Task {
            rows: self.label.values.len(),
            features: [self.columns[0].len(), self.columns[1].len()],
            label: Seat::Second,
            label_exponent: label_exponent(&scale),
            ridge: 0.0,
            order: Order::Given,
            evaluation,
            metrics: metrics.to_vec(),
            reveals: Reveals { all_coefficients: true, ..Reveals::default() },
            digits: 30,
        }
    }

    pub fn prepared(&self, task: &Task) -> [Prepared; 2] {
        Seat::BOTH.map(|seat| {
            let own = &self.columns[usize::from(seat == Seat::Second)];
            let label = (seat == task.label).then_some(&self.label);
            Prepared::new(task, seat, own, label, 0.0).unwrap()
        })
    }
}

/// What came out of a run, with the halves of both seats joined.
pub struct Results {
    pub halves: Vec<(Half, Vec<f64>)>,
}

impl Results {
    pub fn of(seats: &[&[Half]]) -> Self {
        let joined = seats[0].iter().enumerate().map(|(at, half)| {
            let all: Vec<&Half> = seats.iter().map(|halves| &halves[at]).collect();
            (half.clone(), join(&all).unwrap())
        });
        Self { halves: joined.collect() }
    }

    pub fn get(&self, to: Receiver, fact: Fact) -> &[f64] {
        let wanted = |(half, _): &&(Half, Vec<f64>)| half.to == to && half.what == What::Fact(fact);
        &self.halves.iter().find(wanted).unwrap().1
    }

    pub fn metric(&self, metric: Metric) -> f64 {
        self.get(Receiver::Requester, Fact::Metric(metric))[0]
    }

    /// The second owner has the label.
    pub fn coefficients(&self) -> Vec<f64> {
        let of = |seat| self.get(Receiver::Requester, Fact::Coefficients(seat)).to_vec();
        [of(Seat::First), of(Seat::Second)].concat()
    }
}

pub fn in_the_clear(task: &Task, data: &Data) -> Answer<u128> {
    let [first, second] = data.prepared(task);
    block_on(fit(&mut Plain::<u128>::new(), task, &[&first, &second])).unwrap()
}

pub fn clear_results(task: &Task, data: &Data) -> Results {
    match in_the_clear(task, data) {
        Answer::Fitted(fitted) => Results::of(&[&fitted.halves]),
        other => panic!("{}", other.sentence()),
    }
}

pub type Seated<'r, D> = crate::seats::Seated<'r, u128, D>;

impl Bytes {
    pub fn of(byte: u8) -> Self {
        let each = |add: u8| [byte.wrapping_mul(16).wrapping_add(add); 32];
        let run = Run { task: [7; 32], attempt: 1, epoch: each(4) };
        Self { seeds: [each(0), each(1)], fresh: [each(2), each(3)], run }
    }
}

pub fn by_both<T>(
    plan: Plan,
    bytes: Bytes,
    registries: &mut [Registry; 2],
    run: impl AsyncFn(Seat, &mut Seated<'_, Seeded>) -> Result<T, MpcError>,
) -> Ran<T> {
    drawing(plan, bytes, registries, |seat| bytes.seeded(seat), run)
}

/// The same with draws that a test has made.
pub fn drawing<D: Draws, T>(
    plan: Plan,
    bytes: Bytes,
    registries: &mut [Registry; 2],
    draws: impl Fn(Seat) -> D,
    run: impl AsyncFn(Seat, &mut Seated<'_, D>) -> Result<T, MpcError>,
) -> Ran<T> {
    by_two::<u128, D, T>(plan, bytes, registries, draws, run)
}

/// A fit by two seats and a helper.
pub fn fit_by_both(task: &Task, data: &Data, bytes: Bytes) -> Ran<Answer<u128>> {
    let prepared = data.prepared(task);
    let registries = &mut [Registry::default(), Registry::default()];
    by_both(plan(task).unwrap(), bytes, registries, async |seat, pair| {
        fit(pair, task, &[&prepared[usize::from(seat == Seat::Second)]]).await
    })
}

pub fn fitted(ran: Ran<Answer<u128>>) -> [Fitted<u128>; 2] {
    ran.seats.map(|seat| match seat.unwrap() {
        Answer::Fitted(fitted) => fitted,
        other => panic!("{}", other.sentence()),
    })
}

pub fn results_of_both(task: &Task, data: &Data, byte: u8) -> Results {
    let [first, second] = fitted(fit_by_both(task, data, Bytes::of(byte)));
    Results::of(&[&first.halves, &second.halves])
}
