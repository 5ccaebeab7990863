//! Applying for a data set: what for, how often, how long, and how much may be told.

use std::collections::BTreeSet;

use app_core::{
    action::{ActionError, Tools},
    learning::Known,
    routes,
    wallet::Wallet,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::{
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
    tables::name::Name,
};
use directory::{ColumnRole, GrantTerms, MAX_DIGITS, Purpose, Reveal, Work, api::DatasetRow};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::{Address, Amount};

use crate::{actions, names};

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    work: RwSignal<BTreeSet<Work>>,
    columns: RwSignal<BTreeSet<String>>,
    reveals: RwSignal<BTreeSet<Reveal>>,
    receivers: RwSignal<String>,
    times: RwSignal<String>,
    tries: RwSignal<String>,
    days: RwSignal<String>,
    facts: RwSignal<String>,
    rows: RwSignal<String>,
    min_rows: RwSignal<String>,
    digits: RwSignal<String>,
}

impl Form {
    fn new(columns: BTreeSet<String>) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            work: RwSignal::new([Work::Align, Work::TrainLinear].into()),
            columns: RwSignal::new(columns),
            reveals: RwSignal::new([Reveal::Metrics].into()),
            receivers: text(""),
            times: text("1"),
            tries: text("3"),
            days: text("30"),
            facts: text("10"),
            rows: text("0"),
            min_rows: text("100"),
            digits: text("3"),
        }
    }

    /// The applicant is told, as long as nobody has typed who is. Whoever connects later, or as another account, is filled in
    /// too.
    fn fill_in_applicant(self, wallet: Wallet) {
        let filled = StoredValue::new(String::new());
        Effect::new(move || {
            let account = wallet.account.get();
            if let Some(text) =
                self.receivers.with_untracked(|typed| filled.with_value(|filled| refilled(typed, filled, account)))
            {
                filled.set_value(text.clone());
                self.receivers.set(text);
            }
        });
    }

    /// Whether this account is not among those who are told.
    fn leaves_out(self, account: Address) -> bool {
        self.receivers.with(|typed| accounts(typed)).is_ok_and(|receivers| !receivers.contains(&account))
    }

    fn purpose(self) -> Result<Purpose, String> {
        let receivers = self.receivers.with(|typed| accounts(typed));
        let list = |set: RwSignal<BTreeSet<String>>| set.get().into_iter().collect::<Vec<_>>();
        let purpose = Purpose::new(
            self.work.get().into_iter().collect(),
            list(self.columns),
            receivers?,
            self.reveals.get().into_iter().collect(),
        );
        purpose.check().map_err(|error| error.to_string())?;
        Ok(purpose)
    }

    fn terms(self, now: u64) -> Result<GrantTerms, String> {
        let days: u32 = number(self.days, "days", 1, 3_650)?;
        let digits: u32 = number(self.digits, "digits", 1, MAX_DIGITS.into())?;
        let tries: u32 = number(self.tries, "tries", 1, u16::MAX.into())?;
        Ok(GrantTerms {
            from: now,
            until: now + u64::from(days) * 86_400,
            times: number(self.times, "uses", 1, u32::MAX)?,
            tries: tries as u16,
            facts: number(self.facts, "numbers told", 0, u32::MAX)?,
            rows: number(self.rows, "rows predicted", 0, u32::MAX)?,
            min_rows: number(self.min_rows, "rows at least", 1, u32::MAX)?,
            digits: digits as u8,
            own_coefficients: self.reveals.with(|reveals| reveals.contains(&Reveal::OwnCoefficients)),
        })
    }
}

/// What is to stand in a field that was filled in with `filled`, for another account; `None` where somebody has typed.
fn refilled(typed: &str, filled: &str, account: Option<Address>) -> Option<String> {
    (typed == filled).then(|| account.map(|account| account.to_string()).unwrap_or_default())
}

