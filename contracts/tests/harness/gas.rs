//! What each action costs, as a receipt shows it: intrinsic cost, the call-data floor of EIP-7623 and refunds included.
//!
//! Unless a name says otherwise people act for the first time, with CIDs of real length, in a market that has seen
//! another bounty before.

use std::collections::BTreeMap;

use bounty::{Event, calls};
use protocol::{Amount, commitment::superhash};

use super::{
    Game, Plan, Shelf, World,
    game::{METADATA_CID, REQUESTER, STRANGER, TEST_CID, TRAIN_CID, model_cid, model_commitment},
    permit::Wallet,
    trainer,
    world::DEPLOYER,
};

/// Gas by action, sorted by name.
pub fn measure() -> BTreeMap<&'static str, u64> {
    let mut table = BTreeMap::new();
    coin(&mut table);
    with_permits(&mut table);
    one_round(&mut table);
    endings(&mut table);
    ten_thousand_labels(&mut table);
    trained_models(&mut table);
    super::model_gas::measure(&mut table);
    table
}

type Table = BTreeMap<&'static str, u64>;

/// A market in which somebody else has posted a bounty before.
fn lively_world() -> World {
    Game::open(Plan::default()).world
}

fn coin(table: &mut Table) {
    let mut world = World::new();
    let airdrop = world.chain.send(trainer(0), world.coin, coin::calls::airdrop()).unwrap();
    table.insert("coin_airdrop", airdrop.gas);
    let (market, coin) = (world.market, world.coin);
    let approve = world.chain.send(trainer(0), coin, coin::calls::approve(market, Amount::mdc(1))).unwrap();
    table.insert("coin_approve", approve.gas);
}

fn wallet(world: &mut World, number: u8) -> Wallet {
    let wallet = Wallet::development(number);
    world.chain.send(DEPLOYER, world.coin, coin::calls::transfer(wallet.address, Amount::mdc(1_000))).unwrap();
    wallet
}

fn with_permits(table: &mut Table) {
    let mut world = lively_world();
    let (requester, trainer) = (wallet(&mut world, 0), wallet(&mut world, 1));
    let deadline = world.chain.now() + 3_600;

    let terms = Plan { min_correct: 60, ..Plan::default() }.terms(world.chain.now());
    let permit = requester.permit(&mut world, terms.reward, deadline);
    let data = calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, Some(&permit));
    table.insert("create_with_permit", world.send(requester.address, data).unwrap().gas);

    let permit = trainer.permit(&mut world, terms.stake, deadline);
    let prediction = superhash(b"predictions");
    let data = calls::submit(2, prediction, model_commitment(trainer.address), Some(&permit));
    table.insert("submit_with_permit", world.send(trainer.address, data).unwrap().gas);
}

fn one_round(table: &mut Table) {
    let mut world = lively_world();
    let plan = Plan { min_correct: 20, ..Plan::default() };
    world.fund(trainer(100), plan.reward);
    let terms = plan.terms(world.chain.now());
    let data = calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None);
    table.insert("create", world.send(trainer(100), data).unwrap().gas);

    let mut game = Game::open_in(world, plan);
    let submit = |game: &mut Game, n: u32, correct: u32| {
        game.world.fund(trainer(n), game.plan.stake);
        game.submit_as(trainer(n), correct).unwrap().gas
    };
    table.insert("submit_first", submit(&mut game, 0, 90));
    table.insert("submit", submit(&mut game, 1, 80));
    for (n, correct) in [(2, 70), (3, 60), (4, 10), (5, 50), (6, 75)] {
        submit(&mut game, n, correct);
    }
    let id = game.id;
    table.insert("withdraw", game.send(trainer(5), calls::withdraw(id)).unwrap().gas);
    game.after_deadline();
    table.insert("reveal_truth_100", game.reveal_truth().unwrap().gas);
    table.insert("withdraw_late", game.send(trainer(3), calls::withdraw(id)).unwrap().gas);
    table.insert("claim_first", game.claim(trainer(1), 80).unwrap().gas);
    table.insert("claim", game.claim(trainer(0), 90).unwrap().gas);
    game.claim(trainer(2), 71).unwrap();
    game.claim(trainer(6), 75).unwrap();
    table.insert("claim_conceded", game.claim(trainer(4), 10).unwrap().gas);
    game.next_window();
    table.insert("reveal_prediction_100", game.reveal(trainer(1)).unwrap().gas);
    table.insert("reveal_prediction_100_false", game.reveal(trainer(2)).unwrap().gas);
    game.next_window();
    table.insert("settle", game.settle().unwrap().gas);
    table.insert("slash_silent", game.send(STRANGER, calls::slash_silent(id, trainer(0))).unwrap().gas);
    table.insert("collect_stake", game.collect(trainer(6)).unwrap().gas);
}

