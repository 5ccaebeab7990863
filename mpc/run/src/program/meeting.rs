//! Before a run begins: everybody is there, and those who sign say so.

use link::SeatNumber;
use protocol::Digest;

use super::Attempt;
use crate::{
    error::RunError,
    mail::{Mail, Subject},
    results::{SessionKey, signer},
};

/// Waits until all with whom this seat has links are there, and gathers the signatures of all seats that sign, in their
/// order. `present` is what the contract's own crate gives to be signed.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn meet(
    mail: &mut Mail,
    attempt: &Attempt,
    seat: SeatNumber,
    session: &SessionKey,
    present: Digest,
) -> Result<Vec<Vec<u8>>, RunError> {
    let met = gather(mail, attempt, seat, session, present).await;
    super::ending(mail, met).await
}

async fn gather(
    mail: &mut Mail,
    attempt: &Attempt,
    seat: SeatNumber,
    session: &SessionKey,
    present: Digest,
) -> Result<Vec<Vec<u8>>, RunError> {
    attempt.check()?;
    for peer in mail.peers() {
        mail.opened(peer).await?;
    }
    let mine = session.sign(&present)?;
    let signers = 0..attempt.spec.signers();
    for other in signers.clone().filter(|other| *other != seat) {
        mail.send(other, Subject::Present, &mine).await?;
    }
    let mut all = Vec::new();
    for other in signers {
        let signature = if other == seat { mine.clone() } else { mail.receive(other, Subject::Present).await? };
        let expected = attempt.signers[usize::from(other)];
        let found = signer(&present, &signature);
        if found != expected {
            return Err(RunError::Signer { seat: other, expected, found });
        }
        all.push(signature);
    }
    Ok(all)
}
