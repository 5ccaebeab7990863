//! Once all have signed and the chain has it: the keys of sealed results go to whom they belong.

use std::{collections::BTreeMap, time::Duration};

use link::SeatNumber;
use mpc::Traffic;
use protocol::keccak;

use super::{
    Attempt, Ended, Finished, Keys, Seated,
    progress::{Progress, Signed},
    signing::meanwhile,
};
use crate::{
    error::RunError,
    mail::Subject,
    outside::Said,
    results::{Delivered, Outcome, Sealed, Told, hex::from_hex, told},
    stage::Stage,
};

/// How long a seat waits for a key that it is owed once the chain has the result: those that have not come by then are
/// demanded on chain.
pub const HANDOVER: Duration = Duration::from_secs(300);
/// How long a seat that has everything stays for those that hear of the result later. It is less, so that a program ends by
/// itself before keys count as late.
const STAYS: Duration = Duration::from_secs(240);

/// What all have signed stands: waits for the chain, hands over, takes over, and says farewell.
pub(super) async fn handover(
    seated: &mut Seated<'_>,
    keys: &Keys<'_>,
    progress: &Progress,
    traffic: Traffic,
) -> Result<Ended, RunError> {
    let signed = progress.ended().ok_or(RunError::Forgotten)?;
    let signatures: Vec<Vec<u8>> = signed.signatures.iter().flatten().filter_map(|text| from_hex(text)).collect();
    let outside = seated.outside;
    meanwhile(seated, true, outside.agreed(&signed.outcome, &signatures)).await?;
    for (to, key) in &signed.keys {
        seated.mail.send(*to, Subject::Key, key).await?;
    }
    let mut came = BTreeMap::new();
    for from in signed.files.keys() {
        let key = seated.mail.receive_within(*from, Subject::Key, HANDOVER).await?;
        came.insert(*from, key.ok_or(RunError::KeyLate { seat: *from })?);
    }
    let told = open(seated.attempt, seated.seat, signed, keys.directory, came)?;
    // It has everything: a seat that falls silent now, or ends, takes nothing of it away.
    seated.mail.leave(STAYS).await?;
    (seated.observe)(Stage::Finished);
    Ok(Ended::Finished(Box::new(Finished {
        outcome: signed.outcome.clone(),
        signatures,
        told,
        kept: signed.kept.clone(),
        learned: signed.learned.clone(),
        rows: signed.rows.count,
        common: signed.rows.rows.clone(),
        traffic,
    })))
}

/// Opens what was delivered here with the keys that came.
fn open(
    attempt: &Attempt,
    seat: SeatNumber,
    signed: &Signed,
    secret: &[u8; 32],
    keys: BTreeMap<SeatNumber, Vec<u8>>,
) -> Result<Vec<Told>, RunError> {
    let mut halves: BTreeMap<SeatNumber, Delivered> = signed.own.clone().map(|own| (seat, own)).into_iter().collect();
    for (from, key) in keys {
        let wrong = RunError::Delivery { seat: from };
        let file = signed.files.get(&from).ok_or(wrong.clone())?;
        let said = signed.statements.get(usize::from(from)).ok_or(wrong.clone())?;
        let is_receiver = attempt.spec.receiver() == Some(seat);
        if !said.files.contains(&(seat, keccak(&[file]))) || (is_receiver && said.key != keccak(&[&key])) {
            return Err(wrong);
        }
        let delivered = Sealed { file: file.clone(), key }.open(&attempt.terms, from, seat, secret)?;
        if is_receiver && delivered.commitment() != said.metrics {
            return Err(wrong);
        }
        halves.insert(from, delivered);
    }
    let both: Option<[Delivered; 2]> = Vec::from_iter(halves.into_values()).try_into().ok();
    both.map_or(Ok(Vec::new()), |both| told(&both))
}

/// What a seat kept of a result that all have signed; see [`crate::Outside::keep`]. It is for who did not hear the others to
/// the end: keys are demanded on chain, and posted there.
pub struct Late<'a> {
    attempt: &'a Attempt,
    seat: SeatNumber,
    signed: Signed,
}

impl<'a> Late<'a> {
    /// `result`: the digest that the chain has. Nothing where this seat has not signed it.
    ///
    /// # Errors
    /// [`RunError::Kept`].
    pub fn read(
        attempt: &'a Attempt,
        seat: SeatNumber,
        kept: &[u8],
        result: protocol::Digest,
    ) -> Result<Option<Self>, RunError> {
        let progress: Progress =
            serde_json::from_slice(kept).map_err(|error| RunError::Kept { why: error.to_string() })?;
        let is_it = |signed: &Signed| (attempt.signed)(&attempt.terms, Said::Outcome(&signed.outcome)) == result;
        Ok(progress.signed.into_iter().find(is_it).map(|signed| Self { attempt, seat, signed }))
    }

    pub fn outcome(&self) -> &Outcome {
        &self.signed.outcome
    }

    /// The sealed key that this seat owes another.
    pub fn key_for(&self, to: SeatNumber) -> Option<&[u8]> {
        self.signed.keys.get(&to).map(Vec::as_slice)
    }

    /// What this seat was told, with the keys that the others posted. `secret` is that of its key in the directory.
    ///
    /// # Errors
    /// [`RunError::Delivery`].
    pub fn open(&self, secret: &[u8; 32], keys: BTreeMap<SeatNumber, Vec<u8>>) -> Result<Vec<Told>, RunError> {
        open(self.attempt, self.seat, &self.signed, secret, keys)
    }

    /// Signatures of all seats, in their order; nothing where they never came.
    pub fn signatures(&self) -> Option<Vec<Vec<u8>>> {
        self.signed.signatures.as_ref()?.iter().map(|text| from_hex(text)).collect()
    }

    /// What a new model was learned by.
    pub fn learned(&self) -> Option<&mpc_learn::Task> {
        self.signed.learned.as_ref()
    }

    /// The half of a new model, at an owner.
    pub fn kept(&self) -> Option<&crate::Kept> {
        self.signed.kept.as_ref()
    }

    pub fn rows(&self) -> u32 {
        self.signed.rows.count
    }

    /// Which of its own rows are common, in the common order: after an intersection that tells them.
    pub fn common(&self) -> Option<&[u32]> {
        self.signed.rows.rows.as_deref()
    }
}
