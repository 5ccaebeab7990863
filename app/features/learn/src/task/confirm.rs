//! Confirming a seat: everything an owner looks at before it signs.

use app_core::{
    action::{Tools, read_file},
    components::{account::Account, reads_as::ReadsAs},
    vault::{Owner, Vault, tables},
    workers::party::Party,
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use leptos::{prelude::*, task::spawn_local};
use tasks::State;
use web_sys::File;

use super::{Here, press::Reject};
use crate::{
    actions::{
        Plain,
        confirm::{Chosen, confirm},
        plain,
    },
    words,
};

/// What looking at the table found.
#[derive(Clone, Debug, PartialEq)]
struct Looked {
    rows: usize,
    findings: Vec<String>,
}

/// A seat that is being confirmed.
#[derive(Clone, Copy)]
struct Form {
    here: Here,
    seat: u8,
    file: RwSignal<Option<File>, LocalStorage>,
    /// The table, and what to call it: as it was published from this browser, or of the chosen file.
    table: RwSignal<Option<(String, Vec<u8>)>>,
    looked: RwSignal<Option<Result<Looked, String>>>,
    accepted: RwSignal<u16>,
    /// The person has read what leaks.
    read: RwSignal<bool>,
}

impl Form {
    /// Looks at the table by every rule, once it and the task are there.
    fn look(self) {
        let Some((_, table)) = self.table.get() else { return };
        let spec = self
            .here
            .spec
            .with(|spec| spec.as_ref().and_then(|spec| spec.as_ref().ok()).map(|(bytes, _)| bytes.clone()));
        let Some(spec) = spec else { return };
        self.looked.set(None);
        spawn_local(async move {
            let looked = Party::default().check(&spec, self.seat, &table).await;
            let looked = looked.map(|(findings, rows)| Looked { rows, findings }).map_err(|error| error.to_string());
            self.looked.try_set(Some(looked));
        });
    }

    /// Reads a file that was chosen.
    fn read(self) {
        let Some(file) = self.file.get() else { return };
        spawn_local(async move {
            match read_file(&file).await {
                Ok(table) => self.table.try_set(Some((file.name(), table))),
                Err(error) => self.looked.try_set(Some(Err(error.to_string()))).map(|_| None),
            };
        });
    }

    /// Takes the table that this browser published as the data set of the seat's grant.
    fn find(self, tools: Tools) {
        let dataset = self.here.known.learning.with_untracked(|known| {
            let known = known.as_ref()?;
            let grant = known.book.task(self.here.id)?.seats.get(usize::from(self.seat))?.grant;
            known.book.registry.grant(grant).map(|(grant, dataset)| (grant.dataset, dataset.terms.data_root))
        });
        let (Some((number, root)), Some(account)) = (dataset, tools.wallet.account.get_untracked()) else { return };
        spawn_local(async move {
            let deployment = tools.deployment();
            let Some(contract) = deployment.contract(directory::DATASETS) else { return };
            let owner = Owner { chain_id: deployment.chain_id, contract, account };
            let Ok(vault) = Vault::open().await else { return };
            if let Ok(Some(table)) = tables::with_root(&vault, owner, root).await
                && self.table.try_with_untracked(Option::is_none) == Some(true)
            {
                self.table.try_set(Some((format!("data set {number}, as you published it"), table.csv)));
            }
        });
    }

    /// The first of what is still to be done before the seat can be confirmed.
    fn lacks(self) -> Option<&'static str> {
        let is_fit = matches!(self.looked.get(), Some(Ok(looked)) if looked.findings.is_empty());
        if self.has_data() && !is_fit {
            return Some("Choose a table that fits the task first.");
        }
        if self.lacks_helper() {
            return Some("Tick a helper first.");
        }
        (!self.read.get()).then_some("Tick first that you have read what others learn.")
    }

    /// Helpers that the requester names.
    fn candidates(self) -> usize {
        self.here.known.learning.with(|known| {
            let task = known.as_ref().and_then(|known| known.book.task(self.here.id));
            task.and_then(|task| task.helper.as_ref()).map_or(0, |helper| helper.candidates.len())
        })
    }

    /// Candidates that are ticked, and no bit of one that there is not.
    fn chosen(self) -> u16 {
        let all = u16::MAX.checked_shr(16_u32.saturating_sub(self.candidates() as u32)).unwrap_or_default();
        self.accepted.get() & all
    }

    /// Whether an owner has helpers to choose among, and has ticked none yet.
    fn lacks_helper(self) -> bool {
        self.has_data() && self.candidates() > 0 && self.chosen() == 0
    }

    fn has_data(self) -> bool {
        let seat = usize::from(self.seat);
        self.here.known.learning.with(|known| {
            let task = known.as_ref().and_then(|known| known.book.task(self.here.id));
            task.and_then(|task| task.seats.get(seat)).is_some_and(|seat| seat.grant != 0)
        })
    }
}

