use leptos::prelude::*;
use shared_model::ModelFile;

use crate::names;
use app_ui::format;

/// What will be loaded.
#[component]
pub fn Summary(file: ModelFile) -> impl IntoView {
    let transactions = file.chunks(0).len() as u64 + 1;
    let takes = file.encoder.build().map(|e| e.describe()).unwrap_or_default();
    view! {
        <dl class="pairs">
            <dt>"Classifier"</dt>
            <dd>{names::classifier(file.shape.kind)}</dd>
            <dt>"Classes"</dt>
            <dd>{file.classes.join(", ")}</dd>
            <dt>"Takes"</dt>
            <dd>{takes}</dd>
            <dt>"On chain"</dt>
            <dd>
                {format!(
                    "{}, {}, {}",
                    format::plural(u64::from(file.shape.features) * file.shape.start_vectors() as u64, "weight"),
                    format::plural(file.shape.needed() as u64, "storage slot"),
                    format::plural(transactions, "transaction"),
                )}
            </dd>
        </dl>
    }
}
