use dataset::Warning;
use leptos::prelude::*;
use shared_model::{
    ClassifierKind,
    learn::{
        from_table::{self, Content},
        task::TableReport,
    },
};
use web_sys::File;

use super::{
    super::Draft,
    form::CsvForm,
    summary::Summary,
    training::{TrainButton, Trained},
    vocabulary::VocabularyForm,
};
use crate::names;
use app_ui::{
    controls::{
        field::Field,
        file_drop::FileDrop,
        table_notes::{MergeLabels, TableNotes},
    },
    format,
    messages::notice::{Notice, Problem},
    tables::contents::Contents,
};

/// Training a start on the rows of a CSV file.
#[component]
pub fn FromCsv(draft: Draft) -> impl IntoView {
    let form = CsvForm::new(draft);
    let chosen = RwSignal::new_local(None::<File>);
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        form.forget();
        form.open(file);
    });
    on_cleanup(move || form.end());
    let content = Memo::new(move |_| form.content());
    view! {
        <FileDrop
            id="examples-file"
            label="Labelled examples"
            hint="CSV: numbers, texts or pixels, and a label column. It stays in this page."
            accept=".csv,.tsv,text/csv"
            file=chosen
        />
        <Problem error=form.problem />
        <Show when=move || form.table.with(Option::is_some)>
            <p class="small soft">{move || form.table.with(|t| t.as_ref().map(extent))}</p>
            {move || form.table.get().map(|table| view! { <Notes form=form table=table /> })}
            <div class="fields">
                <LabelColumn form=form />
                <Classifier form=form content=content />
                <Field id="field-capacity" label="Room for classes" value=form.capacity hint="Others can be proposed up to this number" />
            </div>
            <Show when=move || content.get() == Some(Content::Text)>
                <VocabularyForm form=form />
            </Show>
            <TrainButton form=form />
        </Show>
        {move || form.fit.get().map(|fit| view! { <Trained fit=fit draft=draft /> })}
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
        {move || form.table.get().map(|table| view! { <Contents profile=table.profile classes=table.counts /> })}
    }
}

#[component]
fn Notes(form: CsvForm, table: TableReport) -> impl IntoView {
    let mending = form.mending.get_untracked();
    let mend = Callback::new(move |mending| form.mend(mending));
    let similar = table.warnings.iter().any(|warning| matches!(warning, Warning::SimilarLabels { .. }));
    view! {
        <TableNotes notes=table.notes mending=mending on_change=mend />
        {table.warnings.into_iter().map(|w| view! { <Notice tone="warn">{w.to_string()}</Notice> }).collect_view()}
        {(similar || mending.labels).then(|| view! { <MergeLabels mending=mending on_change=mend /> })}
    }
}

#[component]
fn LabelColumn(form: CsvForm) -> impl IntoView {
    let options = move || {
        form.table.get().map(|table| {
            let label = table.label as usize;
            let columns = table.columns.into_iter().enumerate();
            columns.map(|(i, name)| view! { <option value=i selected=i == label>{name}</option> }).collect_view()
        })
    };
    view! {
        <label class="field">
            <span class="label">"Label column"</span>
            <select on:change=move |event| {
                form.label.set(event_target_value(&event).parse().ok());
                form.forget();
                form.read();
            }>{options}</select>
        </label>
    }
}

#[component]
fn Classifier(form: CsvForm, content: Memo<Option<Content>>) -> impl IntoView {
    let options = move || {
        content.get().map(|content| {
            from_table::kinds(content)
                .into_iter()
                .map(|k| view! { <option value=names::classifier(k)>{names::classifier(k)}</option> })
                .collect_view()
        })
    };
    view! {
        <label class="field">
            <span class="label">"Classifier"</span>
            <select on:change=move |event| {
                let name = event_target_value(&event);
                form.kind.set(ClassifierKind::ALL.into_iter().find(|k| names::classifier(*k) == name));
                form.forget();
            }>{options}</select>
        </label>
    }
}

/// Rows, columns and classes of a table, in words.
fn extent(table: &TableReport) -> String {
    format!(
        "{}; {}; {}: {}",
        format::plural(table.rows, "row"),
        format::columns(table.columns.len(), true),
        format::plural(table.classes.len() as u64, "class").replace("classs", "classes"),
        table.classes.iter().take(12).cloned().collect::<Vec<_>>().join(", "),
    )
}
