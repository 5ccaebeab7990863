//! How a classifier is trained on a table, as a person says it.

use dataset::Mending;
use leptos::{prelude::*, task::spawn_local};
use shared_model::{
    ClassifierKind,
    learn::{
        from_table::{self, Content},
        task::{Fit, TableReport},
    },
};
use web_sys::File;

use super::super::Draft;
use app_core::workers::learn::Learn;

/// Words of a vocabulary unless chosen.
const WORDS: &str = "1000";

/// The form.
#[derive(Clone, Copy)]
pub(super) struct CsvForm {
    pub draft: Draft,
    /// Reads the table, and keeps it to train on.
    pub worker: StoredValue<Learn, LocalStorage>,
    file: StoredValue<Option<File>, LocalStorage>,
    pub table: RwSignal<Option<TableReport>>,
    /// Whether the table is being read, maybe with another column of labels.
    pub reading: RwSignal<bool>,
    /// Column of the labels; `None` = as found.
    pub label: RwSignal<Option<u32>>,
    /// What is put right in the table.
    pub mending: RwSignal<Mending>,
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
    pub fit: RwSignal<Option<Fit>>,
}

impl CsvForm {
    pub fn new(draft: Draft) -> Self {
        Self {
            draft,
            worker: StoredValue::new_local(Learn::default()),
            file: StoredValue::new_local(None),
            table: RwSignal::new(None),
            reading: RwSignal::new(false),
            label: RwSignal::new(None),
            mending: RwSignal::new(Mending::default()),
            kind: RwSignal::new(None),
            words_from: RwSignal::new("frequent".to_owned()),
            words_count: RwSignal::new(WORDS.to_owned()),
            words_listed: RwSignal::new(None),
            capacity: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            fit: RwSignal::new(None),
        }
    }

    /// What the table holds: texts, pixels or numbers.
    pub fn content(self) -> Option<Content> {
        self.table.with(|t| t.as_ref().map(|t| t.content))
    }

    /// Drops what was trained, since the form says something else now.
    pub fn forget(self) {
        self.draft.file.try_set(None);
        self.draft.test.try_set(None);
        self.fit.try_set(None);
    }

    pub fn open(self, file: File) {
        self.file.set_value(Some(file));
        self.label.set(None);
        self.read();
    }

    /// Puts something else right in the table. Where columns come or go, the label is found anew.
    pub fn mend(self, mending: Mending) {
        if self.mending.get_untracked().index != mending.index {
            self.label.set(None);
        }
        self.mending.set(mending);
        self.forget();
        self.read();
    }

    /// Reads the table with the chosen column of labels. Of several readings the last one says the last word, since the
    /// worker answers in turn.
    pub fn read(self) {
        let Some(file) = self.file.get_value() else { return };
        let (worker, label) = (self.worker.get_value(), self.label.get_untracked());
        let mending = self.mending.get_untracked();
        self.reading.set(true);
        spawn_local(async move {
            let read = worker.read(&file, label, mending).await;
            self.reading.try_set(false);
            match read {
                Ok(report) => {
                    self.problem.try_set(None);
                    self.kind.try_set(from_table::kinds(report.content).first().copied());
                    self.capacity.try_set(report.classes.len().to_string());
                    self.table.try_set(Some(report));
                }
                Err(e) => {
                    self.table.try_set(None);
                    self.problem.try_set(Some(e.to_string()));
                }
            }
        });
    }

    /// Ends what the worker does, when the form goes away.
    pub fn end(self) {
        if let Some(worker) = self.worker.try_get_value() {
            worker.end();
        }
    }
}
