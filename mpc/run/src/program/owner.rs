//! A data owner, who computes on shares.

use mpc::Seat;
use protocol::Digest;
use psi::PsiError;

use super::{
    Ended, Keys, Seated, aligning,
    brings::{self, Brings},
    check_size,
    closing::{self, Closing},
    computing, ending,
    handover::handover,
    opening,
    opening::{Opened, Opening, Unfit},
    progress::{self, Progress, Rows as Found},
};
use crate::{
    data::preflight,
    error::RunError,
    mail::Subject,
    outside::Said,
    results::{Kept, both_shares, signer},
    spec::{Aligned, Computed, Model, Spec, Work},
    stage::{Stage, Step},
};

/// Plays the seat of an owner.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn own(mut seated: Seated<'_>, keys: Keys<'_>, mut brings: Brings<'_>) -> Result<Ended, RunError> {
    let done = rounds(&mut seated, &keys, &mut brings).await;
    ending(&mut seated.mail, done).await
}

async fn rounds(seated: &mut Seated<'_>, keys: &Keys<'_>, brings: &mut Brings<'_>) -> Result<Ended, RunError> {
    let attempt = seated.attempt;
    attempt.check()?;
    let owner = Spec::owner_of(seated.seat).ok_or(RunError::OtherSeat { seat: seated.seat })?;
    preflight(&attempt.spec, owner, brings.table).fit()?;
    check_model(seated, owner, brings)?;
    let mut progress = Progress::read(seated).await?;
    (seated.observe)(Stage::Connecting);
    loop {
        match play(seated, owner, keys, brings, &mut progress).await {
            Err(error) if error.is_anew() => {}
            Err(RunError::HelperGone) => return advance(seated, owner, keys).await,
            done => return done,
        }
    }
}

/// What this owner signs to go on with the next helper. The one of today is paid nothing: it dealt nothing that was used.
fn advancing(seated: &Seated<'_>) -> Option<Digest> {
    let helper = seated.attempt.terms.seats.get(usize::from(seated.attempt.spec.helper()?))?.address;
    Some((seated.attempt.signed)(&seated.attempt.terms, Said::Advance { helper, dealt: 0 }))
}

/// Both owners have given the helper up: tells the chain, and ends here to begin again with the next one.
async fn advance(seated: &mut Seated<'_>, owner: Seat, keys: &Keys<'_>) -> Result<Ended, RunError> {
    let digest = advancing(seated).ok_or(RunError::OtherSeat { seat: seated.seat })?;
    let seat = Spec::seat_of(owner.other());
    let theirs = seated.mail.advanced().unwrap_or_default();
    let (expected, found) = (seated.attempt.signers[usize::from(seat)], signer(&digest, &theirs));
    if found != expected {
        return Err(RunError::Signer { seat, expected, found });
    }
    let mut signatures = vec![keys.session.sign(&digest)?, theirs];
    if owner == Seat::Second {
        signatures.reverse();
    }
    seated.outside.advanced(&signatures).await?;
    Err(RunError::HelperGone)
}

