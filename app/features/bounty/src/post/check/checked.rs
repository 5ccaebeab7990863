use dataset::{Mending, Note, SurveyReport, Warning};
use leptos::prelude::*;

use app_ui::{
    controls::table_notes::{MergeLabels, TableNotes},
    format,
    messages::notice::Notice,
};

/// Classes that are shown.
const SHOWN: usize = 20;

/// What the survey of the files found.
#[component]
pub fn Checked(report: SurveyReport, mending: Mending, on_mend: Callback<Mending>) -> impl IntoView {
    let SurveyReport { rows, features, bytes, label, classes, warnings, notes, .. } = report;
    let mergeable = warnings.iter().any(|warning| matches!(warning, Warning::SimilarLabels { .. }))
        || notes.iter().any(|note| matches!(note, Note::MergedLabels { .. }));
    let largest = classes.iter().map(|c| c.rows).max().unwrap_or(1);
    view! {
        <section class="panel">
            <header>
                <h2>"Checked"</h2>
                <span class="small soft">
                    {format!("{}, {}, {}", format::plural(rows, "row"), format::plural(features.len() as u64, "feature"), format::bytes(bytes))}
                </span>
            </header>
            <div class="body stack">
                <Notice tone="good">"The file is well formed: no ragged row, no empty label, no duplicate column."</Notice>
                <TableNotes notes=notes />
                {warnings.into_iter().map(|w| view! { <Notice tone="warn">{w.to_string()}</Notice> }).collect_view()}
                {mergeable.then(|| view! { <MergeLabels mending=mending on_change=on_mend /> })}
                <h3>{format!("Classes of “{label}”")}</h3>
                <div class="bars">
                    {classes
                        .into_iter()
                        .take(SHOWN)
                        .map(|class| {
                            view! {
                                <span class="breakable">{class.name}</span>
                                <meter min="0" max=largest.to_string() value=class.rows.to_string()></meter>
                                <span class="number">{format::count(class.rows)}</span>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </section>
    }
}
