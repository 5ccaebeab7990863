//! `RNN`, `GRU` and `LSTM` with all that ONNX lets them be: both directions, lengths of their own for every row, other
//! activations, peepholes. And `DynamicQuantizeLSTM` of onnxruntime, whose products are of numbers of eight bits.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::integers;
use super::cast::{converted, doubles};
use super::quantise::{floats, rounded, whole};
use crate::kernel::{Kernel, Reason, closure, elements, input};

type Activation = fn(f64) -> f64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Rnn,
    Gru,
    Lstm,
}

impl Cell {
    fn gates(self) -> usize {
        match self {
            Self::Rnn => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }

    fn activations(self) -> &'static [&'static str] {
        match self {
            Self::Rnn => &["Tanh"],
            Self::Gru => &["Sigmoid", "Tanh"],
            Self::Lstm => &["Sigmoid", "Tanh", "Tanh"],
        }
    }
}

/// What the node says, without its values.
struct Network {
    cell: Cell,
    /// For each direction whether it goes backwards.
    directions: Vec<bool>,
    hidden: usize,
    /// For each direction as many as the cell needs.
    activations: Vec<Activation>,
    clip: f64,
    /// Whether the reset gate is applied after the product (`linear_before_reset`).
    late_reset: bool,
    /// Whether the forget gate is what the input gate leaves.
    coupled: bool,
    batch_first: bool,
    /// Whether weights are whole numbers with scales, and what they are multiplied by is rounded to 256 values first.
    quantised: bool,
}

/// One direction's weights.
struct Weights<'a> {
    input: &'a [f64],
    state: &'a [f64],
    /// Of the input, then of the state.
    bias: &'a [f64],
    peephole: &'a [f64],
}

/// Lengths of an input.
struct Lengths {
    steps: usize,
    batch: usize,
    width: usize,
}

pub(super) fn recurrent(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let network = Network::of(node)?;
    Ok(closure(move |inputs| network.run(inputs)))
}

impl Network {
    fn of(node: &Node) -> Result<Self, Reason> {
        let cell = match node.operator.as_str() {
            "RNN" => Cell::Rnn,
            "GRU" => Cell::Gru,
            _ => Cell::Lstm,
        };
        let directions = match node.text("direction").unwrap_or("forward") {
            "forward" => vec![false],
            "reverse" => vec![true],
            "bidirectional" => vec![false, true],
            other => return Err(Reason(format!("its direction {other} is none that ONNX knows."))),
        };
        let named = node.texts("activations").unwrap_or_default();
        let wanted = cell.activations().len() * directions.len();
        let named = if named.is_empty() { cell.activations().repeat(directions.len()) } else { named };
        if named.len() != wanted {
            return Err(Reason(format!("it has {} activations, and {wanted} are needed.", named.len())));
        }
        let given = node.floats("activation_alpha").is_some() || node.floats("activation_beta").is_some();
        let activations = named.iter().map(|name| activation(name, given)).collect::<Result<_, _>>()?;
        let hidden = usize::try_from(node.int("hidden_size", 0)).unwrap_or(0);
        let clip = node.float("clip", f32::INFINITY);
        if clip.is_nan() || clip < 0.0 {
            return Err(Reason(format!("its clip {clip} is below 0.")));
        }
        let (batch_first, quantised) = (node.int("layout", 0) != 0, node.operator == "DynamicQuantizeLSTM");
        if batch_first && quantised {
            return Err("it takes steps first and rows second only.".into());
        }
        Ok(Self {
            cell,
            directions,
            hidden,
            activations,
            clip: f64::from(clip),
            late_reset: node.int("linear_before_reset", 0) != 0,
            coupled: node.int("input_forget", 0) != 0,
            batch_first,
            quantised,
        })
    }

