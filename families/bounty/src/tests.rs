mod record;

use protocol::{Address, Amount, Digest};

use super::*;

const REQUESTER: Address = Address([1; 20]);
const ANN: Address = Address([2; 20]);
const BEN: Address = Address([3; 20]);
const DEADLINE: u64 = 1_000;
const WINDOW: u64 = 100;

/// Folds events that happen at the given times.
fn fold(events: &[(u64, Event)]) -> Bounty {
    let logged: Vec<_> = events
        .iter()
        .enumerate()
        .map(|(i, (at, event))| LoggedEvent {
            subject: 1,
            block: i as u64,
            block_hash: Digest::ZERO,
            log_index: 0,
            tx: Digest::ZERO,
            at: *at,
            event: event.clone(),
        })
        .collect();
    Bounty::fold(&logged).expect("the history is whole").expect("it begins with a creation")
}

fn created() -> (u64, Event) {
    let terms = Terms {
        reward: Amount::mdc(100),
        stake: Amount::mdc(5),
        deadline: DEADLINE,
        window: WINDOW as u32,
        test_rows: 10,
        classes: 2,
        min_correct: 4,
        truth_superhash: Digest::ZERO,
        post_number: PostNumber::default(),
    };
    let cid = String::new;
    (0, Event::Created { requester: REQUESTER, terms, train_cid: cid(), test_cid: cid(), metadata_cid: cid() })
}

fn submitted(trainer: Address, order: u32) -> (u64, Event) {
    let event = Event::Submitted { trainer, order, commitment: Digest([order as u8; 32]) };
    (10, event)
}

const TRUTH: (u64, Event) = (1_050, Event::TruthRevealed { digest: Digest::ZERO, at: 1_050 });

#[test]
fn windows_begin_with_their_first_second_and_end_before_their_last() {
    let waiting = fold(&[created(), submitted(ANN, 1)]);
    let revealed = fold(&[created(), submitted(ANN, 1), TRUTH]);
    let claimed = fold(&[created(), submitted(ANN, 1), TRUTH, (1_060, Event::Claimed { trainer: ANN, correct: 9 })]);
    for (bounty, now, expected) in [
        (&waiting, 999, Phase::Open),
        (&waiting, 1_000, Phase::AwaitingTruth),
        (&waiting, 1_099, Phase::AwaitingTruth),
        (&waiting, 1_100, Phase::TruthOverdue),
        (&revealed, 1_149, Phase::Claiming),
        (&revealed, 1_150, Phase::SettleDue),
        (&claimed, 1_150, Phase::Revealing),
        (&claimed, 1_249, Phase::Revealing),
        (&claimed, 1_250, Phase::SettleDue),
    ] {
        assert_eq!(bounty.phase(now), expected, "at {now}");
    }
}

#[test]
fn a_late_withdrawal_loses_the_stake_also_where_it_is_zero() {
    let withdrawn = |at| (at, Event::Withdrawn { trainer: ANN, returned: Amount::ZERO, late: at >= DEADLINE });
    let early = fold(&[created(), submitted(ANN, 1), withdrawn(999)]);
    let late = fold(&[created(), submitted(ANN, 1), withdrawn(1_000)]);
    assert_eq!(early.submissions[0].state, SubmissionState::Withdrawn);
    assert_eq!(late.submissions[0].state, SubmissionState::Abandoned);
    assert_eq!(early.active() + late.active(), 0);
    assert!(early.allowed(&ANN, 999).contains(&Action::Submit), "who withdrew in time may come back");
}

#[test]
fn each_person_is_reminded_of_what_they_would_lose() {
    let open = fold(&[created(), submitted(ANN, 1)]);
    let action = |bounty: &Bounty, person, now| bounty.task(&person, now).map(|t| (t.action, t.until));
    assert_eq!(action(&open, REQUESTER, 999), None);
    assert_eq!(action(&open, REQUESTER, 1_000), Some((Action::RevealTruth, Some(1_100))));
    assert_eq!(action(&open, ANN, 1_000), None);
    assert_eq!(action(&open, REQUESTER, 1_100), None, "the reward is lost, and trainers end it");
    // Where no submission stands, the labels can stay secret: the reward comes back by ending the bounty.
    let withdrawn = (999, Event::Withdrawn { trainer: ANN, returned: Amount::mdc(5), late: false });
    for nobody in [fold(&[created()]), fold(&[created(), submitted(ANN, 1), withdrawn])] {
        assert_eq!(action(&nobody, REQUESTER, 1_000), None);
        assert_eq!(action(&nobody, REQUESTER, 1_100), Some((Action::Timeout, None)));
        assert_eq!(action(&nobody, ANN, 1_100), None);
    }
    let revealed = fold(&[created(), submitted(ANN, 1), TRUTH]);
    assert_eq!(action(&revealed, ANN, 1_060), Some((Action::Claim, Some(1_150))));
    assert_eq!(action(&revealed, BEN, 1_060), None);
}

