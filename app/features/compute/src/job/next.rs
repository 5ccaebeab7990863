//! What the connected account can do now, and otherwise whom the job waits for, until when.

use app_core::{
    action::Tools,
    chain::has_one_sequencer,
    components::{pass_time::PassTime, time::Deadline},
};
use app_ui::{format, messages::notice::Notice};
use jobs::Step;
use leptos::prelude::*;

use super::{Here, press::Press, waits::waits};
use crate::{actions::Plain, names};

#[component]
pub fn Next(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let steps = Memo::new(move |_| {
        let (account, now) = (tools.wallet.account.get(), tools.clock.now.get());
        here.known.computing.with(|known| match (known, account) {
            (Some(known), Some(account)) => known.steps(account, now, here.id),
            _ => Vec::new(),
        })
    });
    let waits = Memo::new(move |_| {
        let now = tools.clock.now.get();
        here.known.computing.with(|known| known.as_ref()?.book.job(here.id).map(|job| waits(job, now)))
    });
    view! {
        <section class="panel" aria-labelledby="next">
            <header>
                <h2 id="next">"What is next"</h2>
            </header>
            <div class="body stack">
                {move || {
                    waits
                        .get()
                        .map(|(text, until)| {
                            view! {
                                <p id="job-waits">
                                    {text}
                                    {until.map(|at| view! { " This ends " <Deadline at=at /> "." })}
                                </p>
                                {until.map(|at| view! { <PassTime until=at /> })}
                            }
                        })
                }}
                <For each=move || steps.get() key=|step| format!("{step:?}") let:step>
                    <OneStep here=here step=step />
                </For>
                <Owed here=here />
            </div>
        </section>
    }
}

/// What comes back of bonds, and rewards; all jobs together.
#[component]
fn Owed(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let owed = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        here.known.computing.with(|known| {
            let book = &known.as_ref()?.book;
            book.job(here.id).filter(|job| job.parties().contains(&account))?;
            Some(book.owed_to(account)).filter(|amount| amount.0 > 0)
        })
    });
    move || {
        owed.get().map(|amount| {
            let label = format!("Collect {}", format::mdc(amount));
            let hint =
                "What you are owed beside your parts of jobs: bonds that come back, and rewards. It is not lost.";
            view! { <Press here=here what=Plain::CollectOwed id="collect-owed" label=label primary=false hint=hint /> }
        })
    }
}

#[component]
fn OneStep(here: Here, step: Step) -> impl IntoView {
    match step {
        Step::Cancel => {
            view! { <Press here=here what=Plain::Cancel id="cancel-job" label="Withdraw the job" primary=false hint="No money is locked in it." /> }
                .into_any()
        }
        Step::Accept => {
            let hint = "Pays the provider for the units that it submitted, at once. What was not used is yours to collect.";
            view! { <Press here=here what=Plain::Accept id="accept-result" label="Accept the result" primary=true hint=hint /> }
                .into_any()
        }
        Step::Expire => {
            let hint = "Its time is over; anybody can say so. The contract decides who gets what.";
            view! { <Press here=here what=Plain::Expire id="expire-job" label="Close it" primary=false hint=hint /> }.into_any()
        }
        Step::Claim { amount } => {
            let label = format!("Collect {}", format::mdc(amount));
            let hint = "Your part of this job. It waits as long as you like.";
            view! { <Press here=here what=Plain::Claim id="claim-part" label=label primary=true hint=hint /> }.into_any()
        }
        Step::Lock { .. } => {
            told("The job is yours. Choose below who runs it: a provider signs a quote once it has fetched the inputs, and then you lock the money.")
        }
        Step::Start { .. } => told(
            "You were chosen as the provider. In a tab, confirm the start in your wallet (see Lend); a worker program does it by itself.",
        ),
        Step::Submit { .. } => told(
            "Your machine runs it. In a tab, keep that open, and confirm the result in your wallet when it is there (see Lend); a worker program submits it by itself.",
        ),
        Step::Commit { .. } | Step::Reveal { .. } => told(
            "You were drawn as a juror: your machine runs the job again. In a tab, keep that open, and confirm in your wallet that you commit to your answer and then that you reveal it (see Lend); a worker program does both by itself. Whoever does not answer in time loses a part of the deposit.",
        ),
        Step::Show { .. } => told(
            "What you committed to as the provider is to be shown, or you lose your stake. In a tab, confirm it in your wallet (see Lend); a worker program does it by itself.",
        ),
        disputed => view! { <OfDispute here=here step=disputed /> }.into_any(),
    }
}

/// What is done about a dispute.
#[component]
fn OfDispute(here: Here, step: Step) -> impl IntoView {
    match step {
        Step::Challenge { bond, .. } => {
            let hint = format!(
                "Locks {}. If jurors find the result wrong you get it back with a reward; if they find it right it is lost.",
                names::exact(bond)
            );
            let what = Plain::Challenge { bond };
            view! { <Press here=here what=what id="challenge-result" label="Challenge the result" primary=false hint=hint /> }
                .into_any()
        }
        Step::Draw { .. } => {
            let hint = match has_one_sequencer(Tools::from_context().deployment().chain_id) {
                false => "By the hash of a block, among all providers that can run this kind of job.",
                true => {
                    "By the hash of a block, among all providers that can run this kind of job. On this network one operator makes all \
                     blocks, and could choose."
                }
            };
            view! { <Press here=here what=Plain::Draw id="draw-jurors" label="Draw the jurors" primary=true hint=hint /> }.into_any()
        }
        Step::Escalate { bond, .. } => {
            let hint = format!("Locks {}, which is lost if the second round decides the same.", names::exact(bond));
            let what = Plain::Escalate { bond };
            view! { <Press here=here what=what id="escalate" label="Ask for a second round" primary=false hint=hint /> }
                .into_any()
        }
        Step::Conclude => {
            let hint = "Its times are over; anybody can say so. Everything is paid by what the jurors found.";
            view! { <Press here=here what=Plain::Conclude id="conclude" label="Close the dispute" primary=true hint=hint /> }
                .into_any()
        }
        _ => ().into_any(),
    }
}

fn told(text: &'static str) -> AnyView {
    view! { <Notice tone="turn">{text}</Notice> }.into_any()
}
