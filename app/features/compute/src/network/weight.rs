//! How much of the weight by which jurors are drawn one provider has.

use app_ui::format;
use leptos::prelude::*;

use crate::context::Known;

#[component]
pub fn Weight(known: Known) -> impl IntoView {
    let weights = Memo::new(move |_| {
        known.computing.with(|all| {
            let providers = all.as_ref()?.book.providers.values().filter(|provider| provider.slot != 0);
            let weights: Vec<u128> = providers.map(jobs::Provider::drawn_weight).collect();
            let (most, sum) = (weights.iter().copied().max()?, weights.iter().sum::<u128>());
            (sum > 0).then(|| (u32::try_from(most).unwrap_or(u32::MAX), u32::try_from(sum).unwrap_or(u32::MAX)))
        })
    });
    move || {
        weights.get().map(|(most, sum)| {
            view! {
                <p class="small soft" id="draw-weight">
                    {format!(
                        "Jurors of disputes are drawn by deposit. The largest provider has {} of all weight. Whoever has more than half of it, also by \
                         several accounts, can decide every dispute: look at this before a large job.",
                        format::percent(most, sum)
                    )}
                </p>
            }
        })
    }
}
