//! Step 1: which files, and which column is the label.

mod preview;

use dataset::{Peek, task::SurveyOptions};
use leptos::{prelude::*, task::spawn_local};

use super::{StepButtons, Wizard};
use app_core::workers::prepare::Prepare;
use app_ui::{
    controls::{choices::OneOfSeveral, file_drop::FileDrop},
    messages::notice::Problem,
};
use preview::Preview;

#[component]
pub fn DataStep(wizard: Wizard) -> impl IntoView {
    let two = RwSignal::new(wizard.labels.with_untracked(Option::is_some));
    let peeks = RwSignal::new(None::<(Peek, Option<Peek>)>);
    let error = RwSignal::new(None::<String>);

    // Files or reading options changed: look again at the beginning of the files.
    Effect::new(move |first: Option<()>| {
        wizard.features.track();
        wizard.labels.track();
        let options = wizard.reading.get();
        if first.is_some() {
            wizard.files_changed();
        }
        peeks.set(None);
        error.set(None);
        let asked = wizard.asks();
        let Some(source) = wizard.source() else { return };
        if two.get() && source.labels.is_none() {
            return;
        }
        spawn_local(async move {
            let looked = Prepare::default().peek(&source, options).await;
            if wizard.waits_for(asked) {
                peeks.try_set(looked.as_ref().ok().cloned());
                error.try_set(looked.err().map(|e| e.to_string()));
            }
        });
    });

    let missing = move || {
        let is_chosen = wizard.features.with(Option::is_some);
        let lacks_labels = two.get() && wizard.labels.with(Option::is_none);
        match () {
            () if !is_chosen => "Choose a file first.",
            () if lacks_labels => "Choose the file with the labels too.",
            // The notice above says what is wrong.
            () if error.with(Option::is_some) => "",
            () => "Reading the beginning of the file…",
        }
    };
    view! {
        <div class="stack">
            <OneOrTwo wizard=wizard two=two />
            <div class="split">
                {move || {
                    let label = if two.get() { "Features" } else { "Data set" };
                    view! {
                        <FileDrop
                            id="data-file"
                            label=label
                            hint="CSV or TSV, UTF-8; drop it here or choose it. It stays in this browser."
                            accept=".csv,.tsv,.txt,text/csv"
                            file=wizard.features
                        />
                    }
                }}
                <Show when=move || two.get()>
                    <FileDrop id="labels-file" label="Labels" hint="One label a row, as many rows as the features" accept=".csv,.tsv,.txt,text/csv" file=wizard.labels />
                </Show>
            </div>
            <Problem error=error />
            {move || peeks.get().map(|(table, labels)| view! { <Preview wizard=wizard table=table labels=labels /> })}
            <StepButtons
                next="Check the data"
                ready=Signal::derive(move || peeks.with(Option::is_some))
                missing=Signal::derive(missing)
                to=super::CHECK
            />
        </div>
    }
}

/// Whether features and labels are in one file or in two.
#[component]
fn OneOrTwo(wizard: Wizard, two: RwSignal<bool>) -> impl IntoView {
    let ways = [("one-file", "One CSV with a label column"), ("two-files", "Features and labels in two files")];
    let ways = ways.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
    let choose = move |both: bool| {
        if two.get_untracked() == both {
            return;
        }
        two.set(both);
        if !both {
            wizard.labels.set(None);
        }
        wizard.reading.set(SurveyOptions::default());
    };
    view! {
        <OneOfSeveral
            label="Files"
            choices=ways
            chosen=Signal::derive(move || Some(usize::from(two.get())))
            on_choose=Callback::new(move |at| choose(at == 1))
            careful=true
        />
    }
}
