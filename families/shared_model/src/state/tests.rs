use super::*;
use crate::{sample::SampleError, shape::ClassifierKind};

const MODEL: Address = Address([9; 20]);
const OWNER: Address = Address([1; 20]);
const ANN: Address = Address([2; 20]);
const BEN: Address = Address([3; 20]);
const CREATED_AT: u64 = 1_000;

fn created(incentive: IncentiveKind) -> Event {
    let shape = Shape {
        kind: ClassifierKind::NaiveBayes,
        features: 10,
        capacity: 3,
        classes: 2,
        setting: 1_000_000,
        headers: vec![0, 0],
    };
    let cost_weight = if incentive == IncentiveKind::Deposit { Amount(1) } else { Amount::ZERO };
    let terms = Terms { cost_weight, refund_wait: 10, owner_wait: 20, any_wait: 30 };
    let classifier = Address([8; 20]);
    Event::Created { owner: OWNER, classifier, incentive, shape, terms, metadata_cid: "bafy".into() }
}

/// Folds events that happen at the given times.
fn fold(events: &[(u64, Event)]) -> Result<Model, FoldError> {
    let logged: Vec<_> = events
        .iter()
        .enumerate()
        .map(|(i, (at, event))| LoggedEvent {
            subject: MODEL,
            block: i as u64,
            block_hash: Digest::ZERO,
            log_index: i as u64,
            tx: Digest::ZERO,
            at: *at,
            event: event.clone(),
        })
        .collect();
    Ok(Model::fold(&logged)?.expect("it begins with a creation"))
}

fn start(incentive: IncentiveKind) -> Vec<(u64, Event)> {
    let words = vec![0; 4 * 30];
    vec![(CREATED_AT, created(incentive)), (CREATED_AT, Event::Loaded { first: 0, words }), (CREATED_AT, Event::Ready)]
}

/// A model that can be taught.
pub(super) fn ready(incentive: IncentiveKind) -> Model {
    fold(&start(incentive)).unwrap()
}

fn sample(features: &[u32]) -> Vec<u8> {
    Sample::Sparse(features.to_vec()).to_bytes()
}

fn contributed(who: Address, features: &[u32], label: u16, predicted: u16, deposit: u128) -> Event {
    let sample = sample(features);
    let key = record_key(&who, label, &sample);
    Event::Contributed { contributor: who, key, label, predicted, deposit: Amount(deposit), sample }
}

fn topped_up(account: Address, amount: u128) -> Event {
    Event::ToppedUp { account, amount: Amount(amount) }
}

fn key_of(event: &Event) -> Digest {
    let Event::Contributed { key, .. } = event else { panic!("not a contribution") };
    *key
}

/// Computed with js-sha3 from the ABI encoding, written by hand.
#[test]
fn keys_are_those_of_the_chain() {
    let key = record_key(&Address([0x11; 20]), 300, &sample(&[1, 2]));
    assert_eq!(hex::encode(key.0), "494977635bf02c26f13168dd60432f34163fd55de7e8b58d2dffbc1a2819b65f");
}

#[test]
fn the_balance_pays_first_and_the_wallet_what_is_missing() {
    let mut events = start(IncentiveKind::Deposit);
    events.push((CREATED_AT + 10, topped_up(ANN, 1_000)));
    let model = fold(&events).unwrap();
    for (amount, missing) in [(0, 0), (999, 0), (1_000, 0), (1_001, 1), (2_500, 1_500)] {
        assert_eq!(model.missing(&ANN, Amount(amount)), Amount(missing), "of {amount}");
    }
    assert_eq!(model.missing(&BEN, Amount(7)), Amount(7), "nobody's balance is nothing");
}

