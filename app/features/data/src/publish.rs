//! `/data/new`: from a CSV to a published data set. The table is checked and committed to in a worker, and stays in this
//! browser; what leaves it is shown before anything is signed.

mod columns;
mod form;
mod leaves;

use app_core::{
    action::{ActionError, Tools},
    forms::{draft::FilledIn, leaving},
    learning::Known,
    routes,
    workers::prepare::{Prepare, Source},
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop, table_notes::TableNotes},
    messages::{
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
    tables::contents::Contents,
};
use dataset::{Note, OwnedOptions, OwnedReport, Peek, ReadOptions, SurveyOptions};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    actions::publish,
    own::{self, Beside},
    tabs::Head,
};
use columns::ColumnsPanel;
use form::{About, Form};
use leaves::Leaves;

/// What was found in the whole file, and the table as it is kept.
#[derive(Clone)]
pub struct Checked {
    report: OwnedReport,
    salt: [u8; 32],
    table: Vec<u8>,
}

#[component]
pub fn PublishPage() -> impl IntoView {
    let known = own::follow(Signal::stored(Beside::Nothing));
    let form = Form::new();
    leaving::asks_while(move || form.file.with_untracked(Option::is_some));
    let peek = RwSignal::new(None::<Peek>);
    let error = RwSignal::new(None::<String>);
    // Another file: look at its beginning, and forget what was known of the one before.
    Effect::new(move || {
        let Some(file) = form.file.get() else { return };
        let reading = ReadOptions { mending: form.mending.get(), ..ReadOptions::default() };
        form.checked.set(None);
        peek.set(None);
        error.set(None);
        spawn_local(async move {
            let source = Source { features: file, labels: None };
            match Prepare::default().peek(&source, SurveyOptions { table: reading, ..SurveyOptions::default() }).await {
                Ok((found, _)) => {
                    form.begin(&found);
                    peek.try_set(Some(found));
                }
                Err(failed) => {
                    error.try_set(Some(failed.to_string()));
                }
            }
        });
    });
    view! {
        <div class="page">
            <Head here=routes::NEW_DATA />
            <Problem error=known.error />
            <JoinFirst known=known />
            <FilledIn draft=form.kept />
            <FileDrop
                id="own-file"
                label="Your table"
                hint="CSV or TSV, UTF-8; drop it here or choose it. It stays in this browser."
                accept=".csv,.tsv,.txt,text/csv"
                file=form.file
            />
            <Problem error=error />
            {move || peek.get().map(|peek| view! {
                <Notes form=form notes=peek.notes.clone() />
                <ColumnsPanel form=form peek=peek />
                <About form=form />
                <CheckAndPublish form=form known=known />
            })}
        </div>
    }
}

/// How the table is read. Which column is the label is said by its owner here.
#[component]
fn Notes(form: Form, mut notes: Vec<Note>) -> impl IntoView {
    notes.retain(|note| !matches!(note, Note::Label { .. }));
    let mend = Callback::new(move |mending| form.mending.set(mending));
    view! { <TableNotes notes=notes mending=form.mending.get_untracked() on_change=mend /> }
}

/// Who is no organisation is told so before anything is chosen.
#[component]
fn JoinFirst(known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    move || {
        let account = tools.wallet.account.get();
        let learning = known.learning.get()?;
        let joined =
            account.and_then(|account| learning.book.registry.organisations.get(&account)).is_some_and(|o| o.joined);
        (account.is_some() && !joined).then(|| {
            view! {
                <Notice tone="turn">
                    "Only organisations publish data sets. " <a href=routes::MY_DATA>"Join the directory first"</a> "."
                </Notice>
            }
        })
    }
}

#[component]
fn CheckAndPublish(form: Form, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let (checking, run) = (Run::new(), Run::new());
    let check = Callback::new(move |()| checking.start(check(form)));
    let publish_it = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let navigate = navigate.clone();
        run.start(async move {
            let draft = form.draft().map_err(ActionError::feature)?;
            let id = publish::publish(tools, &learning, &draft, run.says()).await?;
            form.kept.sent();
            if run.is_watched() {
                navigate(&routes::dataset(id), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    let wrong = Signal::derive(move || form.checked.with(Option::is_some).then(|| form.draft().err()).flatten());
    view! {
        <RunState run=checking />
        <div class="row">
            <BusyButton label="Check the whole table" id="check-table" busy=checking.busy on_press=check />
        </div>
        <Show when=move || form.checked.with(Option::is_some)>
            <Held form=form />
            <Leaves form=form />
            <Problem error=wrong />
            <RunState run=run />
            <div class="row">
                <BusyButton
                    label="Publish"
                    class="primary"
                    id="publish-dataset"
                    busy=run.busy
                    disabled=Signal::derive(move || wrong.get().is_some() || tools.wallet.account.get().is_none() || known.learning.with(Option::is_none))
                    on_press=publish_it
                />
                {move || tools.wallet.account.get().is_none().then(|| view! { <span class="small soft">"Connect a wallet to publish."</span> })}
            </div>
        </Show>
    }
}

/// What the whole table holds. Its owner alone sees it.
#[component]
fn Held(form: Form) -> impl IntoView {
    let profile = move || form.checked.with(|checked| checked.as_ref().map(|checked| checked.report.profile.clone()));
    move || {
        profile().map(|profile| {
            view! {
                <section class="panel" aria-labelledby="held">
                    <header>
                        <h2 id="held">"What the table holds"</h2>
                        <span class="small soft">"Only you see this"</span>
                    </header>
                    <div class="body stack">
                        <Contents profile=profile classes=Vec::new() />
                    </div>
                </section>
            }
        })
    }
}

/// Checks every row, and commits to them, in the worker.
async fn check(form: Form) -> Result<(), ActionError> {
    let Some(file) = form.file.get_untracked() else { return Ok(()) };
    form.checked.try_set(None);
    form.size(&file).map_err(ActionError::feature)?;
    let salt = form::random()?;
    let options = OwnedOptions { table: form.reading(), key: form.key_place(), salt };
    let (report, table) = Prepare::default().owned(&file, options, |_| {}).await?;
    form.checked.try_set(Some(Checked { report, salt, table }));
    Ok(())
}
