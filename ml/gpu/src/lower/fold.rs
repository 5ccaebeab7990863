//! Batch normalisation folded into the convolution before it.

use std::collections::BTreeMap;

use ml_onnx::{Data, Domain, Model, Node, Tensor};

/// The model without those `BatchNormalization` nodes that follow a `Conv` with constant weights directly.
pub(crate) fn batch_norm(model: &Model) -> Model {
    let mut folded = model.clone();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for name in model.nodes.iter().flat_map(|n| &n.inputs).chain(model.outputs.iter().map(|p| &p.name)) {
        *uses.entry(name).or_insert(0) += 1;
    }
    let mut gone = Vec::new();
    for (position, node) in model.nodes.iter().enumerate() {
        if node.domain != Domain::Onnx || node.operator != "BatchNormalization" || node.int("training_mode", 0) != 0 {
            continue;
        }
        let Some(input) = node.inputs.first().filter(|name| uses.get(name.as_str()) == Some(&1)) else { continue };
        let made = |n: &Node| n.operator == "Conv" && n.domain == Domain::Onnx && n.outputs.first() == Some(input);
        let Some(conv) = model.nodes.iter().position(made) else { continue };
        let Some((weights, bias)) = scaled(model, &model.nodes[conv], node) else { continue };
        let Some(output) = node.outputs.first() else { continue };
        let (weights_name, bias_name) = (format!("{output} folded weights"), format!("{output} folded bias"));
        let target = &mut folded.nodes[conv];
        target.inputs = vec![target.inputs[0].clone(), weights_name.clone(), bias_name.clone()];
        target.outputs = vec![output.clone()];
        folded.constants.insert(weights_name, weights);
        folded.constants.insert(bias_name, bias);
        gone.push(position);
    }
    let mut position = 0;
    folded.nodes.retain(|_| {
        position += 1;
        !gone.contains(&(position - 1))
    });
    folded
}

/// Weights and bias that do both.
fn scaled(model: &Model, conv: &Node, norm: &Node) -> Option<(Tensor, Tensor)> {
    let floats = |name: &String| model.constants.get(name).and_then(Tensor::as_f32);
    let weights = model.constants.get(conv.inputs.get(1)?)?;
    let values = weights.as_f32()?;
    let channels = *weights.shape().first().filter(|&&c| c > 0)?;
    let old = match conv.inputs.get(2).filter(|n| !n.is_empty()) {
        Some(name) => floats(name)?.to_vec(),
        None => vec![0.0; channels],
    };
    let numbers: Vec<&[f32]> = (1..5).map(|i| floats(norm.inputs.get(i)?)).collect::<Option<_>>()?;
    if numbers.iter().any(|n| n.len() != channels) || old.len() != channels {
        return None;
    }
    let epsilon = norm.float("epsilon", 1e-5);
    let factor: Vec<f32> = (0..channels).map(|c| numbers[0][c] / (numbers[3][c] + epsilon).sqrt()).collect();
    let each = values.len() / channels;
    let new = values.iter().enumerate().map(|(i, w)| w * factor[i / each.max(1)]).collect();
    let bias = (0..channels).map(|c| (old[c] - numbers[2][c]) * factor[c] + numbers[1][c]).collect();
    let weights = Tensor::new(weights.shape().to_vec(), Data::F32(new)).ok()?;
    Some((weights, Tensor::new(vec![channels], Data::F32(bias)).ok()?))
}