/// One round.
async fn play(
    seated: &mut Seated<'_>,
    owner: Seat,
    keys: &Keys<'_>,
    brings: &mut Brings<'_>,
    progress: &mut Progress,
) -> Result<Ended, RunError> {
    // Also a helper that never comes is given up.
    if let Some(digest) = advancing(seated) {
        seated.mail.would_advance(Spec::seat_of(owner.other()), keys.session.sign(&digest)?);
    }
    let step = progress::gather(seated, progress).await?;
    if step == Step::Signed {
        return handover(seated, keys, progress, mpc::Traffic::default()).await;
    }
    progress::begin(seated, keys.session).await?;
    let handshake = seated.mail.opened(Spec::seat_of(owner.other())).await?;
    let epoch = seated.attempt.epoch(handshake, seated.mail.round());
    let found = match progress.aligned.clone().filter(|_| step != Step::Begin) {
        Some(found) => found,
        None => {
            progress.aligning(seated).await?;
            // Nothing can be computed on no rows. That none is common is an answer of an intersection.
            let fewest = u32::from(!matches!(seated.attempt.spec.work, Work::Intersect(_)));
            let found = match aligning::align(seated, owner, brings.table, brings.least_rows.max(fewest)).await {
                // Both owners know by now that one of them does not go on with so few.
                Err(error @ (RunError::FewRows { .. } | RunError::Align(PsiError::Refused { .. }))) => {
                    return unfit(seated, keys, Refused::here(Unfit::Count, &error)).await;
                }
                found => found?,
            };
            progress.aligned = Some(found.clone());
            progress.keep_if_possible(seated).await?;
            found
        }
    };
    (seated.observe)(Stage::Aligned { rows: found.count });

    if matches!(seated.attempt.spec.work, Work::Intersect(_)) {
        let plan = mpc::Planner::<128>::new().finish();
        let aligned = Aligned { rows: found.count, digest: found.digest, label_exponent: 0, learned: None };
        let nothing = Closing {
            plan: &plan,
            rows: aligned,
            computed: None,
            mine: None,
            common: found.rows,
            traffic: mpc::Traffic::default(),
        };
        return closing::close(seated, keys, progress, nothing).await;
    }
    match open(seated, owner, epoch, &found, brings).await? {
        Ok(opened) => computing::compute(seated, keys, owner, &found, opened, brings, (progress, step)).await,
        Err(refused) => unfit(seated, keys, refused).await,
    }
}

/// Why nothing is computed on the common rows: what all hear, and the sentence that is for this owner alone.
struct Refused {
    why: Unfit,
    sentence: String,
}

impl Refused {
    /// Found on this side.
    fn here(why: Unfit, error: &RunError) -> Self {
        let sentence = match why {
            Unfit::Count => error.to_string(),
            // Of all rows of the file it may not be true.
            Unfit::Columns => format!("On the rows of this task: {error}"),
        };
        Self { why, sentence }
    }

    /// Found on the other side.
    fn there(why: Unfit) -> Self {
        Self { why, sentence: why.sentence().to_owned() }
    }
}

/// Helper and receiver hear that nothing is computed, and all sign it, so that the chain ends the run and nobody's money waits for its limit.
async fn unfit(seated: &mut Seated<'_>, keys: &Keys<'_>, refused: Refused) -> Result<Ended, RunError> {
    for peer in seated.mail.peers().into_iter().filter(|peer| Spec::owner_of(*peer).is_none()) {
        opening::say(seated, peer, Err(refused.why)).await?;
    }
    let failure = refused.why.failure(&seated.attempt.spec);
    closing::fail(seated, keys, failure, refused.sentence).await
}

