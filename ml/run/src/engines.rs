//! Runs a model on either engine, and finds out which is faster here.

use ml_cpu::CpuModel;
use ml_gpu::GpuModel;
use ml_onnx::{Data, Model, Tensor};
use ml_task::{Engine, Measured};
use web_time::Instant;

use crate::{error::RunError, gpus::Gpus, input::rows::Inputs};

/// Named outputs of a run.
pub type Outputs = Vec<(String, Tensor)>;

/// Microseconds that measuring an engine may take, warm-up not counted, and runs at most.
const BUDGET: f64 = 200_000.0;
const RUNS: usize = 5;
/// How far results of the engines may lie apart, of values around 1 and relative to larger ones.
const TOLERANCE: f32 = 0.01;
/// One label of so many may be another where nothing but labels is given: two classes may be as likely.
const TIES: usize = 100;

/// Results and the microseconds that they took.
pub struct Ran {
    pub outputs: Outputs,
    pub micros: f64,
}

/// A model on both engines.
pub struct Engines {
    cpu: CpuModel,
    gpu: Option<GpuModel>,
    /// Why the GPU is not asked for this model.
    refused: Option<String>,
    measured: Vec<Measured>,
}

impl Engines {
    /// # Errors
    /// [`RunError::Cpu`] where the CPU, which everything falls back to, cannot run it.
    pub fn new(model: &Model, measured: Vec<Measured>) -> Result<Self, RunError> {
        let refused = GpuModel::supports(model).err().map(|e| e.to_string());
        Ok(Self { cpu: CpuModel::new(model)?, gpu: None, refused, measured })
    }

    /// Why the GPU cannot run this model.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// # Errors
    /// [`RunError::Cpu`]
    pub fn cpu(&self, inputs: Inputs) -> Result<Ran, RunError> {
        let since = Instant::now();
        let outputs = self.cpu.run(inputs)?;
        Ok(Ran { outputs, micros: micros(since) })
    }

    /// # Errors
    /// A sentence that says why the GPU did not. The model is not tried there again, unless the GPU was merely lost.
    pub async fn gpu(&mut self, model: &Model, inputs: &Inputs, gpus: &mut Gpus) -> Result<Ran, String> {
        if let Some(why) = &self.refused {
            return Err(why.clone());
        }
        if gpus.forget_lost() {
            self.gpu = None;
        }
        let result = self.try_gpu(model, inputs, gpus).await;
        let Err(why) = result else { return result };
        // Either way nothing of it is kept.
        self.gpu = None;
        if gpus.forget_lost() {
            return Err(format!("The GPU was lost on the way. {why}"));
        }
        if gpus.why_none().is_none() {
            self.refused = Some(why.clone());
        }
        Err(why)
    }

    async fn try_gpu(&mut self, model: &Model, inputs: &Inputs, gpus: &mut Gpus) -> Result<Ran, String> {
        let gpu = gpus.open().await?;
        let on_gpu = match &mut self.gpu {
            Some(on_gpu) => on_gpu,
            none => none.insert(GpuModel::new(gpu, model).map_err(|e| e.to_string())?),
        };
        let since = Instant::now();
        let outputs = on_gpu.run(inputs).await.map_err(|e| e.to_string())?;
        Ok(Ran { outputs, micros: micros(since) })
    }

    /// What was measured for about this many rows.
    pub fn known(&self, rows: usize) -> Option<&Measured> {
        let class = class(rows);
        let near = |measured: &&Measured| class_of(measured).abs_diff(class) <= 1;
        // The nearest, and the newest of those.
        self.measured.iter().rev().filter(near).min_by_key(|measured| class_of(measured).abs_diff(class))
    }

    /// Measures both engines on these inputs and remembers it. The results are the CPU's.
    ///
    /// # Errors
    /// [`RunError::Cpu`] where the CPU cannot run it; what the GPU cannot is part of what was measured.
    pub async fn measure(
        &mut self,
        model: &Model,
        inputs: &Inputs,
        rows: usize,
        gpus: &mut Gpus,
    ) -> Result<(Measured, Ran), RunError> {
        let mut times = Times::default();
        let mut first = self.cpu(inputs.clone())?;
        times.warm_up(first.micros);
        while times.more() {
            times.add(self.cpu(inputs.clone())?.micros);
        }
        first.micros = times.median();
        let (gpu_us, why) = match self.measure_gpu(model, inputs, &first.outputs, gpus).await {
            Ok(micros) => (Some(micros), None),
            Err(why) => (None, Some(why)),
        };
        let batch = u32::try_from(rows).unwrap_or(u32::MAX);
        let measured = Measured { batch, cpu_us: first.micros, gpu_us, why };
        self.measured.push(measured.clone());
        Ok((measured, first))
    }

    async fn measure_gpu(
        &mut self,
        model: &Model,
        inputs: &Inputs,
        expected: &Outputs,
        gpus: &mut Gpus,
    ) -> Result<f64, String> {
        let mut times = Times::default();
        let first = self.gpu(model, inputs, gpus).await?;
        if let Some(apart) = apart(expected, &first.outputs) {
            let why = format!("This GPU computes the model differently from the CPU ({apart}), so it is not used.");
            self.refused = Some(why.clone());
            return Err(why);
        }
        times.warm_up(first.micros);
        while times.more() {
            times.add(self.gpu(model, inputs, gpus).await?.micros);
        }
        Ok(times.median())
    }
}

/// The faster engine.
pub fn faster(measured: &Measured) -> Engine {
    match measured.gpu_us {
        Some(gpu) if gpu < measured.cpu_us => Engine::Gpu,
        _ => Engine::Cpu,
    }
}

pub fn micros(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}

