//! A run that is broken off after the equations are solved, and goes on in a new epoch.

use std::cell::RefCell;

use mpc::{MpcError, Seat, draw::Registry};
use mpc_learn::{Answer, Checkpoint, Evaluation, LearnError, Metric, Task, fit_keeping, fit_rest, plan, plan_rest};

use crate::support::{Bytes, Data, Ran, Results, by_both, clear_results, fitted};

fn bytes(number: u8) -> Bytes {
    let mut bytes = Bytes::of(number);
    // Seeds in which no byte repeats, so that they can be looked for.
    for (seat, seed) in bytes.seeds.iter_mut().enumerate() {
        *seed = std::array::from_fn(|at| (at as u8).wrapping_mul(37) ^ number.wrapping_add(seat as u8 * 101));
    }
    bytes
}

fn task(data: &Data) -> Task {
    let mut task = data.task(Evaluation::LeaveOneOut, &[Metric::Rmse, Metric::Mae]);
    task.reveals.standard_errors = true;
    task
}

/// The whole run, and what each seat kept of it on the way.
fn kept(data: &Data, task: &Task) -> (Ran<Answer<u128>>, [Vec<u8>; 2]) {
    let prepared = data.prepared(task);
    let kept = RefCell::new([Vec::new(), Vec::new()]);
    let registries = &mut [Registry::default(), Registry::default()];
    let ran = by_both(plan(task).unwrap(), bytes(1), registries, async |seat, pair| {
        let at = usize::from(seat == Seat::Second);
        let mut keep = async |checkpoint: &Checkpoint<u128>| kept.borrow_mut()[at] = checkpoint.to_bytes(task);
        fit_keeping(pair, task, &[&prepared[at]], &mut keep).await
    });
    (ran, kept.into_inner())
}

fn rest(data: &Data, task: &Task, kept: &[Vec<u8>; 2], bytes: Bytes) -> Ran<Answer<u128>> {
    let prepared = data.prepared(task);
    let registries = &mut [Registry::default(), Registry::default()];
    by_both(plan_rest(task).unwrap(), bytes, registries, async |seat, pair| {
        let at = usize::from(seat == Seat::Second);
        let checkpoint = Checkpoint::from_bytes(task, &kept[at]).unwrap();
        fit_rest(pair, task, &[&prepared[at]], &checkpoint).await
    })
}

#[test]
fn it_ends_as_the_whole_run_does_and_no_word_is_sent_twice() {
    let data = Data::diabetes();
    let task = task(&data);
    let (whole, kept) = kept(&data, &task);
    let mut words = std::collections::HashSet::new();
    let mut all = 0;
    let again = [rest(&data, &task, &kept, bytes(2)), rest(&data, &task, &kept, bytes(3))];
    for ran in again.iter().chain([&whole]) {
        let hides = |sent: &&mpc::Recorded| sent.frame[..4] != [0xff; 4] && (sent.frame.len() - 4).is_multiple_of(16);
        for sent in ran.recorded.iter().filter(hides) {
            for word in sent.frame[4..].as_chunks::<16>().0 {
                all += 1;
                assert!(words.insert(*word), "a word came twice");
            }
        }
    }
    assert!(all > 50_000, "{all}");
    let [first, second] = fitted(whole);
    let whole = Results::of(&[&first.halves, &second.halves]);
    for ran in again {
        let [first, second] = fitted(ran);
        let rest = Results::of(&[&first.halves, &second.halves]);
        for ((_, whole), (half, rest)) in whole.halves.iter().zip(&rest.halves) {
            // Roundings of the rest: some units of 2^-30 of the label's range.
            assert!(whole.iter().zip(rest).all(|(a, b)| (a - b).abs() < 1e-6), "{:?}: {whole:?}, {rest:?}", half.what);
        }
    }
    assert!((whole.metric(Metric::Rmse) - clear_results(&task, &data).metric(Metric::Rmse)).abs() < 1e-6);
}

/// Whether what is kept has a piece of a seed in it.
fn holds_a_seed() -> bool {
    let data = Data::diabetes();
    let task = task(&data);
    let (_, kept) = kept(&data, &task);
    let pieces: Vec<[u8; 8]> = bytes(1).seeds.iter().flat_map(|seed| seed.as_chunks::<8>().0.to_vec()).collect();
    kept.iter().any(|kept| kept.windows(8).any(|window| pieces.iter().any(|piece| piece == window)))
}

#[test]
fn a_checkpoint_holds_no_seed() {
    assert!(!holds_a_seed());
}

#[cfg(feature = "faults")]
#[test]
fn a_planted_seed_in_a_checkpoint_is_found() {
    assert!(mpc::fault::with(mpc::fault::Fault::SeedInCheckpoint, holds_a_seed));
}

#[test]
fn a_checkpoint_of_another_task_or_a_cut_one_is_refused() {
    let data = Data::diabetes();
    let task = task(&data);
    let (_, [first, _]) = kept(&data, &task);
    let other = Task { ridge: 1.0, ..task.clone() };
    for (task, bytes) in [(&other, &first[..]), (&task, &first[..first.len() - 1]), (&task, &first[..7])] {
        assert_eq!(Checkpoint::<u128>::from_bytes(task, bytes).unwrap_err(), LearnError::Checkpoint);
    }
    assert!(Checkpoint::<u128>::from_bytes(&task, &first).is_ok());
}

/// An old checkpoint with the masks of the epoch in which it was made: the changed column is noticed.
#[test]
fn an_old_epoch_with_other_columns_is_stopped_before_anything_is_sent() {
    let mut data = Data::diabetes();
    let task = task(&data);
    let registries = &mut [Registry::default(), Registry::default()];
    let mut once = |data: &Data| {
        let prepared = data.prepared(&task);
        by_both(plan(&task).unwrap(), bytes(1), registries, async |seat, pair| {
            mpc_learn::fit(pair, &task, &[&prepared[usize::from(seat == Seat::Second)]]).await
        })
    };
    assert!(once(&data).seats.iter().all(Result::is_ok));
    data.columns[0][2].values[100] += 0.1;
    let again = once(&data);
    assert_eq!(again.seats[0].as_ref().unwrap_err(), &MpcError::MaskReused);
    let first = mpc::Party::Seat(Seat::First);
    assert!(again.recorded.iter().filter(|sent| sent.from == first).all(|sent| sent.frame[..4] == [0xff; 4]));
}
