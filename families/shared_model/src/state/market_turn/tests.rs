use std::collections::{BTreeMap, BTreeSet};

use protocol::Digest;

use super::*;
use crate::{
    IncentiveKind,
    state::{Entry, Piece},
};

const OWNER: Address = Address([9; 20]);
const ANN: Address = Address([1; 20]);
const BEN: Address = Address([2; 20]);

/// A market that opened at 1,000 and closes at 2,000: 100 s to show, 50 s to reveal.
fn market() -> Market {
    Market {
        bounty: Amount(700),
        stake: Amount(10),
        limit: 3,
        open_seconds: 1_000,
        show_window: 100,
        reveal_window: 50,
        commitments: vec![Digest::ZERO; 3],
        posted_at: 900,
        posted_block: 9,
        drawn: Some(1),
        drawn_at: Some(950),
        pieces: BTreeMap::from([(1, piece())]),
        closes_at: Some(2_000),
        entries: Vec::new(),
        evaluated_from: None,
        stepped_at: 0,
        trainings: Vec::new(),
        passes: Vec::new(),
        rounds_left: Amount(700),
        dropped: BTreeSet::new(),
        escrowed: Amount(700),
        remainder: None,
        burned: Amount::ZERO,
        over: None,
    }
}

fn piece() -> Piece {
    Piece { salt: Digest::ZERO, correct: 0, total: 1, rows: Vec::new() }
}

fn entry(contributor: Address, shown: bool) -> Entry {
    Entry { contributor, commitment: Digest::ZERO, key: shown.then_some(Digest([5; 32])), at: 1_000 }
}

fn turn(market: Market, account: &Address, now: u64) -> Option<MarketTurn> {
    let mut model = crate::state::tests::ready(IncentiveKind::Market);
    (model.owner, model.market) = (OWNER, Some(market));
    model.market_turn(account, now)
}

fn due(act: MarketAct, until: impl Into<Option<u64>>, amount: u128) -> Option<MarketTurn> {
    Some(MarketTurn { act, until: until.into(), amount: Amount(amount) })
}

#[test]
fn the_owner_draws_and_reveals_or_loses_the_bounty() {
    let drawing = Market { drawn: None, drawn_at: None, closes_at: None, pieces: BTreeMap::new(), ..market() };
    assert_eq!(turn(drawing.clone(), &OWNER, 900), due(MarketAct::Draw, None, 700));
    assert_eq!(turn(drawing, &ANN, 900), None);
    let drawn = Market { closes_at: None, pieces: BTreeMap::new(), ..market() };
    assert_eq!(turn(drawn.clone(), &OWNER, 999), due(MarketAct::RevealDrawn, 1_000, 700));
    assert_eq!(turn(drawn, &OWNER, 1_000), None, "it is too late, and nothing comes back");
}

#[test]
fn contributors_show_from_the_close_or_the_limit_on_until_the_announced_time() {
    let two = Market { entries: vec![entry(ANN, false), entry(BEN, false)], ..market() };
    assert_eq!(turn(two.clone(), &ANN, 1_999), None, "still open");
    assert_eq!(turn(two.clone(), &ANN, 2_000), due(MarketAct::Show(vec![0]), 2_100, 10));
    let full = Market { entries: vec![entry(ANN, false), entry(BEN, true), entry(ANN, false)], ..market() };
    assert_eq!(turn(full.clone(), &ANN, 1_500), due(MarketAct::Show(vec![0, 2]), 2_100, 20));
    assert_eq!(turn(full.clone(), &BEN, 1_500), None);
    assert_eq!(turn(full, &OWNER, 2_099), None);
}

