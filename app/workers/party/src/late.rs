//! A seat whose task is finished on chain: what it posts there, and what it reads from what others posted.

use mpc::Traffic;
use mpc_run::{Attempt, Finished, Late as Kept, RunError, Spec};
use mpc_task::{Answer, Late};
use work::{Ended, Part, Reply};

fn forgotten() -> Ended {
    Ended::failed(
        "This browser keeps nothing of the result that stands on chain. Open the page in the one in which the seat was played, or \
         import its vault in Settings.",
    )
}

fn attempt(late: &Late, spec: &[u8]) -> Result<Attempt, RunError> {
    let (spec, hash) = Spec::read(spec)?;
    late.seating.attempt(spec, hash)
}

/// What all have signed, as the seat has kept it.
pub fn signed(late: &Late, spec: &[u8], progress: &[u8]) -> Result<Reply<Answer, Part>, Ended> {
    let attempt = attempt(late, spec).map_err(Ended::failed)?;
    let kept = Kept::read(&attempt, late.seat, progress, late.result).map_err(Ended::failed)?.ok_or_else(forgotten)?;
    Ok(Answer::Signed { outcome: kept.outcome().clone() }.into())
}

/// What is posted where the key that a seat owes the receiver is demanded.
pub fn owes(late: &Late, spec: &[u8], progress: &[u8]) -> Result<Reply<Answer, Part>, Ended> {
    let attempt = attempt(late, spec).map_err(Ended::failed)?;
    let kept = Kept::read(&attempt, late.seat, progress, late.result).map_err(Ended::failed)?.ok_or_else(forgotten)?;
    let key = attempt.spec.receiver().and_then(|receiver| kept.key_for(receiver)).ok_or_else(forgotten)?;
    Ok(Answer::Owes { outcome: kept.outcome().clone(), key: key.to_vec() }.into())
}

/// What a seat was told, with the keys that the others posted.
pub fn opens(late: &Late, spec: &[u8], progress: &[u8], directory: &[u8; 32]) -> Result<Finished, Ended> {
    let attempt = attempt(late, spec).map_err(Ended::failed)?;
    let kept = Kept::read(&attempt, late.seat, progress, late.result).map_err(Ended::failed)?.ok_or_else(forgotten)?;
    // Keys on chain are sealed to who receives the result; others keep what they have.
    let told = if attempt.spec.receiver() == Some(late.seat) {
        let posted = late.posted.iter().filter(|(from, _)| *from != late.seat).cloned().collect();
        kept.open(directory, posted).map_err(Ended::failed)?
    } else {
        Vec::new()
    };
    Ok(Finished {
        told,
        outcome: kept.outcome().clone(),
        signatures: kept.signatures().unwrap_or_default(),
        kept: kept.kept().cloned(),
        learned: kept.learned().cloned(),
        rows: kept.rows(),
        common: kept.common().map(<[u32]>::to_vec),
        traffic: Traffic::default(),
    })
}