#[component]
pub fn ConfirmSeat(here: Here, seat: u8) -> impl IntoView {
    let tools = Tools::from_context();
    let form = Form {
        here,
        seat,
        file: RwSignal::new_local(None),
        table: RwSignal::new(None),
        looked: RwSignal::new(None),
        // Whom the requester names is trusted by nobody before an owner says so.
        accepted: RwSignal::new(0),
        read: RwSignal::new(false),
    };
    let run = Run::new();
    form.find(tools);
    Effect::new(move || form.read());
    Effect::new(move || form.look());
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        run.start(async move {
            let table = form.table.get_untracked();
            let accepted = untrack(|| if form.has_data() { form.chosen() } else { 0 });
            confirm(tools, &learning, here.id, Chosen { seat, table, accepted }, run.says()).await
        });
    });
    let bond = here.look(|task| task.draft.bond);
    let blocked = Signal::derive(move || form.lacks().is_some() || here.spec.with(|spec| !matches!(spec, Some(Ok(_)))));
    let has_helpers = Memo::new(move |_| form.has_data() && form.candidates() > 0);
    view! {
        <div class="stack" id="confirm-seat">
            <h3>{format!("Confirm seat {}", seat + 1)}</h3>
            {move || form.has_data().then(|| view! { <Table form=form /> })}
            {move || has_helpers.get().then(|| view! { <Helpers form=form /> })}
            <Leaks form=form />
            <p class="small soft">
                {move || {
                    format!(
                        "Locks a bond of {}. It comes back a day after the end, or at once where the task does not run. Whoever falls silent in a run, or does not post a key that is demanded, loses it.",
                        bond.get().map(format::cost).unwrap_or_default(),
                    )
                }}
            </p>
            <div class="row">
                <BusyButton label="Confirm my seat" id="confirm" class="primary" busy=run.busy disabled=blocked on_press=press />
                <span class="small soft">{move || form.lacks()}</span>
            </div>
            <RunState run=run />
            <Reject here=here seat=seat />
        </div>
    }
}