#[test]
fn the_owner_reveals_when_nothing_is_left_to_show() {
    let silent = Market { entries: vec![entry(ANN, true), entry(BEN, false)], ..market() };
    assert_eq!(turn(silent.clone(), &OWNER, 2_100), due(MarketAct::RevealOthers, 2_150, 710));
    assert_eq!(turn(silent.clone(), &BEN, 2_100), None, "the stake is lost");
    // From then on whoever has something in the market gets it back by ending it.
    assert_eq!(turn(silent.clone(), &ANN, 2_150), due(MarketAct::TimeOut, None, 10));
    assert_eq!(turn(silent.clone(), &BEN, 2_150), None);
    assert_eq!(turn(silent, &OWNER, 2_150), due(MarketAct::TimeOut, None, 0), "half is burned, half the contributors'");
    // What nobody has shown anything for is the owner's, with the stakes, and comes back by nothing else.
    let unshown = Market { entries: vec![entry(BEN, false)], ..market() };
    assert_eq!(turn(unshown, &OWNER, 2_150), due(MarketAct::TimeOut, None, 710));
    assert_eq!(turn(market(), &OWNER, 2_150), due(MarketAct::TimeOut, None, 700), "nobody has committed");
    let full = Market { entries: vec![entry(ANN, true), entry(BEN, true), entry(ANN, true)], ..market() };
    assert_eq!(turn(full, &OWNER, 1_500), due(MarketAct::RevealOthers, 2_150, 700), "however soon it is full");
}

#[test]
fn an_evaluation_has_a_fixed_end_besides() {
    let pieces = (0..3).map(|index| (index, piece())).collect();
    let begun = Market { entries: vec![entry(ANN, true)], pieces, evaluated_from: Some(3_000), ..market() };
    let moved = |stepped_at| Market { stepped_at, ..begun.clone() };
    for who in [OWNER, ANN] {
        assert_eq!(turn(moved(3_000), &who, 3_001), due(MarketAct::Evaluate, 3_000 + STALL, 700));
        let near_the_end = 3_000 + EVALUATION_TIME - 5;
        assert_eq!(
            turn(moved(near_the_end), &who, near_the_end),
            due(MarketAct::Evaluate, 3_000 + EVALUATION_TIME, 700)
        );
        assert_eq!(turn(moved(near_the_end), &who, 3_000 + EVALUATION_TIME), due(MarketAct::TimeOut, None, 0));
    }
    assert_eq!(turn(moved(3_000), &BEN, 3_001), None);
}

#[test]
fn who_committed_and_the_owner_know_their_windows_while_the_market_is_open() {
    let coming = |market: Market, account: &Address, now: u64| {
        let mut model = crate::state::tests::ready(IncentiveKind::Market);
        (model.owner, model.market) = (OWNER, Some(market));
        let all = model.market_coming(account, now).into_iter();
        all.map(|c| (c.turn.act, c.from, c.turn.until, c.turn.amount.0)).collect::<Vec<_>>()
    };
    let open = Market { entries: vec![entry(ANN, false), entry(BEN, false)], ..market() };
    assert_eq!(coming(open.clone(), &ANN, 1_500), [(MarketAct::Show(vec![0]), 2_000, Some(2_100), 10)]);
    assert_eq!(coming(open.clone(), &OWNER, 1_500), [(MarketAct::RevealOthers, 2_100, Some(2_150), 700)]);
    assert_eq!(coming(open.clone(), &Address([7; 20]), 1_500), []);
    // The window of showing ends as it was announced, also where the market was full before: what was said stays true.
    let full = Market { entries: vec![entry(ANN, false), entry(BEN, false), entry(BEN, false)], ..market() };
    assert_eq!(turn(full.clone(), &ANN, 1_500).unwrap().until, Some(2_100));
    assert_eq!(coming(full.clone(), &ANN, 1_500), [], "it is her turn");
    assert_eq!(coming(full, &OWNER, 1_500).len(), 1);
    let drawing = Market { drawn: None, drawn_at: None, closes_at: None, pieces: BTreeMap::new(), ..market() };
    assert_eq!(coming(drawing, &OWNER, 950), [], "nobody knows when it opens");
    assert_eq!(coming(open, &ANN, 2_100), [], "too late");
}
