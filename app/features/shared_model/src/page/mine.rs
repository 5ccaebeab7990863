use leptos::prelude::*;

use super::{
    ModelContext,
    contributions::{ContributionList, Whose},
};
use crate::actions::models;
use app_core::action::Tools;
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        empty::Empty,
        run::{Run, RunState},
    },
};

/// What the connected account has in this model: balance, points, contributions and their refunds.
#[component]
pub fn MineTab(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    move || match tools.wallet.account.get() {
        None => view! {
            <div class="panel">
                <Empty icon="purse" title="Connect a wallet to see your data">
                    <p>"Your contributions are found on chain by your address."</p>
                </Empty>
            </div>
        }
        .into_any(),
        Some(account) => view! {
            <div class="stack">
                <Balance context=context />
                <ContributionList context=context whose=Whose::Mine(account) />
            </div>
        }
        .into_any(),
    }
}

/// Money and points inside the model; money leaves it only on request.
#[component]
pub fn Balance(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let account = Memo::new(move |_| {
        let who = tools.wallet.account.get()?;
        context.with_model(|model| model.account(&who))
    });
    let withdraw = Callback::new(move |()| {
        let Some(amount) = account.get_untracked().map(|a| a.balance) else { return };
        run.start(async move { models::withdraw(tools, context.address, amount).await });
    });
    view! {
        <dl class="figures">
            <div>
                <dt>"Your balance in this model"</dt>
                <dd>{move || account.get().map_or("–".into(), |a| format::mdc(a.balance))}</dd>
            </div>
            <div>
                <dt>"Your points"</dt>
                <dd>{move || account.get().map_or("–".into(), |a| format::count(a.good))}</dd>
            </div>
            <div>
                <dt>"Taken from others"</dt>
                <dd>{move || account.get().map_or("–".into(), |a| format::mdc(a.earned))}</dd>
            </div>
        </dl>
        <Show when=move || account.get().is_some_and(|a| a.balance.0 > 0)>
            <div class="row">
                <BusyButton label="Withdraw to my wallet" id="withdraw-balance" class="small" busy=run.busy on_press=withdraw />
                <span class="small soft">"Refunds and rewards stay in the model, to pay your next deposits, until you withdraw them."</span>
            </div>
            <RunState run=run />
        </Show>
    }
}
