//! Operators of `ai.onnx.ml`.

use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use ml_onnx::shapes::Call;
use ml_onnx::{Attribute, Data};

use crate::GpuError;
use crate::graph::{Kind, Reading, Source, Value, float, int};
use crate::lower::Lower;
use crate::tile::{Factor, MatMul};
use crate::trees::{Forest, Transform, two};

impl Lower<'_> {
    pub(super) fn classic(&mut self, call: &Call) -> Result<(), GpuError> {
        match call.node.operator.as_str() {
            "TreeEnsembleClassifier" => self.tree_classifier(call),
            "TreeEnsembleRegressor" => self.tree_regressor(call),
            "LinearClassifier" => self.linear_classifier(call),
            "LinearRegressor" => self.linear_regressor(call),
            "Scaler" => self.scaler(call),
            "Normalizer" => self.normalizer(call),
            "Imputer" => self.imputer(call),
            "Binarizer" => self.binarizer(call),
            "FeatureVectorizer" => self.feature_vectorizer(call),
            "ArrayFeatureExtractor" => self.columns(call),
            "LabelEncoder" => self.label_encoder(call),
            "ZipMap" => {
                let value = self.operand(call, 0, Reading::Same)?;
                self.set(call, 0, value);
                Ok(())
            }
            _ => Err(Self::unsupported(call, "the operator is not among those of the GPU")),
        }
    }

    /// An input as floats.
    fn as_floats(&mut self, call: &Call, index: usize, reading: Reading) -> Result<Value, GpuError> {
        let value = self.operand(call, index, reading)?;
        if value.kind == Kind::Float {
            return Ok(value);
        }
        let count = value.count;
        self.graph.point(Kind::Float, count, vec![value], "return f32($0(i));".into(), false)
    }

    /// Rows and columns of the first input.
    fn rows(&self, call: &Call) -> Result<(usize, usize), GpuError> {
        match call.shape(0)? {
            [features] => Ok((1, *features)),
            [rows, features] => Ok((*rows, *features)),
            _ => Err(Self::unsupported(call, "its input is not a table")),
        }
    }

    /// Sets the first output to the labels of the classes that `body` chooses per row.
    fn labels(&mut self, call: &Call, ints: &str, sums: &Value, rows: usize, body: &str) -> Result<(), GpuError> {
        if !self.wanted(call, 0) {
            return Ok(());
        }
        if let Some(texts) = call.node.texts("classlabels_strings").filter(|t| !t.is_empty()) {
            let texts = texts.into_iter().map(str::to_owned).collect();
            self.texts.insert(call.node.outputs[0].clone(), Arc::new(texts));
            let body = format!("{body}\n  return chosen;");
            let chosen = self.graph.point(Kind::Int, rows, vec![sums.clone()], body, true)?;
            self.set(call, 0, chosen);
            return Ok(());
        }
        let labels = call.node.ints(ints).unwrap_or_default();
        let counting = labels.iter().enumerate().all(|(i, &l)| l == i as i64);
        let mut operands = vec![sums.clone()];
        let last = if counting {
            "return chosen;"
        } else {
            let short: Option<Vec<i32>> = labels.iter().map(|&l| i32::try_from(l).ok()).collect();
            let short = short.ok_or_else(|| Self::unsupported(call, "a label has more than 32 bits"))?;
            operands.push(self.table(call, "labels", &short)?);
            "return $1(u32(chosen));"
        };
        let chosen = self.graph.point(Kind::Int, rows, operands, format!("{body}\n  {last}"), true)?;
        self.set(call, 0, chosen);
        Ok(())
    }

    fn tree_classifier(&mut self, call: &Call) -> Result<(), GpuError> {
        let classes = self.output(call, 1)?.shape.last().copied().unwrap_or(0);
        let (rows, _) = self.rows(call)?;
        let base = call.node.floats("base_values").unwrap_or_default();
        if call.node.tensor("base_values_as_tensor").is_some() {
            return Err(Self::unsupported(call, "its base values are a tensor"));
        }
        let transform = Transform::read(call)?;
        let forest = Forest::read(call, "class", classes)?;
        let input = self.as_floats(call, 0, Reading::Often)?;
        let input = self.graph.compute(&input)?;
        let complete = forest.complete;
        let of_two =
            two(&forest, base, transform).ok_or_else(|| Self::unsupported(call, "a base value is not finite"))?;
        let sums = forest.sums(self, call, input, rows, false)?;
        let count = rows * classes;
        match classes {
            1 => {
                self.labels(call, "classlabels_int64s", &sums, rows, "let chosen = 0i;")?;
                let base = float(base.first().copied().unwrap_or(0.0)).unwrap_or_else(|| "0.0".into());
                let score = format!("$0(i) + {base}");
                let last = if transform == Transform::Probit { format!("probit({score})") } else { score };
                let body = format!("return {last};");
                let scores = self.graph.point(Kind::Float, count, vec![sums], body, true)?;
                self.set(call, 1, scores);
            }
            2 => {
                let read =
                    |row: &str| format!("var first = $0({row} * 2u); var second = $0({row} * 2u + 1u);\n  {of_two}");
                self.labels(call, "classlabels_int64s", &sums, rows, &read("i"))?;
                // A pair that is whole is transformed; one made of a single score already was.
                let pair = transform.of_row(2, |k| format!("pair[{k}]"));
                let body = format!(
                    "let r = i / 2u; let c = i % 2u;\n  {}\n  if (alone) {{ return pair[c]; }}\n  {pair}",
                    read("r")
                );
                let scores = self.graph.point(Kind::Float, count, vec![sums], body, true)?;
                self.set(call, 1, scores);
            }
            _ => {
                let base = if base.len() == classes { base.to_vec() } else { vec![0.0; classes] };
                let has_base = call.node.floats("base_values").is_some_and(|b| b.len() == classes);
                let table = base.iter().map(|b| b.to_bits()).collect();
                let key = format!("{} base", call.node.outputs[1]);
                let id = self.store(&key, classes, || Ok(table))?;
                let base = Value { kind: Kind::Float, count: classes, source: Source::Buffer(id) };
                let there = if complete || has_base { "true" } else { "!not_a_number(x)" };
                let clean = if complete {
                    "return $0(i) + $1(i % CLASSES);"
                } else {
                    "let x = $0(i); return select(x, 0.0, not_a_number(x)) + $1(i % CLASSES);"
                };
                let clean = clean.replace("CLASSES", &format!("{classes}u"));
                // What nobody spoke of stays out of the choice, yet counts as zero among the scores.
                let choice = format!(
                    "var chosen = 0i; var best = 0.0; var any = false; for (var k = 0u; k < {classes}u; k++) {{ let x = \
                     $0(i * {classes}u + k); if ({there}) {{ let y = select(x, 0.0, not_a_number(x)) + $1(k); if (!any || y \
                     > best) {{ any = true; best = y; chosen = i32(k); }} }} }}"
                );
                let keep = sums.clone();
                self.chosen_with_base(call, &keep, &base, rows, &choice)?;
                let scores = self.graph.point(Kind::Float, count, vec![sums, base], clean, false)?;
                let scores = if transform == Transform::None {
                    scores
                } else {
                    let scores = self.stored(&scores)?;
                    self.transformed(scores, transform, classes)?
                };
                self.set(call, 1, scores);
            }
        }
        Ok(())
    }

    /// As [`Lower::labels`], for a choice that reads the base values too.
    fn chosen_with_base(
        &mut self,
        call: &Call,
        sums: &Value,
        base: &Value,
        rows: usize,
        choice: &str,
    ) -> Result<(), GpuError> {
        if !self.wanted(call, 0) {
            return Ok(());
        }
        let operands = vec![sums.clone(), base.clone()];
        let chosen = self.graph.point(Kind::Int, rows, operands, format!("{choice}\n  return chosen;"), true)?;
        let chosen = self.stored(&chosen)?;
        self.labels(call, "classlabels_int64s", &chosen, rows, "let chosen = $0(i);")
    }

    /// Scores after a transform that looks at whole rows.
    fn transformed(&mut self, scores: Value, transform: Transform, classes: usize) -> Result<Value, GpuError> {
        let body = transform.of_row(classes, |k| format!("$0(r * {classes}u + {k})"));
        let body = format!("let r = i / {classes}u; let c = i % {classes}u;\n  {body}");
        let count = scores.count;
        self.graph.point(Kind::Float, count, vec![scores], body, true)
    }

    fn tree_regressor(&mut self, call: &Call) -> Result<(), GpuError> {
        let targets = self.output(call, 0)?.shape.last().copied().unwrap_or(0);
        let (rows, _) = self.rows(call)?;
        let average = match call.node.text("aggregate_function").unwrap_or("SUM") {
            "SUM" => false,
            "AVERAGE" => true,
            other => return Err(Self::unsupported(call, format!("it aggregates by {other}"))),
        };
        let transform = Transform::read(call)?;
        let mut forest = Forest::read(call, "target", targets)?;
        // What nobody spoke of is zero here.
        forest.complete = true;
        let input = self.as_floats(call, 0, Reading::Often)?;
        let input = self.graph.compute(&input)?;
        let sums = forest.sums(self, call, input, rows, average)?;
        let base = call.node.floats("base_values").unwrap_or_default();
        if call.node.tensor("base_values_as_tensor").is_some() {
            return Err(Self::unsupported(call, "its base values are a tensor"));
        }
        let value = if base.len() == targets && targets > 0 {
            let bits = base.iter().map(|b| b.to_bits()).collect();
            let id = self.store(&format!("{} base", call.node.outputs[0]), targets, || Ok(bits))?;
            let base = Value { kind: Kind::Float, count: targets, source: Source::Buffer(id) };
            let body = format!("return $0(i) + $1(i % {targets}u);");
            self.graph.point(Kind::Float, rows * targets, vec![sums, base], body, false)?
        } else {
            sums
        };
        self.finish_scores(call, 0, value, transform, targets)
    }

    /// Sets an output to transformed scores; a single one is transformed by PROBIT alone, as elsewhere.
    fn finish_scores(
        &mut self,
        call: &Call,
        index: usize,
        value: Value,
        transform: Transform,
        columns: usize,
    ) -> Result<(), GpuError> {
        if transform == Transform::None || (columns == 1 && transform != Transform::Probit) {
            self.set(call, index, value);
            return Ok(());
        }
        let value = self.stored(&value)?;
        let value = self.transformed(value, transform, columns)?;
        self.set(call, index, value);
        Ok(())
    }

    /// Weighted sums of the features, one per target.
    fn weighted(&mut self, call: &Call, targets: usize) -> Result<(Value, usize), GpuError> {
        let (rows, features) = self.rows(call)?;
        let coefficients = call.node.floats("coefficients").unwrap_or_default();
        if targets == 0 || coefficients.len() != targets * features || features == 0 {
            return Err(Self::unsupported(call, "its coefficients do not fit its input"));
        }
        let key = format!("{} {}", call.node.name, call.node.outputs[0]);
        let turned = || {
            let at = |i: usize| coefficients[(i % targets) * features + i / targets].to_bits();
            Ok((0..targets * features).map(at).collect())
        };
        let weights = self.store(&format!("{key} coefficients"), targets * features, turned)?;
        let input = self.as_floats(call, 0, Reading::Often)?;
        let input = self.graph.compute(&input)?;
        let left = Factor { buffer: input, start: "0u".into(), across: features, along: 1 };
        let right = Factor { buffer: weights, start: "0u".into(), across: 1, along: targets };
        let count = rows * targets;
        if count == 0 {
            return Err(Self::unsupported(call, "it has no rows"));
        }
        let tile = MatMul { batches: 1, m: rows, k: features, n: targets, left, right }.tile();
        let mut sums = Value { kind: Kind::Float, count, source: Source::Tile(Rc::new(tile)) };
        let intercepts = call.node.floats("intercepts").unwrap_or_default();
        if intercepts.len() == targets {
            let bits = intercepts.iter().map(|b| b.to_bits()).collect();
            let id = self.store(&format!("{key} intercepts"), targets, || Ok(bits))?;
            let more = Value { kind: Kind::Float, count: targets, source: Source::Buffer(id) };
            let body = format!("return $0(i) + $1((i % {targets}u));");
            sums = self.graph.point(Kind::Float, count, vec![sums, more], body, false)?;
        }
        Ok((sums, rows))
    }

    fn linear_classifier(&mut self, call: &Call) -> Result<(), GpuError> {
        let labels = self.output(call, 1)?.shape.last().copied().unwrap_or(0);
        let intercepts = call.node.floats("intercepts").map_or(0, <[f32]>::len);
        let targets = if intercepts > 0 { intercepts } else { labels };
        let (sums, rows) = self.weighted(call, targets)?;
        let sums = self.stored(&sums)?;
        let transform = Transform::read(call)?;
        if targets == 1 && labels == 2 {
            self.labels(call, "classlabels_ints", &sums, rows, "let chosen = select(0i, 1i, $0(i) > 0.0);")?;
            let both = transform.of_one("x", true);
            let body = format!("let x = $0(i / 2u); let pair = {both}; return pair[i % 2u];");
            let scores = self.graph.point(Kind::Float, rows * 2, vec![sums], body, false)?;
            self.set(call, 1, scores);
            return Ok(());
        }
        if targets != labels {
            return Err(Self::unsupported(call, "it has fewer scores than labels"));
        }
        let choice = format!(
            "var chosen = 0i; var best = $0(i * {targets}u); for (var k = 1u; k < {targets}u; k++) {{ let x = $0(i * \
             {targets}u + k); if (x > best) {{ best = x; chosen = i32(k); }} }}"
        );
        self.labels(call, "classlabels_ints", &sums, rows, &choice)?;
        self.finish_scores(call, 1, sums, transform, targets)
    }

    fn linear_regressor(&mut self, call: &Call) -> Result<(), GpuError> {
        let targets = self.output(call, 0)?.shape.last().copied().unwrap_or(0);
        let (sums, _) = self.weighted(call, targets)?;
        self.finish_scores(call, 0, sums, Transform::read(call)?, targets)
    }

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
        Ok((Value { kind: Kind::Float, count: values.len(), source: Source::Buffer(id) }, at))
    }

    fn scaler(&mut self, call: &Call) -> Result<(), GpuError> {
        let scale = call.node.floats("scale").filter(|s| !s.is_empty()).unwrap_or(&[1.0]);
        let offset = call.node.floats("offset").filter(|s| !s.is_empty()).unwrap_or(&[0.0]);
        let input = self.as_floats(call, 0, Reading::Same)?;
        let (scale, scale_at) = self.per_feature(call, "scale", scale)?;
        let (offset, offset_at) = self.per_feature(call, "offset", offset)?;
        let body = format!("return ($0(i) - $1({offset_at})) * $2({scale_at});");
        self.finish(call, vec![input, offset, scale], body, false)
    }

    fn normalizer(&mut self, call: &Call) -> Result<(), GpuError> {
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

    fn imputer(&mut self, call: &Call) -> Result<(), GpuError> {
        let input = self.operand(call, 0, Reading::Same)?;
        if input.kind == Kind::Int {
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

    fn binarizer(&mut self, call: &Call) -> Result<(), GpuError> {
        let input = self.operand(call, 0, Reading::Same)?;
        let limit = float(call.node.float("threshold", 0.0));
        let limit = limit.ok_or_else(|| Self::unsupported(call, "its threshold is not finite"))?;
        let (zero, one) = if input.kind == Kind::Float { ("0.0", "1.0") } else { ("0i", "1i") };
        let body = format!("return select({zero}, {one}, f32($0(i)) > {limit});");
        self.finish(call, vec![input], body, false)
    }

    fn feature_vectorizer(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = self.output(call, 0)?.shape.clone();
        let &[rows, columns] = shape.as_slice() else { return Err(Self::unsupported(call, "it makes no table")) };
        if call.inputs.len() + 1 > self.graph.bounds.buffers {
            return Err(Self::unsupported(call, "it has too many inputs for one kernel"));
        }
        let mut body = format!("let r = i / {0}u; let c = i % {0}u;\n", columns.max(1));
        let mut operands = Vec::new();
        let mut start = 0;
        for index in 0..call.inputs.len() {
            let width = call.input(index)?.elements() / rows.max(1);
            operands.push(self.as_floats(call, index, Reading::Moved)?);
            let end = start + width;
            let _ = writeln!(body, "  if (c < {end}u) {{ return ${index}(r * {width}u + c - {start}u); }}");
            start = end;
        }
        body.push_str("  return 0.0;");
        self.finish(call, operands, body, false)
    }

    fn columns(&mut self, call: &Call) -> Result<(), GpuError> {
        let (own, picked) = (call.shape(0)?.last().copied().unwrap_or(1), call.input(1)?.elements());
        let operands = vec![self.operand(call, 0, Reading::Often)?, self.operand(call, 1, Reading::Often)?];
        let body = format!("return $0(i / {picked}u * {own}u + place($1(i % {picked}u), {own}i));");
        self.finish(call, operands, body, false)
    }

    fn label_encoder(&mut self, call: &Call) -> Result<(), GpuError> {
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
            let (kind, words, otherwise): (Kind, Option<Vec<u32>>, Option<String>) =
                match (whole, node.floats("values_floats").or(tensor_floats)) {
                    (Some(values), _) => {
                        let otherwise = match default {
                            Some(Data::I64(v)) => v.first().copied().unwrap_or(-1),
                            _ => node.int("default_int64", -1),
                        };
                        let words = wide(values).map(|v| v.into_iter().map(i32::cast_unsigned).collect());
                        (Kind::Int, words, i32::try_from(otherwise).ok().map(int))
                    }
                    (None, Some(values)) => {
                        let otherwise = match default {
                            Some(Data::F32(v)) => v.first().copied().unwrap_or(-0.0),
                            _ => node.float("default_float", -0.0),
                        };
                        (Kind::Float, Some(values.iter().map(|v| v.to_bits()).collect()), float(otherwise))
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
            operands.push(Value { kind, count, source: Source::Buffer(id) });
            ("$2(k)".to_owned(), otherwise)
        };
        let body = format!(
            "let x = $0(i); for (var k = 0u; k < {}u; k++) {{ if ($1(k) == x) {{ return {found}; }} }}\n  return {otherwise};",
            keys.len()
        );
        let kind = if self.texts.contains_key(&node.outputs[0]) { Kind::Int } else { self.output_kind(call, 0)? };
        let count = self.output(call, 0)?.elements();
        let value = self.graph.point(kind, count, operands, body, true)?;
        self.set(call, 0, value);
        Ok(())
    }
}
