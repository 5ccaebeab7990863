//! What would be lent, at which price, and offering it.

use app_core::action::{ActionError, Tools};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::run::{Run, RunState},
};
use compute_provider::{Lent, offering, offering::Measured};
use jobs::{
    MIN_DEPOSIT,
    market::{BadShare, Share},
};
use leptos::prelude::*;
use protocol::{Amount, cid::Cid};

use super::actions::{self, Chosen};
use crate::{
    actions::refused,
    context::Known,
    lending::{Device, Lending},
    names,
};

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    cpu: RwSignal<String>,
    memory: RwSignal<String>,
    price: RwSignal<String>,
    deposit: RwSignal<String>,
    /// The least that is to be added.
    least: Amount,
}

/// What is wrong, in the order of the fields.
type Problems = [Option<String>; 4];

impl Form {
    fn new(least: Amount) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let deposit = RwSignal::new(least.to_string());
        Self { cpu: text("50"), memory: text("50"), price: text("0.0001"), deposit, least }
    }

    fn read(self) -> Result<Chosen, Problems> {
        let cpu = self.cpu.with(|text| share(text));
        let memory = self.memory.with(|text| share(text));
        let amount = |text: &String| format::read_mdc(text).map_err(|error| error.to_string());
        let price = self.price.with(amount).and_then(|price| match price {
            Amount::ZERO => Err("A unit has a price above zero.".to_owned()),
            price => Ok(price),
        });
        let least = self.least;
        let deposit = self.deposit.with(amount).and_then(|deposit| match deposit < least {
            true => Err(format!("A provider has a deposit of at least {MIN_DEPOSIT} MDC: add {least} MDC or more.")),
            false => Ok(deposit),
        });
        match (cpu, memory, price, deposit) {
            (Ok(cpu), Ok(memory), Ok(price), Ok(deposit)) => Ok(Chosen { lent: Lent { cpu, memory }, price, deposit }),
            (cpu, memory, price, deposit) => Err([cpu.err(), memory.err(), price.err(), deposit.err()]),
        }
    }
}

fn share(text: &str) -> Result<Share, String> {
    let share: u8 = text.trim().parse().map_err(|_| "This is no whole number. Choose 10 to 90 %.".to_owned())?;
    Share::try_from(share).map_err(|bad: BadShare| bad.to_string())
}

/// The form. `has` is the deposit that the account has already.
#[component]
pub fn Onboard(known: Known, has: Amount) -> impl IntoView {
    let (tools, lending) = (Tools::from_context(), expect_context::<Lending>());
    let device = Device::here();
    let form = Form::new(Amount(MIN_DEPOSIT.0.saturating_sub(has.0)));
    let measured = RwSignal::new(None::<Measured>);
    let read = Memo::new(move |_| form.read());
    let (run, measuring) = (Run::new(), Run::new());
    run.forgets_failure_with(read);
    let measure = Callback::new(move |()| {
        measuring.start(async move {
            let found = actions::measure(tools, device).await?;
            measured.try_set(Some(found));
            Ok::<(), ActionError>(())
        });
    });
    let press = Callback::new(move |()| {
        let (read, known) = (read.get_untracked(), known.computing.get_untracked());
        let found = measured.get_untracked();
        run.start(async move {
            let chosen = read.map_err(|problems| refused(problems.iter().flatten().count()))?;
            let Some(computing) = known else { return Ok(()) };
            let found = match found {
                Some(found) => found,
                None => {
                    run.says()("Measuring this machine, which takes some seconds");
                    actions::measure(tools, device).await?
                }
            };
            measured.try_set(Some(found));
            actions::offer(tools, lending, &computing, chosen, found, run.says()).await
        });
    });
    view! {
        <section class="panel" aria-labelledby="lend-title">
            <header>
                <h2 id="lend-title">"Lend this machine"</h2>
            </header>
            <div class="body stack">
                <Fields form=form read=read />
                <p id="would-lend">{move || would_lend(device, read.get().ok(), measured.get())}</p>
                <p class="small soft">{about(device)}</p>
                <div class="row">
                    <BusyButton label="Measure its speed" id="measure" busy=measuring.busy on_press=measure />
                    <BusyButton label="Lend this machine" id="lend-machine" class="primary" busy=run.busy on_press=press />
                    <span class="small soft">"One signature for the deposit and one transaction. Jobs run in this tab while it is open."</span>
                </div>
                <RunState run=measuring />
                <RunState run=run />
            </div>
        </section>
    }
}

