//! Properties over random jobs and providers, and cases that are worked out by hand.

use std::collections::BTreeSet;

use protocol::{Address, Amount, Digest};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    Audits, BadShare, Demand, Equipment, Features, Limit, Machine, Miss, Offered, Share, Unfit, Wanted, matching,
    nunet_price, serves,
};
use crate::{Offer, START_WINDOW, Terms, api::ProviderRow};

const NAMES: [&str; 3] = ["shader-f16", "subgroups", "timestamp-query"];

fn random(test: &str) -> StdRng {
    let given = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(rand::random);
    println!("{test}: MODELMARKET_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

fn some_features(draw: &mut StdRng) -> Features {
    NAMES.iter().filter(|_| draw.random_bool(0.5)).map(|name| (*name).to_owned()).collect()
}

fn some_offer(draw: &mut StdRng, number: u8) -> Offered {
    let mut machines: BTreeSet<_> = Machine::ALL.into_iter().filter(|_| draw.random_bool(0.5)).collect();
    machines.insert(Machine::Cpu);
    Offered {
        account: Address([number; 20]),
        price: Amount(draw.random_range(1..6)),
        units_per_second: draw.random_range(0..5),
        memory_mib: draw.random_range(1..5),
        kinds: draw.random(),
        machines,
        features: some_features(draw),
        takes_jobs: draw.random_bool(0.8),
        share: None,
    }
}

fn some_wanted(draw: &mut StdRng) -> Wanted {
    Wanted {
        kind: draw.random_range(0..3),
        units: draw.random_range(1..400),
        memory_mib: draw.random_range(1..5),
        seconds: START_WINDOW + draw.random_range(0..300),
        longest: draw.random_range(1..400),
        machine: if draw.random_bool(0.7) { Machine::Cpu } else { Machine::WebGpu },
        features: if draw.random_bool(0.6) { Features::new() } else { some_features(draw) },
        highest_price: Amount(draw.random_range(1..6)),
        provider: draw.random_bool(0.1).then(|| Address([draw.random_range(0..9); 20])),
    }
}

/// The same job without one of its limits; those of the provider itself stay.
fn without(limit: Limit, wanted: &Wanted) -> Wanted {
    let mut freer = wanted.clone();
    match limit {
        Limit::Provider => freer.provider = None,
        Limit::Machine => freer.machine = Machine::Cpu,
        Limit::Features => freer.features.clear(),
        Limit::Memory => freer.memory_mib = 0,
        Limit::Time => (freer.seconds, freer.longest) = (u64::MAX, u64::MAX),
        Limit::Price => freer.highest_price = Amount(u128::MAX),
        Limit::State | Limit::Workload => {}
    }
    freer
}

/// Whether a provider fits, said once more in the plainest way.
fn fits(wanted: &Wanted, offered: &Offered) -> bool {
    let time = wanted.seconds.saturating_sub(START_WINDOW).min(wanted.longest) * u64::from(offered.units_per_second);
    wanted.provider.is_none_or(|only| only == offered.account)
        && offered.takes_jobs
        && offered.kinds & (1 << wanted.kind) != 0
        && offered.machines.contains(&wanted.machine)
        && offered.features.is_superset(&wanted.features)
        && offered.memory_mib >= wanted.memory_mib
        && time >= wanted.units
        && offered.price <= wanted.highest_price
}

#[test]
fn every_provider_fits_or_is_named_by_a_limit_and_their_order_does_not_matter() {
    let mut draw = random("order");
    for _ in 0..300 {
        let mut offers: Vec<_> = (0..9).map(|number| some_offer(&mut draw, number)).collect();
        let wanted = some_wanted(&mut draw);
        let found = matching(&wanted, &offers);
        assert_eq!(found.fits.len() + found.missed.len(), offers.len());
        for offered in &offers {
            let is_fit = found.fits.iter().any(|fit| fit.account == offered.account);
            assert_eq!(is_fit, fits(&wanted, offered), "{wanted:?} {offered:?}");
        }
        assert!(found.missed.iter().all(|missed| !missed.misses.is_empty()));
        // By cost and then by time, without a gap: nobody is cheaper than who stands before.
        assert!(found.fits.is_sorted_by_key(|fit| (fit.price.0 * u128::from(wanted.units), fit.estimate.seconds)));
        offers.shuffle(&mut draw);
        assert_eq!(matching(&wanted, &offers), found);
    }
}

#[test]
fn removing_a_limit_never_removes_a_fit_and_lets_in_exactly_those_that_it_alone_kept_out() {
    let mut draw = random("limits");
    for _ in 0..300 {
        let offers: Vec<_> = (0..9).map(|number| some_offer(&mut draw, number)).collect();
        let wanted = some_wanted(&mut draw);
        let found = matching(&wanted, &offers);
        let before: BTreeSet<_> = found.fits.iter().map(|fit| fit.account).collect();
        let removed = found.removed();
        assert!(removed.iter().all(|one| one.alone <= one.providers && one.providers > 0));
        for limit in Limit::ALL {
            let after = matching(&without(limit, &wanted), &offers);
            let after: BTreeSet<_> = after.fits.iter().map(|fit| fit.account).collect();
            assert!(after.is_superset(&before), "{limit:?}");
            // Who has measured no speed is kept out by time whatever the deadline.
            if !matches!(limit, Limit::State | Limit::Workload | Limit::Time) {
                let alone = removed.iter().find(|one| one.limit == limit).map_or(0, |one| one.alone);
                assert_eq!(after.len() - before.len(), alone, "{limit:?} of {wanted:?}");
            }
        }
    }
}

fn wanted() -> Wanted {
    Wanted {
        kind: crate::kind::RECIPE,
        units: 1_000,
        memory_mib: 512,
        seconds: START_WINDOW + 100,
        longest: 300,
        machine: Machine::Cpu,
        features: Features::new(),
        highest_price: Amount(50),
        provider: None,
    }
}

fn offered(number: u8) -> Offered {
    Offered {
        account: Address([number; 20]),
        price: Amount(50),
        units_per_second: 10,
        memory_mib: 512,
        kinds: 1 << crate::kind::RECIPE,
        machines: BTreeSet::from([Machine::Cpu]),
        features: Features::new(),
        takes_jobs: true,
        share: None,
    }
}

#[test]
fn who_has_exactly_what_is_wanted_fits_and_who_has_a_little_less_does_not() {
    let exact = matching(&wanted(), &[offered(1)]);
    assert_eq!(exact.fits.len(), 1);
    assert_eq!((exact.fits[0].estimate.cost, exact.fits[0].estimate.seconds), (Amount(50_000), 100));
    assert_eq!((exact.removed().len(), exact.nearest()), (0, None));
    let cases: [(Offered, Limit, Miss); 6] = [
        (Offered { takes_jobs: false, ..offered(1) }, Limit::State, Miss::Pauses),
        (Offered { kinds: 1, ..offered(1) }, Limit::Workload, Miss::OtherWorkload),
        (Offered { memory_mib: 511, ..offered(1) }, Limit::Memory, Miss::LessMemory { most: 511, wants: 512 }),
        (
            Offered { units_per_second: 9, ..offered(1) },
            Limit::Time,
            Miss::Slower { needs: START_WINDOW + 112, leaves: START_WINDOW + 100 },
        ),
        (Offered { units_per_second: 0, ..offered(1) }, Limit::Time, Miss::NoSpeed),
        (
            Offered { price: Amount(51), ..offered(1) },
            Limit::Price,
            Miss::Dearer { asks: Amount(51), allows: Amount(50) },
        ),
    ];
    for (offer, limit, miss) in cases {
        let found = matching(&wanted(), std::slice::from_ref(&offer));
        assert!(found.fits.is_empty(), "{limit:?}");
        assert_eq!(found.missed[0].misses, [(limit, miss.clone())]);
        assert!(miss.sentence().ends_with('.'), "{}", miss.sentence());
    }
    // Both limits of time are met by whoever meets the shorter one.
    let short = Wanted { longest: 99, ..wanted() };
    let misses = matching(&short, &[offered(1)]).missed[0].misses.clone();
    assert_eq!(misses, [(Limit::Time, Miss::Longer { needs: 100, allows: 99 })]);
    assert_eq!(matching(&Wanted { longest: 100, ..wanted() }, &[offered(1)]).fits.len(), 1);
    let missing = Wanted { machine: Machine::WebGpu, features: ["subgroups".to_owned()].into(), ..wanted() };
    let misses = matching(&missing, &[offered(1)]).missed[0].misses.clone();
    assert_eq!(misses.iter().map(|(limit, _)| *limit).collect::<Vec<_>>(), [Limit::Machine, Limit::Features]);
}

#[test]
fn cheaper_comes_first_then_faster_and_the_nearest_miss_is_the_one_with_least_to_change() {
    let faster = Offered { units_per_second: 20, ..offered(3) };
    let cheaper = Offered { price: Amount(49), ..offered(9) };
    let found = matching(&wanted(), &[offered(1), faster, cheaper]);
    assert_eq!(found.fits.iter().map(|fit| fit.account.0[0]).collect::<Vec<_>>(), [9, 3, 1]);

    let much_dearer = Offered { price: Amount(90), ..offered(1) };
    let a_little_less_memory = Offered { memory_mib: 500, ..offered(2) };
    let two_limits = Offered { price: Amount(51), memory_mib: 511, ..offered(3) };
    let pauses = Offered { takes_jobs: false, ..offered(4) };
    let found = matching(&wanted(), &[pauses, two_limits, much_dearer, a_little_less_memory]);
    assert_eq!(found.missed.iter().map(|missed| missed.account.0[0]).collect::<Vec<_>>(), [2, 1, 4, 3]);
    assert_eq!(found.nearest().map(|missed| missed.account), Some(Address([2; 20])));
    let removed: Vec<_> = found.removed().iter().map(|one| (one.limit, one.providers, one.alone)).collect();
    assert_eq!(removed.len(), 3);
    assert!(removed.contains(&(Limit::Memory, 2, 1)) && removed.contains(&(Limit::Price, 2, 1)));
    assert_eq!(removed[2], (Limit::State, 1, 1));
    assert_eq!(matching(&wanted(), &[]).nearest(), None);
}

#[test]
fn the_older_networks_formula_gives_what_its_users_saw() {
    assert_eq!(nunet_price(Demand::Low, 600, 170).to_string(), "0.2728");
    // t · (r + 0.00016 · W) by hand: one minute without power, and an hour of 250 W.
    let rates = Demand::ALL.map(|demand| nunet_price(demand, 60, 0).to_string());
    assert_eq!(rates, ["0.00008", "0.00016", "0.00032"]);
    assert_eq!(nunet_price(Demand::High, 3_600, 250).to_string(), "2.4192");
    assert_eq!(nunet_price(Demand::Low, 0, 170), Amount::ZERO);
}

#[test]
fn a_share_is_ten_to_ninety_per_cent() {
    assert_eq!([9, 91, 0, 255].map(Share::try_from), [9, 91, 0, 255].map(|share| Err(BadShare(share))));
    assert_eq!([10, 90].map(|share| Share::try_from(share).map(Share::per_cent)), [Ok(10), Ok(90)]);
    let sentence = BadShare(91).to_string();
    assert!(sentence.contains("91 %") && sentence.contains("10 to 90 %"), "{sentence}");
}

#[test]
fn a_row_of_the_list_offers_what_its_file_says_and_a_processor_at_least() {
    let offer = Offer { price: Amount(3), kinds: 5, memory_mib: 64, units_per_second: 7, details: Digest::ZERO };
    let row = ProviderRow {
        account: Address([1; 20]),
        offer,
        deposit: Amount::ONE,
        locked: Amount::ZERO,
        takes_jobs: true,
        since: 0,
        jobs: 0,
        units: 0,
        earned: Amount::ZERO,
    };
    assert_eq!(Offered::of(&row, None).machines, BTreeSet::from([Machine::Cpu]));
    let details = Equipment { machines: [Machine::Gpu].into(), ..Equipment::default() };
    let found = Offered::of(&row, Some(details));
    assert_eq!(found.machines, BTreeSet::from([Machine::Cpu, Machine::Gpu]));
    assert_eq!((found.price, found.kinds, found.memory_mib, found.units_per_second), (Amount(3), 5, 64, 7));
}

#[test]
fn the_least_rate_of_audits_is_the_first_that_deters() {
    // 1 / (1 + S) with S in prices of the job of 1,000.
    for (stake, least) in
        [(0, None), (1_000, Some(5_001)), (3_000, Some(2_501)), (999_000, Some(11)), (9_000, Some(1_001))]
    {
        let terms = |audit_rate| Terms { units: 1_000, stake: Amount(stake), audit_rate, ..crate::tests::terms() };
        let audits = |rate| Audits::of(&terms(rate), Amount(1));
        assert_eq!(audits(0).least, least, "{stake}");
        if let Some(least) = least {
            assert_eq!([audits(least - 1).deters, audits(least).deters], [false, true], "{stake}");
        }
        assert!(audits(10).sentence().ends_with('.'));
    }
}

/// 1,000 units that may run 100 seconds, at a moment from which a quote can be locked for exactly 1 second more.
fn posted() -> (Terms, u64) {
    let mut terms = Terms {
        kind: crate::kind::RECIPE,
        units: 1_000,
        every: 10,
        memory_mib: 512,
        max_seconds: 100,
        highest_price: Amount(50),
        ..crate::tests::terms()
    };
    terms.stake = terms.least_stake(Amount(50));
    (terms, terms.deadline - START_WINDOW - 100 - 1)
}

#[test]
fn a_provider_serves_what_it_just_manages_and_says_why_not_what_it_just_does_not() {
    let (terms, now) = posted();
    let free = terms.stake;
    assert_eq!(serves(&terms, &offered(1), free, now), Ok(()));
    let refused = |terms: &Terms, offered: &Offered, now| serves(terms, offered, free, now).unwrap_err();
    assert_eq!(refused(&terms, &offered(1), now + 1), Unfit::TooLate);
    let begun = Terms { units: 1_001, ..terms };
    // A second that is begun counts as a whole one.
    assert_eq!(refused(&begun, &offered(1), now), Unfit::Limit(Miss::Longer { needs: 101, allows: 100 }));
    let poor = Terms { stake: Amount(terms.stake.0 - 1), ..terms };
    assert_eq!(refused(&poor, &offered(1), now), Unfit::Stake { has: poor.stake, needs: terms.stake });
    // Who asks less is served by a smaller stake.
    assert_eq!(serves(&poor, &Offered { price: Amount(49), ..offered(1) }, free, now), Ok(()));
    let less = Amount(free.0 - 1);
    assert_eq!(serves(&terms, &offered(1), less, now), Err(Unfit::Deposit { free: less, needs: free }));
    let dear = Offered { price: Amount(51), ..offered(1) };
    assert_eq!(refused(&terms, &dear, now), Unfit::Limit(Miss::Dearer { asks: Amount(51), allows: Amount(50) }));
    let pauses = Offered { takes_jobs: false, ..offered(1) };
    assert_eq!(refused(&terms, &pauses, now), Unfit::Limit(Miss::Pauses));
    for unfit in [refused(&terms, &dear, now), refused(&poor, &offered(1), now), Unfit::TooLate] {
        assert!(unfit.sentence().ends_with('.'), "{}", unfit.sentence());
    }
}

/// The two questions never disagree: what a client is told about a provider, and what this provider tells itself.
#[test]
fn whoever_a_client_finds_to_fit_serves_the_job_once_it_is_posted() {
    let mut draw = random("serves");
    let mut both = [0, 0];
    for number in 0..3_000_u32 {
        let offer = some_offer(&mut draw, number as u8);
        let wanted =
            Wanted { machine: Machine::Cpu, features: Features::new(), provider: None, ..some_wanted(&mut draw) };
        let now = 1_000_000;
        let mut terms = Terms {
            kind: wanted.kind,
            units: wanted.units,
            memory_mib: wanted.memory_mib,
            max_seconds: wanted.longest as u32,
            deadline: now + wanted.seconds,
            highest_price: wanted.highest_price,
            ..crate::tests::terms()
        };
        terms.stake = terms.least_stake(terms.highest_price);
        let fits = fits(&wanted, &offer) && now < terms.lock_by();
        assert_eq!(serves(&terms, &offer, terms.stake, now).is_ok(), fits, "{terms:?} {offer:?}");
        both[usize::from(fits)] += 1;
    }
    assert!(both.iter().all(|count| *count > 20), "{both:?}");
}
