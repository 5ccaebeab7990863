use leptos::prelude::*;
use protocol::{
    Amount,
    shared_model::{IncentiveKind, encoder::Original, state::record_key},
};

use super::{
    Shown,
    form::{OriginalForm, encode},
};
use crate::{
    actions::{ActionError, Tools, models},
    chain::Clock,
    components::{
        busy_button::BusyButton,
        field::Field,
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
    format, words,
};

/// Minutes ahead for which the deposit is told.
const AHEAD: [u64; 4] = [1, 5, 15, 60];

/// Teaching the model one example, with what it costs now and what happens next.
#[component]
pub fn TeachTab(shown: Shown) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let original = RwSignal::new(None::<Original>);
    let label = RwSignal::new(None::<u16>);
    let stake = RwSignal::new(String::new());
    let publish = RwSignal::new(false);
    let taught = RwSignal::new(None::<String>);
    // Raised by every contribution: the form is built anew for the next one, empty.
    let round = RwSignal::new(0u32);
    let run = Run::new();

    let encoded = Memo::new(move |_| {
        shown.metadata.track();
        original.with(|o| o.as_ref().map(|o| encode(shown, o)))
    });
    let incentive = Memo::new(move |_| shown.history.with(|h| h.as_ref().map(|h| h.model.incentive)));
    let deposit = Memo::new(move |_| {
        let now = clock.now.get();
        shown.history.with(|h| h.as_ref().map_or(Amount::ZERO, |h| h.model.deposit(now)))
    });
    // What the person agrees to pay: the stake of a market, or the deposit of now, which can only fall.
    let most = Memo::new(move |_| match incentive.get() {
        Some(IncentiveKind::Market) => stake.with(|s| s.trim().parse::<Amount>().ok()),
        _ => Some(deposit.get()),
    });
    // Why the contract would refuse, before the wallet opens.
    let refusal = Memo::new(move |_| {
        let Some(Ok(sample)) = encoded.get() else { return None };
        let (account, label) = (tools.wallet.account.get()?, label.get()?);
        let most = most.get()?;
        let now = clock.now.get();
        shown.history.with(|h| {
            h.as_ref()?.model.contribute(&account, &sample.to_bytes(), label, most, now).err().map(|e| e.to_string())
        })
    });
    let known = Memo::new(move |_| {
        let (Some(Ok(sample)), Some(label)) = (encoded.get(), label.get()) else { return false };
        shown.history.with(|h| {
            h.as_ref().is_some_and(|h| h.classifier().predict(&sample).is_ok_and(|predicted| predicted == label))
        })
    });
    let problem = Signal::derive(move || encoded.get().and_then(Result::err).or_else(|| refusal.get()));
    let ready = Memo::new(move |_| {
        matches!(encoded.get(), Some(Ok(_)))
            && label.get().is_some()
            && most.get().is_some()
            && problem.get().is_none()
            && tools.wallet.account.get().is_some()
    });
    let press = Callback::new(move |()| {
        let (Some(Ok(sample)), Some(chosen), Some(most)) =
            (encoded.get_untracked(), label.get_untracked(), most.get_untracked())
        else {
            return;
        };
        let (bytes, name) = (sample.to_bytes(), shown.class(chosen));
        let kept = publish.get_untracked().then(|| original.get_untracked()).flatten();
        taught.set(None);
        run.start(async move {
            let account = tools.account()?;
            let balance = shown.history.with_untracked(|h| h.as_ref().map(|h| h.model.account(&account).balance));
            let says = run.says();
            models::contribute(tools, shown.address, &bytes, chosen, most, balance.unwrap_or_default(), says).await?;
            taught.try_set(Some(name));
            original.try_set(None);
            label.try_set(None);
            round.try_update(|round| *round += 1);
            if let Some(original) = kept {
                says("Publishing the original");
                let key = record_key(&account, chosen, &bytes);
                models::publish_original(tools, shown.address, key, &original.to_bytes()).await?;
            }
            Ok::<(), ActionError>(())
        });
    });

    view! {
        <div class="split">
            <section class="panel">
                <header>
                    <h2>"Teach one example"</h2>
                </header>
                <div class="body stack">
                    {move || {
                        round.track();
                        view! { <OriginalForm shown=shown original=original /> }
                    }}
                    <fieldset class="field choice">
                        <legend class="label">"What it is"</legend>
                        <div class="row">
                            {move || {
                                shown
                                    .classes()
                                    .into_iter()
                                    .enumerate()
                                    .map(|(i, name)| {
                                        view! {
                                            <label class="check">
                                                <input
                                                    type="radio"
                                                    name="label"
                                                    prop:checked=move || label.get() == Some(i as u16)
                                                    on:change=move |_| label.set(Some(i as u16))
                                                />
                                                {name}
                                            </label>
                                        }
                                    })
                                    .collect_view()
                            }}
                        </div>
                    </fieldset>
                    {move || {
                        (incentive.get() == Some(IncentiveKind::Market))
                            .then(|| view! { <Field label="Stake" value=stake suffix="MDC" hint="What you put on this contribution" /> })
                    }}
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || publish.get()
                            on:change=move |event| publish.set(event_target_checked(&event))
                        />
                        <span>
                            "Publish what I entered"
                            <br />
                            <span class="small soft">
                                "On chain there are only features. With this, others see the original too and can judge it; your wallet signs in to the server once."
                            </span>
                        </span>
                    </label>
                    <Problem error=problem />
                    {move || {
                        (known.get() && ready.get() && incentive.get() != Some(IncentiveKind::Market))
                            .then(|| {
                                view! {
                                    <Notice>
                                        "The model already says so. You can contribute it and get your deposit back, but it earns no point."
                                    </Notice>
                                }
                            })
                    }}
                    <RunState run=run />
                    <div class="row">
                        {move || {
                            let amount = most.get().unwrap_or_default();
                            let label = match amount.0 {
                                0 => "Contribute".to_owned(),
                                _ => format!("Contribute and lock {}", format::cost(amount)),
                            };
                            view! {
                                <BusyButton
                                    label=label
                                    class="primary"
                                    busy=run.busy
                                    disabled=Signal::derive(move || !ready.get())
                                    on_press=press
                                />
                            }
                        }}
                        {move || {
                            tools.wallet.account.get().is_none().then(|| view! { <span class="small soft">"Connect a wallet to teach."</span> })
                        }}
                    </div>
                    {move || {
                        taught
                            .get()
                            .map(|name| {
                                view! {
                                    <Notice tone="good">
                                        {format!("Taught as “{name}”. Follow it under My data.")}
                                    </Notice>
                                }
                            })
                    }}
                </div>
            </section>
            <div class="stack">
                <Cost shown=shown deposit=deposit />
                <super::mine::Balance shown=shown />
            </div>
        </div>
    }
}

