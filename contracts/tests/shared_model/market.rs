//! The prediction market.

mod limits;
mod markets;
mod parts;

use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, Event, Sample, Shape,
    calls::{market, shared},
    returns::market::MarketPhase,
    state::{EVALUATION_TIME, STALL, record_key},
};

use crate::harness::{
    Failure, Receipt, account,
    models::market_fixture::{BOUNTY, MarketFixture, OPEN_SECONDS, REVEAL_WINDOW, Row, SHOW_WINDOW, STAKE},
    models::{OWNER, shape},
    number, reverts, trainer, word,
};

/// So many samples of each class, all empty, that one more hardly changes what the classes are worth.
fn bayes() -> Shape {
    Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 2, 2) }
}

fn listed(features: &[u32]) -> Sample {
    Sample::Sparse(features.to_vec())
}

/// Features 0 to 5 speak for class 0, 6 to 11 for class 1: three pieces of four rows.
fn test_set() -> Vec<Vec<Row>> {
    let row = |n: u32, label: u16| (listed(&[n + 6 * u32::from(label), n + 1 + 6 * u32::from(label)]), label);
    (0..3u32).map(|piece| vec![row(piece, 0), row(piece, 1), row(piece + 2, 0), row(piece + 2, 1)]).collect()
}

fn fixture() -> MarketFixture {
    MarketFixture::new(&bayes(), None, test_set())
}

fn phase(fixture: &mut MarketFixture) -> MarketPhase {
    fixture.market().phase
}

/// Demands `WrongMarketPhase` with this phase.
#[track_caller]
fn wrong_phase(result: Result<Receipt, Failure>, phase: MarketPhase) {
    let at = MarketPhase::ALL.iter().position(|p| *p == phase).unwrap() as u8;
    reverts(result, "WrongMarketPhase(uint8)", &[number(at)]);
}

#[test]
fn honest_contributors_share_the_bounty_and_a_cheater_pays() {
    let mut fixture = fixture().open();
    fixture.commit(0, &listed(&[6, 7, 8, 9]), 1).unwrap();
    fixture.commit(2, &listed(&[6, 7, 8, 9, 10]), 0).unwrap();
    fixture.commit(1, &listed(&[8, 9, 10, 11]), 1).unwrap();
    fixture.models.money_is_conserved(fixture.made.model);
    fixture.show_all();
    fixture.models.money_is_conserved(fixture.made.model);
    fixture.reveal_all();
    assert_eq!(phase(&mut fixture), MarketPhase::Evaluating);
    fixture.finish(2);

    let model = fixture.made.model;
    let [ann, ben, cheat] = [0, 1, 2].map(|n| fixture.models.account(model, trainer(n)).0);
    assert!(ann > STAKE && ben >= STAKE, "{ann} {ben}");
    assert!(cheat < STAKE, "{cheat}");
    assert!(fixture.models.folded(model).market.unwrap().dropped.contains(&trainer(2)));
    // Everybody goes home with it, and nothing stays.
    for who in [trainer(0), trainer(1), trainer(2), OWNER] {
        let balance = fixture.models.account(model, who).0;
        fixture.send(who, shared::withdraw(balance)).unwrap();
    }
    assert_eq!(fixture.models.tokens(model), Amount::ZERO);
}

#[test]
fn the_piece_is_drawn_by_a_block_that_was_not_there() {
    let mut fixture = fixture();
    wrong_phase(fixture.send(trainer(0), market::draw()), MarketPhase::None);
    fixture.post().unwrap();
    assert_eq!(fixture.models.tokens(fixture.made.model), BOUNTY);
    let posted = fixture.market().post_block;
    for _ in 0..2 {
        let early = fixture.send(trainer(0), market::draw());
        reverts(early, "DrawTooEarly(uint256)", &[number(posted + 2)]);
        fixture.models.chain.wait(1);
    }
    fixture.send(trainer(0), market::draw()).unwrap();
    assert_eq!(phase(&mut fixture), MarketPhase::Drawn);
    wrong_phase(fixture.send(trainer(0), market::draw()), MarketPhase::Drawn);
    fixture.models.money_is_conserved(fixture.made.model);
}

