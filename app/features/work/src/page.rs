//! `/work`: what waits for me, and everything I take part in.

use leptos::prelude::*;

use app_core::{
    components::{reminders::RemindMe, task_list::TaskList, time::Moment},
    feature::{Features, MyWork},
    tasks::{Coming, Reading},
    wallet::Wallet,
};
use app_ui::messages::{
    empty::{Empty, Ghost},
    notice::Problem,
};

#[component]
pub fn WorkPage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let features = expect_context::<Features>();
    let sources = features.sources();
    let errors = sources.iter().map(|s| view! { <Problem error=s.error /> }).collect_view();
    let connected = Memo::new(move |_| wallet.account.with(Option::is_some));
    let features = StoredValue::new(features);
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"My work"</h1>
                    <p class="soft">"What waits for you, and everything that you take part in."</p>
                </div>
            </div>
            {errors}
            {move || {
                // What is read is shown, whatever else is not yet: it may have a deadline.
                match connected.get() {
                    false => view! { <NoWallet /> }.into_any(),
                    true => view! { <Work features=features.get_value() /> }.into_any(),
                }
            }}
        </div>
    }
}

#[component]
fn NoWallet() -> impl IntoView {
    view! {
        <div class="panel">
            <Empty icon="purse" title="Connect a wallet to see your work">
                <p>"Your bounties and submissions are found on chain by your address; nothing is kept by us."</p>
            </Empty>
        </div>
    }
}

#[component]
fn Work(features: Features) -> impl IntoView {
    let (tasks, coming, reading) = (features.waiting(), features.coming(), features.reading());
    let none = Memo::new(move |_| tasks.with(Vec::is_empty));
    let sections = expect_context::<MyWork>().0;
    view! {
        <section class="stack" aria-labelledby="waiting">
            <h2 id="waiting">"Waiting for you"</h2>
            {move || match (reading.get(), none.get()) {
                (Reading::All, true) => {
                    view! { <p class="soft">"Nothing. You will be reminded here and in the rail."</p> }.into_any()
                }
                (Reading::Partly, true) => view! { <p class="soft">"Nothing in what could be read."</p> }.into_any(),
                _ => ().into_any(),
            }}
            <TaskList tasks=tasks />
            <Show when=move || reading.get() == Reading::UnderWay>
                <Ghost lines=2 />
            </Show>
            <RemindMe tasks=tasks coming=coming />
        </section>
        <Show when=move || coming.with(|all| !all.is_empty())>
            <StillToCome coming=coming />
        </Show>
        {sections.into_iter().map(|section| section()).collect_view()}
    }
}

/// Windows that will open for this person, the earliest first.
#[component]
fn StillToCome(coming: Signal<Vec<Coming>>) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="coming">
            <h2 id="coming">"Still to come"</h2>
            <div class="panel">
                <div class="body stack">
                    <For each=move || coming.get() key=|c| (c.task.key.clone(), c.task.about.clone(), c.from) let:one>
                        <div class="stack tight">
                            <p class="row tight">
                                <a href=one.task.href.clone()>{one.task.action}</a>
                                {format!(" · {} · ", one.task.about)}
                                <Moment at=one.from />
                            </p>
                            <p class="small soft">{one.task.otherwise.clone()}</p>
                        </div>
                    </For>
                </div>
            </div>
        </section>
    }
}
