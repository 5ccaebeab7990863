//! Trees laid out for many rows against a plain walk over the node lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_cpu::CpuModel;
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};
use proptest::prelude::*;

/// A node as the lists of the file have it.
#[derive(Debug, Clone)]
struct Part {
    tree: i64,
    id: i64,
    mode: &'static str,
    feature: i64,
    value: f32,
    yes: i64,
    no: i64,
    missing_true: bool,
}

const MODES: [&str; 6] = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

/// What trees are made of.
#[derive(Debug, Clone, Copy)]
struct Kind {
    depth: usize,
    features: i64,
    /// So many of [`MODES`].
    modes: usize,
    /// So many different thresholds, from -5 to 4.
    thresholds: u32,
}

/// Trees grown by choices: each takes the next number of a list, and is a leaf when there is none.
fn grow(choices: &[u32], tree: i64, kind: Kind, parts: &mut Vec<Part>) {
    fn below(
        choices: &mut std::slice::Iter<'_, u32>,
        (tree, kind): (i64, Kind),
        depth: usize,
        parts: &mut Vec<Part>,
        first: usize,
    ) -> i64 {
        let place = parts.len();
        let id = (place - first) as i64;
        let leaf = Part { tree, id, mode: "LEAF", feature: 0, value: 0.0, yes: 0, no: 0, missing_true: false };
        parts.push(leaf.clone());
        let Some(&choice) = choices.next().filter(|&&c| depth > 0 && c % 5 != 0) else { return id };
        let yes = below(choices, (tree, kind), depth - 1, parts, first);
        let no = below(choices, (tree, kind), depth - 1, parts, first);
        parts[place] = Part {
            mode: MODES[choice as usize / 7 % kind.modes],
            feature: i64::from(choice / 11) % kind.features,
            value: (choice / 13 % kind.thresholds) as f32 * 9.0 / kind.thresholds as f32 - 5.0,
            yes,
            no,
            missing_true: choice / 17 % 3 == 0,
            ..leaf
        };
        id
    }
    let first = parts.len();
    below(&mut choices.iter(), (tree, kind), kind.depth, parts, first);
}

/// The weight that a leaf has for a target.
fn weight(part: &Part, target: i64) -> f32 {
    ((part.tree * 31 + part.id * 7 + target * 3) % 17) as f32 / 8.0 - 1.0
}

fn walk(parts: &[Part], tree: i64, row: &[f32]) -> Part {
    let find = |id: i64| parts.iter().find(|p| p.tree == tree && p.id == id).unwrap().clone();
    let mut at = find(0);
    while at.mode != "LEAF" {
        let x = row[at.feature as usize];
        let go = match at.mode {
            "BRANCH_LEQ" => x <= at.value,
            "BRANCH_LT" => x < at.value,
            "BRANCH_GTE" => x >= at.value,
            "BRANCH_GT" => x > at.value,
            "BRANCH_EQ" => x == at.value,
            _ => x != at.value,
        };
        at = find(if go || (at.missing_true && x.is_nan()) { at.yes } else { at.no });
    }
    at
}

fn model(parts: &[Part], targets: i64, features: usize) -> Model {
    let leaves: Vec<(&Part, i64)> =
        parts.iter().filter(|p| p.mode == "LEAF").flat_map(|p| (0..targets).map(move |t| (p, t))).collect();
    let ints = |values: Vec<i64>| Attribute::Ints(values);
    let of = |get: &dyn Fn(&Part) -> i64| ints(parts.iter().map(get).collect());
    let attributes = BTreeMap::from([
        ("n_targets".to_owned(), Attribute::Int(targets)),
        ("nodes_treeids".into(), of(&|p| p.tree)),
        ("nodes_nodeids".into(), of(&|p| p.id)),
        ("nodes_featureids".into(), of(&|p| p.feature)),
        ("nodes_truenodeids".into(), of(&|p| p.yes)),
        ("nodes_falsenodeids".into(), of(&|p| p.no)),
        ("nodes_missing_value_tracks_true".into(), of(&|p| i64::from(p.missing_true))),
        ("nodes_values".into(), Attribute::Floats(parts.iter().map(|p| p.value).collect())),
        ("nodes_modes".into(), Attribute::Texts(parts.iter().map(|p| p.mode.as_bytes().to_vec()).collect())),
        ("target_treeids".into(), ints(leaves.iter().map(|(p, _)| p.tree).collect())),
        ("target_nodeids".into(), ints(leaves.iter().map(|(p, _)| p.id).collect())),
        ("target_ids".into(), ints(leaves.iter().map(|(_, t)| *t).collect())),
        ("target_weights".into(), Attribute::Floats(leaves.iter().map(|(p, t)| weight(p, *t)).collect())),
    ]);
    let port = |name: &str, width: usize| Port {
        name: name.into(),
        element: ElementType::F32,
        dims: Some(vec![Dim::Named("N".into()), Dim::Known(width)]),
    };
    Model {
        ir_version: 8,
        opset: 18,
        ml_opset: 3,
        inputs: vec![port("x", features)],
        outputs: vec![port("y", targets as usize)],
        nodes: vec![Node {
            name: "trees".into(),
            domain: Domain::Ml,
            operator: "TreeEnsembleRegressor".into(),
            inputs: vec!["x".into()],
            outputs: vec!["y".into()],
            attributes,
        }],
        ..Model::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_layout_ends_where_the_walk_ends(
        choices in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..120), 1..20),
        depth in prop_oneof![0_usize..7, 0_usize..13],
        features in 1_usize..4,
        // With few thresholds, rows meet them exactly; many do not fit one table of ranks.
        thresholds in prop::sample::select(vec![9_u32, 18, 2000]),
        targets in 1_i64..4,
        // With all six modes the walk itself is used; with four the layouts are.
        modes in prop::sample::select(vec![1_usize, 4, 6]),
        values in prop::collection::vec(prop_oneof![
            8 => (-5_i32..6).prop_map(|v| v as f32),
            4 => -5.0_f32..5.0,
            1 => Just(f32::NAN),
            1 => Just(f32::INFINITY),
            1 => Just(f32::NEG_INFINITY),
            1 => Just(-0.0_f32),
        ], 3 * 150),
        rows in 1_usize..150,
    ) {
        let mut parts = Vec::new();
        for (tree, choices) in choices.iter().enumerate() {
            grow(choices, tree as i64, Kind { depth, features: features as i64, modes, thresholds }, &mut parts);
        }
        let model = CpuModel::new(&model(&parts, targets, features)).unwrap();
        let values = &values[..features * rows];
        let given = Tensor::new(vec![rows, features], Data::F32(values.to_vec())).unwrap();
        let outputs = model.run(vec![("x".into(), given)]).unwrap();
        let found = outputs[0].1.as_f32().unwrap();
        for (row, found) in values.chunks(features).zip(found.chunks(targets as usize)) {
            for (target, &found) in found.iter().enumerate() {
                let leaves = (0..choices.len()).map(|tree| walk(&parts, tree as i64, row));
                let sum = leaves.fold(0.0_f32, |sum, leaf| sum + weight(&leaf, target as i64));
                // In the same order, so the same to the last digit.
                prop_assert_eq!(found, sum);
            }
        }
    }
}