#[test]
fn money_and_points_move_as_the_events_say() {
    let bad = contributed(BEN, &[1], 0, 1, 600);
    let good = contributed(ANN, &[1, 2], 1, 0, 900);
    let mut events = start(IncentiveKind::Deposit);
    events.extend([
        (CREATED_AT + 10, topped_up(ANN, 1_000)),
        (CREATED_AT + 10, good.clone()),
        (CREATED_AT + 20, topped_up(BEN, 600)),
        (CREATED_AT + 20, bad.clone()),
        (CREATED_AT + 30, Event::Refunded { contributor: ANN, key: key_of(&good), amount: Amount(900), point: true }),
        (CREATED_AT + 30, Event::Reported { reporter: ANN, key: key_of(&bad), contributor: BEN }),
        (
            CREATED_AT + 40,
            Event::Taken {
                taker: ANN,
                key: key_of(&bad),
                contributor: BEN,
                amount: Amount(200),
                path: TakePath::Share,
            },
        ),
        (CREATED_AT + 50, Event::Withdrawn { account: ANN, amount: Amount(1_150) }),
    ]);
    let model = fold(&events).unwrap();
    assert_eq!((model.loaded, model.ready, model.last, model.total_good), (4, true, CREATED_AT + 20, 1));
    let ann = Account { balance: Amount(50), good: 1, contributions: 1, earned: Amount(200) };
    assert_eq!(model.account(&ANN), ann);
    assert_eq!(model.account(&BEN), Account { contributions: 1, ..Account::default() });
    let contribution = model.contribution(&key_of(&good)).unwrap();
    assert_eq!(contribution.ending, Some(Ending::Refunded { point: true }));
    assert!(contribution.record.settled && !contribution.record.known);
    let contribution = model.contribution(&key_of(&bad)).unwrap();
    assert_eq!((contribution.record.left, contribution.ending), (Amount(400), None));
    assert_eq!(model.owed(), Amount(1_600 - 1_150));

    assert_eq!(contribution.record.reported_at, Some(CREATED_AT + 30));
    assert_eq!(contribution.takes, [(ANN, Amount(200), TakePath::Share)]);

    // What is possible next.
    let take = |who, now| model.take(&who, &key_of(&bad), now, || 1);
    let until = CREATED_AT + 40;
    assert_eq!(take(ANN, until), Err(Refusal::AlreadyTaken { key: key_of(&bad) }));
    assert_eq!(take(OWNER, until), Ok(Take { amount: Amount(400), path: TakePath::Owner }));
    assert_eq!(take(BEN, until), Err(Refusal::OwnContribution { key: key_of(&bad) }));
    assert_eq!(take(ANN, until + 10), Ok(Take { amount: Amount(400), path: TakePath::Anyone }));
    assert_eq!(take(ANN, until + 20), Err(Refusal::NotReported { key: key_of(&bad) }));
    let report = |who, now| model.report(&who, &key_of(&bad), now, || 1);
    let counting = Refusal::AlreadyReported { key: key_of(&bad), until: until + 20 };
    assert_eq!(report(ANN, until + 19), Err(counting));
    assert_eq!(report(ANN, until + 20), Ok(()));
    let now = until;
    assert_eq!(model.refund(&ANN, &key_of(&good), now, || 1), Err(Refusal::AlreadySettled { key: key_of(&good) }));
    assert_eq!(model.refund(&BEN, &Digest::ZERO, now, || 1), Err(Refusal::NoSuchContribution { key: Digest::ZERO }));
    let low = Refusal::BalanceTooLow { balance: Amount(50), amount: Amount(51) };
    assert_eq!(model.withdraw(&ANN, Amount(51)), Err(low));

    // Taking the rest settles it.
    let rest =
        Event::Taken { taker: OWNER, key: key_of(&bad), contributor: BEN, amount: Amount(400), path: TakePath::Owner };
    events.push((until, rest));
    let model = fold(&events).unwrap();
    assert_eq!(model.contribution(&key_of(&bad)).unwrap().ending, Some(Ending::Taken));
    assert_eq!(model.report(&ANN, &key_of(&bad), until + 10, || 1), Err(Refusal::AlreadySettled { key: key_of(&bad) }));
}