#[test]
fn other_markets_draw_other_pieces() {
    let mut drawn = std::collections::BTreeSet::new();
    for wait in 0..12 {
        let mut fixture = fixture();
        for _ in 0..wait {
            fixture.models.chain.wait(1);
        }
        fixture.post().unwrap();
        fixture.draw().unwrap();
        drawn.insert(fixture.drawn());
    }
    assert_eq!(drawn.len(), 3, "{drawn:?}");
}

/// EIP-2935: 8,191 blocks, and no longer the 256 that the EVM knows.
#[test]
fn a_draw_can_wait_for_8191_blocks_and_then_burns_the_bounty() {
    let late = |blocks: u64, has_history: bool| {
        let mut fixture = fixture();
        if !has_history {
            fixture.models.chain.forget_history();
        }
        fixture.post().unwrap();
        let posted = fixture.market().post_block;
        fixture.models.chain.skip_to_block(posted + 1 + blocks);
        fixture.send(trainer(0), market::draw()).unwrap();
        fixture
    };
    for (blocks, has_history) in [(256, false), (257, true), (8_191, true)] {
        assert_eq!(phase(&mut late(blocks, has_history)), MarketPhase::Drawn, "after {blocks} blocks");
    }
    for (blocks, has_history) in [(257, false), (8_192, true)] {
        let mut fixture = late(blocks, has_history);
        assert_eq!(*fixture.models.last_event(fixture.made.model), Event::MarketVoided { burned: BOUNTY });
        assert_eq!(phase(&mut fixture), MarketPhase::None);
        burned_it_all(&mut fixture);
    }
}

/// Whoever posts again pays again.
#[track_caller]
fn burned_it_all(fixture: &mut MarketFixture) {
    let model = fixture.made.model;
    assert_eq!(fixture.models.account(model, OWNER).0, Amount::ZERO);
    assert_eq!(fixture.models.tokens(model), Amount::ZERO);
    assert_eq!(fixture.models.supply(), Amount(Amount::SUPPLY.0 - BOUNTY.0));
    fixture.post().unwrap();
    assert_eq!(fixture.models.tokens(model), BOUNTY);
    fixture.models.money_is_conserved(model);
}

#[test]
fn an_owner_who_does_not_show_the_drawn_piece_loses_the_bounty() {
    let mut fixture = fixture();
    fixture.post().unwrap();
    fixture.draw().unwrap();
    let until = fixture.models.chain.now() + u64::from(REVEAL_WINDOW);
    assert_eq!(fixture.market().until, until);
    reverts(fixture.send(trainer(0), market::timeout()), "NotOverdue(uint256)", &[number(until)]);
    fixture.models.chain.set_time(until);
    let drawn = fixture.drawn();
    reverts(fixture.reveal(drawn), "RevealOver(uint256)", &[number(until)]);
    fixture.send(trainer(0), market::timeout()).unwrap();
    assert_eq!(*fixture.models.last_event(fixture.made.model), Event::MarketVoided { burned: BOUNTY });
    burned_it_all(&mut fixture);
}

#[test]
fn only_what_was_committed_can_be_revealed_in_order_and_by_the_owner() {
    let mut fixture = fixture();
    fixture.post().unwrap();
    wrong_phase(fixture.reveal(0), MarketPhase::Posted);
    fixture.draw().unwrap();
    let drawn = fixture.drawn();
    let other = (drawn + 1) % 3;
    reverts(fixture.reveal(other), "WrongPiece(uint256,uint256)", &[number(other as u8), number(drawn as u8)]);
    let rows = crate::harness::models::market_fixture::piece(&fixture.rows[drawn]);
    let forged = market::reveal_piece(drawn as u16, Digest([1; 32]), &rows);
    let expected = fixture.offer.commitments[drawn];
    let found = Digest(ethers_core::utils::keccak256([&[1; 32][..], &rows].concat()));
    reverts(fixture.send(OWNER, forged.clone()), "PieceMismatch(bytes32,bytes32)", &[word(found), word(expected)]);
    let stranger = fixture.send(trainer(0), forged);
    reverts(stranger, "NotOwner(address,address)", &[account(trainer(0)), account(OWNER)]);
    fixture.reveal(drawn).unwrap();
    wrong_phase(fixture.reveal(other), MarketPhase::Open);
    fixture.commit(0, &listed(&[7]), 1).unwrap();
    fixture.show_all();
    let rest: Vec<usize> = (0..3).filter(|n| *n != drawn).collect();
    let swapped = fixture.reveal(rest[1]);
    reverts(swapped, "WrongPiece(uint256,uint256)", &[number(rest[1] as u8), number(rest[0] as u8)]);
    fixture.reveal(rest[0]).unwrap();
    fixture.reveal(rest[1]).unwrap();
    wrong_phase(fixture.reveal(rest[1]), MarketPhase::Evaluating);
}

