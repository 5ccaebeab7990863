//! `Resize` and `Upsample`, nearest and linear, by tables of positions per dimension.

use std::fmt::Write as _;

use ml_onnx::shapes::Call;
use ml_onnx::shapes::select::Stretch;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Source, Value};
use crate::index::{coordinate, strides};
use crate::lower::Lower;

/// Where an output coordinate lies in the input.
fn original(mode: &str, at: usize, scale: f32, input: usize, output: usize) -> Option<f32> {
    let x = at as f32;
    Some(match mode {
        "half_pixel" => (x + 0.5) / scale - 0.5,
        "half_pixel_symmetric" => {
            let adjustment = output as f32 / (scale * input as f32);
            let center = input as f32 / 2.0;
            center * (1.0 - adjustment) + (x + 0.5) / scale - 0.5
        }
        "pytorch_half_pixel" if output > 1 => (x + 0.5) / scale - 0.5,
        "pytorch_half_pixel" => 0.0,
        "asymmetric" => x / scale,
        // The length that comes out is not rounded here.
        "align_corners" if output > 1 => x * (input as f32 - 1.0) / (scale * input as f32 - 1.0),
        "align_corners" => 0.0,
        _ => return None,
    })
}

fn rounded(mode: &str, x: f32) -> Option<f32> {
    Some(match mode {
        "round_prefer_floor" => (x - 0.5).ceil(),
        "round_prefer_ceil" => (x + 0.5).floor(),
        "floor" => x.floor(),
        "ceil" => x.ceil(),
        _ => return None,
    })
}

impl Lower<'_> {
    pub(super) fn resize(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let stretch = call.stretch()?;
        let old = call.node.operator == "Upsample" || call.opset < 11;
        let otherwise = if old { "asymmetric" } else { "half_pixel" };
        let place = call.node.text("coordinate_transformation_mode").unwrap_or(otherwise);
        if call.node.int("antialias", 0) != 0 || call.node.int("exclude_outside", 0) != 0 {
            return Err(Self::unsupported(call, "antialias and exclude_outside"));
        }
        match call.node.text("mode").unwrap_or("nearest") {
            "nearest" => {
                let rounding =
                    call.node.text("nearest_mode").unwrap_or(if old { "floor" } else { "round_prefer_floor" });
                self.nearest(call, x, &stretch, place, rounding)
            }
            "linear" | "bilinear" => self.linear(call, x, &stretch, place),
            other => Err(Self::unsupported(call, format!("mode \"{other}\""))),
        }
    }

    fn nearest(
        &mut self,
        call: &Call,
        x: &[usize],
        stretch: &Stretch,
        mode: &str,
        round: &str,
    ) -> Result<(), GpuError> {
        let own = strides(x);
        let mut table = Vec::new();
        let mut terms = Vec::new();
        for d in 0..x.len() {
            let at = coordinate(&stretch.output, d, "i");
            if stretch.output[d] == x[d] && (stretch.scales[d] - 1.0).abs() < 1e-6 {
                terms.push(format!("{at} * {}u", own[d]));
                continue;
            }
            terms.push(format!("u32($1({at} + {}u)) * {}u", table.len(), own[d]));
            for o in 0..stretch.output[d] {
                let from = original(mode, o, stretch.scales[d], x[d], stretch.output[d]);
                let from = from.and_then(|from| rounded(round, from));
                let from = from.ok_or_else(|| Self::unsupported(call, format!("modes \"{mode}\" and \"{round}\"")))?;
                table.push((from as i32).clamp(0, x[d] as i32 - 1));
            }
        }
        let mut operands = vec![self.operand(call, 0, Reading::Often)?];
        if !table.is_empty() {
            operands.push(self.table(call, "positions", &table)?);
        }
        self.finish(call, operands, format!("return $0({});", terms.join(" + ")), false)
    }

    fn linear(&mut self, call: &Call, x: &[usize], stretch: &Stretch, mode: &str) -> Result<(), GpuError> {
        let own = strides(x);
        let (mut table, mut weights): (Vec<i32>, Vec<u32>) = Default::default();
        let mut fixed = Vec::new();
        let mut body = String::new();
        let mut sides = Vec::new();
        for d in 0..x.len() {
            let at = coordinate(&stretch.output, d, "i");
            if stretch.output[d] == x[d] && (stretch.scales[d] - 1.0).abs() < 1e-6 {
                fixed.push(format!("{at} * {}u", own[d]));
                continue;
            }
            let start = table.len() / 2;
            let _ = writeln!(
                body,
                "  let c{d} = {at} + {start}u; let l{d} = u32($1(c{d} * 2u)) * {step}u; let h{d} = u32($1(c{d} * 2u + 1u)) \
                 * {step}u; let w{d} = $2(c{d});",
                step = own[d]
            );
            sides.push(d);
            for o in 0..stretch.output[d] {
                let from = original(mode, o, stretch.scales[d], x[d], stretch.output[d]);
                let from = from.ok_or_else(|| Self::unsupported(call, format!("mode \"{mode}\"")))?;
                let last = x[d] as f32 - 1.0;
                let from = from.clamp(0.0, last.max(0.0));
                let low = from.floor();
                table.extend([low as i32, (low as i32 + 1).min(x[d] as i32 - 1)]);
                weights.push((from - low).to_bits());
            }
        }
        if sides.is_empty() {
            let input = self.operand(call, 0, Reading::Same)?;
            self.set(call, 0, input);
            return Ok(());
        }
        let base = if fixed.is_empty() { "0u".into() } else { fixed.join(" + ") };
        let _ = writeln!(body, "  let base = {base}; var s = 0.0;");
        for corner in 0..1_usize << sides.len().min(4) {
            let (mut at, mut weight) = ("base".to_owned(), String::new());
            for (bit, d) in sides.iter().enumerate() {
                let high = corner >> bit & 1 == 1;
                let _ = write!(at, " + {}{d}", if high { "h" } else { "l" });
                let _ = if high { write!(weight, " * w{d}") } else { write!(weight, " * (1.0 - w{d})") };
            }
            let _ = writeln!(body, "  s += $0({at}){weight};");
        }
        if sides.len() > 4 {
            return Err(Self::unsupported(call, "more than four dimensions are stretched"));
        }
        body.push_str("  return s;");
        let input = self.operand(call, 0, Reading::Often)?;
        let positions = self.table(call, "positions", &table)?;
        let key = format!("{} weights {weights:?}", call.node.outputs.first().map_or("", String::as_str));
        let count = weights.len();
        let id = self.store(&key, count, || Ok(weights))?;
        let weights = Value { scalar: Scalar::Float, count, source: Source::Buffer(id) };
        self.finish(call, vec![input, positions, weights], body, false)
    }
}
