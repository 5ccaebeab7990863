//! What a curious side makes of all that it saw. Each attack must succeed on a build with the fault that it looks for.

use std::collections::HashSet;

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{Pair, entries, ids, seed, terms};
use crate::{
    Mode, Psi, PsiError, Role, Terms,
    draws::Draws,
    group::{Blinding, Encoded, decode, image},
    message::Message,
};

fn names(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|name| format!("name {name}")).collect()
}

fn point(bytes: &[u8]) -> RistrettoPoint {
    CompressedRistretto::from_slice(bytes).unwrap().decompress().unwrap()
}

/// The offline dictionary attack. Where an id is mapped to h(id)·G, one common id gives s·G, s the other side's scalar, and
/// with it all others can be tried without asking anybody. Answers which of `dictionary` it finds in the other's list.
fn dictionary<'a>(
    list: &HashSet<Encoded>,
    common: (&str, RistrettoPoint),
    logarithm: impl Fn(&str) -> Scalar,
    dictionary: &'a [String],
) -> Vec<&'a str> {
    let base = common.1 * logarithm(common.0).invert();
    let listed = |id: &&str| list.contains(&(base * logarithm(id)).compress().to_bytes());
    dictionary.iter().map(String::as_str).filter(listed).collect()
}

#[test]
fn the_offline_dictionary_attack_finds_nothing() {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let terms = terms(21, 30, Mode::Exact);
    let logarithm = |terms: &Terms, id: &str| Scalar::from_bytes_mod_order_wide(&terms.preimage(id));
    // The curious side has name 20 in common with the other, and tries all names.
    let mut pair = Pair::new(&terms, &names(0, 21), &names(20, 50), &mut random);
    pair.run();
    pair.accept();
    let list = entries(&pair.travelled, Role::Second, 2, 32);
    let doubled = |entry: &Vec<u8>| image(&pair.sides[0].blinding.encode(&[point(entry)])[0]);
    let common_image = pair.sides[0].common.clone().unwrap()[0];
    let common = point(list.iter().find(|entry| doubled(entry) == common_image).unwrap());
    let list: HashSet<Encoded> = list.iter().map(|entry| entry.as_slice().try_into().unwrap()).collect();
    let all = names(0, 100);
    let found = dictionary(&list, ("name 20", common), |id| logarithm(&terms, id), &all);
    assert_eq!(found, ["name 20"], "what it knew before, and nothing else");

    // A side that maps ids to multiples of the generator.
    let secret = Scalar::from(987_654_321u64);
    let planted = |id: &str| RistrettoPoint::mul_base(&(logarithm(&terms, id) * secret));
    let list: HashSet<Encoded> = names(20, 50).iter().map(|id| planted(id).compress().to_bytes()).collect();
    let found = dictionary(&list, ("name 20", planted("name 20")), |id| logarithm(&terms, id), &all);
    assert_eq!(found.len(), 30, "the whole list");
}

/// A documented limit: a side with changed software that gives each of its ids a scalar of its own learns in the count
/// already, in size mode too, which of its ids the other side has. Nobody can tell such a list from an honest one.
#[test]
fn tagged_scalars_tell_which_of_ones_own_ids_the_other_has() {
    let mut random = ChaCha20Rng::seed_from_u64(2);
    let terms = terms(20, 25, Mode::Size);
    let mut victim = Psi::new(terms.clone(), Role::Second, ids(&names(10, 35)), seed(&mut random)).unwrap();
    victim.work(99).unwrap();
    let tags: Vec<Scalar> = (0..20).map(|tag| Scalar::from(1_000_003u64 + tag)).collect();
    let list: Vec<Encoded> =
        (0..20).map(|name| Blinding::by(&tags[name]).encode(&[terms.point(&format!("name {name}"))])[0]).collect();
    let mut said = Vec::new();
    let mut listen = |victim: &mut Psi| {
        while let Some(message) = victim.next_message().unwrap() {
            said.push((Role::Second, message));
        }
    };
    listen(&mut victim);
    victim.receive(&Message::Commitment(victim.commitment(Role::First, &list)).encode()).unwrap();
    listen(&mut victim);
    victim.receive(&Message::Points(0, list).encode()).unwrap();
    victim.work(99).unwrap();
    // It need not have the images that it commits to.
    victim.receive(&Message::ImagesCommitment([9; 32]).encode()).unwrap();
    listen(&mut victim);
    let theirs: Vec<RistrettoPoint> = entries(&said, Role::Second, 2, 32)
        .iter()
        .map(|entry| decode(&entry.as_slice().try_into().unwrap()).unwrap())
        .collect();
    let images: HashSet<Vec<u8>> = entries(&said, Role::Second, 3, 16).into_iter().collect();
    let has = |tag: &Scalar| {
        theirs.iter().any(|point| images.contains(image(&(point * tag).compress().to_bytes()).as_slice()))
    };
    let found: Vec<usize> = (0..20).filter(|name| has(&tags[*name])).collect();
    assert_eq!(found, (10..20).collect::<Vec<_>>());
}

