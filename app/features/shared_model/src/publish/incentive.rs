//! Choosing the rules of money of a shared model.

use app_ui::controls::choices::OneOfSeveral;
use leptos::prelude::*;
use shared_model::IncentiveKind;

use crate::names;

#[component]
pub fn IncentiveChoice(incentive: RwSignal<IncentiveKind>) -> impl IntoView {
    let kinds = IncentiveKind::ALL
        .map(|kind| (format!("incentive-{kind:?}").to_lowercase(), names::incentive(kind).0.to_owned()))
        .to_vec();
    let chosen = Signal::derive(move || IncentiveKind::ALL.iter().position(|kind| *kind == incentive.get()));
    let choose = Callback::new(move |at: usize| incentive.set(IncentiveKind::ALL[at]));
    view! { <OneOfSeveral label="Incentive" choices=kinds chosen=chosen on_choose=choose /> }
}
