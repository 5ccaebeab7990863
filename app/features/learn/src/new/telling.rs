//! What is told to whom, and which ticks of the owners it needs.

use leptos::prelude::*;

use super::{
    form::{Evaluated, Form},
    inputs::{Choice, Tick},
};

#[component]
pub fn Telling(form: Form) -> impl IntoView {
    let trains = form.look(|typed| typed.process.trains());
    let predicts = form.look(|typed| typed.process.predicts());
    let aligns = form.look(|typed| typed.aligns());
    let some = move || trains.get() || predicts.get();
    view! {
        <Show when=some>
            <section class="panel" aria-labelledby="telling">
                <header>
                    <h2 id="telling">"What is told to whom"</h2>
                </header>
                <div class="body stack">
                    <div class="fields">
                        <Choice
                            form=form
                            id="field-receiver"
                            label="Results go to"
                            choices=vec![(2, "you"), (0, "the first owner"), (1, "the second owner")]
                            get=|typed| typed.receiver
                            set=|typed, to| typed.receiver = to
                            hint="The owners’ grants must name whoever it is"
                        />
                        <Choice
                            form=form
                            id="field-digits"
                            label="Digits that are told"
                            choices=vec![(1, "one"), (2, "two"), (3, "three"), (4, "four"), (5, "five"), (6, "six")]
                            get=|typed| typed.digits
                            set=|typed, to| typed.digits = to
                            hint="More than three only where the grants allow it"
                        />
                    </div>
                    <Show when=move || trains.get()>
                        <Metrics form=form />
                        <Coefficients form=form />
                    </Show>
                    <Show when=move || predicts.get() && aligns.get()>
                        <fieldset class="choice">
                            <legend>"Predictions"</legend>
                            <Tick
                                form=form
                                id="tick-ids"
                                text="Each with the id of its row; without it, rows have numbers"
                                get=|typed| typed.ids
                                set=|typed| typed.ids = !typed.ids
                            />
                        </fieldset>
                    </Show>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Metrics(form: Form) -> impl IntoView {
    let folds = form.look(|typed| matches!(typed.evaluated, Evaluated::Folds5 | Evaluated::Folds10));
    view! {
        <fieldset class="choice">
            <legend>"How good the model is"</legend>
            <Tick form=form id="tick-rmse" text="The root mean squared error (RMSE)" get=|typed| typed.rmse set=|typed| typed.rmse = !typed.rmse />
            <Tick form=form id="tick-mae" text="The mean absolute error" get=|typed| typed.mae set=|typed| typed.mae = !typed.mae />
            <Tick form=form id="tick-r2" text="The explained share of the variance (R²)" get=|typed| typed.r2 set=|typed| typed.r2 = !typed.r2 />
            <Show when=move || folds.get()>
                <Tick
                    form=form
                    id="tick-each-part"
                    text="Each of these for every part too, not only their mean"
                    get=|typed| typed.each_part
                    set=|typed| typed.each_part = !typed.each_part
                />
            </Show>
        </fieldset>
    }
}

#[component]
fn Coefficients(form: Form) -> impl IntoView {
    let some = form.look(|typed| typed.own_coefficients || typed.all_coefficients);
    view! {
        <fieldset class="choice">
            <legend>"The model itself"</legend>
            <Tick
                form=form
                id="tick-own"
                text="Owners receive the coefficients of their own columns. Every grant must allow that: they can tell single labels"
                get=|typed| typed.own_coefficients
                set=|typed| typed.own_coefficients = !typed.own_coefficients
            />
            <Tick
                form=form
                id="tick-all"
                text="Whoever the results go to receives all coefficients, which is the model. Every grant must allow that"
                get=|typed| typed.all_coefficients
                set=|typed| typed.all_coefficients = !typed.all_coefficients
            />
            <Show when=move || some.get()>
                <Tick
                    form=form
                    id="tick-errors"
                    text="With them, how exact each one is (squared standard errors). Every grant must allow that; each counts as one more number"
                    get=|typed| typed.standard_errors
                    set=|typed| typed.standard_errors = !typed.standard_errors
                />
            </Show>
        </fieldset>
    }
}
