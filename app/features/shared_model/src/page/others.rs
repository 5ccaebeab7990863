use leptos::prelude::*;
use shared_model::IncentiveKind;

use super::{
    ModelContext,
    contributions::{ContributionList, Whose},
};
use app_core::action::Tools;
use app_ui::format;

/// What others taught, and taking the deposits of what does not hold up.
#[component]
pub fn OthersTab(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let rule = move || {
        context.with_model(|model| {
            let terms = &model.terms;
            match model.incentive {
                IncentiveKind::Deposit => format!(
                    "If the model disagrees with a contribution that is {wait} old, the owner and whoever has points can report it. \
                     If it still disagrees {wait} later, whoever has points can take a share of the deposit, and the owner all of \
                     it once it is {} old. What is {} old anyone can report, and take {} after the report. Until then its \
                     contributor can have it back whenever the model agrees.",
                    format::duration(terms.owner_wait.into()),
                    format::duration(terms.any_wait.into()),
                    format::duration(2 * u64::from(terms.refund_wait)),
                    wait = format::duration(terms.refund_wait.into()),
                ),
                IncentiveKind::Points => "Nothing is at stake here: contributions earn points, and there is nothing to report.".into(),
                IncentiveKind::Market => "Stakes are shared when the market ends; there is nothing to report.".into(),
            }
        })
    };
    view! {
        <div class="stack">
            <p class="soft">{rule}</p>
            {move || view! { <ContributionList context=context whose=Whose::Others(tools.wallet.account.get()) /> }}
        </div>
    }
}
