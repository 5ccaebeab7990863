//! What runs: a module with its inputs, or a training on a table. Files of one's own, or files that are there already, by CID.

use app_core::components::reads_as::ReadsAs;
use app_ui::controls::{field::Field as Input, file_drop::FileDrop};
use jobs::{kind, market::Field};
use leptos::prelude::*;
use ml_task::Algorithm;
use web_sys::File;

use super::form::Form;
use crate::names;

/// Kinds that can be posted here: whatever else there is comes later.
const KINDS: [u8; 2] = [kind::MODULE, kind::RECIPE];
const ALGORITHMS: [(Algorithm, &str); 3] = [
    (Algorithm::Trees, "Boosted trees"),
    (Algorithm::Mlp, "Neural network"),
    (Algorithm::Logistic, "Logistic regression"),
];

#[component]
pub fn FilesPanel(form: Form) -> impl IntoView {
    let kinds = KINDS.into_iter().map(|one| view! { <option value=one.to_string()>{names::workload(one)}</option> });
    let is_recipe = move || form.kind.get() == kind::RECIPE;
    view! {
        <section class="panel" aria-labelledby="files-title">
            <header>
                <h2 id="files-title">"What runs"</h2>
            </header>
            <div class="body stack">
                <div class="field">
                    <label for="field-kind">"Kind"</label>
                    <select
                        id="field-kind"
                        prop:value=move || form.kind.get().to_string()
                        on:change=move |event| form.kind.set(event_target_value(&event).parse().unwrap_or(kind::MODULE))
                    >
                        {kinds.collect_view()}
                    </select>
                </div>
                <Show when=is_recipe fallback=move || view! { <ModuleFiles form=form /> }>
                    <Training form=form />
                </Show>
                <Input
                    id="field-resumed"
                    label="Goes on from"
                    value=form.resumed
                    hint="CID of a checkpoint of another job; empty to begin anew."
                    problem=form.problem(Field::Resumed, form.resumed)
                />
            </div>
        </section>
    }
}

#[component]
fn ModuleFiles(form: Form) -> impl IntoView {
    let next = RwSignal::new_local(None::<File>);
    Effect::new(move || {
        if let Some(file) = next.get() {
            form.own.inputs.update(|inputs| inputs.push(file));
            next.set(None);
        }
    });
    view! {
        <FileDrop id="module-file" label="Module" hint="A .wasm file that exports step(); at most 4 MB" accept=".wasm" file=form.own.module />
        <Input
            id="field-workload"
            label="Or a module that is published"
            value=form.workload
            hint="CID of the module, or an address that holds it. Whoever runs it checks and meters it first, all in the same way."
            problem=form.problem(Field::Workload, form.workload)
        />
        <Chosen form=form />
        <FileDrop id="input-file" label="Add an input" hint="The module reads inputs by their number, from 0" file=next />
        <Input
            id="field-inputs"
            label="Or inputs that are published"
            value=form.inputs
            hint="CID of the file that names all inputs; empty for a module that reads none. Providers fetch and hash them before you lock money."
            problem=form.problem(Field::Inputs, form.inputs)
        />
    }
}

/// The inputs that were added, each with a button to take it out again.
#[component]
fn Chosen(form: Form) -> impl IntoView {
    let remove = move |number: usize| {
        form.own.inputs.update(|inputs| {
            if number < inputs.len() {
                inputs.remove(number);
            }
        });
    };
    let line = move |(number, file): (usize, File)| {
        view! {
            <li class="row tight">
                <span class="breakable">{format!("Input {number}: {}", file.name())}</span>
                <button class="button small" type="button" on:click=move |_| remove(number)>
                    "Remove"
                </button>
            </li>
        }
    };
    view! { <ul class="bullets" id="chosen-inputs">{move || form.own.inputs.get().into_iter().enumerate().map(line).collect_view()}</ul> }
}

#[component]
fn Training(form: Form) -> impl IntoView {
    let own = form.own;
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some((algorithm, _)) = ALGORITHMS.into_iter().find(|(_, known)| *known == name) {
            own.algorithm.set(algorithm);
        }
    };
    let options = ALGORITHMS.into_iter().map(|(_, name)| view! { <option value=name>{name}</option> });
    view! {
        <FileDrop id="table-file" label="Table to learn from" hint="A CSV file with a header" accept=".csv,text/csv" file=own.table />
        <ReadsAs file=own.table label=true />
        <Input
            id="field-published"
            label="Or a published table"
            value=own.published
            hint="CID of a CSV file, e.g. of a bounty’s training data."
        />
        <p class="small soft">"Whoever runs the training sees the table. For tables that nobody may see there is Learn together."</p>
        <div class="fields">
            <div class="field">
                <label for="field-algorithm">"Algorithm"</label>
                <select id="field-algorithm" on:change=choose>
                    {options.collect_view()}
                </select>
            </div>
            <Input id="field-target" label="Column to predict" value=own.target hint="Empty for the one that is suggested." />
            <Input id="field-rounds" label="Rounds" value=own.rounds hint="Epochs, or trees a class. Empty for what suits most tables." />
            <Input id="field-test" label="Kept for the test" value=own.test suffix="% of rows" />
            <Input id="field-seed" label="Seed" value=own.seed hint="The same seed gives the same model." />
        </div>
    }
}
