use dataset::{Note, task::SurveyOptions};
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use crate::workers::prepare::{Prepare, Source};
use app_ui::controls::table_notes::TableNotes;

/// How a chosen table is read, where nothing of it is asked. What keeps it from being read is told by whoever reads all of
/// it.
#[component]
pub fn ReadsAs(
    file: RwSignal<Option<File>, LocalStorage>,
    /// Whether the label is found, so that it is told which column it is.
    label: bool,
) -> impl IntoView {
    let notes = RwSignal::new(Vec::<Note>::new());
    Effect::new(move || {
        notes.set(Vec::new());
        let Some(chosen) = file.get() else { return };
        spawn_local(async move {
            let source = Source { features: chosen.clone(), labels: None };
            let Ok((peek, _)) = Prepare::default().peek(&source, SurveyOptions::default()).await else { return };
            if file.try_with_untracked(|file| file.as_ref() == Some(&chosen)) == Some(true) {
                let told = peek.notes.into_iter().filter(|note| label || !matches!(note, Note::Label { .. }));
                notes.try_set(told.collect());
            }
        });
    });
    move || view! { <TableNotes notes=notes.get() /> }
}
