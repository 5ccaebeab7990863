//! Requesters who kept, broke, took back and never owed a reveal, and what trainers have to show.

use super::*;

/// Another bounty with this history: its number, and what happened.
fn numbered(id: u64, events: &[(u64, Event)]) -> Bounty {
    Bounty { id, ..fold(events) }
}

#[test]
fn a_reveal_counts_once_it_is_due_and_only_where_somebody_waits_for_it() {
    let cancelled = (20, Event::Cancelled { share: Amount::ZERO, burned: Amount::ZERO });
    let forfeited = (1_200, Event::Forfeited { share: Amount::mdc(50), burned: Amount::mdc(50) });
    let refunded = (1_200, Event::Refunded { reward: Amount::mdc(100), burned: Amount::ZERO });
    let collected = (1_210, Event::PaidOut { trainer: ANN, amount: Amount::mdc(55) });
    let late = (1_010, Event::Withdrawn { trainer: ANN, returned: Amount::ZERO, late: true });
    let early = (30, Event::Withdrawn { trainer: ANN, returned: Amount::mdc(5), late: false });
    let waiting = [created(), submitted(ANN, 1)];
    for (history, now, expected) in [
        (&waiting[..], 999, Promise::Open),
        (&waiting, 1_099, Promise::Open),
        (&waiting, 1_100, Promise::Broken),
        (&[created(), submitted(ANN, 1), forfeited.clone()], 1_200, Promise::Broken),
        (&[created(), submitted(ANN, 1), forfeited, collected], 1_210, Promise::Broken),
        (&[created(), submitted(ANN, 1), TRUTH], 1_060, Promise::Kept),
        (&[created(), TRUTH], 1_060, Promise::Idle),
        (&[created(), TRUTH, refunded.clone()], 1_300, Promise::Idle),
        (&[created(), submitted(ANN, 1), late.clone(), TRUTH], 1_060, Promise::Idle),
        (&[created(), refunded.clone()], 1_300, Promise::Idle),
        (&[created(), submitted(ANN, 1), late, refunded], 1_300, Promise::Idle),
        (&[created()], 1_100, Promise::Idle),
        (&[created(), submitted(ANN, 1), cancelled.clone()], 5_000, Promise::Dropped),
        (&[created(), submitted(ANN, 1), early, cancelled.clone()], 5_000, Promise::Cancelled),
        (&[created(), cancelled], 5_000, Promise::Cancelled),
    ] {
        assert_eq!(fold(history).promise(now), expected, "at {now}: {history:?}");
    }
}

#[test]
fn a_requester_is_told_in_the_words_of_what_was_due() {
    let count = |promises: &[Promise]| {
        let mut found = Reliability::default();
        promises.iter().for_each(|promise| found.add(*promise, 1));
        found.words()
    };
    assert_eq!(count(&[]), "No bounty yet");
    assert_eq!(count(&[Promise::Open]), "First bounty");
    assert_eq!(count(&[Promise::Open, Promise::Idle]), "No reveal was due yet");
    assert_eq!(count(&[Promise::Kept, Promise::Kept, Promise::Open]), "Revealed 2 of 2 in time");
    assert_eq!(
        count(&[Promise::Kept, Promise::Broken, Promise::Cancelled, Promise::Idle]),
        "Revealed 1 of 2 in time, 1 cancelled without submissions"
    );
    assert_eq!(count(&[Promise::Dropped]), "No reveal was due yet, 1 cancelled after submissions");
    assert_eq!(
        count(&[Promise::Kept, Promise::Dropped, Promise::Dropped, Promise::Cancelled]),
        "Revealed 1 of 1 in time, 2 cancelled after submissions, 1 cancelled without submissions"
    );
}

#[test]
fn whoever_cost_trainers_their_work_stands_out() {
    let is_bad = |promise| {
        let mut found = Reliability::default();
        found.add(promise, 1);
        found.is_bad()
    };
    assert!(is_bad(Promise::Broken) && is_bad(Promise::Dropped));
    for good in [Promise::Open, Promise::Kept, Promise::Cancelled, Promise::Idle] {
        assert!(!is_bad(good), "{good:?}");
    }
}

#[test]
fn a_winner_has_the_stakes_of_who_stayed_silent_above() {
    let history = [
        created(),
        submitted(ANN, 1),
        submitted(BEN, 2),
        TRUTH,
        (1_060, Event::Claimed { trainer: ANN, correct: 9 }),
        (1_060, Event::Claimed { trainer: BEN, correct: 8 }),
        (1_160, Event::PredictionRevealed { trainer: BEN, correct: 8, digest: Digest::ZERO, model_cid: String::new() }),
        (1_250, Event::Settled { winner: BEN, correct: 8, paid: Amount::mdc(105) }),
        (1_260, Event::Slashed { trainer: ANN, claim: 9, counted: 0, revealed: false }),
    ];
    let received = |events, who| Record::of(who, &[fold(events)], 1_300).trainer.received;
    assert_eq!(received(&history[..8], &BEN), Amount::mdc(105));
    assert_eq!(received(&history, &BEN), Amount::mdc(110));
    assert_eq!(received(&history, &ANN), Amount::ZERO);
}

#[test]
fn wins_scores_and_slashes_are_an_accounts_own() {
    let claim = |trainer, correct| (1_060, Event::Claimed { trainer, correct });
    let reveal = |trainer, correct| {
        (1_160, Event::PredictionRevealed { trainer, correct, digest: Digest::ZERO, model_cid: String::new() })
    };
    let lost = (1_170, Event::Slashed { trainer: BEN, claim: 9, counted: 7, revealed: true });
    let settled = (1_250, Event::Settled { winner: ANN, correct: 8, paid: Amount::mdc(110) });
    let (to_ann, to_ben) = (submitted(ANN, 1), submitted(BEN, 2));
    let first = [created(), to_ann, to_ben, TRUTH, claim(ANN, 8), claim(BEN, 9), reveal(ANN, 8), lost, settled];
    let second = [created(), submitted(ANN, 1), TRUTH, claim(ANN, 7), reveal(ANN, 7)];
    let all = [numbered(1, &first), numbered(2, &second)];
    let score = |bounty, correct, won| VerifiedScore { bounty, correct, test_rows: 10, won };
    let ann = Record::of(&ANN, &all, 1_300);
    assert_eq!(ann.requester, Reliability::default());
    assert_eq!((ann.trainer.submissions, ann.trainer.wins, ann.trainer.slashed), (2, 1, 0));
    assert_eq!(ann.trainer.scores, [score(2, 7, false), score(1, 8, true)]);
    assert_eq!(ann.trainer.received, Amount::mdc(110));
    let ben = Record::of(&BEN, &all, 1_300).trainer;
    assert_eq!((ben.submissions, ben.wins, ben.slashed, ben.scores.len()), (1, 0, 1, 0));
    assert_eq!(
        Record::of(&REQUESTER, &all, 1_300).requester,
        Reliability { posted: 2, revealed: 2, ..Default::default() }
    );
    assert!(Record::of(&Address([9; 20]), &all, 1_300).is_empty());
}
