//! Looking at the published files: they are fetched once, and described by the preparing worker.

use std::sync::Arc;

use dataset::{
    ClassCount, Difference, PublishedReport,
    metadata::{FileInfo, Metadata},
};
use leptos::prelude::*;
use web_sys::File;

use super::super::PageState;
use app_core::{settings::Settings, workers::prepare::Prepare};
use app_ui::{download, messages::run::Run, tables::balance::most_frequent};

/// What both files hold.
pub struct Looked {
    pub train: PublishedReport,
    pub test: PublishedReport,
    /// Columns of the test file that differ from those of the training file.
    pub differences: Vec<(String, Difference)>,
    test_file: File,
}

#[derive(Clone, Copy)]
pub struct Session {
    context: PageState,
    settings: Settings,
    worker: StoredValue<Prepare, LocalStorage>,
    pub run: Run,
    /// Whether a person pressed something: small files are fetched without that.
    pub asked: RwSignal<bool>,
    /// Of the file that is on its way.
    pub fetched: RwSignal<u64>,
    pub looked: RwSignal<Option<Arc<Looked>>, LocalStorage>,
}

impl Session {
    /// Its worker ends with the part of the page that made it.
    pub fn new(context: PageState) -> Self {
        let worker = StoredValue::new_local(Prepare::default());
        on_cleanup(move || {
            if let Some(worker) = worker.try_get_value() {
                worker.end();
            }
        });
        Self {
            context,
            settings: expect_context(),
            worker,
            run: Run::new(),
            asked: RwSignal::new(false),
            fetched: RwSignal::new(0),
            looked: RwSignal::new_local(None),
        }
    }

    /// The description of the data set, with the CIDs that the chain has.
    pub fn published(self) -> Option<Metadata> {
        let cids = self.context.history.with(|history| {
            let bounty = &history.as_ref()?.bounty;
            Some((bounty.train_cid.parse().ok()?, bounty.test_cid.parse().ok()?))
        });
        let (train, test) = cids?;
        let mut metadata = self.context.metadata.get()?.ok()?;
        (metadata.train.cid, metadata.test.cid) = (train, test);
        Some(metadata)
    }

    /// Fetches and describes both files.
    pub fn look(self, metadata: Metadata) {
        self.run.start(async move { self.describe(&metadata).await.map(drop) });
    }

    /// Hands over a prediction file to fill in, with the most frequent class in every row.
    pub fn save_template(self, metadata: Metadata) {
        self.asked.set(true);
        let worker = self.worker.get_value();
        self.run.start(async move {
            let looked = self.describe(&metadata).await?;
            self.run.says()("Writing the template");
            let class = index_of_most_frequent(&looked.train.classes, &metadata.classes);
            let written = worker.template(&looked.test_file, metadata.classes, class).await;
            // Whoever has gone elsewhere does not expect a file any more.
            if !self.run.is_watched() {
                return Ok(());
            }
            download::save("predictions-template.csv", &written.map_err(|e| e.to_string())?);
            Ok::<(), String>(())
        });
    }

    async fn describe(self, metadata: &Metadata) -> Result<Arc<Looked>, String> {
        if let Some(looked) = self.looked.try_get_untracked().flatten() {
            return Ok(looked);
        }
        let worker = self.worker.try_get_value().ok_or("The page was left.")?;
        let says = self.run.says();
        says("Fetching train.csv");
        let train_file = self.fetch(&metadata.train, "train.csv").await?;
        says("Fetching test.csv");
        let test_file = self.fetch(&metadata.test, "test.csv").await?;
        self.fetched.try_set(0);
        says("Looking at every column");
        let train = worker.published(&train_file, true, |_| {}).await.map_err(|e| e.to_string())?;
        let test = worker.published(&test_file, false, |_| {}).await.map_err(|e| e.to_string())?;
        let differences = test.profile.differences(&train.profile);
        let looked = Arc::new(Looked { train, test, differences, test_file });
        self.looked.try_set(Some(Arc::clone(&looked)));
        Ok(looked)
    }

    /// A file of the size that its description says. The browser keeps it outside of the page's own memory.
    async fn fetch(self, file: &FileInfo, name: &str) -> Result<File, String> {
        let progress = |bytes| {
            self.fetched.try_set(bytes);
        };
        let found = self.context.files.checked(self.settings, &file.cid.to_string(), file.bytes, progress).await;
        let body = found.map_err(|e| e.to_string())?;
        body.file(name)
            .ok_or_else(|| "This browser has no room for the file. Free some space and try again.".to_owned())
    }
}

/// Index of the class that most rows have; the first where nothing was counted.
fn index_of_most_frequent(counts: &[ClassCount], classes: &[String]) -> u8 {
    let place = most_frequent(counts).and_then(|most| classes.iter().position(|class| *class == most.name));
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or_default()
}