/// More columns than a layout has: the walk answers.
#[test]
fn a_tree_for_each_of_many_columns_says_what_the_walk_says() {
    const COLUMNS: i64 = 1100;
    let leaf = |tree, id| Part { tree, id, mode: "LEAF", feature: 0, value: 0.0, yes: 0, no: 0, missing_true: false };
    let branch = |tree| Part { mode: "BRANCH_LEQ", feature: tree, yes: 1, no: 2, ..leaf(tree, 0) };
    let parts: Vec<Part> = (0..COLUMNS).flat_map(|tree| [branch(tree), leaf(tree, 1), leaf(tree, 2)]).collect();
    let cpu = CpuModel::new(&model(&parts, 1, COLUMNS as usize)).unwrap();
    let values: Vec<f32> = (0..40 * COLUMNS).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
    let given = Tensor::new(vec![40, COLUMNS as usize], Data::F32(values.clone())).unwrap();
    let outputs = cpu.run(vec![("x".into(), given)]).unwrap();
    for (row, &found) in values.chunks(COLUMNS as usize).zip(outputs[0].1.as_f32().unwrap()) {
        let sum = (0..COLUMNS).fold(0.0_f32, |sum, tree| sum + weight(&walk(&parts, tree, row), 0));
        assert_eq!(found, sum);
    }
}

/// One branch, with what a test changes.
fn lone(change: impl Fn(&mut BTreeMap<String, Attribute>)) -> Model {
    let leaf = |id| Part { tree: 0, id, mode: "LEAF", feature: 0, value: 0.0, yes: 0, no: 0, missing_true: false };
    let branch = Part { mode: "BRANCH_LEQ", yes: 1, no: 2, ..leaf(0) };
    let mut model = model(&[branch, leaf(1), leaf(2)], 1, 1);
    change(&mut model.nodes[0].attributes);
    model
}

#[test]
fn broken_lists_are_refused_by_the_name_of_the_node() {
    let cases: [(&str, &str, Attribute); 8] = [
        ("nodes_truenodeids", "circle", Attribute::Ints(vec![0, 0, 0])),
        ("nodes_truenodeids", "not there", Attribute::Ints(vec![9, 0, 0])),
        ("nodes_nodeids", "twice", Attribute::Ints(vec![0, 1, 1])),
        ("nodes_values", "different lengths", Attribute::Floats(vec![0.0])),
        ("nodes_modes", "mode BRANCH_SIDEWAYS", Attribute::Texts(vec![b"BRANCH_SIDEWAYS".to_vec(); 3])),
        ("nodes_featureids", "feature -1", Attribute::Ints(vec![-1, 0, 0])),
        ("target_ids", "target 7", Attribute::Ints(vec![7, 0])),
        ("n_targets", "n_targets", Attribute::Int(0)),
    ];
    for (name, reason, value) in cases {
        let model = lone(|attributes| {
            attributes.insert(name.into(), value.clone());
        });
        let error = CpuModel::new(&model).err().unwrap_or_else(|| panic!("{name} was accepted")).to_string();
        assert!(error.contains("trees") && error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn rows_with_too_few_features_are_refused() {
    let mut model = lone(|attributes| {
        attributes.insert("nodes_featureids".into(), Attribute::Ints(vec![4, 0, 0]));
    });
    model.inputs[0].dims = None;
    let cpu = CpuModel::new(&model).unwrap();
    let rows = Tensor::new(vec![2, 3], Data::F32(vec![0.0; 6])).unwrap();
    let error = cpu.run(vec![("x".into(), rows)]).unwrap_err().to_string();
    assert!(error.contains("3 features") && error.contains("look at 5"), "{error}");
    let empty = Tensor::new(vec![0, 5], Data::F32(vec![])).unwrap();
    assert_eq!(cpu.run(vec![("x".into(), empty)]).unwrap()[0].1.shape(), [0, 1]);
}