#[test]
fn who_stayed_silent_above_the_winner_is_slashable_and_who_conceded_is_paid() {
    let claim = |trainer, correct| (1_060, Event::Claimed { trainer, correct });
    let cara = Address([4; 20]);
    let mut history = vec![
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        submitted(cara, 3),
        TRUTH,
        claim(ANN, 8),
        claim(BEN, 8),
        claim(cara, 3),
        (1_160, Event::PredictionRevealed { trainer: BEN, correct: 8, digest: Digest::ZERO, model_cid: String::new() }),
        (1_250, Event::Settled { winner: BEN, correct: 8, paid: Amount::mdc(105) }),
    ];
    let settled = fold(&history);
    assert_eq!(settled.phase(0), Phase::Settled);
    assert!(settled.slashable(&ANN), "an equal claim with an earlier submission ranks above the winner");
    assert_eq!(settled.due(&ANN), Amount::ZERO);
    assert_eq!(settled.due(&BEN), Amount::ZERO, "the winner was paid when it settled");
    assert_eq!(settled.submission(&cara).map(|s| s.state), Some(SubmissionState::Conceded));
    assert_eq!(settled.due(&cara), Amount::mdc(5));
    // The winner hears of the stake that waits, until it was sent.
    let tasks = |bounty: &Bounty| {
        let part = Part::Told(Box::new(bounty.clone()));
        [ANN, BEN, cara].map(|person| part.task(&person, 2_000).map(|task| (task.action, task.until)))
    };
    let collect = Some((Action::Collect, None));
    assert_eq!(tasks(&settled), [None, Some((Action::SendStake, None)), collect]);
    history.push((1_260, Event::Slashed { trainer: ANN, claim: 8, counted: 0, revealed: false }));
    assert_eq!(tasks(&fold(&history)), [None, None, collect]);
    let mut free = settled;
    free.terms.stake = Amount::ZERO;
    assert_eq!(tasks(&free), [None; 3], "where no stake was asked for, none waits");
}

#[test]
fn a_history_with_a_hole_is_refused() {
    let logged = |event| LoggedEvent {
        subject: 7,
        block: 0,
        block_hash: Digest::ZERO,
        log_index: 0,
        tx: Digest::ZERO,
        at: 0,
        event,
    };
    let claim = Event::Claimed { trainer: ANN, correct: 1 };
    assert_eq!(Bounty::fold(&[logged(claim.clone())]), Err(FoldError::NotCreated(7)));
    let unknown = [logged(created().1), logged(claim)];
    assert_eq!(Bounty::fold(&unknown), Err(FoldError::UnknownTrainer { id: 7, trainer: ANN }));
}

/// What the contract stores after a history: two submitted, one withdrew late, one made a false claim, which ended it.
fn stored() -> returns::ChainBounty {
    let (_, Event::Created { terms, .. }) = created() else { unreachable!("it is a creation") };
    returns::ChainBounty {
        terms,
        requester: REQUESTER,
        phase: Phase::Refunded,
        submissions: 3,
        active: 2,
        claims: 1,
        false_claims: 1,
        conceded: 1,
        truth_revealed_at: Some(1_050),
        best: None,
        best_correct: 0,
    }
}

fn lacking(events: &[(u64, Event)], stored: &returns::ChainBounty) -> Option<Lacking> {
    fold(events).lacking(&Told::by(events.iter().map(|(_, event)| event)), stored)
}

