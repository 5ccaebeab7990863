//! What all seats sign, and waiting for the chain.

use std::pin::pin;

use futures::future::{Either, select};
use protocol::Digest;

use super::Seated;
use crate::{
    error::RunError,
    mail::Subject,
    results::{SessionKey, signer},
};

/// Waits for the chain; meanwhile what the other seats send is taken in, so that they see that this one is there. Where
/// `stands`, what another seat says meanwhile does not end it: all have signed.
pub(super) async fn meanwhile<T>(
    seated: &mut Seated<'_>,
    stands: bool,
    waiting: impl Future<Output = Result<T, RunError>>,
) -> Result<T, RunError> {
    let mut waiting = pin!(waiting);
    let ended = match select(waiting.as_mut(), pin!(seated.mail.listen())).await {
        Either::Left((done, _)) => return done,
        Either::Right((ended, _)) => ended,
    };
    if !stands || ended == RunError::Stopped {
        return Err(ended);
    }
    let done = waiting.await?;
    if ended.is_anew() { Err(ended) } else { Ok(done) }
}

/// Signs, and gathers the signatures of all, each under the key of its seat.
pub(super) async fn exchange(
    seated: &mut Seated<'_>,
    session: &SessionKey,
    digest: &Digest,
    subject: Subject,
) -> Result<Vec<Vec<u8>>, RunError> {
    let mine = session.sign(digest)?;
    let signers = 0..seated.attempt.spec.signers();
    for seat in signers.clone().filter(|seat| *seat != seated.seat) {
        seated.mail.send(seat, subject, &mine).await?;
    }
    let mut all = Vec::new();
    for seat in signers {
        let signature = if seat == seated.seat { mine.clone() } else { seated.mail.receive(seat, subject).await? };
        let expected = seated.attempt.signers[usize::from(seat)];
        let found = signer(digest, &signature);
        if found != expected {
            return Err(RunError::Signer { seat, expected, found });
        }
        all.push(signature);
    }
    Ok(all)
}
