use dataset::{Mending, Note, SurveyReport, Warning};
use leptos::prelude::*;

use app_ui::{
    controls::table_notes::{MergeLabels, TableNotes},
    format,
    messages::notice::Notice,
    tables::{balance::Balance, columns::Columns},
};

/// What the survey of the files found.
#[component]
pub fn Checked(report: SurveyReport, mending: Mending, on_mend: Callback<Mending>) -> impl IntoView {
    let SurveyReport { rows, features, bytes, label, classes, warnings, notes, profile, .. } = report;
    let mergeable = warnings.iter().any(|warning| matches!(warning, Warning::SimilarLabels { .. }))
        || notes.iter().any(|note| matches!(note, Note::MergedLabels { .. }));
    let short = notes.iter().any(|note| matches!(note, Note::ShortRows { .. }));
    let well = if short { "no row too long, no empty label" } else { "no ragged row, no empty label" };
    view! {
        <section class="panel">
            <header>
                <h2>"Checked"</h2>
                <span class="small soft">
                    {format!("{}, {}, {}", format::plural(rows, "row"), format::plural(features.len() as u64, "feature"), format::bytes(bytes))}
                </span>
            </header>
            <div class="body stack">
                <Notice tone="good">{format!("The file is well formed: {well}, no duplicate column.")}</Notice>
                <TableNotes notes=notes />
                {warnings.into_iter().map(|w| view! { <Notice tone="warn">{w.to_string()}</Notice> }).collect_view()}
                {mergeable.then(|| view! { <MergeLabels mending=mending on_change=on_mend /> })}
                <Balance label=label classes=classes />
            </div>
        </section>
        <section class="panel" aria-labelledby="columns">
            <header>
                <h2 id="columns">"Columns"</h2>
            </header>
            <div class="body stack"><Columns profile=profile /></div>
        </section>
    }
}