#[component]
fn Fields(form: Form, read: Memo<Result<Chosen, Problems>>) -> impl IntoView {
    let problem = move |at: usize| {
        Signal::derive(move || read.with(|read| read.as_ref().err().and_then(|problems| problems.get(at)?.clone())))
    };
    view! {
        <div class="fields">
            <Field
                id="lend-cpu"
                label="Share of its processors"
                value=form.cpu
                suffix="%"
                hint="10 to 90. Jobs rest so that they take no more."
                problem=problem(0)
            />
            <Field
                id="lend-memory"
                label="Share of its memory"
                value=form.memory
                suffix="%"
                hint="10 to 90. All jobs together use no more."
                problem=problem(1)
            />
            <Field
                id="lend-price"
                label="Price of a unit"
                value=form.price
                suffix="MDC"
                hint="A unit is a million metered instructions."
                problem=problem(2)
            />
            <Field
                id="lend-deposit"
                label="Deposit to add"
                value=form.deposit
                suffix="MDC"
                hint="It stands for your results: a wrong one costs a part of it. While you take jobs you can be drawn to judge a disputed one; who does not answer in time loses a part too. Pause before this machine goes off. You take it back when you leave."
                problem=problem(3)
            />
        </div>
    }
}

/// What the shares come to.
fn would_lend(device: Device, chosen: Option<Chosen>, measured: Option<Measured>) -> String {
    let Some(Chosen { lent, price, .. }) = chosen else {
        return "What you would lend is shown once all fields are right.".to_owned();
    };
    let places = format::plural(lent.places(device.cores) as u64, "job");
    let of_one = (lent.duty(device.cores) * 100.0).round();
    let memory = names::memory(lent.mib(device.memory));
    let share = format!(
        "You would lend room for {places} at once, each with {of_one} % of a processor, and {memory} of memory."
    );
    match measured {
        Some(measured) => {
            let offer = offering::offer(lent, &measured, price, Cid::of_block(b""));
            let speed = names::speed(offer.units_per_second.into());
            let hour = Amount(price.0.saturating_mul(u128::from(offer.units_per_second) * 3_600));
            format!("{share} Measured: {speed} for a job, which earns {} in an hour of work.", format::mdc(hour))
        }
        None => share,
    }
}

fn about(device: Device) -> String {
    let cores = format::plural(device.cores.into(), "processor");
    let memory = format::bytes(device.memory);
    let memory =
        if device.is_told { memory } else { format!("{memory}, which is a guess: this browser does not tell") };
    format!(
        "This machine has {cores} and {memory} of memory, as far as the browser says. Its graphics card is not lent yet."
    )
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn nine_and_ninety_one_per_cent_are_refused_with_their_sentence() {
        let form = Form::new(MIN_DEPOSIT);
        assert!(form.read().is_ok());
        for (cpu, memory, at) in [("9", "50", 0), ("91", "50", 0), ("50", "9", 1), ("50", "91", 1), ("x", "50", 0)] {
            form.cpu.set(cpu.to_owned());
            form.memory.set(memory.to_owned());
            let problems = form.read().err().unwrap_or_default();
            let told: Vec<usize> = (0..4).filter(|at| problems[*at].is_some()).collect();
            assert_eq!(told, [at]);
            assert!(problems[at].as_ref().is_some_and(|why| why.contains("10 to 90 %")), "{problems:?}");
        }
        for (cpu, memory) in [("10", "90"), (" 90 ", "10")] {
            form.cpu.set(cpu.to_owned());
            form.memory.set(memory.to_owned());
            assert!(form.read().is_ok());
        }
        form.price.set("0".to_owned());
        form.deposit.set("0.5".to_owned());
        let problems = form.read().err().unwrap_or_default();
        assert!(problems[2].is_some() && problems[3].is_some(), "{problems:?}");
        // Whoever has a deposit need not add to it.
        let again = Form::new(Amount::ZERO);
        assert_eq!(again.read().map(|chosen| chosen.deposit), Ok(Amount::ZERO));
    }

    #[wasm_bindgen_test]
    fn what_would_be_lent_is_told_with_amounts() {
        let device = Device { cores: 2, memory: 4 << 30, is_told: true };
        let chosen = Form::new(MIN_DEPOSIT).read().ok();
        let told = would_lend(device, chosen, None);
        assert!(told.contains("1 job at once") && told.contains("2,047 MiB"), "{told}");
        let measured = Measured { cores: 2, memory: 4 << 30, units_per_second: 500, at: 0 };
        let told = would_lend(device, chosen, Some(measured));
        assert!(told.contains("500 units/s") && told.contains("180 MDC"), "{told}");
    }
}
