//! Runs that are ready to be played: the headline, and attacks with what came of them.

use leptos::prelude::*;
use simulation::gallery::Attack;

use super::{
    data::{Data, REVIEWS_NAME},
    form::Form,
    presets::{preset, title},
};
use crate::simulations::Simulations;

#[component]
pub fn Gallery(data: Data, form: Form) -> impl IntoView {
    let simulations = expect_context::<Simulations>();
    let chosen = RwSignal::new(Attack::FlipLabels);
    let choose = move |attack: Attack| {
        chosen.set(attack);
        data.take_reviews();
        form.load(&preset(attack));
    };
    view! {
        <section class="stack tight" aria-labelledby="gallery">
            <h2 id="gallery">"Choose a scenario"</h2>
            <ul class="gallery">
                {Attack::ALL
                    .into_iter()
                    .map(|attack| {
                        let pressed = move || (chosen.get() == attack).to_string();
                        view! {
                            <li>
                                <button type="button" aria-pressed=pressed on:click=move |_| choose(attack)>
                                    <span class="strong">{title(attack)}</span>
                                    <span class="soft small">{attack.describe()}</span>
                                    {move || conclusion(simulations, attack).map(|text| view! { <span class="small conclusion">{text}</span> })}
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

/// What the latest whole run of it, just as it is in the gallery, has shown.
fn conclusion(simulations: Simulations, attack: Attack) -> Option<String> {
    let config = preset(attack);
    simulations.runs.with(|runs| {
        let of_it = runs.iter().rev().map(|run| (run, &run.played.outcome));
        let mut whole = of_it.filter(|(run, o)| run.data == REVIEWS_NAME && !o.stopped && o.config == config);
        whole.next().and_then(|(_, outcome)| outcome.conclusion.clone())
    })
}
