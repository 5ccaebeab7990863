//! Networks on WebGPU. The whole table, the parameters and the state of Adam stay on the device; a step is one
//! submission, and only the losses of an epoch and the parameters of a better network are read back.

use ml_gpu::{
    Gpu, GpuError,
    train::{Kernel, Memory, run},
};

use super::{
    cpu::{DECAY, TINY},
    fit::{Backend, Samples},
    weights::{Dense, Network},
};
use crate::{curve::Totals, error::TrainError, table::split::Parts};

/// Invocations of a workgroup, next to each other across columns.
const GROUP: usize = 64;
/// Rows that an invocation makes of its column.
const HIGH: usize = 8;
/// Rows that there is room for at least, so that validation takes few submissions.
const FEWEST: usize = 512;

/// A network on the device with the state of its training.
pub struct OnGpu {
    gpu: Gpu,
    layers: Vec<Layer>,
    /// Number of rows of a step, rate, penalty and weight, see [`HEADER`].
    step: Memory,
    /// Row numbers of the step.
    order: Memory,
    softmax: Kernel,
    /// Loss and whether it is correct, of each row of the table.
    measures: Memory,
    /// Rows that there is room for in one step.
    batch: usize,
    validation: Vec<u32>,
    labels: Vec<u16>,
    class_weights: Vec<f32>,
    /// Rows of the steps since the last reading.
    seen: Vec<u32>,
    /// Powers of [`DECAY`] after the steps so far.
    powers: (f32, f32),
    _kept: Vec<Memory>,
}

struct Layer {
    inputs: usize,
    outputs: usize,
    /// Weights, then bias.
    parameters: Memory,
    forward: Kernel,
    /// Derivatives by what the layer before gave; none for the first.
    back: Option<Kernel>,
    /// Gradients and the step of Adam.
    descend: Kernel,
}

/// Begins every kernel: the step, and the table's row of a row of the step.
const HEADER: &str = "
struct Step { count: u32, rate: f32, l2: f32, scale: f32 }
@group(0) @binding(0) var<storage, read> step: Step;
@group(0) @binding(1) var<storage, read> order: array<u32>;
fn row_of(r: u32) -> u32 { return order[min(r, step.count - 1u)]; }
";

impl OnGpu {
    /// Copies everything to the device.
    ///
    /// # Errors
    /// [`TrainError::Gpu`]
    pub fn new(
        gpu: &Gpu,
        network: &Network,
        rows: &Samples<'_>,
        parts: &Parts,
        class_weights: &[f32],
        batch: usize,
    ) -> Result<Self, TrainError> {
        Self::prepare(gpu, network, rows, parts, class_weights, batch).map_err(gpu_error)
    }

    fn prepare(
        gpu: &Gpu,
        network: &Network,
        rows: &Samples<'_>,
        parts: &Parts,
        class_weights: &[f32],
        batch: usize,
    ) -> Result<Self, GpuError> {
        let count = rows.labels.len();
        let batch = batch.max(FEWEST);
        let tall = batch.next_multiple_of(HIGH);
        let x = Memory::of_f32(gpu, rows.x)?;
        let labels: Vec<u32> = rows.labels.iter().map(|label| u32::from(*label)).collect();
        let labels = Memory::of_u32(gpu, &labels)?;
        let weights = Memory::of_f32(gpu, class_weights)?;
        let step = Memory::zeros(gpu, 8)?;
        let order = Memory::zeros(gpu, batch)?;
        let measures = Memory::zeros(gpu, 2 * count)?;
        let mut outputs = Vec::new();
        for layer in &network.layers {
            // What the layer gave, and the derivatives by it.
            outputs.push((Memory::zeros(gpu, tall * layer.outputs)?, Memory::zeros(gpu, tall * layer.outputs)?));
        }
        let last = network.layers.len() - 1;
        let mut layers = Vec::new();
        for (at, layer) in network.layers.iter().enumerate() {
            let (inputs, width) = (layer.inputs, layer.outputs);
            let both: Vec<f32> = layer.weights.iter().chain(&layer.bias).copied().collect();
            let parameters = Memory::of_f32(gpu, &both)?;
            let state = Memory::zeros(gpu, 2 * both.len())?;
            let input = if at == 0 { &x } else { &outputs[at - 1].0 };
            let (output, delta) = &outputs[at];
            let forward = Kernel::new(
                gpu,
                "forward",
                &forward(inputs, width, at == 0, at < last),
                &[&step, &order, input, &parameters, output],
                1,
            );
            let back = (at > 0).then(|| {
                let source = back(inputs, width, tall);
                let memory = [&step, &order, delta, &parameters, input, &outputs[at - 1].1];
                Kernel::new(gpu, "back", &source, &memory, 1)
            });
            let source = descend(inputs, width, at == 0);
            let descend = Kernel::new(gpu, "descend", &source, &[&step, &order, input, delta, &parameters, &state], 2);
            layers.push((Layer { inputs, outputs: width, parameters, forward, back, descend }, state));
        }
        let source = softmax(network.classes(), tall);
        let (scores, delta) = &outputs[last];
        let memory = [&step, &order, scores, &labels, &weights, delta, &measures];
        let softmax = Kernel::new(gpu, "softmax", &source, &memory, 2);
        let (layers, states): (Vec<Layer>, Vec<Memory>) = layers.into_iter().unzip();
        let mut kept = vec![x, labels, weights];
        kept.extend(states);
        kept.extend(outputs.into_iter().flat_map(|(output, delta)| [output, delta]));
        Ok(Self {
            gpu: gpu.clone(),
            layers,
            step,
            order,
            softmax,
            measures,
            batch,
            validation: parts.validation.clone(),
            labels: rows.labels.to_vec(),
            class_weights: class_weights.to_vec(),
            seen: Vec::new(),
            powers: (1.0, 1.0),
            _kept: kept,
        })
    }

