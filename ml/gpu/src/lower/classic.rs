//! Operators of `ai.onnx.ml`, and what several of them share: scores and the labels they choose.

mod features;
mod linear;
mod trees;

use std::sync::Arc;

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Value};
use crate::lower::Lower;
use crate::lower::supports;
use crate::lower::trees::Transform;

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
            _ => Err(Self::unsupported(call, supports::NO_KERNEL)),
        }
    }

    /// An input as floats.
    fn as_floats(&mut self, call: &Call, index: usize, reading: Reading) -> Result<Value, GpuError> {
        let value = self.operand(call, index, reading)?;
        if value.scalar == Scalar::Float {
            return Ok(value);
        }
        let count = value.count;
        self.graph.point(Scalar::Float, count, vec![value], "return f32($0(i));".into(), false)
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
            let chosen = self.graph.point(Scalar::Int, rows, vec![sums.clone()], body, true)?;
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
        let chosen = self.graph.point(Scalar::Int, rows, operands, format!("{body}\n  {last}"), true)?;
        self.set(call, 0, chosen);
        Ok(())
    }

    /// Scores after a transform that looks at whole rows.
    fn transformed(&mut self, scores: Value, transform: Transform, classes: usize) -> Result<Value, GpuError> {
        let body = transform.of_row(classes, |k| format!("$0(r * {classes}u + {k})"));
        let body = format!("let r = i / {classes}u; let c = i % {classes}u;\n  {body}");
        let count = scores.count;
        self.graph.point(Scalar::Float, count, vec![scores], body, true)
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
}
