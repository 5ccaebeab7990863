//! A new version of a task: the wizard, filled with the same choices.

use app_core::action::{ActionError, Tools};
use app_core::chain::Learning;
use mpc_learn::{Evaluation, Metric};
use mpc_run::{
    Spec,
    spec::{Rows, Work},
};
use protocol::Amount;
use tasks::Task;

use crate::{
    actions::confirm::spec,
    new::form::{Form, Process, Trained, Typed},
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
    let Rows::Common { keys, .. } = &spec.rows else { return None };
    let grants = [0, 1].map(|seat: usize| task.seats.get(seat).map_or(0, |seat| seat.grant));
    let minutes = |seconds: u64| seconds.div_ceil(60).max(1).to_string();
    let mut typed = Typed {
        grants,
        keys: keys.clone(),
        columns: [0, 1].map(|owner: usize| spec.owners[owner].columns.join(", ")),
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
    if let Some(candidate) = draft.helpers.first() {
        typed.per_megabyte = text(candidate.per_megabyte);
    }
    match &spec.work {
        Work::Intersect(intersect) => {
            typed.process = Process::Align;
            (!intersect.size_only).then_some(typed)
        }
        Work::Train(train) => {
            typed.process = Process::Train;
            (typed.label_owner, typed.label) = (train.label.owner, train.label.column.clone());
            typed.folds = match train.evaluation {
                Evaluation::Training => 0,
                Evaluation::LeaveOneOut => 1,
                Evaluation::Folds(folds) => folds,
                Evaluation::Split { .. } => return None,
            };
            typed.shuffle = train.shuffle;
            typed.ridge = train.ridge.to_string();
            let has = |metric: Metric| train.metrics.contains(&metric);
            (typed.rmse, typed.mae, typed.r2) = (has(Metric::Rmse), has(Metric::Mae), has(Metric::R2));
            let reveals = train.reveals;
            typed.own_coefficients = reveals.own_coefficients;
            let other = reveals.all_coefficients || reveals.standard_errors || reveals.each_part;
            (!other && train.winsorise == 0.0).then_some(typed)
        }
        Work::Predict(predict) => {
            typed.process = Process::Predict;
            typed.ids = predict.ids;
            typed.model =
                Some(Trained { task: predict.model_of, shares: predict.shares, learned: predict.learned.clone() });
            Some(typed)
        }
    }
}
