use leptos::prelude::*;
use shared_model::{
    Sample, TestSet,
    encoder::{EncoderSpec, row_like},
    test_set::MAX_TEST_BYTES,
};

use super::super::ModelContext;
use app_core::{content, settings::Settings};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::run::{Run, RunState},
};

/// Fills the form with a row like one of the model's test set, another one at each press. Nothing where its maker named no
/// test set.
#[component]
pub fn Example(context: ModelContext, on_row: Callback<Vec<String>>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let run = Run::new();
    let rows = StoredValue::new(Vec::<Vec<String>>::new());
    let next = StoredValue::new(0_usize);
    let test = Memo::new(move |_| {
        context.metadata.with(|metadata| match metadata {
            Some(Ok(metadata)) => metadata.test.as_ref().map(|test| test.cid.to_string()),
            _ => None,
        })
    });
    // The page may have gone away while the file was fetched.
    let fill = move || {
        let at = next.try_get_value().unwrap_or_default();
        let row = rows.try_with_value(|rows| rows.get(at % rows.len().max(1)).cloned()).flatten();
        if let Some(row) = row {
            next.try_set_value(at + 1);
            on_row.run(row);
        }
    };
    let press = Callback::new(move |()| {
        if rows.with_value(|rows| !rows.is_empty()) {
            return fill();
        }
        let Some(cid) = test.get_untracked() else { return };
        run.start(async move {
            rows.try_set_value(examples(context, settings, &cid).await?);
            fill();
            Ok::<(), String>(())
        });
    });
    view! {
        <Show when=move || test.with(Option::is_some)>
            <div class="row">
                <BusyButton label="Example row" id="example-row" class="small" busy=run.busy on_press=press />
                <span class="small soft">"Made from the model’s test set: seen by the model as a row of it."</span>
            </div>
            <RunState run=run />
        </Show>
    }
}

async fn examples(context: ModelContext, settings: Settings, cid: &str) -> Result<Vec<Vec<String>>, String> {
    let fetched = content::fetch(settings, cid, MAX_TEST_BYTES as u64).await;
    let bytes = fetched.map_err(|error| error.to_string())?;
    let shape =
        context.with_model_now(|model| model.shape.clone()).ok_or("The model is still being read; try again.")?;
    let test = TestSet::parse(&shape, &bytes).map_err(|error| error.to_string())?;
    let metadata = context.metadata.try_get_untracked().flatten().and_then(Result::ok);
    let Some(EncoderSpec::Numbers { columns }) = metadata.map(|metadata| metadata.encoder) else {
        return Err("This model takes no rows of numbers.".into());
    };
    let row = |(sample, _): &(Sample, u16)| match sample {
        Sample::Dense(values) => Some(row_like(&columns, values)),
        Sample::Sparse(_) => None,
    };
    Ok(test.rows.iter().filter_map(row).collect())
}
