//! Matrix products, convolutions, pools and normalisations.

use std::fmt::Write as _;
use std::rc::Rc;

use ml_onnx::shapes::Call;
use ml_onnx::shapes::window::Window;

use crate::GpuError;
use crate::graph::{BufferId, Reading, Scalar, Source, Tile, Value, float};
use crate::index::{affine, coordinate, stretched};
use crate::lower::Lower;
use crate::lower::supports;
use crate::tile::{Conv, Factor, MatMul};

/// An infinity, for which WGSL has no word; `min` keeps compilers from seeing it.
const NEGATIVE: &str = "bitcast<f32>(0xff800000u | min(i, 0u))";

/// A value made by a tile.
fn tiled(tile: Tile, count: usize) -> Value {
    Value { scalar: Scalar::Float, count, source: Source::Tile(Rc::new(tile)) }
}

/// The two spatial lengths; one dimension is a picture of one row.
fn flat(lengths: &[usize], missing: usize) -> [usize; 2] {
    match lengths {
        [length] => [missing, *length],
        [height, width, ..] => [*height, *width],
        [] => [missing, missing],
    }
}

impl Lower<'_> {
    pub(super) fn neural(&mut self, call: &Call) -> Result<(), GpuError> {
        if self.output_scalar(call, 0)? != Scalar::Float && call.node.operator != "MaxPool" {
            return Err(Self::unsupported(call, "it is for floats only"));
        }
        if self.output(call, 0)?.elements() == 0 {
            return self.finish(call, Vec::new(), "return 0.0;".into(), false);
        }
        match call.node.operator.as_str() {
            "Gemm" => self.gemm(call),
            "MatMul" => self.matmul(call),
            "Conv" => self.conv(call),
            "ConvTranspose" => self.conv_transpose(call),
            "MaxPool" | "AveragePool" => self.pool(call),
            "GlobalAveragePool" | "GlobalMaxPool" => self.global_pool(call),
            "BatchNormalization" => self.batch_norm(call),
            "InstanceNormalization" => self.instance_norm(call),
            "LayerNormalization" => self.layer_norm(call),
            "LRN" => self.local_norm(call),
            _ => Err(Self::unsupported(call, supports::NO_KERNEL)),
        }
    }

    /// A matrix of `rows` by `columns`, turned if it is a constant; otherwise as it is. Gives the buffer and whether it
    /// was turned.
    fn turned(&mut self, call: &Call, input: usize, rows: usize, columns: usize) -> Result<(BufferId, bool), GpuError> {
        let name = &call.node.inputs[input];
        let Some(values) = self.constant(name).and_then(|t| t.as_f32()) else {
            return Ok((self.operand_buffer(call, input)?, false));
        };
        let make = || {
            let at = |i: usize| values[(i % rows) * columns + i / rows].to_bits();
            Ok((0..rows * columns).map(at).collect())
        };
        Ok((self.store(&format!("{name} turned"), rows * columns, make)?, true))
    }

    fn gemm(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let (m, n) = (shape[0], shape[1]);
        let (a, b) = (call.shape(0)?, call.shape(1)?);
        let turn_a = call.node.int("transA", 0) != 0;
        let turn_b = call.node.int("transB", 0) != 0;
        let k = if turn_a { a[0] } else { a[1] };
        let left = self.operand_buffer(call, 0)?;
        let (across, along) = if turn_a { (1, m) } else { (k, 1) };
        let left = Factor { buffer: left, start: "0u".into(), across, along };
        let (right, turned) =
            if turn_b { self.turned(call, 1, b[0], b[1])? } else { (self.operand_buffer(call, 1)?, false) };
        let (across, along) = if turn_b && !turned { (k, 1) } else { (1, n) };
        let right = Factor { buffer: right, start: "0u".into(), across, along };
        let product = tiled(MatMul { batches: 1, m, k, n, left, right }.tile(), m * n);
        let (alpha, beta) = (call.node.float("alpha", 1.0), call.node.float("beta", 1.0));
        let number = |value: f32| float(value).ok_or_else(|| Self::unsupported(call, "alpha or beta is not finite"));
        let scaled = if alpha == 1.0 { "$0(i)".to_owned() } else { format!("$0(i) * {}", number(alpha)?) };
        let mut operands = vec![product];
        let mut body = format!("return {scaled};");
        if call.optional(2).is_some() && beta != 0.0 {
            let (value, at) = self.broadcast(call, 2, shape)?;
            operands.push(value);
            let factor = if beta == 1.0 { String::new() } else { format!(" * {}", number(beta)?) };
            body = format!("return {scaled} + $1({at}){factor};");
        } else if alpha == 1.0 {
            let only = operands.remove(0);
            self.set(call, 0, only);
            return Ok(());
        }
        self.finish(call, operands, body, false)
    }

    fn matmul(&mut self, call: &Call) -> Result<(), GpuError> {
        let (a, b) = (call.shape(0)?, call.shape(1)?);
        let count = self.output(call, 0)?.elements();
        let left = if a.len() == 1 { [&[1][..], a].concat() } else { a.to_vec() };
        let right = if b.len() == 1 { [b, &[1]].concat() } else { b.to_vec() };
        let (batch_a, matrix_a) = left.split_at(left.len() - 2);
        let (batch_b, matrix_b) = right.split_at(right.len() - 2);
        let (mut m, k, n) = (matrix_a[0], matrix_a[1], matrix_b[1]);
        let batch = call.broadcast(&[batch_a, batch_b])?;
        let mut batches: usize = batch.iter().product();
        let start = |own: &[usize], size: usize| {
            let steps: Vec<i64> = stretched(own, batch.len()).iter().map(|s| s * size as i64).collect();
            affine(&batch, &steps, 0, "batch")
        };
        let (start_a, start_b) = (start(batch_a, m * k), start(batch_b, k * n));
        let (buffer_a, buffer_b) = (self.operand_buffer(call, 0)?, self.operand_buffer(call, 1)?);
        let mut a = Factor { buffer: buffer_a, start: start_a, across: k, along: 1 };
        let b = Factor { buffer: buffer_b, start: start_b, across: 1, along: n };
        // One matrix on the right for all batches: their rows are one long matrix.
        if batch_b.iter().all(|&d| d == 1) && batch_a.iter().product::<usize>() == batches {
            m *= batches;
            batches = 1;
            a.start = "0u".into();
        }
        self.set(call, 0, tiled(MatMul { batches, m, k, n, left: a, right: b }.tile(), count));
        Ok(())
    }

    fn conv(&mut self, call: &Call) -> Result<(), GpuError> {
        let (x, w) = (call.shape(0)?, call.shape(1)?);
        let window = call.window(&x[2..], &w[2..])?;
        let groups = call.length(call.node.int("group", 1))?;
        if x.len() > 4 {
            return Err(Self::unsupported(call, "it has more than two spatial dimensions"));
        }
        let conv = Conv {
            batch: x[0],
            channels: x[1],
            input: flat(&x[2..], 1),
            outputs: w[0],
            output: flat(&window.output, 1),
            groups,
            kernel: flat(&window.kernel, 1),
            strides: flat(&window.strides, 1),
            dilations: flat(&window.dilations, 1),
            before: flat(&window.before, 0),
            after: flat(&window.after, 0),
        };
        let picture = self.operand_buffer(call, 0)?;
        let name = &call.node.inputs[1];
        let weights = if let Some(values) = self.constant(name).and_then(|t| t.as_f32()) {
            self.store(&format!("{name} packed {} {groups}", conv.rows()), conv.packed(), || Ok(conv.pack(values)))?
        } else {
            let given = self.operand(call, 1, Reading::Moved)?;
            let packed = self.graph.point(Scalar::Float, conv.packed(), vec![given], conv.packing(), false)?;
            self.graph.compute(&packed)?
        };
        let count = self.output(call, 0)?.elements();
        let mut tile = conv.tile(picture, weights);
        let channel = coordinate(&self.output(call, 0)?.shape, 1, "i");
        if channel.contains('/') {
            tile.channel = channel;
        }
        self.with_bias(call, tiled(tile, count))
    }

    /// Adds the third input, one value per channel.
    fn with_bias(&mut self, call: &Call, value: Value) -> Result<(), GpuError> {
        if call.optional(2).is_none() {
            self.set(call, 0, value);
            return Ok(());
        }
        let shape = &self.output(call, 0)?.shape;
        let at = coordinate(shape, 1, "i");
        let bias = self.operand(call, 2, Reading::Often)?;
        self.finish(call, vec![value, bias], format!("return $0(i) + $1({at});"), false)
    }

    fn conv_transpose(&mut self, call: &Call) -> Result<(), GpuError> {
        let (x, w) = (call.shape(0)?, call.shape(1)?);
        let window = call.transposed_window(&x[2..], &w[2..])?;
        let groups = call.length(call.node.int("group", 1))?;
        let shape = &self.output(call, 0)?.shape;
        let (depth, each) = (x[1] / groups, w[1]);
        let mut body = format!(
            "let n = {}; let o = {}; let g = o / {each}u;\n  var s = 0.0;\n",
            coordinate(shape, 0, "i"),
            coordinate(shape, 1, "i")
        );
        let rank = x.len() - 2;
        for d in 0..rank {
            let _ = writeln!(body, "  let q{d} = i32({}) + {};", coordinate(shape, d + 2, "i"), window.before[d]);
        }
        let _ = writeln!(body, "  for (var c = 0u; c < {depth}u; c++) {{");
        let (mut from, mut weight) = (format!("n * {}u + g * {depth}u + c", x[1]), format!("(g * {depth}u + c)"));
        let _ = write!(weight, " * {each}u + o % {each}u");
        for d in 0..rank {
            let (k, s, dilation, length) = (window.kernel[d], window.strides[d], window.dilations[d], x[d + 2]);
            let _ = writeln!(
                body,
                "  for (var k{d} = 0; k{d} < {k}; k{d}++) {{ let z{d} = q{d} - k{d} * {dilation}; if (z{d} < 0 || z{d} % \
                 {s} != 0 || z{d} / {s} >= {length}) {{ continue; }}"
            );
            from = format!("({from}) * {length}u + u32(z{d} / {s})");
            weight = format!("({weight}) * {k}u + u32(k{d})");
        }
        let _ = writeln!(body, "  s += $0({from}) * $1({weight});");
        body.push_str(&"}".repeat(rank + 1));
        body.push_str("\n  return s;");
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Often)?];
        let count = self.output(call, 0)?.elements();
        let value = self.graph.point(Scalar::Float, count, operands, body, true)?;
        self.with_bias(call, value)
    }

    fn pool(&mut self, call: &Call) -> Result<(), GpuError> {
        if self.wanted(call, 1) {
            return Err(Self::unsupported(call, "the positions of the maxima are wanted"));
        }
        let x = call.shape(0)?;
        let window = call.window(&x[2..], &call.kernel_shape()?)?;
        let maximum = call.node.operator == "MaxPool";
        let with_padding = call.node.int("count_include_pad", 0) != 0;
        let shape = &self.output(call, 0)?.shape;
        let rank = x.len() - 2;
        let area: usize = window.output.iter().product();
        let mut body = format!("let q = i / {area}u;\n");
        for d in 0..rank {
            let at = coordinate(shape, d + 2, "i");
            let _ = writeln!(body, "  let o{d} = i32({at}) * {} - {};", window.strides[d], window.before[d]);
        }
        let least = match self.output_scalar(call, 0)? {
            Scalar::Float => format!("  var s = {NEGATIVE};\n"),
            Scalar::Int => "  var s = -2147483647i - 1i;\n".into(),
        };
        body.push_str(if maximum { &least } else { "  var s = 0.0; var count = 0.0;\n" });
        let mut from = "i32(q)".to_owned();
        for d in 0..rank {
            from = format!("({from} * {} + p{d})", x[d + 2]);
        }
        let take = if maximum { format!("s = max(s, $0(u32({from})));") } else { format!("s += $0(u32({from}));") };
        let inside = window.before.iter().chain(&window.after).all(|&p| p == 0) && call.node.int("ceil_mode", 0) == 0;
        let size: usize = window.kernel.iter().product();
        if inside && size <= 16 {
            for place in 0..size {
                let mut rest = place;
                body.push_str("  {");
                for d in (0..rank).rev() {
                    let _ = write!(body, " let p{d} = o{d} + {};", rest % window.kernel[d] * window.dilations[d]);
                    rest /= window.kernel[d];
                }
                let _ = writeln!(body, " {take} }}");
            }
            let _ = writeln!(body, "  {}", if maximum { "" } else { "count = f32(SIZE);" });
            body = body.replace("SIZE", &size.to_string());
        } else {
            self.window_loops(&mut body, &window, &x[2..], with_padding, maximum, &take);
        }
        body.push_str(if maximum { "  return s;" } else { "  return s / count;" });
        let apart = (0..rank).all(|d| window.dilations[d] == 1 && window.strides[d] >= window.kernel[d]);
        let input = self.operand(call, 0, if apart { Reading::Moved } else { Reading::Often })?;
        self.finish(call, vec![input], body, true)
    }

    /// Loops over the places of a window that are inside of the picture.
    fn window_loops(
        &self,
        body: &mut String,
        window: &Window,
        input: &[usize],
        with_padding: bool,
        maximum: bool,
        take: &str,
    ) {
        let rank = input.len();
        for d in 0..rank {
            let (k, dilation) = (window.kernel[d], window.dilations[d]);
            let _ = writeln!(body, "  for (var k{d} = 0; k{d} < {k}; k{d}++) {{ let p{d} = o{d} + k{d} * {dilation};");
        }
        let condition = |grow: bool| {
            let each = (0..rank).map(|d| {
                let (before, after) = if grow { (window.before[d], window.after[d]) } else { (0, 0) };
                format!("p{d} >= -{before} && p{d} < {}", input[d] + after)
            });
            each.collect::<Vec<_>>().join(" && ")
        };
        if !maximum && with_padding {
            let _ = writeln!(body, "    if ({}) {{ count += 1.0; }}", condition(true));
        }
        let count = if maximum || with_padding { "" } else { " count += 1.0;" };
        let _ = writeln!(body, "    if ({}) {{ {take}{count} }}", condition(false));
        body.push_str(&"}".repeat(rank));
        body.push('\n');
    }

    fn global_pool(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let area: usize = x[2..].iter().product();
        let input = self.operand(call, 0, Reading::Moved)?;
        let body = if call.node.operator == "GlobalMaxPool" {
            format!(
                "var s = {NEGATIVE}; for (var k = 0u; k < {area}u; k++) {{ s = max(s, $0(i * {area}u + k)); }} return \
                 s;"
            )
        } else {
            format!(
                "var s = 0.0; for (var k = 0u; k < {area}u; k++) {{ s += $0(i * {area}u + k); }} return s / {area}.0;"
            )
        };
        self.finish(call, vec![input], body, true)
    }

    fn batch_norm(&mut self, call: &Call) -> Result<(), GpuError> {
        if call.node.int("training_mode", 0) != 0 {
            return Err(Self::unsupported(call, "it is in training mode"));
        }
        let shape = &self.output(call, 0)?.shape;
        let at = if shape.len() > 1 { coordinate(shape, 1, "i") } else { "0u".into() };
        let epsilon = float(call.node.float("epsilon", 1e-5)).unwrap_or_else(|| "0.0".into());
        let constants: Option<Vec<&[f32]>> =
            (1..5).map(|i| self.constant(&call.node.inputs[i]).and_then(|t| t.as_f32())).collect();
        let input = self.operand(call, 0, Reading::Same)?;
        if let Some([scale, bias, mean, variance]) = constants.as_deref() {
            let epsilon = call.node.float("epsilon", 1e-5);
            let channels = scale.len();
            let factor: Vec<f32> = scale.iter().zip(*variance).map(|(s, v)| s / (v + epsilon).sqrt()).collect();
            let more = (0..channels).map(|c| bias[c] - mean[c] * factor[c]);
            let more: Vec<u32> = more.map(f32::to_bits).collect();
            let factor = factor.iter().map(|f| f.to_bits()).collect();
            let key = format!("{} {}", call.node.name, call.node.outputs[0]);
            let factor = self.store(&format!("{key} factor"), channels, || Ok(factor))?;
            let more = self.store(&format!("{key} summand"), channels, || Ok(more))?;
            let constant = |id| Value { scalar: Scalar::Float, count: channels, source: Source::Buffer(id) };
            let operands = vec![input, constant(factor), constant(more)];
            return self.finish(call, operands, format!("return $0(i) * $1({at}) + $2({at});"), false);
        }
        let mut operands = vec![input];
        for index in 1..5 {
            operands.push(self.operand(call, index, Reading::Often)?);
        }
        let body = format!("let c = {at}; return ($0(i) - $3(c)) / sqrt($4(c) + {epsilon}) * $1(c) + $2(c);");
        self.finish(call, operands, body, false)
    }

    /// Mean and one over the standard deviation of `rows` stretches of `length` elements.
    fn moments(&mut self, input: &Value, rows: usize, length: usize, epsilon: f32) -> Result<(Value, Value), GpuError> {
        let sum = format!("for (var k = 0u; k < {length}u; k++)");
        let body = format!("var s = 0.0; {sum} {{ s += $0(i * {length}u + k); }} return s / {length}.0;");
        let mean = self.graph.point(Scalar::Float, rows, vec![input.clone()], body, true)?;
        let mean = self.stored(&mean)?;
        let epsilon = float(epsilon).unwrap_or_else(|| "0.0".into());
        let body = format!(
            "let m = $1(i); var s = 0.0; {sum} {{ let d = $0(i * {length}u + k) - m; s += d * d; }} return \
             inverseSqrt(s / {length}.0 + {epsilon});"
        );
        let spread = self.graph.point(Scalar::Float, rows, vec![input.clone(), mean.clone()], body, true)?;
        let spread = self.stored(&spread)?;
        Ok((mean, spread))
    }

    /// The value in a buffer.
    pub(super) fn stored(&mut self, value: &Value) -> Result<Value, GpuError> {
        let source = Source::Buffer(self.graph.compute(value)?);
        Ok(Value { scalar: value.scalar, count: value.count, source })
    }

    fn instance_norm(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let (rows, length) = (x[0] * x[1], x[2..].iter().product());
        let input = self.operand(call, 0, Reading::Often)?;
        let (mean, spread) = self.moments(&input, rows, length, call.node.float("epsilon", 1e-5))?;
        let operands =
            vec![input, mean, spread, self.operand(call, 1, Reading::Often)?, self.operand(call, 2, Reading::Often)?];
        let body =
            format!("let r = i / {length}u; let c = r % {}u; return ($0(i) - $1(r)) * $2(r) * $3(c) + $4(c);", x[1]);
        self.finish(call, operands, body, false)
    }

    fn layer_norm(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let axis = call.axis_attribute(-1, x.len())?;
        let (rows, length) = (x[..axis].iter().product(), x[axis..].iter().product::<usize>());
        let input = self.operand(call, 0, Reading::Often)?;
        let (mean, spread) = self.moments(&input, rows, length, call.node.float("epsilon", 1e-5))?;
        let (scale, scale_at) = self.broadcast(call, 1, x)?;
        let mut operands = vec![input, mean.clone(), spread.clone(), scale];
        let mut body = format!("let r = i / {length}u; return ($0(i) - $1(r)) * $2(r) * $3({scale_at})");
        if call.optional(2).is_some() {
            let (bias, bias_at) = self.broadcast(call, 2, x)?;
            operands.push(bias);
            let _ = write!(body, " + $4({bias_at})");
        }
        body.push(';');
        self.set(call, 1, mean);
        self.set(call, 2, spread);
        self.finish(call, operands, body, false)
    }

    fn local_norm(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let size = call.node.int("size", 1).max(1);
        let number = |name: &str, otherwise: f32| {
            float(call.node.float(name, otherwise)).ok_or_else(|| Self::unsupported(call, "a number is not finite"))
        };
        let (alpha, beta, bias) = (number("alpha", 1e-4)?, number("beta", 0.75)?, number("bias", 1.0)?);
        let area: usize = x[2..].iter().product();
        let channels = x[1];
        let (down, up) = ((size - 1) / 2, size - 1 - (size - 1) / 2);
        let input = self.operand(call, 0, Reading::Often)?;
        let body = format!(
            "let c = i32((i / {area}u) % {channels}u);\n  var s = 0.0;\n  for (var k = max(0, c - {down}); k <= min({}, c \
             + {up}); k++) {{ let x = $0(u32(i32(i) + (k - c) * {area})); s += x * x; }}\n  return $0(i) / pow({bias} + \
             {alpha} * s / {size}.0, {beta});",
            channels - 1
        );
        self.finish(call, vec![input], body, true)
    }
}
