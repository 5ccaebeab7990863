//! Making models, and telling them from what the factory did not make.

use contracts::returns;
use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, IncentiveKind, Shape, Terms,
    calls::{accuracy_log, classifier, factory, shared},
    lanes,
    terms::MAX_COST_WEIGHT,
};

use crate::harness::{
    Failure, Models, Receipt, account,
    models::{OWNER, shape, terms},
    number, reverts, trainer,
};

fn small(kind: ClassifierKind) -> Shape {
    shape(kind, 12, 3, 2)
}

#[test]
fn every_kind_with_every_incentive_can_be_made_and_knows_its_parts() {
    let mut models = Models::new();
    for (n, (kind, incentive)) in
        ClassifierKind::ALL.into_iter().flat_map(|k| IncentiveKind::ALL.map(|i| (k, i))).enumerate()
    {
        let made = models.ready(&small(kind), incentive, &terms(incentive), None);
        let folded = models.folded(made.model);
        assert_eq!((folded.owner, folded.incentive, &folded.shape), (OWNER, incentive, &made.shape));
        assert_eq!(folded.terms, terms(incentive));
        assert!(folded.ready);
        let address = |models: &mut Models, of, data| returns::address(&models.view(of, data)).unwrap();
        let count = |models: &mut Models, of, data| returns::count(&models.view(of, data)).unwrap();
        assert_eq!(address(&mut models, made.model, shared::classifier()), made.classifier);
        assert_eq!(address(&mut models, made.model, shared::owner()), OWNER);
        assert_eq!(address(&mut models, made.model, shared::coin()), models.coin);
        assert_eq!(count(&mut models, made.model, shared::incentive()), u64::from(incentive.number()));
        let stored = shared_model::returns::shared::terms(&models.view(made.model, shared::terms())).unwrap();
        assert_eq!(stored, (terms(incentive), models.chain.now()));
        assert_eq!(address(&mut models, made.classifier, classifier::model()), made.model);
        assert_eq!(count(&mut models, made.classifier, classifier::kind()), u64::from(kind.number()));
        assert_eq!(count(&mut models, made.classifier, classifier::classes()), 2);
        let (at, number) = (models.factory, n as u64 + 1);
        assert_eq!(count(&mut models, at, factory::model_count()), number);
        assert_eq!(count(&mut models, at, factory::models_of(OWNER)), number);
        assert_eq!(count(&mut models, at, factory::models_of(trainer(0))), 0);
        assert_eq!(returns::boolean(&models.view(at, factory::is_model(made.model))), Ok(true));
        for other in [made.classifier, OWNER, at] {
            assert_eq!(returns::boolean(&models.view(at, factory::is_model(other))), Ok(false));
        }
        // A clone, to the byte: what a page compares that was given an address.
        let implementation = address(&mut models, at, factory::incentive_implementation(incentive));
        let code = models.chain.code(made.model);
        let head = [&hex::decode("363d3d373d3d3d363d73").unwrap(), &implementation.0[..]].concat();
        assert_eq!(hex::encode(&code[..30]), hex::encode(head));
    }
}

/// What somebody signs for one model must mean no other one, in whatever order transactions are mined.
#[test]
fn an_address_binds_its_maker_and_all_terms() {
    let (shape, deposit) = (small(ClassifierKind::NaiveBayes), terms(IncentiveKind::Deposit));
    let of = |from: Address, before: &[(Address, Vec<u8>)], data: Vec<u8>| {
        let mut models = Models::new();
        for (from, data) in before {
            models.send(*from, models.factory, data.clone()).unwrap();
        }
        returns::address(&models.send(from, models.factory, data).unwrap().output).unwrap()
    };
    let make =
        |shape: &Shape, terms: &Terms, cid: &str| factory::create_model(shape, IncentiveKind::Deposit, terms, cid);
    let first = of(OWNER, &[], make(&shape, &deposit, "a"));
    let of_another = [(trainer(0), make(&shape, &deposit, "a"))];
    assert_eq!(of(OWNER, &of_another, make(&shape, &deposit, "a")), first, "others who come before change nothing");
    let others = [
        of(trainer(0), &[], make(&shape, &deposit, "a")),
        of(OWNER, &[], make(&shape, &deposit, "b")),
        of(OWNER, &[], make(&shape, &Terms { any_wait: 301, ..deposit.clone() }, "a")),
        of(OWNER, &[], make(&Shape { setting: 2, ..shape.clone() }, &deposit, "a")),
        of(OWNER, &[(OWNER, make(&shape, &deposit, "a"))], make(&shape, &deposit, "a")),
    ];
    let all: std::collections::BTreeSet<Address> = others.into_iter().chain([first]).collect();
    assert_eq!(all.len(), 6);
}