#[test]
fn offers_are_checked() {
    let mut fixture = fixture();
    let good = fixture.offer.clone();
    fixture.models.fund(OWNER, fixture.made.model, BOUNTY);
    let mut refused = |change: &dyn Fn(&mut market::Offer), signature: &str, argument: Option<u128>| {
        let mut offer = good.clone();
        change(&mut offer);
        let arguments: Vec<_> = argument.map(number).into_iter().collect();
        reverts(fixture.send(OWNER, market::post_market(&offer)), signature, &arguments);
    };
    refused(&|o| o.commitments.truncate(2), "PiecesOutOfRange(uint256)", Some(2));
    refused(&|o| o.commitments = vec![Digest([1; 32]); 17], "PiecesOutOfRange(uint256)", Some(17));
    refused(&|o| o.bounty = Amount::ZERO, "BountyIsZero()", None);
    refused(&|o| o.stake = Amount::ZERO, "StakeOutOfRange(uint128)", Some(0));
    refused(&|o| o.stake = Amount(1 << 88), "StakeOutOfRange(uint128)", Some(1 << 88));
    refused(&|o| o.limit = 0, "LimitOutOfRange(uint16)", Some(0));
    refused(&|o| o.limit = 257, "LimitOutOfRange(uint16)", Some(257));
    refused(&|o| o.open_seconds = 599, "MarketWindowOutOfRange(uint32)", Some(599));
    refused(&|o| o.show_window = 599, "MarketWindowOutOfRange(uint32)", Some(599));
    refused(&|o| o.reveal_window = 30 * 86_400 + 1, "MarketWindowOutOfRange(uint32)", Some(30 * 86_400 + 1));
    let stranger = fixture.send(trainer(0), market::post_market(&good));
    reverts(stranger, "NotOwner(address,address)", &[account(trainer(0)), account(OWNER)]);
    fixture.post().unwrap();
    wrong_phase(fixture.send(OWNER, market::post_market(&good)), MarketPhase::Posted);
}

#[test]
fn a_model_must_be_ready_and_small_enough() {
    use crate::harness::{Models, models::terms};
    use shared_model::IncentiveKind::Market;
    let mut models = Models::new();
    let offer = fixture().offer;
    let made = models.create(&bayes(), Market, &terms(Market));
    let early = models.send(OWNER, made.model, market::post_market(&offer));
    reverts(early, "NotReady(uint256,uint256)", &[number(0u8), number(made.shape.needed() as u8)]);
    let mut refused = |features, capacity, words: u128| {
        let shape = shape(ClassifierKind::DenseCentroid, features, capacity, 2);
        let made = models.ready(&shape, Market, &terms(Market), None);
        models.fund(OWNER, made.model, BOUNTY);
        let posted = models.send(OWNER, made.model, market::post_market(&offer));
        if words == 0 {
            posted.unwrap();
        } else {
            reverts(posted, "ModelTooLarge(uint256)", &[number(words)]);
        }
    };
    refused(1_500, 2, 0);
    refused(1_501, 2, 151);
    refused(160, 63, 1_008);
}

