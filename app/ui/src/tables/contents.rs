use dataset::{ClassCount, Profile};
use leptos::prelude::*;

use super::{balance::Balance, columns::Columns, first_rows::FirstRows};

/// What a table holds: its first rows, the classes where it has a label, and every column.
#[component]
pub fn Contents(
    profile: Profile,
    /// In their order; none where there is no label.
    classes: Vec<ClassCount>,
) -> impl IntoView {
    let names: Vec<String> = profile.columns.iter().map(|column| column.name.clone()).collect();
    let label = profile.label.map(|at| at as usize);
    let balance = label.and_then(|at| names.get(at).cloned()).filter(|_| !classes.is_empty());
    view! {
        <div class="framed"><FirstRows columns=names rows=profile.first.clone() label=label /></div>
        {balance.map(|label| view! { <Balance label=label classes=classes /> })}
        <h3>"Columns"</h3>
        <Columns profile=profile />
    }
}
