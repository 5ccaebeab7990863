//! The solver on data that is hard for it: that the bit it opens is right, and that its rounds do not depend on data.

use mpc::{Operation, Seat, Wrap, draw::Registry};
use mpc_learn::{Answer, Column, Evaluation, LearnError, Metric, Order, Reveals, Task, fit, plan};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};

use crate::support::{Bytes, Data, Results, by_both, clear_results, fit_by_both, in_the_clear};

/// `MODELMARKET_SEED`, or one of this moment; printed.
fn seed() -> u64 {
    let given = std::env::var("MODELMARKET_SEED").ok().map(|text| text.parse().expect("MODELMARKET_SEED is a number"));
    let now = || std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    let seed = given.unwrap_or_else(now);
    println!("MODELMARKET_SEED={seed}");
    seed
}

struct Numbers(ChaCha20Rng);

impl Numbers {
    fn of(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// From −1 to 1, more often near 0.
    fn next(&mut self) -> f64 {
        let mut uniform = || f64::from(self.0.next_u32()) / f64::from(u32::MAX) - 0.5;
        (uniform() + uniform() + uniform()) / 1.5
    }

    fn column(&mut self, name: &str, rows: usize) -> Column {
        Column { name: name.into(), values: (0..rows).map(|_| self.next()).collect() }
    }
}

/// As many columns as asked at each owner, and a label made of all and noise.
fn random(numbers: &mut Numbers, rows: usize, features: [usize; 2]) -> Data {
    let columns =
        features.map(|count| (0..count).map(|at| numbers.column(&format!("x{at}"), rows)).collect::<Vec<_>>());
    let weights: Vec<f64> = (0..features[0] + features[1]).map(|_| numbers.next()).collect();
    let values = (0..rows)
        .map(|row| {
            let all = columns.iter().flatten().zip(&weights).map(|(column, weight)| column.values[row] * weight);
            all.sum::<f64>() + numbers.next()
        })
        .collect();
    Data { columns, label: Column { name: "label".into(), values } }
}

/// The second owner's first column becomes the first owner's, with this much of another added.
fn near_copy(data: &mut Data, numbers: &mut Numbers, apart: f64) {
    for row in 0..data.label.values.len() {
        data.columns[1][0].values[row] = data.columns[0][0].values[row] + apart * numbers.next();
    }
}

fn task(data: &Data) -> Task {
    data.task(Evaluation::Training, &[])
}

fn solvable(task: &Task, data: &Data, byte: u8) -> (bool, u32) {
    let ran = fit_by_both(task, data, Bytes::of(byte));
    let [first, second] = ran.seats.map(Result::unwrap);
    let fitted = matches!(first, Answer::Fitted(_));
    assert_eq!(fitted, matches!(second, Answer::Fitted(_)));
    assert!(fitted || matches!(first, Answer::NotSolvable));
    (fitted, ran.traffic[0].rounds)
}

/// Standardised coefficients by Gauss and pivots, in floats.
fn in_floats(data: &Data) -> Vec<f64> {
    let rows = data.label.values.len();
    let standardised = |column: &Column| {
        let mean = column.values.iter().sum::<f64>() / rows as f64;
        let deviation = (column.values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows as f64).sqrt();
        column.values.iter().map(|v| (v - mean) / deviation).collect::<Vec<f64>>()
    };
    let columns: Vec<Vec<f64>> = data.columns.iter().flatten().map(standardised).collect();
    let label = standardised(&data.label);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = columns.len();
    let mut equations: Vec<Vec<f64>> =
        columns.iter().map(|a| columns.iter().chain([&label]).map(|b| dot(a, b)).collect()).collect();
    for pivot in 0..size {
        let best =
            (pivot..size).max_by(|a, b| equations[*a][pivot].abs().total_cmp(&equations[*b][pivot].abs())).unwrap();
        equations.swap(pivot, best);
        let row = equations[pivot].clone();
        for (at, other) in equations.iter_mut().enumerate().filter(|(at, _)| *at != pivot) {
            let _ = at;
            let times = other[pivot] / row[pivot];
            other.iter_mut().zip(&row).for_each(|(cell, own)| *cell -= times * own);
        }
    }
    (0..size).map(|row| equations[row][size] / equations[row][row]).collect()
}

/// 60 by default, a thousandth of `MODELMARKET_CALLS` where it is set (10,000 in the long run): none goes wrong by a wrap.
#[test]
fn seeded_solves_give_the_coefficients_of_floats() {
    let solves =
        std::env::var("MODELMARKET_CALLS").ok().map_or(60, |text| text.parse::<usize>().expect("a number") / 1000);
    let seed = seed();
    let mut numbers = Numbers::of(seed);
    for solve in 0..solves {
        let features = [1 + numbers.0.next_u32() as usize % 3, 1 + numbers.0.next_u32() as usize % 3];
        let rows = 10 * (features[0] + features[1]) + numbers.0.next_u32() as usize % 30;
        let data = random(&mut numbers, rows, features);
        let mut task = task(&data);
        task.label = if solve % 2 == 0 { Seat::Second } else { Seat::First };
        let (seeds, mut bytes) = (numbers.0.next_u64(), Bytes::of(1));
        bytes.seeds.iter_mut().for_each(|seed| seed[..8].copy_from_slice(&seeds.to_le_bytes()));
        let [first, second] = crate::support::fitted(fit_by_both(&task, &data, bytes));
        let results = Results::of(&[&first.halves, &second.halves]);
        let get = |seat| results.get(mpc_learn::Receiver::Requester, mpc_learn::Fact::Coefficients(seat)).to_vec();
        let (mut one, mut other) = (get(Seat::First), get(Seat::Second));
        let intercept = if task.label == Seat::First { one.pop() } else { other.pop() };
        assert!(intercept.unwrap().abs() < 1e-7);
        for (got, wanted) in one.iter().chain(&other).zip(in_floats(&data)) {
            assert!((got - wanted).abs() < 1e-7, "seed {seed}, solve {solve}: {got} where floats say {wanted}");
        }
    }
}

/// For two columns that differ by a part ε the condition number is about 4 / ε² (for deviations of a half each).
#[test]
fn copies_of_a_column_across_owners_are_noticed_and_near_copies_up_to_a_condition_of_a_million_are_solved() {
    let seed = seed();
    let mut rounds = Vec::new();
    for (byte, (apart, wanted)) in
        [(0.5, true), (0.02, true), (0.005, true), (2.2e-3, true), (1e-5, false), (1e-7, false), (0.0, false)]
            .into_iter()
            .enumerate()
    {
        let mut numbers = Numbers::of(seed);
        let mut data = random(&mut numbers, 200, [3, 3]);
        near_copy(&mut data, &mut numbers, apart);
        let (solved, taken) = solvable(&task(&data), &data, byte as u8);
        assert_eq!(solved, wanted, "seed {seed}: columns {apart} apart");
        rounds.push((solved, taken));
        if wanted {
            let results = clear_results(&task(&data), &data);
            for (got, wanted) in results.coefficients().into_iter().zip(in_floats(&data)) {
                let within = 1e-8 / (apart * apart);
                assert!((got - wanted).abs() < within.max(1e-8), "{apart}: {got} where floats say {wanted}");
            }
        }
    }
    let of = |solved: bool| {
        rounds.iter().filter(|(fitted, _)| *fitted == solved).map(|(_, rounds)| *rounds).collect::<Vec<_>>()
    };
    assert!(of(true).windows(2).all(|pair| pair[0] == pair[1]), "{rounds:?}");
    assert!(of(false).windows(2).all(|pair| pair[0] == pair[1]), "{rounds:?}");
}

/// An owner is told of its own columns before the run; what the run says of both agrees.
#[test]
fn copies_within_an_owners_columns_are_named_before_the_run() {
    for (apart, named) in [(0.05, false), (4e-3, false), (1e-5, true), (0.0, true)] {
        let mut numbers = Numbers::of(8);
        let mut data = random(&mut numbers, 200, [3, 2]);
        for row in 0..200 {
            // The third column is the sum of the others, but for a little.
            let [one, other] = [0, 1].map(|at: usize| data.columns[0][at].values[row]);
            data.columns[0][2].values[row] = one + other + apart * numbers.next();
        }
        let task = task(&data);
        let [first, second] = data.prepared(&task);
        let names = ["x0", "x1", "x2"];
        let said = first.check_alike(&names, 0.0);
        let wanted = if named { Err(LearnError::Alike { column: "x2".into() }) } else { Ok(()) };
        assert_eq!(said, wanted, "{apart} apart");
        assert_eq!(second.check_alike(&names[..2], 0.0), Ok(()));
        assert_eq!(first.check_alike(&names, 200.0 * 1e-5), Ok(()), "with ridge");
        assert_eq!(matches!(in_the_clear(&task, &data), Answer::NotSolvable), named, "{apart} apart");
    }
}

#[test]
fn with_the_offered_ridge_copies_are_solved() {
    let mut numbers = Numbers::of(1);
    let mut data = random(&mut numbers, 200, [3, 3]);
    near_copy(&mut data, &mut numbers, 0.0);
    let mut task = task(&data);
    task.ridge = 200.0 * 1e-5;
    assert!(solvable(&task, &data, 1).0);
    // The two copies share what one of them would have.
    let coefficients = clear_results(&task, &data).coefficients();
    assert!((coefficients[0] - coefficients[3]).abs() < 1e-4, "{coefficients:?}");
}

#[test]
fn columns_in_any_unit_give_the_same_answer() {
    let mut numbers = Numbers::of(2);
    let mut data = random(&mut numbers, 150, [2, 3]);
    let before = clear_results(&task(&data), &data).coefficients();
    data.columns[0][0].values.iter_mut().for_each(|value| *value = *value * 1e9 + 3e12);
    data.columns[1][2].values.iter_mut().for_each(|value| *value *= -1e-9);
    let after = clear_results(&task(&data), &data).coefficients();
    for (at, (before, after)) in before.iter().zip(&after).enumerate() {
        let sign = if at == 4 { -1.0 } else { 1.0 };
        assert!((before - sign * after).abs() < 1e-6, "{at}: {before}, then {after}");
    }
}

#[test]
fn a_failing_run_is_the_beginning_of_a_successful_one() {
    let mut numbers = Numbers::of(3);
    let good = random(&mut numbers, 100, [2, 2]);
    let mut bad = random(&mut numbers, 100, [2, 2]);
    near_copy(&mut bad, &mut numbers, 0.0);
    let mut task = task(&good);
    task.label_exponent = 0;
    // Labels of one scale, so that one task fits both.
    let (good, bad) = (scaled(good), scaled(bad));
    let lengths = |data: &Data| {
        let ran = fit_by_both(&task, data, Bytes::of(1));
        let seats = ran.recorded.iter().filter(|sent| sent.from != mpc::Party::Helper);
        seats.map(|sent| (sent.from, sent.frame.len())).collect::<Vec<_>>()
    };
    let (good, bad) = (lengths(&good), lengths(&bad));
    assert!(bad.len() < good.len());
    assert_eq!(good[..bad.len()], bad);
}

fn scaled(mut data: Data) -> Data {
    let values = &mut data.label.values;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt();
    values.iter_mut().for_each(|value| *value *= 0.75 / deviation);
    data
}

#[test]
fn a_row_that_decides_a_coefficient_alone_is_told() {
    let mut numbers = Numbers::of(4);
    let mut data = random(&mut numbers, 100, [2, 2]);
    data.columns[0][1].values = (0..100).map(|row| if row == 17 { 1.0 } else { 0.0 }).collect();
    let task = data.task(Evaluation::LeaveOneOut, &[Metric::Rmse]);
    assert!(matches!(in_the_clear(&task, &data), Answer::RowAlone));
    let ran = fit_by_both(&task, &data, Bytes::of(1));
    assert!(ran.seats.into_iter().all(|seat| matches!(seat, Ok(Answer::RowAlone))));
}

#[test]
fn a_column_that_is_constant_outside_one_part_is_told() {
    let mut numbers = Numbers::of(5);
    let mut data = random(&mut numbers, 100, [2, 2]);
    data.columns[0][1].values.iter_mut().skip(20).for_each(|value| *value = 0.0);
    let task = data.task(Evaluation::Folds(5), &[Metric::Rmse]);
    assert!(matches!(in_the_clear(&task, &data), Answer::NotSolvable));
    // Shuffled, every part has some of it.
    let shuffled = Task { order: Order::Shuffled([1; 32]), ..task };
    assert!(matches!(in_the_clear(&shuffled, &data), Answer::Fitted(_)));
}

#[test]
fn predictions_far_outside_the_labels_range_are_told() {
    let mut numbers = Numbers::of(6);
    let mut data = random(&mut numbers, 200, [1, 1]);
    for row in 0..200 {
        let (common, apart) = (data.columns[0][0].values[row], numbers.next());
        // Fitted rows: the label is what the columns differ by. The last rows: they differ by much more.
        data.columns[1][0].values[row] = common + if row < 160 { 0.01 * apart } else { apart };
        data.label.values[row] = apart;
    }
    let task = data.task(Evaluation::Split { test: 40 }, &[Metric::Rmse]);
    assert!(matches!(in_the_clear(&task, &data), Answer::OutOfRange));
    let ran = fit_by_both(&task, &data, Bytes::of(1));
    assert!(ran.seats.into_iter().all(|seat| matches!(seat, Ok(Answer::OutOfRange))));
}

/// A task that cannot be computed rightly is refused with a sentence before anybody does anything.
#[test]
fn plans_that_do_not_fit_are_refused_and_those_of_the_limits_are_not() {
    let task = |rows: usize, features: usize, evaluation| Task {
        rows,
        features: [features / 2, features - features / 2],
        label: Seat::First,
        label_exponent: 3,
        ridge: 0.0,
        order: Order::Given,
        evaluation,
        metrics: vec![Metric::Rmse, Metric::Mae, Metric::R2],
        reveals: Reveals { all_coefficients: true, standard_errors: true, each_part: true, ..Reveals::default() },
        digits: 10,
    };
    for (rows, features, evaluation) in [
        (100_000, 20, Evaluation::Folds(10)),
        (1_000_000, 20, Evaluation::Training),
        (10_000, 100, Evaluation::Split { test: 1000 }),
        (10_000, 40, Evaluation::LeaveOneOut),
        (100_000, 24, Evaluation::Folds(10)),
        (100_000, 60, Evaluation::Split { test: 20_000 }),
        (100_000, 200, Evaluation::Folds(10)),
    ] {
        let planned = plan(&task(rows, features, evaluation.clone()));
        println!(
            "{rows}×{features}, {evaluation:?}: {:?}",
            planned.as_ref().map(|plan| (plan.rounds, plan.dealt_bytes()))
        );
        planned.unwrap();
    }
    let refused = plan(&task(50, 20, Evaluation::Training)).unwrap_err().to_string();
    assert!(refused.contains("at least 200 rows"), "{refused}");
    let refused = plan(&task(1_000_000, 400, Evaluation::Folds(10))).unwrap_err().to_string();
    assert!(refused.contains("Use fewer rows or columns"), "{refused}");
    let refused = plan(&task(1_000_000, 400, Evaluation::Folds(500))).unwrap_err().to_string();
    assert!(refused.contains("Use fewer parts or features"), "{refused}");
    let refused = plan(&task(100, 4, Evaluation::Folds(1))).unwrap_err().to_string();
    assert!(refused.contains("at least 2 parts"), "{refused}");
    for (evaluation, fits) in [
        (Evaluation::Split { test: 1 }, false),
        (Evaluation::Split { test: 2 }, true),
        (Evaluation::Folds(60), false),
        (Evaluation::Folds(50), true),
        (Evaluation::LeaveOneOut, true),
    ] {
        let planned = plan(&task(100, 4, evaluation.clone()));
        let refused = planned.err().map(|error| error.to_string());
        assert_eq!(refused.is_none(), fits, "{evaluation:?}: {refused:?}");
        assert!(refused.is_none_or(|refused| refused.contains("a part of one row")), "{evaluation:?}");
    }
}

/// What nobody would notice going wrong is rounded by each seat alone only where that is rare enough.
#[test]
fn roundings_of_large_tasks_are_dealt() {
    let mut numbers = Numbers::of(8);
    let mut large = random(&mut numbers, 60, [2, 2]).task(Evaluation::Folds(10), &[Metric::Rmse]);
    large.reveals.standard_errors = true;
    let silent = |task: &Task| {
        let is_silent = |step: &&Operation| matches!(step, Operation::Truncate { wrap: Wrap::Silent, .. });
        plan(task).unwrap().steps.iter().filter(is_silent).count()
    };
    let alone = silent(&large);
    // 11 times 25² numbers of 75 bits in a ring of 128 would go wrong once in 2^40 runs, what is tested as often. Right sides
    // and the sums of all rows are fewer.
    (large.rows, large.features) = (100_000, [12, 12]);
    assert_eq!(silent(&large), alone - 2);
}

/// Tasks come from strangers: whatever they say is planned or refused with a sentence.
#[test]
fn no_task_makes_the_planner_panic() {
    let seed = seed();
    let mut numbers = Numbers::of(seed);
    let mut planned = 0;
    for _ in 0..400 {
        let mut pick = |list: &[usize]| list[numbers.0.next_u32() as usize % list.len()];
        // At most one thing is out of all bounds, so that the others are reached.
        let wild = pick(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut sizes = |at: usize, usual: &[usize]| {
            pick(if wild == at { &[0, 1, 2, 10, 20_000, 1 << 40, usize::MAX] } else { usual })
        };
        let (rows, parts) = (sizes(0, &[500, 2000, 100_000]), sizes(1, &[2, 5, 10, 100]));
        let features = [sizes(2, &[1, 3, 30]), sizes(3, &[1, 3, 30])];
        let evaluation = match sizes(10, &[0, 1, 2, 3]) {
            0 => Evaluation::Training,
            1 => Evaluation::Split { test: parts },
            2 => Evaluation::Folds(parts),
            _ => Evaluation::LeaveOneOut,
        };
        let mut any = |at: usize, usual: usize, all: usize| {
            if wild == at { numbers.0.next_u32() as usize % all } else { usual }
        };
        let exponent = [0, 7, -30, 60, i32::MIN, i32::MAX][any(4, 1, 6)];
        let ridge = [0.0, 1e-9, 1.0, 1e12, f64::NAN, -1.0, f64::INFINITY][any(5, 0, 7)];
        let digits = [0, 1, 10, 30, 31, u32::MAX][any(6, 2, 6)];
        let (ticks, told) = (numbers.0.next_u32(), numbers.0.next_u32() as usize % 4);
        let task = Task {
            rows,
            features,
            label: if ticks & 16 != 0 { Seat::First } else { Seat::Second },
            label_exponent: exponent,
            ridge,
            order: Order::Given,
            evaluation,
            metrics: [Metric::Rmse, Metric::Mae, Metric::R2].into_iter().take(told).collect(),
            reveals: Reveals {
                own_coefficients: ticks & 1 != 0,
                all_coefficients: ticks & 2 != 0,
                standard_errors: ticks & 4 != 0,
                each_part: ticks & 8 != 0,
            },
            digits,
        };
        match plan(&task) {
            Ok(_) => planned += 1,
            Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
        }
    }
    println!("{planned} of 400 were planned");
    assert!(planned > 100);
}

/// The label owner brings the label alone, and there are few rows.
#[test]
fn the_smallest_tasks_work() {
    let mut numbers = Numbers::of(9);
    let data = random(&mut numbers, 11, [1, 0]);
    for evaluation in [Evaluation::Training, Evaluation::Split { test: 1 }, Evaluation::LeaveOneOut] {
        let mut task = data.task(evaluation, &[Metric::Rmse, Metric::Mae]);
        task.reveals.standard_errors = true;
        let results = crate::support::results_of_both(&task, &data, 1);
        let clear = clear_results(&task, &data);
        for ((half, both), (_, clear)) in results.halves.iter().zip(&clear.halves) {
            assert!(both.iter().zip(clear).all(|(a, b)| (a - b).abs() < 1e-6), "{:?}: {both:?}, {clear:?}", half.what);
        }
        let wanted = in_floats(&data);
        assert!(task.evaluation != Evaluation::Training || (results.coefficients()[0] - wanted[0]).abs() < 1e-7);
    }
}

/// A program that left the plan because of its data would stop itself: it cannot send anything else.
#[test]
fn another_task_than_the_planned_one_is_not_run() {
    let mut numbers = Numbers::of(7);
    let data = random(&mut numbers, 100, [2, 2]);
    let (planned, other) = (task(&data), data.task(Evaluation::Training, &[Metric::Mae]));
    let prepared = data.prepared(&planned);
    let registries = &mut [Registry::default(), Registry::default()];
    let ran = by_both(plan(&planned).unwrap(), Bytes::of(1), registries, async |seat, pair| {
        fit(pair, &other, &[&prepared[usize::from(seat == Seat::Second)]]).await
    });
    assert!(ran.seats.into_iter().all(|seat| matches!(seat, Err(mpc::MpcError::OffPlan { .. }))));
}
