//! Computing on shares, at an owner.

use std::rc::Rc;

use mpc::{
    Helper, MpcError, Pair, Seat, Start, Traffic,
    draw::{Run, Seed, Seeded},
};
use mpc_learn::{Answer, Column, NewRows, Part, Prediction, Prepared, Task, fit, predict};

use super::{
    Ended, Keys, Seated, Stage,
    aligning::Found,
    answer_code,
    brings::{Brings, chosen},
    closing::{self, Closing, Mine},
    opening::Opened,
};
use crate::{
    error::RunError,
    mail::{Subject, Wire},
    results::Kept,
    spec::{Computed, Spec, Work},
};

/// Bytes of a frame at most: a message between seats.
const MOST: usize = 1 << 30;
/// Bytes of a number.
const WORD: usize = 16;

/// This seat, while it computes with the others.
type OnWire<'r, 'w, 'm> = Pair<'r, u128, Helper<u128, Seeded>, &'w mut Wire<'m>>;

/// What comes out of the shares.
struct Computing {
    parts: Vec<Part>,
    kept: Option<Kept>,
    traffic: Traffic,
}

pub(super) async fn compute(
    seated: &mut Seated<'_>,
    keys: Keys<'_>,
    owner: Seat,
    found: &Found,
    opened: Opened,
    brings: &mut Brings<'_>,
) -> Result<Ended, RunError> {
    let attempt = seated.attempt;
    let Some(helper) = attempt.spec.helper() else { return Err(RunError::OtherSeat { seat: seated.seat }) };
    let cells = found.count as usize * (attempt.spec.owners.iter().map(|o| o.columns.len()).max().unwrap_or(0) + 2);
    if cells * WORD > MOST {
        return Err(RunError::TooLarge { bytes: cells * WORD });
    }
    let seed = Seed::new((seated.random)()?);
    seated.mail.send(helper, Subject::Opening, &seed.to_helper()).await?;
    let run = attempt.run(opened.opening.epoch);
    let plan = Rc::new(opened.plan);
    (seated.observe)(Stage::Computing { steps: plan.steps.len(), rounds: plan.rounds });
    let computed = match &opened.computed {
        Computed::Fit(task) => training(seated, owner, found, task, &plan, (seed, run), brings).await?,
        Computed::Predict(prediction) => {
            Ok(predicting(seated, owner, found, prediction, &plan, (seed, run), brings).await?)
        }
    };
    let (code, sentence) = match &computed {
        Ok(_) => (0, None),
        Err(answer) => (answer_code(answer), Some(answer.sentence())),
    };
    // The other owner knows.
    for peer in seated.mail.peers().into_iter().filter(|peer| *peer != helper && Spec::owner_of(*peer).is_none()) {
        seated.mail.send(peer, Subject::Answer, &[code]).await?;
    }
    let Ok(computing) = computed else {
        closing::heads_with(seated, helper).await?;
        seated.mail.part().await?;
        return Ok(Ended::Answered(sentence.unwrap_or_default()));
    };
    let ids = ids(seated, owner, found, brings)?;
    let share = computing.kept.as_ref().or(brings.kept).map(Kept::commitment).unwrap_or_default();
    let closing = Closing {
        plan: &plan,
        rows: opened.opening.aligned,
        computed: Some(opened.computed),
        mine: Some(Mine { parts: computing.parts, kept: computing.kept, share, ids }),
        common: None,
        traffic: computing.traffic,
    };
    closing::close(seated, keys, closing).await
}

async fn training(
    seated: &mut Seated<'_>,
    owner: Seat,
    found: &Found,
    task: &Task,
    plan: &Rc<mpc::Plan>,
    (seed, run): (Seed, Run),
    brings: &mut Brings<'_>,
) -> Result<Result<Computing, Answer<u128>>, RunError> {
    let spec = &seated.attempt.spec;
    let Work::Train(train) = &spec.work else { return Err(RunError::OtherSeat { seat: seated.seat }) };
    let names = &spec.owner(owner).columns;
    let columns = columns(spec, owner, found, brings)?;
    let label = spec.label_of(owner).map(|label| chosen(brings.table, label, found)).transpose()?;
    let prepared = Prepared::new(task, owner, &columns, label.as_ref(), train.winsorise)?;
    let (answer, traffic) =
        on_shares(seated, owner, plan, (seed, run), brings, async |pair| fit(pair, task, &[&prepared]).await).await?;
    let Answer::Fitted(fitted) = answer else { return Ok(Err(answer)) };
    let number = seated.attempt.terms.task;
    let kept = Kept::new(number, owner, names, task, &prepared, &fitted.model, (seated.random)()?);
    Ok(Ok(Computing { parts: fitted.parts, kept: Some(kept), traffic }))
}

async fn predicting(
    seated: &mut Seated<'_>,
    owner: Seat,
    found: &Found,
    prediction: &Prediction,
    plan: &Rc<mpc::Plan>,
    (seed, run): (Seed, Run),
    brings: &mut Brings<'_>,
) -> Result<Computing, RunError> {
    let spec = &seated.attempt.spec;
    let kept = brings.kept.ok_or(RunError::NoModel { task: 0 })?;
    let columns = columns(spec, owner, found, brings)?;
    let rows = NewRows::new(prediction, owner, &columns, &kept.scales, kept.label_scale)?;
    let model = kept.model()?;
    let (part, traffic) = on_shares(seated, owner, plan, (seed, run), brings, async |pair| {
        predict(pair, prediction, &model, &[&rows]).await
    })
    .await?;
    Ok(Computing { parts: vec![part], kept: None, traffic })
}

/// This owner's columns of the common rows, in the task's order.
fn columns(spec: &Spec, owner: Seat, found: &Found, brings: &Brings<'_>) -> Result<Vec<Column>, RunError> {
    spec.owner(owner).columns.iter().map(|name| chosen(brings.table, name, found)).collect()
}

/// Computes with the other owner and the helper; what came of it, and what was sent and heard.
async fn on_shares<T>(
    seated: &mut Seated<'_>,
    owner: Seat,
    plan: &Rc<mpc::Plan>,
    (seed, run): (Seed, Run),
    brings: &mut Brings<'_>,
    compute: impl AsyncFnOnce(&mut OnWire<'_, '_, '_>) -> Result<T, MpcError>,
) -> Result<(T, Traffic), RunError> {
    let fresh = (seated.random)()?;
    let helper = seated.attempt.spec.helper().unwrap_or_default();
    let mut wire = Wire::new(&mut seated.mail, helper);
    wire.observe = Some(&mut *seated.observe);
    let start = Start { seat: owner, plan: plan.clone(), run, registry: brings.registry, fresh };
    let done = async {
        let source = Helper::new(owner, Seeded::new(&seed, &run));
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
