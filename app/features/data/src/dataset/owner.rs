//! What an owner does with a data set: other prices, revoking.

use app_core::{
    action::{ActionError, Tools},
    learning::Known,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use directory::Dataset;
use leptos::prelude::*;

use crate::{
    actions::publish,
    prices::{plain, problem},
};

#[component]
pub fn OwnerPanel(id: u64, dataset: Dataset, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    if dataset.revoked {
        return ().into_any();
    }
    let per_use = RwSignal::new(plain(dataset.terms.price_per_use));
    let per_day = RwSignal::new(plain(dataset.terms.price_per_day));
    let (use_problem, day_problem) = (problem(per_use), problem(per_day));
    let sure = RwSignal::new(false);
    let change = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        run.start(async move {
            let read = |text: RwSignal<String>| format::read_mdc(&text.get_untracked()).map_err(ActionError::feature);
            publish::set_prices(tools, &learning, id, (read(per_use)?, read(per_day)?)).await
        });
    });
    let revoke = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        run.start(async move { publish::revoke(tools, &learning, id).await });
    });
    view! {
        <section class="panel">
            <header>
                <h2>"Yours"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <Field id="price-use" label="Price of a use" value=per_use suffix="MDC" hint="What you ask for a task that finishes" problem=use_problem />
                    <Field id="price-day" label="Price of a day" value=per_day suffix="MDC" hint="What you ask for a day of a grant by period" problem=day_problem />
                </div>
                <RunState run=run />
                <div class="row">
                    <BusyButton
                        label="Change the prices"
                        id="change-prices"
                        busy=run.busy
                        disabled=Signal::derive(move || use_problem.get().is_some() || day_problem.get().is_some())
                        on_press=change
                    />
                    <button class="button danger" type="button" id="revoke" disabled=move || run.busy.get() || sure.get() on:click=move |_| sure.set(true)>
                        "Revoke…"
                    </button>
                </div>
                <Show when=move || sure.get()>
                    <Notice tone="warn">
                        <div class="stack tight">
                            <span>"Revoking is for good. Tasks that run go on, no other starts, and pending requests cannot be approved."</span>
                            <div class="row">
                                <BusyButton label="Revoke for good" class="danger" id="revoke-sure" busy=run.busy on_press=revoke />
                                <button class="button quiet" type="button" on:click=move |_| sure.set(false)>"Keep it"</button>
                            </div>
                        </div>
                    </Notice>
                </Show>
            </div>
        </section>
    }
    .into_any()
}
