//! Ensembles of decision trees.

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Source, Value, float};
use crate::lower::Lower;
use crate::lower::trees::{Forest, Transform, two};

impl Lower<'_> {
    pub(super) fn tree_classifier(&mut self, call: &Call) -> Result<(), GpuError> {
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
                let scores = self.graph.point(Scalar::Float, count, vec![sums], body, true)?;
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
                let scores = self.graph.point(Scalar::Float, count, vec![sums], body, true)?;
                self.set(call, 1, scores);
            }
            _ => {
                let base = if base.len() == classes { base.to_vec() } else { vec![0.0; classes] };
                let has_base = call.node.floats("base_values").is_some_and(|b| b.len() == classes);
                let table = base.iter().map(|b| b.to_bits()).collect();
                let key = format!("{} base", call.node.outputs[1]);
                let id = self.store(&key, classes, || Ok(table))?;
                let base = Value { scalar: Scalar::Float, count: classes, source: Source::Buffer(id) };
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
                let scores = self.graph.point(Scalar::Float, count, vec![sums, base], clean, false)?;
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
        let chosen = self.graph.point(Scalar::Int, rows, operands, format!("{choice}\n  return chosen;"), true)?;
        let chosen = self.stored(&chosen)?;
        self.labels(call, "classlabels_int64s", &chosen, rows, "let chosen = $0(i);")
    }

    pub(super) fn tree_regressor(&mut self, call: &Call) -> Result<(), GpuError> {
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
            let base = Value { scalar: Scalar::Float, count: targets, source: Source::Buffer(id) };
            let body = format!("return $0(i) + $1(i % {targets}u);");
            self.graph.point(Scalar::Float, rows * targets, vec![sums, base], body, false)?
        } else {
            sums
        };
        self.finish_scores(call, 0, value, transform, targets)
    }
}