    /// The weights at `at` in the shape of `LSTM`, a row for each unit of each gate; quantised ones have scales at `scale`.
    fn weights(&self, inputs: &[Option<&Tensor>], at: usize, scale: usize) -> Result<([usize; 3], Vec<f64>), Reason> {
        let tensor = input(inputs, at)?;
        let &[ways, first, second] = tensor.shape() else {
            return Err(Reason(format!("its weights have shape {:?}, not three dimensions.", tensor.shape())));
        };
        if !self.quantised {
            return Ok(([ways, first, second], doubles(tensor)?));
        }
        let (scales, zeros) = (floats(input(inputs, scale)?)?, whole(input(inputs, scale + 1)?)?);
        // One for each direction, or one for each row.
        let each = if scales.len() == ways { 1 } else { second };
        if scales.len() != ways * each || zeros.len() != scales.len() {
            return Err(Reason(format!("it has {} scales and {} zero points.", scales.len(), zeros.len())));
        }
        let numbers = whole(tensor)?;
        let mut values = Vec::with_capacity(numbers.len());
        for way in 0..ways {
            for row in 0..second {
                let own = way * each + row % each;
                let of_row = (0..first).map(|column| numbers[(way * first + column) * second + row]);
                values.extend(of_row.map(|v| f64::from(v.wrapping_sub(zeros[own])) * f64::from(scales[own])));
            }
        }
        Ok(([ways, second, first], values))
    }

    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let x = input(inputs, 0)?;
        let ((w_shape, w_values), (r_shape, r_values)) = (self.weights(inputs, 1, 8)?, self.weights(inputs, 2, 10)?);
        let (&[first, second, width], [_, _, hidden]) = (x.shape(), r_shape) else {
            return Err("its input does not have three dimensions.".into());
        };
        let (steps, batch) = if self.batch_first { (second, first) } else { (first, second) };
        let lengths = Lengths { steps, batch, width };
        let (ways, gates) = (self.directions.len(), self.cell.gates());
        let rows = gates * hidden;
        if (self.hidden != 0 && self.hidden != hidden)
            || w_shape != [ways, rows, width]
            || r_shape != [ways, rows, hidden]
        {
            return Err(Reason(format!("weights {w_shape:?} and {r_shape:?} do not fit {:?}.", x.shape())));
        }
        let optional = |at: usize, shape: &[usize]| match inputs.get(at).copied().flatten() {
            None => Ok(vec![0.0; shape.iter().product()]),
            Some(given) if given.shape() == shape => doubles(given),
            Some(given) => Err(Reason(format!("its input {at} has shape {:?}, not {shape:?}.", given.shape()))),
        };
        let state = if self.batch_first { [batch, ways, hidden] } else { [ways, batch, hidden] };
        let bias = optional(3, &[ways, 2 * rows])?;
        let (mut h, mut c) = (optional(5, &state)?, optional(6, &state)?);
        let peepholes = optional(7, &[ways, 3 * hidden])?;
        let ends = match inputs.get(4).copied().flatten() {
            None => vec![steps; batch],
            Some(given) => {
                let end = |&end: &i64| usize::try_from(end).ok().filter(|&end| end <= steps);
                let ends: Option<Vec<usize>> = integers(given)?.iter().map(end).collect();
                ends.filter(|ends| ends.len() == batch).ok_or("its lengths of sequences do not fit its input.")?
            }
        };
        let longest = ends.iter().copied().max().unwrap_or(0);
        let mut x_values = doubles(x)?;
        if self.quantised {
            // onnxruntime rounds the steps of all rows together.
            rounded(&mut x_values[..longest * batch * width]);
        }
        let whole = if self.batch_first { [batch, steps, ways, hidden] } else { [steps, ways, batch, hidden] };
        let mut y = vec![0.0; elements(&whole)?];
        for (way, &backwards) in self.directions.iter().enumerate() {
            let weights = Weights {
                input: &w_values[way * rows * width..(way + 1) * rows * width],
                state: &r_values[way * rows * hidden..(way + 1) * rows * hidden],
                bias: &bias[way * 2 * rows..(way + 1) * 2 * rows],
                peephole: &peepholes[way * 3 * hidden..(way + 1) * 3 * hidden],
            };
            let count = self.cell.activations().len();
            let activations = &self.activations[way * count..(way + 1) * count];
            let place = |row: usize| if self.batch_first { row * ways + way } else { way * batch + row } * hidden;
            for step in 0..longest {
                // What the products take for the state.
                let mut seen = h.clone();
                if self.quantised {
                    // onnxruntime rounds the states of all rows together. One that has just ended still is among them, then zeros are.
                    let ended = ends.iter().enumerate().filter(|&(_, &end)| step > end);
                    ended.for_each(|(row, _)| seen[place(row)..place(row) + hidden].fill(0.0));
                    rounded(&mut seen[place(0)..place(batch)]);
                }
                for (row, &end) in ends.iter().enumerate().filter(|&(_, &end)| step < end) {
                    let at = place(row)..place(row) + hidden;
                    let (seen, h, c) = (&seen[at.clone()], &mut h[at.clone()], &mut c[at]);
                    let step = if backwards { end - 1 - step } else { step };
                    let from = lengths.place(row, step, self.batch_first);
                    self.step(&weights, activations, &x_values[from..from + width], seen, (&mut *h, c));
                    let to = if self.batch_first {
                        ((row * steps + step) * ways + way) * hidden
                    } else {
                        ((step * ways + way) * batch + row) * hidden
                    };
                    y[to..to + hidden].copy_from_slice(h);
                }
            }
        }
        let element = x.element_type();
        let give = |shape: &[usize], values: Vec<f64>| {
            Ok::<_, Reason>(Tensor::new(shape.to_vec(), converted(&Data::F64(values), element)?)?)
        };
        let mut made = vec![give(&whole, y)?, give(&state, h)?];
        if self.cell == Cell::Lstm {
            made.push(give(&state, c)?);
        }
        Ok(made)
    }

    /// One step of one row: `x` comes in, `h` and `c` are what the cell remembers, `seen` is `h` as products take it.
    fn step(
        &self,
        weights: &Weights<'_>,
        activations: &[Activation],
        x: &[f64],
        seen: &[f64],
        (h, c): (&mut [f64], &mut [f64]),
    ) {
        let hidden = h.len();
        let rows = self.cell.gates() * hidden;
        let (of_input, of_state) = weights.bias.split_at(rows);
        let inward = |at: usize| dot(&weights.input[at * x.len()..(at + 1) * x.len()], x) + of_input[at];
        let inner = |at: usize, h: &[f64]| dot(&weights.state[at * hidden..(at + 1) * hidden], h) + of_state[at];
        let clip = |value: f64| value.clamp(-self.clip, self.clip);
        let whole: Vec<f64> = (0..rows).map(inward).collect();
        match (self.cell, activations) {
            (Cell::Rnn, &[f]) => {
                let next: Vec<f64> = (0..hidden).map(|at| f(clip(whole[at] + inner(at, seen)))).collect();
                h.copy_from_slice(&next);
            }
            (Cell::Gru, &[f, g]) => {
                let update: Vec<f64> = (0..hidden).map(|at| f(clip(whole[at] + inner(at, seen)))).collect();
                let reset: Vec<f64> = (hidden..2 * hidden).map(|at| f(clip(whole[at] + inner(at, seen)))).collect();
                let kept: Vec<f64> = reset.iter().zip(&*h).map(|(r, h)| r * h).collect();
                let next: Vec<f64> = (0..hidden)
                    .map(|at| {
                        let row = 2 * hidden + at;
                        let of_state = if self.late_reset { reset[at] * inner(row, seen) } else { inner(row, &kept) };
                        let candidate = g(clip(whole[row] + of_state));
                        (1.0 - update[at]) * candidate + update[at] * h[at]
                    })
                    .collect();
                h.copy_from_slice(&next);
            }
            (Cell::Lstm, &[f, g, last]) => {
                let gates: Vec<f64> = (0..rows).map(|at| whole[at] + inner(at, seen)).collect();
                for at in 0..hidden {
                    let peep = |gate: usize| weights.peephole[gate * hidden + at];
                    let opened = f(clip(gates[at] + peep(0) * c[at]));
                    let forgotten = match self.coupled {
                        true => 1.0 - opened,
                        false => f(clip(gates[2 * hidden + at] + peep(2) * c[at])),
                    };
                    c[at] = forgotten * c[at] + opened * g(clip(gates[3 * hidden + at]));
                    h[at] = f(clip(gates[hidden + at] + peep(1) * c[at])) * last(c[at]);
                }
            }
            // As many activations as the cell needs were read.
            _ => {}
        }
    }
}

