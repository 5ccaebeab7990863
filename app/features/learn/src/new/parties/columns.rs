//! Which columns: chosen from what the owner says of its data set, or typed where that cannot be read.

use app_ui::{controls::field::Field, tables::name::Name};
use leptos::prelude::*;

use crate::new::{form::Form, offered::Offered};

fn key_id(place: usize) -> &'static str {
    if place == 0 { "key-1" } else { "key-2" }
}

fn columns_id(place: usize) -> &'static str {
    if place == 0 { "columns-1" } else { "columns-2" }
}

/// What an owner offers.
fn offered(form: Form, place: usize) -> Memo<Option<Offered>> {
    Memo::new(move |_| form.offered.with(|all| all[place].clone()))
}

/// The column that names whom a row is about.
#[component]
pub fn Key(form: Form, place: usize) -> impl IntoView {
    let id = key_id(place);
    let typed = form.text(move |typed| &typed.keys[place], move |typed| &mut typed.keys[place]);
    let offered = offered(form, place);
    move || match offered.get() {
        None => view! { <Field id=id label="Key column" value=typed hint="Names whom a row is about" /> }.into_any(),
        Some(offered) => {
            let names = offered.columns.iter().map(|column| column.name.clone()).collect();
            view! { <OneOf id=id label="Key column" hint="Names whom a row is about" names=names value=typed /> }
                .into_any()
        }
    }
}

/// The column that is learned.
#[component]
pub fn Label(form: Form) -> impl IntoView {
    let typed = form.text(|typed| &typed.label, |typed| &mut typed.label);
    let owner = form.look(|typed| usize::from(typed.label_owner).min(1));
    let offered = Memo::new(move |_| form.offered.with(|all| all[owner.get()].clone()));
    move || {
        match offered.get() {
        None => {
            view! { <Field id="field-label" label="Label column" value=typed hint="A number in every row, at the owner of the label" /> }
                .into_any()
        }
        Some(offered) => {
            let names = offered.numbers().map(|column| column.name.clone()).collect();
            view! { <OneOf id="field-label" label="Label column" hint="A number in every row, at the owner of the label" names=names value=typed /> }
                .into_any()
        }
    }
    }
}

/// A name of a list; one that is not in it is kept, so that what is wrong with it can be said.
#[component]
fn OneOf(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    names: Vec<String>,
    value: RwSignal<String>,
) -> impl IntoView {
    let now = value.get_untracked();
    let missing = (!names.contains(&now)).then_some(now);
    let options = missing.into_iter().chain(names).map(|name| {
        let (is_it, shown) = (name.clone(), if name.is_empty() { "Choose…".to_owned() } else { name.clone() });
        view! { <option value=name selected=move || value.with(|value| *value == is_it)>{shown}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id prop:value=move || value.get() on:change=move |event| value.set(event_target_value(&event))>
                {options.collect_view()}
            </select>
            <span class="hint">{hint}</span>
        </div>
    }
}

/// The columns that the model looks at.
#[component]
pub fn Features(form: Form, place: usize) -> impl IntoView {
    let id = columns_id(place);
    let typed = form.names(move |typed| &typed.columns[place], move |typed| &mut typed.columns[place]);
    let offered = offered(form, place);
    move || {
        match offered.get() {
        None => {
            view! { <Field id=id label="Features" value=typed hint="Names of columns with commas between them, as in the table" /> }
                .into_any()
        }
        Some(offered) => view! { <Offers form=form place=place id=id offered=offered /> }.into_any(),
    }
    }
}

#[component]
fn Offers(form: Form, place: usize, id: &'static str, offered: Offered) -> impl IntoView {
    let words = offered.words().join(", ");
    let boxes = offered.numbers().map(|column| {
        let name = column.name.clone();
        let taken = form.look({
            let name = name.clone();
            // The label and the key are no features.
            move |typed| {
                (typed.keys[place] == name)
                    || (usize::from(typed.label_owner) == place && typed.label == name && typed.process.trains())
            }
        });
        let covered = offered.covers(&name);
        let (is_it, toggled) = (name.clone(), name.clone());
        view! {
            <Show when=move || !taken.get()>
                <label class="check">
                    <input
                        type="checkbox"
                        name=name.clone()
                        prop:checked={
                            let is_it = is_it.clone();
                            move || form.typed.with(|typed| typed.columns[place].contains(&is_it))
                        }
                        on:change={
                            let name = toggled.clone();
                            move |_| form.typed.update(|typed| toggle(&mut typed.columns[place], &name))
                        }
                    />
                    <span><Name text=name.clone() /> {(!covered).then_some(" (not in the grant)")}</span>
                </label>
            </Show>
        }
    });
    view! {
        <fieldset class="choice" id=id>
            <legend>"Features"</legend>
            <div class="ticks">{boxes.collect_view()}</div>
            {(!words.is_empty()).then(|| view! { <p class="small soft">{format!("Not offered, because they hold words: {words}.")}</p> })}
        </fieldset>
    }
}

fn toggle(names: &mut Vec<String>, name: &str) {
    match names.iter().position(|one| one == name) {
        Some(place) => drop(names.remove(place)),
        None => names.push(name.to_owned()),
    }
}
