use leptos::{prelude::*, task::spawn_local};
use shared_model::{Model, ModelMetadata, Original, Sample};

use super::super::{
    ModelContext,
    form::{OriginalView, SampleView},
};
use app_core::{content, settings::Settings};
use app_ui::icon::Icon;

/// Largest original that is fetched, bytes.
const MAX_ORIGINAL: u64 = 256 * 1024;

/// The original, once its encoding was compared with what is on chain; else what the chain itself can show.
#[component]
pub fn WhatItWas(context: ModelContext, sample: Vec<u8>, original: Option<String>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let sample = StoredValue::new(sample);
    // `None` until fetched.
    let checked = RwSignal::new(None::<Result<Original, String>>);
    let wanted = original.clone();
    Effect::new(move || {
        let (Some(cid), true) = (wanted.clone(), context.texts()) else { return };
        let Some(Ok(metadata)) = context.metadata.get() else { return };
        spawn_local(async move {
            let read = match content::fetch(settings, &cid, MAX_ORIGINAL).await {
                // The page may have been left meanwhile.
                Ok(bytes) => match sample.try_with_value(|sample| compared(&bytes, sample, &metadata)) {
                    Some(read) => read,
                    None => return,
                },
                Err(e) => Err(e.to_string()),
            };
            checked.try_set(Some(read));
        });
    });
    let has_original = original.is_some();
    move || {
        if !context.texts() {
            return view! { <p class="soft">"Hidden by your safety switch."</p> }.into_any();
        }
        match checked.get() {
            Some(Ok(original)) => view! {
                <div class="row tight original">
                    <OriginalView original=original />
                    <span class="small soft row tight" title="The published original encodes to exactly what is on chain.">
                        <Icon name="check" />
                        "matches the chain"
                    </span>
                </div>
            }
            .into_any(),
            Some(Err(why)) => view! {
                <p class="row tight small">
                    <Icon name="warn" />
                    {why}
                </p>
                <FromChain context=context sample=sample />
            }
            .into_any(),
            None if has_original => view! { <span class="ghost"></span> }.into_any(),
            None => view! { <FromChain context=context sample=sample /> }.into_any(),
        }
    }
}

/// What the sample itself shows: words of a vocabulary, a picture, numbers.
#[component]
fn FromChain(context: ModelContext, sample: StoredValue<Vec<u8>>) -> impl IntoView {
    move || {
        let read = |model: &Model| sample.with_value(|sample| Sample::parse(&model.shape, sample).ok());
        let parsed = context.with_model_now(read).flatten();
        let encoder = context.metadata.with(|m| m.as_ref().and_then(|m| m.as_ref().ok()).map(|m| m.encoder.clone()));
        parsed.map(|sample| view! { <SampleView encoder=encoder sample=sample /> })
    }
}

/// The original in these bytes, if it encodes to this sample; an error is a sentence.
fn compared(bytes: &[u8], sample: &[u8], metadata: &ModelMetadata) -> Result<Original, String> {
    let original = Original::parse(bytes).map_err(|e| e.to_string())?;
    let encoded = metadata.encoder.build().map(|encoder| encoder.encode(&original));
    match encoded {
        Ok(Ok(encoded)) if encoded.to_bytes() == sample => Ok(original),
        _ => Err("The published original does not encode to what is on chain, so it is not shown.".into()),
    }
}
