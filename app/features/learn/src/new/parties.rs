//! Step 1: whose data.

use app_core::action::Tools;
use app_ui::controls::field::Field;
use leptos::prelude::*;

use super::form::{Form, usable};
use crate::context::Known;

#[component]
pub fn Parties(known: Known, form: Form) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="parties">
            <header>
                <h2 id="parties">"1. Whose data"</h2>
            </header>
            <div class="body stack">
                <div class="split">
                    <OneOwner known=known form=form place=0 />
                    <OneOwner known=known form=form place=1 />
                </div>
                <p class="small soft">
                    "Rows are aligned by the key columns: ids that both have, however they are shuffled. Both owners learn which rows they have in common."
                </p>
                <p class="small soft">
                    "To try it: "
                    <a href="/datasets/learn/clinic.csv" download="clinic.csv" rel="external">"clinic.csv"</a>
                    " and "
                    <a href="/datasets/learn/laboratory.csv" download="laboratory.csv" rel="external">"laboratory.csv"</a>
                    " belong together: 358 patients are in both, under “patient”, and the second has the label “target”."
                </p>
            </div>
        </section>
    }
}

#[component]
fn OneOwner(known: Known, form: Form, place: usize) -> impl IntoView {
    let (title, grant_id, key_id, columns_id) = match place {
        0 => ("First owner", "grant-1", "key-1", "columns-1"),
        _ => ("Second owner", "grant-2", "key-2", "columns-2"),
    };
    let key = form.text(move |typed| &typed.keys[place], move |typed| &mut typed.keys[place]);
    let columns = form.text(move |typed| &typed.columns[place], move |typed| &mut typed.columns[place]);
    view! {
        <fieldset class="stack">
            <legend class="strong">{title}</legend>
            <GrantChoice known=known form=form place=place id=grant_id />
            <Field id=key_id label="Key column" value=key hint="Names whom a row is about" />
            <Field id=columns_id label="Features" value=columns hint="Names of columns with commas between them, as in the table" />
            <label class="check">
                <input
                    type="radio"
                    name="label-owner"
                    id=format!("label-{}", place + 1)
                    prop:checked=move || usize::from(form.typed.with(|typed| typed.label_owner)) == place
                    on:change=move |_| form.typed.update(|typed| typed.label_owner = place as u8)
                />
                <span>"Has the label, which is learned"</span>
            </label>
        </fieldset>
    }
}

/// Approved, live grants of the account.
#[component]
fn GrantChoice(known: Known, form: Form, place: usize, id: &'static str) -> impl IntoView {
    let tools = Tools::from_context();
    let choices = Memo::new(move |_| {
        let Some(account) = tools.wallet.account.get() else { return Vec::new() };
        let now = tools.clock.now.get();
        known.learning.with(|known| {
            let Some(known) = known else { return Vec::new() };
            let told = |id: u64| {
                let (grant, dataset) = known.book.registry.grant(id)?;
                let rows = app_ui::format::plural(dataset.terms.rows.into(), "row");
                Some((id, format!("Grant {id}: data set {} of {}, {rows}", grant.dataset, dataset.owner.short())))
            };
            usable(known, account, now).into_iter().filter_map(told).collect::<Vec<_>>()
        })
    });
    let chosen = move || form.typed.with(|typed| typed.grants[place]);
    view! {
        <div class="field">
            <label for=id>"Data set and grant"</label>
            <select
                id=id
                prop:value=move || chosen().to_string()
                on:change=move |event| {
                    let grant = event_target_value(&event).parse().unwrap_or_default();
                    form.typed.update(|typed| typed.grants[place] = grant);
                }
            >
                <option value="0">"Choose…"</option>
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|(grant, text)| view! { <option value=grant.to_string() selected=move || chosen() == grant>{text}</option> })
                        .collect_view()
                }}
            </select>
            {move || {
                choices
                    .with(Vec::is_empty)
                    .then(|| {
                        view! {
                            <span class="hint">"You have no approved grant that is live. Find a data set under Data and apply for it."</span>
                        }
                    })
            }}
        </div>
    }
}
