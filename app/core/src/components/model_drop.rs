use leptos::{prelude::*, task::spawn_local};
use web_sys::File;
use work::WorkError;

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

/// A model that is being chosen.
#[derive(Clone, Copy)]
struct Choice {
    /// The model as one file, once it is one.
    whole: RwSignal<Option<File>, LocalStorage>,
    picked: RwSignal<Option<File>, LocalStorage>,
    /// What was chosen at once with it.
    others: RwSignal<Vec<File>, LocalStorage>,
    beside: RwSignal<Option<File>, LocalStorage>,
    more: RwSignal<Vec<File>, LocalStorage>,
    told: RwSignal<Told>,
    error: RwSignal<Option<String>>,
    /// Whether files beside it were asked for.
    asked: RwSignal<bool>,
    /// What was picked last.
    last: StoredValue<Option<File>, LocalStorage>,
    answers: Answers,
}

impl Choice {
    fn new(whole: RwSignal<Option<File>, LocalStorage>) -> Self {
        Self {
            whole,
            picked: RwSignal::new_local(whole.get_untracked()),
            others: RwSignal::new_local(Vec::new()),
            beside: RwSignal::new_local(None),
            more: RwSignal::new_local(Vec::new()),
            told: RwSignal::new(Told::Nothing),
            error: RwSignal::new(None),
            asked: RwSignal::new(false),
            last: StoredValue::new_local(None),
            answers: Answers::new(),
        }
    }

    /// Takes a model that comes another way than by this input, for instance out of training: it is whole.
    fn given(self) {
        let Some(given) = self.whole.get() else { return };
        if self.picked.with_untracked(|picked| picked.as_ref() != Some(&given)) {
            self.answers.ask();
            self.told.set(Told::Nothing);
            self.error.set(None);
            self.asked.set(false);
            self.picked.set(Some(given));
        }
    }

    /// Looks at what was picked, as soon as something was.
    fn look(self) {
        let Some(chosen) = self.picked.get() else { return };
        let files: Vec<File> = [self.others.get(), self.beside.get().into_iter().collect(), self.more.get()].concat();
        if self.whole.with_untracked(|whole| whole.as_ref() == Some(&chosen)) {
            return;
        }
        if self.last.with_value(|last| last.as_ref() != Some(&chosen)) {
            self.last.set_value(Some(chosen.clone()));
            self.asked.set(false);
            // What was chosen beside another model belongs to that; this comes here again.
            if self.beside.with_untracked(Option::is_some) {
                self.more.set(Vec::new());
                self.beside.set(None);
                return;
            }
        }
        let question = self.answers.ask();
        self.whole.set(None);
        self.told.set(Told::Looking);
        self.error.set(None);
        spawn_local(async move {
            let found = Prepare::default().whole_model(&chosen, &files).await;
            if self.answers.is_last(question) {
                self.found(chosen, found);
            }
        });
    }

    /// Takes a file that could not be looked at or joined: whoever reads it says what is wrong with it.
    fn takes_as_it_is(self) {
        self.error.set(None);
        self.whole.set(self.picked.get_untracked());
    }

    fn found(self, chosen: File, found: Result<ModelFile, WorkError>) {
        self.told.set(match found {
            Ok(ModelFile::Whole) => {
                self.whole.set(Some(chosen));
                Told::Nothing
            }
            Ok(ModelFile::Joined { file, renamed }) => {
                self.picked.set(Some(file.clone()));
                self.whole.set(Some(file));
                Told::Joined(renamed)
            }
            Ok(ModelFile::Missing(files)) => {
                self.asked.set(true);
                Told::Missing(files)
            }
            Err(why) => {
                self.error.set(Some(why.to_string()));
                Told::Nothing
            }
        });
    }
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
    let choice = Choice::new(file);
    Effect::new(move || choice.given());
    Effect::new(move || choice.look());
    let Choice { picked, others, beside, more, told, error, asked, .. } = choice;
    view! {
        <div class="stack tight">
            <FileDrop id=id label=label hint=hint accept=accept file=picked others=others leading=".onnx" />
            {move || telling(told.get())}
            <Problem error=error />
            <Show when=move || error.with(Option::is_some) && picked.with(Option::is_some)>
                <div>
                    <button class="button small" type="button" on:click=move |_| choice.takes_as_it_is()>
                        "Use this file as it is"
                    </button>
                </div>
            </Show>
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