#[test]
fn commitments_are_taken_while_it_is_open_for_exactly_the_stake() {
    let mut fixture = fixture();
    let sample = listed(&[7]);
    wrong_phase(fixture.commit(0, &sample, 1), MarketPhase::None);
    fixture.offer.limit = 2;
    let mut fixture = fixture.open();
    let hash = Digest([7; 32]);
    reverts(fixture.send(OWNER, market::commit(hash, None)), "OwnerMayNotContribute()", &[]);
    let open = shared::contribute(&sample.to_bytes(), 1, STAKE, None);
    reverts(fixture.send(trainer(0), open), "CommitFirst()", &[]);
    // A larger allowance is not used up.
    let model = fixture.made.model;
    fixture.models.fund(trainer(0), model, Amount::mdc(50));
    let before = fixture.models.tokens(trainer(0));
    fixture.send(trainer(0), market::commit(hash, None)).unwrap();
    assert_eq!(fixture.models.tokens(trainer(0)), Amount(before.0 - STAKE.0));
    let committed = Event::Committed { index: 0, contributor: trainer(0), commitment: hash, stake: STAKE };
    assert_eq!(*fixture.models.last_event(model), committed);
    fixture.committed.push(None);
    wrong_phase(fixture.show_by(trainer(0), 0, &sample, 1), MarketPhase::Open);
    fixture.commit(1, &listed(&[1]), 0).unwrap();
    // The second one closed it.
    wrong_phase(fixture.commit(1, &listed(&[2]), 0), MarketPhase::Showing);
    fixture.models.money_is_conserved(model);
    let mut late = self::fixture().open();
    late.models.chain.wait(u64::from(OPEN_SECONDS));
    wrong_phase(late.commit(0, &sample, 1), MarketPhase::Revealing);
}

#[test]
fn only_what_was_committed_to_can_be_shown_once_by_its_author_and_if_the_model_takes_it() {
    let mut fixture = fixture().open();
    let sample = listed(&[7]);
    let long = listed(&(0..129).collect::<Vec<_>>());
    for (sample, label) in [(&sample, 1), (&sample, 2), (&listed(&[12]), 1), (&long, 1), (&sample, 1)] {
        fixture.commit(0, sample, label).unwrap();
    }
    fixture.models.chain.wait(u64::from(OPEN_SECONDS));
    assert_eq!(phase(&mut fixture), MarketPhase::Showing);
    let mismatch = |result: Result<Receipt, Failure>| {
        let Err(Failure::Reverted { revert, .. }) = result else { panic!("{result:?}") };
        assert_eq!(revert.name, "CommitmentMismatch");
    };
    mismatch(fixture.show_by(trainer(1), 0, &sample, 1));
    mismatch(fixture.show_by(trainer(0), 0, &sample, 0));
    mismatch(fixture.show_by(trainer(0), 0, &listed(&[8]), 1));
    reverts(fixture.show_by(trainer(0), 5, &sample, 1), "NothingToShow(uint256)", &[number(5u8)]);
    fixture.show(0).unwrap();
    reverts(fixture.show(0), "NothingToShow(uint256)", &[number(0u8)]);
    reverts(fixture.show(1), "UnknownLabel(uint256,uint256)", &[number(2u8), number(2u8)]);
    reverts(fixture.show(2), "IndexOutOfRange(uint256,uint256)", &[number(12u8), number(12u8)]);
    reverts(fixture.show(3), "SampleTooLong(uint256,uint256)", &[number(387u16), number(384u16)]);
    let key = record_key(&trainer(0), 1, &sample.to_bytes());
    reverts(fixture.show(4), "AlreadyContributed(bytes32)", &[word(key)]);
    let model = fixture.made.model;
    fixture.models.money_is_conserved(model);
    fixture.models.chain.wait(u64::from(SHOW_WINDOW));
    wrong_phase(fixture.show(1), MarketPhase::Revealing);
}

/// I3: the record of a contribution says that nothing of it is left once the market has paid.
#[test]
fn records_say_what_is_true_before_and_after_the_end() {
    let mut fixture = fixture().open();
    let sample = listed(&[7]);
    fixture.commit(0, &sample, 1).unwrap();
    let (model, key) = (fixture.made.model, record_key(&trainer(0), 1, &sample.to_bytes()));
    assert_eq!(fixture.models.record(model, key), None);
    fixture.show_all();
    let during = fixture.models.record(model, key).unwrap();
    assert_eq!((during.initial, during.left, during.settled), (STAKE, STAKE, false));
    fixture.reveal_all();
    fixture.finish(1);
    let after = fixture.models.record(model, key).unwrap();
    assert_eq!((after.initial, after.left, after.settled), (STAKE, Amount::ZERO, true));
    let folded = fixture.models.folded(model).contribution(&key).unwrap().record;
    assert_eq!((folded.left, folded.settled), (Amount::ZERO, true));
}