/// What a contribution costs, and what becomes of the money.
#[component]
fn Cost(shown: Shown, deposit: Memo<Amount>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let model = Memo::new(move |_| shown.history.with(|h| h.as_ref().map(|h| h.model.clone())));
    move || {
        let Some(model) = model.get() else { return ().into_any() };
        let (name, story) = words::incentive(model.incentive);
        let terms = model.terms.clone();
        let steps = match model.incentive {
            IncentiveKind::Deposit => vec![
                format!(
                    "For {} nothing happens. Then, if the model says what you said, you get your deposit back, and a point if it did not know before.",
                    format::duration(terms.refund_wait.into())
                ),
                format!(
                    "If it says something else, others with points can take shares of your deposit; the owner all of it after {}.",
                    format::duration(terms.owner_wait.into())
                ),
                format!(
                    "After {} anyone can take what you have not claimed. Claim in time.",
                    format::duration(terms.any_wait.into())
                ),
            ],
            IncentiveKind::Points => vec![format!(
                "After {}, if the model says what you said and did not know it before, you can claim a point.",
                format::duration(terms.refund_wait.into())
            )],
            IncentiveKind::Market => vec![
                "Your stake stays locked until the market ends.".to_owned(),
                "If your contributions made the model better on the hidden test set, you gain from the bounty and from those who made it worse; otherwise you lose up to your stake.".to_owned(),
            ],
        };
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
                                    "The deposit falls while nobody contributes and jumps up after each contribution. You never pay more than the button says."
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
