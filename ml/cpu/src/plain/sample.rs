//! Pictures read at places between their points (`GridSample`), and positions turned into embeddings (`RotaryEmbedding`).

use ml_onnx::{Data, Node};

use super::arguments::integers;
use super::cast::{converted, doubles};
use super::strides::strides;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nearest,
    Linear,
    Cubic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outside {
    Zeros,
    Border,
    Reflection,
}

/// How a place is read.
#[derive(Debug, Clone, Copy)]
struct Sampling {
    between: Between,
    outside: Outside,
    /// Whether -1 and 1 are the middles of the outermost points, and not their outer edges.
    corners: bool,
}

/// Points that a place is made of along one axis: where, if inside, and how much of each.
type Points = Vec<(Option<usize>, f64)>;

impl Sampling {
    fn of(node: &Node) -> Result<Self, Reason> {
        let between = match node.text("mode").unwrap_or("linear") {
            "nearest" => Between::Nearest,
            "linear" | "bilinear" => Between::Linear,
            "cubic" | "bicubic" => Between::Cubic,
            other => return Err(Reason(format!("its mode {other} is none that ONNX knows."))),
        };
        let outside = match node.text("padding_mode").unwrap_or("zeros") {
            "zeros" => Outside::Zeros,
            "border" => Outside::Border,
            "reflection" => Outside::Reflection,
            other => return Err(Reason(format!("its padding_mode {other} is none that ONNX knows."))),
        };
        Ok(Self { between, outside, corners: node.int("align_corners", 0) != 0 })
    }

    /// The points for a place from -1 to 1 along an axis of `length` points.
    fn points(self, place: f64, length: usize) -> Points {
        let span = length as f64;
        let mut at = match self.corners {
            true => (place + 1.0) / 2.0 * (span - 1.0),
            false => ((place + 1.0) * span - 1.0) / 2.0,
        };
        if self.between == Between::Nearest {
            at = at.round_ties_even();
        }
        // Places outside are moved first, then the points around them.
        at = match self.outside {
            Outside::Zeros => at,
            Outside::Border => at.clamp(0.0, span - 1.0),
            Outside::Reflection => self.reflected(at, span),
        };
        if !at.is_finite() {
            return vec![(None, 1.0)];
        }
        let first = at.floor();
        let rest = at - first;
        let weights = match self.between {
            Between::Nearest => return vec![(self.inside(at, span), 1.0)],
            Between::Linear => vec![(0.0, 1.0 - rest), (1.0, rest)],
            Between::Cubic => (-1..3).map(|step| (f64::from(step), cubic(rest - f64::from(step)))).collect(),
        };
        weights.into_iter().map(|(step, weight)| (self.inside(first + step, span), weight)).collect()
    }

    /// The point at a whole place, if there is one.
    fn inside(self, at: f64, span: f64) -> Option<usize> {
        let at = match self.outside {
            Outside::Zeros if at < 0.0 || at >= span => return None,
            Outside::Zeros | Outside::Border => at.clamp(0.0, span - 1.0),
            Outside::Reflection => self.reflected(at, span).clamp(0.0, span - 1.0),
        };
        Some(at as usize)
    }

    /// A place mirrored at the borders until it is between them.
    fn reflected(self, at: f64, span: f64) -> f64 {
        let (low, high) = if self.corners { (0.0, span - 1.0) } else { (-0.5, span - 0.5) };
        let width = high - low;
        if width <= 0.0 {
            return 0.0;
        }
        let far = (at - low).abs();
        let (turns, rest) = ((far / width).floor(), far % width);
        if turns % 2.0 == 0.0 { low + rest } else { high - rest }
    }
}

/// The weight of a point at this distance, as PyTorch has it (a = -0.75).
fn cubic(distance: f64) -> f64 {
    const A: f64 = -0.75;
    let x = distance.abs();
    match x {
        x if x <= 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
        x if x < 2.0 => A * (((x - 5.0) * x + 8.0) * x - 4.0),
        _ => 0.0,
    }
}