/// Accounts as they are typed.
fn accounts(typed: &str) -> Result<Vec<Address>, String> {
    let words = typed.split([',', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty());
    let read = |word: &str| {
        word.parse().map_err(|_| format!("“{word}” is not an account. Write accounts as 0x and 40 digits."))
    };
    words.map(read).collect()
}

fn number(text: RwSignal<String>, what: &str, least: u32, most: u32) -> Result<u32, String> {
    let typed = text.get();
    let read = typed.trim().parse::<u32>().ok().filter(|number| (least..=most).contains(number));
    read.ok_or_else(|| {
        format!(
            "Write a whole number of {what} from {} to {}.",
            format::count(least.into()),
            format::count(most.into())
        )
    })
}

#[component]
pub fn ApplyPanel(row: DatasetRow, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let run = Run::new();
    let all: BTreeSet<String> = row.columns.iter().map(|column| column.name.clone()).collect();
    let form = Form::new(all);
    form.fill_in_applicant(tools.wallet);
    let wrong = Signal::derive(move || {
        let now = tools.clock.now.get_untracked();
        form.purpose().err().or_else(|| form.terms(now).err())
    });
    let connected = move || tools.wallet.account.get().is_some();
    let id = row.id;
    let press = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let navigate = navigate.clone();
        // Now: the form may be gone when the action comes to it.
        let (purpose, terms) = untrack(|| (form.purpose(), form.terms(tools.clock.now.get_untracked())));
        run.start(async move {
            let purpose = purpose.map_err(ActionError::feature)?;
            let terms = terms.map_err(ActionError::feature)?;
            let grant = actions::grant::apply(tools, &learning, id, &purpose, &terms, run.says()).await?;
            if run.is_watched() {
                navigate(&routes::grant(grant), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    let (per_use, per_day) = (row.dataset.terms.price_per_use, row.dataset.terms.price_per_day);
    view! {
        <section class="panel">
            <header>
                <h2>"Apply for it"</h2>
                <span class="small soft">"Costs the network fee of one transaction"</span>
            </header>
            <div class="body stack">
                <PurposeFields form=form row=row.clone() />
                <Bounds form=form />
                <Sums form=form per_use=per_use per_day=per_day />
                <Problem error=wrong />
                <RunState run=run />
                <div class="row">
                    <BusyButton
                        label="Apply"
                        class="primary"
                        id="apply"
                        busy=run.busy
                        disabled=Signal::derive(move || !connected() || wrong.get().is_some() || known.learning.with(Option::is_none))
                        on_press=press
                    />
                    {move || (!connected()).then(|| view! { <span class="small soft">"Connect a wallet to apply."</span> })}
                </div>
            </div>
        </section>
    }
}

/// A box that puts something into a set.
#[component]
fn Tick<T: Clone + Ord + Send + Sync + 'static>(
    id: String,
    set: RwSignal<BTreeSet<T>>,
    value: T,
    label: String,
) -> impl IntoView {
    let ticked = value.clone();
    view! {
        <label class="check">
            <input
                id=id
                type="checkbox"
                prop:checked=move || set.with(|set| set.contains(&ticked))
                on:change=move |event| {
                    let value = value.clone();
                    set.update(|set| {
                        if event_target_checked(&event) {
                            set.insert(value);
                        } else {
                            set.remove(&value);
                        }
                    });
                }
            />
            <Name text=label />
        </label>
    }
}

#[component]
fn PurposeFields(form: Form, row: DatasetRow) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let work = names::ALL_WORK.into_iter().enumerate().map(|(at, (work, words))| {
        view! { <Tick id=format!("work-{at}") set=form.work value=work label=words.to_owned() /> }
    });
    let reveals = names::ALL_REVEALS.into_iter().enumerate().map(|(at, (reveal, words))| {
        view! { <Tick id=format!("reveal-{at}") set=form.reveals value=reveal label=words.to_owned() /> }
    });
    let known = !row.columns.is_empty();
    let columns = row.columns.into_iter().enumerate().map(|(at, column)| {
        let label = match column.role {
            ColumnRole::Feature => column.name.clone(),
            role => format!("{} ({})", column.name, names::role(role)),
        };
        view! { <Tick id=format!("use-{at}") set=form.columns value=column.name label=label /> }
    });
    view! {
        <fieldset class="choice">
            <legend>"What for"</legend>
            {work.collect_view()}
        </fieldset>
        <fieldset class="choice">
            <legend>"With which columns"</legend>
            {columns.collect_view()}
            {(!known).then(|| view! {
                <Notice tone="warn">"The names of its columns are not known here, so that none can be asked for. The server may have the description later."</Notice>
            })}
        </fieldset>
        <fieldset class="choice">
            <legend>"What may be told"</legend>
            {reveals.collect_view()}
        </fieldset>
        <Field id="receivers" label="To whom, beside the owners" value=form.receivers hint="Accounts with commas between them" />
        {move || {
            let left_out = wallet.account.get().is_some_and(|account| form.leaves_out(account));
            left_out.then(|| view! { <p class="small" role="status">"You will be told nothing under this grant."</p> })
        }}
    }
}

#[component]
fn Bounds(form: Form) -> impl IntoView {
    view! {
        <div class="fields">
            <Field id="times" label="Uses" value=form.times hint="Tasks that may finish" />
            <Field id="tries" label="Tries" value=form.tries hint="Tasks that may start, failed ones included" />
            <Field id="days" label="Days" value=form.days hint="From now on" />
            <Field id="facts" label="Numbers told" value=form.facts hint="By all tasks together: each coefficient or metric is one" />
            <Field id="digits" label="Digits" value=form.digits hint="Most significant digits of each" />
            <Field id="min-rows" label="Rows at least" value=form.min_rows hint="Nothing is told of fewer" />
            <Field id="predicted" label="Rows predicted" value=form.rows hint="By all tasks together" />
        </div>
    }
}

/// What the owner asks, in sums.
#[component]
fn Sums(form: Form, per_use: Amount, per_day: Amount) -> impl IntoView {
    let sum = move || {
        let number = |text: RwSignal<String>| text.get().trim().parse::<u128>().unwrap_or(0);
        let (times, tries, days) = (number(form.times), number(form.tries), number(form.days));
        // What does not start does not finish, and only what finishes is a use.
        let (uses, why) = if tries < times { (tries, ", since no more tasks may start") } else { (times, "") };
        let product = |count: u128, price: Amount| format::cost(Amount(count.saturating_mul(price.0)));
        format!(
            "The owner asks {} a use: {} for {uses}{why}. By period it asks {} a day: {} for {days}. The fee of each task is what the owner says when approving; you lock it with each task and not before.",
            format::cost(per_use),
            product(uses, per_use),
            format::cost(per_day),
            product(days, per_day),
        )
    };
    view! { <p class="small soft">{sum}</p> }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn whoever_connects_or_switches_is_told_until_somebody_types() {
        let (first, second) = (Address([1; 20]), Address([2; 20]));
        let connected = refilled("", "", Some(first));
        assert_eq!(connected, Some(first.to_string()));
        assert_eq!(refilled(&first.to_string(), &first.to_string(), Some(second)), Some(second.to_string()));
        // Typed, or emptied on purpose.
        let both = format!("{first}, {second}");
        assert_eq!(refilled(&both, &first.to_string(), Some(second)), None);
        assert_eq!(refilled("", &first.to_string(), Some(second)), None);
        assert_eq!(accounts(&both), Ok(vec![first, second]));
        assert_eq!(accounts(" "), Ok(Vec::new()));
        assert!(accounts("0x12").is_err());
    }
}
