use leptos::prelude::*;
use shared_model::{IncentiveKind, Model, Terms};

use super::{ModelContext, classes::ClassesPanel, form};
use crate::names;
use app_core::components::{account::Account, download::Download, time::Moment};
use app_ui::{controls::copy::Copyable, download, format};

/// What was fixed at creation: terms, parts, description; and another class.
#[component]
pub fn AboutTab(context: ModelContext) -> impl IntoView {
    let model = Memo::new(move |_| context.history.with(|h| h.as_ref().map(|h| h.model.clone())));
    move || {
        let Some(model) = model.get() else { return ().into_any() };
        view! {
            <div class="stack">
                <TermsPanel incentive=model.incentive terms=model.terms.clone() />
                <PartsPanel context=context model=model />
                <ClassesPanel context=context />
            </div>
        }
        .into_any()
    }
}

#[component]
fn TermsPanel(incentive: IncentiveKind, terms: Terms) -> impl IntoView {
    let (name, story) = names::incentive(incentive);
    let wait = |seconds: u32| format::duration(seconds.into());
    view! {
        <section class="panel">
            <header>
                <h2>"Terms"</h2>
            </header>
            <div class="body stack">
                <p>{story}</p>
                <dl class="pairs">
                    <dt>"Incentive"</dt>
                    <dd>{name}</dd>
                    {(incentive == IncentiveKind::Deposit)
                        .then(|| {
                            view! {
                                <dt>"Deposit"</dt>
                                <dd>
                                    {format!(
                                        "{} an hour after the model was last taught something new, {} right after it",
                                        format::cost(terms.deposit(3_600)),
                                        format::cost(terms.deposit(0)),
                                    )}
                                </dd>
                            }
                        })}
                    {(incentive == IncentiveKind::Deposit)
                        .then(|| {
                            view! {
                                <dt>"Refund after"</dt>
                                <dd>{wait(terms.refund_wait)}</dd>
                                <dt>"Report after"</dt>
                                <dd>{wait(terms.refund_wait)}</dd>
                                <dt>"Reported deposits can be taken"</dt>
                                <dd>{format!("{} after the report, if the model still disagrees", wait(terms.refund_wait))}</dd>
                                <dt>"Owner may keep disputed deposits after"</dt>
                                <dd>{wait(terms.owner_wait)}</dd>
                                <dt>"Anyone may take unclaimed deposits after"</dt>
                                <dd>{wait(terms.any_wait)}</dd>
                            }
                        })}
                    {(incentive != IncentiveKind::Market)
                        .then(|| {
                            view! {
                                <dt>"Points after"</dt>
                                <dd>{format!("{}, if the model agrees then", format::duration(2 * u64::from(terms.refund_wait)))}</dd>
                            }
                        })}
                    <dt>"A proposed class waits"</dt>
                    <dd>{wait(terms.owner_wait)}</dd>
                </dl>
            </div>
        </section>
    }
}

#[component]
fn PartsPanel(context: ModelContext, model: Model) -> impl IntoView {
    let export = move |_| {
        let file = context.history.with_untracked(|h| {
            let h = h.as_ref()?;
            let metadata = context.metadata.get_untracked().and_then(Result::ok)?;
            let classes = context.classes_as_written();
            Some(form::export(h, metadata, classes).to_bytes())
        });
        if let Some(bytes) = file {
            download::save(&format!("{}.json", context.name()), &bytes);
        }
    };
    let encoder = move || {
        context.metadata.with(|m| m.as_ref()?.as_ref().ok()?.encoder.build().ok().map(|encoder| encoder.describe()))
    };
    view! {
        <section class="panel">
            <header>
                <h2>"Parts"</h2>
                <button class="button small" type="button" on:click=export>"Download as JSON"</button>
            </header>
            <div class="body">
                <dl class="pairs">
                    <dt>"Model"</dt>
                    <dd><Copyable shown=model.address.short() whole=model.address.to_string() what="address" /></dd>
                    <dt>"Classifier"</dt>
                    <dd>
                        {names::classifier(model.shape.kind)} " at "
                        <Copyable shown=model.classifier.short() whole=model.classifier.to_string() what="address" />
                    </dd>
                    <dt>"Owner"</dt>
                    <dd><Account address=model.owner /></dd>
                    <dt>"Created"</dt>
                    <dd><Moment at=model.created_at /></dd>
                    <dt>"Takes"</dt>
                    <dd>{encoder}</dd>
                    <dt>"Weights"</dt>
                    <dd>{format!("{} of ten weights each", format::plural(model.shape.words() as u64, "storage slot"))}</dd>
                    <dt>"Description"</dt>
                    <dd>
                        <Download cid=model.metadata_cid.clone() name="metadata.json" />
                    </dd>
                </dl>
            </div>
        </section>
    }
}
