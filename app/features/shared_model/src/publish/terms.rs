//! What a contribution costs, and who may take what when.

use leptos::prelude::*;
use protocol::Amount;
use shared_model::{IncentiveKind, Terms};

use super::{Draft, incentive::IncentiveChoice};
use crate::names;
use app_ui::{controls::field::Field, format};

/// Deposits are told for one hour after the last contribution, where the rule divides the weight by 1/60.
const HOUR: u128 = 60;

/// What a person chooses and types of the terms.
#[derive(Clone, Copy)]
pub struct Typed {
    pub incentive: RwSignal<IncentiveKind>,
    /// Its number on chain, as it is kept.
    incentive_number: RwSignal<String>,
    /// MDC.
    deposit: RwSignal<String>,
    /// Minutes until a deposit can be refunded or reported.
    refund: RwSignal<String>,
    /// Minutes until the owner may take it.
    owner: RwSignal<String>,
    /// Minutes until anyone may.
    any: RwSignal<String>,
}

impl Typed {
    /// On a development chain waits are short, so that a newcomer sees all of it.
    pub fn new(on_development_chain: bool) -> Self {
        let waits = if on_development_chain { ["1", "5", "15"] } else { ["1440", "4320", "10080"] };
        let [refund, owner, any] = waits.map(|minutes| RwSignal::new(minutes.to_owned()));
        let first = IncentiveKind::Deposit;
        Self {
            incentive: RwSignal::new(first),
            incentive_number: RwSignal::new(first.number().to_string()),
            deposit: RwSignal::new("1".to_owned()),
            refund,
            owner,
            any,
        }
    }

    /// All of it, by the names under which it is kept.
    pub fn fields(self) -> [(&'static str, RwSignal<String>); 5] {
        let Self { incentive: _, incentive_number, deposit, refund, owner, any } = self;
        [
            ("incentive", incentive_number),
            ("deposit", deposit),
            ("refund wait", refund),
            ("owner's wait", owner),
            ("longest wait", any),
        ]
    }

    /// Holds the incentive and its number equal: choosing changes the number, and what was kept changes the choice. Lives as long
    /// as what calls it.
    pub fn follow_incentive(self) {
        Effect::new(move || {
            let kept = self.incentive_number.with(|number| number.parse().ok()).and_then(IncentiveKind::from_number);
            if let Some(kind) = kept.filter(|kind| *kind != self.incentive.get_untracked()) {
                self.incentive.set(kind);
            }
        });
        Effect::new(move |first: Option<()>| {
            let number = self.incentive.get().number().to_string();
            // At first what was kept decides.
            if first.is_some() && number != self.incentive_number.get_untracked() {
                self.incentive_number.set(number);
            }
        });
    }
}

#[component]
pub fn TermsForm(draft: Draft) -> impl IntoView {
    let Typed { incentive, deposit, refund, owner, any, .. } = draft.typed;
    let deposit_problem = Signal::derive(move || match deposit.with(|d| format::read_mdc(d)) {
        Ok(Amount(0)) => Some("Without a deposit nothing would be at stake. Choose more, or points.".into()),
        Ok(_) => None,
        Err(e) => Some(e.to_string()),
    });
    let read = move || -> Result<Terms, Option<String>> {
        let incentive = incentive.get();
        let minutes = |text: RwSignal<String>| {
            let minutes = text.with(|t| t.trim().parse::<f64>()).ok().filter(|m| (1.0..=5_000_000.0).contains(m));
            minutes
                .map(|m| (m * 60.0) as u32)
                .ok_or_else(|| Some("A wait is a number of minutes, 1 or more.".to_owned()))
        };
        let cost_weight = match incentive {
            IncentiveKind::Deposit => {
                let amount = deposit.with(|d| format::read_mdc(d)).map_err(|_| None)?;
                Amount(amount.0 / HOUR)
            }
            _ => Amount::ZERO,
        };
        let refund_wait = minutes(refund)?;
        let (owner_wait, any_wait) = match incentive {
            IncentiveKind::Deposit => (minutes(owner)?, minutes(any)?),
            // Nothing is taken: the waits that nobody sees follow the one that is chosen.
            IncentiveKind::Points | IncentiveKind::Market => {
                (refund_wait.saturating_mul(2), refund_wait.saturating_mul(3))
            }
        };
        let terms = Terms { cost_weight, refund_wait, owner_wait, any_wait };
        terms.check(incentive).map_err(|e| Some(e.to_string()))?;
        Ok(terms)
    };
    let checked = Memo::new(move |_| read());
    Effect::new(move || draft.terms.set(checked.get().ok()));
    let wait_problem = Signal::derive(move || checked.get().err().flatten());
    view! {
        <section class="panel" aria-labelledby="terms">
            <header>
                <h2 id="terms">"2. Terms for contributors"</h2>
            </header>
            <div class="body stack">
                <Incentive incentive=incentive />
                <div class="fields">
                    <Show when=move || incentive.get() == IncentiveKind::Deposit>
                        <Field
                            id="field-deposit"
                            label="Base deposit"
                            value=deposit
                            suffix="MDC"
                            hint="The price of one example after a quiet hour. It is 60 times higher right after somebody taught something new, and halves by hour four."
                            problem=deposit_problem
                        />
                    </Show>
                    <Show when=move || incentive.get() != IncentiveKind::Market>
                        <Field id="field-refund-wait" label="Refund after" value=refund suffix="min" hint="From then on a deposit can be refunded or reported. It earns a point after twice that time; what was reported can be taken that long after the report." problem=wait_problem />
                    </Show>
                    <Show when=move || incentive.get() == IncentiveKind::Deposit>
                        <Field id="field-owner-wait" label="You may keep disputed deposits after" value=owner suffix="min" hint="Deposits that were reported. Twice the refund wait, or longer." />
                        <Field id="field-any-wait" label="Anyone may take unclaimed deposits after" value=any suffix="min" hint="Longer than your wait by at least one refund wait." />
                    </Show>
                </div>
            </div>
        </section>
    }
}

/// Which rules of money hold, and what they mean.
#[component]
fn Incentive(incentive: RwSignal<IncentiveKind>) -> impl IntoView {
    view! {
        <IncentiveChoice incentive=incentive />
        <p class="soft">{move || names::incentive(incentive.get()).1}</p>
    }
}
