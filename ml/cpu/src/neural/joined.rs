//! What rten's optimiser must not join.

use std::collections::{BTreeMap, BTreeSet};

use ml_onnx::{Node, Tensor};

/// Whether all that is added to matrix products here is safe to join with them.
///
/// rten computes `MatMul` and the `Add` of a constant vector as one, and takes the vector for one value per column
/// without asking; one value for all columns, or one column stretched along the vector, ends the program.
pub(super) fn sums_fit(nodes: &[Node], constants: &BTreeMap<String, Tensor>) -> bool {
    let made: BTreeMap<&str, &Node> =
        nodes.iter().flat_map(|node| node.outputs.iter().map(move |name| (name.as_str(), node))).collect();
    // Values that the optimiser may compute beforehand.
    let mut fixed: BTreeSet<&str> = constants.keys().map(String::as_str).collect();
    for node in nodes {
        if node.inputs.iter().all(|name| name.is_empty() || fixed.contains(name.as_str())) {
            fixed.extend(node.outputs.iter().map(String::as_str));
        }
    }
    let fits = |product: &Node, summand: &str| {
        let weights = product.inputs.get(1).and_then(|name| constants.get(name));
        match (constants.get(summand), weights) {
            (Some(summand), Some(weights)) => {
                summand.shape().len() != 1 || weights.shape().last() == summand.shape().first()
            }
            (Some(summand), None) => summand.shape().len() != 1,
            (None, _) => !fixed.contains(summand),
        }
    };
    nodes.iter().filter(|node| node.operator == "Add").all(|sum| {
        let [a, b] = sum.inputs.as_slice() else { return true };
        [(a, b), (b, a)].into_iter().all(|(product, summand)| match behind(&made, product) {
            Some(product) if product.operator == "MatMul" => fits(product, summand),
            _ => true,
        })
    })
}

/// The node that makes a value; the optimiser takes out what only passes its input on.
fn behind<'a>(made: &BTreeMap<&str, &'a Node>, name: &str) -> Option<&'a Node> {
    let mut node = *made.get(name)?;
    while node.operator == "Identity" {
        node = made.get(node.inputs.first()?.as_str())?;
    }
    Some(node)
}

#[cfg(test)]
mod test {
    use ml_onnx::{Data, Domain, Tensor};

    use super::*;

    fn node(operator: &str, inputs: &[&str], output: &str) -> Node {
        Node {
            name: output.into(),
            operator: operator.into(),
            domain: Domain::Onnx,
            inputs: inputs.iter().map(|&name| name.into()).collect(),
            outputs: vec![output.into()],
            attributes: BTreeMap::new(),
        }
    }

    fn zeros(shape: &[usize]) -> Tensor {
        Tensor::new(shape.to_vec(), Data::F32(vec![0.0; shape.iter().product()])).unwrap()
    }

    #[test]
    fn a_vector_has_one_value_per_column_or_is_not_joined() {
        let constants: BTreeMap<String, Tensor> =
            [("w", vec![2, 3]), ("one", vec![1]), ("three", vec![3]), ("row", vec![1, 1])]
                .map(|(name, shape)| (name.to_owned(), zeros(&shape)))
                .into();
        let product = || node("MatMul", &["x", "w"], "p");
        let with = |nodes: Vec<Node>| sums_fit(&nodes, &constants);
        assert!(with(vec![product(), node("Add", &["p", "three"], "y")]));
        assert!(with(vec![product(), node("Add", &["row", "p"], "y")]), "it has two dimensions");
        assert!(with(vec![product(), node("Add", &["p", "x"], "y")]), "it is no constant");
        assert!(with(vec![node("Add", &["x", "one"], "y")]), "there is no product");
        assert!(!with(vec![product(), node("Add", &["p", "one"], "y")]));
        assert!(!with(vec![product(), node("Add", &["one", "p"], "y")]));
        assert!(!with(vec![product(), node("Identity", &["p"], "q"), node("Add", &["q", "one"], "y")]));
        assert!(!with(vec![product(), node("Neg", &["three"], "n"), node("Add", &["p", "n"], "y")]));
        assert!(!with(vec![node("MatMul", &["w", "x"], "p"), node("Add", &["p", "three"], "y")]));
    }
}
