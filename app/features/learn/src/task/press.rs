//! Buttons of a task that need little beside them.

use app_core::action::Tools;
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    messages::run::{Run, RunState},
};
use leptos::prelude::*;

use super::Here;
use crate::actions::{self, Plain};

/// A button that needs nothing else.
#[component]
pub fn Press(
    here: Here,
    what: Plain,
    id: &'static str,
    #[prop(into)] label: String,
    primary: bool,
    hint: &'static str,
) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let what = StoredValue::new(what);
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        run.start(async move { actions::plain(tools, &learning, here.id, what.get_value()).await });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <BusyButton label=label id=id class=if primary { "primary" } else { "small" } busy=run.busy on_press=press />
                <span class="small soft">{hint}</span>
            </div>
            <RunState run=run />
        </div>
    }
}

/// Saying no, with a text.
#[component]
pub fn Reject(here: Here, seat: u8) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let reason = RwSignal::new(String::new());
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        let what = Plain::Reject { seat, reason: reason.get_untracked().trim().to_owned() };
        run.start(async move { actions::plain(tools, &learning, here.id, what).await });
    });
    view! {
        <details>
            <summary>"Say no instead"</summary>
            <div class="stack tight">
                <Field id="field-reason" label="Why" value=reason hint="Everybody can read it, on chain for ever. The task ends for all." />
                <div class="row">
                    <BusyButton label="Reject the task" id="reject-task" class="danger small" busy=run.busy on_press=press />
                </div>
                <RunState run=run />
            </div>
        </details>
    }
}
