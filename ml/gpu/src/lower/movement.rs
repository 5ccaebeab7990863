//! Operators that put elements elsewhere.

use std::fmt::Write as _;

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Source, Value, float};
use crate::index::{affine, coordinate, stretched, strides};
use crate::lower::supports;
use crate::lower::{Lower, literal};

impl Lower<'_> {
    pub(super) fn movement(&mut self, call: &Call) -> Result<(), GpuError> {
        match call.node.operator.as_str() {
            "Concat" => self.concat(call),
            "Split" => self.split(call),
            "Slice" => {
                let ranges = call.slices()?;
                let own = strides(call.shape(0)?);
                let offset = ranges.iter().zip(&own).map(|(r, s)| if r.length == 0 { 0 } else { r.start * s }).sum();
                let steps: Vec<i64> = ranges.iter().zip(&own).map(|(r, s)| r.step.saturating_mul(*s)).collect();
                self.moved(call, &steps, offset, Reading::Moved)
            }
            "Transpose" => {
                let own = strides(call.shape(0)?);
                let steps: Vec<i64> = call.order()?.iter().map(|&d| own[d]).collect();
                self.moved(call, &steps, 0, Reading::Moved)
            }
            "Expand" => {
                let rank = self.output(call, 0)?.shape.len();
                let steps = stretched(call.shape(0)?, rank);
                self.moved(call, &steps, 0, Reading::Often)
            }
            "DepthToSpace" | "SpaceToDepth" => self.blocks(call),
            "Tile" => self.tiled_copies(call),
            "Gather" => self.gather(call),
            "GatherElements" => self.gather_elements(call),
            "GatherND" => self.gather_nd(call),
            "Pad" => self.pad(call),
            "OneHot" => self.one_hot(call),
            "Trilu" => self.trilu(call),
            "ConstantOfShape" => {
                let text = match call.node.tensor("value") {
                    Some(value) => literal(value),
                    None => Some("0.0".into()),
                };
                let text =
                    text.ok_or_else(|| Self::unsupported(call, "its value is not a finite number of 32 bits"))?;
                self.finish(call, Vec::new(), format!("return {text};"), false)
            }
            "Range" => {
                let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 2, Reading::Often)?];
                let scalar = operands[0].scalar.wgsl();
                self.finish(call, operands, format!("return $0(0u) + {scalar}(i) * $1(0u);"), false)
            }
            _ => Err(Self::unsupported(call, supports::NO_KERNEL)),
        }
    }

    /// The output whose element at each position is the input's at an affine position.
    fn moved(&mut self, call: &Call, steps: &[i64], offset: i64, reading: Reading) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let at = affine(shape, steps, offset, "i");
        let reading = if at == "i" { Reading::Same } else { reading };
        let input = self.operand(call, 0, reading)?;
        self.finish(call, vec![input], format!("return $0({at});"), false)
    }

    fn concat(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = self.output(call, 0)?.shape.clone();
        let scalar = self.output_scalar(call, 0)?;
        let axis = call.axis_attribute(1, shape.len())?;
        let inner: usize = shape[axis + 1..].iter().product();
        let outer: usize = shape[..axis].iter().product();
        let mut parts: Vec<(Value, usize)> = Vec::new();
        for index in 0..call.inputs.len() {
            let value = self.operand(call, index, Reading::Moved)?;
            parts.push((value, call.shape(index)?[axis]));
        }
        // Many inputs are joined a few at a time.
        let most = self.graph.bounds.buffers - 2;
        while parts.len() > 1 {
            let rest = parts.split_off(parts.len().min(most));
            let length: usize = parts.iter().map(|(_, length)| length).sum();
            let total = length * inner;
            let mut body = format!("let o = i / {}u; let r = i % {}u;\n", total.max(1), total.max(1));
            let mut start = 0;
            for (place, (_, length)) in parts.iter().enumerate() {
                let end = start + length * inner;
                let own = length * inner;
                let read = format!("return ${place}(o * {own}u + r - {start}u);");
                let last = place + 1 == parts.len();
                let _ = writeln!(body, "  {}", if last { read } else { format!("if (r < {end}u) {{ {read} }}") });
                start = end;
            }
            let operands = parts.into_iter().map(|(value, _)| value).collect();
            let joined = self.graph.point(scalar, outer * total, operands, body, false)?;
            let joined = if rest.is_empty() { joined } else { self.stored(&joined)? };
            parts = vec![(joined, length)];
            parts.extend(rest);
        }
        let (only, _) = parts.pop().ok_or_else(|| Self::unsupported(call, "it has no inputs"))?;
        self.set(call, 0, only);
        Ok(())
    }

    fn split(&mut self, call: &Call) -> Result<(), GpuError> {
        let (axis, parts) = call.split()?;
        let shape = call.shape(0)?;
        let own = strides(shape);
        let several = (0..parts.len()).filter(|&i| self.wanted(call, i)).count() > 1;
        let input = self.operand(call, 0, if several { Reading::Often } else { Reading::Moved })?;
        let mut start = 0_i64;
        for (index, length) in parts.into_iter().enumerate() {
            let mut part = shape.to_vec();
            part[axis] = length;
            let at = affine(&part, &own, start * own[axis], "i");
            start += length as i64;
            if self.wanted(call, index) {
                let count = part.iter().product();
                let body = format!("return $0({at});");
                let value = self.graph.point(input.scalar, count, vec![input.clone()], body, false)?;
                self.set(call, index, value);
            }
        }
        Ok(())
    }

    fn blocks(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let &[n, c, h, w] = call.shape(0)? else { return Err(Self::unsupported(call, "it needs four dimensions")) };
        let block = call.length(call.node.int("blocksize", 1))?;
        // The output seen with its blocks as dimensions of their own.
        let (seen, steps) = if call.node.operator == "DepthToSpace" {
            let depth = c / (block * block);
            let own = strides(&[n, block, block, depth, h, w]);
            let columns = call.node.text("mode") == Some("CRD");
            let own = if columns { strides(&[n, depth, block, block, h, w]) } else { own };
            let (down, right, channel) = if columns { (own[2], own[3], own[1]) } else { (own[1], own[2], own[3]) };
            (vec![n, depth, h, block, w, block], vec![own[0], channel, own[4], down, own[5], right])
        } else {
            let own = strides(&[n, c, h / block, block, w / block, block]);
            let (h, w) = (h / block, w / block);
            if call.node.text("mode") == Some("CRD") {
                (vec![n, c, block, block, h, w], vec![own[0], own[1], own[3], own[5], own[2], own[4]])
            } else {
                (vec![n, block, block, c, h, w], vec![own[0], own[3], own[5], own[1], own[2], own[4]])
            }
        };
        debug_assert_eq!(seen.iter().product::<usize>(), shape.iter().product::<usize>());
        let at = affine(&seen, &steps, 0, "i");
        let input = self.operand(call, 0, Reading::Moved)?;
        self.finish(call, vec![input], format!("return $0({at});"), false)
    }

    fn tiled_copies(&mut self, call: &Call) -> Result<(), GpuError> {
        let (own, shape) = (call.shape(0)?, &self.output(call, 0)?.shape);
        let steps = strides(own);
        let terms =
            (0..own.len()).map(|d| format!("({} % {}u) * {}u", coordinate(shape, d, "i"), own[d].max(1), steps[d]));
        let at = terms.collect::<Vec<_>>().join(" + ");
        let at = if at.is_empty() { "i".into() } else { at };
        let input = self.operand(call, 0, Reading::Often)?;
        self.finish(call, vec![input], format!("return $0({at});"), false)
    }

    fn gather(&mut self, call: &Call) -> Result<(), GpuError> {
        let (data, indices) = (call.shape(0)?, call.input(1)?.elements());
        let axis = call.axis_attribute(0, data.len())?;
        let inner: usize = data[axis + 1..].iter().product();
        let (length, inner) = (data[axis], inner.max(1));
        self.positions(call, 1, vec![length], true)?;
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Often)?];
        let body = format!(
            "let p = place($1((i / {inner}u) % {}u), {length}i); return $0((i / {}u * {length}u + p) * {inner}u + i % \
             {inner}u);",
            indices.max(1),
            (indices * inner).max(1)
        );
        self.finish(call, operands, body, false)
    }

    fn gather_elements(&mut self, call: &Call) -> Result<(), GpuError> {
        let (data, shape) = (call.shape(0)?, call.shape(1)?);
        let axis = call.axis_attribute(0, data.len())?;
        let own = strides(data);
        let mut steps = own.clone();
        steps[axis] = 0;
        let at = affine(shape, &steps, 0, "i");
        self.positions(call, 1, vec![data[axis]], true)?;
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Same)?];
        let body = format!("return $0({at} + place($1(i), {}i) * {}u);", data[axis], own[axis]);
        self.finish(call, operands, body, false)
    }

    fn gather_nd(&mut self, call: &Call) -> Result<(), GpuError> {
        let (data, indices) = (call.shape(0)?, call.shape(1)?);
        let batch = call.length(call.node.int("batch_dims", 0))?;
        let depth = indices.last().copied().unwrap_or(0);
        let own = strides(data);
        let inner: usize = data[batch + depth..].iter().product();
        let inner = inner.max(1);
        let per_batch: usize = indices[batch..indices.len() - 1].iter().product();
        let batch_size: usize = data[batch..].iter().product();
        let mut body =
            format!("let t = i / {inner}u; var p = t / {}u * {batch_size}u + i % {inner}u;\n", per_batch.max(1));
        for d in 0..depth {
            let _ =
                writeln!(body, "  p += place($1(t * {depth}u + {d}u), {}i) * {}u;", data[batch + d], own[batch + d]);
        }
        body.push_str("  return $0(p);");
        self.positions(call, 1, data[batch..batch + depth].to_vec(), true)?;
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Often)?];
        self.finish(call, operands, body, false)
    }

    fn pad(&mut self, call: &Call) -> Result<(), GpuError> {
        let (own, shape) = (call.shape(0)?, &self.output(call, 0)?.shape);
        let pads = call.padding()?;
        let mode = call.node.text("mode").unwrap_or("constant");
        let steps = strides(own);
        let mut operands =
            vec![self.operand(call, 0, if mode == "constant" { Reading::Moved } else { Reading::Often })?];
        let scalar = operands[0].scalar;
        let zero = if scalar == Scalar::Float { "0.0" } else { "0i" };
        let value = if call.opset < 11 {
            float(call.node.float("value", 0.0)).ok_or_else(|| Self::unsupported(call, "its value is not finite"))?
        } else if call.optional(2).is_some_and(|k| k.elements() > 0) && mode == "constant" {
            operands.push(self.operand(call, 2, Reading::Often)?);
            "$1(0u)".into()
        } else {
            zero.into()
        };
        let mut body = "var p = 0u;\n".to_owned();
        for d in 0..own.len() {
            if pads[d] == (0, 0) {
                let at = coordinate(shape, d, "i");
                let _ = writeln!(body, "  p += {at} * {}u;", steps[d]);
                continue;
            }
            let at = format!("i32({}) - {}", coordinate(shape, d, "i"), pads[d].0);
            let length = own[d];
            let _ = writeln!(body, "  var q{d} = {at};");
            match mode {
                "constant" => {
                    let _ = writeln!(body, "  if (q{d} < 0 || q{d} >= {length}) {{ return {value}; }}");
                }
                "edge" => {
                    let _ = writeln!(body, "  q{d} = clamp(q{d}, 0, {length} - 1);");
                }
                "reflect" => {
                    let _ = writeln!(body, "  q{d} = mirror(q{d}, {length}i);");
                }
                "wrap" => {
                    let _ = writeln!(body, "  q{d} = ((q{d} % {length}) + {length}) % {length};");
                }
                other => return Err(Self::unsupported(call, format!("mode \"{other}\""))),
            }
            let _ = writeln!(body, "  p += u32(q{d}) * {}u;", steps[d]);
        }
        body.push_str("  return $0(p);");
        self.finish(call, operands, body, false)
    }

    fn one_hot(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let axis = call.axis(call.node.int("axis", -1), shape.len())?;
        let (depth, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>().max(1));
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 2, Reading::Often)?];
        let body = format!(
            "let c = i32((i / {inner}u) % {depth}u); var p = i32($0(i / {}u * {inner}u + i % {inner}u));\n  if (p < 0) {{ \
             p += {depth}; }}\n  return $1(select(0u, 1u, p == c));",
            (depth * inner).max(1)
        );
        self.finish(call, operands, body, false)
    }

    fn trilu(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let rank = shape.len();
        if rank < 2 {
            return Err(Self::unsupported(call, "it needs matrices"));
        }
        let k = call.integers(1)?.and_then(|k| k.first().copied()).unwrap_or(0);
        let k = k.clamp(-1_000_000_000, 1_000_000_000);
        let (row, column) = (coordinate(shape, rank - 2, "i"), coordinate(shape, rank - 1, "i"));
        let keep = if call.node.int("upper", 1) != 0 { ">=" } else { "<=" };
        let input = self.operand(call, 0, Reading::Same)?;
        let zero = if input.scalar == Scalar::Float { "0.0" } else { "0i" };
        let body = format!("if (i32({column}) - i32({row}) {keep} {k}) {{ return $0(i); }}\n  return {zero};");
        self.finish(call, vec![input], body, false)
    }

    /// A constant of integers that a kernel reads.
    pub(super) fn table(&mut self, call: &Call, name: &str, values: &[i32]) -> Result<Value, GpuError> {
        let key = format!("{} {name} {values:?}", call.node.outputs.first().map_or("", String::as_str));
        let words = values.iter().map(|v| v.cast_unsigned()).collect();
        let id = self.store(&key, values.len(), || Ok(words))?;
        Ok(Value { scalar: Scalar::Int, count: values.len(), source: Source::Buffer(id) })
    }
}
