//! What is typed of a data set, and the data set that it makes.

use app_core::{
    action::ActionError,
    forms::draft::Draft as Kept,
    vault::tables::{self, Table},
};
use app_ui::{controls::field::Field, format};
use dataset::{Mending, Peek, ReadOptions};
use directory::{Column, ColumnKind, ColumnRole, DatasetTerms, Description, Industry};
use leptos::prelude::*;
use protocol::Digest;
use web_sys::File;

use super::Checked;
use crate::{actions::publish::Draft, names, prices::problem};

/// A column as its owner wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub name: String,
    pub role: ColumnRole,
    pub visible: bool,
}

/// The form.
#[derive(Clone, Copy)]
pub struct Form {
    pub file: RwSignal<Option<File>, LocalStorage>,
    pub columns: RwSignal<Vec<Chosen>>,
    pub checked: RwSignal<Option<Checked>>,
    /// What is put right in the table.
    pub mending: RwSignal<Mending>,
    pub name: RwSignal<String>,
    pub text: RwSignal<String>,
    pub industry: RwSignal<u8>,
    pub per_use: RwSignal<String>,
    pub per_day: RwSignal<String>,
    /// What is typed, as it is kept until the data set is published.
    pub kept: Kept,
}

impl Form {
    pub fn new() -> Self {
        let [name, text] = [String::new(), String::new()].map(RwSignal::new);
        let [per_use, per_day] = ["1", "0.1"].map(|price| RwSignal::new(price.to_owned()));
        let fields = [("name", name), ("description", text), ("price of a use", per_use), ("price of a day", per_day)];
        Self {
            file: RwSignal::new_local(None),
            columns: RwSignal::new(Vec::new()),
            checked: RwSignal::new(None),
            mending: RwSignal::new(Mending::default()),
            name,
            text,
            industry: RwSignal::new(Industry::Other.number()),
            per_use,
            per_day,
            kept: Kept::of("data set", fields),
        }
    }

    /// Another file: its columns, all visible; a column that is called like a key is one.
    pub fn begin(self, peek: &Peek) {
        let is_key = |name: &str| {
            let name = name.to_lowercase();
            ["id", "key", "patient", "customer"].contains(&name.as_str()) || name.ends_with("_id")
        };
        let key = peek.columns.iter().position(|name| is_key(name));
        let role = |at| if Some(at) == key { ColumnRole::Key } else { ColumnRole::Feature };
        let columns = peek.columns.iter().enumerate();
        let columns = columns.map(|(at, name)| Chosen { name: name.clone(), role: role(at), visible: true }).collect();
        self.columns.try_set(columns);
        if let Some(file) = self.file.try_get_untracked().flatten()
            && self.name.try_with_untracked(String::is_empty) == Some(true)
        {
            let name = file.name();
            self.name
                .try_set(name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).chars().take(100).collect());
        }
    }

    /// How the table is read: told from its beginning, as when it was looked at.
    pub fn reading(self) -> ReadOptions {
        ReadOptions { mending: self.mending.get_untracked(), ..ReadOptions::default() }
    }

    pub fn key_place(self) -> Option<u32> {
        let key = self.columns.with_untracked(|all| all.iter().position(|column| column.role == ColumnRole::Key));
        key.and_then(|at| u32::try_from(at).ok())
    }

    /// Whether the browser keeps a table of this size.
    pub fn size(self, file: &File) -> Result<(), String> {
        if file.size() <= tables::MOST as f64 {
            return Ok(());
        }
        let (size, most) = (format::bytes(file.size() as u64), format::bytes(tables::MOST));
        Err(format!(
            "The file has {size}, and this browser keeps tables of at most {most}. Take fewer rows or columns, or use the native program."
        ))
    }

    /// What would be published. An error is a sentence.
    pub fn draft(self) -> Result<Draft, String> {
        let checked = self.checked.get().ok_or("Check the whole table first.")?;
        let report = &checked.report;
        let columns = self.columns.get();
        let kind =
            |at: usize| if report.numeric.get(at) == Some(&true) { ColumnKind::Number } else { ColumnKind::Text };
        let visible = columns.iter().enumerate().filter(|(_, column)| column.visible);
        let visible =
            visible.map(|(at, column)| Column { name: column.name.clone(), kind: kind(at), role: column.role });
        let description =
            Description::new(self.name.get().trim().to_owned(), self.text.get().trim().to_owned(), visible.collect());
        description.check().map_err(|error| error.to_string())?;
        let amount = |text: RwSignal<String>| format::read_mdc(&text.get()).map_err(|error| error.to_string());
        let too_many = "The table has more rows or columns than a data set can have. Take fewer.";
        let terms = DatasetTerms {
            metadata: Digest::of(&description.write().map_err(|error| error.to_string())?.0),
            data_root: report.data_root,
            id_root: report.id_root.unwrap_or_default(),
            rows: report.rows.try_into().map_err(|_| too_many)?,
            columns: columns.len().try_into().map_err(|_| too_many)?,
            industry: self.industry.get(),
            labelled: columns.iter().any(|column| column.role == ColumnRole::Label),
            price_per_use: amount(self.per_use)?,
            price_per_day: amount(self.per_day)?,
        };
        Ok(Draft { description, terms, table: Table { salt: checked.salt, csv: checked.table } })
    }
}

/// 32 bytes that nobody can guess.
///
/// # Errors
/// [`ActionError`] where the browser has no source of randomness.
pub fn random() -> Result<[u8; 32], ActionError> {
    let mut bytes = [0; 32];
    let none = |_| ActionError::feature("This browser has no source of randomness. Use another one.");
    window().crypto().map_err(none)?.get_random_values_with_u8_array(&mut bytes).map_err(none)?;
    Ok(bytes)
}

/// Name, industry and prices.
#[component]
pub fn About(form: Form) -> impl IntoView {
    let industries = Industry::ALL.map(|industry| {
        let number = industry.number();
        view! { <option value=number.to_string() selected=move || form.industry.get() == number>{names::industry(number)}</option> }
    });
    view! {
        <section class="panel">
            <header>
                <h2>"What others read"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <Field id="data-name" label="Name" value=form.name hint="Public: 1 to 100 characters" />
                    <div class="field">
                        <label for="data-industry">"Industry"</label>
                        <select
                            id="data-industry"
                            on:change=move |event| {
                                if let Ok(number) = event_target_value(&event).parse() {
                                    form.industry.set(number);
                                }
                            }
                        >
                            {industries.into_iter().collect_view()}
                        </select>
                        <span class="hint">"For who looks for data"</span>
                    </div>
                    <Field id="price-use" label="Price of a use" value=form.per_use suffix="MDC" hint="What you ask for a task that finishes" problem=problem(form.per_use) />
                    <Field id="price-day" label="Price of a day" value=form.per_day suffix="MDC" hint="What you ask for a day of a grant by period" problem=problem(form.per_day) />
                </div>
                <Field id="data-text" label="What the rows are" value=form.text hint="Public: at most 1,000 characters" />
            </div>
        </section>
    }
}
