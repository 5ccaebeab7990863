//! Whose data, and which of it.

mod columns;

use app_core::action::Tools;
use directory::{Column, ColumnRole};
use leptos::{prelude::*, task::spawn_local};

use super::{
    form::{Form, Process, Together, Typed},
    inputs::Choice,
    making::usable,
    offered::Offered,
};
use crate::context::Known;
pub use columns::Label;

#[component]
pub fn Parties(known: Known, form: Form) -> impl IntoView {
    let aligns = form.look(|typed| typed.process == Process::Align);
    let together = form.look(|typed| typed.aligns());
    view! {
        <section class="panel" aria-labelledby="parties">
            <header>
                <h2 id="parties">"Whose data"</h2>
            </header>
            <div class="body stack">
                <Show when=move || !aligns.get()>
                    <Choice
                        form=form
                        id="field-together"
                        label="Rows of both owners belong together"
                        choices=vec![
                            (Together::Texts, "by an id, in whatever order"),
                            (Together::Digits, "by an id that is a number"),
                            (Together::Order, "as they stand: first with first"),
                        ]
                        get=|typed| typed.together
                        set=|typed, to| typed.together = to
                    />
                </Show>
                <div class="split">
                    <OneOwner known=known form=form place=0 />
                    <OneOwner known=known form=form place=1 />
                </div>
                <p class="small soft">
                    {move || {
                        if together.get() {
                            "Rows are aligned by the key columns: ids that both have, however they are shuffled. Both owners learn which rows they have in common."
                        } else {
                            "Nothing is aligned and nobody learns which rows are common. Both tables must have the same rows in the same order, or the model is wrong without anybody seeing it."
                        }
                    }}
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
    let (title, grant_id) = if place == 0 { ("First owner", "grant-1") } else { ("Second owner", "grant-2") };
    let trains = form.look(|typed| typed.process.trains());
    let aligns = form.look(|typed| typed.aligns());
    let computes = form.look(|typed| typed.process != Process::Align);
    reads(known, form, place);
    view! {
        <fieldset class="group stack">
            <legend class="strong">{title}</legend>
            <GrantChoice known=known form=form place=place id=grant_id />
            <Show when=move || aligns.get()>
                <columns::Key form=form place=place />
            </Show>
            <Show when=move || computes.get()>
                <columns::Features form=form place=place />
            </Show>
            <Show when=move || trains.get()>
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
            </Show>
        </fieldset>
    }
}

/// Reads what the owner says of its data set, whenever another grant is chosen.
fn reads(known: Known, form: Form, place: usize) {
    let tools = Tools::from_context();
    let grant = form.look(move |typed| typed.grants[place]);
    Effect::new(move || {
        let grant = grant.get();
        tools.settings.gateway.track();
        let Some(learning) = known.learning.get_untracked() else { return };
        spawn_local(async move {
            let found = Offered::read(tools, &learning, grant).await;
            // Meanwhile another one may have been chosen.
            if form.typed.try_with_untracked(|typed| typed.grants[place] == grant) != Some(true) {
                return;
            }
            if let Some(offered) = &found
                && form.typed.with_untracked(|typed| typed.columns[place].is_empty())
            {
                form.typed.try_update(|typed| fill(offered, typed, place));
                form.filled.try_update(|n| *n += 1);
            }
            form.offered.try_update(|all| all[place] = found);
        });
    });
}

/// Chooses as the owner has described it.
fn fill(offered: &Offered, typed: &mut Typed, place: usize) {
    let is_feature = |column: &&Column| column.role == ColumnRole::Feature && offered.covers(&column.name);
    typed.columns[place] = offered.numbers().filter(is_feature).map(|column| column.name.clone()).collect();
    if let Some(key) = offered.of(ColumnRole::Key) {
        typed.keys[place] = key.to_owned();
    }
    if let Some(label) = offered.of(ColumnRole::Label) {
        (typed.label_owner, typed.label) = (place as u8, label.to_owned());
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
    let chosen = form.look(move |typed| typed.grants[place]);
    let choose = move |grant: u64| {
        form.typed.update(|typed| {
            // Columns of another data set are others; those of a model stay.
            if typed.grants[place] != grant && typed.grants[place] != 0 && typed.process != Process::Predict {
                typed.columns[place].clear();
            }
            typed.grants[place] = grant;
        });
        form.filled.update(|n| *n += 1);
    };
    view! {
        <div class="field">
            <label for=id>"Data set and grant"</label>
            <select id=id prop:value=move || chosen.get().to_string() on:change=move |event| choose(event_target_value(&event).parse().unwrap_or_default())>
                <option value="0">"Choose…"</option>
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|(grant, text)| view! { <option value=grant.to_string() selected=move || chosen.get() == grant>{text}</option> })
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
