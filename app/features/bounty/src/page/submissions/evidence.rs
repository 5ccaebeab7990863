//! What scores are held against: the revealed labels, the most frequent class, a quick model that is trained here.

use std::sync::Arc;

use bounty::Bounty;
use dataset::{Part, metadata::Metadata};
use leptos::{prelude::*, task::spawn_local};
use ml_evaluation::{Majority, Rows, majority};
use ml_task::{Algorithm, TrainOptions};
use protocol::{Address, commitment::TruthFile};

use super::PageState;
use crate::recheck;
use app_core::{
    chain::Reader,
    content,
    settings::Settings,
    workers::{
        WorkError,
        models::{MAX_TABLE, Models},
    },
};
use app_ui::messages::run::Run;

/// Bytes of train.csv up to which it is fetched without being asked for, to count its classes.
const SMALL: u64 = 1 << 20;
/// Bytes of train.csv up to which its classes are counted in the page.
const COUNTED: u64 = 4 << 20;

/// Shared by the rows of the table and what opens below it.
#[derive(Clone, Copy)]
pub struct Evidence {
    context: PageState,
    pub reader: Reader,
    pub settings: Settings,
    /// Class index of each test row, once it is revealed and fetched; an error is a sentence.
    pub truth: RwSignal<Option<Result<Arc<Vec<u8>>, String>>>,
    /// What always saying the most frequent class of train.csv scores.
    pub majority: RwSignal<Option<Majority>>,
    /// What the quick model says of each test row.
    pub quick: RwSignal<Option<Arc<Vec<u8>>>>,
    /// Training of the quick model.
    pub run: Run,
    models: StoredValue<Models, LocalStorage>,
    /// Whose details are shown.
    pub open: RwSignal<Option<Address>>,
}

impl Evidence {
    /// Called while the page is built.
    pub fn new(context: PageState) -> Self {
        let models = StoredValue::new_local(Models::default());
        on_cleanup(move || {
            if let Some(models) = models.try_get_value() {
                models.end();
            }
        });
        let evidence = Self {
            context,
            reader: expect_context(),
            settings: expect_context(),
            truth: RwSignal::new(None),
            majority: RwSignal::new(None),
            quick: RwSignal::new(None),
            run: Run::new(),
            models,
            open: RwSignal::new(None),
        };
        let revealed = Memo::new(move |_| {
            context.history.with(|h| {
                let bounty = &h.as_ref()?.bounty;
                bounty.truth.as_ref().filter(|_| bounty.submissions.iter().any(|s| s.reveal.is_some()))?;
                Some(bounty.id)
            })
        });
        let described = Memo::new(move |_| context.metadata.with(|m| matches!(m, Some(Ok(_)))));
        Effect::new(move || {
            if revealed.get().is_some() && described.get() {
                spawn_local(evidence.load());
            }
        });
        evidence
    }

    pub fn is_open(self, trainer: Address) -> bool {
        self.open.get() == Some(trainer)
    }

    pub fn toggle(self, trainer: Address) {
        self.open.update(|open| *open = if *open == Some(trainer) { None } else { Some(trainer) });
    }

    /// The bounty and its description, as far as they are known.
    pub fn known(self) -> Option<(Bounty, Metadata)> {
        let bounty = self.context.history.try_get_untracked()??.bounty;
        match self.context.metadata.try_get_untracked()?? {
            Ok(metadata) => Some((bounty, metadata)),
            Err(_) => None,
        }
    }

    /// Everyone who has revealed.
    pub fn revealed(self) -> Vec<Address> {
        self.context.history.with_untracked(|h| {
            let all = h.as_ref().map(|h| h.bounty.submissions.as_slice()).unwrap_or_default();
            all.iter().filter(|s| s.reveal.is_some()).map(|s| s.trainer).collect()
        })
    }

    /// The labels, once they are there.
    pub fn labels(self) -> Option<Arc<Vec<u8>>> {
        self.truth.get()?.ok()
    }

    /// Fetches the labels and, where it is small, train.csv.
    async fn load(self) {
        let Some((bounty, metadata)) = self.known() else { return };
        if self.truth.try_with_untracked(|truth| matches!(truth, Some(Ok(_)))) != Some(false) {
            return;
        }
        let found = match recheck::truth(self.reader, self.settings, &bounty).await {
            Ok((file, _)) => TruthFile::parse(&file, bounty.terms.test_rows, bounty.terms.classes)
                .map(|parsed| Arc::new(parsed.labels))
                .map_err(|e| e.to_string()),
            Err(e) => Err(e.to_string()),
        };
        self.truth.try_set(Some(found));
        if metadata.train.bytes <= SMALL
            && let Ok(train) = self.context.files.checked(self.settings, &bounty.train_cid, SMALL, |_| {}).await
        {
            self.count(&train.to_vec(), &metadata.classes);
        }
    }

    /// Finds the most frequent class of the training rows.
    fn count(self, train: &[u8], classes: &[String]) {
        let Some(Some(Ok(truth))) = self.truth.try_get_untracked() else { return };
        let labels = Rows::read(train, Part::Training).ok().and_then(|rows| rows.labels(classes));
        let Some(labels) = labels else { return };
        let mut counts = vec![0; classes.len()];
        for label in labels {
            counts[usize::from(label)] += 1;
        }
        self.majority.try_set(majority(&counts, truth.iter().map(|label| usize::from(*label))));
    }

    /// Trains the quick model.
    pub fn train(self) {
        let Some((bounty, metadata)) = self.known() else { return };
        self.run.start(async move {
            let models = self.models.get_value();
            let ended = models.unless_stopped(self.predict(&models, bounty, metadata)).await;
            // It is trained once.
            models.end();
            match ended.and_then(|ended| ended) {
                Ok(said) => {
                    self.quick.try_set(Some(Arc::new(said)));
                }
                Err(WorkError::Stopped) => self.run.ends_with("Stopped before there was a model."),
                Err(e) => return Err(e.to_string()),
            }
            Ok(())
        });
    }

    pub fn stop(self) {
        self.models.with_value(Models::stop);
    }

    async fn predict(self, models: &Models, bounty: Bounty, metadata: Metadata) -> Result<Vec<u8>, WorkError> {
        let says = self.run.says();
        says("Fetching the data");
        let fetch = |cid| async move {
            content::fetch(self.settings, cid, MAX_TABLE).await.map_err(|e| WorkError::Failed(e.to_string()))
        };
        let (train, test) = (fetch(&bounty.train_cid).await?, fetch(&bounty.test_cid).await?);
        if self.majority.try_with_untracked(Option::is_none) == Some(true) && train.len() as u64 <= COUNTED {
            self.count(&train, &metadata.classes);
        }
        says("Training");
        let options = TrainOptions::new(Algorithm::Logistic, metadata.classes);
        let trained = models.train(&train, &test, options, |_| {}).await?;
        // There are 256 classes at most.
        Ok(trained.classes.into_iter().map(|class| u8::try_from(class).unwrap_or(u8::MAX)).collect())
    }
}
