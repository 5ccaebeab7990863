//! The end of a run: sealed results, the heads of the links, what all sign.

use std::{collections::BTreeMap, time::Duration};

use link::SeatNumber;
use mpc::{Plan, Slots, Traffic};
use mpc_learn::Half;
use protocol::{Digest, keccak};

use super::{
    Attempt, Ended, Keys, Seated,
    handover::handover,
    other_owners,
    progress::{Progress, Rows, Signed},
    receivers, signing,
};
use crate::{
    error::RunError,
    mail::Subject,
    outside::{Failure, Said},
    results::{Delivered, Kept, Outcome, Sealed, Statement, hex::to_hex},
    spec::{Aligned, Computed},
    stage::Stage,
};

/// Bytes of a megabyte, as helpers are paid.
const MEGABYTE: u64 = 1_000_000;

/// How long a seat stays to hear the others' farewell once all have signed why there is no result.
const FAREWELL: Duration = Duration::from_secs(30);

/// What a run has come to, before it is delivered and signed.
pub(super) struct Closing<'a> {
    pub plan: &'a Plan,
    pub rows: Aligned,
    pub computed: Option<Computed>,
    /// At an owner, where something was computed.
    pub mine: Option<Mine>,
    pub common: Option<Vec<u32>>,
    pub traffic: Traffic,
}

/// An owner's half of the results.
pub(super) struct Mine {
    pub halves: Vec<Half>,
    pub kept: Option<Kept>,
    /// Commitment to the half of the model that was trained or applied.
    pub share: Digest,
    pub ids: Option<Vec<String>>,
}

pub(super) async fn close(
    seated: &mut Seated<'_>,
    keys: &Keys<'_>,
    progress: &mut Progress,
    closing: Closing<'_>,
) -> Result<Ended, RunError> {
    (seated.observe)(Stage::Delivering);
    let targets = receivers(seated.attempt, closing.computed.as_ref());
    let mut sealed = BTreeMap::new();
    let mut own = None;
    if let Some(mine) = &closing.mine {
        for &to in &targets {
            let delivered = delivered(seated, mine, to)?;
            if to == seated.seat {
                own = Some(delivered);
            } else {
                let fresh = [(seated.random)()?, (seated.random)()?];
                let key = &seated.attempt.directory[usize::from(to)];
                let packed = Sealed::new(&seated.attempt.terms, seated.seat, to, key, &delivered, fresh)?;
                seated.mail.send(to, Subject::File, &packed.file).await?;
                sealed.insert(to, (packed, delivered.commitment()));
            }
        }
    }
    let mut files = BTreeMap::new();
    if targets.contains(&seated.seat) {
        for from in other_owners(seated.seat) {
            files.insert(from, seated.mail.receive(from, Subject::File).await?);
        }
    }
    let heads = heads(seated).await?;
    (seated.observe)(Stage::Signing);
    let statement = statement(seated.attempt, &closing, &sealed, own.as_ref(), heads);
    let statements = exchange(seated, statement).await?;
    let dealt = megabytes(closing.plan);
    let plan = Digest(closing.plan.hash());
    let outcome = Outcome::of(&statements, plan, closing.rows.digest, dealt)?;
    // What is signed names the model that was asked for, whatever the owners said before.
    seated.attempt.check_shares(outcome.shares)?;
    let Aligned { rows: count, digest, .. } = closing.rows;
    progress.signed.push(Signed {
        outcome: outcome.clone(),
        statements,
        keys: sealed.into_iter().map(|(to, (packed, _))| (to, packed.key)).collect(),
        files,
        own,
        kept: closing.mine.and_then(|mine| mine.kept),
        learned: match closing.computed {
            Some(Computed::Fit(task)) => Some(task),
            _ => None,
        },
        rows: Rows { count, digest, rows: closing.common },
        signatures: None,
    });
    // Who has signed must be able to hand over, or to open, whatever happens here.
    progress.keep(seated).await?;
    let digest = (seated.attempt.signed)(&seated.attempt.terms, Said::Outcome(&outcome));
    let signatures = signing::exchange(seated, keys.session, &digest, Subject::Signature).await?;
    if let Some(signed) = progress.signed.last_mut() {
        signed.signatures = Some(signatures.iter().map(|signature| to_hex(signature)).collect());
    }
    progress.keep_if_possible(seated).await?;
    handover(seated, keys, progress, closing.traffic).await
}

/// Megabytes that a helper dealt, as it is paid for them: what is looked at is dealt too.
pub(super) fn megabytes(plan: &Plan) -> u64 {
    Slots::of(plan).plan().dealt_bytes().div_ceil(MEGABYTE)
}