#[test]
fn what_cannot_be_contributed_is_refused_with_its_reason() {
    let first = contributed(ANN, &[1, 2], 1, 0, 3_600);
    let mut events = start(IncentiveKind::Deposit);
    events.extend([(CREATED_AT + 1, topped_up(ANN, 3_600)), (CREATED_AT + 1, first.clone())]);
    let model = fold(&events).unwrap();
    let now = CREATED_AT + 5;
    let most = Amount(1_800);
    let contribute = |who: &Address, sample: &[u8], label, most| model.contribute(who, sample, label, most, now);
    assert_eq!(contribute(&ANN, &sample(&[1, 3]), 1, most), Ok(most));
    assert_eq!(contribute(&BEN, &sample(&[1, 2]), 1, most), Ok(most), "the same by another person");
    let high = Refusal::DepositTooHigh { cost: most, most: Amount(1_799) };
    assert_eq!(contribute(&ANN, &sample(&[1, 3]), 1, Amount(1_799)), Err(high));
    let again = Refusal::AlreadyContributed { key: key_of(&first) };
    assert_eq!(contribute(&ANN, &sample(&[1, 2]), 1, most), Err(again));
    assert_eq!(contribute(&ANN, &sample(&[1, 3]), 2, most), Err(Refusal::UnknownLabel { label: 2, classes: 2 }));
    for (bytes, error) in [
        (sample(&[]), SampleError::NoFeatures),
        (sample(&[3, 2]), SampleError::IndicesNotIncreasing { position: 1 }),
        (sample(&[2, 2]), SampleError::IndicesNotIncreasing { position: 1 }),
        (sample(&[10]), SampleError::IndexOutOfRange { index: 10, features: 10 }),
        (vec![0, 0], SampleError::WrongLength { got: 2, expected: 3 }),
    ] {
        assert_eq!(contribute(&ANN, &bytes, 1, most), Err(Refusal::Sample(error)));
    }
    let unready = fold(&events[..1]).unwrap();
    let refusal = unready.contribute(&ANN, &sample(&[1]), 1, Amount(3_600), now);
    assert_eq!(refusal, Err(Refusal::NotReady { loaded: 0, needed: 4 }));
}

#[test]
fn a_half_loaded_model_resumes_where_it_stopped() {
    let mut events = start(IncentiveKind::Deposit);
    assert_eq!(fold(&events).unwrap().load(&OWNER), Err(Refusal::AlreadyLoaded { needed: 4 }));
    events.truncate(2);
    events[1].1 = Event::Loaded { first: 0, words: vec![0; 3 * 30] };
    let half = fold(&events).unwrap();
    assert_eq!((half.loaded, half.ready), (3, false));
    assert_eq!(half.load(&OWNER), Ok(3));
    assert_eq!(half.load(&ANN), Err(Refusal::NotOwner { owner: OWNER }));
}

#[test]
fn the_deposit_of_the_next_minutes_falls() {
    let model = fold(&start(IncentiveKind::Deposit)).unwrap();
    let deposits = model.deposits(CREATED_AT + 4, 2);
    let expected = [(4, 1_800), (64, 450), (124, 327)].map(|(after, cost)| (CREATED_AT + after, Amount(cost)));
    assert_eq!(deposits, expected);
    let points = fold(&start(IncentiveKind::Points)).unwrap();
    assert_eq!(points.deposit(CREATED_AT), Amount::ZERO);
}

