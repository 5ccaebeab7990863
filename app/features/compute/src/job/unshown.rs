//! For its client: that a provider has not shown what it submitted, and what to do about it until when.

use app_core::{action::Tools, components::time::Deadline};
use app_ui::{format, messages::notice::Notice};
use leptos::prelude::*;
use protocol::Amount;

use super::Here;
use crate::client::Sessions;

#[component]
pub fn Unshown(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let sessions = expect_context::<Sessions>();
    let submitted = here.look(|job| {
        let run = job.run.as_ref()?;
        let pay = Amount(run.price.0.saturating_mul(job.paid_units(run).into()));
        Some((job.client, run.provider, job.shown_by()?, job.expires_at()?, pay))
    });
    let unshown = Memo::new(move |_| {
        let (client, provider, by, until, pay) = submitted.get().flatten()?;
        let is_mine = tools.wallet.account.get() == Some(client);
        let is_shown = sessions.of(here.id, provider).view.with(|view| view.shown.is_some());
        let tone = if tools.clock.now.get() < by { "" } else { "warn" };
        (is_mine && !is_shown).then_some((tone, by, until, pay))
    });
    move || {
        unshown.get().map(|(tone, by, until, pay)| {
            view! {
                <Notice tone=tone>
                    <p id="unshown">
                        "The provider has not shown this page its result. It does so by itself once the page is connected to it. If nothing has come when its time for that ends, "
                        <Deadline at=by />
                        ", you can challenge it: whoever does not show its result in a dispute loses the dispute. It may still show it then, and if it is right you lose the bond. The time for challenges ends "
                        <Deadline at=until /> {format!("; without one the provider gets {}.", format::mdc(pay))}
                    </p>
                </Notice>
            }
        })
    }
}
