mod cost;
mod form;

use leptos::prelude::*;
use protocol::Amount;
use shared_model::IncentiveKind;

use super::{ModelContext, form::OriginalForm, mine::Balance};
use app_core::transactions::first_coins::FirstCoins;
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::{Notice, Problem},
        run::RunState,
    },
};
use cost::Cost;
use form::TeachForm;

/// Teaching the model one example, with what it costs now and what happens next.
#[component]
pub fn TeachTab(context: ModelContext) -> impl IntoView {
    let form = TeachForm::new(context);
    let costs = Memo::new(move |_| form.most.get() > Amount::ZERO);
    view! {
        <div class="split">
            <section class="panel">
                <header>
                    <h2>"Teach one example"</h2>
                </header>
                <div class="body stack">
                    {move || {
                        form.round.track();
                        view! { <OriginalForm context=context original=form.original /> }
                    }}
                    <ClassChoice form=form />
                    {move || {
                        form.is_market()
                            .then(|| view! { <p class="small soft" id="commit-story">{form.market_story()}</p> })
                    }}
                    {move || (!form.is_market()).then(|| view! { <PublishChoice form=form /> })}
                    <Problem error=form.problem />
                    {move || {
                        (form.known.get() && form.ready.get() && !form.is_market())
                            .then(|| {
                                view! {
                                    <Notice>
                                        {if form.context.with_model(|model| model.incentive) == Some(IncentiveKind::Deposit) {
                                            "The model already says so. You can contribute it and get your deposit back, but it earns no point."
                                        } else {
                                            "The model already says so. You can contribute it, but it earns no point."
                                        }}
                                    </Notice>
                                }
                            })
                    }}
                    <Show when=move || costs.get()>
                        <FirstCoins />
                    </Show>
                    <RunState run=form.run />
                    <ContributeButton form=form />
                    {move || {
                        form.taught
                            .get()
                            .map(|name| {
                                view! {
                                    <Notice tone="good">
                                        {form.done(&name)}
                                    </Notice>
                                }
                            })
                    }}
                </div>
            </section>
            <div class="stack">
                <Cost context=context deposit=form.deposit />
                <Balance context=context />
            </div>
        </div>
    }
}

#[component]
fn ClassChoice(form: TeachForm) -> impl IntoView {
    let label = form.label;
    view! {
        <fieldset class="field choice">
            <legend class="label">"What it is"</legend>
            <div class="row">
                {move || {
                    form.context
                        .classes()
                        .into_iter()
                        .enumerate()
                        .map(|(i, name)| {
                            view! {
                                <label class="check">
                                    <input
                                        type="radio"
                                        name="label"
                                        prop:checked=move || label.get() == Some(i as u16)
                                        on:change=move |_| label.set(Some(i as u16))
                                    />
                                    {name}
                                </label>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </fieldset>
    }
}

#[component]
fn PublishChoice(form: TeachForm) -> impl IntoView {
    view! {
        <label class="check">
            <input
                id="publish-original"
                type="checkbox"
                prop:checked=move || form.publish.get()
                on:change=move |event| form.publish.set(event_target_checked(&event))
            />
            <span>
                "Publish what I entered"
                <br />
                <span class="small soft">
                    "On chain there are only features. With this, others see the original too and can judge it; your wallet signs in to the server once."
                </span>
            </span>
        </label>
    }
}

#[component]
fn ContributeButton(form: TeachForm) -> impl IntoView {
    let press = Callback::new(move |()| form.contribute());
    view! {
        <div class="row">
            {move || {
                let amount = form.most.get();
                let label = match (amount.0, form.is_market()) {
                    _ if form.showing.get() => "Make it again and show it".to_owned(),
                    (0, _) => "Contribute".to_owned(),
                    (_, true) => format!("Commit and lock {}", format::cost(amount)),
                    _ => format!("Contribute and lock {}", format::cost(amount)),
                };
                view! {
                    <BusyButton
                        label=label
                        id="contribute"
                        class="primary"
                        busy=form.run.busy
                        disabled=Signal::derive(move || !form.ready.get())
                        on_press=press
                    />
                }
            }}
            {move || (!form.has_wallet()).then(|| view! { <span class="small soft">"Connect a wallet to teach."</span> })}
        </div>
    }
}