/// `GridSample`
pub(super) fn grid(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let sampling = Sampling::of(node)?;
    Ok(closure(move |inputs| {
        let (tensor, grid) = (input(inputs, 0)?, input(inputs, 1)?);
        let ([batch, channels, space @ ..], [rows, places @ .., width]) = (tensor.shape(), grid.shape()) else {
            return Err("its input and grid have too few dimensions.".into());
        };
        if rows != batch || *width != space.len() || space.is_empty() || space.contains(&0) {
            return Err(Reason(format!("a grid of {:?} does not fit {:?}.", grid.shape(), tensor.shape())));
        }
        let mut shape = vec![*batch, *channels];
        shape.extend(places);
        let (area, count): (usize, usize) = (space.iter().product(), places.iter().product());
        let own = strides(space);
        let (values, wanted) = (doubles(tensor)?, doubles(grid)?);
        let mut result = vec![0.0; elements(&shape)?];
        for row in 0..*batch {
            for place in 0..count {
                let at = &wanted[(row * count + place) * width..][..*width];
                // A grid names the last axis first.
                let points: Vec<Points> =
                    space.iter().zip(at.iter().rev()).map(|(&length, &at)| sampling.points(at, length)).collect();
                let mut sources = vec![(0, 1.0)];
                for (points, &step) in points.iter().zip(&own) {
                    let along = |&(from, share): &(usize, f64)| {
                        let next = points.iter().filter_map(move |&(at, weight)| Some((at?, weight)));
                        next.map(move |(at, weight)| (from + at * step, share * weight)).collect::<Vec<_>>()
                    };
                    sources = sources.iter().flat_map(along).collect();
                }
                for channel in 0..*channels {
                    let plane = (row * channels + channel) * area;
                    let sum = sources.iter().map(|&(at, weight)| values[plane + at] * weight).sum();
                    result[(row * channels + channel) * count + place] = sum;
                }
            }
        }
        one(shape, converted(&Data::F64(result), tensor.element_type())?)
    }))
}

/// `RotaryEmbedding`: pairs of features turned by an angle for each position.
pub(super) fn rotary(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let neighbours = node.int("interleaved", 0) != 0;
    let heads = usize::try_from(node.int("num_heads", 0)).unwrap_or(0);
    let turned = usize::try_from(node.int("rotary_embedding_dim", 0)).unwrap_or(0);
    Ok(closure(move |inputs| {
        let (tensor, cosines, sines) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        // Batch, heads, steps, features; whether heads come before steps.
        let (batch, heads, steps, width, heads_first) = match *tensor.shape() {
            [batch, heads, steps, width] => (batch, heads, steps, width, true),
            [batch, steps, whole] if heads > 0 && whole % heads == 0 => (batch, heads, steps, whole / heads, false),
            ref shape => return Err(Reason(format!("its input of shape {shape:?} cannot be cut into heads."))),
        };
        let turned = if turned == 0 { width } else { turned };
        let half = turned / 2;
        let rows: Vec<usize> = match inputs.get(3).copied().flatten() {
            Some(positions) => {
                let places = integers(positions)?.into_iter().map(usize::try_from).collect::<Result<_, _>>();
                places.map_err(|_| Reason("a position is negative.".into()))?
            }
            None => (0..batch * steps).collect(),
        };
        let angles = cosines.shape().last().copied().unwrap_or(0);
        let most = rows.iter().max().map_or(0, |most| most + 1);
        let fits = rows.len() == batch * steps
            && turned <= width
            && angles >= half
            && [cosines, sines].iter().all(|cache| cache.len() >= most * angles && cache.shape() == cosines.shape());
        if !fits {
            return Err(Reason(format!("its angles of {:?} do not fit {:?}.", cosines.shape(), tensor.shape())));
        }
        let (cosines, sines, mut values) = (doubles(cosines)?, doubles(sines)?, doubles(tensor)?);
        for row in 0..batch {
            for head in 0..heads {
                for step in 0..steps {
                    let line = match heads_first {
                        true => (row * heads + head) * steps + step,
                        false => (row * steps + step) * heads + head,
                    };
                    let angle = rows[row * steps + step] * angles;
                    let line = &mut values[line * width..][..width];
                    for pair in 0..half {
                        let (i, j) = if neighbours { (2 * pair, 2 * pair + 1) } else { (pair, half + pair) };
                        let (cosine, sine) = (cosines[angle + pair], sines[angle + pair]);
                        let (a, b) = (line[i], line[j]);
                        line[i] = a * cosine - b * sine;
                        line[j] = a * sine + b * cosine;
                    }
                }
            }
        }
        one(tensor.shape().to_vec(), converted(&Data::F64(values), tensor.element_type())?)
    }))
}
