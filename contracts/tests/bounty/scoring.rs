//! The chain's counting and superhashes against those of `protocol`, on the same random inputs.

use bounty::{calls, scoring::count_correct};
use contracts::returns;
use protocol::{
    commitment::{MAX_FILE, max_test_rows, superhash},
    labels::{bits, packed_len},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::harness::{World, number, reverts, seed};

/// Counts on chain, after demanding that the family counts the same.
fn count(world: &mut World, truth: &[u8], prediction: &[u8], rows: u32, classes: u16) -> u64 {
    let data = calls::count_correct(truth, prediction, rows, classes);
    let counted = returns::count(&world.chain.view(world.market, data).unwrap()).unwrap();
    let expected = count_correct(&truth[32..], &prediction[52..], rows, classes).unwrap();
    assert_eq!(counted, u64::from(expected), "{rows} rows of {classes} classes");
    counted
}

/// Random files of any bits, padding included, equal in about half of their bytes.
fn files(rng: &mut StdRng, rows: u32, classes: u16) -> (Vec<u8>, Vec<u8>) {
    let len = packed_len(rows, classes);
    let mut truth = vec![0; 32 + len];
    let mut prediction = vec![0; 52 + len];
    rng.fill(&mut truth[..]);
    rng.fill(&mut prediction[..]);
    for i in 0..len {
        if rng.random() {
            prediction[52 + i] = truth[32 + i];
        }
    }
    (truth, prediction)
}

#[test]
fn chain_and_protocol_count_the_same_around_every_word_border() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("count"));
    for classes in [2, 3, 4, 5, 10, 16, 17, 255, 256] {
        let per_word = 256 / bits(classes);
        let borders = (0..5).flat_map(|words| (words * per_word).saturating_sub(9)..words * per_word + 10);
        for rows in borders.filter(|rows| *rows > 0) {
            let (truth, prediction) = files(&mut rng, rows, classes);
            count(&mut world, &truth, &prediction, rows, classes);
        }
    }
}

#[test]
fn chain_and_protocol_count_the_same_for_any_shape() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("shapes"));
    for _ in 0..1_500 {
        let (rows, classes) = (rng.random_range(1..2_000), rng.random_range(2..=256));
        let (truth, prediction) = files(&mut rng, rows, classes);
        count(&mut world, &truth, &prediction, rows, classes);
    }
}

#[test]
fn the_largest_files_count_too() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("largest"));
    for classes in [2, 4, 16, 256] {
        let rows = max_test_rows(classes);
        let (truth, prediction) = files(&mut rng, rows, classes);
        count(&mut world, &truth, &prediction, rows, classes);
    }
}

#[test]
fn every_label_counts_once_and_padding_never() {
    let mut world = World::new();
    for classes in [2, 4, 16, 256] {
        let per_word = 256 / bits(classes);
        for rows in [1, per_word - 1, per_word, per_word + 1, 2 * per_word + 3] {
            let len = packed_len(rows, classes);
            // All bits equal, padding too: every label and nothing more.
            let (truth, prediction) = (vec![0xff; 32 + len], vec![0xff; 52 + len]);
            assert_eq!(count(&mut world, &truth, &prediction, rows, classes), u64::from(rows));
            // All bits different, padding too.
            let opposite = vec![0; 52 + len];
            assert_eq!(count(&mut world, &truth, &opposite, rows, classes), 0);
            // One bit different takes one label away, wherever it is.
            for bit in 0..rows * bits(classes) {
                let mut other = prediction.clone();
                other[52 + bit as usize / 8] ^= 0x80 >> (bit % 8);
                assert_eq!(count(&mut world, &truth, &other, rows, classes), u64::from(rows) - 1, "bit {bit}");
            }
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let mut world = World::new();
    let mut attempt = |truth: usize, prediction: usize, rows: u32, classes: u16| {
        let data = calls::count_correct(&vec![0; truth], &vec![0; prediction], rows, classes);
        world.chain.view(world.market, data)
    };
    for (truth, found) in [(0, 0u32), (36, 36), (38, 38)] {
        let refused = attempt(truth, 57, 10, 10);
        reverts(refused, "WrongLength(uint256,uint256)", &[number(found), number(37u8)]);
    }
    for (prediction, found) in [(0, 0u32), (56, 56), (58, 58)] {
        let refused = attempt(37, prediction, 10, 10);
        reverts(refused, "WrongLength(uint256,uint256)", &[number(found), number(57u8)]);
    }
    reverts(attempt(37, 57, 10, 1), "ClassesOutOfRange(uint16)", &[number(1u8)]);
    reverts(attempt(37, 57, 10, 257), "ClassesOutOfRange(uint16)", &[number(257u16)]);
    let most = max_test_rows(10);
    reverts(attempt(32, 52, 0, 10), "TestRowsOutOfRange(uint32,uint32)", &[number(0u8), number(most)]);
    reverts(attempt(32, 52, most + 1, 10), "TestRowsOutOfRange(uint32,uint32)", &[number(most + 1), number(most)]);
}

#[test]
fn chain_and_protocol_agree_on_superhashes() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("superhash"));
    let mut lengths: Vec<usize> = (0..200).chain([1_000, 4_095, 65_536, MAX_FILE]).collect();
    lengths.extend((0..100).map(|_| rng.random_range(0..5_000)));
    for len in lengths {
        let mut file = vec![0; len];
        rng.fill(&mut file[..]);
        let data = world.chain.view(world.market, calls::superhash(&file)).unwrap();
        assert_eq!(returns::digest(&data), Ok(superhash(&file)), "{len} bytes");
    }
}

/// `ipfs add --only-hash --cid-version=1 --raw-leaves` of an empty file, then `printf %s CID | sha256sum`.
#[test]
fn the_superhash_of_the_empty_file_is_the_one_of_the_published_cid() {
    let mut world = World::new();
    let data = world.chain.view(world.market, calls::superhash(b"")).unwrap();
    let cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    assert_eq!(returns::digest(&data), Ok(protocol::Digest::of(cid.as_bytes())));
}
