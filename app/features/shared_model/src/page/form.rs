//! What a model is given, as a person sees it: the form that fits its encoder, originals, and samples read back.

mod example;

use leptos::prelude::*;
use shared_model::{
    ModelFile, ModelMetadata, Sample,
    encoder::{EncoderSpec, Original, OriginalKind},
    lanes::WORD_BYTES,
};

use super::ModelContext;
use app_core::chain::ModelHistory;
use app_ui::{
    controls::pasted_row::PastedRow,
    format,
    messages::{empty::Ghost, notice::Notice},
    pictures::pad::{Pad, Picture},
    tables::name::Name,
};
use example::Example;

/// Words or columns that a row shows.
const SAID: usize = 24;

/// The sample of an original, or a sentence that says what to change.
pub fn encode(context: ModelContext, original: &Original) -> Result<Sample, String> {
    context.metadata.with_untracked(|metadata| {
        let spec = match metadata {
            Some(Ok(metadata)) => &metadata.encoder,
            Some(Err(why)) => return Err(why.clone()),
            None => return Err("The model's description is still loading.".into()),
        };
        spec.build().map_err(|e| e.to_string())?.encode(original).map_err(|e| e.to_string())
    })
}

/// The form that fits the model's encoder. `original` is `None` while nothing is filled in. Rows of the test set are offered
/// `with_examples`: to ask about, since what is tested on is not to be taught.
#[component]
pub fn OriginalForm(
    context: ModelContext,
    original: RwSignal<Option<Original>>,
    #[prop(optional)] with_examples: bool,
) -> impl IntoView {
    let kind = Memo::new(move |_| {
        context.metadata.with(|m| match m {
            None => None,
            Some(Err(_)) => Some(None),
            Some(Ok(metadata)) => Some(metadata.encoder.build().ok().map(|encoder| encoder.original())),
        })
    });
    move || {
        match kind.get() {
        None => view! { <Ghost lines=2 /> }.into_any(),
        Some(None) => view! {
            <Notice tone="warn">"The model's description cannot be read, so the page does not know what the model takes."</Notice>
        }
        .into_any(),
        Some(Some(OriginalKind::Text)) => view! { <TextForm original=original /> }.into_any(),
        Some(Some(OriginalKind::Image { side, brightest })) => {
            view! { <ImageForm side=side brightest=brightest original=original /> }.into_any()
        }
        Some(Some(OriginalKind::Numbers { columns })) => {
            let examples = with_examples.then_some(context);
            view! { <NumbersForm columns=columns original=original examples=examples /> }.into_any()
        }
    }
    }
}

#[component]
fn TextForm(original: RwSignal<Option<Original>>) -> impl IntoView {
    let text = move || match original.get() {
        Some(Original::Text { text }) => text,
        _ => String::new(),
    };
    view! {
        <div class="field">
            <label for="original-text">"Text"</label>
            <textarea
                id="original-text"
                prop:value=text
                on:input=move |event| {
                    let text = event_target_value(&event);
                    original.set((!text.trim().is_empty()).then_some(Original::Text { text }));
                }
            ></textarea>
        </div>
    }
}

#[component]
fn ImageForm(side: u16, brightest: u8, original: RwSignal<Option<Original>>) -> impl IntoView {
    let pixels = RwSignal::new(None::<Vec<u8>>);
    Effect::new(move || {
        let drawn = pixels.get().map(|pixels| Original::Image { pixels });
        if original.with_untracked(|o| *o != drawn) {
            original.set(drawn);
        }
    });
    view! { <Pad side=side brightest=brightest pixels=pixels /> }
}

