//! What a run is played on: the film reviews that come with the page, or a CSV of one's own.

use std::sync::Arc;

use dataset::Mending;
use gloo_net::http::Request;
use leptos::{prelude::*, task::spawn_local};
use shared_model::{
    EncoderSpec,
    learn::{
        from_table::{self, Content},
        task::TableReport,
    },
    table::{MAX_TABLE, TableError},
};
use simulation::gallery::Attack;
use web_sys::File;

use super::{
    form::{Encoding, Form},
    presets::preset,
};
use app_core::{action::read_file, workers::learn::Learn};
use app_ui::{
    controls::{file_drop::FileDrop, table_notes::TableNotes},
    format,
    messages::notice::Problem,
};

/// The committed table of texts with their label.
const REVIEWS: &str = "/datasets/shared/film_reviews.csv";
/// What it is called.
pub const REVIEWS_NAME: &str = "film reviews";
/// Its label column.
const REVIEWS_LABEL: u32 = 1;

/// Why the film reviews are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    #[error("The film reviews cannot be fetched from the server. Try again, or choose a CSV of your own.")]
    Unreachable,
    #[error("The server does not have the film reviews. Choose a CSV of your own.")]
    Missing,
}

/// A table of one's own.
#[derive(Clone)]
struct Own {
    file: File,
    bytes: Arc<Vec<u8>>,
    report: TableReport,
}

/// The table that is chosen.
#[derive(Clone, Copy)]
pub struct Data {
    own: RwSignal<Option<Own>, LocalStorage>,
    reviews: StoredValue<Option<Arc<Vec<u8>>>>,
}

impl Data {
    pub fn new() -> Self {
        Self { own: RwSignal::new_local(None), reviews: StoredValue::new(None) }
    }

    /// Name and label column.
    pub fn chosen(self) -> (String, u32) {
        self.own.with_untracked(|own| match own {
            Some(own) => (own.file.name(), own.report.label),
            None => (REVIEWS_NAME.into(), REVIEWS_LABEL),
        })
    }

    /// Back to the film reviews, which the gallery is made for.
    pub fn take_reviews(self) {
        self.own.set(None);
    }

    /// The bytes; the film reviews are fetched once.
    ///
    /// # Errors
    /// [`DataError`].
    pub async fn bytes(self) -> Result<Arc<Vec<u8>>, DataError> {
        if let Some(own) = self.own.try_get_untracked().flatten() {
            return Ok(own.bytes);
        }
        if let Some(reviews) = self.reviews.try_get_value().flatten() {
            return Ok(reviews);
        }
        let response = Request::get(REVIEWS).send().await.map_err(|_| DataError::Unreachable)?;
        if !response.ok() {
            return Err(DataError::Missing);
        }
        let bytes = Arc::new(response.binary().await.map_err(|_| DataError::Unreachable)?);
        // The page may have been left meanwhile, and what it kept with it.
        self.reviews.try_set_value(Some(Arc::clone(&bytes)));
        Ok(bytes)
    }
}

/// Reads a table in a worker: it may take seconds.
async fn read(file: File, label: Option<u32>) -> Result<Own, String> {
    let size = file.size() as u64;
    if size > MAX_TABLE {
        return Err(TableError::TooLarge { found: size }.to_string());
    }
    let report = Learn::default().read(&file, label, Mending::default()).await.map_err(|e| e.to_string())?;
    let bytes = Arc::new(read_file(&file).await.map_err(|e| e.to_string())?);
    Ok(Own { file, bytes, report })
}

/// Choosing the data and how they are split.
#[component]
pub fn DataForm(data: Data, form: Form) -> impl IntoView {
    let chosen = RwSignal::new_local(None::<File>);
    let problem = RwSignal::new(None::<String>);
    // Of several readings the last one says the last word.
    let readings = StoredValue::new(0);
    let take = move |file: File, label: Option<u32>| {
        readings.update_value(|n| *n += 1);
        let reading = readings.get_value();
        spawn_local(async move {
            let read = read(file, label).await;
            if readings.try_get_value() != Some(reading) {
                return;
            }
            problem.try_set(read.as_ref().err().cloned());
            if let Ok(own) = read {
                suit(form, own.report.content);
                data.own.try_set(Some(own));
            }
        });
    };
    Effect::new(move || {
        if let Some(file) = chosen.get() {
            take(file, None);
        }
    });
    let relabel = Callback::new(move |label: Option<u32>| {
        if let Some(own) = data.own.get_untracked() {
            take(own.file, label);
        }
    });
    let back = move |_| {
        data.take_reviews();
        readings.update_value(|n| *n += 1);
        chosen.set(None);
        problem.set(None);
        form.load(&preset(Attack::FlipLabels));
    };
    view! {
        <p class="row spread">
            {move || match data.own.get() {
                None => "3,000 sentences from film reviews, each positive or negative.".to_owned(),
                Some(own) => {
                    format!(
                        "{}: {}; {}; classes {}.",
                        own.file.name(),
                        format::plural(own.report.rows, "row"),
                        format::columns(own.report.columns.len(), true),
                        own.report.classes.iter().take(8).cloned().collect::<Vec<_>>().join(", "),
                    )
                }
            }}
            <Show when=move || data.own.with(Option::is_some)>
                <button class="button small" type="button" on:click=back>
                    "Back to the film reviews"
                </button>
            </Show>
        </p>
        <FileDrop id="own-data-file" label="Data of your own" hint="CSV with a label column. It stays in this page." accept=".csv,.tsv,text/csv" file=chosen />
        <Problem error=problem />
        {move || data.own.get().map(|own| view! {
            <TableNotes notes=own.report.notes.clone() />
            <LabelColumn table=own.report on_change=relabel />
        })}
    }
}

#[component]
fn LabelColumn(table: TableReport, on_change: Callback<Option<u32>>) -> impl IntoView {
    let label = table.label as usize;
    let options = table.columns.into_iter().enumerate();
    view! {
        <label class="field" style:max-width="320px">
            <span class="label">"Label column"</span>
            <select on:change=move |event| on_change.run(event_target_value(&event).parse().ok())>
                {options.map(|(i, name)| view! { <option value=i selected=i == label>{name}</option> }).collect_view()}
            </select>
        </label>
    }
}

/// Encoding and classifier that suit a content.
fn suit(form: Form, content: Content) {
    form.encoding.set(match content {
        Content::Text => Encoding::Words,
        Content::Numbers => Encoding::Numbers,
        Content::Picture { side, brightest } => {
            Encoding::Given(EncoderSpec::Pixels { side, brightest, threshold: None })
        }
    });
    form.join_rows.set("1".into());
    let kinds = from_table::kinds(content);
    if let Some(best) = kinds.first().filter(|_| !kinds.contains(&form.classifier.get_untracked())) {
        form.classifier.set(*best);
        form.setting.set("1".into());
    }
}

/// What the encoder is called.
pub fn encoding(encoding: &Encoding) -> String {
    match encoding {
        Encoding::Words => "Texts, by their most frequent words".into(),
        Encoding::Numbers => "Numbers, standardised by column".into(),
        Encoding::Given(spec) => spec.build().map(|e| e.describe()).unwrap_or_else(|e| e.to_string()),
    }
}
