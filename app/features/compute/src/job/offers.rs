//! For its client, of a job that nobody runs yet: who could run it, their quotes, and locking the money for one of them.

use app_core::{
    action::Tools,
    components::{account::Account, time::UntilTime},
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
};
use compute_session::SignedQuote;
use jobs::{
    Job, State,
    market::{Features, Fit, Machine, Offered, Wanted, matching},
};
use leptos::{prelude::*, task::spawn_local};

use super::Here;
use crate::{
    actions,
    client::{Sessions, View},
    names,
};

/// Providers that are asked at once, the cheapest first.
const ASKED: usize = 6;

#[component]
pub fn Offers(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let waits = here.look(|job| (job.client, job.state, job.terms.lock_by()));
    let is_shown = Memo::new(move |_| {
        let now = tools.clock.now.get();
        let account = tools.wallet.account.get();
        waits
            .get()
            .is_some_and(|(client, state, until)| state == State::Posted && Some(client) == account && now < until)
    });
    view! {
        <Show when=move || is_shown.get()>
            <OffersPanel here=here />
        </Show>
    }
}

/// Those who could run it now, the cheapest first.
fn could(here: Here, tools: Tools) -> Vec<Fit> {
    let now = tools.clock.now.get_untracked();
    here.known.computing.with(|known| {
        let Some(known) = known.as_ref() else { return Vec::new() };
        let Some(job) = known.book.job(here.id) else { return Vec::new() };
        let offers: Vec<Offered> = known.book.provider_rows().iter().map(|row| Offered::of(row, None)).collect();
        let wanted = Wanted::of(&job.terms, machine(job), Features::new(), now);
        let fits = matching(&wanted, &offers).fits;
        fits.into_iter().filter(|fit| fit.account != job.client).take(ASKED).collect()
    })
}

fn machine(job: &Job) -> Machine {
    if job.terms.kind == jobs::kind::GPU_RECIPE { Machine::WebGpu } else { Machine::Cpu }
}

#[component]
fn OffersPanel(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let sessions = expect_context::<Sessions>();
    let fits = Memo::new(move |_| could(here, tools));
    let asked = RwSignal::new(Vec::<protocol::Address>::new());
    let ask = move |_| {
        let Some(computing) = here.known.computing.get_untracked() else { return };
        let providers: Vec<_> = fits.with_untracked(|fits| fits.iter().map(|fit| fit.account).collect());
        asked.set(providers.clone());
        // One after the other: the wallet is asked for the same signatures, once.
        spawn_local(async move {
            for provider in providers {
                // Why it failed stands beside the provider.
                let _ = sessions.of(here.id, provider).open(tools, &computing).await;
            }
        });
    };
    view! {
        <section class="panel" aria-labelledby="offers">
            <header>
                <h2 id="offers">"Choose who runs it"</h2>
            </header>
            <div class="body stack">
                {move || match fits.with(Vec::len) {
                    0 => view! { <Notice tone="warn">"Nobody who lends a machine now fits these limits. The job waits; nothing is locked."</Notice> }.into_any(),
                    count => {
                        let label = format!("Ask {} for quotes", format::plural(count as u64, "provider"));
                        view! {
                            <div class="row">
                                <button id="ask-quotes" class="button primary" type="button" on:click=ask>
                                    {label}
                                </button>
                                <span class="small soft">
                                    "Each fetches and checks the files first. Asking costs nothing and locks nothing."
                                </span>
                            </div>
                        }
                            .into_any()
                    }
                }}
                <For each=move || asked.get() key=|provider| *provider let:provider>
                    <Quoted here=here view=sessions.of(here.id, provider).view provider=provider />
                </For>
            </div>
        </section>
    }
}

/// What one provider says.
#[component]
fn Quoted(here: Here, view: ArcRwSignal<View>, provider: protocol::Address) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let watched = view.clone();
    Effect::new(move || error.set(watched.with(|view| view.error.clone())));
    view! {
        <div class="stack tight offer" id=format!("offer-{}", provider.to_string().to_lowercase())>
            <p class="row tight">
                <Account address=provider />
            </p>
            {move || view.with(|view| said(here, provider, view))}
            <Problem error=error />
        </div>
    }
}

fn said(here: Here, provider: protocol::Address, view: &View) -> AnyView {
    match (&view.quote, &view.declined) {
        (None, None) if view.has_ended() => view! { <AskAgain here=here provider=provider /> }.into_any(),
        (Some(quote), _) => view! { <LockIt here=here quote=*quote /> }.into_any(),
        (None, Some(why)) => view! { <p class="soft">{format!("Does not run it: {why}")}</p> }.into_any(),
        (None, None) => {
            let step = if view.step.is_empty() { "It fetches and checks what the job names" } else { view.step };
            view! { <p class="soft" role="status">{step} "…"</p> }.into_any()
        }
    }
}

/// Where the wallet refused a signature, or what is needed could not be had; why stands beneath.
#[component]
fn AskAgain(here: Here, provider: protocol::Address) -> impl IntoView {
    let tools = Tools::from_context();
    let sessions = expect_context::<Sessions>();
    let run = Run::new();
    let press = Callback::new(move |()| {
        let Some(computing) = here.known.computing.get_untracked() else { return };
        run.start(async move { sessions.of(here.id, provider).open(tools, &computing).await });
    });
    view! {
        <div class="row">
            <BusyButton label="Ask again" class="small" busy=run.busy on_press=press />
        </div>
    }
}

#[component]
fn LockIt(here: Here, quote: SignedQuote) -> impl IntoView {
    let tools = Tools::from_context();
    let sessions = expect_context::<Sessions>();
    let run = Run::new();
    let terms = here.look(|job| job.terms);
    let total = move || terms.get().map_or_else(String::new, |terms| format::cost(terms.escrow(quote.quote.price)));
    let press = Callback::new(move |()| {
        let Some(computing) = here.known.computing.get_untracked() else { return };
        run.start(async move {
            actions::lock(tools, &computing, here.id, quote, run.says()).await?;
            sessions.only(here.id, quote.quote.provider);
            Ok::<(), app_core::action::ActionError>(())
        });
    });
    view! {
        <p>
            {format!("Quotes {} a unit, ", names::exact(quote.quote.price))} <strong>{total}</strong>
            " at most. Valid until " <UntilTime at=quote.quote.expiry /> "."
        </p>
        <div class="row">
            <BusyButton label="Lock the money" id="lock-job" class="primary" busy=run.busy on_press=press />
            <span class="small soft">
                "One signature and one transaction. You pay for the units that ran; the rest comes back to you."
            </span>
        </div>
        <RunState run=run />
    }
}