#[test]
fn an_owner_who_hides_the_test_set_loses_half_by_fire_and_half_to_the_contributors() {
    let mut fixture = fixture().open();
    fixture.commit(0, &listed(&[7]), 1).unwrap();
    for n in 1..=5 {
        fixture.commit(1, &listed(&[n]), 0).unwrap();
    }
    wrong_phase(fixture.send(trainer(0), market::timeout()), MarketPhase::Open);
    fixture.show_all();
    let until = fixture.market().until;
    assert_eq!(until, fixture.models.chain.now() + u64::from(SHOW_WINDOW + REVEAL_WINDOW));
    reverts(fixture.send(trainer(0), market::timeout()), "NotOverdue(uint256)", &[number(until)]);
    fixture.models.chain.set_time(until);
    fixture.send(trainer(0), market::timeout()).unwrap();
    assert_eq!(phase(&mut fixture), MarketPhase::TimedOut);
    let model = fixture.made.model;
    // A sixth and five sixths of 50, cut off; the rest is the owner's.
    let [ann, ben, owner] = [trainer(0), trainer(1), OWNER].map(|who| fixture.models.account(model, who).0.0);
    assert_eq!(ann, Amount::mdc(5).0 + BOUNTY.0 / 2 / 6);
    assert_eq!(ben, Amount::mdc(25).0 + BOUNTY.0 / 2 * 5 / 6);
    assert_eq!(ann + ben + owner, Amount::mdc(80).0);
    fixture.models.money_is_conserved(model);
    wrong_phase(fixture.send(trainer(0), market::timeout()), MarketPhase::TimedOut);
}

#[test]
fn without_contributions_the_bounty_goes_back() {
    let mut revealed = fixture().open();
    revealed.reveal_all();
    assert_eq!(phase(&mut revealed), MarketPhase::Ended);
    let mut hidden = fixture().open();
    hidden.models.chain.wait(u64::from(OPEN_SECONDS + SHOW_WINDOW + REVEAL_WINDOW));
    hidden.send(trainer(0), market::timeout()).unwrap();
    for mut fixture in [revealed, hidden] {
        assert_eq!(fixture.models.account(fixture.made.model, OWNER).0, BOUNTY);
        fixture.models.money_is_conserved(fixture.made.model);
    }
}

#[test]
fn an_evaluation_can_stop_and_go_on_anywhere() {
    let mut fixture = fixture().open();
    fixture.commit(0, &listed(&[6, 7, 8, 9]), 1).unwrap();
    fixture.commit(1, &listed(&[8, 9, 10, 11]), 0).unwrap();
    wrong_phase(fixture.evaluate(0, &[], &[]), MarketPhase::Open);
    fixture.reveal_all();
    let (pieces, items) = (fixture.pieces(), fixture.items());
    reverts(fixture.evaluate(0, &[], &pieces), "NothingEvaluated()", &[]);
    reverts(fixture.evaluate(1, &items[1..], &pieces), "NotNext(uint256,uint256)", &[number(1u8), number(0u8)]);
    let done = fixture.send(trainer(0), market::end_pass());
    reverts(done, "PassNotDone(uint256,uint256)", &[number(0u8), number(2u8)]);
    // Another one than the next, or changed.
    let key = |item: &market::Item| record_key(&item.contributor, item.label, &item.sample);
    let wrong = fixture.evaluate(0, &items[1..], &pieces);
    reverts(wrong, "WrongContribution(uint256,bytes32)", &[number(0u8), word(key(&items[1]))]);
    // Taught, but nothing counted; then a piece at a time.
    fixture.evaluate(0, &items[..1], &[]).unwrap();
    assert!(fixture.market().taught);
    let mut forged = pieces.clone();
    let at = (0..3).find(|n| !pieces[*n].is_empty()).unwrap();
    forged[at][1] ^= 1;
    let hash = Digest(ethers_core::utils::keccak256(&forged[at]));
    let expected = Digest(ethers_core::utils::keccak256(&pieces[at]));
    reverts(fixture.evaluate(0, &[], &forged), "PieceMismatch(bytes32,bytes32)", &[word(hash), word(expected)]);
    for piece in 0..3 {
        let mut one = vec![Vec::new(); 3];
        one[piece].clone_from(&pieces[piece]);
        if !one[piece].is_empty() {
            fixture.evaluate(0, &items[..piece % 2], &one).unwrap();
        }
    }
    assert_eq!((fixture.market().next, fixture.market().taught), (1, false));
    fixture.finish(1);
}

