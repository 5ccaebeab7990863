//! What the helper deals before anything is used of it: signed by the helper, taken by both owners, and looked at.
//!
//! The helper signs what it says of the seeds that it was given and of what it deals; each owner signs that this is what it
//! has taken. Nobody can show another statement later and blame the helper, and the helper cannot take its own back. Then
//! both owners draw what is never used and look at it. What one of them looks at the other cannot, so each says what it
//! found: where one says that something is wrong, both sign that, and the helper is not paid. An owner that says so for
//! nothing ends the run, as it can at any time by leaving, and its grant's try is used up: it gains nothing.

use link::SeatNumber;
use mpc::{Choice, Dealer, Dealt, MpcError, Seat, Slots, Statement, audit, draw::Seeded};
use mpc_learn::LearnError;
use protocol::{Digest, keccak};

use super::{Attempt, progress::Taken};
use crate::{
    error::RunError,
    mail::{Subject, Wire},
    results::{SessionKey, hex::to_hex, signer},
};

/// What an owner says to the other one of what it looked at.
const RIGHT: [u8; 1] = [0];
const WRONG: [u8; 1] = [1];

/// What a helper signs of a statement; with `taken_by` what that owner signs.
fn digest(attempt: &Attempt, epoch: &Digest, statement: &[u8; 32], taken_by: Option<SeatNumber>) -> Digest {
    let run = attempt.run(*epoch);
    let whose = taken_by.map_or(u8::MAX, |seat| seat);
    keccak(&[b"ModelMarket dealt 1", &run.task, &run.attempt.to_be_bytes(), &run.epoch, statement, &[whose]])
}

/// The helper's side.
pub(super) async fn deal(
    wire: &mut Wire<'_>,
    attempt: &Attempt,
    session: &SessionKey,
    slots: &Slots,
    draws: [&Seeded; 2],
    epoch: Digest,
) -> Result<Taken, RunError> {
    let statement = Statement::of(slots, draws).digest();
    let mine = session.sign(&digest(attempt, &epoch, &statement, None))?;
    for seat in [0, 1] {
        wire.mail.send(seat, Subject::Dealt, &mine).await?;
    }
    let served = Dealer::<u128, _>::new(slots.plan(), draws).serve_audited(wire, slots).await;
    wire.ending(served)?;
    let mut signatures = Vec::new();
    for seat in [0, 1] {
        let taken = wire.mail.receive(seat, Subject::Dealt).await?;
        let expected = attempt.signers[usize::from(seat)];
        let found = signer(&digest(attempt, &epoch, &statement, Some(seat)), &taken);
        if found != expected {
            return Err(RunError::Signer { seat, expected, found });
        }
        signatures.push(to_hex(&taken));
    }
    Ok(Taken { statement: Digest(statement), epoch, signatures })
}

/// An owner's side: what was dealt and which of it is used, or nothing where an owner has found that something is wrong
/// with it. `keep` is handed what is signed before anything is looked at.
pub(super) async fn take(
    wire: &mut Wire<'_>,
    (attempt, session): (&Attempt, &SessionKey),
    (slots, owner, seeded): (&Slots, Seat, &Seeded),
    epoch: Digest,
    fresh: [u8; 32],
    keep: impl AsyncFnOnce(Taken),
) -> Result<Option<(Dealt<u128>, Choice)>, RunError> {
    let (helper, seat) = (wire.helper, crate::spec::Spec::seat_of(owner));
    let dealt = Dealt::<u128>::receive(wire, slots, owner, seeded).await;
    let dealt = wire.ending(dealt)?;
    let statement = dealt.statement().digest();
    let signature = wire.mail.receive(helper, Subject::Dealt).await?;
    let expected = attempt.terms.seats[usize::from(helper)].address;
    let found = signer(&digest(attempt, &epoch, &statement, None), &signature);
    if found != expected {
        return Err(RunError::Signer { seat: helper, expected, found });
    }
    let signatures = vec![to_hex(&signature)];
    keep(Taken { statement: Digest(statement), epoch, signatures }).await;
    let taken = session.sign(&digest(attempt, &epoch, &statement, Some(seat)))?;
    wire.mail.send(helper, Subject::Dealt, &taken).await?;
    let choice = audit(wire, slots, owner, seeded, &dealt, fresh).await;
    let choice = match wire.ending(choice) {
        Err(RunError::Learn(LearnError::Run(MpcError::WronglyDealt { .. }))) => None,
        choice => Some(choice?),
    };
    let other = crate::spec::Spec::seat_of(owner.other());
    wire.mail.send(other, Subject::Dealt, if choice.is_some() { &RIGHT } else { &WRONG }).await?;
    let theirs = wire.mail.receive(other, Subject::Dealt).await?;
    match <[u8; 1]>::try_from(theirs) {
        Ok(RIGHT) => Ok(choice.map(|choice| (dealt, choice))),
        Ok(WRONG) => Ok(None),
        _ => Err(RunError::Unreadable { seat: other, what: "what it found in what was dealt" }),
    }
}
