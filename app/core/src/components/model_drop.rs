use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use crate::{
    answers::Answers,
    workers::prepare::{ModelFile, Prepare},
};
use app_ui::{
    controls::file_drop::FileDrop,
    format,
    messages::notice::{Notice, Problem},
};

/// What is told of the chosen file.
#[derive(Clone, PartialEq)]
enum Told {
    Nothing,
    Looking,
    /// Files that were not chosen, with the bytes that each has at least.
    Missing(Vec<(String, u64)>),
    /// What the model calls the file beside it, where that has another name.
    Joined(Option<String>),
}

/// Choosing a model. One that keeps its numbers in other files is joined with them into one, since a model is one file by its
/// CID.
#[component]
pub fn ModelDrop(
    /// Of its input; stands once on a page.
    id: &'static str,
    /// Of the input for the files beside it; stands once on a page.
    beside_id: &'static str,
    label: &'static str,
    hint: &'static str,
    #[prop(optional)] accept: &'static str,
    /// The model as one file, once it is one.
    file: RwSignal<Option<File>, LocalStorage>,
) -> impl IntoView {
    let picked = RwSignal::new_local(file.get_untracked());
    let (others, beside, more) =
        (RwSignal::new_local(Vec::new()), RwSignal::new_local(None::<File>), RwSignal::new_local(Vec::new()));
    let told = RwSignal::new(Told::Nothing);
    let error = RwSignal::new(None::<String>);
    // Whether files beside it were asked for.
    let asked = RwSignal::new(false);
    let (before, answers) = (StoredValue::new_local(None::<File>), Answers::new());
    // One that comes another way than by this input, for instance out of training, is whole.
    Effect::new(move || {
        let Some(given) = file.get() else { return };
        if picked.with_untracked(|picked| picked.as_ref() != Some(&given)) {
            answers.ask();
            told.set(Told::Nothing);
            error.set(None);
            asked.set(false);
            picked.set(Some(given));
        }
    });
    Effect::new(move || {
        let Some(chosen) = picked.get() else { return };
        let files: Vec<File> = [others.get(), beside.get().into_iter().collect(), more.get()].concat();
        if file.with_untracked(|file| file.as_ref() == Some(&chosen)) {
            return;
        }
        if before.with_value(|before| before.as_ref() != Some(&chosen)) {
            before.set_value(Some(chosen.clone()));
            asked.set(false);
            // What was chosen beside another model belongs to that; this comes here again.
            if beside.with_untracked(Option::is_some) {
                more.set(Vec::new());
                beside.set(None);
                return;
            }
        }
        let question = answers.ask();
        file.set(None);
        told.set(Told::Looking);
        error.set(None);
        spawn_local(async move {
            let found = Prepare::default().whole_model(&chosen, &files).await;
            if !answers.is_last(question) {
                return;
            }
            told.set(match found {
                Ok(ModelFile::Whole) => {
                    file.set(Some(chosen));
                    Told::Nothing
                }
                Ok(ModelFile::Joined { file: joined, renamed }) => {
                    picked.set(Some(joined.clone()));
                    file.set(Some(joined));
                    Told::Joined(renamed)
                }
                Ok(ModelFile::Missing(files)) => {
                    asked.set(true);
                    Told::Missing(files)
                }
                Err(why) => {
                    error.set(Some(why.to_string()));
                    Told::Nothing
                }
            });
        });
    });
    view! {
        <div class="stack tight">
            <FileDrop id=id label=label hint=hint accept=accept file=picked others=others leading=".onnx" />
            {move || telling(told.get())}
            <Problem error=error />
            <Show when=move || asked.get() && file.with(Option::is_none)>
                <FileDrop id=beside_id label="File with the numbers" hint="Saved beside the model, by the same program" file=beside others=more />
            </Show>
        </div>
    }
}

fn telling(told: Told) -> AnyView {
    match told {
        Told::Nothing => ().into_any(),
        Told::Looking => view! { <p class="small soft" role="status">"Looking at the file…"</p> }.into_any(),
        Told::Missing(files) => {
            let named = |(name, bytes): &(String, u64)| format!("“{name}” (at least {})", format::bytes(*bytes));
            let list = files.iter().take(8).map(named).collect::<Vec<_>>().join(", ");
            let text = match files.len() {
                1 => format!(
                    "This model keeps its numbers in a second file: {list}. Choose that too, and both become one file."
                ),
                count => format!(
                    "This model keeps its numbers in {count} more files: {list}{}. Choose them too, all at once, and they become one file.",
                    if count > 8 { " and others" } else { "" }
                ),
            };
            view! { <Notice tone="turn">{text}</Notice> }.into_any()
        }
        Told::Joined(None) => {
            view! { <Notice tone="good">"The model and its numbers are one file now."</Notice> }.into_any()
        }
        Told::Joined(Some(name)) => {
            let text = format!(
                "The model and its numbers are one file now. The model calls the file of the numbers “{name}”: make sure that you chose the one that belongs to it, since another would make its answers wrong."
            );
            view! { <Notice tone="warn">{text}</Notice> }.into_any()
        }
    }
}
