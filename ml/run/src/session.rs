//! An open model: predicts one row or a table, on whichever engine is faster.

use std::collections::BTreeSet;

use ml_onnx::{Data, Limits as FileLimits, Model, Tensor};
use ml_task::{Card, Context, Engine, EngineChoice, Input, Measured, Prediction, Ran};

use crate::{
    batches::{Limits, Pace, fitting},
    card::{card, known},
    engines::{self, Engines, Outputs, faster},
    error::RunError,
    gpus::Gpus,
    graph::needed,
    input::layout::{Batch, Layout},
    input::rows::{Inputs, PendingRows},
    input::table::{Source, Table},
    output::names::{Names, Verdicts},
    output::results::Results,
    output::truth::{Judged, judge},
};

/// Rows from which the GPU is asked at all, and microseconds that make fewer rows worth it.
const WORTH_ROWS: usize = 32;
const WORTH_MICROS: f64 = 30_000.0;
/// Microseconds of work left below which nothing is measured any more.
const NEARLY_DONE: f64 = 20_000.0;
/// Outputs, elements of each and characters of a text that are shown of a prediction.
const SHOWN_OUTPUTS: usize = 8;
const SHOWN_ELEMENTS: usize = 16;
const SHOWN_CHARACTERS: usize = 60;

/// Sees how far a table is, and can end it. Everything is on one thread, so the future need not be `Send`.
#[allow(async_fn_in_trait)]
pub trait Watch {
    /// Whether to go on. A browser's worker yields here, so that it hears a stop.
    async fn progress(&mut self, rows: u64, total: u64) -> bool;
}

/// An open model.
pub struct Session {
    model: Model,
    layout: Layout,
    /// Unknown until a table says how many columns there are, where the model leaves it open.
    limits: Option<Limits>,
    /// Numbers of rows for which all shapes are known to fit together.
    fitting: BTreeSet<usize>,
    names: Names,
    engines: Engines,
    card: Card,
}

/// What came of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    pub csv: Vec<u8>,
    /// For each row a position in `names`; [`crate::output::names::NO_CLASS`] where the model gave a number.
    pub classes: Vec<u16>,
    /// For each row the position of its true label in `names`, or `NO_CLASS` as above; empty where there are no labels.
    pub truth: Vec<u16>,
    /// The classes, in order, and after them every other label that the model or the table gave; the table's labels where
    /// the model only numbers its classes.
    pub names: Vec<String>,
    /// Correct rows, where labels were given that can be compared and it is no regression.
    pub correct: Option<u64>,
    /// What to know where table and model call the classes otherwise: how they were taken, or why nothing was compared.
    pub called: Option<String>,
    pub ran: Ran,
}

/// One run that was made.
struct Step {
    outputs: Outputs,
    engine: Engine,
    micros: f64,
}

/// How a run was decided.
#[derive(Default)]
struct Decided {
    engine: Option<Engine>,
    measured: Option<Measured>,
    fell_back: Option<String>,
}

impl Session {
    /// Reads an untrusted model. The file is given away, so that its memory is free before an engine takes some.
    ///
    /// # Errors
    /// [`RunError`] that names the node or value.
    pub fn open(file: Vec<u8>, context: &Context) -> Result<Self, RunError> {
        let bytes = file.len() as u64;
        Self::of(Model::read_owned(file, &FileLimits::default())?, bytes, context)
    }

    /// A model that was read, from a file of so many bytes.
    ///
    /// # Errors
    /// [`RunError`] that names the node or value.
    pub fn of(model: Model, bytes: u64, context: &Context) -> Result<Self, RunError> {
        let model = needed(model);
        let mut layout = Layout::new(&model, context.features.as_deref())?;
        layout.known = known(&model, &layout);
        let limits = match layout.width() {
            Some(_) => Some(Limits::new(&model, &layout)?),
            None => None,
        };
        let names = Names::new(&model, context.classes.as_deref());
        let engines = Engines::new(&model, context.measured.clone())?;
        let card = card(&model, bytes, &layout, &names.classes, engines.refused());
        Ok(Self { model, layout, limits, fitting: BTreeSet::new(), names, engines, card })
    }

    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Predicts one row.
    ///
    /// # Errors
    /// [`RunError`] that names the field, or says what the engine could not do.
    pub async fn predict(
        &mut self,
        input: &Input,
        choice: EngineChoice,
        gpus: &mut Gpus,
    ) -> Result<(Prediction, Ran), RunError> {
        let rows = PendingRows::of_input(&self.layout, input)?;
        let batch = match self.layout.batch {
            Batch::Any => 1,
            Batch::Exactly(rows) => rows,
        };
        self.fits(rows.layout(), batch)?;
        let inputs = rows.next(1, batch)?;
        let mut decided = Decided::new(choice);
        if decided.engine.is_none() {
            decided.remember(&self.engines, batch);
        }
        let mut step = self.step(inputs.clone(), &mut decided, gpus).await?;
        if decided.engine.is_none() && step.micros > WORTH_MICROS && self.engines.refused().is_none() {
            let (measured, _) = self.engines.measure(&self.model, &inputs, batch, gpus).await?;
            decided.measured = Some(measured);
        }
        let verdicts = self.names.read(&step.outputs, batch)?;
        step.outputs.truncate(SHOWN_OUTPUTS);
        let prediction = self.prediction(&verdicts, &step.outputs)?;
        let ran = Ran { guessed: rows.layout().guess(), ..decided.ran(step.engine, step.micros, 1) };
        Ok((prediction, ran))
    }

