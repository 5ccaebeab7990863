use leptos::{prelude::*, task::spawn_local};
use shared_model::{
    SpecError,
    encoder::{MAX_VOCABULARY_BYTES, parse_vocabulary},
};
use web_sys::File;

use super::form::CsvForm;
use app_core::action::read_file;
use app_ui::controls::{field::Field, file_drop::FileDrop};

/// Which words a text model knows.
#[component]
pub(super) fn VocabularyForm(form: CsvForm) -> impl IntoView {
    let file = RwSignal::new_local(None::<File>);
    Effect::new(move || {
        let Some(file) = file.get() else { return };
        spawn_local(async move {
            let read = read_words(&file).await;
            form.problem.try_set(read.as_ref().err().cloned());
            form.words_listed.try_set(read.ok());
        });
    });
    view! {
        <div class="fields">
            <label class="field">
                <span class="label">"Words it knows"</span>
                <select on:change=move |event| {
                    form.words_from.set(event_target_value(&event));
                    form.forget();
                }>
                    <option value="frequent">"The most frequent ones"</option>
                    <option value="hashed">"All, hashed"</option>
                    <option value="listed">"A list of mine"</option>
                </select>
            </label>
            <Show
                when=move || form.words_from.with(|from| from != "listed")
                fallback=move || view! { <FileDrop id="words-file" label="List of words" hint="Text, one word a line" accept=".txt,text/plain" file=file /> }
            >
                <Field id="field-features" label="Number of features" value=form.words_count hint="More cost more to load: about 2,200 gas each" />
            </Show>
        </div>
    }
}

async fn read_words(file: &File) -> Result<Vec<String>, String> {
    let size = file.size() as u64;
    // Refused before it is read: a list of ten million words would fill the memory first.
    if size > MAX_VOCABULARY_BYTES {
        return Err(SpecError::VocabularyTooLarge { bytes: size }.to_string());
    }
    let bytes = read_file(file).await.map_err(|e| e.to_string())?;
    parse_vocabulary(&bytes).map_err(|e| e.to_string())
}
