//! How a classifier is trained on a table, as a person says it.

use leptos::prelude::*;
use shared_model::{
    ClassifierKind,
    learn::from_table::{self, Content},
    table::{MAX_TABLE, Table, TableError},
};
use web_sys::File;

use super::super::Draft;
use app_core::action::read_file;

/// Words of a vocabulary unless chosen.
const WORDS: &str = "1000";

/// The form.
#[derive(Clone, Copy)]
pub(super) struct CsvForm {
    pub draft: Draft,
    pub bytes: StoredValue<Vec<u8>>,
    pub table: RwSignal<Option<Table>>,
    /// Column of the labels; `None` = as found.
    pub label: RwSignal<Option<u32>>,
    pub kind: RwSignal<Option<ClassifierKind>>,
    /// `frequent`, `hashed` or `listed`: where the words of a text model come from.
    pub words_from: RwSignal<String>,
    /// How many words, as typed.
    pub words_count: RwSignal<String>,
    /// The words of the person's own list.
    pub words_listed: RwSignal<Option<Vec<String>>>,
    /// Room for classes, as typed.
    pub capacity: RwSignal<String>,
    pub problem: RwSignal<Option<String>>,
    pub outcome: RwSignal<Option<Outcome>>,
}

impl CsvForm {
    pub fn new(draft: Draft) -> Self {
        Self {
            draft,
            bytes: StoredValue::new(Vec::new()),
            table: RwSignal::new(None),
            label: RwSignal::new(None),
            kind: RwSignal::new(None),
            words_from: RwSignal::new("frequent".to_owned()),
            words_count: RwSignal::new(WORDS.to_owned()),
            words_listed: RwSignal::new(None),
            capacity: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            outcome: RwSignal::new(None),
        }
    }

    /// What the table holds: texts, pixels or numbers.
    pub fn content(self) -> Option<Content> {
        self.table.with(|t| t.as_ref().map(from_table::content))
    }

    /// Drops what was trained, since the form says something else now.
    pub fn forget(self) {
        self.draft.file.try_set(None);
        self.draft.test.try_set(None);
        self.outcome.try_set(None);
    }

    pub async fn open(self, file: File) {
        let size = file.size() as u64;
        if size > MAX_TABLE {
            self.problem.try_set(Some(TableError::TooLarge { found: size }.to_string()));
            return;
        }
        match read_file(&file).await {
            Ok(read) => {
                self.bytes.try_update_value(|b| *b = read);
                self.label.try_set(None);
                self.read();
            }
            Err(e) => {
                self.problem.try_set(Some(e.to_string()));
            }
        }
    }

    /// Reads the table with the chosen column of labels.
    pub fn read(self) {
        match Table::read(&self.bytes.get_value(), self.label.get_untracked()) {
            Ok(read) => {
                self.problem.try_set(None);
                self.kind.try_set(from_table::kinds(from_table::content(&read)).first().copied());
                self.capacity.try_set(read.classes.len().to_string());
                self.table.try_set(Some(read));
            }
            Err(e) => {
                self.table.try_set(None);
                self.problem.try_set(Some(e.to_string()));
            }
        }
    }
}

/// How well a trained start does on the rows that were kept out.
#[derive(Clone)]
pub(super) struct Outcome {
    pub correct: u32,
    pub rows: u32,
    /// Rows that could not be used, and why the first of them could not.
    pub skipped: usize,
    pub why: Option<String>,
}