/// Who sent back the images of its own list as those of the other's would have all rows of the other side for common, whatever
/// ids it has.
#[test]
fn images_that_were_heard_cannot_be_sent_back_as_ones_own() {
    fn listen(victim: &mut Psi, said: &mut Vec<(Role, Vec<u8>)>) {
        while let Some(message) = victim.next_message().unwrap() {
            said.push((Role::Second, message));
        }
    }
    let mut random = ChaCha20Rng::seed_from_u64(4);
    let terms = terms(20, 20, Mode::Exact);
    let mut victim = Psi::new(terms.clone(), Role::Second, ids(&names(0, 20)), seed(&mut random)).unwrap();
    victim.work(99).unwrap();
    let others: Vec<RistrettoPoint> = (0..20).map(|name| terms.point(&format!("nobody {name}"))).collect();
    let list = Blinding::by(&Scalar::from(7u64)).encode(&others);
    let mut said = Vec::new();
    listen(&mut victim, &mut said);
    victim.receive(&Message::Commitment(victim.commitment(Role::First, &list)).encode()).unwrap();
    listen(&mut victim, &mut said);
    victim.receive(&Message::Points(0, list).encode()).unwrap();
    victim.work(99).unwrap();
    listen(&mut victim, &mut said);
    assert!(entries(&said, Role::Second, 3, 16).is_empty(), "none before the other side has committed to its own");
    victim.receive(&Message::ImagesCommitment([9; 32]).encode()).unwrap();
    listen(&mut victim, &mut said);
    let heard: Vec<[u8; 16]> =
        entries(&said, Role::Second, 3, 16).iter().map(|image| image.as_slice().try_into().unwrap()).collect();
    assert_eq!(heard.len(), 20);
    assert_eq!(victim.receive(&Message::Images(0, heard).encode()), Err(PsiError::Images));
    assert_eq!(victim.count(), None);
}

/// How far from chance rows and places go together over some runs, in standard deviations. Over random orders of n the
/// sum of place times row has the mean n((n-1)/2)^2 and the variance (n-1)(n(n+1)/12)^2.
fn deviations(orders: &[Vec<u32>]) -> f64 {
    let (mut sum, mut variance) = (0.0, 0.0);
    for order in orders {
        let n = order.len() as f64;
        sum += order.iter().enumerate().map(|(place, row)| place as f64 * f64::from(*row)).sum::<f64>();
        sum -= n * ((n - 1.0) / 2.0).powi(2);
        variance += (n - 1.0) * (n * (n + 1.0) / 12.0).powi(2);
    }
    sum.abs() / variance.sqrt()
}

#[test]
fn the_places_of_a_list_tell_nothing_of_its_rows() {
    // 200 runs over the same 30 rows; the curious side somehow knows all rows, and looks at places only.
    let runs: Vec<Vec<u32>> = (0..200u8).map(|run| Draws::new([run; 32], 30, 30).list.clone()).collect();
    // Beyond 3.9 lies one in ten thousand.
    assert!(deviations(&runs) < 3.9, "{}", deviations(&runs));
    let unshuffled: Vec<Vec<u32>> = (0..200).map(|_| (0..30).collect()).collect();
    assert!(deviations(&unshuffled) > 3.9);
}

/// How often "what came back at a place is about what I sent at that place" is right, in size mode, of 2,000 ids of which
/// half are common.
fn guesses(shuffled: bool) -> usize {
    let terms = terms(200, 200, Mode::Size);
    let mut right = 0;
    for run in 0..10u8 {
        let mut draws = Draws::new([run; 32], 200, 200);
        if !shuffled {
            draws.back = (0..200).collect();
        }
        let mut random = ChaCha20Rng::seed_from_u64(u64::from(run) + 100);
        let curious = Psi::new(terms.clone(), Role::First, ids(&names(0, 200)), seed(&mut random)).unwrap();
        let other = Psi::with(terms.clone(), Role::Second, ids(&names(100, 300)), draws).unwrap();
        let mut pair = Pair { sides: [curious, other], travelled: Vec::new() };
        pair.run();
        let curious = &pair.sides[0];
        let common: HashSet<_> = curious.common.iter().flatten().collect();
        assert_eq!(common.len(), 100);
        right += (0..200)
            .filter(|&place| common.contains(&curious.returned[place]) == (curious.draws.list[place] >= 100))
            .count();
    }
    right
}

#[test]
fn in_size_mode_nobody_learns_which_ids_are_common() {
    // Half of 2,000 by chance; 4 deviations are 90.
    assert!(guesses(true).abs_diff(1_000) < 90);
    assert_eq!(guesses(false), 2_000, "without the shuffle every guess is right");
}

#[test]
fn nothing_repeats_between_attempts_and_nothing_travels_in_the_clear() {
    let mut random = ChaCha20Rng::seed_from_u64(3);
    let mut seen = HashSet::new();
    for attempt in 1..=3 {
        let terms = Terms { attempt, ..terms(30, 30, Mode::Exact) };
        let mut pair = Pair::new(&terms, &names(0, 30), &names(0, 30), &mut random);
        pair.run();
        pair.accept();
        for (kind, size) in [(2, 32), (3, 16)] {
            for role in [Role::First, Role::Second] {
                for entry in entries(&pair.travelled, role, kind, size) {
                    // Both send the same images of what is common.
                    assert!(seen.insert((attempt, role == Role::First && kind == 3, entry.clone())));
                    for other in 1..attempt {
                        assert!(!seen.contains(&(other, false, entry.clone())));
                    }
                }
            }
        }
        let clear = pair.travelled.iter().any(|(_, message)| message.windows(5).any(|part| part == b"name "));
        assert!(!clear);
    }
}