/// What Ann and Ben can do, and until when, as a contribution goes its way.
#[test]
fn the_next_step_of_each_is_told_with_its_time_and_amount() {
    let bad = contributed(BEN, &[1], 0, 1, 600);
    let key = key_of(&bad);
    let mut events = start(IncentiveKind::Deposit);
    // Ann has a point from before.
    let good = contributed(ANN, &[2], 1, 0, 0);
    events.extend([(CREATED_AT, good.clone()), (CREATED_AT + 1, topped_up(BEN, 600)), (CREATED_AT + 1, bad)]);
    let at = CREATED_AT + 1;
    let steps = |events: &[(u64, Event)], who: Address, now| fold(events).unwrap().steps(&who, now);
    let step = |todo, amount, from, until| Step { todo, key, amount: Amount(amount), from, until };
    assert_eq!(steps(&events, BEN, at), [step(Todo::Refund, 600, at + 10, None)]);
    assert_eq!(steps(&events, OWNER, at), [], "nothing of it is reported");
    let point = Step { key: key_of(&good), ..step(Todo::Point, 0, CREATED_AT + 20, None) };
    assert_eq!(steps(&events, ANN, at), [point]);
    events.push((at + 19, Event::Refunded { contributor: ANN, key: key_of(&good), amount: Amount(0), point: true }));
    assert_eq!(steps(&events, ANN, at + 19), [], "nothing more comes of it");

    events.push((at + 20, Event::Reported { reporter: ANN, key, contributor: BEN }));
    assert_eq!(steps(&events, BEN, at + 20), [step(Todo::Defend, 600, at + 10, Some(at + 30))]);
    for who in [ANN, OWNER] {
        assert_eq!(
            steps(&events, who, at + 20),
            [step(Todo::Take, 600, at + 30, Some(at + 50))],
            "all points, or owner"
        );
    }
    let stranger = Address([7; 20]);
    assert_eq!(steps(&events, stranger, at + 20), [step(Todo::Take, 600, at + 40, Some(at + 50))], "last");
    assert_eq!(steps(&events, BEN, at + 50), [step(Todo::Refund, 600, at + 10, None)], "the report has ended to count");
    assert_eq!(steps(&events, ANN, at + 50), []);
}

#[test]
fn what_comes_back_early_stays_open_for_its_point() {
    let one = contributed(ANN, &[1, 2], 1, 0, 900);
    let mut events = start(IncentiveKind::Deposit);
    events.extend([(CREATED_AT, topped_up(ANN, 1_000)), (CREATED_AT, one.clone())]);
    let back = |amount, point| Event::Refunded { contributor: ANN, key: key_of(&one), amount: Amount(amount), point };
    events.push((CREATED_AT + 10, back(900, false)));
    let model = fold(&events).unwrap();
    let record = model.contribution(&key_of(&one)).unwrap().record;
    assert_eq!((record.left, record.settled, model.total_good), (Amount::ZERO, false, 0));
    assert_eq!(
        model.refund(&ANN, &key_of(&one), CREATED_AT + 20, || 1),
        Ok(Refund { amount: Amount::ZERO, point: true })
    );
    events.push((CREATED_AT + 20, back(0, true)));
    let model = fold(&events).unwrap();
    assert_eq!(model.contribution(&key_of(&one)).unwrap().ending, Some(Ending::Refunded { point: true }));
    assert_eq!((model.total_good, model.account(&ANN).balance), (1, Amount(1_000)));
}

#[test]
fn what_the_model_knew_changes_no_price_and_earns_nothing() {
    let mut events = start(IncentiveKind::Points);
    let known = contributed(ANN, &[1], 1, 1, 0);
    events.push((CREATED_AT + 50, known.clone()));
    let model = fold(&events).unwrap();
    assert_eq!((model.last, model.contributions.len()), (CREATED_AT, 1));
    let refused = model.refund(&ANN, &key_of(&known), CREATED_AT + 500, || 1);
    assert_eq!(refused, Err(Refusal::AlreadySettled { key: key_of(&known) }));
    events.push((CREATED_AT + 60, contributed(ANN, &[2], 1, 0, 0)));
    assert_eq!(fold(&events).unwrap().last, CREATED_AT + 60);
}