    /// Predicts every row of a table; `label` is the column with the true labels, if there is one. Nothing comes of it
    /// where `watch` ends it.
    ///
    /// # Errors
    /// [`RunError`] that names line and column, or says what the engine could not do.
    pub async fn table<S: Source + ?Sized>(
        &mut self,
        source: &S,
        label: Option<&str>,
        choice: EngineChoice,
        gpus: &mut Gpus,
        watch: &mut impl Watch,
    ) -> Result<Option<Predicted>, RunError> {
        let mut table = Table::open(source, &self.layout, label)?;
        let limits = match self.limits {
            Some(limits) => limits,
            None => Limits::new(&self.model, table.rows().layout())?,
        };
        let mut decided = Decided::new(choice);
        let mut pace = match decided.engine {
            Some(Engine::Gpu) => Pace::on_gpu(limits, self.layout.batch, table.total()),
            Some(Engine::Cpu) | None => Pace::new(limits, self.layout.batch),
        };
        let mut results = Results::default();
        let (mut total, mut micros, mut last) = (table.total(), 0.0, Engine::Cpu);
        loop {
            let waiting = table.fill(pace.rows())?;
            if waiting == 0 {
                break;
            }
            let rows = waiting.min(pace.rows());
            let left = total.saturating_sub(results.rows()).max(rows as u64);
            let undecided = decided.engine.is_none() && (pace.settled() || left <= rows as u64);
            if undecided {
                decided.remember(&self.engines, rows);
                pace.hold(decided.engine == Some(Engine::Gpu));
            }
            let batch = pace.padded(rows);
            self.fits(table.rows().layout(), batch)?;
            let inputs = table.rows().next(rows, batch)?;
            let step = if undecided && decided.engine.is_none() && self.worth_measuring(&pace, rows, left) {
                self.measured_step(&inputs, rows, &mut decided, gpus).await
            } else {
                self.step(inputs, &mut decided, gpus).await
            };
            let read = step.and_then(|step| Ok((self.names.read(&step.outputs, batch)?, step)));
            let (mut verdicts, step) = match read {
                Err(RunError::Cpu(_)) if limits.flops == 0 && pace.one_by_one() => continue,
                // A file that was exported with one row may put the results of several into one.
                Err(RunError::Results { .. }) if pace.one_by_one() => continue,
                read => read?,
            };
            verdicts.cut(rows);
            results.add(&mut self.names, &verdicts, if table.labelled() { &table.labels()[..rows] } else { &[] });
            table.done(rows);
            pace.hold(decided.engine == Some(Engine::Gpu));
            pace.took(rows, step.micros);
            micros += step.micros;
            last = decided.engine.unwrap_or(step.engine);
            total = total.max(results.rows());
            if !watch.progress(results.rows(), total).await {
                return Ok(None);
            }
        }
        if results.rows() == 0 {
            return Err(RunError::Empty);
        }
        let rows = results.rows();
        let unread = table.rows().unread().map(ToString::to_string);
        let guessed = table.rows().layout().guess();
        let ran = Ran { unread, guessed, ..decided.ran(last, micros, rows) };
        let Judged { names, correct, called } = judge(&mut results, &self.names);
        let Results { csv, classes, truth, .. } = results;
        Ok(Some(Predicted { csv, classes, truth, names, correct, called, ran }))
    }

    /// Microseconds of each of `runs` runs of `rows` random rows, and how often each was repeated to be told by the clock.
    ///
    /// # Errors
    /// [`RunError`] where this engine cannot.
    pub async fn times(
        &mut self,
        engine: Engine,
        rows: usize,
        runs: usize,
        gpus: &mut Gpus,
    ) -> Result<(Vec<f64>, u32), RunError> {
        /// Microseconds that a browser's clock tells well.
        const TOLD: f64 = 2_000.0;
        let rows = match self.layout.batch {
            Batch::Any => rows.max(1),
            Batch::Exactly(rows) => rows,
        };
        let inputs = PendingRows::random(&self.layout, rows).next(rows, rows)?;
        // The second run is warm.
        self.run_on(engine, &inputs, gpus).await?;
        let warm = self.run_on(engine, &inputs, gpus).await?;
        let repeated = (TOLD / warm.max(1.0)).ceil().clamp(1.0, 1000.0) as u32;
        let mut times = Vec::with_capacity(runs);
        for _ in 0..runs {
            let mut spent = 0.0;
            let since = web_time::Instant::now();
            for _ in 0..repeated {
                spent += self.run_on(engine, &inputs, gpus).await?;
            }
            // The clock's steps are too coarse for the runs themselves; what is around them is little.
            let spent = if repeated > 1 { engines::micros(since) } else { spent };
            times.push(spent / f64::from(repeated));
        }
        Ok((times, repeated))
    }

