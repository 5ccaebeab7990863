use protocol::{Address, Digest};
use shared_model::{
    ClassifierKind, Model, Sample, Shape,
    calls::market,
    hidden_set::{self, HiddenPiece},
    state::{MarketAct, MarketStage, Over, StoredMarket, Wanted},
};

use super::{asked, at_once};
use crate::harness::{
    models::market_fixture::{MarketFixture, OPEN_SECONDS, REVEAL_WINDOW, Row, SHOW_WINDOW, commitment_of, kept},
    models::{OWNER, shape},
    trainer,
};

fn listed(features: &[u32]) -> Sample {
    Sample::Sparse(features.to_vec())
}

/// Three pieces of two rows.
fn fixture() -> MarketFixture {
    let shape = Shape { headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 12, 2, 2) };
    let row = |n: u32, label: u16| -> Row { (listed(&[n + 6 * u32::from(label)]), label) };
    MarketFixture::new(&shape, None, (0..3).map(|piece| vec![row(piece, 0), row(piece, 1)]).collect())
}

fn known(fixture: &mut MarketFixture, person: Address) -> Model {
    let items = fixture.committed.clone();
    let own = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_ref()?)));
    let commitments: Vec<Digest> =
        own.filter(|(_, item)| item.contributor == person).map(|(index, item)| commitment_of(item, index)).collect();
    let wanted = Wanted { person: Some(person), commitments, ..Wanted::default() };
    asked(&mut fixture.models, fixture.made.model, &wanted).1
}

/// Stage, times and turns are those of the history, for the owner, for who committed and for a stranger.
#[track_caller]
fn same(fixture: &mut MarketFixture) -> MarketStage {
    let now = fixture.models.chain.now();
    let folded = fixture.models.folded(fixture.made.model);
    let whole = folded.market.as_ref().expect("posted");
    for person in [OWNER, trainer(0), trainer(1), trainer(9)] {
        let stored = known(fixture, person);
        let market = stored.market.as_ref().expect("posted");
        assert_eq!(market.stage(now), whole.stage(now));
        assert_eq!(market.until(now), whole.until(now), "{:?}", whole.stage(now));
        assert_eq!(market.entries.len(), whole.entries.len());
        assert_eq!(market.unshown(), whole.unshown());
        assert_eq!(market.pieces.keys().collect::<Vec<_>>(), whole.pieces.keys().collect::<Vec<_>>());
        assert_eq!((market.drawn, market.bounty, market.stake), (whole.drawn, whole.bounty, whole.stake));
        assert_eq!(market.rounds_left, whole.rounds_left);
        assert_eq!(stored.account(&person).balance, folded.account(&person).balance);
        let turn = folded.market_turn(&person, now);
        // Stakes of what was shown are not asked for: who only waits for others has no turn by calls alone.
        let waits = turn.as_ref().is_some_and(|turn| matches!(turn.act, MarketAct::TimeOut | MarketAct::Evaluate));
        if person == OWNER || !waits {
            let act = |turn: Option<shared_model::state::MarketTurn>| turn.map(|turn| (turn.act, turn.until));
            assert_eq!(act(stored.market_turn(&person, now)), act(turn), "{person} in {:?}", whole.stage(now));
        }
        let sample = listed(&[3]).to_bytes();
        let contribute = |model: &Model| model.contribute(&person, &sample, 0, market.stake, now);
        assert_eq!(contribute(&stored), contribute(&folded), "{person} in {:?}", whole.stage(now));
    }
    whole.stage(now)
}

