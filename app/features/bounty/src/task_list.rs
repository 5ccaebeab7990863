use leptos::prelude::*;

use crate::{my_work::Waiting, words};
use app_core::{components::time::Moment, routes};
use app_ui::messages::notice::Notice;

/// What waits for this person, with the time left.
#[component]
pub fn TaskList(#[prop(into)] tasks: Signal<Vec<Waiting>>) -> impl IntoView {
    view! {
        <div class="stack tight">
            <For each=move || tasks.get() key=|t| (t.bounty, t.task.action as u8, t.task.until) let:waiting>
                <Notice tone="turn">
                    <p>
                        <a class="strong" href=routes::bounty(waiting.bounty)>
                            {words::action(waiting.task.action)}
                        </a>
                        {format!(" · bounty {}", waiting.bounty)}
                        {waiting.task.until.map(|until| view! { " · ends " <Moment at=until /> })}
                    </p>
                    <p class="small soft">{words::stake_of_waiting(waiting.task.action)}</p>
                </Notice>
            </For>
        </div>
    }
}
