//! Linear models.

use std::rc::Rc;

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Source, Value};
use crate::lower::Lower;
use crate::lower::trees::Transform;
use crate::tile::{Factor, MatMul};

impl Lower<'_> {
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
        let mut sums = Value { scalar: Scalar::Float, count, source: Source::Tile(Rc::new(tile)) };
        let intercepts = call.node.floats("intercepts").unwrap_or_default();
        if intercepts.len() == targets {
            let bits = intercepts.iter().map(|b| b.to_bits()).collect();
            let id = self.store(&format!("{key} intercepts"), targets, || Ok(bits))?;
            let more = Value { scalar: Scalar::Float, count: targets, source: Source::Buffer(id) };
            let body = format!("return $0(i) + $1((i % {targets}u));");
            sums = self.graph.point(Scalar::Float, count, vec![sums, more], body, false)?;
        }
        Ok((sums, rows))
    }

    pub(super) fn linear_classifier(&mut self, call: &Call) -> Result<(), GpuError> {
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
            let scores = self.graph.point(Scalar::Float, rows * 2, vec![sums], body, false)?;
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

    pub(super) fn linear_regressor(&mut self, call: &Call) -> Result<(), GpuError> {
        let targets = self.output(call, 0)?.shape.last().copied().unwrap_or(0);
        let (sums, _) = self.weighted(call, targets)?;
        self.finish_scores(call, 0, sums, Transform::read(call)?, targets)
    }
}
