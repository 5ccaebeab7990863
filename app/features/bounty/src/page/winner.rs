//! The model that was paid for: try it, run it again on the test data, and say on chain what came out.

mod reproduce;

use bounty::{Ending, ReproductionCounts};
use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, cid::Cid};
use trained::Compared;

use super::PageState;
use crate::actions::attest::attest;
use app_core::{
    action::Tools,
    chain::{Clock, Reader},
    components::{account::Account, download::Download},
    routes,
    transactions::Transactions,
};
use app_ui::{
    controls::{busy_button::BusyButton, copy::Copyable},
    evaluation::words,
    format,
    icon::Icon,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use reproduce::Reproduce;

/// A winner as the chain knows it.
#[derive(Clone, PartialEq)]
struct Won {
    bounty: u64,
    trainer: Address,
    correct: u32,
    rows: u32,
    model_cid: String,
}

#[component]
pub fn Winner(context: PageState) -> impl IntoView {
    let won = Memo::new(move |_| {
        context.history.with(|h| {
            let bounty = &h.as_ref()?.bounty;
            let Some(Ending::Settled { winner, correct, .. }) = &bounty.ending else { return None };
            let model_cid = bounty.submission(winner)?.reveal.as_ref()?.model_cid.clone();
            let (trainer, correct, rows) = (*winner, *correct, bounty.terms.test_rows);
            Some(Won { bounty: bounty.id, trainer, correct, rows, model_cid })
        })
    });
    move || won.get().map(|won| view! { <Panel context=context won=won /> })
}

#[component]
fn Panel(context: PageState, won: Won) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let transactions = expect_context::<Transactions>();
    let counts = RwSignal::new(None::<ReproductionCounts>);
    let (bounty, trainer) = (won.bounty, won.trainer);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        spawn_local(async move {
            if let Ok(read) = reader.reproductions(bounty, trainer).await
                && counts.try_with_untracked(|known| *known != read) == Some(true)
            {
                counts.try_set(read);
            }
        });
    });
    let compared = RwSignal::new(None::<Compared>);
    let cid = won.model_cid.parse::<Cid>().ok();
    let model = won.model_cid.clone();
    view! {
        <section class="panel" aria-labelledby="winner">
            <header>
                <h2 id="winner">"The winning model"</h2>
                {move || counts.get().map(|counts| view! { <Counts counts=counts /> })}
            </header>
            <div class="body stack">
                <p class="row">
                    <span>"By " <Account address=trainer /></span>
                    <span>
                        {format!("{} correct, counted on chain", format::score(won.correct, won.rows))} " "
                        <span class="small soft nowrap">{words::likely(won.correct.into(), won.rows.into())}</span>
                    </span>
                </p>
                {match cid {
                    None => {
                        view! {
                            <Notice tone="warn">
                                "What the trainer named is not a CID, so this model cannot be fetched by anybody."
                            </Notice>
                        }
                            .into_any()
                    }
                    Some(cid) => {
                        let tried = routes::run(&model, Some(bounty));
                        view! {
                            <div class="row">
                                <a class="button primary" id="try-it" href=tried>"Try it"</a>
                                <Download cid=model.clone() name="model" label="Download" />
                                <span class="small soft">"CID " <Copyable shown=cid.short() whole=model.clone() what="model CID" /></span>
                            </div>
                            <Reproduce context=context model=model.clone() trainer=trainer compared=compared />
                            {move || {
                                compared
                                    .get()
                                    .filter(Compared::decides)
                                    .map(|compared| view! { <Attest bounty=bounty trainer=trainer compared=compared /> })
                            }}
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
    }
}

/// How many say that they ran it, and what came out.
#[component]
fn Counts(counts: ReproductionCounts) -> impl IntoView {
    let ReproductionCounts { reproduced, differing } = counts;
    view! {
        <span class="row tight" id="reproduced" data-reproduced=reproduced data-differing=differing>
            {if reproduced > 0 {
                view! {
                    <span class="chip good">
                        <Icon name="check" />
                        {format!("reproduced by {}", format::count(reproduced.into()))}
                    </span>
                }
                    .into_any()
            } else {
                view! { <span class="chip">"reproduced by nobody yet"</span> }.into_any()
            }}
            {(differing > 0)
                .then(|| {
                    view! {
                        <span class="chip warn">
                            <Icon name="warn" />
                            {format!("{} found differences", format::count(differing.into()))}
                        </span>
                    }
                })}
        </span>
    }
}

/// Putting what came out on chain.
#[component]
fn Attest(bounty: u64, trainer: Address, compared: Compared) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let said = RwSignal::new(false);
    Effect::new(move || {
        tools.transactions.mined.track();
        let Some(account) = tools.wallet.account.get() else { return said.set(false) };
        spawn_local(async move {
            if let Ok(read) = tools.reader.attested(bounty, trainer, account).await {
                said.try_set(read);
            }
        });
    });
    let (equal, rows) = (compared.equal, compared.rows);
    let press = Callback::new(move |()| run.start(async move { attest(tools, bounty, trainer, equal, rows).await }));
    let words = if equal == rows {
        format!("that all {} rows are equal", format::count(rows.into()))
    } else {
        format!("that {} of {} rows are equal", format::count(equal.into()), format::count(rows.into()))
    };
    view! {
        {move || match tools.wallet.account.get() {
            None => view! { <p class="small soft">"Connect a wallet to attest this on chain."</p> }.into_any(),
            Some(account) if account == trainer => {
                view! { <p class="small soft">"It is your model: attesting is for others."</p> }.into_any()
            }
            Some(_) if said.get() => {
                view! { <p class="small soft" id="attested">"You have attested what came out for you."</p> }.into_any()
            }
            Some(_) => {
                view! {
                    <div class="stack tight">
                        <p class="soft">
                            {format!("You can say on chain, under your address, {words}. It costs the network fee of one transaction and moves no MDC.")}
                        </p>
                        <div class="row">
                            <BusyButton label="Attest on chain" id="attest" busy=run.busy on_press=press />
                        </div>
                    </div>
                }
                    .into_any()
            }
        }}
        <RunState run=run />
    }
}
