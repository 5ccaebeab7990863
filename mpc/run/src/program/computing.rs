//! Computing on shares, at an owner.

use std::rc::Rc;

use mpc::{
    Helper, MpcError, Pair, Seat, Slots, Start, Traffic,
    draw::{Run, Seed, Seeded},
};
use mpc_learn::{Answer, Checkpoint, Half, Prediction, Task, fit_keeping, fit_rest, predict};
use protocol::Digest;

use super::{
    Ended, Keys, Seated, WRONGLY_DEALT, answer_code,
    brings::{Brings, new_rows, prepared},
    closing::{self, Closing, Mine},
    dealing, failure,
    opening::Opened,
    progress::{Progress, Rows as Found, Solved},
};
use crate::{
    error::RunError,
    mail::{Subject, Wire},
    results::Kept,
    spec::{Computed, Spec, Work},
    stage::{Stage, Step},
};

/// This seat, while it computes with the others.
type OnWire<'r, 'w, 'm> = Pair<'r, u128, Helper<u128, Seeded>, &'w mut Wire<'m>>;

/// What is computed, and under which random numbers.
struct Under {
    plan: Rc<mpc::Plan>,
    run: Run,
    source: Helper<u128, Seeded>,
}

/// What comes out of the shares.
struct Computing {
    halves: Vec<Half>,
    kept: Option<Kept>,
    traffic: Traffic,
}

pub(super) async fn compute(
    seated: &mut Seated<'_>,
    keys: &Keys<'_>,
    owner: Seat,
    found: &Found,
    opened: Opened,
    brings: &mut Brings<'_>,
    (progress, step): (&mut Progress, Step),
) -> Result<Ended, RunError> {
    let attempt = seated.attempt;
    let Some(helper) = attempt.spec.helper() else { return Err(RunError::OtherSeat { seat: seated.seat }) };
    let seed = Seed::new((seated.random)()?);
    seated.mail.send(helper, Subject::Opening, &seed.to_helper()).await?;
    let run = attempt.run(opened.opening.epoch);
    let plan = Rc::new(opened.computed.plan_from(step)?);
    (seated.observe)(Stage::Computing { steps: plan.steps.len(), rounds: plan.rounds });
    let slots = Slots::of(&plan);
    let seeded = Seeded::new(&seed, &run);
    let (fresh, outside) = ((seated.random)()?, seated.outside);
    let mut wire = Wire::new(&mut seated.mail, helper);
    let keep = async |signed| {
        progress.dealt.push(signed);
        // Where it cannot be kept, the next thing that is kept says so.
        let _ = progress.keep_in(outside).await;
    };
    let (epoch, mine) = (opened.opening.epoch, (&slots, owner, &seeded));
    let taken = dealing::take(&mut wire, (attempt, keys.session), mine, epoch, fresh, keep).await?;
    let Some((dealt, choice)) = taken else { return wrongly_dealt(seated, keys, helper, &opened).await };
    // A helper that goes before it has dealt opens nothing.
    progress.computing(seated).await?;
    let under = Under { plan, run, source: Helper::audited(owner, seeded, dealt, choice) };
    let computed = match &opened.computed {
        Computed::Fit(task) => {
            let from = (&mut *progress, step);
            training(seated, owner, found, task, under, brings, from).await?
        }
        Computed::Predict(prediction) => Ok(predicting(seated, owner, found, prediction, under, brings).await?),
    };
    let code = computed.as_ref().err().map_or(0, answer_code);
    // The other owner knows.
    for peer in seated.mail.peers().into_iter().filter(|peer| *peer != helper && Spec::owner_of(*peer).is_none()) {
        seated.mail.send(peer, Subject::Answer, &[code]).await?;
    }
    let computing = match (computed, failure(seated.seat, &[code], &opened.computed, &opened.plan)?) {
        (Ok(computing), _) => computing,
        (Err(answer), failure) => {
            closing::heads_with(seated, helper).await?;
            let (sentence, failure) = failure.ok_or(RunError::Unreadable { seat: seated.seat, what: "an answer" })?;
            debug_assert_eq!(sentence, answer.sentence());
            return closing::fail(seated, keys, failure, sentence).await;
        }
    };
    let ids = ids(seated, owner, found, brings)?;
    let share = computing.kept.as_ref().or(brings.kept).map(Kept::commitment).unwrap_or_default();
    let closing = Closing {
        plan: &opened.plan,
        rows: opened.opening.aligned,
        computed: Some(opened.computed),
        mine: Some(Mine { halves: computing.halves, kept: computing.kept, share, ids }),
        common: None,
        traffic: computing.traffic,
    };
    closing::close(seated, keys, progress, closing).await
}

