use dataset::{Mending, Note};
use leptos::prelude::*;

/// How a table is read, and the switches that undo what was done to it or do what is offered.
#[component]
pub fn TableNotes(
    /// What was told of the table.
    notes: Vec<Note>,
    /// What is put right now; none where nothing can be switched.
    #[prop(optional)]
    mending: Option<Mending>,
    /// Hears of another choice.
    #[prop(optional)]
    on_change: Option<Callback<Mending>>,
) -> impl IntoView {
    let numbers = notes.iter().any(|note| matches!(note, Note::Numbers { .. }));
    let index = notes.iter().any(|note| matches!(note, Note::Index { .. }));
    let switches = mending.zip(on_change).map(|(mending, on_change)| {
        view! {
            {(numbers || !mending.numbers).then(|| view! {
                <Switch
                    id="mend-numbers"
                    label="Read decimal commas and grouped thousands as numbers"
                    checked=mending.numbers
                    on_change=Callback::new(move |numbers| on_change.run(Mending { numbers, ..mending }))
                />
            })}
            {(index || mending.index).then(|| view! {
                <Switch
                    id="mend-index"
                    label="Leave out the column that only numbers the rows"
                    checked=mending.index
                    on_change=Callback::new(move |index| on_change.run(Mending { index, ..mending }))
                />
            })}
        }
    });
    (!notes.is_empty() || switches.is_some()).then(|| {
        let lines = notes.iter().map(|note| view! { <li>{note.to_string()}</li> }).collect_view();
        view! {
            <div class="stack tight" role="group" aria-label="How the table is read">
                <ul class="bullets small soft">{lines}</ul>
                {switches}
            </div>
        }
    })
}

/// Merging labels that say the same, or leaving each a class.
#[component]
pub fn MergeLabels(mending: Mending, on_change: Callback<Mending>) -> impl IntoView {
    view! {
        <Switch
            id="mend-labels"
            label="Merge labels that differ only by blanks, capitals or the form of a number"
            checked=mending.labels
            on_change=Callback::new(move |labels| on_change.run(Mending { labels, ..mending }))
        />
    }
}

#[component]
fn Switch(id: &'static str, label: &'static str, checked: bool, on_change: Callback<bool>) -> impl IntoView {
    view! {
        <label class="check">
            <input
                id=id
                type="checkbox"
                prop:checked=checked
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            {label}
        </label>
    }
}
