use leptos::{prelude::*, task::spawn_local};
use shared_model::ModelFile;
use web_sys::File;

use super::{super::Draft, summary::Summary};
use app_core::action::read_file;
use app_ui::{controls::file_drop::FileDrop, messages::notice::Problem};

/// A model that was exported before.
#[component]
pub fn FromFile(draft: Draft) -> impl IntoView {
    let chosen = RwSignal::new_local(None::<File>);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            draft.file.try_set(None);
            let read = match read_file(&file).await {
                Ok(bytes) => ModelFile::read(&bytes).map_err(|e| e.to_string()),
                Err(e) => Err(e.to_string()),
            };
            match read {
                Ok(file) => {
                    problem.try_set(None);
                    draft.name.try_set(file.name.clone());
                    draft.description.try_set(file.description.clone());
                    draft.file.try_set(Some(file));
                }
                Err(why) => {
                    problem.try_set(Some(why));
                }
            }
        });
    });
    view! {
        <p class="soft">"A JSON file as this page exports it from a model or a simulation. It has no test set, so its accuracy cannot be followed."</p>
        <FileDrop id="start-file" label="Model file" hint="JSON in the format modelmarket/model/1" accept=".json,application/json" file=chosen />
        <Problem error=problem />
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
    }
}
