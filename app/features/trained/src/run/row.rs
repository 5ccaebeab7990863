//! One row, by hand, pasted, or from the bounty's test data.

use dataset::{Part, Peek, ReadOptions, SAMPLE, peek};
use leptos::prelude::*;
use ml_task::{Field, FieldKind, Input};

use super::Opened;
use app_core::{content, settings::Settings};
use app_ui::{
    controls::{busy_button::BusyButton, pasted_row::PastedRow},
    format,
    messages::run::{Run, RunState},
    tables::name::Name,
};

/// Fields that are shown at once; a picture's pixels are hundreds.
const SHOWN: usize = 60;
/// Largest test file that is fetched for an example, bytes.
const MAX_EXAMPLES: u64 = 64 << 20;

#[component]
pub fn RowForm(opened: Opened) -> impl IntoView {
    let fields = opened.loaded.with_value(|l| l.card.fields.clone());
    let count = fields.len();
    let values = RwSignal::new(vec![String::new(); count]);
    let ask = move || opened.ask(Input::Fields(values.get_untracked()));
    let empty = Signal::derive(move || values.with(|v| v.iter().all(|cell| cell.trim().is_empty())));
    let grid = view! {
        <div class="numbers">
            {fields.into_iter().enumerate().map(|(i, field)| view! { <Cell at=i field=field values=values /> }).collect_view()}
        </div>
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                ask();
            }
        >
            <PastedRow id="row" count=count what="value" on_row=move |row| values.set(row) />
            <div class="row">
                <button class="button primary" type="submit" id="predict" disabled=move || empty.get()>
                    "Predict"
                </button>
                <Example opened=opened values=values />
            </div>
            {if count > SHOWN {
                view! {
                    <details>
                        <summary>{format!("{} fields", format::count(count as u64))}</summary>
                        {grid}
                    </details>
                }
                    .into_any()
            } else {
                grid.into_any()
            }}
        </form>
    }
}

#[component]
fn Cell(at: usize, field: Field, values: RwSignal<Vec<String>>) -> impl IntoView {
    let value = move || values.with(|v| v[at].clone());
    let set = move |text: String| values.update(|v| v[at] = text);
    let name = field.name.clone();
    let input = match field.kind {
        FieldKind::Choice(choices) => view! {
            <select data-field=name prop:value=value on:change=move |event| set(event_target_value(&event))>
                <option value="">"–"</option>
                {choices
                    .into_iter()
                    .map(|choice| {
                        let key = choice.clone();
                        let selected = move || values.with(|v| v[at] == key);
                        view! {
                            <option value=choice.clone() prop:selected=selected>
                                {choice.clone()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        }
        .into_any(),
        kind => view! {
            <input
                type="text"
                autocomplete="off"
                data-field=name
                inputmode=if kind == FieldKind::Number { "decimal" } else { "text" }
                prop:value=value
                on:input=move |event| set(event_target_value(&event))
            />
        }
        .into_any(),
    };
    view! {
        <label class="field">
            <span class="small soft"><Name text=field.name /></span>
            {input}
        </label>
    }
}

/// Fills the form from the bounty's test data, one row after the other; asks at once.
#[component]
fn Example(opened: Opened, values: RwSignal<Vec<String>>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let run = Run::new();
    let rows = StoredValue::new(None::<Vec<Vec<String>>>);
    let next = StoredValue::new(0usize);
    let test_cid = opened.loaded.with_value(|l| l.bounty.as_ref().map(|b| b.bounty.test_cid.clone()))?;
    let names: Vec<String> = opened.loaded.with_value(|l| l.card.fields.iter().map(|f| f.name.clone()).collect());
    // The page may have gone away while the file was fetched.
    let fill = move || {
        let at = next.try_get_value().unwrap_or_default();
        let row = rows.try_with_value(|r| r.as_ref().filter(|r| !r.is_empty()).map(|r| r[at % r.len()].clone()));
        if let Some(row) = row.flatten() {
            next.try_set_value(at + 1);
            values.try_set(row.clone());
            opened.ask(Input::Fields(row));
        }
    };
    let press = Callback::new(move |()| {
        if rows.with_value(Option::is_some) {
            return fill();
        }
        let (cid, names) = (test_cid.clone(), names.clone());
        run.start(async move {
            let bytes = content::fetch(settings, &cid, MAX_EXAMPLES).await.map_err(|e| e.to_string())?;
            let head = &bytes[..bytes.len().min(SAMPLE)];
            let table = peek(Part::Table, head, ReadOptions::as_it_stands()).map_err(|e| e.to_string())?;
            let found = in_order(&table, &names)?;
            rows.try_set_value(Some(found));
            fill();
            Ok::<(), String>(())
        });
    });
    Some(view! {
        <BusyButton label="Example from test.csv" id="example" busy=run.busy on_press=press />
        <RunState run=run />
    })
}

/// The first rows of a table with its columns in the order of the fields: by name, else as they stand.
fn in_order(table: &Peek, names: &[String]) -> Result<Vec<Vec<String>>, String> {
    let place = |name: &String| table.columns.iter().position(|column| column == name);
    let places: Vec<usize> = match names.iter().map(place).collect::<Option<_>>() {
        Some(places) => places,
        None if table.columns.len() == names.len() => (0..names.len()).collect(),
        None => {
            return Err(format!(
                "test.csv has {} columns, but the model takes {} values, and their names differ.",
                table.columns.len(),
                names.len()
            ));
        }
    };
    let pick = |row: &Vec<String>| places.iter().map(|&at| row.get(at).cloned().unwrap_or_default()).collect();
    Ok(table.rows.iter().map(pick).collect())
}

#[cfg(test)]
mod tests {
    use dataset::Separator;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn columns_go_to_the_fields_of_their_names() {
        let texts = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let table = Peek {
            separator: Separator::Comma,
            header: true,
            columns: texts(&["b", "a", "c"]),
            rows: vec![texts(&["2", "1", "3"])],
            label: 2,
            notes: Vec::new(),
        };
        assert_eq!(in_order(&table, &texts(&["a", "b"])), Ok(vec![texts(&["1", "2"])]));
        // Without names in common the order decides, if the number fits.
        assert_eq!(in_order(&table, &texts(&["x", "y", "z"])), Ok(vec![texts(&["2", "1", "3"])]));
        assert!(in_order(&table, &texts(&["x", "y"])).is_err());
    }
}
