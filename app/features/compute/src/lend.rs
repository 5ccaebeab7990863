//! `/lend`: what the connected account lends, its jobs with date and transaction, what it can claim, what it has earned.

mod own;
mod served;

use app_core::{routes, wallet::Wallet};
use app_ui::messages::{
    empty::{Empty, Ghost},
    notice::{Notice, Problem},
};
use leptos::prelude::*;
use protocol::Address;

use crate::{context::Known, tabs::Head};
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
            <Empty icon="wallet" title="No account">
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
        let runs = |job: &jobs::Job| job.run.as_ref().is_some_and(|run| run.provider == account);
        known.computing.with(|all| all.as_ref().is_some_and(|all| all.book.jobs.iter().any(runs)))
    });
    view! {
        <Show when=move || !lends.get()>
            <Notice>
                "This account lends no machine. Machines are lent by a program: "
                <code>"agent worker onboard"</code>
                " measures this one, takes 10 to 90 % of its processors and memory, and registers it with a deposit and your own price. "
                <code>"agent worker run"</code> " takes jobs."
            </Notice>
        </Show>
        <Show when=move || lends.get()>
            <OwnMachine known=known account=account />
        </Show>
        <Show when=move || has_served.get()>
            <Served known=known account=account />
        </Show>
    }
}