#[test]
fn each_event_that_was_left_out_shows_in_what_the_contract_counts() {
    const CLO: Address = Address([4; 20]);
    let refunded = Event::Refunded { reward: Amount::mdc(100), burned: Amount::ZERO };
    let whole = [
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        submitted(CLO, 3),
        TRUTH,
        (1_060, Event::Withdrawn { trainer: CLO, returned: Amount::ZERO, late: true }),
        (1_061, Event::Claimed { trainer: ANN, correct: 9 }),
        (1_062, Event::Claimed { trainer: BEN, correct: 3 }),
        (1_160, Event::Slashed { trainer: ANN, claim: 9, counted: 5, revealed: true }),
        (1_160, refunded),
    ];
    assert_eq!(lacking(&whole, &stored()), None);
    let without = |left_out: usize| {
        let told: Vec<_> = whole.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, e)| e.clone()).collect();
        lacking(&told, &stored())
    };
    for (left_out, expected) in [
        (4, Lacking::Truth),
        (5, Lacking::Withdrawals),
        (6, Lacking::Claims),
        (7, Lacking::Concessions),
        (8, Lacking::FalseClaims),
        (9, Lacking::End),
    ] {
        assert_eq!(without(left_out), Some(expected), "without event {left_out}");
    }
    let silent = [created(), submitted(ANN, 1), submitted(CLO, 3), TRUTH];
    assert_eq!(lacking(&silent, &stored()), Some(Lacking::Submissions), "also one between two others");
    // What came later than the count is no contradiction.
    let mut earlier = stored();
    (earlier.phase, earlier.claims, earlier.false_claims, earlier.conceded) = (Phase::Claiming, 0, 0, 0);
    (earlier.submissions, earlier.active, earlier.truth_revealed_at) = (2, 2, None);
    assert_eq!(lacking(&whole, &earlier), None);
}

#[test]
fn a_reveal_that_was_left_out_shows_in_the_best_one_that_the_contract_stores() {
    let reveal = |trainer, correct| {
        let digest = Digest([5; 32]);
        (1_110, Event::PredictionRevealed { trainer, correct, digest, model_cid: "bafy".into() })
    };
    let mut events = vec![
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        TRUTH,
        (1_060, Event::Claimed { trainer: ANN, correct: 9 }),
        (1_061, Event::Claimed { trainer: BEN, correct: 8 }),
        reveal(BEN, 8),
    ];
    let mut stored = stored();
    (stored.phase, stored.submissions, stored.active) = (Phase::Revealing, 2, 2);
    (stored.claims, stored.false_claims, stored.conceded) = (2, 0, 0);
    (stored.best, stored.best_correct) = (Some(BEN), 8);
    assert_eq!(lacking(&events, &stored), None);
    assert_eq!(lacking(&events[..6], &stored), Some(Lacking::Reveals), "the only one");
    (stored.best, stored.best_correct) = (Some(ANN), 9);
    assert_eq!(lacking(&events, &stored), Some(Lacking::Reveals), "a better one");
    events.push(reveal(ANN, 9));
    assert_eq!(lacking(&events, &stored), None);
    (stored.best, stored.best_correct) = (Some(BEN), 8);
    assert_eq!(lacking(&events, &stored), None, "what came later is no contradiction");
}

#[test]
fn a_stake_slashed_for_silence_is_no_false_claim() {
    let silent = [
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        TRUTH,
        (1_060, Event::Claimed { trainer: ANN, correct: 9 }),
        (1_061, Event::Claimed { trainer: BEN, correct: 8 }),
        (1_260, Event::Settled { winner: BEN, correct: 8, paid: Amount::mdc(105) }),
        (1_261, Event::Slashed { trainer: ANN, claim: 9, counted: 0, revealed: false }),
    ];
    assert_eq!(Told::by(silent.iter().map(|(_, event)| event)).false_claims, 0);
}

#[test]
fn what_the_contract_stores_of_a_person_allows_the_same_as_the_whole_history() {
    let history = [
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        TRUTH,
        (1_060, Event::Claimed { trainer: ANN, correct: 9 }),
        (1_070, Event::Withdrawn { trainer: BEN, returned: Amount::ZERO, late: true }),
    ];
    for length in 1..=history.len() {
        let whole = fold(&history[..length]);
        for (person, now) in [REQUESTER, ANN, BEN, Address([4; 20])]
            .into_iter()
            .flat_map(|person| [10, 999, 1_000, 1_050, 1_099, 1_100, 1_150, 1_249, 1_250].map(|now| (person, now)))
        {
            let (_, Event::Created { terms, .. }) = created() else { unreachable!("it is a creation") };
            let mine = whole.submission(&person).map(|mine| returns::ChainSubmission {
                commitment: mine.commitment,
                order: mine.order,
                claim: mine.claim.unwrap_or(0),
                state: mine.state,
                verified: mine.reveal.is_some(),
            });
            let bounty = returns::ChainBounty {
                terms,
                phase: whole.phase(now),
                truth_revealed_at: whole.truth.as_ref().map(|truth| truth.at),
                ..stored()
            };
            let stored = StoredBounty { id: 1, bounty, person, mine, due: whole.due(&person) };
            assert_eq!(stored.allowed(), whole.allowed(&person, now), "{person} at {now} after {length} events");
            assert_eq!(stored.phase_ends(), whole.phase_ends(now), "at {now} after {length} events");
            let bare = stored.as_bounty(&[]).expect("no event contradicts it");
            assert_eq!(bare.submission(&person), whole.submission(&person));
            assert_eq!((bare.terms, bare.truth), (whole.terms.clone(), None));
        }
    }
}

