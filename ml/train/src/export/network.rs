//! A network as `IsNaN`, `Where`, `Sub`, `Mul` (missing numbers, standardisation), then `Gemm`s with `Relu` between
//! them, `Softmax`, and `ArgMax` for the label. All but the last step, which names the class, runs on any engine.

use ml_onnx::{Attribute, Data, Domain, Model};

use super::graph::Graph;
use crate::{error::TrainError, network::weights::Network, table::prepare::Preparation};

/// # Errors
/// [`TrainError::Export`]
pub fn model(
    network: &Network,
    preparation: &Preparation,
    classes: &[String],
    name: &str,
) -> Result<Model, TrainError> {
    let mut graph = Graph::new(name);
    let mut at = graph.features(preparation, |graph, numbers| standardised(graph, preparation, &numbers))?;
    let last = network.layers.len() - 1;
    for (number, layer) in network.layers.iter().enumerate() {
        let free = |what: &str| graph.free(&format!("{what}_{number}"), preparation);
        let (weights, bias, product, rectified) = (free("weights"), free("bias"), free("scores"), free("hidden"));
        graph.constant(&weights, &[layer.inputs, layer.outputs], Data::F32(layer.weights.clone()))?;
        graph.constant(&bias, &[layer.outputs], Data::F32(layer.bias.clone()))?;
        at = graph.node(Domain::Onnx, "Gemm", &[&at, &weights, &bias], &product, Vec::new());
        if number < last {
            at = graph.node(Domain::Onnx, "Relu", &[&at], &rectified, Vec::new());
        }
    }
    let free = |name: &str| graph.free(name, preparation);
    let (label, probabilities, index) = (free("label"), free("probabilities"), free("index"));
    graph.node(Domain::Onnx, "Softmax", &[&at], &probabilities, vec![("axis", Attribute::Int(1))]);
    let attributes = vec![("axis", Attribute::Int(1)), ("keepdims", Attribute::Int(0))];
    graph.node(Domain::Onnx, "ArgMax", &[&probabilities], &index, attributes);
    let names = classes.iter().map(|class| class.as_bytes().to_vec()).collect();
    let keys = (0..classes.len() as i64).collect();
    let attributes = vec![
        ("keys_int64s", Attribute::Ints(keys)),
        ("values_strings", Attribute::Texts(names)),
        ("default_string", Attribute::Text(Vec::new())),
    ];
    graph.node(Domain::Ml, "LabelEncoder", &[&index], &label, attributes);
    graph.outputs(&label, &probabilities, classes.len());
    Ok(graph.finish())
}

fn standardised(graph: &mut Graph, preparation: &Preparation, numbers: &str) -> Result<String, TrainError> {
    let width = preparation.numbers.len();
    let column =
        |of: fn(&crate::table::prepare::Number) -> f32| Data::F32(preparation.numbers.iter().map(of).collect());
    let free = |what: &str| graph.free(what, preparation);
    let names = ["medians", "means", "scales", "missing", "filled", "centred", "standardised"].map(free);
    let [medians, means, scales, missing, filled, centred, out] = &names;
    graph.constant(medians, &[1, width], column(|number| number.median))?;
    graph.constant(means, &[1, width], column(|number| number.mean))?;
    graph.constant(scales, &[1, width], column(|number| number.scale))?;
    graph.node(Domain::Onnx, "IsNaN", &[numbers], missing, Vec::new());
    graph.node(Domain::Onnx, "Where", &[missing, medians, numbers], filled, Vec::new());
    graph.node(Domain::Onnx, "Sub", &[filled, means], centred, Vec::new());
    Ok(graph.node(Domain::Onnx, "Mul", &[centred, scales], out, Vec::new()))
}