/// The same on random terms: what the page refuses the chain refuses, with the same reason.
#[test]
fn terms_are_checked_alike_by_page_and_chain() {
    use rand::{Rng, SeedableRng, seq::IndexedRandom};
    use shared_model::{TermsError, terms::MAX_WAIT};
    let mut rng = rand::rngs::StdRng::seed_from_u64(crate::harness::seed("terms"));
    let mut models = Models::new();
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..500 {
        let incentive = *IncentiveKind::ALL.choose(&mut rng).unwrap();
        let near = |rng: &mut rand::rngs::StdRng, at: u32| match rng.random_range(0..8) {
            0 => rng.random(),
            1 => at.saturating_sub(1),
            2 => at,
            _ => at.saturating_add(rng.random_range(0..90)),
        };
        let refund_wait = near(&mut rng, 60);
        let owner_wait = near(&mut rng, refund_wait.saturating_mul(2));
        let any_wait = if rng.random_ratio(1, 6) {
            near(&mut rng, MAX_WAIT)
        } else {
            near(&mut rng, owner_wait.saturating_add(refund_wait))
        };
        let weight = *[0, 1, MAX_COST_WEIGHT.0, MAX_COST_WEIGHT.0 + 1].choose(&mut rng).unwrap();
        let fitting = if incentive == IncentiveKind::Deposit { 1 } else { 0 };
        let cost_weight = Amount(if rng.random_ratio(3, 4) { fitting } else { weight });
        let terms = Terms { cost_weight, refund_wait, owner_wait, any_wait };
        let data = factory::create_model(&small(ClassifierKind::NaiveBayes), incentive, &terms, "");
        let answer = create(&mut models, data);
        let name = match terms.check(incentive) {
            Ok(()) => {
                answer.unwrap();
                taken += 1;
                continue;
            }
            Err(TermsError::WaitsOutOfOrder { .. }) => "WaitsOutOfOrder",
            Err(TermsError::WaitOutOfRange { .. }) => "WaitOutOfRange",
            Err(_) => "CostWeightOutOfRange",
        };
        let Err(Failure::Reverted { revert, .. }) = answer else { panic!("{terms:?}: {answer:?}") };
        assert_eq!(revert.name, name, "{terms:?}");
        refused += 1;
    }
    assert!(taken > 50 && refused > 50, "{taken} {refused}");
}

fn create(models: &mut Models, data: Vec<u8>) -> Result<Receipt, Failure> {
    models.chain.call(OWNER, models.factory, data)
}

#[test]
fn terms_and_shapes_are_checked() {
    let mut models = Models::new();
    let good = terms(IncentiveKind::Deposit);
    let mut refused = |change: &dyn Fn(&mut Terms), incentive, signature: &str, arguments: &[u128]| {
        let mut terms = good.clone();
        change(&mut terms);
        let data = factory::create_model(&small(ClassifierKind::NaiveBayes), incentive, &terms, "");
        let arguments: Vec<_> = arguments.iter().map(|a| number(*a)).collect();
        reverts(create(&mut models, data), signature, &arguments);
        assert!(terms.check(incentive).is_err(), "the page says it first");
    };
    let (order, weight) = ("WaitsOutOfOrder(uint32,uint32,uint32)", "CostWeightOutOfRange(uint128,uint128,uint128)");
    let (range, year) = ("WaitOutOfRange(uint32,uint32,uint32)", 31_536_000);
    let most = MAX_COST_WEIGHT.0;
    refused(&|t| t.refund_wait = 101, IncentiveKind::Deposit, order, &[101, 200, 300]);
    refused(&|t| t.owner_wait = 201, IncentiveKind::Deposit, order, &[100, 201, 300]);
    refused(&|t| t.refund_wait = 59, IncentiveKind::Deposit, range, &[59, 60, year]);
    refused(&|t| t.any_wait = 31_536_001, IncentiveKind::Deposit, range, &[31_536_001, 60, year]);
    refused(&|t| t.cost_weight = Amount::ZERO, IncentiveKind::Deposit, weight, &[0, 1, most]);
    refused(&|t| t.cost_weight.0 = most + 1, IncentiveKind::Deposit, weight, &[most + 1, 1, most]);
    refused(&|t| t.cost_weight.0 = 1, IncentiveKind::Points, weight, &[1, 0, 0]);
    refused(&|t| t.cost_weight.0 = 1, IncentiveKind::Market, weight, &[1, 0, 0]);

    let dearest = Terms { cost_weight: MAX_COST_WEIGHT, ..good };
    let data = factory::create_model(&small(ClassifierKind::NaiveBayes), IncentiveKind::Deposit, &dearest, "");
    create(&mut models, data).unwrap();
    let long = "b".repeat(129);
    let data = factory::create_model(&small(ClassifierKind::NaiveBayes), IncentiveKind::Deposit, &dearest, &long);
    reverts(create(&mut models, data), "CidTooLong(uint256)", &[number(129u8)]);
    let shape = Shape { classes: 4, ..small(ClassifierKind::NaiveBayes) };
    let data = factory::create_model(&shape, IncentiveKind::Deposit, &dearest, "");
    reverts(create(&mut models, data), "BadShape(uint256)", &[number(2u8)]);
    // A kind that there is not.
    for (position, kind) in [(35, 5u8), (67, 3)] {
        let mut data = factory::create_model(&small(ClassifierKind::NaiveBayes), IncentiveKind::Deposit, &dearest, "");
        data[position] = kind;
        reverts(create(&mut models, data), "UnknownKind(uint8)", &[number(kind)]);
    }
}

