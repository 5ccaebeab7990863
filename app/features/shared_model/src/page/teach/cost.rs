use leptos::prelude::*;
use protocol::Amount;
use shared_model::{IncentiveKind, Model, Terms};

use super::super::ModelContext;
use crate::names;
use app_core::chain::Clock;
use app_ui::format;

/// Minutes ahead for which the deposit is told.
const AHEAD: [u64; 4] = [1, 5, 15, 60];

/// What a contribution costs, and what becomes of the money.
#[component]
pub fn Cost(context: ModelContext, deposit: Memo<Amount>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let model = Memo::new(move |_| context.with_model(Model::clone));
    move || {
        let Some(model) = model.get() else { return ().into_any() };
        let (name, story) = names::incentive(model.incentive);
        let steps = steps(model.incentive, &model.terms);
        view! {
            <section class="panel">
                <header>
                    <h2>"What it costs"</h2>
                    <span class="chip">{name}</span>
                </header>
                <div class="body stack">
                    {(model.incentive == IncentiveKind::Deposit)
                        .then(|| {
                            let now = clock.now.get();
                            view! {
                                <dl class="pairs">
                                    <dt>"Now"</dt>
                                    <dd class="strong">{format::cost(deposit.get())}</dd>
                                    {AHEAD
                                        .into_iter()
                                        .map(|minutes| {
                                            view! {
                                                <dt>{format!("In {minutes} min")}</dt>
                                                <dd>{format::cost(model.deposit(now + 60 * minutes))}</dd>
                                            }
                                        })
                                        .collect_view()}
                                </dl>
                                <p class="small soft">
                                    "The deposit falls while nobody teaches anything new, and jumps up when somebody has. You never pay more than the button says."
                                </p>
                            }
                        })}
                    <p>{story}</p>
                    <ol class="story">{steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
                </div>
            </section>
        }
        .into_any()
    }
}

/// What happens after a contribution, in order.
fn steps(incentive: IncentiveKind, terms: &Terms) -> Vec<String> {
    match incentive {
        IncentiveKind::Deposit => vec![
            format!(
                "For {wait} nothing happens. Then, while the model says what you said, you can have your deposit back; {wait} later a point too, if it did not know before.",
                wait = format::duration(terms.refund_wait.into())
            ),
            format!(
                "While it says something else, the owner and others with points can report it. You see that under My data, and have {}: if the model comes to agree, your deposit comes back.",
                format::duration(terms.refund_wait.into())
            ),
            format!(
                "If it still disagrees then, others with points can take shares of your deposit; the owner all of it after {}, anyone after {}.",
                format::duration(terms.owner_wait.into()),
                format::duration(terms.any_wait.into())
            ),
        ],
        IncentiveKind::Points => vec![format!(
            "After {}, if the model says what you said and did not know it before, you can claim a point.",
            format::duration(2 * u64::from(terms.refund_wait))
        )],
        IncentiveKind::Market => vec![
            "You commit to examples while the market is open; nobody can see or copy them.".to_owned(),
            "When it has closed you show them, within the time that its page says. The stake of what you do not show is lost."
                .to_owned(),
            "Your stake stays locked until the market ends.".to_owned(),
            "If your contributions made the model better on the hidden test set, you gain from the bounty and from those who made it worse; otherwise you lose up to your stake.".to_owned(),
        ],
    }
}
