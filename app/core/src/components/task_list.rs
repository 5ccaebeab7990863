use app_ui::messages::notice::Notice;
use leptos::prelude::*;

use super::time::Deadline;
use crate::tasks::Task;

/// What waits for this person, with the time left.
#[component]
pub fn TaskList(tasks: Signal<Vec<Task>>) -> impl IntoView {
    view! {
        <div class="stack tight">
            <For each=move || tasks.get() key=|t| (t.key.clone(), t.about.clone(), t.until) let:task>
                <Notice tone="turn">
                    <p>
                        <a class="strong" href=task.href.clone()>
                            {task.action}
                        </a>
                        {format!(" · {}", task.about)}
                        {task.until.map(|until| view! { " · ends " <Deadline at=until /> })}
                    </p>
                    <p class="small soft">{task.otherwise.clone()}</p>
                </Notice>
            </For>
        </div>
    }
}