#[test]
fn a_half_finished_deployment_goes_on_where_it_stopped() {
    let mut models = Models::new();
    let made = models.create(
        &shape(ClassifierKind::DenseCentroid, 100, 2, 2),
        IncentiveKind::Points,
        &terms(IncentiveKind::Points),
    );
    let words = vec![1; made.shape.needed() * lanes::WORD_BYTES];
    let loaded = |models: &mut Models| returns::count(&models.view(made.classifier, classifier::loaded())).unwrap();
    let chunk = |first: usize, length: usize| {
        let at = first * lanes::WORD_BYTES;
        shared::load(first as u32, &words[at..at + length * lanes::WORD_BYTES])
    };
    models.send(OWNER, made.model, chunk(0, 7)).unwrap();
    assert_eq!(loaded(&mut models), 7);
    let teach = shared::contribute(&[0; 300], 0, Amount::ZERO, None);
    reverts(models.send(trainer(0), made.model, teach), "NotReady(uint256,uint256)", &[number(7u8), number(20u8)]);
    for first in [0, 6, 8] {
        let refused = models.send(OWNER, made.model, chunk(first, 5));
        reverts(refused, "WrongStart(uint256,uint256)", &[number(first as u8), number(7u8)]);
    }
    let stranger = models.send(trainer(0), made.model, chunk(7, 5));
    reverts(stranger, "NotOwner(address,address)", &[account(trainer(0)), account(OWNER)]);
    let odd = models.send(OWNER, made.model, shared::load(7, &[0; 31]));
    reverts(odd, "WrongChunk(uint256)", &[number(31u8)]);
    models.send(OWNER, made.model, chunk(7, 13)).unwrap();
    assert!(models.folded(made.model).ready);
    let again = models.send(OWNER, made.model, shared::load(20, &[0; 30]));
    reverts(again, "AlreadyLoaded(uint256)", &[number(20u8)]);
    assert_eq!(models.words(&made), words);
}

#[test]
fn nobody_but_the_model_changes_the_weights() {
    let mut models = Models::new();
    let made =
        models.ready(&small(ClassifierKind::NaiveBayes), IncentiveKind::Points, &terms(IncentiveKind::Points), None);
    let call = |signature: &str, arguments: &[ethers_core::abi::Token]| {
        [&ethers_core::utils::keccak256(signature)[..4], &ethers_core::abi::encode(arguments)].concat()
    };
    let bytes = |bytes: &[u8]| ethers_core::abi::Token::Bytes(bytes.to_vec());
    for data in [
        call("teach(bytes,uint16)", &[bytes(&[0, 0, 1]), number(1u8)]),
        call("load(uint32,bytes)", &[number(0u8), bytes(&[0; 30])]),
        call("addClass()", &[]),
        call("restart()", &[]),
    ] {
        for who in [OWNER, trainer(0)] {
            let refused = models.chain.call(who, made.classifier, data.clone());
            reverts(refused, "NotModel(address,address)", &[account(who), account(made.model)]);
        }
    }
}

#[test]
fn a_log_is_anchored_by_its_keeper_and_only_grows() {
    let mut models = Models::new();
    let (keeper, at) = (trainer(5), models.log);
    let latest = |models: &mut Models, who: Address| {
        shared_model::returns::shared::anchor(&models.view(at, accuracy_log::latest(who))).unwrap()
    };
    assert_eq!(latest(&mut models, keeper), None);
    let receipt = models.send(keeper, at, accuracy_log::anchor(5, Digest([5; 32]))).unwrap();
    let event = shared_model::logs::anchored(&receipt.logs[0].1).unwrap().unwrap();
    assert_eq!((event.log, event.size, event.root), (keeper, 5, Digest([5; 32])));
    for size in [0, 4, 5] {
        let refused = models.send(keeper, at, accuracy_log::anchor(size, Digest([6; 32])));
        reverts(refused, "SizeMustGrow(uint64,uint64)", &[number(size), number(5u8)]);
    }
    models.send(keeper, at, accuracy_log::anchor(6, Digest([6; 32]))).unwrap();
    let found = latest(&mut models, keeper).unwrap();
    assert_eq!((found.size, found.root), (6, Digest([6; 32])));
    assert_eq!(latest(&mut models, trainer(6)), None, "another's log is another log");
}