#[test]
fn a_replaced_submission_is_the_same_stake_in_the_newest_place() {
    let replaced = Event::Replaced { trainer: ANN, order: 3, commitment: Digest([9; 32]) };
    let history = [created(), submitted(ANN, 1), submitted(BEN, 2), (20, replaced)];
    let bounty = fold(&history);
    let places: Vec<_> = bounty.submissions.iter().map(|s| (s.trainer, s.order)).collect();
    assert_eq!(places, [(BEN, 2), (ANN, 3)]);
    assert_eq!(
        bounty.submission(&ANN).map(|s| (s.commitment, s.state)),
        Some((Digest([9; 32]), SubmissionState::Active))
    );
    assert_eq!(bounty.active(), 2);
    assert_eq!(Told::by(history.iter().map(|(_, event)| event)).submitted, 3, "as the contract counts them");
    assert!(bounty.allowed(&ANN, 999).contains(&Action::Replace));
    assert!(!bounty.allowed(&ANN, 1_000).contains(&Action::Replace), "not after the deadline");
    assert!(!bounty.allowed(&Address([4; 20]), 999).contains(&Action::Replace), "there is nothing to replace");
}

#[test]
fn who_submitted_knows_the_windows_before_the_truth_is_out() {
    let open = fold(&[created(), submitted(ANN, 1)]);
    let coming = |bounty: &Bounty, person, now| {
        let all = bounty.coming(&person, now).into_iter();
        all.map(|c| (c.action, c.window.from, c.window.until, c.depends)).collect::<Vec<_>>()
    };
    // The truth can come in any second of [1000, 1100).
    let depends = Depends::Truth { later: 99 };
    let both = [(Action::Claim, 1_000, 1_100, depends), (Action::RevealPrediction, 1_100, 1_200, depends)];
    assert_eq!(coming(&open, ANN, 500), both);
    let depends = Depends::Truth { later: 39 };
    let later = [(Action::Claim, 1_060, 1_160, depends), (Action::RevealPrediction, 1_160, 1_260, depends)];
    assert_eq!(coming(&open, ANN, 1_060), later, "it was not revealed by now");
    assert_eq!(coming(&open, ANN, 1_100), [], "nor in time");
    assert_eq!(coming(&open, REQUESTER, 500), [(Action::RevealTruth, 1_000, 1_100, Depends::Nothing)]);
    assert_eq!(coming(&open, REQUESTER, 1_000), [], "it is the requester's turn");
    assert_eq!(coming(&open, BEN, 500), []);

    let revealed = fold(&[created(), submitted(ANN, 1), TRUTH]);
    let reveal = |depends| [(Action::RevealPrediction, 1_150, 1_250, depends)];
    assert_eq!(coming(&revealed, ANN, 1_060), reveal(Depends::OwnClaim));
    let claimed = fold(&[created(), submitted(ANN, 1), TRUTH, (1_060, Event::Claimed { trainer: ANN, correct: 9 })]);
    assert_eq!(coming(&claimed, ANN, 1_061), reveal(Depends::Nothing));
    assert_eq!(coming(&claimed, ANN, 1_150), []);
}

