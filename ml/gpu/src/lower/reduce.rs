//! Operators that make one element of many, or choose among many.

use std::fmt::Write as _;

use ml_onnx::ElementType;
use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Value};
use crate::index::{affine, strides};
use crate::lower::Lower;

/// How elements are gathered: start, what `x` does to `s`, and what becomes of `s` at the end (`COUNT` elements).
fn gathering(name: &str, scalar: Scalar) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match (name, scalar) {
        ("ReduceSum" | "ReduceMean", Scalar::Int) => ("0i", "s += x;", "s"),
        ("ReduceProd", Scalar::Int) => ("1i", "s *= x;", "s"),
        ("ReduceMax", Scalar::Int) => ("(-2147483647i - 1i)", "s = max(s, x);", "s"),
        ("ReduceMin", Scalar::Int) => ("2147483647i", "s = min(s, x);", "s"),
        ("ReduceL1", Scalar::Int) => ("0i", "s += abs(x);", "s"),
        ("ReduceSumSquare", Scalar::Int) => ("0i", "s += x * x;", "s"),
        (_, Scalar::Int) => return None,
        ("ReduceSum", _) => ("0.0", "s += x;", "s"),
        ("ReduceMean", _) => ("0.0", "s += x;", "s / COUNT.0"),
        ("ReduceMax", _) => ("NEGATIVE", "s = max(s, x);", "s"),
        ("ReduceMin", _) => ("POSITIVE", "s = min(s, x);", "s"),
        ("ReduceProd", _) => ("1.0", "s *= x;", "s"),
        ("ReduceL1", _) => ("0.0", "s += abs(x);", "s"),
        ("ReduceL2", _) => ("0.0", "s += x * x;", "sqrt(s)"),
        ("ReduceSumSquare", _) => ("0.0", "s += x * x;", "s"),
        ("ReduceLogSum", _) => ("0.0", "s += x;", "log(s)"),
        // The largest is taken out first, so that nothing overflows.
        ("ReduceLogSumExp", _) => ("0.0", "s += exp(x - m);", "log(s) + m"),
        _ => return None,
    })
}