#[test]
fn a_class_waits_and_needs_more_than_half_of_ten_points_or_the_owner() {
    let mut events = start(IncentiveKind::Points);
    let proposed = |proposal| Event::ClassProposed { proposal, proposer: BEN, name: "maybe".into() };
    events.extend([(CREATED_AT, proposed(1)), (CREATED_AT, proposed(2))]);
    let due = CREATED_AT + 20;
    let model = fold(&events).unwrap();
    let no_points = |account| Err(Refusal::NoPoints { account });
    assert_eq!(model.support_class(&OWNER, 1), no_points(OWNER));
    assert_eq!(model.support_class(&ANN, 3), Err(Refusal::NoSuchProposal { proposal: 3 }));
    assert_eq!(model.add_class(&OWNER, 1, due - 1), Err(Refusal::TooEarly { until: due, now: due - 1 }));
    assert_eq!(model.add_class(&OWNER, 1, due), Ok(2), "while there are few points");
    assert_eq!(model.add_class(&ANN, 1, due), Err(Refusal::TooFewPoints { good: 0 }));

    // Ten points: five of each.
    for n in 0..10 {
        let who = if n < 5 { ANN } else { BEN };
        let contribution = contributed(who, &[n], 1, 0, 0);
        let key = key_of(&contribution);
        events.push((CREATED_AT + 1, contribution));
        events.push((CREATED_AT + 21, Event::Refunded { contributor: who, key, amount: Amount::ZERO, point: true }));
    }
    let now = CREATED_AT + 22;
    let model = fold(&events).unwrap();
    assert_eq!(model.support_class(&ANN, 2), Ok(5));
    assert_eq!(model.add_class(&OWNER, 2, now), Err(Refusal::TooLittleSupport { support: 0, good: 10 }));
    let supported = |supporter| Event::ClassSupported { proposal: 2, supporter, weight: 5 };
    events.push((now, supported(ANN)));
    let model = fold(&events).unwrap();
    assert_eq!(model.support_class(&ANN, 2), Err(Refusal::AlreadySupported { proposal: 2 }));
    assert_eq!(
        model.add_class(&ANN, 2, now),
        Err(Refusal::TooLittleSupport { support: 5, good: 10 }),
        "half is not more than half"
    );
    events.push((now, supported(BEN)));
    assert_eq!(fold(&events).unwrap().add_class(&Address([7; 20]), 2, now), Ok(2), "anybody adds it then");
    events.push((now, Event::ClassAdded { proposal: 2, index: 2, name: "maybe".into() }));
    let model = fold(&events).unwrap();
    assert_eq!(model.classes, 3);
    assert_eq!(model.proposals.iter().map(|p| p.index).collect::<Vec<_>>(), [None, Some(2)]);
    for refused in [model.support_class(&OWNER, 2).map(drop), model.add_class(&OWNER, 2, now).map(drop)] {
        assert_eq!(refused, Err(Refusal::AlreadyAdded { proposal: 2 }));
    }
    assert_eq!(model.add_class(&OWNER, 1, now), Err(Refusal::TooLittleSupport { support: 0, good: 10 }));
    assert_eq!(model.propose_class("more"), Err(Refusal::NoRoomForClass { capacity: 3 }));
    assert_eq!(model.propose_class(""), Err(Refusal::BadClassName { length: 0 }));
    assert_eq!(model.propose_class(&"é".repeat(33)), Err(Refusal::BadClassName { length: 66 }));
}

