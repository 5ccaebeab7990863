//! Step 2: what is computed, and what is told to whom.

use app_ui::controls::field::Field;
use leptos::prelude::*;

use super::form::{Form, Process, Typed};

#[component]
pub fn Computing(form: Form) -> impl IntoView {
    let process = Memo::new(move |_| form.typed.with(|typed| typed.process));
    move || match process.get() {
        Process::Train => view! { <Training form=form /> }.into_any(),
        Process::Predict => view! { <Predicting form=form /> }.into_any(),
        Process::Align => ().into_any(),
    }
}

#[component]
fn Predicting(form: Form) -> impl IntoView {
    let min_rows = form.text(|typed| &typed.min_rows, |typed| &mut typed.min_rows);
    view! {
        <section class="panel" aria-labelledby="computing">
            <header>
                <h2 id="computing">"2. What is told"</h2>
            </header>
            <div class="body stack">
                <Tick form=form id="tick-ids" text="You receive a prediction for each common row, with its id" get=|typed| typed.ids set=|typed| typed.ids = !typed.ids />
                <Field id="field-min-rows" label="Fewest common rows" value=min_rows hint="With fewer the run ends before anything is told" />
            </div>
        </section>
    }
}

#[component]
fn Training(form: Form) -> impl IntoView {
    let label = form.text(|typed| &typed.label, |typed| &mut typed.label);
    let ridge = form.text(|typed| &typed.ridge, |typed| &mut typed.ridge);
    let min_rows = form.text(|typed| &typed.min_rows, |typed| &mut typed.min_rows);
    view! {
        <section class="panel" aria-labelledby="computing">
            <header>
                <h2 id="computing">"2. What is learned, and told"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <Field id="field-label" label="Label column" value=label hint="A number in every row, at the owner of the label" />
                    <Field id="field-ridge" label="Ridge" value=ridge hint="A penalty on coefficients; 0 for none" />
                    <Field id="field-min-rows" label="Fewest common rows" value=min_rows hint="With fewer the run ends before anything is told" />
                    <Evaluation form=form />
                </div>
                <fieldset class="group stack tight">
                    <legend class="strong">"You receive"</legend>
                    <Tick form=form id="tick-rmse" text="The root of the mean squared error (RMSE)" get=|typed| typed.rmse set=|typed| typed.rmse = !typed.rmse />
                    <Tick form=form id="tick-mae" text="The mean absolute error" get=|typed| typed.mae set=|typed| typed.mae = !typed.mae />
                    <Tick form=form id="tick-r2" text="The explained share of the variance (R²)" get=|typed| typed.r2 set=|typed| typed.r2 = !typed.r2 />
                    <Tick
                        form=form
                        id="tick-shuffle"
                        text="Rows are put in an order that nobody chose before they are cut into parts"
                        get=|typed| typed.shuffle
                        set=|typed| typed.shuffle = !typed.shuffle
                    />
                </fieldset>
                <fieldset class="group stack tight">
                    <legend class="strong">"Owners receive"</legend>
                    <Tick
                        form=form
                        id="tick-own"
                        text="The coefficients of their own columns. The label’s owner must have ticked that in the grant: they can tell single labels"
                        get=|typed| typed.own_coefficients
                        set=|typed| typed.own_coefficients = !typed.own_coefficients
                    />
                </fieldset>
            </div>
        </section>
    }
}

#[component]
fn Evaluation(form: Form) -> impl IntoView {
    let choices = [(0, "On the training rows"), (5, "5-fold"), (10, "10-fold"), (1, "Leaving one out")];
    view! {
        <div class="field">
            <label for="field-evaluation">"Evaluation"</label>
            <select
                id="field-evaluation"
                prop:value=move || form.typed.with(|typed| typed.folds).to_string()
                on:change=move |event| {
                    let folds = event_target_value(&event).parse().unwrap_or_default();
                    form.typed.update(|typed| typed.folds = folds);
                }
            >
                {choices.map(|(folds, name)| view! { <option value=folds.to_string() selected=move || form.typed.with(|typed| typed.folds == folds)>{name}</option> }).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Tick(
    form: Form,
    id: &'static str,
    text: &'static str,
    get: fn(&Typed) -> bool,
    set: fn(&mut Typed),
) -> impl IntoView {
    view! {
        <label class="check">
            <input id=id type="checkbox" prop:checked=move || form.typed.with(get) on:change=move |_| form.typed.update(set) />
            <span>{text}</span>
        </label>
    }
}
