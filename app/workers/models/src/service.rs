//! Which requests are answered: open, predict, train, judge, measure.

use dataset::write_cell;
use ml_onnx::Limits;
use ml_run::{Gpus, Predicted, Session, Source as _, product};
use ml_task::{Algorithm, Answer, Context, EngineChoice, Progress, Request, TrainOptions};
use ml_train::Gpu;
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::{
    bytes::{Bytes, words},
    judge,
    watch::{Told, Yielding},
};

/// The open model, and the GPU for all of them.
#[derive(Default)]
pub struct Models {
    session: Option<Session>,
    gpus: Gpus,
}

impl Service<Part> for Models {
    type Request = Request;
    type Progress = Progress;
    type Answer = Answer;

    async fn answer(
        &mut self,
        request: Request,
        parts: Parts<Part>,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        match request {
            Request::Open { context } => self.open(&Bytes::beside(&parts, "model")?, &context),
            Request::Predict { input, engine } => {
                let (session, gpus) = self.opened()?;
                let (prediction, ran) = session.predict(&input, engine, gpus).await.map_err(Ended::failed)?;
                Ok(Answer::Predicted { prediction, ran }.into())
            }
            Request::PredictTable { label, engine } => {
                self.table(&Bytes::beside(&parts, "table")?, label.as_deref(), engine, job).await
            }
            Request::Train { options } => {
                let (train, test) = (Bytes::beside(&parts, "train")?, Bytes::beside(&parts, "test")?);
                self.train(&train, &test, &options, job).await
            }
            Request::Folds { options, folds } => {
                let train = Bytes::beside(&parts, "train")?.to_vec();
                let gpu = self.gpu_for(&options).await;
                let (folds, rows) = judge::folds(&train, &options, folds, gpu, job).await?;
                let parts = Parts::none().with("rows", Part::moved(&words(rows.as_flattened())));
                Ok(Reply { answer: Answer::Folded { folds }, parts })
            }
            Request::Importance { repetitions, seed } => {
                let (table, truth) =
                    (Bytes::beside(&parts, "table")?.to_vec(), Bytes::beside(&parts, "truth")?.to_vec());
                let truth: Vec<u16> = truth.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
                let (session, gpus) = self.opened()?;
                let answer = judge::importance(session, gpus, &table, &truth, (repetitions, seed), job).await?;
                Ok(answer.into())
            }
            Request::Measure { engine, rows, runs } => {
                let (session, gpus) = self.opened()?;
                let times = session.times(engine, rows as usize, runs as usize, gpus).await;
                let (micros, repeated) = times.map_err(Ended::failed)?;
                Ok(Answer::Times { micros, repeated }.into())
            }
            Request::Product { size, runs } => {
                let products = product::products(size as usize, runs as usize, &mut self.gpus).await;
                let product::Products { tiled, naive, cpu, gpu } = products.map_err(Ended::failed)?;
                Ok(Answer::Products { tiled, naive, cpu, gpu }.into())
            }
        }
    }
}

impl Models {
    #[cfg(test)]
    pub fn gpus(&mut self) -> &mut Gpus {
        &mut self.gpus
    }

    fn opened(&mut self) -> Result<(&mut Session, &mut Gpus), Ended> {
        let session = self.session.as_mut().ok_or_else(|| Ended::failed("No model is open; open one first."))?;
        Ok((session, &mut self.gpus))
    }

    fn open(&mut self, model: &Bytes, context: &Context) -> Result<Reply<Answer, Part>, Ended> {
        // The memory of the one before is needed.
        self.session = None;
        let limit = Limits::default().bytes;
        if model.bytes() > limit {
            let (bytes, limit) = (model.bytes() >> 20, limit >> 20);
            let why = format!("The file is {bytes} MB; models here have at most {limit} MB. Export a smaller one.");
            return Err(Ended::Failed(why));
        }
        let session = Session::open(model.to_vec(), context).map_err(Ended::failed)?;
        let card = Box::new(session.card().clone());
        self.session = Some(session);
        Ok(Answer::Opened { card }.into())
    }

    async fn table(
        &mut self,
        table: &Bytes,
        label: Option<&str>,
        engine: EngineChoice,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        let (session, gpus) = self.opened()?;
        let predicted = session.table(table, label, engine, gpus, &mut Yielding::new(job, Told::All)).await;
        let predicted = predicted.map_err(Ended::failed)?.ok_or(Ended::Stopped)?;
        let parts = Parts::none().with("csv", Part::moved(&predicted.csv));
        let parts = parts.with("classes", Part::moved(&words(&predicted.classes)));
        let parts = parts.with("truth", Part::moved(&words(&predicted.truth)));
        let Predicted { names, correct, called, ran, .. } = predicted;
        Ok(Reply { answer: Answer::Table { rows: ran.rows, names, correct, called, ran }, parts })
    }

    async fn train(
        &mut self,
        train: &Bytes,
        test: &Bytes,
        options: &TrainOptions,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        let gpu = self.gpu_for(options).await;
        let (train, test) = (train.to_vec(), test.to_vec());
        let trained = ml_train::train(&train, &test, options, gpu, &mut Yielding::new(job, Told::All))
            .await
            .map_err(Ended::failed)?;
        let mut predictions = Vec::new();
        for class in &trained.predictions {
            write_cell(&mut predictions, options.classes.get(usize::from(*class)).map_or("", String::as_str));
            predictions.push(b'\n');
        }
        let parts = Parts::none().with("model", Part::moved(&trained.model.to_bytes()));
        let parts = parts.with("predictions", Part::moved(&predictions));
        let aside: Vec<u16> = trained.kept_aside.iter().flat_map(|(truth, said)| [*truth, *said]).collect();
        let parts = parts.with("aside", Part::moved(&words(&aside)));
        let parts = parts.with("classes", Part::moved(&words(&trained.predictions)));
        Ok(Reply { answer: Answer::Trained { summary: Box::new(trained.summary) }, parts })
    }
    /// Where there is no GPU, the CPU trains; the summary says which it was.
    async fn gpu_for(&mut self, options: &TrainOptions) -> Option<&Gpu> {
        let wanted = options.algorithm == Algorithm::Mlp && options.engine != EngineChoice::Cpu;
        if wanted { self.gpus.open().await.ok() } else { None }
    }
}