/// All sign that the helper has dealt wrongly, and it hears why it is not paid.
async fn wrongly_dealt(
    seated: &mut Seated<'_>,
    keys: &Keys<'_>,
    helper: link::SeatNumber,
    opened: &Opened,
) -> Result<Ended, RunError> {
    for peer in seated.mail.peers().into_iter().filter(|peer| Spec::owner_of(*peer).is_none()) {
        seated.mail.send(peer, Subject::Answer, &[WRONGLY_DEALT]).await?;
    }
    closing::heads_with(seated, helper).await?;
    let said = failure(seated.seat, &[WRONGLY_DEALT], &opened.computed, &opened.plan)?;
    let (sentence, failure) = said.ok_or(RunError::Unreadable { seat: seated.seat, what: "an answer" })?;
    closing::fail(seated, keys, failure, sentence).await
}

async fn training(
    seated: &mut Seated<'_>,
    owner: Seat,
    found: &Found,
    task: &Task,
    under: Under,
    brings: &mut Brings<'_>,
    (progress, step): (&mut Progress, Step),
) -> Result<Result<Computing, Answer<u128>>, RunError> {
    let spec = &seated.attempt.spec;
    let names = &spec.owner(owner).columns;
    let prepared = prepared(spec, owner, task, found, brings)?;
    let (answer, traffic) = match progress.solved.as_ref().filter(|_| step == Step::Solved) {
        Some(solved) => {
            let checkpoint = Checkpoint::from_bytes(task, &solved.checkpoint)?;
            on_shares(seated, owner, under, brings, async |pair| fit_rest(pair, task, &[&prepared], &checkpoint).await)
                .await?
        }
        None => {
            let (outside, epoch) = (seated.outside, Digest(under.run.epoch));
            let mut unkept = false;
            let done = on_shares(seated, owner, under, brings, async |pair| {
                let mut keep = async |checkpoint: &Checkpoint<u128>| {
                    progress.solved = Some(Solved { epoch, checkpoint: checkpoint.to_bytes(task) });
                    unkept |= progress.keep_in(outside).await.is_err();
                };
                fit_keeping(pair, task, &[&prepared], &mut keep).await
            })
            .await?;
            if unkept {
                (seated.observe)(Stage::NotKept);
            }
            done
        }
    };
    let Answer::Fitted(fitted) = answer else { return Ok(Err(answer)) };
    let number = seated.attempt.terms.task;
    let kept = Kept::new(number, owner, names, task, &prepared, &fitted.model, (seated.random)()?);
    Ok(Ok(Computing { halves: fitted.halves, kept: Some(kept), traffic }))
}

async fn predicting(
    seated: &mut Seated<'_>,
    owner: Seat,
    found: &Found,
    prediction: &Prediction,
    under: Under,
    brings: &mut Brings<'_>,
) -> Result<Computing, RunError> {
    let spec = &seated.attempt.spec;
    let kept = brings.kept.ok_or(RunError::NoModel { task: 0 })?;
    let rows = new_rows(spec, owner, prediction, found, brings)?;
    let model = kept.model()?;
    let (half, traffic) =
        on_shares(seated, owner, under, brings, async |pair| predict(pair, prediction, &model, &[&rows]).await).await?;
    Ok(Computing { halves: vec![half], kept: None, traffic })
}

/// Computes with the other owner and the helper; what came of it, and what was sent and heard.
async fn on_shares<T>(
    seated: &mut Seated<'_>,
    owner: Seat,
    under: Under,
    brings: &mut Brings<'_>,
    compute: impl AsyncFnOnce(&mut OnWire<'_, '_, '_>) -> Result<T, MpcError>,
) -> Result<(T, Traffic), RunError> {
    let Under { plan, run, source } = under;
    let fresh = (seated.random)()?;
    let helper = seated.attempt.spec.helper().unwrap_or_default();
    let mut wire = Wire::new(&mut seated.mail, helper);
    wire.observe = Some(&mut *seated.observe);
    let start = Start { seat: owner, plan, run, registry: brings.registry, fresh };
    let done = async {
        let mut pair = Pair::<u128, _, _>::begin(start, source, &mut wire).await?;
        let came = compute(&mut pair).await?;
        Ok((came, pair.traffic()))
    }
    .await;
    wire.ending(done)
}

/// The ids of the predicted rows, from the first owner, where the task tells them.
fn ids(seated: &Seated<'_>, owner: Seat, found: &Found, brings: &Brings<'_>) -> Result<Option<Vec<String>>, RunError> {
    let spec = &seated.attempt.spec;
    let Work::Predict(predict) = &spec.work else { return Ok(None) };
    let (true, Seat::First, Some(key)) = (predict.ids, owner, spec.key_of(owner)) else { return Ok(None) };
    let cells = brings.table.cells(key)?;
    Ok(Some(found.rows.iter().flatten().filter_map(|row| cells.get(*row as usize)).cloned().collect()))
}