#[component]
fn Table(form: Form) -> impl IntoView {
    view! {
        <FileDrop
            id="seat-table"
            label="The table of your data set"
            hint="The same CSV as published. It stays in this browser; a salted hash of it goes on chain."
            accept=".csv,.tsv,.txt,text/csv"
            file=form.file
        />
        <ReadsAs file=form.file label=false />
        {move || match form.looked.get() {
            None if form.table.with(Option::is_some) => Some(view! { <p role="status">"Looking at every row…"</p> }.into_any()),
            None => None,
            Some(Err(why)) => Some(view! { <Notice tone="bad">{why}</Notice> }.into_any()),
            Some(Ok(looked)) if looked.findings.is_empty() => {
                let name = form.table.with(|table| table.as_ref().map(|(name, _)| name.clone())).unwrap_or_default();
                let text = format!("{} fit this task. ({name})", format::plural(looked.rows as u64, "row"));
                Some(view! { <Notice tone="good">{text}</Notice> }.into_any())
            }
            Some(Ok(looked)) => {
                Some(
                    view! {
                        <Notice tone="bad">
                            <p>"The table is not fit for this task:"</p>
                            <ul class="bullets">{looked.findings.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
                        </Notice>
                    }
                        .into_any(),
                )
            }
        }}
    }
}

/// Which helpers are accepted.
#[component]
fn Helpers(form: Form) -> impl IntoView {
    let candidates =
        form.here.look(|task| task.helper.as_ref().map(|helper| helper.candidates.clone()).unwrap_or_default());
    view! {
        <fieldset id="accepted-helpers" class="group stack tight">
            <legend class="strong">"Helpers that you accept"</legend>
            <p class="small soft">
                "A helper deals random numbers and sees no data. It must not work together with the other owner: tick only those that you know to be independent. One of those that all owners accept is drawn."
            </p>
            {move || {
                candidates
                    .get()
                    .unwrap_or_default()
                    .into_iter()
                    .enumerate()
                    .map(|(place, candidate)| {
                        let bit = 1_u16 << place;
                        view! {
                            <label class="check">
                                <input
                                    id=format!("accept-{}", candidate.helper)
                                    type="checkbox"
                                    prop:checked=move || form.accepted.get() & bit != 0
                                    on:change=move |_| form.accepted.update(|all| *all ^= bit)
                                />
                                <span>
                                    <Account address=candidate.helper />
                                    {format!(" · {} a megabyte", format::cost(candidate.per_megabyte))}
                                </span>
                            </label>
                        }
                    })
                    .collect_view()
            }}
            <Show when=move || form.lacks_helper()>
                <p class="small" role="status">
                    "Tick at least one helper. If you trust none of them, say no to the task, and name helpers that you would accept."
                </p>
            </Show>
        </fieldset>
    }
}

/// What leaks by design; it has to be read.
#[component]
fn Leaks(form: Form) -> impl IntoView {
    let lines = move || form.here.with_spec(words::leaks).unwrap_or_default();
    view! {
        <div class="stack tight">
            <h3>"What others learn by design"</h3>
            <ul class="stack tight bullets">
                {move || lines().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <details>
                <summary>"And what holds for every task"</summary>
                <ul class="stack tight bullets">{words::ALWAYS.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </details>
            <label class="check">
                <input id="read-leaks" type="checkbox" prop:checked=move || form.read.get() on:change=move |_| form.read.update(|read| *read = !*read) />
                <span>"I have read what others learn, and my organisation agrees."</span>
            </label>
        </div>
    }
}

/// Saying again which helpers are accepted, where no helper is accepted by all owners.
#[component]
pub fn AcceptAgain(here: Here, seat: u8) -> impl IntoView {
    let tools = Tools::from_context();
    let form = Form {
        here,
        seat,
        file: RwSignal::new_local(None),
        table: RwSignal::new(None),
        looked: RwSignal::new(None),
        accepted: RwSignal::new(0),
        read: RwSignal::new(false),
    };
    let run = Run::new();
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        let what = Plain::Accept { seat, accepted: untrack(|| form.chosen()) };
        run.start(async move { plain(tools, &learning, here.id, what).await });
    });
    let blocked = Signal::derive(move || form.lacks_helper());
    let needed = here
        .look(|task| task.state == State::Ready && task.helper.as_ref().is_some_and(|helper| helper.owners.is_none()));
    view! {
        <Show when=move || needed.get() == Some(true)>
            <Helpers form=form />
            <div class="row">
                <BusyButton label="Accept these helpers" id="accept-helpers" class="primary" busy=run.busy disabled=blocked on_press=press />
            </div>
            <RunState run=run />
        </Show>
    }
}
