//! What prepares features: scaling, filling in, choosing columns, labels to numbers.

use std::fmt::Write as _;
use std::sync::Arc;

use ml_onnx::shapes::Call;
use ml_onnx::{Attribute, Data};

use crate::GpuError;
use crate::graph::{Reading, Scalar, Source, Value, float, int};
use crate::lower::Lower;

impl Lower<'_> {
    /// A list of one float or one per feature, as an expression of the position.
    fn per_feature(&mut self, call: &Call, name: &str, values: &[f32]) -> Result<(Value, String), GpuError> {
        let shape = call.shape(0)?;
        let features = shape.get(1).or(shape.first()).copied().unwrap_or(0);
        let last = shape.len() <= 2;
        if values.len() != 1 && (values.len() != features || !last) {
            return Err(Self::unsupported(call, format!("{name} does not fit its input")));
        }
        let bits = values.iter().map(|v| v.to_bits()).collect();
        let key = format!("{} {name}", call.node.outputs[0]);
        let id = self.store(&key, values.len(), || Ok(bits))?;
        let at = if values.len() == 1 { "0u".to_owned() } else { format!("i % {features}u") };
        Ok((Value { scalar: Scalar::Float, count: values.len(), source: Source::Buffer(id) }, at))
    }

    pub(super) fn scaler(&mut self, call: &Call) -> Result<(), GpuError> {
        let scale = call.node.floats("scale").filter(|s| !s.is_empty()).unwrap_or(&[1.0]);
        let offset = call.node.floats("offset").filter(|s| !s.is_empty()).unwrap_or(&[0.0]);
        let input = self.as_floats(call, 0, Reading::Same)?;
        let (scale, scale_at) = self.per_feature(call, "scale", scale)?;
        let (offset, offset_at) = self.per_feature(call, "offset", offset)?;
        let body = format!("return ($0(i) - $1({offset_at})) * $2({scale_at});");
        self.finish(call, vec![input, offset, scale], body, false)
    }

    pub(super) fn normalizer(&mut self, call: &Call) -> Result<(), GpuError> {
        let (_, features) = self.rows(call)?;
        let (start, step, end) = match call.node.text("norm").unwrap_or("MAX") {
            "MAX" => ("$0(base)", "s = max(s, x);", "s"),
            "L1" => ("0.0", "s += abs(x);", "s"),
            "L2" => ("0.0", "s += x * x;", "sqrt(s)"),
            other => return Err(Self::unsupported(call, format!("norm \"{other}\""))),
        };
        let input = self.as_floats(call, 0, Reading::Often)?;
        let body = format!(
            "let base = i / {features}u * {features}u; var s = {start};\n  for (var k = 0u; k < {features}u; k++) {{ let x = \
             $0(base + k); {step} }}\n  let norm = {end}; let x = $0(i); if (norm == 0.0) {{ return x; }}\n  return x / norm;"
        );
        self.finish(call, vec![input], body, true)
    }

    pub(super) fn imputer(&mut self, call: &Call) -> Result<(), GpuError> {
        let input = self.operand(call, 0, Reading::Same)?;
        if input.scalar == Scalar::Int {
            return Err(Self::unsupported(call, "it fills in integers"));
        }
        let fill = call.node.floats("imputed_value_floats").unwrap_or_default();
        let (fill, at) = self.per_feature(call, "values", fill)?;
        let replaced = call.node.float("replaced_value_float", 0.0);
        let missing = match float(replaced) {
            Some(text) => format!("x == {text}"),
            None if replaced.is_nan() => "not_a_number(x)".into(),
            None => return Err(Self::unsupported(call, "it replaces an infinity")),
        };
        let body = format!("let x = $0(i); if ({missing}) {{ return $1({at}); }}\n  return x;");
        self.finish(call, vec![input, fill], body, false)
    }

    pub(super) fn binarizer(&mut self, call: &Call) -> Result<(), GpuError> {
        let input = self.operand(call, 0, Reading::Same)?;
        let limit = float(call.node.float("threshold", 0.0));
        let limit = limit.ok_or_else(|| Self::unsupported(call, "its threshold is not finite"))?;
        let (zero, one) = if input.scalar == Scalar::Float { ("0.0", "1.0") } else { ("0i", "1i") };
        let body = format!("return select({zero}, {one}, f32($0(i)) > {limit});");
        self.finish(call, vec![input], body, false)
    }

    pub(super) fn feature_vectorizer(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = self.output(call, 0)?.shape.clone();
        let &[rows, columns] = shape.as_slice() else { return Err(Self::unsupported(call, "it makes no table")) };
        if call.inputs.len() + 1 > self.graph.bounds.buffers {
            return Err(Self::unsupported(call, "it has too many inputs for one kernel"));
        }
        let mut body = format!("let r = i / {0}u; let c = i % {0}u;\n", columns.max(1));
        let mut operands = Vec::new();
        let mut start = 0;
        let wanted = call.node.ints("inputdimensions").unwrap_or_default();
        for index in 0..call.inputs.len() {
            let width = call.input(index)?.elements() / rows.max(1);
            operands.push(self.as_floats(call, index, Reading::Moved)?);
            // Cut, or filled with zeros.
            let wide = wanted.get(index).and_then(|&wide| usize::try_from(wide).ok()).unwrap_or(width);
            let end = start + width.min(wide);
            let _ = writeln!(body, "  if (c < {end}u) {{ return ${index}(r * {width}u + c - {start}u); }}");
            start += wide;
            if wide > width {
                let _ = writeln!(body, "  if (c < {start}u) {{ return 0.0; }}");
            }
        }
        body.push_str("  return 0.0;");
        self.finish(call, operands, body, false)
    }

    pub(super) fn columns(&mut self, call: &Call) -> Result<(), GpuError> {
        let (own, picked) = (call.shape(0)?.last().copied().unwrap_or(1), call.input(1)?.elements());
        self.positions(call, 1, vec![own], false)?;
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Often)?];
        let body = format!("return $0(i / {picked}u * {own}u + place($1(i % {picked}u), {own}i));");
        self.finish(call, operands, body, false)
    }

    pub(super) fn label_encoder(&mut self, call: &Call) -> Result<(), GpuError> {
        let node = call.node;
        let keys: Vec<i64> = match (node.ints("keys_int64s"), node.tensor("keys_tensor").map(|t| t.data())) {
            (Some(keys), _) => keys.to_vec(),
            (None, Some(Data::I64(keys))) => keys.clone(),
            (None, Some(Data::I32(keys))) => keys.iter().map(|&k| i64::from(k)).collect(),
            _ => return Err(Self::unsupported(call, "only integers are encoded on the GPU")),
        };
        let short: Option<Vec<i32>> = keys.iter().map(|&k| i32::try_from(k).ok()).collect();
        let short =
            short.filter(|k| !k.is_empty()).ok_or_else(|| Self::unsupported(call, "a key has more than 32 bits"))?;
        let mut operands = vec![self.operand(call, 0, Reading::Same)?, self.table(call, "keys", &short)?];
        let default = node.tensor("default_tensor").map(|t| t.data());
        let (found, otherwise) = if let Some(Attribute::Texts(values)) = node.attributes.get("values_strings") {
            let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
            let mut texts: Vec<String> = values.iter().map(text).collect();
            let fallback = match default {
                Some(Data::String(values)) => values.first().cloned(),
                _ => node.text("default_string").map(str::to_owned),
            };
            texts.push(fallback.unwrap_or_else(|| "_Unused".into()));
            let last = texts.len() as i32 - 1;
            if texts.len() != keys.len() + 1 {
                return Err(Self::unsupported(call, "its keys and values differ in length"));
            }
            self.texts.insert(node.outputs[0].clone(), Arc::new(texts));
            ("i32(k)".to_owned(), int(last))
        } else {
            let wide = |v: &[i64]| v.iter().map(|&v| i32::try_from(v).ok()).collect::<Option<Vec<i32>>>();
            let tensor = node.tensor("values_tensor");
            let whole = node.ints("values_int64s").or_else(|| tensor.and_then(|t| t.as_i64()));
            let tensor_floats = tensor.and_then(|t| t.as_f32());
            let (scalar, words, otherwise): (Scalar, Option<Vec<u32>>, Option<String>) =
                match (whole, node.floats("values_floats").or(tensor_floats)) {
                    (Some(values), _) => {
                        let otherwise = match default {
                            Some(Data::I64(v)) => v.first().copied().unwrap_or(-1),
                            _ => node.int("default_int64", -1),
                        };
                        let words = wide(values).map(|v| v.into_iter().map(i32::cast_unsigned).collect());
                        (Scalar::Int, words, i32::try_from(otherwise).ok().map(int))
                    }
                    (None, Some(values)) => {
                        let otherwise = match default {
                            Some(Data::F32(v)) => v.first().copied().unwrap_or(-0.0),
                            _ => node.float("default_float", -0.0),
                        };
                        (Scalar::Float, Some(values.iter().map(|v| v.to_bits()).collect()), float(otherwise))
                    }
                    (None, None) => return Err(Self::unsupported(call, "its values are not of 32 bits")),
                };
            let refuse = || Self::unsupported(call, "a value has more than 32 bits");
            let (words, otherwise) = (words.ok_or_else(refuse)?, otherwise.ok_or_else(refuse)?);
            if words.len() != keys.len() {
                return Err(Self::unsupported(call, "its keys and values differ in length"));
            }
            let count = words.len();
            let id = self.store(&format!("{} values", node.outputs[0]), count, || Ok(words))?;
            operands.push(Value { scalar, count, source: Source::Buffer(id) });
            ("$2(k)".to_owned(), otherwise)
        };
        let body = format!(
            "let x = $0(i); for (var k = 0u; k < {}u; k++) {{ if ($1(k) == x) {{ return {found}; }} }}\n  return {otherwise};",
            keys.len()
        );
        let scalar = if self.texts.contains_key(&node.outputs[0]) { Scalar::Int } else { self.output_scalar(call, 0)? };
        let count = self.output(call, 0)?.elements();
        let value = self.graph.point(scalar, count, operands, body, true)?;
        self.set(call, 0, value);
        Ok(())
    }
}