fn endings(table: &mut Table) {
    let mut game = Game::open_in(lively_world(), Plan::default());
    table.insert("cancel_without_submissions", game.send(REQUESTER, calls::cancel(game.id)).unwrap().gas);

    let plan = Plan { reward: Amount(Amount::mdc(100).0 + 1), ..Plan::default() };
    let three = |game: &mut Game| (0..3).for_each(|n| game.submit(trainer(n), 50));
    let mut game = Game::open_in(lively_world(), plan.clone());
    three(&mut game);
    table.insert("cancel_with_submissions", game.send(REQUESTER, calls::cancel(game.id)).unwrap().gas);
    table.insert("collect_share", game.collect(trainer(0)).unwrap().gas);

    let mut game = Game::open_in(lively_world(), plan);
    three(&mut game);
    game.after_deadline();
    game.next_window();
    table.insert("timeout", game.send(STRANGER, calls::timeout(game.id)).unwrap().gas);

    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80)]);
    game.next_window();
    table.insert("settle_refunding", game.settle().unwrap().gas);
}

fn ten_thousand_labels(table: &mut Table) {
    let plan = Plan { rows: 10_000, classes: 10, ..Plan::default() };
    let (id, best) = (1, trainer(0));
    let mut game = Game::with_submissions(plan, &[9_500, 9_000]);
    game.after_deadline();
    table.insert("reveal_truth_10000", game.reveal_truth().unwrap().gas);
    game.claim(best, 9_500).unwrap();
    game.claim(trainer(1), 9_000).unwrap();
    game.next_window();
    // Verified, scored and paid in one transaction; the dearest way a reveal can go.
    let file = game.plan.prediction(best, 9_500);
    let data = calls::reveal_prediction(id, &game.plan.truth(), &file, &model_cid(best));
    let receipt = game.send(best, data).unwrap();
    assert!(matches!(game.last_event(), Event::Settled { correct: 9_500, .. }));
    assert_eq!(file.len(), 52 + 5_000);
    table.insert("reveal_and_score_10000", receipt.gas);

    let file = game.plan.prediction(STRANGER, 5_000);
    let data = calls::count_correct(&game.plan.truth(), &file, 10_000, 10);
    let market = game.world.market;
    table.insert("count_correct_10000", game.world.chain.call(STRANGER, market, data).unwrap().gas);
}

fn trained_models(table: &mut Table) {
    let mut game = Game::revealing(Plan::default(), &[(90, 90)]);
    game.reveal(trainer(0)).unwrap();
    let shelf = Shelf::beside(&mut game.world);
    let (of, chain) = ((game.id, trainer(0)), &mut game.world.chain);
    let mut attest = |n| shelf.attest(chain, trainer(n), of, (100, 100)).unwrap().gas;
    table.insert("reproductions_attest_first", attest(1));
    table.insert("reproductions_attest", attest(2));
    let description = "Reads a digit from 28 × 28 grey values; trained on MNIST.";
    let mut publish = || shelf.publish(chain, STRANGER, [METADATA_CID, "MNIST digits", description]).unwrap().gas;
    publish();
    table.insert("published_models_publish", publish());
    table.insert("published_models_withdraw", shelf.withdraw(chain, STRANGER, 2).unwrap().gas);
}
