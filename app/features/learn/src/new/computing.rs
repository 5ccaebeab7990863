//! What is computed.

use app_ui::controls::field::Field;
use leptos::prelude::*;

use super::{
    form::{Evaluated, Form, Process},
    inputs::{Choice, Tick},
    parties::Label,
};

#[component]
pub fn Computing(form: Form) -> impl IntoView {
    let process = form.look(|typed| typed.process);
    let trains = form.look(|typed| typed.process.trains());
    let min_rows = form.text(|typed| &typed.min_rows, |typed| &mut typed.min_rows);
    view! {
        <section class="panel" aria-labelledby="computing">
            <header>
                <h2 id="computing">"What is computed"</h2>
            </header>
            <div class="body stack">
                <Show when=move || trains.get()>
                    <Training form=form />
                </Show>
                <div class="fields">
                    <Show when=move || trains.get()>
                        <Evaluation form=form />
                    </Show>
                    <Field id="field-min-rows" label="Fewest common rows" value=min_rows hint="With fewer the run ends before anything is told" />
                </div>
                <Show when=move || trains.get()>
                    <Shuffle form=form />
                </Show>
                <Show when=move || process.get() == Process::Align>
                    <Tick
                        form=form
                        id="tick-size-only"
                        text="Tell only how many rows are common, not which"
                        get=|typed| typed.size_only
                        set=|typed| typed.size_only = !typed.size_only
                    />
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Training(form: Form) -> impl IntoView {
    let ridge = form.text(|typed| &typed.ridge, |typed| &mut typed.ridge);
    let winsorise = form.text(|typed| &typed.winsorise, |typed| &mut typed.winsorise);
    view! {
        <div class="fields">
            <Label form=form />
            <Field id="field-ridge" label="Ridge" value=ridge hint="A penalty on coefficients; 0 for none. It helps where columns say nearly the same" />
            <Field
                id="field-winsorise"
                label="Extreme values moved inwards"
                value=winsorise
                suffix="%"
                hint="At each end of every feature; 0 for none, 1 makes single rows weigh less"
            />
        </div>
    }
}

#[component]
fn Evaluation(form: Form) -> impl IntoView {
    let evaluated = form.look(|typed| typed.evaluated);
    let share = form.text(|typed| &typed.share, |typed| &mut typed.share);
    view! {
            <Choice
                form=form
                id="field-evaluation"
                label="Errors are counted"
                choices=vec![
                    (Evaluated::Training, "on the rows that it was fitted to"),
                    (Evaluated::Share, "on rows that are kept back"),
                    (Evaluated::Folds5, "5-fold: each fifth by the others"),
                    (Evaluated::Folds10, "10-fold: each tenth by the others"),
                    (Evaluated::LeaveOneOut, "leaving one row out, each in turn"),
                ]
                get=|typed| typed.evaluated
                set=|typed, to| typed.evaluated = to
            />
            <Show when=move || evaluated.get() == Evaluated::Share>
                <Field id="field-share" label="Kept back" value=share suffix="%" hint="Which rows follows from the task and the rows together: nobody can choose, and so there is no seed to type" />
            </Show>
    }
}

/// Parts of a table that is in some order would be unlike each other.
#[component]
fn Shuffle(form: Form) -> impl IntoView {
    let folds = form.look(|typed| matches!(typed.evaluated, Evaluated::Folds5 | Evaluated::Folds10));
    view! {
        <Show when=move || folds.get()>
            <Tick
                form=form
                id="tick-shuffle"
                text="Rows are put in an order that nobody chose before they are cut into parts"
                get=|typed| typed.shuffle
                set=|typed| typed.shuffle = !typed.shuffle
            />
        </Show>
    }
}
