//! What leaves the browser, name by name and number by number, and what does not.

use app_ui::format;
use leptos::prelude::*;

use super::form::Form;
use crate::names;

#[component]
pub fn Leaves(form: Form) -> impl IntoView {
    move || {
        let draft = form.draft().ok()?;
        let terms = draft.terms;
        let columns: Vec<String> = draft
            .description
            .columns
            .iter()
            .map(|column| format!("{} ({}, {})", column.name, names::role(column.role), names::kind(column.kind)))
            .collect();
        let hidden = usize::from(terms.columns) - columns.len();
        let public = [
            format!(
                "The name “{}”, the text below it, and the industry: {}.",
                draft.description.name,
                names::industry(terms.industry)
            ),
            match columns.is_empty() {
                true => "No name of a column.".to_owned(),
                false => {
                    format!("The names of {}: {}.", format::plural(columns.len() as u64, "column"), columns.join(", "))
                }
            },
            format!(
                "The numbers {} rows and {} columns.",
                format::count(terms.rows.into()),
                format::count(terms.columns.into())
            ),
            format!(
                "Your prices: {} a use, {} a day.",
                format::cost(terms.price_per_use),
                format::cost(terms.price_per_day)
            ),
            format!("A salted hash over all rows: {}.", terms.data_root.short()),
            match form.key_place() {
                Some(_) => format!("A salted hash over the keys: {}.", terms.id_root.short()),
                None => "No hash over keys, since no column is one.".to_owned(),
            },
        ];
        let private = [
            "Every row, every cell, every key: they stay in this browser.".to_owned(),
            match hidden {
                0 => "The salt of the hashes, without which nobody can try rows against them.".to_owned(),
                hidden => format!(
                    "The names of {}, and the salt of the hashes.",
                    format::plural(hidden as u64, "hidden column")
                ),
            },
        ];
        let list = |lines: Vec<String>| {
            lines.into_iter().map(|line| view! { <li class="breakable">{line}</li> }).collect_view()
        };
        Some(view! {
            <section class="panel" id="leaves">
                <header>
                    <h2>"What leaves this browser"</h2>
                </header>
                <div class="body split">
                    <div>
                        <h3>"Public, for good"</h3>
                        <ul class="story small">{list(public.to_vec())}</ul>
                    </div>
                    <div>
                        <h3>"Stays here"</h3>
                        <ul class="story small">{list(private.to_vec())}</ul>
                    </div>
                </div>
            </section>
        })
    }
}
