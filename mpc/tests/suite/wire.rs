//! What travels: uniform bytes, in frames whose lengths say nothing; and masks that never hide two things.

use std::collections::HashSet;

use mpc::{Arithmetic, Form, MpcError, Owned, OwnedProduct, Party, Plan, Planner, Recorded, Seat, SharedProduct};
use mpc::{
    Shape,
    draw::{Registry, Seed, SeenSeeds},
};

use crate::support::{Bytes, Ran, by_both, owned, ready, with_registries};

/// Every kind of step once.
async fn everything<A: Arithmetic>(a: &mut A, [first, second]: &[Owned; 2]) -> Result<Vec<i128>, MpcError> {
    a.hide(&[first, second]).await?;
    let across = a.cross(Form::Groups(vec![3]), first, second).await?;
    let own = a.own(first, Shape::matrix(3, 3), 8, 13, |values| values.iter().map(|&v| v.into()).collect())?;
    let product = a.owned_products(&[OwnedProduct { form: Form::Product, left: second, right: &own }]).await?.remove(0);
    let sum = product.plus(&across)?;
    let sum = a.round(&sum, 8).await?;
    let square = a.products(&[SharedProduct { form: Form::Product, left: &sum, right: &own }]).await?.remove(0);
    let signs = a.negative(&square).await?;
    let signs = a.numbers(&signs).await?;
    let released = a.release(&square, 4).await?;
    let _ = signs;
    Ok(released.words().iter().map(|word| mpc::Ring::signed(*word)).collect())
}

fn plan() -> Plan {
    let mut planner = Planner::<128>::new();
    ready(everything(&mut planner, &Seat::BOTH.map(|seat| owned(seat, "m", None)))).unwrap();
    planner.finish()
}

fn ran(bytes: Bytes, registries: &mut [Registry; 2], values: [&Vec<i64>; 2]) -> Ran<Vec<i128>> {
    with_registries::<u128, _>(plan(), bytes, registries, async |seat, pair| {
        let matrices = Seat::BOTH.map(|owner| {
            let own = values[usize::from(owner == Seat::Second)];
            owned(owner, "m", (owner == seat).then_some(own))
        });
        everything(pair, &matrices).await
    })
}

fn one(bytes: Bytes, values: [&Vec<i64>; 2]) -> Vec<Recorded> {
    ran(bytes, &mut Default::default(), values).recorded
}

const SMALL: fn() -> Vec<i64> = || vec![0, 0, 0, 1, 0, 0, 0, 0, -1];
const LARGE: fn() -> Vec<i64> = || vec![8191, -8191, 8000, -8000, 8191, 8191, -8191, 7777, 1];

#[test]
fn frames_have_the_same_order_and_length_whatever_the_data_and_the_helpers_do_not_depend_on_them_at_all() {
    let lengths =
        |frames: &[Recorded]| frames.iter().map(|sent| (sent.from, sent.to, sent.frame.len())).collect::<Vec<_>>();
    let small = one(Bytes::of(1), [&SMALL(), &SMALL()]);
    let large = one(Bytes::of(1), [&LARGE(), &LARGE()]);
    assert_eq!(lengths(&small), lengths(&large));
    let helpers =
        |frames: &[Recorded]| frames.iter().filter(|sent| sent.from == Party::Helper).cloned().collect::<Vec<_>>();
    assert!(!helpers(&small).is_empty());
    assert_eq!(helpers(&small), helpers(&large));
    assert!(small.iter().all(|sent| sent.to != Party::Helper), "the helper receives nothing from a plan");
}

/// χ² over the 256 values of a byte, per kind of frame: sender, receiver, step. Fixed seeds; the limit is passed by one
/// kind of frame in 10^6.
#[test]
fn payloads_are_uniform() {
    let mut counts: std::collections::BTreeMap<(Party, Party, u32), Vec<u64>> = Default::default();
    for byte in 0..250 {
        for sent in one(Bytes::of(byte), [&LARGE(), &SMALL()]) {
            let step = u32::from_le_bytes(sent.frame[..4].try_into().unwrap());
            // The exchange before the first step is fixed in these tests; planes of 9 bits end in a byte of one bit.
            if step == u32::MAX {
                continue;
            }
            let counts = counts.entry((sent.from, sent.to, step)).or_insert_with(|| vec![0; 256]);
            let payload = &sent.frame[4..];
            let whole = if payload.len().is_multiple_of(16) { payload } else { &[] };
            for &byte in whole {
                counts[usize::from(byte)] += 1;
            }
        }
    }
    let mut tested = 0;
    for (kind, counts) in counts {
        let all: u64 = counts.iter().sum();
        if all < 10_000 {
            continue;
        }
        tested += 1;
        let expected = all as f64 / 256.0;
        let chi: f64 = counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
        // 255 degrees: mean 255, deviation 22.6.
        assert!(chi < 380.0, "{kind:?}: χ² = {chi} over {all} bytes");
    }
    assert!(tested >= 8, "{tested} kinds of frames were tested");
}

