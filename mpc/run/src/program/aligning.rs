//! Finding the common rows.

use futures::FutureExt as _;
use mpc::Seat;
use psi::{Ids, Mode, Psi, Role, Terms};

use super::{Seated, progress::Rows as Found};
use crate::{
    data::Table,
    error::RunError,
    mail::Subject,
    results::given_rows,
    spec::{Rows, Spec, Work},
    stage::Stage,
};

/// Entries that are worked on before messages are looked after.
const AT_ONCE: usize = 256;

/// `least`: fewer common rows are refused before anybody is told which they are.
pub(super) async fn align(seated: &mut Seated<'_>, owner: Seat, table: &Table, least: u32) -> Result<Found, RunError> {
    let spec = &seated.attempt.spec;
    let Rows::Common { form, declared, .. } = &spec.rows else {
        let count = table.rows() as u32;
        return Ok(Found { count, digest: given_rows(count), rows: Some((0..count).collect()) });
    };
    let terms = &seated.attempt.terms;
    let size_only = matches!(&spec.work, Work::Intersect(intersect) if intersect.size_only);
    let terms = Terms {
        chain_id: terms.chain_id,
        contract: terms.contract,
        task: terms.task,
        attempt: terms.attempt,
        declared: *declared,
        mode: if size_only { Mode::Size } else { Mode::Exact },
    };
    let role = if owner == Seat::First { Role::First } else { Role::Second };
    let ids = Ids::read(table.cells(spec.key_of(owner).unwrap_or_default())?, (*form).into())?;
    let mut psi = Psi::new(terms, role, ids, (seated.random)()?)?;
    talk(seated, Spec::seat_of(owner.other()), &mut psi, least, size_only).await?;
    let count = psi.count().unwrap_or_default();
    let digest = psi.digest().unwrap_or_default();
    Ok(Found { count, digest, rows: psi.aligned().map(|aligned| aligned.rows) })
}

async fn talk(
    seated: &mut Seated<'_>,
    peer: link::SeatNumber,
    psi: &mut Psi,
    least: u32,
    size_only: bool,
) -> Result<(), RunError> {
    let mut decided = size_only;
    loop {
        let progress = psi.work(AT_ONCE)?;
        (seated.observe)(Stage::Aligning { done: progress.done, of: progress.total });
        if let (false, Some(count)) = (decided, psi.count()) {
            // Only once all images were exchanged can it be decided.
            decided = psi.decide(count >= least).is_ok();
        }
        let mut moved = false;
        loop {
            match psi.next_message() {
                Ok(Some(message)) => {
                    seated.mail.send(peer, Subject::Rows, &message).await?;
                    moved = true;
                }
                Ok(None) => break,
                Err(psi::PsiError::RefusedHere { count }) => return Err(RunError::FewRows { rows: count, least }),
                Err(error) => return Err(error.into()),
            }
        }
        if psi.is_finished() {
            return Ok(());
        }
        if psi.progress().waits && !moved {
            let message = seated.mail.receive(peer, Subject::Rows).await?;
            psi.receive(&message)?;
        } else {
            seated.mail.turn()?;
            while let Some(message) = seated.mail.receive(peer, Subject::Rows).now_or_never() {
                psi.receive(&message?)?;
            }
        }
    }
}