impl Lengths {
    /// Where a row's step begins.
    fn place(&self, row: usize, step: usize, batch_first: bool) -> usize {
        (if batch_first { row * self.steps + step } else { step * self.batch + row }) * self.width
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The activation of this name; `given` says whether the node has numbers for activations, which only some use.
fn activation(name: &str, given: bool) -> Result<Activation, Reason> {
    let plain: Option<Activation> = match name.to_ascii_lowercase().as_str() {
        "relu" => Some(|v| v.max(0.0)),
        "tanh" => Some(f64::tanh),
        "sigmoid" => Some(|v| 1.0 / (1.0 + (-v).exp())),
        "softsign" => Some(|v| v / (1.0 + v.abs())),
        "softplus" => Some(|v| v.max(0.0) + (-v.abs()).exp().ln_1p()),
        _ => None,
    };
    if let Some(plain) = plain {
        return Ok(plain);
    }
    let with_numbers: Option<Activation> = match name.to_ascii_lowercase().as_str() {
        "leakyrelu" => Some(|v| if v < 0.0 { 0.01 * v } else { v }),
        "hardsigmoid" => Some(|v| (0.2 * v + 0.5).clamp(0.0, 1.0)),
        "elu" => Some(|v| if v < 0.0 { v.exp_m1() } else { v }),
        _ => None,
    };
    match with_numbers {
        Some(activation) if !given => Ok(activation),
        Some(_) => Err(Reason(format!("the numbers for its activation {name} are not read here."))),
        None => Err(Reason(format!("its activation {name} has no kernel."))),
    }
}
