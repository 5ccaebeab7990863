//! `Attention`: queries that ask keys, and are answered by their values.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::integers;
use super::cast::{converted, doubles};
use crate::kernel::{Kernel, Reason, closure, elements, input};

/// What the node says.
struct Attention {
    causal: bool,
    scale: Option<f64>,
    /// Heads of queries, and of keys and values, where inputs do not say it themselves.
    heads: [usize; 2],
    softcap: f64,
    /// How far back and ahead a query sees; everything where it is negative.
    window: [i64; 2],
    /// What the fourth output shows, where it is wanted.
    shown: Option<Stage>,
}

/// Where on the way from products to shares of keys something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Products,
    /// After the cap.
    Capped,
    /// With what the mask adds.
    Masked,
    Shares,
}

/// Values by batch, head, step and feature.
struct Heads {
    values: Vec<f64>,
    batch: usize,
    heads: usize,
    steps: usize,
    width: usize,
}

pub(super) fn attention(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let heads = |name: &str| usize::try_from(node.int(name, 0)).unwrap_or(0);
    let wanted = node.outputs.get(3).is_some_and(|name| !name.is_empty());
    let stage = match node.int("qk_matmul_output_mode", 0) {
        0 => Stage::Products,
        1 => Stage::Capped,
        2 => Stage::Masked,
        3 => Stage::Shares,
        other => return Err(Reason(format!("its qk_matmul_output_mode {other} is none that ONNX knows."))),
    };
    let attention = Attention {
        causal: node.int("is_causal", 0) != 0,
        scale: node.attributes.contains_key("scale").then(|| f64::from(node.float("scale", 1.0))),
        heads: [heads("q_num_heads"), heads("kv_num_heads")],
        softcap: f64::from(node.float("softcap", 0.0)),
        window: ["left_window_size", "right_window_size"].map(|name| node.int(name, -1)),
        shown: wanted.then_some(stage),
    };
    Ok(closure(move |inputs| attention.run(inputs)))
}

impl Heads {
    /// From `[batch, heads, steps, width]`, or from `[batch, steps, heads × width]`.
    fn of(tensor: &Tensor, heads: usize) -> Result<Self, Reason> {
        let values = doubles(tensor)?;
        match *tensor.shape() {
            [batch, heads, steps, width] => Ok(Self { values, batch, heads, steps, width }),
            [batch, steps, whole] if heads > 0 && whole % heads == 0 => {
                let width = whole / heads;
                let mut sorted = Vec::with_capacity(values.len());
                for row in 0..batch {
                    for head in 0..heads {
                        for step in 0..steps {
                            let start = ((row * steps + step) * heads + head) * width;
                            sorted.extend_from_slice(&values[start..start + width]);
                        }
                    }
                }
                Ok(Self { values: sorted, batch, heads, steps, width })
            }
            ref shape => Err(Reason(format!("its input of shape {shape:?} cannot be cut into heads."))),
        }
    }

    fn line(&self, row: usize, head: usize, step: usize) -> &[f64] {
        let start = ((row * self.heads + head) * self.steps + step) * self.width;
        &self.values[start..start + self.width]
    }

    /// With what was there before in front.
    fn after(self, past: Option<&Tensor>) -> Result<Self, Reason> {
        let Some(past) = past else { return Ok(self) };
        let past = Self::of(past, 0)?;
        if (past.batch, past.heads, past.width) != (self.batch, self.heads, self.width) {
            return Err("what it remembers does not fit its keys and values.".into());
        }
        let steps = past.steps + self.steps;
        let mut values = Vec::with_capacity(past.values.len() + self.values.len());
        for row in 0..self.batch {
            for head in 0..self.heads {
                (0..past.steps).for_each(|step| values.extend_from_slice(past.line(row, head, step)));
                (0..self.steps).for_each(|step| values.extend_from_slice(self.line(row, head, step)));
            }
        }
        Ok(Self { values, steps, ..self })
    }

    fn shape(&self) -> Vec<usize> {
        vec![self.batch, self.heads, self.steps, self.width]
    }
}

/// What is added to the products before the softmax: nothing, or minus infinity where a query may not see a key.
struct Mask<'a> {
    shape: &'a [usize],
    values: Vec<f64>,
}

impl<'a> Mask<'a> {
    fn of(tensor: &'a Tensor) -> Result<Self, Reason> {
        let values = match tensor.data() {
            Data::Bool(seen) => seen.iter().map(|&seen| if seen { 0.0 } else { f64::NEG_INFINITY }).collect(),
            _ => doubles(tensor)?,
        };
        Ok(Self { shape: tensor.shape(), values })
    }

    /// Whether it can be stretched to this shape; its last axis may be shorter.
    fn fits(&self, whole: [usize; 4]) -> bool {
        let axes = self.shape.len();
        (1..=4).contains(&axes)
            && self.shape.iter().zip(&whole[4 - axes..]).enumerate().all(|(axis, (&length, &wanted))| {
                length == wanted || length == 1 || (axis + 1 == axes && length < wanted)
            })
    }

    fn at(&self, place: [usize; 4], keys: usize) -> f64 {
        let mut at = 0;
        for (axis, &length) in self.shape.iter().enumerate() {
            let wanted = place[4 - self.shape.len() + axis];
            let last = axis + 1 == self.shape.len();
            if wanted >= length && last && (length != 1 || keys == 1) {
                return f64::NEG_INFINITY;
            }
            at = at * length + if length == 1 { 0 } else { wanted };
        }
        self.values[at]
    }
}

