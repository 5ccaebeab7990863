//! How far a seat is, as it is kept on its machine and said to the others. No seed and no mask is in it.

use std::collections::BTreeMap;

use link::SeatNumber;
use protocol::{Digest, keccak};
use serde::{Deserialize, Serialize};

use super::{Attempt, Seated, signing};
use crate::{
    error::RunError,
    mail::Subject,
    outside::{Outside, Said},
    results::{Delivered, Kept, Outcome, Statement, hex::from_hex, signer},
    stage::{Stage, Step},
};

/// Comparisons of the lists of ids in one attempt. Each one lets the other side test other ids.
const MOST_ALIGNMENTS: u8 = 3;
/// Computations in one attempt. Each one opens a few bits that hang on the columns of both owners, and an owner may put in
/// other ones each time.
const MOST_COMPUTATIONS: u8 = 3;

/// What a seat keeps.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Progress {
    /// How often the lists of ids were compared.
    pub aligned_times: u8,
    /// How often a computation on shares was begun.
    pub computed_times: u8,
    pub aligned: Option<Rows>,
    pub solved: Option<Solved>,
    /// Everything that this seat has signed.
    pub signed: Vec<Signed>,
    /// What the helper has signed of what it dealt, in each round.
    pub dealt: Vec<Taken>,
}

/// Rows that belong together.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Rows {
    pub count: u32,
    pub digest: Digest,
    /// Rows of this owner's table in the common order; nothing where only their number is told.
    pub rows: Option<Vec<u32>>,
}

/// Shares of what is solved.
#[derive(Serialize, Deserialize)]
pub(super) struct Solved {
    /// In which it was solved: the shares of two owners belong together only if it is the same.
    pub epoch: Digest,
    #[serde(with = "crate::results::hex::bytes")]
    pub checkpoint: Vec<u8>,
}

/// What a helper has signed of what it dealt, or owners of what they took: enough to show whose fault it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Of the helper's statement, and of the epoch for which it was dealt.
    pub statement: Digest,
    pub epoch: Digest,
    /// The helper's signature at an owner, both owners' at the helper.
    pub signatures: Vec<String>,
}

/// A result that this seat has signed, and what it needs once all have.
#[derive(Serialize, Deserialize)]
pub(super) struct Signed {
    pub outcome: Outcome,
    pub statements: Vec<Statement>,
    /// Sealed keys, by whom they are for. They leave once the result is on chain.
    #[serde(with = "crate::results::hex::by_seat")]
    pub keys: BTreeMap<SeatNumber, Vec<u8>>,
    /// Sealed files, by who sent them.
    #[serde(with = "crate::results::hex::by_seat")]
    pub files: BTreeMap<SeatNumber, Vec<u8>>,
    pub own: Option<Delivered>,
    pub kept: Option<Kept>,
    /// What a new model was learned by.
    #[serde(default)]
    pub learned: Option<mpc_learn::Task>,
    pub rows: Rows,
    /// Of all seats, once they are here.
    pub signatures: Option<Vec<String>>,
}

/// Where a seat stands when a round begins.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Standing {
    aligned: Option<Digest>,
    solved: Option<Digest>,
    ended: Option<(Outcome, Vec<String>)>,
}

impl Progress {
    pub async fn read(seated: &Seated<'_>) -> Result<Self, RunError> {
        let Some(kept) = seated.outside.kept().await? else { return Ok(Self::default()) };
        serde_json::from_slice(&kept).map_err(|error| RunError::Kept { why: error.to_string() })
    }

    /// Keeps how far this seat is.
    pub async fn keep(&self, seated: &Seated<'_>) -> Result<(), RunError> {
        self.keep_in(seated.outside).await
    }

    pub async fn keep_in(&self, outside: &dyn Outside) -> Result<(), RunError> {
        // Only a map with keys that are no texts could fail to be written.
        outside.keep(&serde_json::to_vec(self).unwrap_or_default()).await
    }

    /// The same where the run can do without: what cannot be kept is told, and the run goes on.
    pub async fn keep_if_possible(&self, seated: &mut Seated<'_>) -> Result<(), RunError> {
        match self.keep(seated).await {
            Err(RunError::NotKept { .. }) => {
                (seated.observe)(Stage::NotKept);
                Ok(())
            }
            done => done,
        }
    }

