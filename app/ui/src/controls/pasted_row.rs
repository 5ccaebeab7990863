use dataset::{Part, Peek, ReadOptions, peek};
use leptos::prelude::*;

use crate::format;

/// A field that fills a form of `count` fields with the cells of a pasted row; `what` one of them is.
#[component]
pub fn PastedRow(
    id: &'static str,
    count: usize,
    what: &'static str,
    #[prop(into)] on_row: Callback<Vec<String>>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let wanted = format::plural(count as u64, what);
    // Not inside the field, which is too narrow for it on a telephone.
    let hint = match count {
        1 => format!("{wanted}. Or fill in the field below."),
        _ => format!("{wanted}, separated by commas, semicolons or tabs. Or fill in the fields below."),
    };
    let described = format!("{id}-hint");
    let paste = move |line: String| {
        if line.trim().is_empty() {
            return;
        }
        let cells = cells(&line);
        if cells.len() == count {
            problem.set(None);
            on_row.run(cells);
        } else {
            let has = format::plural(cells.len() as u64, "cell");
            problem.set(Some(format!("The row has {has}, but the model takes {wanted}.")));
        }
    };
    view! {
        <div class="field">
            <label for=id>"Paste a row"</label>
            <input
                id=id
                type="text"
                autocomplete="off"
                aria-describedby=described.clone()
                aria-invalid=move || problem.get().is_some().to_string()
                on:input=move |event| paste(event_target_value(&event))
            />
            <span id=described>
                {move || match problem.get() {
                    Some(text) => view! { <span class="problem">{text}</span> }.into_any(),
                    None => view! { <span class="hint">{hint.clone()}</span> }.into_any(),
                }}
            </span>
        </div>
    }
}

/// The cells of a pasted row.
fn cells(line: &str) -> Vec<String> {
    let options = ReadOptions { header: Some(false), ..ReadOptions::as_it_stands() };
    if line.contains('"')
        && let Ok(Peek { rows, .. }) = peek(Part::Table, line.as_bytes(), options)
        && let Some(row) = rows.into_iter().next()
    {
        return row;
    }
    let separator = ['\t', ';', ','].into_iter().find(|c| line.contains(*c)).unwrap_or(',');
    line.trim().split(separator).map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_pasted_row_may_be_separated_as_spreadsheets_do() {
        for row in ["1,2.5,red", "1;2.5;red", "1\t2.5\tred\n", " 1, 2.5 ,red"] {
            assert_eq!(cells(row), ["1", "2.5", "red"], "{row:?}");
        }
        assert_eq!(cells(r#"1,"Bonn, DE",red"#), ["1", "Bonn, DE", "red"]);
        assert_eq!(cells("7"), ["7"]);
    }
}