/// 16-byte words of all frames that hide something.
fn words(frames: &[Recorded]) -> Vec<[u8; 16]> {
    let hides = |sent: &&Recorded| sent.frame[..4] != [0xff; 4] && (sent.frame.len() - 4).is_multiple_of(16);
    frames.iter().filter(hides).flat_map(|sent| sent.frame[4..].as_chunks::<16>().0.to_vec()).collect()
}

/// Whether a word comes twice in runs of one seed over tasks, attempts and epochs, or of another seed; and how many were
/// compared.
fn repeats() -> (bool, usize) {
    let first = Bytes::of(1);
    let mut others = vec![first; 4];
    others[1].run.attempt = 2;
    others[2].run.epoch = [99; 32];
    others[3].run.task = [98; 32];
    others.push(Bytes::of(2));
    let all: Vec<[u8; 16]> = others.into_iter().flat_map(|bytes| words(&one(bytes, [&LARGE(), &SMALL()]))).collect();
    let different: HashSet<_> = all.iter().collect();
    (different.len() < all.len(), all.len())
}

#[test]
fn no_word_repeats_over_epochs_attempts_tasks_and_seeds_or_over_one_run() {
    let (repeats, compared) = repeats();
    assert!(!repeats && compared > 500, "{compared} words");
}

/// Whether a changed cell under the same mask ends the run before anything of the columns is sent.
fn changed_cell_is_stopped() -> bool {
    let mut registries = Default::default();
    let bytes = Bytes::of(1);
    let _ = ran(bytes, &mut registries, [&LARGE(), &SMALL()]).succeeded();
    // The same again is a resumption: it sends what was sent.
    let _ = ran(bytes, &mut registries, [&LARGE(), &SMALL()]).succeeded();
    let mut changed = LARGE();
    changed[4] -= 1;
    let again = ran(bytes, &mut registries, [&changed, &SMALL()]);
    let hidden = |sent: &Recorded| sent.from == Party::Seat(Seat::First) && sent.frame[..4] != [0xff; 4];
    let stopped = again.seats[0] == Err(MpcError::MaskReused) && !again.recorded.iter().any(hidden);
    // In a new epoch the changed columns are another matter.
    let _ = ran(Bytes::of(3), &mut registries, [&changed, &SMALL()]).succeeded();
    stopped
}

#[test]
fn other_numbers_under_the_same_mask_stop_the_run_before_anything_is_sent() {
    assert!(changed_cell_is_stopped());
}

#[cfg(feature = "faults")]
#[test]
fn planted_masks_over_attempts_and_roundings_are_found() {
    use mpc::fault::{Fault, with};
    assert!(with(Fault::MaskOverAttempts, repeats).0);
    assert!(!with(Fault::MaskOnTwoRoundings, changed_cell_is_stopped));
}

#[test]
fn no_frame_holds_a_seed_or_what_hangs_below_it() {
    let bytes = Bytes::of(1);
    let frames = one(bytes, [&LARGE(), &SMALL()]);
    let steps = plan().steps.len() as u32;
    for seed in bytes.seeds.map(Seed::new) {
        let seeded = mpc::draw::Seeded::new(&seed, &bytes.run);
        let secrets = (0..steps).map(|step| seeded.leaf(step).to_helper()).chain([seed.to_helper()]);
        for secret in secrets {
            let holds = |sent: &Recorded| sent.frame.windows(32).any(|window| window == secret.as_slice());
            assert!(!frames.iter().any(holds));
        }
    }
}

#[test]
fn a_seed_is_used_once() {
    let mut seen = SeenSeeds::default();
    assert_eq!(seen.note(&Seed::new([1; 32])), Ok(()));
    assert_eq!(seen.note(&Seed::new([2; 32])), Ok(()));
    assert_eq!(seen.note(&Seed::new([1; 32])), Err(MpcError::SeedSeen));
}

#[test]
fn frames_that_the_plan_does_not_have_end_the_run_with_a_sentence() {
    let short = crate::support::read_as_peer(&[0, 0, 0, 0, 1, 2, 3]);
    assert!(short.contains("something that the plan does not have at step 0 (3 bytes, 144 expected)"), "{short}");
    let other_step = crate::support::read_as_peer(&[vec![77, 0, 0, 0], vec![0; 144]].concat());
    assert!(other_step.contains("is at step 77 of the plan, this side at step 0"), "{other_step}");
}

#[test]
fn a_program_that_leaves_the_plan_is_stopped_before_it_sends() {
    let ran = by_both::<u128, _>(plan(), Bytes::of(1), async |_, pair| a_step_that_is_not_planned(pair).await);
    assert_eq!(ran.seats, [Err(MpcError::OffPlan { step: 0 }), Err(MpcError::OffPlan { step: 0 })]);
    assert!(ran.recorded.iter().all(|sent| sent.from == Party::Helper || sent.frame[..4] == [0xff; 4]));
}

async fn a_step_that_is_not_planned<A: Arithmetic>(a: &mut A) -> Result<(), MpcError> {
    let shared = a.constant(Shape::vector(1), &[1], 0, 1)?;
    a.open(&shared).await.map(|_| ())
}