/// L7: two people evaluate at the same time, and what the first one has done costs the second one nothing.
#[test]
fn what_somebody_else_has_evaluated_is_passed_over() {
    let mut fixture = fixture().open();
    for n in 0..4 {
        fixture.commit(n, &listed(&[6 + n, 10]), 1).unwrap();
    }
    // One that counts for nothing lies between them.
    fixture.forget(1);
    fixture.reveal_all();
    let (items, pieces) = (fixture.items(), fixture.pieces());
    fixture.evaluate(0, &items[..2], &pieces).unwrap();
    // Taught by somebody, but not counted.
    fixture.evaluate(3, &items[2..], &[]).unwrap();
    fixture.evaluate(0, &items, &pieces).unwrap();
    assert_eq!(fixture.market().next, 4);
    reverts(fixture.evaluate(0, &items, &pieces), "NothingEvaluated()", &[]);
    fixture.finish(1);
}

/// Whoever would lose by the evaluation gets no part of the bounty by holding it up, and the owner does not get it back.
#[test]
fn an_evaluation_that_does_not_end_pays_nobody() {
    let begun = || {
        let mut fixture = fixture().open();
        fixture.commit(0, &listed(&[6, 7]), 1).unwrap();
        fixture.commit(1, &listed(&[8, 9]), 0).unwrap();
        fixture.commit(2, &listed(&[8, 9]), 0).unwrap();
        fixture.forget(2);
        fixture.reveal_all();
        fixture
    };
    let burned = |fixture: &mut MarketFixture| {
        let until = fixture.market().until;
        reverts(fixture.send(trainer(0), market::timeout()), "NotOverdue(uint256)", &[number(until)]);
        fixture.models.chain.set_time(until);
        fixture.send(trainer(0), market::timeout()).unwrap();
        let model = fixture.made.model;
        let balances = [trainer(0), trainer(1), trainer(2), OWNER].map(|who| fixture.models.account(model, who).0);
        assert_eq!(balances, [STAKE, STAKE, Amount::ZERO, Amount::ZERO]);
        assert_eq!(fixture.models.supply(), Amount(Amount::SUPPLY.0 - BOUNTY.0 - STAKE.0));
        fixture.models.money_is_conserved(model);
    };
    let mut stands_still = begun();
    let (items, pieces) = (stands_still.items(), stands_still.pieces());
    stands_still.evaluate(0, &items[..1], &pieces).unwrap();
    assert_eq!(stands_still.market().until, stands_still.models.chain.now() + STALL);
    burned(&mut stands_still);

    // A step every three days does not move the end: M5.
    let mut beats = begun();
    let (began, pieces) = (beats.models.chain.now(), beats.pieces());
    beats.evaluate(0, &items[..1], &[]).unwrap();
    for piece in (0..3).filter(|piece| !pieces[*piece].is_empty()) {
        beats.models.chain.wait(STALL - 1);
        let mut one = vec![Vec::new(); 3];
        one[piece].clone_from(&pieces[piece]);
        beats.evaluate(0, &[], &one).unwrap();
    }
    beats.models.chain.set_time(began + EVALUATION_TIME - 1);
    beats.evaluate(1, &items[1..2], &[]).unwrap();
    assert_eq!(beats.market().until, began + EVALUATION_TIME);
    burned(&mut beats);
}

