//! One table after the other through the model: chosen or fetched, predicted, stopped.

use std::rc::Rc;

use dataset::{Part, ReadOptions, SAMPLE, peek};
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::super::Opened;
use app_core::{
    action::read_file,
    content,
    settings::Settings,
    workers::{
        WorkError,
        models::{MAX_TABLE, Models, Predicted},
    },
};
use app_ui::format;

/// A chosen table.
#[derive(Clone)]
pub struct Table {
    pub name: String,
    bytes: Rc<Vec<u8>>,
    pub columns: Vec<String>,
}

impl Table {
    fn read(name: String, bytes: Vec<u8>) -> Result<Self, String> {
        let head = &bytes[..bytes.len().min(SAMPLE)];
        let columns = peek(Part::Table, head, ReadOptions::default()).map_err(|e| e.to_string())?.columns;
        Ok(Self { name, bytes: Rc::new(bytes), columns })
    }
}

/// Where the table is, and what came of it.
#[derive(Clone, Copy)]
pub struct Job {
    pub opened: Opened,
    settings: Settings,
    pub table: RwSignal<Option<Table>, LocalStorage>,
    /// Name of the column of true labels; empty where there is none.
    pub label: RwSignal<String>,
    pub error: RwSignal<Option<WorkError>>,
    /// Rows done, and rows in all.
    pub under_way: RwSignal<Option<(u64, u64)>>,
    pub result: RwSignal<Option<Rc<Predicted>>, LocalStorage>,
    /// Whether the bounty's table is being fetched.
    pub fetching: RwSignal<bool>,
    /// Grows with every file: what comes of an earlier one is not shown.
    newest: StoredValue<u32>,
}

impl Job {
    pub fn new(opened: Opened) -> Self {
        Self {
            opened,
            settings: expect_context(),
            table: RwSignal::new_local(None),
            label: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            under_way: RwSignal::new(None),
            result: RwSignal::new_local(None),
            fetching: RwSignal::new(false),
            newest: StoredValue::new(0),
        }
    }

    /// Takes a file that was chosen.
    pub fn open(self, file: File) {
        let number = self.forget();
        spawn_local(async move {
            let bytes = read(&file).await;
            self.take(number, file.name(), bytes);
        });
    }

    /// Takes the published table with this CID.
    pub fn fetch(self, cid: String) {
        let number = self.forget();
        self.fetching.set(true);
        spawn_local(async move {
            let bytes = content::fetch(self.settings, &cid, MAX_TABLE).await.map_err(|e| e.to_string());
            self.fetching.try_set(false);
            self.take(number, "test.csv".into(), bytes);
        });
    }

    /// Predicts every row of the table.
    pub fn predict(self) {
        let Some(Table { bytes, .. }) = self.table.get_untracked() else { return };
        let (models, engine) = (self.opened.models.get_value(), self.opened.engine.get_untracked());
        let label = Some(self.label.get_untracked()).filter(|name| !name.is_empty());
        let number = self.newest.get_value();
        self.under_way.set(Some((0, 0)));
        self.error.set(None);
        self.result.set(None);
        spawn_local(async move {
            let progress = move |rows, total| {
                if self.is_newest(number) {
                    self.under_way.try_set(Some((rows, total)));
                }
            };
            let ended = models.predict_table(&bytes, label, engine, progress).await;
            if let Ok(predicted) = &ended {
                self.opened.remember(&predicted.ran);
            }
            if !self.is_newest(number) {
                return;
            }
            self.under_way.set(None);
            match ended {
                Ok(predicted) => self.result.set(Some(Rc::new(predicted))),
                Err(e) => self.error.set(Some(e)),
            }
        });
    }

    pub fn stop(self) {
        self.opened.models.with_value(Models::stop);
    }

    fn is_newest(self, number: u32) -> bool {
        self.newest.try_get_value() == Some(number)
    }

    /// Drops the last table, and gives the number of the next.
    fn forget(self) -> u32 {
        if self.under_way.with_untracked(Option::is_some) {
            self.stop();
        }
        self.newest.update_value(|number| *number += 1);
        self.under_way.set(None);
        self.table.set(None);
        self.result.set(None);
        self.error.set(None);
        self.newest.get_value()
    }

    fn take(self, number: u32, name: String, bytes: Result<Vec<u8>, String>) {
        if !self.is_newest(number) {
            return;
        }
        match bytes.and_then(|bytes| Table::read(name, bytes)) {
            Ok(read) => {
                let usual =
                    self.opened.loaded.with_value(|l| Some(l.bounty.as_ref()?.metadata.as_ref()?.label.clone()));
                self.label.set(usual.filter(|name| read.columns.contains(name)).unwrap_or_default());
                self.table.set(Some(read));
            }
            Err(why) => self.error.set(Some(WorkError::Failed(why))),
        }
    }
}

async fn read(file: &File) -> Result<Vec<u8>, String> {
    let size = file.size() as u64;
    if size > MAX_TABLE {
        return Err(format!(
            "The file has {}; at most {} are read at once. Split it.",
            format::bytes(size),
            format::bytes(MAX_TABLE)
        ));
    }
    read_file(file).await.map_err(|e| e.to_string())
}
