use super::*;

const AUTHOR: Address = Address([1; 20]);
const OWNER: Address = Address([2; 20]);
const ANN: Address = Address([3; 20]);
const KEY: Digest = Digest([7; 32]);
const AT: u64 = 1_000;

fn terms() -> Terms {
    Terms { cost_weight: Amount(1), refund_wait: 10, owner_wait: 20, any_wait: 30 }
}

/// Label 1, of which 60 of 100 are left.
fn record() -> Record {
    Record {
        key: KEY,
        contributor: AUTHOR,
        label: 1,
        at: AT,
        initial: Amount(100),
        left: Amount(60),
        known: false,
        reported_at: None,
        settled: false,
    }
}

/// Reported when the refund wait was over.
fn reported() -> Record {
    Record { reported_at: Some(AT + 10), ..record() }
}

fn taker(account: Address, good: u64) -> Taker {
    Taker { account, owner: account == OWNER, good, taken: false }
}

#[test]
fn a_refund_needs_time_agreement_and_its_author() {
    let refund = |record: &Record, who: &Address, now, predicted: u16| {
        terms().refund(IncentiveKind::Deposit, record, who, now, || predicted)
    };
    let deposit = Refund { amount: Amount(60), point: false };
    let whole = Refund { amount: Amount(60), point: true };
    assert_eq!(refund(&record(), &AUTHOR, AT + 10, 1), Ok(deposit));
    assert_eq!(refund(&record(), &AUTHOR, AT + 19, 1), Ok(deposit));
    assert_eq!(refund(&record(), &AUTHOR, AT + 20, 1), Ok(whole), "the point takes as long again");
    assert_eq!(refund(&record(), &AUTHOR, AT + 100_000, 1), Ok(whole), "until somebody takes it");
    assert_eq!(refund(&reported(), &AUTHOR, AT + 10, 1), Ok(deposit), "a report changes nothing");
    assert_eq!(refund(&record(), &AUTHOR, AT + 9, 1), Err(Refusal::TooEarly { until: AT + 10, now: AT + 9 }));
    assert_eq!(refund(&record(), &AUTHOR, AT + 10, 0), Err(Refusal::ModelDisagrees { predicted: 0, label: 1 }));
    assert_eq!(refund(&record(), &ANN, AT + 10, 1), Err(Refusal::NoSuchContribution { key: KEY }));
    let known = Record { known: true, ..record() };
    assert_eq!(refund(&known, &AUTHOR, AT + 20, 1), Ok(deposit), "nothing was taught");
    let settled = Record { settled: true, ..record() };
    assert_eq!(refund(&settled, &AUTHOR, AT, 1), Err(Refusal::AlreadySettled { key: KEY }));
    let market = terms().refund(IncentiveKind::Market, &record(), &AUTHOR, AT + 10, || 1);
    assert_eq!(market, Err(Refusal::NothingToRefund));
}

#[test]
fn a_point_comes_by_itself_where_the_deposit_is_back() {
    let back = Record { left: Amount::ZERO, ..record() };
    let refund = |now, predicted: u16| terms().refund(IncentiveKind::Deposit, &back, &AUTHOR, now, || predicted);
    assert_eq!(refund(AT + 19, 1), Err(Refusal::TooEarly { until: AT + 20, now: AT + 19 }));
    assert_eq!(refund(AT + 20, 1), Ok(Refund { amount: Amount::ZERO, point: true }));
    assert_eq!(refund(AT + 20, 0), Err(Refusal::ModelDisagrees { predicted: 0, label: 1 }));
    let report = terms().report(IncentiveKind::Deposit, &back, &taker(ANN, 1), AT + 20, || 0);
    assert_eq!(report, Err(Refusal::AlreadySettled { key: KEY }), "nothing is left to take");
}