/// Whenever the truth is revealed, the true windows lie where they were announced: no sooner, and later at most by what
/// was said.
#[test]
fn true_windows_are_never_before_the_announced_ones() {
    for truth_at in 1_000..1_100 {
        let history =
            [created(), submitted(ANN, 1), (truth_at, Event::TruthRevealed { digest: Digest::ZERO, at: truth_at })];
        let (open, revealed) = (fold(&history[..2]), fold(&history));
        let truly = [revealed.claim_window(), revealed.reveal_window()].map(Option::unwrap);
        for now in [0, 999, 1_000, 1_050, 1_099].into_iter().filter(|now| *now <= truth_at) {
            let coming = open.coming(&ANN, now);
            assert_eq!(coming.len(), 2);
            for (coming, truly) in coming.iter().zip(truly) {
                let Depends::Truth { later } = coming.depends else { panic!("{coming:?}") };
                let late = truly.from.checked_sub(coming.window.from).expect("no sooner");
                assert_eq!(truly.until - coming.window.until, late);
                assert!(late <= later, "at {now}: {late} later");
            }
        }
    }
}

#[test]
fn a_submission_is_told_by_what_became_of_the_bounty() {
    let forfeited = (1_200, Event::Forfeited { share: Amount::mdc(50), burned: Amount::mdc(50) });
    let cancelled = (500, Event::Cancelled { share: Amount::mdc(50), burned: Amount::mdc(50) });
    let refunded = (1_300, Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(5) });
    let claim = |trainer, correct| (1_060, Event::Claimed { trainer, correct });
    let settled = (1_250, Event::Settled { winner: BEN, correct: 8, paid: Amount::mdc(105) });
    let begin = [created(), submitted(ANN, 1), submitted(BEN, 2)];
    let standing = |more: &[(u64, Event)], now| fold(&[&begin, more].concat()).standing(&ANN, now);
    for (more, now, expected) in [
        (vec![], 500, Standing::Committed),
        (vec![], 1_200, Standing::Committed),
        (vec![forfeited.clone()], 1_200, Standing::ShareDue),
        (vec![cancelled], 500, Standing::ShareDue),
        (vec![forfeited, (1_201, Event::PaidOut { trainer: ANN, amount: Amount::mdc(55) })], 1_300, Standing::Paid),
        (vec![TRUTH], 1_149, Standing::Committed),
        (vec![TRUTH, claim(BEN, 8)], 1_150, Standing::NotClaimed),
        (vec![TRUTH, claim(BEN, 8), settled.clone()], 1_250, Standing::NotClaimed),
        (vec![TRUTH, refunded.clone()], 1_300, Standing::NotClaimed),
        (vec![TRUTH, claim(ANN, 9)], 1_060, Standing::Claimed),
        (vec![TRUTH, claim(ANN, 9), claim(BEN, 8), settled.clone()], 1_250, Standing::NotRevealed),
        (vec![TRUTH, claim(ANN, 7), claim(BEN, 8), settled.clone()], 1_250, Standing::StakeDue),
        (vec![TRUTH, claim(ANN, 9), refunded.clone()], 1_300, Standing::NotRevealed),
        (vec![TRUTH, claim(ANN, 3)], 1_100, Standing::Conceded),
        (vec![TRUTH, claim(ANN, 3), refunded], 1_300, Standing::StakeDue),
    ] {
        assert_eq!(standing(&more, now), Some(expected), "after {more:?} at {now}");
    }
    assert_eq!(fold(&begin).standing(&REQUESTER, 500), None);
}

#[test]
fn a_payment_that_was_left_out_shows_in_what_the_contract_stores_of_the_trainer() {
    let paid = (1_301, Event::PaidOut { trainer: ANN, amount: Amount::mdc(55) });
    let forfeited = (1_200, Event::Forfeited { share: Amount::mdc(50), burned: Amount::mdc(50) });
    let history = [created(), submitted(ANN, 1), submitted(BEN, 2), forfeited, paid];
    let stored = |order, state| returns::ChainSubmission {
        commitment: Digest([1; 32]),
        order,
        claim: 0,
        state,
        verified: false,
    };
    let paid = stored(1, SubmissionState::Paid);
    assert_eq!(fold(&history).lacking_of(&ANN, Some(&paid)), None);
    assert_eq!(fold(&history[..4]).lacking_of(&ANN, Some(&paid)), Some(Lacking::Payouts));
    let earlier = stored(1, SubmissionState::Active);
    assert_eq!(fold(&history).lacking_of(&ANN, Some(&earlier)), None, "what came later is no contradiction");
    assert_eq!(fold(&history).lacking_of(&ANN, Some(&stored(3, SubmissionState::Active))), Some(Lacking::Submissions));
    assert_eq!(fold(&history[..1]).lacking_of(&ANN, Some(&earlier)), Some(Lacking::Submissions));
    assert_eq!(fold(&history).lacking_of(&REQUESTER, None), None);
}
