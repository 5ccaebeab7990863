//! What each action costs, as a receipt shows it: intrinsic cost, the call-data floor of EIP-7623 and refunds included.
//!
//! Unless a name says otherwise people act for the first time, with CIDs of real length, in a market that has seen
//! another bounty before.

mod jobs;
mod models;
mod tasks;

use std::collections::BTreeMap;

use bounty::{Event, calls};
use protocol::Amount;

use super::{
    BountyOffer, BountyRun, ModelFiles, World,
    bounty_run::{METADATA_CID, STRANGER, TEST_CID, TRAIN_CID, commitment, model_cid},
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
    jobs::measure(&mut table);
    models::measure(&mut table);
    tasks::measure(&mut table);
    table
}

type Table = BTreeMap<&'static str, u64>;

/// A market in which somebody else has posted a bounty before.
fn lively_world() -> World {
    BountyRun::open(BountyOffer::default()).world
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

    let terms = BountyOffer { min_correct: 60, salt: 1, ..BountyOffer::default() }.terms(world.chain.now());
    let permit = requester.permit(&mut world, terms.reward, deadline);
    let data = calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, Some(&permit));
    table.insert("create_with_permit", world.send(requester.address, data).unwrap().gas);

    let permit = trainer.permit(&mut world, terms.stake, deadline);
    let data =
        calls::submit(2, terms.truth_superhash, commitment(trainer.address, b"predictions").word(), Some(&permit));
    table.insert("submit_with_permit", world.send(trainer.address, data).unwrap().gas);
}

fn one_round(table: &mut Table) {
    let mut world = lively_world();
    let offer = BountyOffer { min_correct: 20, ..BountyOffer::default() };
    world.fund(trainer(100), offer.reward);
    let terms = offer.terms(world.chain.now());
    let data = calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None);
    table.insert("create", world.send(trainer(100), data).unwrap().gas);

    let mut run = BountyRun::open_in(world, offer);
    let submit = |run: &mut BountyRun, n: u32, correct: u32| {
        run.world.fund(trainer(n), run.offer.stake);
        run.submit_as(trainer(n), correct).unwrap().gas
    };
    table.insert("submit_first", submit(&mut run, 0, 90));
    table.insert("submit", submit(&mut run, 1, 80));
    table.insert("replace", run.replace(trainer(1), 80).unwrap().gas);
    for (n, correct) in [(2, 70), (3, 60), (4, 10), (5, 50), (6, 75)] {
        submit(&mut run, n, correct);
    }
    let id = run.id;
    table.insert("withdraw", run.send(trainer(5), calls::withdraw(id)).unwrap().gas);
    run.after_deadline();
    table.insert("reveal_truth_100", run.reveal_truth().unwrap().gas);
    table.insert("withdraw_late", run.send(trainer(3), calls::withdraw(id)).unwrap().gas);
    table.insert("claim_first", run.claim(trainer(1), 80).unwrap().gas);
    table.insert("claim", run.claim(trainer(0), 90).unwrap().gas);
    run.claim(trainer(2), 71).unwrap();
    run.claim(trainer(6), 75).unwrap();
    table.insert("claim_conceded", run.claim(trainer(4), 10).unwrap().gas);
    run.next_window();
    table.insert("reveal_prediction_100", run.reveal(trainer(1)).unwrap().gas);
    table.insert("reveal_prediction_100_false", run.reveal(trainer(2)).unwrap().gas);
    run.next_window();
    table.insert("settle", run.settle().unwrap().gas);
    table.insert("slash_silent", run.send(STRANGER, calls::slash_silent(id, trainer(0))).unwrap().gas);
    table.insert("collect_stake", run.collect(trainer(6)).unwrap().gas);
}

fn endings(table: &mut Table) {
    let mut run = BountyRun::open_in(lively_world(), BountyOffer::default());
    table.insert("cancel_without_submissions", run.cancel().unwrap().gas);

    let offer = BountyOffer { reward: Amount(Amount::mdc(100).0 + 1), ..BountyOffer::default() };
    let three = |run: &mut BountyRun| (0..3).for_each(|n| run.submit(trainer(n), 50));
    let mut run = BountyRun::open_in(lively_world(), offer.clone());
    three(&mut run);
    table.insert("cancel_with_submissions", run.cancel().unwrap().gas);
    table.insert("collect_share", run.collect(trainer(0)).unwrap().gas);

    let mut run = BountyRun::open_in(lively_world(), offer);
    three(&mut run);
    run.after_deadline();
    run.next_window();
    table.insert("timeout", run.send(STRANGER, calls::timeout(run.id)).unwrap().gas);

    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80)]);
    run.next_window();
    table.insert("settle_refunding", run.settle().unwrap().gas);
}

fn ten_thousand_labels(table: &mut Table) {
    let offer = BountyOffer { rows: 10_000, classes: 10, ..BountyOffer::default() };
    let (id, best) = (1, trainer(0));
    let mut run = BountyRun::with_submissions(offer, &[9_500, 9_000]);
    run.after_deadline();
    table.insert("reveal_truth_10000", run.reveal_truth().unwrap().gas);
    run.claim(best, 9_500).unwrap();
    run.claim(trainer(1), 9_000).unwrap();
    run.next_window();
    // Verified, scored and paid in one transaction; the dearest way a reveal can go.
    let file = run.offer.prediction(best, 9_500);
    let data = calls::reveal_prediction(id, &commitment(best, &file), &run.offer.truth(), &file, &model_cid(best));
    let receipt = run.send(best, data).unwrap();
    assert!(matches!(run.last_event(), Event::Settled { correct: 9_500, .. }));
    assert_eq!(file.len(), 52 + 5_000);
    table.insert("reveal_and_score_10000", receipt.gas);

    let file = run.offer.prediction(STRANGER, 5_000);
    let data = calls::count_correct(&run.offer.truth(), &file, 10_000, 10);
    let market = run.world.market;
    table.insert("count_correct_10000", run.world.chain.call(STRANGER, market, data).unwrap().gas);
}

fn trained_models(table: &mut Table) {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90)]);
    run.reveal(trainer(0)).unwrap();
    let files = ModelFiles::beside(&mut run.world);
    let (of, chain) = ((run.id, trainer(0)), &mut run.world.chain);
    let mut attest = |n| files.attest(chain, trainer(n), of, (100, 100)).unwrap().gas;
    table.insert("reproductions_attest_first", attest(1));
    table.insert("reproductions_attest", attest(2));
    let description = "Reads a digit from 28 × 28 grey values; trained on MNIST.";
    let mut publish = || files.publish(chain, STRANGER, [METADATA_CID, "MNIST digits", description]).unwrap().gas;
    publish();
    table.insert("published_models_publish", publish());
    table.insert("published_models_withdraw", files.withdraw(chain, STRANGER, 2).unwrap().gas);
}