#[test]
fn a_market_has_no_refunds_no_reports_and_no_new_classes_meanwhile() {
    let shape = Shape { headers: vec![1, 1], ..shape(ClassifierKind::NaiveBayes, 12, 3, 2) };
    let mut fixture = MarketFixture::new(&shape, None, test_set());
    fixture.send(trainer(0), shared::propose_class("third")).unwrap();
    fixture.post().unwrap();
    wrong_phase(fixture.send(OWNER, shared::add_class(1)), MarketPhase::Posted);
    reverts(fixture.send(trainer(0), shared::refund(&[0, 0, 1], 1)), "NothingToRefund()", &[]);
    let report = shared::report(Address([1; 20]), &[0, 0, 1], 1);
    reverts(fixture.send(trainer(0), report), "NothingToReport()", &[]);
}

#[test]
fn a_piece_without_rows_or_with_a_bad_row_cannot_be_revealed() {
    let mut rows = test_set();
    rows.iter_mut().for_each(Vec::clear);
    let mut fixture = MarketFixture::new(&bayes(), None, rows);
    fixture.post().unwrap();
    fixture.draw().unwrap();
    let drawn = fixture.drawn();
    reverts(fixture.reveal(drawn), "EmptyPiece(uint256)", &[number(drawn as u8)]);
    let mut rows = test_set();
    rows.iter_mut().for_each(|rows| rows[1].1 = 2);
    let mut fixture = MarketFixture::new(&bayes(), None, rows);
    fixture.post().unwrap();
    fixture.draw().unwrap();
    let drawn = fixture.drawn();
    reverts(fixture.reveal(drawn), "UnknownLabel(uint256,uint256)", &[number(2u8), number(2u8)]);
}

/// Words that were read before, as an access list has them read, do not make a piece small.
#[test]
fn a_piece_that_reads_more_words_than_can_be_read_again_cannot_be_revealed() {
    let shape = Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 1_000, 2, 2) };
    let rows = |features| vec![vec![(listed(&(0..features).collect::<Vec<_>>()), 0); 2]; 3];
    // Two rows of 4 and 3 n bytes, and at most 3 * 1,428 of them.
    for (features, refused) in [(712, false), (713, true)] {
        let mut fixture = MarketFixture::new(&shape, None, rows(features));
        fixture.post().unwrap();
        fixture.draw().unwrap();
        let drawn = fixture.drawn();
        let revealed = fixture.reveal(drawn);
        if refused {
            reverts(revealed, "PieceTooLarge(uint256,uint256)", &[number(2u64 * (4 + 3 * 713)), number(4_284u16)]);
        } else {
            revealed.unwrap();
        }
    }
}

/// Every step that loops over contributions fits a transaction when there are as many as can be.
#[test]
fn the_largest_market_can_be_played_to_its_end() {
    let mut fixture = fixture();
    fixture.offer.limit = 256;
    let mut fixture = fixture.open();
    for n in 0..256u32 {
        // A quarter of them cheat, each with another sample.
        let label = u16::from(n % 4 != 0);
        let sample = listed(&[6 + n % 3, 9 + n / 3 % 3]);
        fixture.commit(n, &sample, label).unwrap();
    }
    fixture.reveal_all();
    fixture.finish(40);
}

/// Wallets try a transaction in the last block to tell its gas; what is mined is a little later.
#[test]
fn a_step_costs_no_more_a_second_later() {
    let mut fixture = fixture().open();
    for n in 0..3 {
        fixture.commit(n, &listed(&[6 + n, 9]), 1).unwrap();
    }
    fixture.reveal_all();
    let pieces = fixture.pieces();
    let shown: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    for _ in 0..3 {
        let (first, due) = fixture.due(1);
        let data = market::evaluate(first, &due, &shown);
        let model = fixture.made.model;
        let estimate = fixture.models.chain.call(trainer(77), model, data).unwrap().gas;
        fixture.models.chain.wait(1);
        assert_eq!(fixture.evaluate(first, &due, &pieces).unwrap().gas, estimate);
    }
    let estimate = fixture.models.chain.call(trainer(77), fixture.made.model, market::end_pass()).unwrap().gas;
    fixture.models.chain.wait(1);
    assert_eq!(fixture.send(trainer(77), market::end_pass()).unwrap().gas, estimate);
}
