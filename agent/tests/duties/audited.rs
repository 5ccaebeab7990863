//! The program of a client finds out what a provider made up.

use compute_engine::{Limits, Run, Wasmtime, Work};
use compute_module::instrument;
use compute_session::{Shown, Wish};
use protocol::{Digest, cid::Cid};

use super::{STEPS, hires, is_slashed, module};
use crate::lent::{
    Lent,
    made_up::{self, MadeUp},
};

#[tokio::test]
async fn what_a_provider_made_up_is_found_by_an_audit_not_paid_and_slashed() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let key = made_up::joins(&lent).await;
    let liar = key.address();
    let client = hires(&lent, &liar.to_string(), "100", "1").await;
    let mut made_up = MadeUp::meets(&lent, key, 1).await;
    made_up.takes_the_job().await;

    // The first part is true, packed as somebody else may pack it. The second one is made up.
    let instrumented = instrument(&module(STEPS)).unwrap().into();
    let limits = Limits { instructions: 20_000_000, result: 1 << 20, log: 1 << 16 };
    let engine = Wasmtime::new().unwrap();
    let mut run = Run::start(&engine, &Work { module: instrumented, inputs: [].into(), limits }).unwrap();
    run.step().unwrap();
    let first = run.checkpoint().unwrap();
    made_up.announces(first.instructions, &first.encode());
    made_up.until("a promise", |me| me.wishes.iter().any(|wish| matches!(wish, Wish::Paid(_)))).await;
    client.says_of(1, "came out the same").await;
    run.step().unwrap();
    let mut second = run.checkpoint().unwrap();
    second.memory[0] ^= 1;
    made_up.announces(second.instructions, &second.encode());
    made_up.until("being told to stop", |me| me.wishes.contains(&Wish::Stop)).await;
    client.says_of(1, "came out differently").await;
    assert_eq!(made_up.side.promised(), made_up.deal.units(first.instructions), "what is true is paid");

    // It submits all the same.
    let units = made_up.deal.units(second.instructions);
    let (result, file) = (Digest([1; 32]), Cid::of_block(b"none"));
    let shown = Shown { result, units, salt: Digest::ZERO, ended: 0, instructions: second.instructions, file };
    // Nobody is drawn who has joined in the second of the challenge.
    lent.chain.pass(1).await.unwrap();
    made_up.submits(shown).await;
    made_up.until("the challenge", |_| client.has_said_of(1, "challenged under a bond")).await;
    is_slashed(&lent, &client, juror, liar).await;
}
