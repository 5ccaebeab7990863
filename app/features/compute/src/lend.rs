//! `/lend`: what the connected account lends, its jobs with date and transaction, what it can collect, what it has earned.

mod actions;
mod here;
mod onboard;
mod own;
mod served;

use app_core::{routes, wallet::Wallet};
use app_ui::messages::{
    empty::{Empty, Ghost},
    notice::{Notice, Problem},
};
use compute_provider::choosing::runs;
use leptos::prelude::*;
use protocol::{Address, Amount};

use crate::{context::Known, tabs::Head};
use here::Here;
use onboard::Onboard;
use own::OwnMachine;
use served::Served;

#[component]
pub fn LendPage() -> impl IntoView {
    let known = Known::follow();
    let wallet = expect_context::<Wallet>();
    let is_read = Memo::new(move |_| known.computing.with(Option::is_some));
    view! {
        <div class="page">
            <Head
                here=routes::LEND
                text="Lend a share of your machine: it runs what others post, and you are paid for each metered unit. A deposit stands for your results."
            />
            <Problem error=known.error />
            {move || match (wallet.account.get(), is_read.get()) {
                (None, _) => view! { <NoAccount /> }.into_any(),
                (Some(_), false) if known.error.with(Option::is_some) => ().into_any(),
                (Some(_), false) => view! { <Ghost lines=6 /> }.into_any(),
                (Some(account), true) => view! { <Mine known=known account=account /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn NoAccount() -> impl IntoView {
    view! {
        <div class="panel">
            <Empty icon="purse" title="No account">
                <p>"Connect a wallet to see what its account lends and has earned. The network can be seen without one."</p>
                <a class="button" id="see-network" href=routes::NETWORK>"See the network"</a>
            </Empty>
        </div>
    }
}

#[component]
fn Mine(known: Known, account: Address) -> impl IntoView {
    let lends = Memo::new(move |_| {
        known.computing.with(|all| all.as_ref().is_some_and(|all| all.book.provider(account).is_some()))
    });
    let has_served = Memo::new(move |_| {
        let runs = |job: &jobs::Job| runs(job, account);
        known.computing.with(|all| all.as_ref().is_some_and(|all| all.book.jobs.iter().any(runs)))
    });
    view! {
        <Show when=move || lends.get()>
            <OwnMachine known=known account=account />
            <Here />
            <Again known=known account=account />
        </Show>
        <Show when=move || !lends.get()>
            <Onboard known=known has=Amount::ZERO />
            <Notice>
                "A machine without a browser is lent by a program: " <code>"agent worker onboard"</code> " and "
                <code>"agent worker run"</code> "."
            </Notice>
        </Show>
        <Show when=move || has_served.get()>
            <Served known=known account=account />
        </Show>
    }
}

/// Whoever lends can offer it anew: another share, another price, or this machine instead of another one.
#[component]
fn Again(known: Known, account: Address) -> impl IntoView {
    let deposit = known.computing.with_untracked(|all| {
        all.as_ref().and_then(|all| all.book.provider(account)).map_or(Amount::ZERO, |mine| mine.deposit)
    });
    view! {
        <details>
            <summary id="offer-again">"Change what is offered"</summary>
            <Onboard known=known has=deposit />
        </details>
    }
}