#[component]
fn NumbersForm(
    columns: Vec<String>,
    original: RwSignal<Option<Original>>,
    #[prop(optional_no_strip)] examples: Option<ModelContext>,
) -> impl IntoView {
    let count = columns.len();
    let values = RwSignal::new(vec![String::new(); count]);
    let publish = move || {
        let filled = values.with(|v| v.iter().any(|cell| !cell.trim().is_empty()));
        original.set(filled.then(|| Original::Numbers { values: values.get_untracked() }));
    };
    let paste = move |row| {
        values.try_set(row);
        publish();
    };
    view! {
        <div class="stack">
            <PastedRow id="original-row" count=count what="number" on_row=paste />
            {examples.map(|context| view! { <Example context=context on_row=Callback::new(paste) /> })}
            <div class="numbers">
                {columns
                    .into_iter()
                    .enumerate()
                    .map(|(i, name)| {
                        view! {
                            <label class="field">
                                <span class="small soft"><Name text=name /></span>
                                <input
                                    type="text"
                                    inputmode="decimal"
                                    prop:value=move || values.with(|v| v[i].clone())
                                    on:input=move |event| {
                                        values.update(|v| v[i] = event_target_value(&event));
                                        publish();
                                    }
                                />
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}

/// An original as its contributor saw it.
#[component]
pub fn OriginalView(original: Original) -> impl IntoView {
    match original {
        Original::Text { text } => view! { <span class="original">{format!("“{text}”")}</span> }.into_any(),
        Original::Image { pixels } => {
            let side = pixels.len().isqrt() as u16;
            let most = f64::from(pixels.iter().copied().max().unwrap_or(1).max(1));
            let values = pixels.into_iter().map(|p| f64::from(p) / most).collect();
            view! { <Picture side=side values=values /> }.into_any()
        }
        Original::Numbers { values } => {
            let more = values.len().saturating_sub(SAID);
            let mut text = values.into_iter().take(SAID).collect::<Vec<_>>().join(", ");
            if more > 0 {
                text += &format!(" and {more} more");
            }
            view! { <span class="original number">{text}</span> }.into_any()
        }
    }
}

/// What a sample itself shows: the words of a vocabulary, a picture, or how many features there are.
#[component]
pub fn SampleView(encoder: Option<EncoderSpec>, sample: Sample) -> impl IntoView {
    let encoder = encoder.and_then(|spec| spec.build().ok());
    let kind = encoder.as_ref().map(|e| e.original());
    match (sample, kind) {
        (Sample::Dense(values), Some(OriginalKind::Image { side, .. })) if values.len() == usize::from(side).pow(2) => {
            let most = f64::from(values.iter().copied().max().unwrap_or(1).max(1));
            let values = values.into_iter().map(|v| f64::from(v) / most).collect();
            view! { <Picture side=side values=values /> }.into_any()
        }
        (Sample::Sparse(features), Some(OriginalKind::Image { side, .. })) => {
            let mut values = vec![0.0; usize::from(side).pow(2)];
            for feature in features {
                if let Some(value) = values.get_mut(feature as usize) {
                    *value = 1.0;
                }
            }
            view! { <Picture side=side values=values /> }.into_any()
        }
        (Sample::Sparse(features), _) => {
            let name = |f: &u32| encoder.as_ref().and_then(|e| e.feature_name(*f));
            let names: Vec<String> = features.iter().filter_map(name).take(SAID).collect();
            let text = if names.is_empty() {
                format::plural(features.len() as u64, "feature")
            } else {
                let more = features.len().saturating_sub(names.len());
                let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("{}{rest}", names.join(" · "))
            };
            view! { <span class="original" title="Read back from the chain">{text}</span> }.into_any()
        }
        (Sample::Dense(values), _) => {
            view! { <span class="soft">{format!("{} numbers", values.len())}</span> }.into_any()
        }
    }
}

/// The model as it is now, in the form in which models travel.
pub fn export(history: &ModelHistory, metadata: ModelMetadata, classes: Vec<String>) -> ModelFile {
    let classifier = history.classifier();
    let mut shape = history.model.shape.clone();
    shape.classes = classifier.classes();
    shape.headers = classifier.headers();
    let mut words = classifier.words();
    words.truncate(shape.needed() * WORD_BYTES);
    let ModelMetadata { name, description, encoder, .. } = metadata;
    ModelFile { name, description, classes, encoder, shape, words }
}
