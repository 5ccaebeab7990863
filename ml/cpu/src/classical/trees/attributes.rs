//! From a node's attributes to a forest.

use ml_onnx::{Attribute, Data, Node};

use super::answers::{Answers, Base, Classes};
use super::forest::{Aggregate, Branch, Forest, Mode, Numbers, Part};
use crate::classical::labels::Labels;
use crate::classical::scores::Transform;
use crate::kernel::Reason;

pub(super) fn classifier(node: &Node) -> Result<(Forest, Answers), Reason> {
    let labels = Labels::read(node, "classlabels_int64s")?;
    let (parts, roots) = parts(node, "class")?;
    let forest = Forest::new(parts, roots, labels.len(), Aggregate::Sum)?;
    let ids = node.ints("class_ids").unwrap_or_default();
    let weights = numbers(node, "class_weights")?;
    let base = Base::new(numbers(node, "base_values")?);
    let one_id = ids.iter().all(|&id| Some(&id) == ids.first()) && !ids.is_empty();
    let classes =
        Classes { binary: labels.len() == 2 && one_id, positive: weights.iter().all(|&weight| weight >= 0.0), labels };
    let transform = Transform::read(node)?;
    Ok((forest, Answers::Classes { classes, base, transform }))
}

pub(super) fn regressor(node: &Node) -> Result<(Forest, Answers), Reason> {
    let targets = usize::try_from(node.int("n_targets", 0)).ok().filter(|&n| n > 0);
    let targets = targets.ok_or("its n_targets is not positive.")?;
    let aggregate = Aggregate::read(node.text("aggregate_function").unwrap_or("SUM"))?;
    let (parts, roots) = parts(node, "target")?;
    let forest = Forest::new(parts, roots, targets, aggregate)?;
    let base = Base::new(numbers(node, "base_values")?);
    Ok((forest, Answers::Numbers { base, transform: Transform::read(node)? }))
}

/// `TreeEnsemble` of version 5: branches and leaves in lists of their own.
pub(super) fn ensemble(node: &Node) -> Result<(Forest, Answers), Reason> {
    let ints = |name: &str| node.ints(name).ok_or_else(|| Reason(format!("its {name} is missing.")));
    let (features, splits, modes) = (ints("nodes_featureids")?, numbers(node, "nodes_splits")?, bytes(node)?);
    let (yes, no) = (ints("nodes_truenodeids")?, ints("nodes_falsenodeids")?);
    let (yes_leaf, no_leaf) = (ints("nodes_trueleafs")?, ints("nodes_falseleafs")?);
    let (targets_of, weights) = (ints("leaf_targetids")?, numbers(node, "leaf_weights")?);
    let missing = node.ints("nodes_missing_value_tracks_true").unwrap_or_default();
    let count = modes.len();
    let lengths = [features.len(), splits.len(), yes.len(), no.len(), yes_leaf.len(), no_leaf.len()];
    if lengths.iter().any(|&length| length != count) || targets_of.len() != weights.len() {
        return Err("its lists of nodes have different lengths.".into());
    }
    if !missing.is_empty() && missing.len() != count {
        return Err("its nodes_missing_value_tracks_true is not as long as its nodes.".into());
    }
    let mut sets = member_sets(node)?.into_iter();
    let place = |id: i64, leaf: i64| -> Result<u32, Reason> {
        let id = usize::try_from(id).map_err(|_| Reason("one of its branches leads nowhere.".into()))?;
        let (first, length) = if leaf != 0 { (count, weights.len()) } else { (0, count) };
        if id >= length {
            return Err("one of its branches leads nowhere.".into());
        }
        u32::try_from(first + id).map_err(|_| Reason("it has too many nodes.".into()))
    };
    let mut parts = Vec::with_capacity(count + weights.len());
    for i in 0..count {
        let mode = numbered_mode(modes[i])?;
        parts.push(Part::Branch(Branch {
            feature: feature(features[i])?,
            mode,
            threshold: splits[i],
            members: if mode == Mode::Member { sets.next().unwrap_or_default() } else { Vec::new() },
            missing_true: missing.get(i).is_some_and(|&flag| flag != 0),
            yes: place(yes[i], yes_leaf[i])?,
            no: place(no[i], no_leaf[i])?,
        }));
    }
    for (&target, &weight) in targets_of.iter().zip(&weights) {
        parts.push(Part::Leaf(vec![(target_id(target)?, weight)]));
    }
    let roots = ints("tree_roots")?.iter().map(|&root| u32::try_from(root).ok()).collect::<Option<Vec<_>>>();
    let roots = roots.ok_or("one of its trees has no root.")?;
    // A tree that is one leaf is written as a branch whose children are the same leaf.
    let targets = usize::try_from(node.int("n_targets", 1)).ok().filter(|&n| n > 0);
    let aggregate = match node.int("aggregate_function", 1) {
        0 => Aggregate::Average,
        1 => Aggregate::Sum,
        2 => Aggregate::Min,
        3 => Aggregate::Max,
        other => return Err(Reason(format!("its aggregate_function {other} is none that ONNX knows."))),
    };
    let forest = Forest::new(parts, roots, targets.ok_or("its n_targets is not positive.")?, aggregate)?;
    let transform = Transform::numbered(node.int("post_transform", 0))?;
    Ok((forest, Answers::Numbers { base: Base::default(), transform }))
}