/// Says what the rows came to, hears the other's, and tells helper and receiver, where both can go on.
async fn open(
    seated: &mut Seated<'_>,
    owner: Seat,
    epoch: Digest,
    found: &Found,
    brings: &Brings<'_>,
) -> Result<Result<Opened, Refused>, RunError> {
    let attempt = seated.attempt;
    let other = Spec::seat_of(owner.other());
    let share = brings.kept.map(Kept::commitment).unwrap_or_default();
    let mine = brings::exponent(&attempt.spec, owner, found, brings).map(|label_exponent| {
        let learned = brings.kept.filter(|_| attempt.spec.has_model_on_chain()).map(|kept| kept.learned.clone());
        let aligned = Aligned { rows: found.count, digest: found.digest, label_exponent, learned };
        Opening { aligned, epoch, plan: Digest::ZERO, share }
    });
    opening::say(seated, other, mine.as_ref().map_err(|_| Unfit::Columns)).await?;
    let theirs = opening::hear(seated, other).await?;
    let (mine, theirs) = match (mine, theirs) {
        (Ok(mine), Ok(theirs)) => (mine, theirs),
        (Err(error), _) => return Ok(Err(Refused::here(Unfit::Columns, &error))),
        (Ok(_), Err(why)) => return Ok(Err(Refused::there(why))),
    };
    let differ = |what| RunError::Differ { seats: [0, 1], what };
    if (theirs.aligned.rows, theirs.aligned.digest) != (mine.aligned.rows, mine.aligned.digest) {
        return Err(differ("which rows are common"));
    }
    if theirs.aligned.learned != mine.aligned.learned {
        return Err(differ("what the model has learned"));
    }
    if theirs.epoch != epoch {
        return Err(differ("the epoch"));
    }
    let mut shares = [share, theirs.share];
    if owner == Seat::Second {
        shares.reverse();
    }
    attempt.check_shares(both_shares(&shares))?;
    let from = if attempt.spec.label_of(owner).is_some() { &mine } else { &theirs };
    let aligned = Aligned { label_exponent: from.aligned.label_exponent, ..mine.aligned.clone() };
    // What does not fit the task itself is no answer about the rows, and nobody signs it.
    let computed = attempt.spec.computed(attempt.terms.spec, &aligned)?.ok_or(differ("the task"))?;
    let planned = planned(seated, owner, computed, found, brings);
    let word = match &planned {
        Ok((_, plan)) => plan.hash().to_vec(),
        Err((why, _)) => why.to_bytes().to_vec(),
    };
    seated.mail.send(other, Subject::Answer, &word).await?;
    let heard = seated.mail.receive(other, Subject::Answer).await?;
    let (computed, plan) = match (planned, Unfit::of(&heard)) {
        (Ok(planned), None) => planned,
        (Ok(_), Some(why)) => return Ok(Err(Refused::there(why))),
        // Both say the same of both reasons.
        (Err((why, error)), theirs) => {
            return Ok(Err(Refused::here(theirs.map_or(why, |theirs| theirs.max(why)), &error)));
        }
    };
    if heard != word {
        return Err(differ("the plan"));
    }
    let opening = Opening { aligned, plan: Digest(plan.hash()), ..mine };
    // Everybody but the other owner hears the whole; that one plans from the same.
    for peer in seated.mail.peers().into_iter().filter(|peer| *peer != other) {
        opening::say(seated, peer, Ok(&opening)).await?;
    }
    Ok(Ok(Opened { opening, computed, plan }))
}

/// What is computed on the common rows, or why nothing can be: their number, which both owners find alike, or columns of this one.
fn planned(
    seated: &Seated<'_>,
    owner: Seat,
    computed: Computed,
    found: &Found,
    brings: &Brings<'_>,
) -> Result<(Computed, mpc::Plan), (Unfit, RunError)> {
    let spec = &seated.attempt.spec;
    let by_count = || -> Result<mpc::Plan, RunError> {
        check_size(spec, found.count)?;
        Ok(computed.plan()?)
    };
    let plan = by_count().map_err(|error| (Unfit::Count, error))?;
    brings::check(spec, owner, &computed, found, brings).map_err(|error| (Unfit::Columns, error))?;
    Ok((computed, plan))
}

/// Whether the share that is here is that of the model.
fn check_model(seated: &Seated<'_>, owner: Seat, brings: &Brings<'_>) -> Result<(), RunError> {
    let attempt = seated.attempt;
    let (Work::Predict(predict), Some(model)) = (&attempt.spec.work, attempt.model) else { return Ok(()) };
    let fits = brings.kept.is_some_and(|kept| {
        let is_named = match &predict.model {
            Model::Trained(trained) => kept.learned == trained.learned,
            Model::OnChain => true,
        };
        is_named && kept.owner == owner && kept.task == model.task && kept.columns == attempt.spec.owner(owner).columns
    });
    if fits { Ok(()) } else { Err(RunError::NoModel { task: model.task }) }
}
