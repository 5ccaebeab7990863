//! Boosted trees as `TreeEnsembleClassifier` on the numbers as they are: it parts rows where a value is missing by
//! itself.

use ml_onnx::{Attribute, Domain, Model};

use super::graph::Graph;
use crate::{
    error::TrainError,
    table::prepare::Preparation,
    trees::{boost::Forest, tree::Node},
};

/// The attributes of the ensemble, one entry a node or a leaf's class.
#[derive(Default)]
struct Lists {
    tree: Vec<i64>,
    node: Vec<i64>,
    feature: Vec<i64>,
    mode: Vec<Vec<u8>>,
    value: Vec<f32>,
    left: Vec<i64>,
    right: Vec<i64>,
    missing_left: Vec<i64>,
    leaf_tree: Vec<i64>,
    leaf_node: Vec<i64>,
    leaf_class: Vec<i64>,
    leaf_weight: Vec<f32>,
}

/// # Errors
/// [`TrainError::Export`]
pub fn model(forest: &Forest, preparation: &Preparation, classes: &[String], name: &str) -> Result<Model, TrainError> {
    let mut graph = Graph::new(name);
    let features = graph.features(preparation, |_, numbers| Ok(numbers))?;
    let mut lists = Lists::default();
    for (number, round) in forest.rounds.iter().enumerate() {
        for (class, grown) in round.iter().enumerate() {
            let tree = number * round.len() + class;
            // `base_values` mean something else to onnxruntime where there are two classes, so the first round has them.
            let base = if number == 0 { forest.base[class] } else { 0.0 };
            for (at, node) in grown.nodes.iter().enumerate() {
                lists.push([tree, at, class].map(|number| number as i64), base, node, forest);
            }
        }
    }
    let names = classes.iter().map(|class| class.as_bytes().to_vec()).collect();
    let free = |name: &str| graph.free(name, preparation);
    let (label, probabilities) = (free("label"), free("probabilities"));
    if lists.tree.is_empty() {
        return Err(TrainError::Export { why: "there are no trees".into() });
    }
    let attributes = vec![
        ("nodes_treeids", Attribute::Ints(lists.tree)),
        ("nodes_nodeids", Attribute::Ints(lists.node)),
        ("nodes_featureids", Attribute::Ints(lists.feature)),
        ("nodes_modes", Attribute::Texts(lists.mode)),
        ("nodes_values", Attribute::Floats(lists.value)),
        ("nodes_truenodeids", Attribute::Ints(lists.left)),
        ("nodes_falsenodeids", Attribute::Ints(lists.right)),
        ("nodes_missing_value_tracks_true", Attribute::Ints(lists.missing_left)),
        ("class_treeids", Attribute::Ints(lists.leaf_tree)),
        ("class_nodeids", Attribute::Ints(lists.leaf_node)),
        ("class_ids", Attribute::Ints(lists.leaf_class)),
        ("class_weights", Attribute::Floats(lists.leaf_weight)),
        ("classlabels_strings", Attribute::Texts(names)),
        ("post_transform", Attribute::Text(b"SOFTMAX".to_vec())),
    ];
    graph.node_of(Domain::Ml, "TreeEnsembleClassifier", &[&features], &[&label, &probabilities], attributes);
    graph.outputs(&label, &probabilities, classes.len());
    Ok(graph.finish())
}

impl Lists {
    fn push(&mut self, [tree, at, class]: [i64; 3], base: f32, node: &Node, forest: &Forest) {
        self.tree.push(tree);
        self.node.push(at);
        let (mode, feature, value, left, right, missing_left) = match *node {
            Node::Split { feature, bin, missing_left, left, right } => {
                let value = forest.cuts.value(feature, bin);
                ("BRANCH_LEQ", feature, value, left, right, missing_left)
            }
            Node::Leaf(weight) => {
                let weight = base + weight;
                // Each of two classes gets weights of its own: what weights of one alone mean depends on their signs.
                if forest.base.len() == 1 {
                    self.leaf(tree, at, 0, -weight / 2.0);
                    self.leaf(tree, at, 1, weight / 2.0);
                } else {
                    self.leaf(tree, at, class, weight);
                }
                ("LEAF", 0, 0.0, 0, 0, false)
            }
        };
        self.mode.push(mode.as_bytes().to_vec());
        self.feature.push(i64::from(feature));
        self.value.push(value);
        self.left.push(i64::from(left));
        self.right.push(i64::from(right));
        self.missing_left.push(i64::from(missing_left));
    }

    fn leaf(&mut self, tree: i64, node: i64, class: i64, weight: f32) {
        self.leaf_tree.push(tree);
        self.leaf_node.push(node);
        self.leaf_class.push(class);
        self.leaf_weight.push(weight);
    }
}