impl Lower<'_> {
    pub(super) fn reduce(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let (axes, _) = call.reduced()?;
        let scalar = self.output_scalar(call, 0)?;
        let name = call.node.operator.as_str();
        let none = || Self::unsupported(call, "it is for floats only");
        let (start, step, end) = gathering(name, scalar).ok_or_else(none)?;
        let own = strides(x);
        let kept: Vec<usize> = (0..x.len()).filter(|d| axes.binary_search(d).is_err()).collect();
        let shape: Vec<usize> = kept.iter().map(|&d| x[d]).collect();
        let steps: Vec<i64> = kept.iter().map(|&d| own[d]).collect();
        let count: usize = axes.iter().map(|&d| x[d]).product();
        if name == "ReduceMean" && scalar == Scalar::Int {
            return Err(none());
        }
        let truth = self.output(call, 0)?.element == ElementType::Bool;
        let base = affine(&shape, &steps, 0, "i");
        // Neighbouring dimensions are one loop.
        let mut loops: Vec<(usize, i64)> = Vec::new();
        for &d in &axes {
            match loops.last_mut() {
                Some((length, step)) if *step == own[d] * x[d] as i64 => {
                    *length *= x[d];
                    *step = own[d];
                }
                _ => loops.push((x[d], own[d])),
            }
        }
        let mut open = String::new();
        let mut at = "base".to_owned();
        for (l, (length, step)) in loops.iter().enumerate() {
            let _ = write!(open, " for (var k{l} = 0u; k{l} < {length}u; k{l}++) {{");
            let _ = write!(at, " + k{l} * {step}u");
        }
        let close = "}".repeat(loops.len());
        let mut body = format!("let base = {base};\n");
        if name == "ReduceLogSumExp" {
            let _ = writeln!(body, "  var m = $0(base);{open} m = max(m, $0({at})); {close}");
        }
        // An infinity has no word in WGSL, so the first element is the start; it is met again, which changes nothing.
        let start = match start {
            // WGSL has no word for infinities either; `min` keeps compilers from seeing one.
            "NEGATIVE" if count == 0 => "bitcast<f32>(0xff800000u | min(i, 0u))",
            "POSITIVE" if count == 0 => "bitcast<f32>(0x7f800000u | min(i, 0u))",
            _ if truth && name == "ReduceMax" => "0i",
            _ if truth && name == "ReduceMin" => "1i",
            "NEGATIVE" | "POSITIVE" => "$0(base)",
            other => other,
        };
        let _ = writeln!(body, "  var s = {start};{open} let x = $0({at}); {step} {close}");
        let end = end.replace("COUNT", &count.to_string());
        let _ = write!(body, "  return {end};");
        let twice = name == "ReduceLogSumExp";
        let input = self.operand(call, 0, if twice { Reading::Often } else { Reading::Moved })?;
        self.finish(call, vec![input], body, true)
    }

    pub(super) fn choice(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        match call.node.operator.as_str() {
            "TopK" => self.top(call),
            "CumSum" => {
                let axis = call.integers(1)?.and_then(|v| v.first().copied());
                let axis = call.axis(axis.ok_or_else(|| Self::unsupported(call, "its axis is missing"))?, x.len())?;
                let (length, inner) = (x[axis], x[axis + 1..].iter().product::<usize>().max(1));
                let exclusive = call.node.int("exclusive", 0) != 0;
                let condition = match (call.node.int("reverse", 0) != 0, exclusive) {
                    (false, false) => "k <= c",
                    (false, true) => "k < c",
                    (true, false) => "k >= c",
                    (true, true) => "k > c",
                };
                let input = self.operand(call, 0, Reading::Often)?;
                let zero = if input.scalar == Scalar::Float { "0.0" } else { "0i" };
                let body = format!(
                    "let c = (i / {inner}u) % {length}u; let base = i - c * {inner}u; var s = {zero};\n  for (var k = 0u; k \
                     < {length}u; k++) {{ if ({condition}) {{ s += $0(base + k * {inner}u); }} }}\n  return s;"
                );
                self.finish(call, vec![input], body, true)
            }
            _ => {
                let axis = call.axis_attribute(0, x.len())?;
                let (length, inner) = (x[axis], x[axis + 1..].iter().product::<usize>().max(1));
                let better = if call.node.operator == "ArgMax" { ">" } else { "<" };
                let better =
                    if call.node.int("select_last_index", 0) != 0 { format!("{better}=") } else { better.into() };
                let input = self.operand(call, 0, Reading::Moved)?;
                let body = format!(
                    "let base = i / {inner}u * {}u + i % {inner}u; var best = $0(base); var at = 0i;\n  for (var k = 1u; \
                     k < {length}u; k++) {{ let x = $0(base + k * {inner}u); if (x {better} best) {{ best = x; at = i32(k); \
                     }} }}\n  return at;",
                    length * inner
                );
                self.finish(call, vec![input], body, true)
            }
        }
    }

    /// Positions first: the r-th is the best that comes after the one before it, ties by position.
    fn top(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        let axis = call.axis_attribute(-1, x.len())?;
        let k = self.output(call, 0)?.shape[axis];
        let (length, inner) = (x[axis], x[axis + 1..].iter().product::<usize>().max(1));
        let better = if call.node.int("largest", 1) != 0 { ">" } else { "<" };
        let count = self.output(call, 0)?.elements();
        if count == 0 {
            let none = Value { scalar: Scalar::Int, count: 0, source: crate::graph::Source::Literal("0i".into()) };
            self.set(call, 1, none);
            return self.finish(call, Vec::new(), "return 0.0;".into(), false);
        }
        let input = self.operand(call, 0, Reading::Often)?;
        let base = format!("i / {}u * {}u + i % {inner}u", k * inner, length * inner);
        let body = format!(
            "let base = {base}; let wanted = (i / {inner}u) % {k}u; var last = -1i; \n  for (var r = 0u; r <= wanted; r++) \
             {{\n    var best = -1i;\n    for (var j = 0i; j < {length}i; j++) {{\n      let x = $0(base + u32(j) * \
             {inner}u);\n      if (last >= 0i) {{ let before = $0(base + u32(last) * {inner}u); if (x {better} before || (x \
             == before && j <= last)) {{ continue; }} }}\n      if (best < 0i || x {better} $0(base + u32(best) * \
             {inner}u)) {{ best = j; }}\n    }}\n    last = best;\n  }}\n  return last;"
        );
        let positions = self.graph.point(Scalar::Int, count, vec![input.clone()], body, true)?;
        let positions = self.stored(&positions)?;
        self.set(call, 1, positions.clone());
        let body = format!("return $0({base} + u32($1(i)) * {inner}u);");
        self.finish(call, vec![input, positions], body, false)
    }
}
