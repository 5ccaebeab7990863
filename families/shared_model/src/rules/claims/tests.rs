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
        settled: false,
    }
}

fn reporter(account: Address, good: u64) -> Reporter {
    Reporter { account, owner: account == OWNER, good, reported: false }
}

#[test]
fn a_refund_needs_time_agreement_and_its_author() {
    let refund = |record: &Record, who: &Address, now, predicted: u16| {
        terms().refund(IncentiveKind::Deposit, record, who, now, || predicted)
    };
    let whole = Refund { amount: Amount(60), point: true };
    assert_eq!(refund(&record(), &AUTHOR, AT + 10, 1), Ok(whole));
    assert_eq!(refund(&record(), &AUTHOR, AT + 100_000, 1), Ok(whole), "until somebody takes it");
    assert_eq!(refund(&record(), &AUTHOR, AT + 9, 1), Err(Refusal::TooEarly { until: AT + 10, now: AT + 9 }));
    assert_eq!(refund(&record(), &AUTHOR, AT + 10, 0), Err(Refusal::ModelDisagrees { predicted: 0, label: 1 }));
    assert_eq!(refund(&record(), &ANN, AT + 10, 1), Err(Refusal::NoSuchContribution { key: KEY }));
    let known = Record { known: true, ..record() };
    assert_eq!(refund(&known, &AUTHOR, AT + 10, 1), Ok(Refund { point: false, ..whole }), "nothing was taught");
    let settled = Record { settled: true, ..record() };
    assert_eq!(refund(&settled, &AUTHOR, AT, 1), Err(Refusal::AlreadySettled { key: KEY }));
    let market = terms().refund(IncentiveKind::Market, &record(), &AUTHOR, AT + 10, || 1);
    assert_eq!(market, Err(Refusal::NothingToRefund));
}

#[test]
fn each_path_of_a_report_opens_in_its_time() {
    let report = |who: Reporter, now, predicted: u16| {
        terms().report(IncentiveKind::Deposit, &record(), &who, 4, now, || predicted)
    };
    let early = |until, now| Err(Refusal::TooEarly { until, now });
    let all = |path| Ok(Report { amount: Amount(60), path });
    // By points: 1 of 4 of the initial deposit, from the refund wait on.
    assert_eq!(report(reporter(ANN, 1), AT + 9, 0), early(AT + 10, AT + 9));
    assert_eq!(report(reporter(ANN, 1), AT + 10, 0), Ok(Report { amount: Amount(25), path: ReportPath::Share }));
    assert_eq!(report(reporter(ANN, 3), AT + 10, 0), all(ReportPath::Share), "75 are not left");
    assert_eq!(report(reporter(ANN, 0), AT + 10, 0), Err(Refusal::NoPoints { account: ANN }));
    assert_eq!(report(reporter(ANN, 1), AT + 10, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    let again = Reporter { reported: true, ..reporter(ANN, 1) };
    assert_eq!(report(again, AT + 10, 0), Err(Refusal::AlreadyReported { key: KEY }));
    // The owner: everything, from the owner's wait on, but nothing that the model agrees with.
    assert_eq!(report(reporter(OWNER, 0), AT + 19, 0), Err(Refusal::NoPoints { account: OWNER }));
    assert_eq!(report(reporter(OWNER, 0), AT + 20, 0), all(ReportPath::Owner));
    assert_eq!(report(reporter(OWNER, 0), AT + 20, 1), Err(Refusal::ModelAgrees { predicted: 1 }));
    // Anybody: everything, whatever the model says.
    assert_eq!(report(reporter(ANN, 0), AT + 29, 0), Err(Refusal::NoPoints { account: ANN }));
    assert_eq!(report(reporter(ANN, 0), AT + 30, 1), all(ReportPath::Anyone));
    assert_eq!(report(again, AT + 30, 1), all(ReportPath::Anyone));
    // Never the author.
    assert_eq!(report(reporter(AUTHOR, 9), AT + 30, 0), Err(Refusal::OwnContribution { key: KEY }));
    for incentive in [IncentiveKind::Points, IncentiveKind::Market] {
        let refused = terms().report(incentive, &record(), &reporter(ANN, 1), 4, AT + 30, || 0);
        assert_eq!(refused, Err(Refusal::NothingToReport));
    }
}

#[test]
fn the_model_is_asked_only_where_it_decides() {
    let asked = || -> u16 { panic!("the model was asked") };
    let report = |who, now| terms().report(IncentiveKind::Deposit, &record(), &who, 4, now, asked);
    assert!(report(reporter(ANN, 1), AT).is_err());
    assert!(report(reporter(ANN, 0), AT + 10).is_err());
    assert!(report(reporter(ANN, 0), AT + 30).is_ok());
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
    let none = Terms { refund_wait: 0, owner_wait: 0, any_wait: 0, ..terms() };
    assert_eq!(none.phase(&record(), AT), RecordPhase::Anyones);
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
