//! What follows from the rows: both owners say it to each other, to the helper and to the receiver, and all plan the same.

use link::SeatNumber;
use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::{Seated, check_size};
use crate::{
    error::RunError,
    mail::Subject,
    results::both_shares,
    spec::{Aligned, Computed},
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

pub(super) async fn say(seated: &mut Seated<'_>, to: SeatNumber, opening: &Opening) -> Result<(), RunError> {
    // Only a map with keys that are no texts could fail to be written.
    let text = serde_json::to_vec(opening).unwrap_or_default();
    seated.mail.send(to, Subject::Opening, &text).await
}

pub(super) async fn hear(seated: &mut Seated<'_>, from: SeatNumber) -> Result<Opening, RunError> {
    let text = seated.mail.receive(from, Subject::Opening).await?;
    serde_json::from_slice(&text).map_err(|_| RunError::Unreadable { seat: from, what: "what its rows come to" })
}

/// What a seat without data hears from both owners, if they say the same and it plans the same.
pub(super) struct Heard {
    pub opening: Opening,
    pub computed: Computed,
    pub plan: mpc::Plan,
}

pub(super) async fn hear_both(seated: &mut Seated<'_>) -> Result<Heard, RunError> {
    let opening = hear(seated, 0).await?;
    let second = hear(seated, 1).await?;
    if (&opening.aligned, opening.epoch, opening.plan) != (&second.aligned, second.epoch, second.plan) {
        return Err(RunError::Differ { seats: [0, 1], what: "rows, epoch or plan" });
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
    Ok(Heard { opening, computed, plan })
}

/// What both owners agree to compute.
pub(super) struct Opened {
    pub opening: Opening,
    pub computed: Computed,
    pub plan: mpc::Plan,
}