/// The nodes of all trees, and where each tree begins. `prefix` is what the weights are called after.
fn parts(node: &Node, prefix: &str) -> Result<(Vec<Part>, Vec<u32>), Reason> {
    let ints = |name: &str| node.ints(name).ok_or_else(|| Reason(format!("its {name} is missing.")));
    let (trees, ids) = (ints("nodes_treeids")?, ints("nodes_nodeids")?);
    let (yes, no) = (ints("nodes_truenodeids")?, ints("nodes_falsenodeids")?);
    let features = ints("nodes_featureids")?;
    let values = numbers(node, "nodes_values")?;
    let modes: &[Vec<u8>] = match node.attributes.get("nodes_modes") {
        Some(Attribute::Texts(modes)) => modes,
        _ => return Err("its nodes_modes is missing.".into()),
    };
    let missing = node.ints("nodes_missing_value_tracks_true").unwrap_or_default();
    let count = ids.len();
    let lengths = [trees.len(), yes.len(), no.len(), features.len(), values.len(), modes.len()];
    if lengths.iter().any(|&length| length != count) {
        return Err("its lists of nodes have different lengths.".into());
    }
    let numbered = Numbers::new(trees, ids)?;
    let mut parts = Vec::with_capacity(count);
    let mut roots = Vec::new();
    for i in 0..count {
        if i == 0 || trees[i] != trees[i - 1] {
            roots.push(numbered.find(trees[i], ids[i])?);
        }
        let Some(mode) = Mode::read(&modes[i])? else {
            parts.push(Part::Leaf(Vec::new()));
            continue;
        };
        parts.push(Part::Branch(Branch {
            feature: feature(features[i])?,
            mode,
            threshold: values[i],
            members: Vec::new(),
            missing_true: missing.get(i).is_some_and(|&flag| flag != 0),
            yes: numbered.find(trees[i], yes[i])?,
            no: numbered.find(trees[i], no[i])?,
        }));
    }
    let (weight_trees, weight_nodes) = (ints(&format!("{prefix}_treeids"))?, ints(&format!("{prefix}_nodeids"))?);
    let (targets, weights) = (ints(&format!("{prefix}_ids"))?, numbers(node, &format!("{prefix}_weights"))?);
    let lengths = [weight_trees.len(), weight_nodes.len(), targets.len()];
    if lengths.iter().any(|&length| length != weights.len()) {
        return Err("its lists of weights have different lengths.".into());
    }
    for (i, &weight) in weights.iter().enumerate() {
        let place = numbered.find(weight_trees[i], weight_nodes[i])?;
        // Weights of branches are never reached.
        if let Some(Part::Leaf(list)) = parts.get_mut(place as usize) {
            list.push((target_id(targets[i])?, weight));
        }
    }
    Ok((parts, roots))
}

/// A list of floats, or of doubles in the tensor that newer versions have beside it.
fn numbers(node: &Node, name: &str) -> Result<Vec<f64>, Reason> {
    let tensor = node.tensor(name).or_else(|| node.tensor(&format!("{name}_as_tensor")));
    match tensor.map(|tensor| tensor.data()) {
        Some(Data::F32(values)) => Ok(values.iter().map(|&v| f64::from(v)).collect()),
        Some(Data::F64(values)) => Ok(values.clone()),
        Some(_) => Err(Reason(format!("its {name} are not floats."))),
        None => Ok(node.floats(name).unwrap_or_default().iter().map(|&v| f64::from(v)).collect()),
    }
}

/// `nodes_modes` of version 5: a tensor of bytes.
fn bytes(node: &Node) -> Result<&[u8], Reason> {
    match node.tensor("nodes_modes").map(|tensor| tensor.data()) {
        Some(Data::U8(modes)) => Ok(modes),
        _ => Err("its nodes_modes is missing.".into()),
    }
}

fn numbered_mode(number: u8) -> Result<Mode, Reason> {
    Ok(match number {
        0 => Mode::LessOrEqual,
        1 => Mode::Less,
        2 => Mode::GreaterOrEqual,
        3 => Mode::Greater,
        4 => Mode::Equal,
        5 => Mode::NotEqual,
        6 => Mode::Member,
        other => return Err(Reason(format!("its node mode {other} is none that ONNX knows."))),
    })
}

/// The sets of `BRANCH_MEMBER`, one after the other with NaN between.
fn member_sets(node: &Node) -> Result<Vec<Vec<f64>>, Reason> {
    let values = numbers(node, "membership_values")?;
    Ok(values.split(|value| value.is_nan()).map(<[f64]>::to_vec).collect())
}

fn feature(id: i64) -> Result<u32, Reason> {
    u32::try_from(id).ok().filter(|&id| id < 1 << 30).ok_or_else(|| Reason(format!("feature {id} is none.")))
}

fn target_id(id: i64) -> Result<u32, Reason> {
    u32::try_from(id).map_err(|_| Reason(format!("target {id} is none.")))
}
