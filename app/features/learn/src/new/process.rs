//! What the task does; for a prediction, with which model.

use app_core::action::Tools;
use app_ui::controls::choices::OneOfSeveral;
use leptos::{prelude::*, task::spawn_local};
use tasks::{Kind, State};

use super::{
    form::{Form, Process},
    inputs::Tick,
};
use crate::{actions::confirm::spec, context::Known};

#[component]
pub fn Processes(known: Known, form: Form) -> impl IntoView {
    let process = form.look(|typed| typed.process);
    let words = move || match process.get() {
        Process::Train => {
            "Fit a linear model to the common rows. It stays shared between the owners: neither has it alone."
        }
        Process::TrainPredict => {
            "Fit a model, then apply it to rows that the owners choose when they confirm the prediction. The tasks are published at once and together take one use of each grant."
        }
        Process::Predict => {
            "Apply a model that was trained before to new rows of the same owners. Only who receives them reads the predictions."
        }
        Process::Align => {
            "Find the rows that both owners have, and nothing else. Both are told which they are, or only how many."
        }
    };
    let choices = Process::ALL.map(|which| (process_id(which).to_owned(), name(which).to_owned())).to_vec();
    let chosen = Signal::derive(move || Process::ALL.iter().position(|which| *which == process.get()));
    let choose = Callback::new(move |at: usize| form.typed.update(|typed| typed.process = Process::ALL[at]));
    view! {
        <div class="stack tight">
            <OneOfSeveral label="What the task does" choices=choices chosen=chosen on_choose=choose />
            <p class="soft">{words}</p>
            <Show when=move || process.get() == Process::Predict>
                <Models known=known form=form />
            </Show>
            <Show when=move || process.get().trains()>
                <Tick
                    form=form
                    id="tick-align-first"
                    text="Align first, as a task of its own: both owners see how many rows they have in common before they confirm the training"
                    get=|typed| typed.align_first
                    set=|typed| typed.align_first = !typed.align_first
                />
            </Show>
        </div>
    }
}

fn process_id(process: Process) -> &'static str {
    match process {
        Process::Train => "process-train",
        Process::TrainPredict => "process-train-predict",
        Process::Predict => "process-predict",
        Process::Align => "process-align",
    }
}

fn name(process: Process) -> &'static str {
    match process {
        Process::Train => "Train",
        Process::TrainPredict => "Train, then predict",
        Process::Predict => "Predict",
        Process::Align => "Align rows",
    }
}

/// Models of finished trainings of the account. The owners have the halves; nothing of them is needed here.
#[component]
fn Models(known: Known, form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let trainings = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        known.learning.with(|known| {
            let Some(known) = known else { return Vec::new() };
            let mine = |(_, task): &(u64, &tasks::Task)| {
                (task.draft.kind, task.state) == (Kind::Train, State::Finished) && Some(task.requester) == account
            };
            known.book.tasks.iter().filter(mine).map(|(id, _)| id).collect::<Vec<u64>>()
        })
    });
    let problem = RwSignal::new(None::<String>);
    let choose = move |id: u64| {
        form.typed.update(|typed| typed.model = id);
        let Some(learning) = known.learning.get_untracked().filter(|_| id != 0) else { return };
        spawn_local(async move {
            match spec(tools, &learning, id).await {
                Ok((_, spec)) => {
                    problem.try_set(None);
                    form.typed.try_update(|typed| typed.columns = spec.owners.clone().map(|owner| owner.columns));
                    form.filled.try_update(|n| *n += 1);
                }
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    let chosen = form.look(|typed| typed.model);
    view! {
        <div class="field">
            <label for="model-of">"Model of"</label>
            <select id="model-of" prop:value=move || chosen.get().to_string() on:change=move |event| choose(event_target_value(&event).parse().unwrap_or_default())>
                <option value="0">"Choose…"</option>
                {move || {
                    trainings
                        .get()
                        .into_iter()
                        .map(|id| view! { <option value=id.to_string() selected=move || chosen.get() == id>{format!("Task {id}")}</option> })
                        .collect_view()
                }}
            </select>
            {move || match problem.get() {
                Some(text) => view! { <span class="problem">{text}</span> }.into_any(),
                None => view! { <span class="hint">"Of the same two owners, in the same order: first owner first"</span> }.into_any(),
            }}
        </div>
    }
}