#[test]
fn a_market_holds_bounty_and_stakes_until_it_ends() {
    let mut events = start(IncentiveKind::Market);
    let commitments = vec![Digest([1; 32]), Digest([2; 32])];
    let posted = Event::MarketPosted {
        bounty: Amount(1_000),
        stake: Amount(10),
        limit: 3,
        open_seconds: 100,
        show_window: 60,
        reveal_window: 50,
        commitments,
    };
    let revealed = |piece| Event::PieceRevealed { piece, salt: Digest::ZERO, correct: 2, total: 4, rows: vec![] };
    events.extend([
        (CREATED_AT, topped_up(OWNER, 1_000)),
        (CREATED_AT, posted),
        (CREATED_AT, Event::PieceDrawn { piece: 1 }),
        (CREATED_AT, revealed(1)),
        (CREATED_AT, Event::MarketOpened { closes_at: CREATED_AT + 100 }),
    ]);
    let model = fold(&events).unwrap();
    let stake = |stake, now| model.contribute(&ANN, &sample(&[1]), 1, Amount(stake), CREATED_AT + now);
    assert_eq!(model.owed(), Amount(1_000));
    assert_eq!(stake(10, 99), Ok(Amount(10)));
    assert_eq!(stake(9, 99), Err(Refusal::StakeTooHigh { stake: Amount(10), most: Amount(9) }));
    assert_eq!(stake(10, 100), Err(Refusal::MarketClosed));
    let committed = |index, contributor| Event::Committed {
        index,
        contributor,
        commitment: contribution_commitment(&Digest([3; 32]), &Digest([4; 32])),
        stake: Amount(10),
    };
    let first = contributed(ANN, &[1], 1, 0, 10);
    let key = key_of(&first);
    events.extend([
        (CREATED_AT + 50, topped_up(ANN, 10)),
        (CREATED_AT + 50, committed(0, ANN)),
        (CREATED_AT + 60, topped_up(BEN, 10)),
        (CREATED_AT + 60, committed(1, BEN)),
    ]);
    let model = fold(&events).unwrap();
    assert_eq!((model.owed(), model.contributions.len()), (Amount(1_020), 0));
    let market = model.market.as_ref().unwrap();
    let stages = [99, 100, 159, 160].map(|after| market.stage(CREATED_AT + after));
    assert_eq!(stages, [MarketStage::Open, MarketStage::Showing, MarketStage::Showing, MarketStage::Revealing]);
    events.extend([
        (CREATED_AT + 110, first),
        (CREATED_AT + 110, Event::Shown { index: 0, contributor: ANN, key }),
        (CREATED_AT + 160, revealed(0)),
    ]);
    let model = fold(&events).unwrap();
    let market = model.market.as_ref().unwrap();
    assert_eq!((market.rows(), market.stage(CREATED_AT + 160)), (4, MarketStage::Training));
    assert_eq!(market.entries.iter().map(|entry| entry.key).collect::<Vec<_>>(), [Some(key), None]);
    assert_eq!(model.owed(), Amount(1_020), "a stake is paid once");
    events.extend([
        (CREATED_AT + 170, Event::Trained { index: 0, contributor: ANN, pass: 0, score: 1 }),
        (CREATED_AT + 110, Event::PassEnded { pass: 0, rounds: Amount(1_000), rounds_left: Amount::ZERO }),
        (CREATED_AT + 110, Event::Credited { account: ANN, amount: Amount(280) }),
        (CREATED_AT + 110, Event::MarketEnded { remainder: Amount(740) }),
    ]);
    let model = fold(&events).unwrap();
    assert_eq!(model.account(&ANN).balance, Amount(280));
    assert_eq!(model.account(&OWNER).balance, Amount(740));
    assert_eq!(model.owed(), Amount(1_020));
    let market = model.market.as_ref().unwrap();
    assert_eq!((market.escrowed, market.stage(0)), (Amount::ZERO, MarketStage::Over(Over::Paid)));
    assert_eq!(model.contributions[0].ending, Some(Ending::Evaluated));
    let key = model.contributions[0].record.key;
    assert_eq!(model.report(&OWNER, &key, CREATED_AT + 500, || 0), Err(Refusal::NothingToReport));
}