    fn weight(&self, rows: &[u32]) -> f64 {
        rows.iter().map(|row| f64::from(self.class_weights[usize::from(self.labels[*row as usize])])).sum()
    }

    async fn pass(&self, rows: &[u32], rate: f32, l2: f32, learns: bool) -> Result<(), GpuError> {
        let weight = self.weight(rows);
        let scale = if weight > 0.0 { (1.0 / weight) as f32 } else { 0.0 };
        self.order.write_u32(&self.gpu, rows);
        let header = [rows.len() as u32, rate.to_bits(), l2.to_bits(), scale.to_bits()];
        self.step.write_u32(&self.gpu, &header);
        let high = rows.len().div_ceil(HIGH);
        let across = |width: usize| width.div_ceil(GROUP);
        let mut kernels: Vec<(&Kernel, (usize, usize))> = Vec::new();
        kernels.extend(self.layers.iter().map(|layer| (&layer.forward, (across(layer.outputs), high))));
        kernels.push((&self.softmax, (rows.len().div_ceil(GROUP), 1)));
        if learns {
            for layer in self.layers.iter().rev() {
                kernels.extend(layer.back.as_ref().map(|back| (back, (across(layer.inputs), high))));
                kernels.push((&layer.descend, (across(layer.outputs), (layer.inputs + 1).div_ceil(HIGH))));
            }
        }
        run(&self.gpu, &kernels).await
    }

    async fn sum(&self, rows: &[u32]) -> Result<Totals, GpuError> {
        let measures = self.measures.read_f32(&self.gpu).await?;
        let mut totals = Totals { rows: rows.len() as u64, weight: self.weight(rows), ..Totals::default() };
        for &row in rows {
            totals.loss += f64::from(measures[2 * row as usize]);
            totals.correct += u64::from(measures[2 * row as usize + 1] > 0.5);
        }
        Ok(totals)
    }
}

impl Backend for OnGpu {
    async fn step(&mut self, rows: &[u32], rate: f32, l2: f32) -> Result<(), TrainError> {
        self.powers = (self.powers.0 * DECAY.0, self.powers.1 * DECAY.1);
        let rate = rate * (1.0 - self.powers.1).sqrt() / (1.0 - self.powers.0);
        self.seen.extend_from_slice(rows);
        self.pass(rows, rate, l2, true).await.map_err(gpu_error)
    }

    async fn totals(&mut self) -> Result<Totals, TrainError> {
        let seen = std::mem::take(&mut self.seen);
        self.sum(&seen).await.map_err(gpu_error)
    }

    async fn validate(&mut self) -> Result<Totals, TrainError> {
        for rows in self.validation.chunks(self.batch) {
            self.pass(rows, 0.0, 0.0, false).await.map_err(gpu_error)?;
        }
        self.sum(&self.validation).await.map_err(gpu_error)
    }

    async fn network(&mut self) -> Result<Network, TrainError> {
        let mut layers = Vec::new();
        for layer in &self.layers {
            let mut weights = layer.parameters.read_f32(&self.gpu).await.map_err(gpu_error)?;
            let bias = weights.split_off(layer.inputs * layer.outputs);
            layers.push(Dense { inputs: layer.inputs, outputs: layer.outputs, weights, bias });
        }
        Ok(Network { layers })
    }
}

fn gpu_error(error: GpuError) -> TrainError {
    TrainError::Gpu { why: error.to_string() }
}

/// Where the input of row `r` of the step begins.
fn base(inputs: usize, gathers: bool) -> String {
    if gathers { format!("row_of(r) * {inputs}u") } else { format!("r * {inputs}u") }
}

/// An unrolled line for each row of an invocation; `@` is its number.
fn each(line: &str) -> String {
    (0..HIGH).map(|at| line.replace('@', &at.to_string())).collect()
}

