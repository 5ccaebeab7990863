use leptos::prelude::*;

use crate::action::{ActionError, Tools};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::run::{Run, RunState},
};

/// On a development chain nobody has to wait for a window to pass. Gone once `until`, in seconds since the epoch, is over:
/// whoever shows it may learn of the window that follows a moment later.
#[component]
pub fn PassTime(until: u64) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    if !tools.wallet.on_development_chain() {
        return ().into_any();
    }
    let pass = Callback::new(move |()| {
        run.start(async move {
            let (_, at) = tools.reader.head().await?;
            let now = at.max(tools.clock.now.get_untracked());
            tools.reader.pass_time(until.saturating_sub(now) + 1).await?;
            tools.clock.refresh(tools.reader).await;
            tools.transactions.mined.update(|n| *n += 1);
            Ok::<(), ActionError>(())
        });
    });
    let is_over = Memo::new(move |_| tools.clock.now.get() >= until);
    view! {
        <Show when=move || !is_over.get()>
            <div class="row tight">
                <BusyButton
                    label="Skip to the end of this window"
                    id="pass-time"
                    class="small"
                    busy=run.busy
                    on_press=pass
                />
                <span class="small soft">"Development chain only: moves its clock for everyone."</span>
                <RunState run=run />
            </div>
        </Show>
    }
    .into_any()
}