#[test]
fn what_a_market_burns_is_owed_to_nobody() {
    let posted = Event::MarketPosted {
        bounty: Amount(1_000),
        stake: Amount(10),
        limit: 2,
        open_seconds: 100,
        show_window: 60,
        reveal_window: 50,
        commitments: vec![Digest([1; 32]); 3],
    };
    let mut events = start(IncentiveKind::Market);
    events.extend([(CREATED_AT, topped_up(OWNER, 1_500)), (CREATED_AT, posted)]);
    let mut void = events.clone();
    void.push((CREATED_AT, Event::MarketVoided { burned: Amount(1_000) }));
    let void = fold(&void).unwrap();
    assert_eq!((void.owed(), void.account(&OWNER).balance), (Amount(500), Amount(500)));
    assert_eq!(void.market.unwrap().stage(0), MarketStage::Over(Over::Voided));
    events.extend([
        (CREATED_AT, Event::MarketTimedOut { shared: Amount(400), burned: Amount(600) }),
        (CREATED_AT, Event::Credited { account: ANN, amount: Amount(400) }),
    ]);
    assert_eq!(fold(&events).unwrap().owed(), Amount(900));
}

/// Computed with js-sha3 from two words, written by hand.
#[test]
fn a_commitment_is_of_key_and_salt() {
    let made = contribution_commitment(&Digest([0x11; 32]), &Digest([0x22; 32]));
    assert_eq!(hex::encode(made.0), "3e92e0db88d6afea9edc4eedf62fffa4d92bcdfc310dccbe943747fe8302e871");
}

#[test]
fn a_history_with_a_hole_is_refused() {
    let unborn = [(0, Event::Ready)];
    assert_eq!(fold(&unborn), Err(FoldError::NotCreated(MODEL)));
    let with = |event| [start(IncentiveKind::Deposit), vec![(CREATED_AT, event)]].concat();
    let key = Digest([5; 32]);
    let refunded = Event::Refunded { contributor: ANN, key, amount: Amount(1), point: true };
    assert_eq!(fold(&with(refunded)), Err(FoldError::UnknownContribution { model: MODEL, key }));
    let overdrawn = FoldError::Overdrawn { model: MODEL, account: ANN };
    assert_eq!(fold(&with(contributed(ANN, &[1], 0, 0, 5))), Err(overdrawn.clone()));
    assert_eq!(fold(&with(Event::Withdrawn { account: ANN, amount: Amount(1) })), Err(overdrawn));
    let supported = Event::ClassSupported { proposal: 1, supporter: ANN, weight: 1 };
    assert_eq!(fold(&with(supported)), Err(FoldError::UnknownProposal { model: MODEL, proposal: 1 }));
    assert_eq!(fold(&with(Event::PieceDrawn { piece: 0 })), Err(FoldError::NoMarket(MODEL)));
}

#[test]
fn what_is_left_out_of_a_model_shows_in_what_the_contract_counts() {
    use crate::returns::shared::{ChainAccount, ChainTotals};
    let sample = vec![1];
    let key = record_key(&ANN, 0, &sample);
    let contributed = Event::Contributed { contributor: ANN, key, label: 0, predicted: 1, deposit: Amount(5), sample };
    let whole = [
        (CREATED_AT, created(IncentiveKind::Deposit)),
        (CREATED_AT, Event::Ready),
        (1_010, Event::ToppedUp { account: ANN, amount: Amount(9) }),
        (1_010, contributed),
        (1_030, Event::Refunded { contributor: ANN, key, amount: Amount(5), point: true }),
    ];
    let stored = ChainTotals { last: 1_010, good: 1, contributions: 1 };
    let told = fold(&whole).unwrap();
    assert_eq!(told.lacking(&stored), None);
    assert_eq!(fold(&whole[..4]).unwrap().lacking(&stored), Some(Lacking::Points));
    assert_eq!(fold(&whole[..3]).unwrap().lacking(&stored), Some(Lacking::Contributions));
    assert_eq!(told.lacking(&ChainTotals { contributions: 0, good: 0, ..stored }), None, "an older count");
    let mut account = ChainAccount { balance: told.account(&ANN).balance, good: 1 };
    assert_eq!(Lacking::of_account(&told.account(&ANN), &account), None);
    account.balance.0 -= 1;
    assert_eq!(Lacking::of_account(&told.account(&ANN), &account), Some(Lacking::Account), "a withdrawal");
}

