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
        context.history.with(|h| {
            let model = &h.as_ref()?.model;
            let terms = &model.terms;
            Some(match model.incentive {
                IncentiveKind::Deposit => format!(
                    "If the model disagrees with a contribution, whoever has points can take a share of its deposit after {}, \
                     the owner all of it after {}. After {} anyone can take what was left lying.",
                    format::duration(terms.refund_wait.into()),
                    format::duration(terms.owner_wait.into()),
                    format::duration(terms.any_wait.into()),
                ),
                IncentiveKind::Points => "Nothing is at stake here: contributions earn points, and there is nothing to report.".into(),
                IncentiveKind::Market => "Stakes are shared when the market ends; there is nothing to report.".into(),
            })
        })
    };
    view! {
        <div class="stack">
            <p class="soft">{rule}</p>
            {move || view! { <ContributionList context=context whose=Whose::Others(tools.wallet.account.get()) /> }}
        </div>
    }
}
