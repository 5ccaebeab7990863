//! Model, incentive, and how long and by which seed it is played.

use leptos::prelude::*;
use shared_model::{ClassifierKind, Form as SampleForm, IncentiveKind};

use super::{
    data::encoding,
    form::{Encoding, Form},
};
use app_ui::controls::field::Field;
use feature_shared_model::{IncentiveChoice, names};

#[component]
pub fn ModelForm(form: Form) -> impl IntoView {
    let kinds = move || {
        let dense = form.encoding.with(is_dense);
        ClassifierKind::ALL.into_iter().filter(move |kind| (kind.form() == SampleForm::Dense) == dense)
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(kind) = ClassifierKind::ALL.into_iter().find(|kind| names::classifier(*kind) == name) {
            form.classifier.set(kind);
            form.setting.set("1".into());
        }
    };
    view! {
        <p class="small soft">{move || form.encoding.with(encoding)}</p>
        <div class="fields">
            <label class="field">
                <span class="label">"Classifier"</span>
                <select on:change=choose>
                    {move || {
                        kinds()
                            .map(|kind| {
                                let name = names::classifier(kind);
                                view! { <option value=name prop:selected=move || form.classifier.get() == kind>{name}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            {move || match form.classifier.get() {
                ClassifierKind::NaiveBayes => {
                    view! { <Field id="field-smoothing" label="Smoothing" value=form.setting hint="Added to every count; 1 is usual" /> }.into_any()
                }
                ClassifierKind::DensePerceptron | ClassifierKind::SparsePerceptron => {
                    view! { <Field id="field-learning-rate" label="Learning rate" value=form.setting hint="How far a mistake moves the weights" /> }.into_any()
                }
                _ => ().into_any(),
            }}
            <Show when=move || form.encoding.with(|e| *e == Encoding::Words)>
                <Field id="field-words" label="Words it knows" value=form.words hint="The most frequent ones" />
                <Field id="field-join-rows" label="Rows joined into one" value=form.join_rows hint="Longer texts are easier to tell" />
            </Show>
        </div>
    }
}

/// Whether samples are numbers or pictures, not words.
fn is_dense(encoding: &Encoding) -> bool {
    match encoding {
        Encoding::Words => false,
        Encoding::Numbers => true,
        Encoding::Given(spec) => spec.build().is_ok_and(|encoder| encoder.form() == SampleForm::Dense),
    }
}

#[component]
pub fn IncentiveForm(form: Form) -> impl IntoView {
    let is = move |kind| form.incentive.get() == kind;
    view! {
        <IncentiveChoice incentive=form.incentive />
        <p class="small soft">{move || names::incentive(form.incentive.get()).1}</p>
        <div class="fields">
            <Show when=move || is(IncentiveKind::Deposit)>
                <Field
                    id="field-deposit"
                    label="Base deposit"
                    value=form.deposit
                    suffix="MDC"
                    hint="After a quiet hour; half of it by hour four"
                />
            </Show>
            <Show when=move || !is(IncentiveKind::Market)>
                <Field id="field-refund-wait" label="Refund after" value=form.refund_wait suffix="hours" hint="Then the model decides" />
            </Show>
            <Show when=move || is(IncentiveKind::Deposit)>
                <Field id="field-owner-wait" label="Owner may keep disputed deposits after" value=form.owner_wait suffix="hours" hint="Deposits that were reported" />
                <Field id="field-any-wait" label="Anyone may take unclaimed deposits after" value=form.any_wait suffix="hours" hint="Deposits that nobody asked back" />
                <Field id="field-owner-interval" label="Owner looks every" value=form.owner_interval suffix="min" hint="Empty: the owner takes nothing" />
            </Show>
            <Show when=move || is(IncentiveKind::Market)>
                <Field id="field-bounty" label="Bounty" value=form.bounty suffix="MDC" hint="Shared by what each contribution was worth" />
                <Field id="field-least-stake" label="Least stake" value=form.min_stake suffix="MDC" hint="Lost by who makes the model worse" />
                <Field id="field-limit" label="Most contributions" value=form.limit hint="1 to 256" />
            </Show>
        </div>
    }
}

#[component]
pub fn RunForm(form: Form) -> impl IntoView {
    view! {
        <div class="fields">
            <Field id="field-run-name" label="Name of the run" value=form.name hint="Shown with its result" />
            <Field id="field-days" label="Days" value=form.days hint="Claims are settled after them" />
            <Field id="field-seed" label="Seed" value=form.seed hint="The same seed gives the same run" />
            <Field id="field-start-rows" label="Rows to start with" value=form.start_percent suffix="%" hint="Of what is not tested on" />
            <Field id="field-test-rows" label="Rows to test on" value=form.test_percent suffix="%" hint="Hidden from the agents" />
        </div>
    }
}
