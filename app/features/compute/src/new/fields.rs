//! The fields of the form that are limits.

use app_ui::controls::field::Field as Input;
use jobs::market::Field;
use leptos::prelude::*;

use super::form::Form;

#[component]
pub fn LimitsPanel(form: Form) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="limits-title">
            <header>
                <h2 id="limits-title">"What it may use"</h2>
            </header>
            <div class="body fields">
                <Input
                    id="field-units"
                    label="Units at most"
                    value=form.units
                    hint="A unit is a million metered instructions. The job stops there."
                    problem=form.problem(Field::Units, form.units)
                />
                <Input
                    id="field-every"
                    label="A checkpoint after"
                    value=form.every
                    suffix="units"
                    hint="Empty for none. Another provider can go on from the last one."
                    problem=form.problem(Field::Every, form.every)
                />
                <Input
                    id="field-memory"
                    label="Memory"
                    value=form.memory
                    suffix="MiB"
                    problem=form.problem(Field::Memory, form.memory)
                />
                <Input
                    id="field-minutes"
                    label="Runs at most"
                    value=form.minutes
                    suffix="min"
                    problem=form.problem(Field::Minutes, form.minutes)
                />
                <Input
                    id="field-deadline"
                    label="Result within"
                    value=form.hours
                    suffix="hours"
                    hint="From now. Without a result by then, what was not agreed comes back."
                    problem=form.problem(Field::Deadline, form.hours)
                />
                <Input
                    id="field-provider"
                    label="Only this provider"
                    value=form.provider
                    hint="Its account; empty for any that fits."
                    problem=form.problem(Field::Provider, form.provider)
                />
            </div>
        </section>
    }
}

#[component]
pub fn MoneyPanel(form: Form) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="money-title">
            <header>
                <h2 id="money-title">"What it may cost, and how it is checked"</h2>
            </header>
            <div class="body fields">
                <Input
                    id="field-price"
                    label="Highest price of a unit"
                    value=form.price
                    suffix="MDC"
                    hint="You pay what the provider quotes, never more than this."
                    problem=form.problem(Field::Price, form.price)
                />
                <Input
                    id="field-window"
                    label="Time to look at the result"
                    value=form.window
                    suffix="hours"
                    hint="In it you accept or challenge. If nobody challenges, it is paid."
                    problem=form.problem(Field::Window, form.window)
                />
                <Input
                    id="field-audits"
                    label="Run again here"
                    value=form.audits
                    suffix="% of its parts"
                    hint="Audits: this tab runs parts between checkpoints again by itself, drawn once the provider has said what came out. What differs is not paid."
                    problem=form.problem(Field::Audits, form.audits)
                />
                <div class="field">
                    <label for="field-jurors">"Jurors of a dispute"</label>
                    <select
                        id="field-jurors"
                        prop:value=move || form.jurors.get().to_string()
                        on:change=move |event| form.jurors.set(event_target_value(&event).parse().unwrap_or(3))
                    >
                        <option value="1">"1"</option>
                        <option value="3">"3"</option>
                        <option value="5">"5"</option>
                    </select>
                </div>
            </div>
        </section>
    }
}
