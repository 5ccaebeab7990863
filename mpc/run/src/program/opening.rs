//! What follows from the rows: both owners say it to each other, to the helper and to the receiver, and all plan the same.

use link::SeatNumber;
use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::{Seated, check_size};
use crate::{
    error::RunError,
    mail::Subject,
    outside::{Failure, code},
    results::both_shares,
    spec::{Aligned, Computed, Spec, Work},
};

/// What an owner says when its rows are aligned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub aligned: Aligned,
    /// Name of the epoch: the hash of the owners' handshake.
    pub epoch: Digest,
    /// Hash of the plan; zero before it is known.
    pub plan: Digest,
    /// Commitment to the half of the model that is applied; zero where one is trained.
    pub share: Digest,
}

/// Why nothing is computed on the rows that are common, as far as anybody hears it but who found it: which column it is, and what is
/// wrong with it, is for its owner alone. It travels in place of an opening, and between owners in place of the plan's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Unfit {
    /// How many they are, too few or too many; both owners know that number.
    Count = 1,
    /// A column of one owner, on these rows.
    Columns = 2,
}

impl Unfit {
    pub(super) fn to_bytes(self) -> [u8; 1] {
        [self as u8]
    }

    pub(super) fn of(message: &[u8]) -> Option<Self> {
        [Self::Count, Self::Columns].into_iter().find(|why| why.to_bytes() == message)
    }

    /// What all sign. Nothing was dealt.
    pub(super) fn failure(self, spec: &Spec) -> Failure {
        let told = match (self, &spec.work) {
            // An intersection tells that number, and a bit that hangs on columns is a fact about them.
            (Self::Count, Work::Intersect(_)) | (Self::Columns, Work::Train(_)) => 1,
            _ => 0,
        };
        Failure { code: code::BAD_ROWS, dealt: 0, facts: told.min(spec.fact_count()), rows: 0 }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Count => {
                "The owners have too few rows in common for this task or for what one of them agrees to, or more than it can be computed on. Nothing was computed. Look at the form of the ids on both sides, or publish the task again with other data."
            }
            Self::Columns => {
                "A column of one of the owners cannot be used on the rows that they have in common: perhaps it has the same value in all of them. Its owner alone is told which and why. Nothing was computed: ask the owners, and publish the task again without it, or with other data."
            }
        }
    }
}

pub(super) async fn say(
    seated: &mut Seated<'_>,
    to: SeatNumber,
    opening: Result<&Opening, Unfit>,
) -> Result<(), RunError> {
    let text = match opening {
        // Only a map with keys that are no texts could fail to be written.
        Ok(opening) => serde_json::to_vec(opening).unwrap_or_default(),
        Err(why) => why.to_bytes().to_vec(),
    };
    seated.mail.send(to, Subject::Opening, &text).await
}

pub(super) async fn hear(seated: &mut Seated<'_>, from: SeatNumber) -> Result<Result<Opening, Unfit>, RunError> {
    let text = seated.mail.receive(from, Subject::Opening).await?;
    if let Some(why) = Unfit::of(&text) {
        return Ok(Err(why));
    }
    let opening = serde_json::from_slice(&text);
    opening.map(Ok).map_err(|_| RunError::Unreadable { seat: from, what: "what its rows come to" })
}

/// What a seat without data hears from both owners, if they say the same and it plans the same.
pub(super) struct Heard {
    pub opening: Opening,
    pub computed: Computed,
    pub plan: mpc::Plan,
}

pub(super) async fn hear_both(seated: &mut Seated<'_>) -> Result<Result<Heard, Unfit>, RunError> {
    let (first, second) = (hear(seated, 0).await?, hear(seated, 1).await?);
    let differ = RunError::Differ { seats: [0, 1], what: "rows, epoch or plan" };
    let (opening, second) = match (first, second) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(first), Err(second)) if first == second => return Ok(Err(first)),
        _ => return Err(differ),
    };
    if (&opening.aligned, opening.epoch, opening.plan) != (&second.aligned, second.epoch, second.plan) {
        return Err(differ);
    }
    let attempt = seated.attempt;
    // Both owners may be strangers to who deals: what they say is planned and held in memory here.
    let rows = opening.aligned.rows;
    if rows as usize > attempt.spec.most_rows() {
        return Err(RunError::Unreadable { seat: 0, what: "more rows than the task has" });
    }
    check_size(&attempt.spec, rows)?;
    attempt.check_shares(both_shares(&[opening.share, second.share]))?;
    let computed = attempt.spec.computed(attempt.terms.spec, &opening.aligned).map_err(RunError::from)?;
    let computed = computed.ok_or(RunError::OtherSeat { seat: seated.seat })?;
    let plan = computed.plan()?;
    if plan.hash() != opening.plan.0 {
        return Err(RunError::Differ { seats: [0, seated.seat], what: "the plan" });
    }
    Ok(Ok(Heard { opening, computed, plan }))
}

/// What both owners agree to compute.
pub(super) struct Opened {
    pub opening: Opening,
    pub computed: Computed,
    pub plan: mpc::Plan,
}