/// Powers of four: 0 for 1 to 3 rows, 1 for 4 to 15, …
fn class(rows: usize) -> u32 {
    rows.max(1).ilog(4)
}

fn class_of(measured: &Measured) -> u32 {
    class(measured.batch as usize)
}

/// Times of one engine.
#[derive(Default)]
struct Times {
    first: f64,
    others: Vec<f64>,
}

impl Times {
    fn warm_up(&mut self, micros: f64) {
        self.first = micros;
    }

    fn add(&mut self, micros: f64) {
        self.others.push(micros);
    }

    /// Whether another run is within what may be spent.
    fn more(&self) -> bool {
        let next = self.others.last().copied().unwrap_or(self.first);
        self.others.len() < RUNS && self.others.iter().sum::<f64>() + next <= BUDGET
    }

    fn median(&self) -> f64 {
        let mut sorted = self.others.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(self.first)
    }
}

/// The first numbers that lie too far apart, as a person would say it.
fn apart(expected: &Outputs, found: &Outputs) -> Option<String> {
    let mut pairs = Vec::with_capacity(expected.len());
    for (name, tensor) in expected {
        let Some((_, other)) = found.iter().find(|(other, _)| other == name) else {
            return Some(format!("“{name}” is missing"));
        };
        if tensor.shape() != other.shape() {
            return Some(format!("“{name}” has shape {:?} instead of {:?}", other.shape(), tensor.shape()));
        }
        pairs.push((name, tensor, other));
    }
    let mut compared = false;
    for (name, tensor, other) in &pairs {
        let (Data::F32(expected), Data::F32(found)) = (tensor.data(), other.data()) else { continue };
        compared = true;
        for (&a, &b) in expected.iter().zip(found) {
            let close = (a - b).abs() <= TOLERANCE * a.abs().max(1.0);
            if !(close || a == b || (a.is_nan() && b.is_nan())) {
                return Some(format!("{b} instead of {a} in “{name}”"));
            }
        }
    }
    // Labels follow from scores; where scores are close, they may differ.
    let labels = || pairs.iter().find_map(|(name, tensor, other)| labels_apart(name, tensor, other));
    if compared { None } else { labels() }
}

/// Whether more elements differ than ties explain.
fn labels_apart(name: &str, expected: &Tensor, found: &Tensor) -> Option<String> {
    fn differing<T: PartialEq>(expected: &[T], found: &[T]) -> usize {
        expected.iter().zip(found).filter(|(a, b)| a != b).count()
    }
    let differing = match (expected.data(), found.data()) {
        (Data::I64(a), Data::I64(b)) => differing(a, b),
        (Data::I32(a), Data::I32(b)) => differing(a, b),
        (Data::I8(a), Data::I8(b)) => differing(a, b),
        (Data::U8(a), Data::U8(b)) => differing(a, b),
        (Data::Bool(a), Data::Bool(b)) => differing(a, b),
        (Data::String(a), Data::String(b)) => differing(a, b),
        _ => expected.len(),
    };
    let most = expected.len() / TIES;
    (differing > most).then(|| format!("{differing} of {} others in “{name}”", expected.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn outputs(values: Vec<f32>) -> Outputs {
        vec![("y".into(), Tensor::new(vec![values.len()], Data::F32(values)).unwrap())]
    }

    #[test]
    fn the_median_leaves_out_the_warm_up() {
        let mut times = Times::default();
        times.warm_up(50_000.0);
        for micros in [100.0, 300.0, 200.0] {
            assert!(times.more());
            times.add(micros);
        }
        assert_eq!(times.median(), 200.0);
        let mut slow = Times::default();
        slow.warm_up(3_000_000.0);
        assert!(!slow.more());
        assert_eq!(slow.median(), 3_000_000.0);
    }

    #[test]
    fn labels_are_compared_where_there_is_nothing_else() {
        let labels = |data: Data| vec![("y".to_owned(), Tensor::new(vec![data.len()], data).unwrap())];
        let whole = |values: [i64; 3]| labels(Data::I64(values.to_vec()));
        assert_eq!(apart(&whole([1, 2, 3]), &whole([1, 2, 3])), None);
        assert_eq!(apart(&whole([1, 2, 3]), &whole([1, 0, 0])).unwrap(), "2 of 3 others in “y”");
        let text = |text: &str| labels(Data::String(vec![text.into()]));
        assert_eq!(apart(&text("a"), &text("a")), None);
        assert!(apart(&text("a"), &text("b")).is_some());
        assert!(apart(&text("a"), &whole([1, 2, 3])).is_some());
        // A tie among a hundred rows, no two.
        let hundred = |ones: usize| labels(Data::I64((0..100).map(|at| i64::from(at < ones)).collect()));
        assert_eq!(apart(&hundred(0), &hundred(1)), None);
        assert!(apart(&hundred(0), &hundred(2)).is_some());
        // Beside scores that agree, labels may differ.
        let both = |label: i64| [outputs(vec![0.5]), vec![("l".to_owned(), whole([label; 3]).remove(0).1)]].concat();
        assert_eq!(apart(&both(0), &both(1)), None);
    }

    #[test]
    fn results_apart_are_told() {
        assert_eq!(apart(&outputs(vec![1.0, f32::NAN, 1000.0]), &outputs(vec![1.001, f32::NAN, 1001.0])), None);
        let told = apart(&outputs(vec![1.0, 2.0]), &outputs(vec![1.0, 2.5])).unwrap();
        assert_eq!(told, "2.5 instead of 2 in “y”");
        assert!(apart(&outputs(vec![1.0]), &outputs(vec![f32::NAN])).is_some());
        assert!(apart(&outputs(vec![1.0]), &outputs(vec![1.0, 2.0])).is_some());
    }
}
