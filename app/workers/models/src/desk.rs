//! What is asked for: open, predict, train, measure.

use dataset::write_cell;
use ml_onnx::Limits;
use ml_run::{Gpus, Session, Source as _, product};
use ml_task::{Algorithm, Answer, Context, EngineChoice, Task, TrainOptions};

use crate::{
    breath::{Asked, Breath},
    link::{Beside, Bytes},
};

/// The open model, and the GPU for all of them.
#[derive(Default)]
pub struct Desk {
    session: Option<Session>,
    gpus: Gpus,
}

/// What came of a task.
pub struct Done {
    pub answer: Answer,
    pub beside: Vec<(&'static str, Vec<u8>)>,
}

impl From<Answer> for Done {
    fn from(answer: Answer) -> Self {
        Self { answer, beside: Vec::new() }
    }
}

impl Desk {
    /// Does what is asked; `tell` hears how far it is.
    ///
    /// # Errors
    /// A sentence for a person.
    pub async fn work(
        &mut self,
        task: Task,
        beside: &Beside,
        asked: &Asked,
        tell: impl Fn(&Answer),
    ) -> Result<Done, String> {
        match task {
            Task::Open { context } => self.open(&beside.bytes("model")?, &context),
            Task::Predict { input, engine } => {
                let (session, gpus) = self.opened()?;
                let (prediction, ran) = session.predict(&input, engine, gpus).await.map_err(|e| e.to_string())?;
                Ok(Answer::Predicted { prediction, ran }.into())
            }
            Task::PredictTable { label, engine } => {
                let table = beside.bytes("table")?;
                let mut breath = Breath::new(asked, tell);
                self.table(&table, label.as_deref(), engine, &mut breath).await
            }
            Task::Train { options } => {
                let (train, test) = (beside.bytes("train")?, beside.bytes("test")?);
                self.train(&train, &test, &options, &mut Breath::new(asked, tell)).await
            }
            Task::Measure { engine, rows, runs } => {
                let (session, gpus) = self.opened()?;
                let times = session.times(engine, rows as usize, runs as usize, gpus).await;
                let (micros, repeated) = times.map_err(|e| e.to_string())?;
                Ok(Answer::Times { micros, repeated }.into())
            }
            Task::Product { size, runs } => {
                let products = product::products(size as usize, runs as usize, &mut self.gpus).await;
                let product::Products { tiled, naive, cpu, gpu } = products.map_err(|e| e.to_string())?;
                Ok(Answer::Products { tiled, naive, cpu, gpu }.into())
            }
            // Heard before the work began: there is nothing to end.
            Task::Stop => Ok(Answer::Stopped.into()),
        }
    }

    #[cfg(test)]
    pub fn gpus(&mut self) -> &mut Gpus {
        &mut self.gpus
    }

    fn opened(&mut self) -> Result<(&mut Session, &mut Gpus), String> {
        let session = self.session.as_mut().ok_or("No model is open; open one first.")?;
        Ok((session, &mut self.gpus))
    }

    fn open(&mut self, model: &Bytes, context: &Context) -> Result<Done, String> {
        // The memory of the one before is needed.
        self.session = None;
        let limit = Limits::default().bytes;
        if model.bytes() > limit {
            let (bytes, limit) = (model.bytes() >> 20, limit >> 20);
            return Err(format!("The file is {bytes} MB; models here have at most {limit} MB. Export a smaller one."));
        }
        let session = Session::open(&model.to_vec(), context).map_err(|e| e.to_string())?;
        let card = Box::new(session.card().clone());
        self.session = Some(session);
        Ok(Answer::Opened { card }.into())
    }

    async fn table(
        &mut self,
        table: &Bytes,
        label: Option<&str>,
        engine: EngineChoice,
        watch: &mut impl ml_run::Watch,
    ) -> Result<Done, String> {
        let (session, gpus) = self.opened()?;
        let predicted = session.table(table, label, engine, gpus, watch).await.map_err(|e| e.to_string())?;
        let Some(predicted) = predicted else { return Ok(Answer::Stopped.into()) };
        let classes = predicted.classes.iter().flat_map(|class| class.to_le_bytes()).collect();
        Ok(Done {
            answer: Answer::Table { rows: predicted.ran.rows, correct: predicted.correct, ran: predicted.ran },
            beside: vec![("csv", predicted.csv), ("classes", classes)],
        })
    }

    async fn train(
        &mut self,
        train: &Bytes,
        test: &Bytes,
        options: &TrainOptions,
        watch: &mut impl ml_train::Watch,
    ) -> Result<Done, String> {
        let wanted = options.algorithm == Algorithm::Mlp && options.engine != EngineChoice::Cpu;
        // Where there is no GPU, the CPU trains; the summary says which it was.
        let gpu = if wanted { self.gpus.open().await.ok() } else { None };
        let (train, test) = (train.to_vec(), test.to_vec());
        let trained = ml_train::train(&train, &test, options, gpu, watch).await.map_err(|e| e.to_string())?;
        let mut predictions = Vec::new();
        for class in &trained.predictions {
            write_cell(&mut predictions, options.classes.get(usize::from(*class)).map_or("", String::as_str));
            predictions.push(b'\n');
        }
        Ok(Done {
            answer: Answer::Trained { summary: Box::new(trained.summary) },
            beside: vec![("model", trained.model.to_bytes()), ("predictions", predictions)],
        })
    }
}
