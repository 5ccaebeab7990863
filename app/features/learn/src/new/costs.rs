//! Helpers, fees, times.

use app_core::{action::Tools, components::account::Account};
use app_ui::controls::field::Field;
use leptos::prelude::*;
use protocol::Address;

use super::form::{Form, Process};
use crate::context::Known;

#[component]
pub fn Costs(known: Known, form: Form) -> impl IntoView {
    let computes = form.look(|typed| typed.process != Process::Align);
    let per_megabyte = form.text(|typed| &typed.per_megabyte, |typed| &mut typed.per_megabyte);
    let budget = form.text(|typed| &typed.helper_budget, |typed| &mut typed.helper_budget);
    let fee = form.text(|typed| &typed.compute_fee, |typed| &mut typed.compute_fee);
    let bond = form.text(|typed| &typed.bond, |typed| &mut typed.bond);
    let confirm = form.text(|typed| &typed.confirm_in, |typed| &mut typed.confirm_in);
    let start = form.text(|typed| &typed.start_in, |typed| &mut typed.start_in);
    let run = form.text(|typed| &typed.run_for, |typed| &mut typed.run_for);
    view! {
        <section class="panel" aria-labelledby="costs">
            <header>
                <h2 id="costs">"Helpers, fees, times"</h2>
            </header>
            <div class="body stack">
                <Show when=move || computes.get()>
                    <Helpers known=known form=form />
                </Show>
                <div class="fields">
                    <Show when=move || computes.get()>
                        <Field id="field-per-mb" label="Helper’s price a megabyte" value=per_megabyte suffix="MDC" />
                        <Field id="field-budget" label="Most for helpers, a task" value=budget suffix="MDC" hint="What is not used comes back" />
                    </Show>
                    <Field id="field-fee" label="Fee of a computing seat" value=fee suffix="MDC" hint="Beside the fee of its grant" />
                    <Field id="field-bond" label="Bond of each seat" value=bond suffix="MDC" hint="Lost by whoever falls silent; yours too" />
                    <Field id="field-confirm" label="Time to confirm" value=confirm suffix="min" />
                    <Field id="field-start" label="Time to start after that" value=start suffix="min" />
                    <Field id="field-run" label="A run lasts at most" value=run suffix="min" />
                </div>
            </div>
        </section>
    }
}

/// Organisations that are no party of the task.
#[component]
fn Helpers(known: Known, form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let choices = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        let grants = form.typed.with(|typed| typed.grants);
        known.learning.with(|known| {
            let Some(known) = known else { return Vec::new() };
            let registry = &known.book.registry;
            let owner = |grant: u64| registry.grant(grant).map(|(_, dataset)| dataset.owner);
            let parties = [account, owner(grants[0]), owner(grants[1])];
            let joined = registry.organisations.iter().filter(|(_, organisation)| organisation.joined);
            joined.map(|(who, _)| *who).filter(|who| !parties.contains(&Some(*who))).collect::<Vec<Address>>()
        })
    });
    view! {
        <fieldset class="group stack tight">
            <legend class="strong">"Candidates for helper"</legend>
            <p class="small soft">
                "A helper deals random numbers and sees no data, but together with either owner it could read all of it. Name organisations that both owners will accept; one is drawn."
            </p>
            {move || {
                choices
                    .get()
                    .into_iter()
                    .map(|who| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    id=format!("helper-{who}")
                                    prop:checked=move || form.typed.with(|typed| typed.helpers.contains(&who))
                                    on:change=move |_| {
                                        form.typed
                                            .update(|typed| {
                                                if typed.helpers.contains(&who) {
                                                    typed.helpers.retain(|one| *one != who);
                                                } else {
                                                    typed.helpers.push(who);
                                                }
                                            });
                                    }
                                />
                                <span>
                                    <Account address=who />
                                </span>
                            </label>
                        }
                    })
                    .collect_view()
            }}
            {move || choices.with(Vec::is_empty).then(|| view! { <p class="small">"No other organisation is in the directory."</p> })}
        </fieldset>
    }
}