#[test]
fn a_market_is_known_by_calls_alone_in_every_stage() {
    let mut fixture = fixture();
    assert_eq!(known(&mut fixture, OWNER).market, None, "nothing was posted");
    fixture.post().unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Drawing);
    fixture.draw().unwrap();
    assert_eq!(same(&mut fixture), MarketStage::FirstReveal);
    let drawn = fixture.drawn();
    fixture.reveal(drawn).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Open);
    fixture.commit(0, &listed(&[6, 7]), 1).unwrap();
    fixture.commit(1, &listed(&[7, 8]), 1).unwrap();
    fixture.commit(0, &listed(&[8, 9]), 1).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Open);
    fixture.models.chain.wait(u64::from(OPEN_SECONDS));
    assert_eq!(same(&mut fixture), MarketStage::Showing);
    fixture.show(0).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Showing);
    let mine =
        known(&mut fixture, trainer(0)).market_turn(&trainer(0), fixture.models.chain.now()).map(|turn| turn.act);
    assert_eq!(mine, Some(MarketAct::Show(vec![2])), "what she has shown already is not shown again");
    fixture.models.chain.wait(u64::from(SHOW_WINDOW));
    assert_eq!(same(&mut fixture), MarketStage::Revealing);
    let next = (0..3).find(|piece| *piece != drawn).unwrap();
    fixture.reveal(next).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Revealing);
    fixture.models.chain.wait(u64::from(REVEAL_WINDOW));
    assert_eq!(same(&mut fixture), MarketStage::Revealing, "overdue");
    fixture.send(trainer(9), market::timeout()).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Over(Over::TimedOut));
}

#[test]
fn an_evaluation_is_known_by_calls_alone_until_it_is_paid() {
    let mut fixture = fixture().open();
    fixture.commit(0, &listed(&[6, 7]), 1).unwrap();
    fixture.reveal_all();
    assert_eq!(same(&mut fixture), MarketStage::Training);
    fixture.models.chain.wait(1_000);
    let (pieces, (first, due)) = (fixture.pieces(), fixture.due(5));
    fixture.evaluate(first, &due, &pieces).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Training, "it may be timed out later by that");
    fixture.send(trainer(9), market::end_pass()).unwrap();
    assert_eq!(same(&mut fixture), MarketStage::Over(Over::Paid));
}

#[test]
fn the_owner_finds_the_right_pieces_by_calls_alone() {
    let mut fixture = fixture();
    fixture.post().unwrap();
    fixture.draw().unwrap();
    let own: Vec<HiddenPiece> = kept(&fixture.rows);
    let mut other = own.clone();
    other.iter_mut().for_each(|piece| piece.salt = Digest([9; 32]));
    let find = |fixture: &mut MarketFixture| {
        let hashes = known(fixture, OWNER).market.unwrap().commitments;
        hidden_set::posted([other.clone(), own.clone()], &hashes)
    };
    assert_eq!(find(&mut fixture).as_ref(), Some(&own));
    let drawn = fixture.drawn();
    fixture.reveal(drawn).unwrap();
    fixture.models.chain.wait(u64::from(OPEN_SECONDS + SHOW_WINDOW));
    assert_eq!(find(&mut fixture).as_ref(), Some(&own), "a revealed piece is known by its rows");
}

/// To commit twice to the same example costs a stake: only one of the two can be shown.
#[test]
fn what_was_committed_to_is_found_before_it_is_committed_to_again() {
    let mut fixture = fixture().open();
    fixture.commit(0, &listed(&[6, 7]), 1).unwrap();
    fixture.commit(1, &listed(&[6, 7]), 1).unwrap();
    let own = fixture.items().iter().enumerate().map(|(i, item)| commitment_of(item, i)).collect::<Vec<_>>();
    let entries = |fixture: &mut MarketFixture| {
        let (committed, model) = (fixture.market().committed, fixture.made.model);
        let chain = std::cell::RefCell::new(&mut fixture.models.chain);
        let ask = async |data: Vec<u8>| -> Result<_, contracts::abi::DecodeError> {
            Ok(chain.borrow_mut().view(model, data).unwrap())
        };
        at_once(StoredMarket::entries(committed, ask)).unwrap()
    };
    let found = entries(&mut fixture);
    assert_eq!(own.iter().map(|own| StoredMarket::position(&found, own)).collect::<Vec<_>>(), [Some(0), Some(1)]);
    assert_eq!(StoredMarket::position(&found, &Digest([7; 32])), None);
    fixture.models.chain.wait(u64::from(OPEN_SECONDS));
    fixture.show(0).unwrap();
    assert_eq!(StoredMarket::position(&entries(&mut fixture), &own[0]), None, "it is shown");
}