impl Attention {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let optional = |at: usize| inputs.get(at).copied().flatten();
        let flat = input(inputs, 0)?.shape().len() == 3;
        let queries = Heads::of(input(inputs, 0)?, self.heads[0])?;
        let keys = Heads::of(input(inputs, 1)?, self.heads[1])?.after(optional(4))?;
        let values = Heads::of(input(inputs, 2)?, self.heads[1])?.after(optional(5))?;
        let past = keys.steps - Heads::of(input(inputs, 1)?, self.heads[1])?.steps;
        let fits = keys.batch == queries.batch
            && values.batch == queries.batch
            && keys.width == queries.width
            && (values.heads, values.steps) == (keys.heads, keys.steps)
            && keys.heads > 0
            && queries.heads.is_multiple_of(keys.heads);
        if !fits {
            return Err("its queries, keys and values do not fit each other.".into());
        }
        let mask = optional(3).map(Mask::of).transpose()?;
        let whole = [queries.batch, queries.heads, queries.steps, keys.steps];
        if mask.as_ref().is_some_and(|mask| !mask.fits(whole)) {
            return Err("its mask does not fit its queries and keys.".into());
        }
        let ends = optional(6).map(integers).transpose()?;
        if ends.as_ref().is_some_and(|ends| ends.len() != queries.batch || past > 0) {
            return Err("its lengths of keys do not fit its input.".into());
        }
        let scale = self.scale.unwrap_or_else(|| 1.0 / (queries.width as f64).sqrt());
        let shared = queries.heads / keys.heads;
        elements(&whole)?;
        let (mut answers, mut shown) = (Vec::new(), Vec::new());
        let mut line = vec![0.0; values.width];
        for row in 0..queries.batch {
            let end = ends.as_ref().map(|ends| ends[row]);
            let offset = end.map_or(past as i64, |end| end - queries.steps as i64);
            for head in 0..queries.heads {
                for step in 0..queries.steps {
                    let asked = queries.line(row, head, step);
                    let mut products: Vec<f64> =
                        (0..keys.steps).map(|key| dot(asked, keys.line(row, head / shared, key)) * scale).collect();
                    let mut show = |stage: Stage, line: &[f64]| {
                        if self.shown == Some(stage) {
                            shown.extend_from_slice(line);
                        }
                    };
                    show(Stage::Products, &products);
                    if self.softcap > 0.0 {
                        products.iter_mut().for_each(|p| *p = (*p / self.softcap).tanh() * self.softcap);
                    }
                    let bias = |key: usize| {
                        let given = mask.as_ref().map_or(0.0, |mask| mask.at([row, head, step, key], keys.steps));
                        if self.sees(step as i64 + offset, key as i64, end) { given } else { f64::NEG_INFINITY }
                    };
                    show(Stage::Capped, &products);
                    let bias: Vec<f64> = (0..keys.steps).map(bias).collect();
                    products.iter_mut().zip(&bias).for_each(|(product, bias)| *product += bias);
                    show(Stage::Masked, &products);
                    softmax(&mut products, &bias);
                    show(Stage::Shares, &products);
                    line.fill(0.0);
                    for (key, share) in products.iter().enumerate().filter(|(_, share)| **share != 0.0) {
                        let value = values.line(row, head / shared, key);
                        line.iter_mut().zip(value).for_each(|(sum, value)| *sum += share * value);
                    }
                    answers.extend_from_slice(&line);
                }
            }
        }
        let element = input(inputs, 0)?.element_type();
        let give = |shape: Vec<usize>, values: Vec<f64>| {
            Ok::<_, Reason>(Tensor::new(shape, converted(&Data::F64(values), element)?)?)
        };
        let (batch, heads, steps, width) = (queries.batch, queries.heads, queries.steps, values.width);
        let answers = match flat {
            false => give(vec![batch, heads, steps, width], answers)?,
            true => {
                let place = |row: usize, step: usize, head: usize| ((row * heads + head) * steps + step) * width;
                let order = (0..batch).flat_map(|row| (0..steps).map(move |step| (row, step)));
                let order = order.flat_map(|(row, step)| (0..heads).map(move |head| place(row, step, head)));
                let sorted = order.flat_map(|start| answers[start..start + width].to_vec()).collect();
                give(vec![batch, steps, heads * width], sorted)?
            }
        };
        let mut made = vec![answers, give(keys.shape(), keys.values)?, give(values.shape(), values.values)?];
        if self.shown.is_some() {
            made.push(give(whole.to_vec(), shown)?);
        }
        Ok(made)
    }

    /// Whether a query at this place may see a key; `end` is where keys end.
    fn sees(&self, place: i64, key: i64, end: Option<i64>) -> bool {
        let [back, ahead] = self.window;
        (!self.causal || key <= place)
            && end.is_none_or(|end| key < end)
            && (back < 0 || place - key <= back)
            && (ahead < 0 || key - place <= ahead)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Shares of keys; none where nothing may be seen.
fn softmax(products: &mut [f64], bias: &[f64]) {
    if bias.iter().all(|&bias| bias == f64::NEG_INFINITY) {
        products.fill(0.0);
        return;
    }
    let most = products.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    products.iter_mut().for_each(|product| *product = (*product - most).exp());
    let sum: f64 = products.iter().sum();
    products.iter_mut().for_each(|product| *product /= sum);
}