/// `output = input · weights + bias`, with or without ReLU.
fn forward(inputs: usize, outputs: usize, gathers: bool, rectifies: bool) -> String {
    let begin = base(inputs, gathers);
    let bias = inputs * outputs;
    let value = if rectifies { "max(sum@, 0.0)" } else { "sum@" };
    format!(
        "{HEADER}
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
fn begin(r: u32) -> u32 {{ return {begin}; }}
@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
  let o = id.x;
  let r = id.y * {HIGH}u;
  if (o >= {outputs}u) {{ return; }}
  let bias = parameters[{bias}u + o];
{}  for (var i = 0u; i < {inputs}u; i++) {{
    let weight = parameters[i * {outputs}u + o];
{}  }}
{}}}
",
        each("  let at@ = begin(r + @u);\n  var sum@ = bias;\n"),
        each("    sum@ += input[at@ + i] * weight;\n"),
        each(&format!("  output[(r + @u) * {outputs}u + o] = {value};\n")),
    )
}

/// Probabilities, loss, and the derivatives by the scores.
fn softmax(classes: usize, tall: usize) -> String {
    format!(
        "{HEADER}
@group(0) @binding(2) var<storage, read> scores: array<f32>;
@group(0) @binding(3) var<storage, read> labels: array<u32>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> measures: array<f32>;
@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
  let r = id.x;
  if (r >= {tall}u || r >= step.count) {{ return; }}
  let start = r * {classes}u;
  let row = row_of(r);
  let label = labels[row];
  let weight = weights[label];
  var best = 0u;
  for (var c = 1u; c < {classes}u; c++) {{
    if (scores[start + c] > scores[start + best]) {{ best = c; }}
  }}
  let highest = scores[start + best];
  var sum = 0.0;
  for (var c = 0u; c < {classes}u; c++) {{ sum += exp(scores[start + c] - highest); }}
  for (var c = 0u; c < {classes}u; c++) {{
    let p = exp(scores[start + c] - highest) / sum;
    delta[start + c] = (p - select(0.0, 1.0, c == label)) * weight * step.scale;
  }}
  measures[2u * row] = weight * (log(sum) + highest - scores[start + label]);
  measures[2u * row + 1u] = select(0.0, 1.0, best == label);
}}
"
    )
}

/// Derivatives by the input of a layer that a ReLU made.
fn back(inputs: usize, outputs: usize, tall: usize) -> String {
    format!(
        "{HEADER}
@group(0) @binding(2) var<storage, read> delta: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read> input: array<f32>;
@group(0) @binding(5) var<storage, read_write> before: array<f32>;
@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
  let i = id.x;
  let r = id.y * {HIGH}u;
  if (i >= {inputs}u || r + {HIGH}u > {tall}u) {{ return; }}
{}  for (var o = 0u; o < {outputs}u; o++) {{
    let weight = parameters[i * {outputs}u + o];
{}  }}
{}}}
",
        each("  var sum@ = 0.0;\n"),
        each(&format!("    sum@ += delta[(r + @u) * {outputs}u + o] * weight;\n")),
        each(&format!(
            "  before[(r + @u) * {inputs}u + i] = select(0.0, sum@, input[(r + @u) * {inputs}u + i] > 0.0);\n"
        )),
    )
}

/// Gradients of several weights of a column (the bias is that of an input that is always 1), and Adam's step.
fn descend(inputs: usize, outputs: usize, gathers: bool) -> String {
    let begin = base(inputs, gathers);
    let (first, second) = DECAY;
    format!(
        "{HEADER}
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(3) var<storage, read> delta: array<f32>;
@group(0) @binding(4) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> state: array<vec2<f32>>;
fn adam(i: u32, o: u32, sum: f32) {{
  if (i > {inputs}u) {{ return; }}
  let at = i * {outputs}u + o;
  let value = parameters[at];
  let gradient = sum + select(step.l2 * value, 0.0, i == {inputs}u);
  let mean = {first} * state[at].x + (1.0 - {first}) * gradient;
  let square = {second} * state[at].y + (1.0 - {second}) * gradient * gradient;
  state[at] = vec2<f32>(mean, square);
  parameters[at] = value - step.rate * mean / (sqrt(square) + {TINY:e});
}}
@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
  let o = id.x;
  let i = id.y * {HIGH}u;
  if (o >= {outputs}u) {{ return; }}
{}  for (var r = 0u; r < step.count; r++) {{
    let begin = {begin};
    let by_score = delta[r * {outputs}u + o];
{}  }}
{}}}
",
        each(&format!("  let from@ = min(i + @u, {}u);\n  var sum@ = 0.0;\n", inputs - 1)),
        each(&format!("    sum@ += select(input[begin + from@], 1.0, i + @u == {inputs}u) * by_score;\n")),
        each("  adam(i + @u, o, sum@);\n"),
    )
}