/// All sign why there is no result.
pub(super) async fn fail(
    seated: &mut Seated<'_>,
    keys: &Keys<'_>,
    failure: Failure,
    sentence: impl Into<String>,
) -> Result<Ended, RunError> {
    let digest = (seated.attempt.signed)(&seated.attempt.terms, Said::Failure(&failure));
    let signatures = signing::exchange(seated, keys.session, &digest, Subject::Signature).await?;
    // All have signed: the chain is told, whatever the others do now.
    let _ = seated.mail.leave(FAREWELL).await;
    Ok(Ended::Answered { sentence: sentence.into(), failure, signatures })
}

/// This owner's half of what a seat gets.
fn delivered(seated: &mut Seated<'_>, mine: &Mine, to: SeatNumber) -> Result<Delivered, RunError> {
    let attempt = seated.attempt;
    let is_for = |half: &&Half| attempt.seat_of(half.to) == Some(to);
    let halves = mine.halves.iter().filter(is_for).cloned().collect();
    let ids = mine.ids.clone().filter(|_| attempt.spec.receiver() == Some(to));
    Ok(Delivered { halves, salt: (seated.random)()?, ids })
}

/// Heads of the links once both sides have said all that leads to the result, so that both state the same. All links at once:
/// each waits for what was sent before anything was waited for, and so nobody waits in a circle.
pub(super) async fn heads(seated: &mut Seated<'_>) -> Result<Vec<(SeatNumber, [Digest; 2])>, RunError> {
    let peers = seated.mail.peers();
    heads_of(seated, &peers).await
}

pub(super) async fn heads_with(seated: &mut Seated<'_>, peer: SeatNumber) -> Result<[Digest; 2], RunError> {
    let heads = heads_of(seated, &[peer]).await?;
    heads.first().map(|(_, heads)| *heads).ok_or(RunError::OtherSeat { seat: peer })
}

async fn heads_of(seated: &mut Seated<'_>, peers: &[SeatNumber]) -> Result<Vec<(SeatNumber, [Digest; 2])>, RunError> {
    let (seat, mail) = (seated.seat, &mut seated.mail);
    let (lower, higher): (Vec<_>, Vec<_>) = peers.iter().copied().partition(|peer| *peer < seat);
    for &peer in peers {
        mail.send(peer, Subject::Said, &[]).await?;
    }
    for &peer in peers {
        mail.receive(peer, Subject::Said).await?;
    }
    // Everything before was taken in now, and on a link nobody says anything but this until both know its heads.
    let mut heads = Vec::new();
    for &peer in &higher {
        mail.send(peer, Subject::Heard, &[]).await?;
    }
    for &peer in &lower {
        mail.receive(peer, Subject::Heard).await?;
        let [came, _] = mail.heads(peer)?;
        mail.send(peer, Subject::Heard, &[]).await?;
        let [_, went] = mail.heads(peer)?;
        heads.push((peer, [came, went]));
    }
    for &peer in &higher {
        mail.receive(peer, Subject::Heard).await?;
        heads.push((peer, mail.heads(peer)?));
        mail.send(peer, Subject::Heard, &[]).await?;
    }
    for &peer in &lower {
        mail.receive(peer, Subject::Heard).await?;
    }
    Ok(heads)
}

fn statement(
    attempt: &Attempt,
    closing: &Closing<'_>,
    sealed: &BTreeMap<SeatNumber, (Sealed, Digest)>,
    own: Option<&Delivered>,
    heads: Vec<(SeatNumber, [Digest; 2])>,
) -> Statement {
    let receiver = attempt.spec.receiver();
    let to_receiver = receiver.and_then(|receiver| sealed.get(&receiver));
    let metrics = match to_receiver {
        Some((_, commitment)) => *commitment,
        // An owner that receives keeps its own half.
        None => own.map(Delivered::commitment).unwrap_or_default(),
    };
    Statement {
        heads,
        files: sealed.iter().map(|(to, (packed, _))| (*to, keccak(&[&packed.file]))).collect(),
        share: closing.mine.as_ref().map(|mine| mine.share).unwrap_or_default(),
        metrics,
        key: to_receiver.map(|(packed, _)| keccak(&[&packed.key])).unwrap_or_default(),
    }
}

/// The statements of all seats that sign, in their order.
async fn exchange(seated: &mut Seated<'_>, mine: Statement) -> Result<Vec<Statement>, RunError> {
    // Only a map with keys that are no texts could fail to be written.
    let text = serde_json::to_vec(&mine).unwrap_or_default();
    let signers = 0..seated.attempt.spec.signers();
    for seat in signers.clone().filter(|seat| *seat != seated.seat) {
        seated.mail.send(seat, Subject::Statement, &text).await?;
    }
    let mut all = Vec::new();
    for seat in signers {
        all.push(if seat == seated.seat {
            mine.clone()
        } else {
            let text = seated.mail.receive(seat, Subject::Statement).await?;
            serde_json::from_slice(&text).map_err(|_| RunError::Unreadable { seat, what: "its statement" })?
        });
    }
    Ok(all)
}
