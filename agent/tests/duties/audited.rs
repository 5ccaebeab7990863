//! The program of a client finds out what a provider made up.

use compute_engine::{Limits, Run, Wasmtime, Work};
use compute_module::instrument;
use compute_session::{Announced, Provider, Shown, Wish};
use protocol::{Digest, cid::Cid};

use super::{STEPS, hired, hires, is_slashed, module};
use crate::lent::{
    Lent,
    made_up::{self, MadeUp, sealed},
    outcome,
};

#[tokio::test]
async fn what_a_provider_made_up_is_found_by_an_audit_not_paid_and_slashed() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let (client, mut made_up) = hired(&lent, "100", "1").await;
    let liar = made_up.deal.provider;
    made_up.takes_the_job().await;

    // The first part is true, packed as somebody else may pack it; what is told before it asks for no pay.
    let engine = Wasmtime::new().unwrap();
    let work = work();
    let mut run = Run::start(&engine, &work).unwrap();
    run.step().unwrap();
    let first = run.checkpoint().unwrap();
    let nowhere = |instructions| Announced { instructions, file: Cid::of_block(b"nowhere") };
    made_up.side.checkpoint(nowhere(0));
    made_up.side.logged(run.take_lines(), first.instructions);
    made_up.announces(first.instructions, &first.encode());
    made_up.until("a promise", |me| me.wishes.iter().any(|wish| matches!(wish, Wish::Paid(_)))).await;
    client.says_of(1, "came out the same").await;
    // The second one is made up, and its file kept back. What follows is true of it.
    run.step().unwrap();
    let mut second = run.checkpoint().unwrap();
    second.memory[0] ^= 1;
    made_up.side.logged(run.take_lines(), second.instructions);
    made_up.side.checkpoint(nowhere(second.instructions));
    let mut run = Run::resume(&engine, &work, &second).unwrap();
    run.step().unwrap();
    let third = run.checkpoint().unwrap();
    made_up.side.logged(run.take_lines(), third.instructions);
    made_up.announces(third.instructions, &third.encode());
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

#[tokio::test]
async fn a_true_result_is_accepted_whatever_its_provider_said_before_and_challenged_by_no_program() {
    let lent = Lent::up().await;
    let (client, mut made_up) = hired(&lent, "100", "20").await;
    made_up.takes_the_job().await;

    // A checkpoint that is none, and what opens nothing, while it runs.
    let mut run = Run::start(&Wasmtime::new().unwrap(), &work()).unwrap();
    run.step().unwrap();
    let mut false_one = run.checkpoint().unwrap();
    false_one.memory[0] ^= 1;
    made_up.side.logged(run.take_lines(), false_one.instructions);
    made_up.announces(false_one.instructions, &false_one.encode());
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = Shown {
        result: expected.hash(),
        units: expected.units(),
        salt: Digest::ZERO,
        ended: expected.ended as u8,
        instructions: expected.instructions,
        // Sealed to nobody.
        file: lent.put(b"none"),
    };
    made_up.side.show(Shown { units: 1, ..shown });
    made_up.until("being told to stop", |me| me.wishes.contains(&Wish::Stop)).await;
    client.says_of(1, "came out differently").await;

    // What is committed to is right, and its head of the log is not.
    made_up.submits_with(shown, Digest::ZERO).await;
    made_up.until("the acceptance", |_| client.has_said_of(1, "is accepted")).await;
    client.says("\"settled\"").await;
    assert!(!client.has_said_of(1, "challenged"), "a bond would be lost");
    assert_eq!(std::fs::read(lent.world.path("client.result")).unwrap(), expected.result);
}

#[tokio::test]
async fn a_log_that_changes_is_a_lie_too_after_which_nothing_is_promised_and_the_job_is_run_here() {
    let lent = Lent::up().await;
    let key = made_up::joins(&lent).await;
    // Nothing is drawn.
    let client = hires(&lent, &key.address().to_string(), "0", "20").await;
    let mut made_up = MadeUp::meets(&lent, key, 1).await;
    made_up.takes_the_job().await;
    let mut run = Run::start(&Wasmtime::new().unwrap(), &work()).unwrap();
    run.step().unwrap();
    let first = run.checkpoint().unwrap();
    made_up.side.logged(run.take_lines(), first.instructions);
    made_up.announces(first.instructions, &first.encode());
    made_up.until("a promise", |me| me.wishes.iter().any(|wish| matches!(wish, Wish::Paid(_)))).await;
    let promised = made_up.side.voucher().copied();

    made_up.side = Provider::new(made_up.deal).kept(vec![b"another line".to_vec()], &[], promised);
    made_up.until("being told to stop", |me| me.wishes.contains(&Wish::Stop)).await;
    client.says_of(1, "was another one before").await;
    // The next checkpoint is true, and comes too late.
    run.step().unwrap();
    let second = run.checkpoint().unwrap();
    made_up.announces(second.instructions, &second.encode());
    let begin = std::time::Instant::now();
    made_up.until("an answer that does not come", |_| begin.elapsed().as_secs() > 3).await;
    assert_eq!(made_up.side.voucher().copied(), promised);
    // So is what it submits.
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &made_up, &expected);
    made_up.submits_with(shown, expected.head).await;
    made_up.until("the acceptance", |_| client.has_said_of(1, "is accepted")).await;
    assert!(client.has_said_of(1, "so the job is run here"), "it is not taken as it is");
    client.says("\"settled\"").await;
}

/// What there is to run.
fn work() -> Work {
    let module = instrument(&module(STEPS)).unwrap().into();
    let limits = Limits { instructions: 20_000_000, result: 1 << 20, log: 1 << 16 };
    Work { module, inputs: [].into(), limits }
}