#[test]
fn what_the_contracts_store_is_enough_to_teach_and_withdraw() {
    use crate::returns::shared::{ChainAccount, ChainTotals};
    let stored = StoredModel {
        totals: ChainTotals { last: 1_500, good: 7, contributions: 1_000 },
        loaded: 4,
        ready: true,
        classes: 3,
        person: Some((ANN, ChainAccount { balance: Amount(4), good: 2 })),
        proposals: Vec::new(),
        market: None,
        contributions: Vec::new(),
    };
    let logged = |event| LoggedEvent {
        subject: MODEL,
        block: 1,
        block_hash: Digest::ZERO,
        log_index: 0,
        tx: Digest::ZERO,
        at: CREATED_AT,
        event,
    };
    let model = stored.as_model(&logged(created(IncentiveKind::Deposit)), &[]).unwrap().expect("it is a creation");
    assert_eq!((model.ready, model.classes, model.last), (true, 3, 1_500));
    assert_eq!(model.deposit(1_600), model.terms.deposit(100));
    assert_eq!(model.withdraw(&ANN, Amount(4)), Ok(()));
    assert!(model.withdraw(&BEN, Amount(1)).is_err());
    assert!(stored.as_model(&logged(Event::Ready), &[]).is_err());
    // Of a prediction market nothing can be taught before one is posted.
    let market = stored.as_model(&logged(created(IncentiveKind::Market)), &[]).unwrap().expect("it is a creation");
    let refused = market.contribute(&ANN, &sample(&[1]), 0, Amount(9), 1_600);
    assert_eq!(refused, Err(Refusal::MarketClosed));
}

/// What waits for an account is worked out only at these times: in between nothing becomes another.
#[test]
fn between_two_changes_an_account_has_the_same_to_do() {
    let mut random = 0x5eed_u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for round in 0..40 {
        let incentive = if round % 4 == 0 { IncentiveKind::Points } else { IncentiveKind::Deposit };
        let mut events = start(incentive);
        events.extend([OWNER, ANN, BEN].map(|who| (CREATED_AT, topped_up(who, 1_000))));
        let mut at = CREATED_AT;
        let mut keys = Vec::new();
        for number in 0..6 {
            at += next(9);
            let who = [OWNER, ANN, BEN][next(3) as usize];
            let deposit = if incentive == IncentiveKind::Deposit { 20 } else { 0 };
            let event = contributed(who, &[number], next(2) as u16, next(2) as u16, deposit);
            keys.push((who, key_of(&event)));
            events.push((at, event));
        }
        at += 10;
        for (contributor, key) in keys.into_iter().filter(|_| incentive == IncentiveKind::Deposit) {
            at += next(5);
            if next(2) == 0 {
                events.push((at, Event::Reported { contributor, key, reporter: OWNER }));
            }
        }
        let model = fold(&events).unwrap();
        for account in [OWNER, ANN, BEN, Address([7; 20])] {
            let to_do = |now: u64| {
                let (now_, later): (Vec<_>, Vec<_>) =
                    model.steps(&account, now).into_iter().partition(|s| s.from <= now);
                let now_: Vec<_> = now_.into_iter().map(|s| (s.todo, s.key, s.amount, s.until)).collect();
                (now_, later)
            };
            let mut at = CREATED_AT;
            while at < CREATED_AT + 150 {
                let until = model.changes_at(&account, at).unwrap_or(CREATED_AT + 150);
                assert!(until > at);
                for then in at..until {
                    assert_eq!(to_do(then), to_do(at), "round {round}, {account}: {then} is like {at}");
                }
                at = until;
            }
        }
    }
}
