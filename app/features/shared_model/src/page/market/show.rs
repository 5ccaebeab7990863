//! What a contributor has to show: how many, until when, what is lost otherwise, and the button.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Amount};
use shared_model::{
    Model,
    state::{Market, MarketAct},
};

use crate::actions::contribution::{self, ToShow};
use app_core::{
    action::Tools,
    chain::Clock,
    components::{pass_time::PassTime, time::UntilTime},
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

#[component]
pub fn Show(model: Model, market: Market, account: Option<Address>, run: Run) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let turn = account.and_then(|account| model.market_turn(&account, clock.now.get_untracked()));
    let closes = market.until(clock.now.get_untracked());
    let mine = turn.filter(|turn| matches!(turn.act, MarketAct::Show(_)));
    let found = RwSignal::new(None::<ToShow>);
    if let (Some(account), true) = (account, mine.is_some()) {
        spawn_local(async move {
            let to_show = contribution::to_show(&market, account).await;
            found.try_set(Some(to_show));
        });
    }
    let address = model.address;
    let press = Callback::new(move |()| {
        let known = found.get_untracked().map(|found| found.known).unwrap_or_default();
        let says = run.says();
        run.start(async move { contribution::show_all(tools, address, &known, says).await });
    });
    view! {
        {closes.map(|at| view! {
            <p class="small soft">"Contributions can be shown until " <UntilTime at=at /> "."</p>
            <PassTime until=at />
        })}
        {mine.map(|turn| view! { <p id="show-or-lose">{warning(turn.amount)}</p> })}
        {move || found.get().map(|found| view! { <Missing unknown=found.unknown /> })}
        <RunState run=run />
        {move || {
            let known = found.with(|found| found.as_ref().map_or(0, |found| found.known.len()));
            (known > 0)
                .then(|| {
                    let label = format!("Show {}", format::plural(known as u64, "contribution"));
                    view! {
                        <div class="row">
                            <BusyButton label=label id="show-contributions" class="primary" busy=run.busy on_press=press />
                        </div>
                    }
                })
        }}
    }
}

fn warning(amount: Amount) -> String {
    format!("Show what you committed to before then, or {} are lost to the pot.", format::cost(amount))
}

/// What this browser cannot show by itself.
#[component]
fn Missing(unknown: usize) -> impl IntoView {
    (unknown > 0).then(|| {
        let many = format::plural(unknown as u64, "contribution");
        view! {
            <Notice tone="warn">
                {format!(
                    "This browser does not have {many} of yours. Import the vault of the browser that you committed in, or enter the same example and class under Teach: your wallet makes the same salt again. Without the example its stake is lost.",
                )}
            </Notice>
        }
    })
}
