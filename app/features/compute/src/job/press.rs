//! A button that needs nothing but the contract.

use app_core::action::Tools;
use app_ui::{
    controls::busy_button::BusyButton,
    messages::run::{Run, RunState},
};
use leptos::prelude::*;

use super::Here;
use crate::actions::{self, Plain};

#[component]
pub fn Press(
    here: Here,
    what: Plain,
    id: &'static str,
    #[prop(into)] label: String,
    primary: bool,
    #[prop(into)] hint: String,
) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let press = Callback::new(move |()| {
        let Some(computing) = here.known.computing.get_untracked() else { return };
        run.start(async move { actions::plain(tools, &computing, here.id, what, run.says()).await });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <BusyButton label=label id=id class=if primary { "primary" } else { "" } busy=run.busy on_press=press />
                <span class="small soft">{hint}</span>
            </div>
            <RunState run=run />
        </div>
    }
}