#[test]
fn a_report_needs_time_points_and_disagreement() {
    let report = |record: &Record, who: Taker, now, predicted: u16| {
        terms().report(IncentiveKind::Deposit, record, &who, now, || predicted)
    };
    assert_eq!(report(&record(), taker(ANN, 1), AT + 9, 0), Err(Refusal::TooEarly { until: AT + 10, now: AT + 9 }));
    assert_eq!(report(&record(), taker(ANN, 1), AT + 10, 0), Ok(()));
    assert_eq!(report(&record(), taker(OWNER, 0), AT + 10, 0), Ok(()), "the owner needs no points");
    assert_eq!(report(&record(), taker(ANN, 0), AT + 29, 0), Err(Refusal::NoPoints { account: ANN }));
    assert_eq!(report(&record(), taker(ANN, 0), AT + 30, 0), Ok(()), "anyone after the longest wait");
    assert_eq!(report(&record(), taker(ANN, 0), AT + 30, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    assert_eq!(report(&record(), taker(AUTHOR, 9), AT + 30, 0), Err(Refusal::OwnContribution { key: KEY }));
    let again = Refusal::AlreadyReported { key: KEY, until: AT + 40 };
    assert_eq!(report(&reported(), taker(ANN, 1), AT + 39, 0), Err(again), "it cannot be put off");
    assert_eq!(report(&reported(), taker(ANN, 1), AT + 40, 0), Ok(()), "it has ended to count");
    for incentive in [IncentiveKind::Points, IncentiveKind::Market] {
        let refused = terms().report(incentive, &record(), &taker(ANN, 1), AT + 30, || 0);
        assert_eq!(refused, Err(Refusal::NothingToReport));
    }
}

#[test]
fn each_path_of_taking_opens_in_its_time() {
    let take = |record: &Record, who: Taker, now, predicted: u16| {
        terms().take(IncentiveKind::Deposit, record, &who, 4, now, || predicted)
    };
    let early = |until, now| Err(Refusal::TooEarly { until, now });
    let all = |path| Ok(Take { amount: Amount(60), path });
    assert_eq!(take(&record(), taker(ANN, 1), AT + 20, 0), Err(Refusal::NotReported { key: KEY }));
    // By points: 1 of 4 of the initial deposit, a refund wait after the report, for two of them.
    assert_eq!(take(&reported(), taker(ANN, 1), AT + 19, 0), early(AT + 20, AT + 19));
    assert_eq!(take(&reported(), taker(ANN, 1), AT + 20, 0), Ok(Take { amount: Amount(25), path: TakePath::Share }));
    assert_eq!(take(&reported(), taker(ANN, 3), AT + 20, 0), all(TakePath::Share), "75 are not left");
    assert_eq!(take(&reported(), taker(ANN, 0), AT + 20, 0), Err(Refusal::NoPoints { account: ANN }));
    assert_eq!(take(&reported(), taker(ANN, 1), AT + 20, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    assert_eq!(take(&reported(), taker(ANN, 1), AT + 40, 0), Err(Refusal::NotReported { key: KEY }));
    let again = Taker { taken: true, ..taker(ANN, 1) };
    assert_eq!(take(&reported(), again, AT + 20, 0), Err(Refusal::AlreadyTaken { key: KEY }));
    // The owner: everything, from the owner's wait on, but nothing that the model agrees with.
    let sooner = Record { reported_at: Some(AT + 5), ..record() };
    assert_eq!(take(&sooner, taker(OWNER, 0), AT + 19, 0), Err(Refusal::NoPoints { account: OWNER }));
    assert_eq!(take(&sooner, taker(OWNER, 0), AT + 20, 0), all(TakePath::Owner));
    assert_eq!(take(&sooner, taker(OWNER, 0), AT + 20, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    // Anybody: everything after the longest wait, but last, and nothing that the model agrees with.
    let later = Record { reported_at: Some(AT + 30), ..record() };
    assert_eq!(take(&later, taker(ANN, 0), AT + 49, 0), early(AT + 50, AT + 49));
    assert_eq!(take(&later, taker(ANN, 0), AT + 50, 0), all(TakePath::Anyone));
    assert_eq!(take(&later, again, AT + 50, 0), all(TakePath::Anyone));
    assert_eq!(take(&later, taker(ANN, 0), AT + 50, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    // Never the author.
    assert_eq!(take(&later, taker(AUTHOR, 9), AT + 50, 0), Err(Refusal::OwnContribution { key: KEY }));
    for incentive in [IncentiveKind::Points, IncentiveKind::Market] {
        let refused = terms().take(incentive, &later, &taker(ANN, 1), 4, AT + 50, || 0);
        assert_eq!(refused, Err(Refusal::NothingToReport));
    }
}

#[test]
fn the_model_is_asked_only_where_it_decides() {
    let asked = || -> u16 { panic!("the model was asked") };
    let report = |who, now| terms().report(IncentiveKind::Deposit, &record(), &who, now, asked);
    assert!(report(taker(ANN, 1), AT).is_err());
    assert!(report(taker(ANN, 0), AT + 10).is_err());
    let take = |who, now| terms().take(IncentiveKind::Deposit, &reported(), &who, 4, now, asked);
    assert!(take(taker(ANN, 1), AT + 19).is_err());
    assert!(take(taker(ANN, 0), AT + 20).is_err());
}

#[test]
fn phases_begin_with_their_first_second() {
    let phase = |now| (terms().phase(&record(), now), terms().phase_ends(&record(), now));
    assert_eq!(phase(AT), (RecordPhase::Waiting, Some(AT + 10)));
    assert_eq!(phase(AT + 9), (RecordPhase::Waiting, Some(AT + 10)));
    assert_eq!(phase(AT + 10), (RecordPhase::Claimable, Some(AT + 20)));
    assert_eq!(phase(AT + 20), (RecordPhase::OwnersToo, Some(AT + 30)));
    assert_eq!(phase(AT + 30), (RecordPhase::Anyones, None));
    let settled = Record { settled: true, ..record() };
    assert_eq!(terms().phase(&settled, AT), RecordPhase::Settled);
}

#[test]
fn shares_are_rounded_down_and_never_overflow() {
    let share = |initial: u128, left: u128, good, total| {
        super::share(&Record { initial: Amount(initial), left: Amount(left), ..record() }, good, total).0
    };
    assert_eq!(share(100, 100, 1, 3), 33);
    assert_eq!(share(2, 2, 1, 3), 2, "a share of nothing takes what is left");
    assert_eq!(share(100, 20, 1, 3), 20);
    let most = (1 << 88) - 1;
    assert_eq!(share(most, most, u64::MAX, u64::MAX), most);
    assert_eq!(share(most, most, u64::MAX - 1, u64::MAX), most - most.div_ceil(u128::from(u64::MAX)));
}
