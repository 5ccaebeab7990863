//! What this tab does of it.

use app_core::routes;
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use leptos::prelude::*;

use crate::lending::{JobView, Lending, Stands};

#[component]
pub fn Here() -> impl IntoView {
    let view = expect_context::<Lending>().view;
    let stands = Memo::new(move |_| view.with(|view| view.stands));
    move || {
        match stands.get() {
        Stands::Unknown => ().into_any(),
        Stands::NotHere => view! {
            <Notice>
                "Jobs of this account run elsewhere: in another browser, or in a program. The key of what it offers is not here. To run them in this tab instead, offer this machine below."
            </Notice>
        }
        .into_any(),
        Stands::Elsewhere => view! {
            <Notice tone="warn">
                "Another tab of this browser runs your jobs. Go on there, or close it and reload this page: two would run the same ones."
            </Notice>
        }
        .into_any(),
        Stands::Here => view! { <Jobs /> }.into_any(),
    }
    }
}

#[component]
fn Jobs() -> impl IntoView {
    let view = expect_context::<Lending>().view;
    let ids = Memo::new(move |_| view.with(|view| view.jobs.keys().rev().copied().collect::<Vec<u64>>()));
    let error = Signal::derive(move || view.with(|view| view.error.clone()));
    view! {
        <section class="panel" aria-labelledby="in-tab">
            <header>
                <h2 id="in-tab">"In this tab"</h2>
                <span class="chip good" id="tab-lends">"Lends"</span>
            </header>
            <div class="body stack">
                <p class="small soft">
                    "Keep this tab open and your wallet at hand: jobs run here, and your wallet asks you for each transaction. Pause before you close it."
                </p>
                {move || error.get().map(|why| view! { <Notice tone="bad">{why}</Notice> })}
                {move || {
                    ids.with(Vec::is_empty).then(|| view! { <p class="soft">"No posted job fits at the moment. This tab looks again with each block."</p> })
                }}
                <For each=move || ids.get() key=|id| *id let:id>
                    <OneJob id=id />
                </For>
                <Unfit />
            </div>
        </section>
    }
}

#[component]
fn OneJob(id: u64) -> impl IntoView {
    let lending = expect_context::<Lending>();
    let job = Memo::new(move |_| lending.view.with(|view| view.jobs.get(&id).cloned()).unwrap_or_default());
    let run = Run::new();
    let press = Callback::new(move |()| run.start(async move { lending.press(id).await }));
    let waits = Memo::new(move |_| job.with(|job| job.waits.as_ref().map(|waits| waits.words())));
    view! {
        <div class="stack tight" id=format!("tab-job-{id}")>
            <div class="row">
                <a href=routes::job(id)>{format!("Job {id}")}</a>
                {move || job.with(|job| job.runs).then(|| view! { <span class="chip live">"Running"</span> })}
                <span class="small soft">{move || job.with(units)}</span>
            </div>
            <p>{move || job.with(|job| job.said.clone())}</p>
            {move || {
                waits
                    .get()
                    .map(|(label, hint)| {
                        view! {
                            <div class="row">
                                <BusyButton label=label class="primary" busy=run.busy on_press=press />
                                <span class="small soft">{hint}</span>
                            </div>
                        }
                    })
            }}
            <RunState run=run />
        </div>
    }
}

fn units(job: &JobView) -> String {
    match (job.units, job.promised) {
        (0, 0) => String::new(),
        (ran, promised) => {
            format!("{} ran, pay for {} is promised", format::plural(ran, "unit"), format::count(promised))
        }
    }
}

/// Why posted jobs are not run here.
#[component]
fn Unfit() -> impl IntoView {
    let view = expect_context::<Lending>().view;
    let unfit = Memo::new(move |_| view.with(|view| view.unfit.clone()));
    move || {
        let all = unfit.get();
        (!all.is_empty()).then(|| {
            let count = format::plural(all.len() as u64, "posted job");
            let line = |(id, why): (u64, String)| view! { <li><a href=routes::job(id)>{format!("Job {id}")}</a> ": " {why}</li> };
            view! {
                <details>
                    <summary>{format!("{count} that this machine does not run")}</summary>
                    <ul class="bullets">{all.into_iter().rev().map(line).collect_view()}</ul>
                </details>
            }
        })
    }
}
