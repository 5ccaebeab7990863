//! Softmax and its relatives.

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar};
use crate::lower::Lower;

/// Up to this many classes every element computes the sum of its row itself, which saves two kernels.
const FEW: usize = 16;

impl Lower<'_> {
    pub(super) fn softmax(&mut self, call: &Call) -> Result<(), GpuError> {
        let x = call.shape(0)?;
        if self.output_scalar(call, 0)? != Scalar::Float {
            return Err(Self::unsupported(call, "it is for floats only"));
        }
        let count = self.output(call, 0)?.elements();
        if count == 0 {
            return self.finish(call, Vec::new(), "return 0.0;".into(), false);
        }
        // Before version 13 all dimensions from the axis on were one.
        let (length, inner) = if call.opset < 13 {
            let axis = call.axis_attribute(1, x.len())?;
            (x[axis..].iter().product::<usize>(), 1)
        } else {
            let axis = call.axis_attribute(-1, x.len())?;
            (x[axis], x[axis + 1..].iter().product::<usize>())
        };
        let rows = count / length;
        let input = self.operand(call, 0, Reading::Often)?;
        let each = |what: &str| format!("for (var k = 0u; k < {length}u; k++) {{ {what} }}");
        let next = format!("$0(base + k * {inner}u)");
        let maximum = format!("var m = $0(base); {}", each(&format!("m = max(m, {next});")));
        let sum = format!("var s = 0.0; {}", each(&format!("s += exp({next} - m);")));
        let of_row = format!("let base = i / {inner}u * {}u + i % {inner}u;", length * inner);
        let of_element = format!("let base = i / {}u * {}u + i % {inner}u;", length * inner, length * inner);
        if call.node.operator == "Hardmax" {
            let body = format!(
                "{of_element} var m = $0(base); var at = 0u; {} return select(0.0, 1.0, at == (i / {inner}u) % {length}u);",
                each(&format!("let x = {next}; if (x > m) {{ m = x; at = k; }}"))
            );
            return self.finish(call, vec![input], body, true);
        }
        let logarithm = call.node.operator == "LogSoftmax";
        if length <= FEW {
            let last = if logarithm { "$0(i) - m - log(s)" } else { "exp($0(i) - m) / s" };
            return self.finish(call, vec![input], format!("{of_element} {maximum} {sum} return {last};"), true);
        }
        let body = format!("{of_row} {maximum} return m;");
        let largest = self.graph.point(Scalar::Float, rows, vec![input.clone()], body, true)?;
        let largest = self.stored(&largest)?;
        let last = if logarithm { "m + log(s)" } else { "s" };
        let body = format!("{of_row} let m = $1(i); {sum} return {last};");
        let total = self.graph.point(Scalar::Float, rows, vec![input.clone(), largest.clone()], body, true)?;
        let total = self.stored(&total)?;
        let row = format!("let r = i / {}u * {inner}u + i % {inner}u;", length * inner);
        if logarithm {
            return self.finish(call, vec![input, total], format!("{row} return $0(i) - $1(r);"), false);
        }
        let body = format!("{row} return exp($0(i) - $1(r)) / $2(r);");
        self.finish(call, vec![input, largest, total], body, false)
    }
}
