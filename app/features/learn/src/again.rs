//! A new version of a task: the wizard, filled with the same choices.

use app_core::action::{ActionError, Tools};
use app_core::chain::Learning;
use mpc_learn::Metric;
use mpc_run::{
    Spec,
    spec::{Evaluation, Form as Ids, Rows, Train, Work, bits_of},
};
use protocol::Amount;
use tasks::Task;

use crate::{
    actions::confirm::spec,
    new::form::{Evaluated, Form, Process, Together, Typed},
};

/// Fills the wizard with the choices of a task.
///
/// # Errors
/// [`ActionError`] where its file cannot be had, or it has choices that the wizard does not offer.
pub async fn lay_out(tools: Tools, learning: &Learning, id: u64) -> Result<(), ActionError> {
    let (_, spec) = spec(tools, learning, id).await?;
    let task = learning.book.task(id).ok_or_else(|| ActionError::feature("There is no such task."))?;
    let published = learning.events.get(&id).and_then(|events| events.first()).map_or(0, |event| event.at);
    let typed = typed(task, &spec, published).ok_or_else(|| {
        ActionError::feature(
            "This task has choices that the wizard does not offer. Publish its new version with the program that made it.",
        )
    })?;
    Form::lay_out(&typed);
    Ok(())
}

/// An amount as a person types it.
fn text(amount: Amount) -> String {
    amount.to_string().replace(',', "")
}

/// The choices that made a task; `None` where the wizard does not offer them.
fn typed(task: &Task, spec: &Spec, published: u64) -> Option<Typed> {
    let draft = &task.draft;
    let grants = [0, 1].map(|seat: usize| task.seats.get(seat).map_or(0, |seat| seat.grant));
    let minutes = |seconds: u64| seconds.div_ceil(60).max(1).to_string();
    let mut typed = Typed {
        grants,
        columns: [0, 1].map(|owner: usize| spec.owners[owner].columns.clone()),
        digits: draft.told.digits,
        min_rows: draft.told.min_rows.to_string(),
        helpers: spec.helpers.clone(),
        helper_budget: text(draft.helper_budget),
        compute_fee: text(draft.compute_fee),
        bond: text(draft.bond),
        confirm_in: minutes(draft.confirm_by.saturating_sub(published)),
        start_in: minutes(draft.start_by.saturating_sub(draft.confirm_by)),
        run_for: minutes(draft.max_seconds.into()),
        ..Typed::default()
    };
    match &spec.rows {
        Rows::Given { .. } => typed.together = Together::Order,
        Rows::Common { keys, form, .. } => {
            typed.keys = keys.clone();
            typed.together = match form {
                Ids::Text => Together::Texts,
                Ids::Digits => Together::Digits,
            };
        }
    }
    if let Some(candidate) = draft.helpers.first() {
        typed.per_megabyte = text(candidate.per_megabyte);
    }
    match &spec.work {
        Work::Intersect(intersect) => {
            typed.process = Process::Align;
            typed.size_only = intersect.size_only;
        }
        Work::Train(train) => trained(&mut typed, train)?,
        Work::Predict(predict) => {
            typed.process = Process::Predict;
            (typed.receiver, typed.ids) = (predict.receiver, predict.ids);
            typed.model = Some(task.model_of).filter(|model| *model != 0)?;
        }
    }
    Some(typed)
}

fn trained(typed: &mut Typed, train: &Train) -> Option<()> {
    typed.process = Process::Train;
    (typed.label_owner, typed.label, typed.receiver) = (train.label.owner, train.label.column.clone(), train.receiver);
    typed.evaluated = match train.evaluation {
        Evaluation::Training => Evaluated::Training,
        Evaluation::LeaveOneOut => Evaluated::LeaveOneOut,
        Evaluation::Folds(5) => Evaluated::Folds5,
        Evaluation::Folds(10) => Evaluated::Folds10,
        Evaluation::Share { percent } => {
            typed.share = percent.to_string();
            Evaluated::Share
        }
        Evaluation::Folds(_) | Evaluation::Split { .. } => return None,
    };
    typed.shuffle = train.shuffle;
    typed.ridge = train.ridge.to_string();
    typed.winsorise = (train.winsorise * 100.0).to_string();
    let has = |metric: Metric| train.metrics.contains(&metric);
    (typed.rmse, typed.mae, typed.r2) = (has(Metric::Rmse), has(Metric::Mae), has(Metric::R2));
    let reveals = train.reveals;
    (typed.own_coefficients, typed.all_coefficients) = (reveals.own_coefficients, reveals.all_coefficients);
    (typed.standard_errors, typed.each_part) = (reveals.standard_errors, reveals.each_part);
    (train.digits == bits_of(typed.digits)).then_some(())
}
