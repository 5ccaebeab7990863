//! Which requests are answered.

use dataset::{
    Owned, Part as TablePart, Published, SAMPLE, Surveyed, peek,
    predictions::{self, PredictionOptions, TestIds},
    task::{Answer, Failure, Progress, Request, Stage, SurveyOptions},
};
use protocol::cid::HashedFile;
use web_sys::File;
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::{
    model::join,
    source::{Helpers, Source},
    split::split,
    store::Store,
    survey::{look, pass, survey},
};

/// Remembers the last survey for the split after it.
#[derive(Default)]
pub struct Preparing {
    helpers: Helpers,
    pub store: Option<Store>,
    surveyed: Option<(File, Surveyed)>,
}

impl Service<Part> for Preparing {
    type Request = Request;
    type Progress = Progress;
    type Answer = Answer;

    async fn answer(
        &mut self,
        request: Request,
        parts: Parts<Part>,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        self.carry_out(request, &parts, job).await.map_err(|failure| match failure {
            Failure::Stopped => Ended::Stopped,
            other => Ended::failed(other),
        })
    }
}

impl Preparing {
    pub async fn carry_out(
        &mut self,
        request: Request,
        parts: &Parts<Part>,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Failure> {
        let file = |name| parts.file(name).map_err(Failure::Missing);
        match request {
            Request::Peek { options } => peek_files(&file("table")?, file("labels").ok(), &options).await,
            Request::Survey { options } => {
                self.surveyed = None;
                let table = file("table")?;
                let surveyed = survey(&mut self.helpers, &table, file("labels").ok(), &options, job).await?;
                let report = surveyed.report.clone();
                self.surveyed = Some((table, surveyed));
                Ok(Answer::Survey(report).into())
            }
            Request::Split { options } => {
                if self.store.is_none() {
                    self.store = Some(Store::open().await);
                }
                match (&self.store, &self.surveyed) {
                    (Some(store), Some((table, surveyed))) => {
                        let source = self.helpers.open(table).await?;
                        split(store, source, surveyed, &options, job).await
                    }
                    _ => Err(Failure::NotSurveyed),
                }
            }
            Request::Owned { options } => {
                let mut owned = Owned::new(options);
                pass(&mut self.helpers, &file("table")?, Stage::Checking, job, |piece| owned.push(piece)).await?;
                let (report, table) = owned.finish()?;
                Ok(Reply { answer: Answer::Owned(report), parts: Parts::none().with("table", Part::moved(&table)) })
            }
            Request::Hash => {
                let hashed = pass(&mut self.helpers, &file("file")?, Stage::Hashing, job, |_| Ok(())).await?;
                let HashedFile { cid, bytes } = hashed;
                Ok(Answer::Hash { cid, bytes }.into())
            }
            Request::Model => {
                let beside: Vec<File> = (0..).map_while(|at| parts.file(&format!("beside-{at}")).ok()).collect();
                join(&mut self.helpers, &file("model")?, &beside, job).await
            }
            Request::Predictions { classes, label, test_rows } => {
                let ids = match parts.bytes("test") {
                    Ok(test) => Some(TestIds::of(&test)?),
                    Err(_) => None,
                };
                let options = PredictionOptions { label: Some(&label), ..PredictionOptions::default() };
                predictions(&file("file")?, &classes, test_rows, ids.as_ref(), options).await
            }
            Request::Published { labelled } => {
                let mut published = Published::new(labelled);
                look(&mut self.helpers, &file("file")?, job, |piece| published.push(piece)).await?;
                Ok(Answer::Published(published.finish()?).into())
            }
            Request::Template { classes, class } => {
                let test = file("test")?;
                let bytes = Source::head(&test, test.size() as usize).await?;
                let template = predictions::template(&bytes, &classes, class)?;
                Ok(Reply { answer: Answer::Template, parts: Parts::none().with("template", Part::moved(&template)) })
            }
        }
    }
}

async fn peek_files(
    table: &File,
    labels: Option<File>,
    options: &SurveyOptions,
) -> Result<Reply<Answer, Part>, Failure> {
    let part = if labels.is_some() { TablePart::Features } else { TablePart::Table };
    let table = peek(part, &Source::head(table, SAMPLE).await?, options.table)?;
    let labels = match labels {
        Some(file) => Some(peek(TablePart::Labels, &Source::head(&file, SAMPLE).await?, options.labels)?),
        None => None,
    };
    Ok(Answer::Peek { table, labels }.into())
}

async fn predictions(
    file: &File,
    classes: &[String],
    test_rows: u32,
    ids: Option<&TestIds>,
    options: PredictionOptions<'_>,
) -> Result<Reply<Answer, Part>, Failure> {
    let bytes = Source::head(file, predictions::MAX_BYTES + 1).await?;
    let read = predictions::read_for(&bytes, classes, test_rows, ids, options)?;
    let cid = predictions::plain_cid(&read.indices, classes);
    Ok(Answer::Predictions { indices: read.indices, cid, beside: read.beside, notes: read.notes }.into())
}
