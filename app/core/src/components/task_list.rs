use app_ui::messages::notice::Notice;
use leptos::prelude::*;

use super::{reminders::RemindMe, time::Deadline};
use crate::{chain::Clock, reminders::calendar::Appointment, tasks::Task};

/// What waits for this person, with the time left.
#[component]
pub fn TaskList(tasks: Signal<Vec<Task>>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let appointments = Signal::derive(move || {
        let now = clock.now.get_untracked();
        tasks.with(|tasks| tasks.iter().filter_map(|task| appointment(task, now)).collect::<Vec<_>>())
    });
    view! {
        <div class="stack tight">
            <For each=move || tasks.get() key=|t| (t.key.clone(), t.until) let:task>
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
            <RemindMe appointments=appointments />
        </div>
    }
}

/// A task in a calendar: from now until it is too late.
fn appointment(task: &Task, now: u64) -> Option<Appointment> {
    let origin = window().location().origin().unwrap_or_default();
    Some(Appointment {
        key: format!("{} {origin}", task.key),
        title: format!("{}: {}", task.action, task.about),
        otherwise: task.otherwise.clone().into_owned(),
        url: format!("{origin}{}", task.href),
        from: now,
        until: task.until?,
    })
}