    /// Notes that the lists of ids are compared, before they are.
    pub async fn aligning(&mut self, seated: &mut Seated<'_>) -> Result<(), RunError> {
        if self.aligned_times >= MOST_ALIGNMENTS {
            return Err(RunError::AlignedTooOften { times: self.aligned_times });
        }
        self.aligned_times += 1;
        (self.aligned, self.solved) = (None, None);
        self.keep_if_possible(seated).await
    }

    /// Notes that a computation on shares begins, before anything of the columns is sent.
    pub async fn computing(&mut self, seated: &mut Seated<'_>) -> Result<(), RunError> {
        if self.computed_times >= MOST_COMPUTATIONS {
            return Err(RunError::ComputedTooOften { times: self.computed_times });
        }
        self.computed_times += 1;
        self.keep_if_possible(seated).await
    }

    /// What all have signed.
    pub fn ended(&self) -> Option<&Signed> {
        self.signed.iter().find(|signed| signed.signatures.is_some())
    }

    fn standing(&self) -> Standing {
        let ended = self.ended().and_then(|ended| Some((ended.outcome.clone(), ended.signatures.clone()?)));
        Standing {
            aligned: self.aligned.as_ref().map(|rows| rows.digest),
            solved: self.solved.as_ref().map(|solved| solved.epoch),
            ended,
        }
    }

    /// Takes over that all have signed, from a seat that knows.
    async fn take_over(
        &mut self,
        seated: &mut Seated<'_>,
        outcome: &Outcome,
        signatures: &[String],
    ) -> Result<(), RunError> {
        let digest = (seated.attempt.signed)(&seated.attempt.terms, Said::Outcome(outcome));
        let read = |text: &String| from_hex(text).map(|signature| signer(&digest, &signature));
        let signers: Option<Vec<_>> = signatures.iter().map(read).collect();
        if signers.as_ref() != Some(&seated.attempt.signers) {
            return Err(RunError::Unreadable { seat: 0, what: "signatures of a result" });
        }
        let known = self.signed.iter_mut().find(|signed| signed.outcome == *outcome);
        known.ok_or(RunError::Forgotten)?.signatures = Some(signatures.to_vec());
        self.keep(seated).await
    }
}

/// Begins a round: all say where they stand, and go on from the last step that they have in common.
pub(super) async fn gather(seated: &mut Seated<'_>, progress: &mut Progress) -> Result<Step, RunError> {
    loop {
        let mine = progress.standing();
        // Only a map with keys that are no texts could fail to be written.
        let text = serde_json::to_vec(&mine).unwrap_or_default();
        let mut all = BTreeMap::from([(seated.seat, mine)]);
        for (seat, text) in seated.mail.gather(&text).await? {
            let standing = serde_json::from_slice(&text);
            all.insert(seat, standing.map_err(|_| RunError::Unreadable { seat, what: "where it stands" })?);
        }
        let round = seated.mail.round();
        if round > 1 {
            (seated.observe)(Stage::Again { round });
        }
        let signs = seated.seat < seated.attempt.spec.signers();
        let theirs = all.values().find_map(|standing| standing.ended.clone());
        match theirs {
            Some((outcome, signatures)) if signs && progress.ended().is_none() => {
                progress.take_over(seated, &outcome, &signatures).await?;
                // Those that cannot hear it from that seat hear it from this one.
                seated.mail.again();
            }
            Some(_) => return Ok(Step::Signed),
            None => {
                let owners = [0, 1].map(|seat| all.get(&seat).cloned().unwrap_or_default());
                let same = |of: fn(&Standing) -> Option<Digest>| {
                    let [first, second] = [&owners[0], &owners[1]].map(of);
                    first.is_some() && first == second
                };
                return Ok(match () {
                    () if same(|standing| standing.solved) && same(|standing| standing.aligned) => Step::Solved,
                    () if same(|standing| standing.aligned) => Step::Aligned,
                    () => Step::Begin,
                });
            }
        }
    }
}

/// All seats that sign say that they are there, under the keys that sign, and the chain hears it.
pub(super) async fn begin(seated: &mut Seated<'_>, session: &crate::SessionKey) -> Result<(), RunError> {
    let digest = (seated.attempt.signed)(&seated.attempt.terms, Said::Begin);
    let signatures = signing::exchange(seated, session, &digest, Subject::Begin).await?;
    let outside = seated.outside;
    signing::meanwhile(seated, false, outside.begun(&signatures)).await
}

impl Attempt {
    pub(super) fn epoch(&self, handshake: Digest, round: u32) -> Digest {
        keccak(&[b"ModelMarket epoch 1", &handshake.0, &round.to_be_bytes()])
    }
}