    async fn run_on(&mut self, engine: Engine, inputs: &Inputs, gpus: &mut Gpus) -> Result<f64, RunError> {
        match engine {
            Engine::Cpu => Ok(self.engines.cpu(inputs.clone())?.micros),
            Engine::Gpu => {
                let ran = self.engines.gpu(&self.model, inputs, gpus).await.map_err(RunError::Gpu)?;
                Ok(ran.micros)
            }
        }
    }

    fn worth_measuring(&self, pace: &Pace, rows: usize, left: u64) -> bool {
        let long = |micros: Option<f64>, limit: f64| micros.is_none_or(|micros| micros > limit);
        let large = rows >= WORTH_ROWS || pace.expected(rows as u64).is_some_and(|micros| micros > WORTH_MICROS);
        self.engines.refused().is_none() && large && long(pace.expected(left), NEARLY_DONE)
    }

    /// Engines are asked only for what the shape rules and memory allow.
    fn fits(&mut self, layout: &Layout, rows: usize) -> Result<(), RunError> {
        // A width that the model leaves open is another with every table.
        if self.limits.is_none() || !self.fitting.contains(&rows) {
            fitting(&self.model, layout, rows)?;
            self.fitting.insert(rows);
        }
        Ok(())
    }

    /// Runs on the engine that was decided; where that is the GPU and it cannot, on the CPU from here on.
    async fn step(&mut self, inputs: Inputs, decided: &mut Decided, gpus: &mut Gpus) -> Result<Step, RunError> {
        if decided.engine == Some(Engine::Gpu) {
            match self.engines.gpu(&self.model, &inputs, gpus).await {
                Ok(ran) => return Ok(Step { outputs: ran.outputs, engine: Engine::Gpu, micros: ran.micros }),
                Err(why) => {
                    decided.engine = Some(Engine::Cpu);
                    decided.fell_back = Some(why);
                }
            }
        }
        let ran = self.engines.cpu(inputs)?;
        Ok(Step { outputs: ran.outputs, engine: Engine::Cpu, micros: ran.micros })
    }

    /// Runs on both engines, and decides which one runs from here on.
    async fn measured_step(
        &mut self,
        inputs: &Inputs,
        rows: usize,
        decided: &mut Decided,
        gpus: &mut Gpus,
    ) -> Result<Step, RunError> {
        let (measured, ran) = self.engines.measure(&self.model, inputs, rows, gpus).await?;
        decided.engine = Some(faster(&measured));
        decided.measured = Some(measured);
        Ok(Step { outputs: ran.outputs, engine: Engine::Cpu, micros: ran.micros })
    }

    fn prediction(&self, verdicts: &Verdicts, outputs: &Outputs) -> Result<Prediction, RunError> {
        let verdict = verdicts.rows.first().ok_or(RunError::NoResult)?;
        let label = self.names.text(verdict);
        let mut scores: Vec<(String, f32)> = self.names.scores().iter().cloned().zip(verdicts.scores.clone()).collect();
        scores.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let outputs = outputs.iter().map(|(name, tensor)| (name.clone(), shown(tensor))).collect();
        Ok(Prediction { label, scores, outputs })
    }
}

impl Decided {
    fn new(choice: EngineChoice) -> Self {
        let engine = match choice {
            EngineChoice::Measured => None,
            EngineChoice::Cpu => Some(Engine::Cpu),
            EngineChoice::Gpu => Some(Engine::Gpu),
        };
        Self { engine, ..Self::default() }
    }

    /// Takes what was measured before, if anything was.
    fn remember(&mut self, engines: &Engines, rows: usize) {
        if let Some(measured) = engines.known(rows) {
            self.engine = Some(faster(measured));
            self.measured = Some(measured.clone());
        }
    }

    fn ran(self, engine: Engine, micros: f64, rows: u64) -> Ran {
        Ran { engine, micros, rows, measured: self.measured, fell_back: self.fell_back, guessed: None, unread: None }
    }
}

/// The first elements of an output as text.
fn shown(tensor: &Tensor) -> String {
    fn list<T: ToString>(values: &[T]) -> String {
        let cut = |value: &T| value.to_string().chars().take(SHOWN_CHARACTERS).collect::<String>();
        let mut text = values.iter().take(SHOWN_ELEMENTS).map(cut).collect::<Vec<_>>().join(", ");
        if values.len() > SHOWN_ELEMENTS {
            text.push_str(", …");
        }
        text
    }
    match tensor.data() {
        Data::F32(values) => list(values),
        Data::F64(values) => list(values),
        Data::I8(values) => list(values),
        Data::U8(values) => list(values),
        Data::I32(values) => list(values),
        Data::I64(values) => list(values),
        Data::Bool(values) => list(values),
        Data::String(values) => list(values),
    }
}
