use app_ui::download;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    chain::Clock,
    reminders::{
        self, Permission,
        calendar::{self, Appointment},
    },
    tasks::{Coming, Task},
};

/// How a person can be reminded of these: by notifications of the browser, and by their own calendar.
#[component]
pub fn RemindMe(
    tasks: Signal<Vec<Task>>,
    /// What is still to come: the calendar has it beforehand.
    coming: Signal<Vec<Coming>>,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let appointments = Signal::derive(move || {
        let (now, origin) = (clock.now.get_untracked(), window().location().origin().unwrap_or_default());
        tasks.with(|tasks| coming.with(|coming| calendar::appointments(tasks, coming, now, &origin)))
    });
    view! {
        <div class="row small">
            <Show when=move || appointments.with(|all| !all.is_empty())>
                <SaveToCalendar appointments=appointments />
            </Show>
            <Notify />
        </div>
    }
}

#[component]
fn SaveToCalendar(appointments: Signal<Vec<Appointment>>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let save = move |_| {
        let text = appointments.with_untracked(|all| calendar::file(all, clock.now.get_untracked()));
        download::save("modelmarket.ics", text.as_bytes());
    };
    view! {
        <button class="button small" type="button" id="save-calendar" on:click=save>
            "Save the deadlines to your calendar"
        </button>
    }
}

/// Asks for notifications, which only a press may do.
#[component]
fn Notify() -> impl IntoView {
    let permission = RwSignal::new(reminders::permission());
    let ask = move |_| {
        spawn_local(async move {
            let answer = reminders::ask().await;
            permission.try_set(answer);
        });
    };
    move || {
        match permission.get() {
        Permission::Open => view! {
            <button class="button small" type="button" id="allow-notifications" on:click=ask>
                "Notify me when it is my turn"
            </button>
        }
        .into_any(),
        Permission::Granted => {
            view! { <span class="soft">"This browser notifies you while the page is open in a tab."</span> }.into_any()
        }
        Permission::Refused => view! {
            <span class="soft">
                "Notifications are refused for this page. The settings of the browser allow them; a calendar file works without."
            </span>
        }
        .into_any(),
        Permission::Missing => ().into_any(),
    }
    }
}
