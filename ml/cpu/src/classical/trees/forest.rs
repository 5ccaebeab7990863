//! Trees whose links are checked.

use std::collections::HashMap;

use crate::kernel::Reason;

/// When the true branch is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
    /// Among the members of a set.
    Member,
}

impl Mode {
    /// `None` is a leaf.
    pub(super) fn read(text: &[u8]) -> Result<Option<Self>, Reason> {
        Ok(Some(match text {
            b"LEAF" => return Ok(None),
            b"BRANCH_LEQ" => Self::LessOrEqual,
            b"BRANCH_LT" => Self::Less,
            b"BRANCH_GTE" => Self::GreaterOrEqual,
            b"BRANCH_GT" => Self::Greater,
            b"BRANCH_EQ" => Self::Equal,
            b"BRANCH_NEQ" => Self::NotEqual,
            b"BRANCH_MEMBER" => Self::Member,
            other => {
                let mode = String::from_utf8_lossy(other);
                return Err(Reason(format!("its node mode {mode} is none that ONNX knows.")));
            }
        }))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Branch(Branch),
    /// What a row gets that ends here: target and weight.
    Leaf(Vec<(u32, f64)>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Branch {
    pub feature: u32,
    pub mode: Mode,
    pub threshold: f64,
    /// Of [`Mode::Member`].
    pub members: Vec<f64>,
    /// Where a row goes whose feature is NaN: to the true branch, whatever the comparison says.
    pub missing_true: bool,
    /// Positions in [`Forest::parts`].
    pub yes: u32,
    pub no: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Average,
    Min,
    Max,
}

impl Aggregate {
    pub(super) fn read(text: &str) -> Result<Self, Reason> {
        match text {
            "SUM" => Ok(Self::Sum),
            "AVERAGE" => Ok(Self::Average),
            "MIN" => Ok(Self::Min),
            "MAX" => Ok(Self::Max),
            other => Err(Reason(format!("its aggregate_function {other} is none that ONNX knows."))),
        }
    }
}

/// Trees over the same features. From every root, every path ends in a leaf.
#[derive(Debug)]
pub(super) struct Forest {
    pub parts: Vec<Part>,
    pub roots: Vec<u32>,
    pub targets: usize,
    /// Features a row must have: one more than the largest that a node looks at.
    pub features: usize,
    pub aggregate: Aggregate,
    /// Whether all thresholds are floats and all modes keep their answer when a double is rounded up to a float.
    pub rounds: bool,
    /// Depth of the subtree under each part: 0 for a leaf.
    pub depths: Vec<u32>,
}

impl Forest {
    /// # Errors
    /// When a link leads nowhere or in a circle, or a weight belongs to a target that is not there.
    pub(super) fn new(parts: Vec<Part>, roots: Vec<u32>, targets: usize, aggregate: Aggregate) -> Result<Self, Reason> {
        let mut features = 0;
        let mut rounds = true;
        for part in &parts {
            match part {
                Part::Branch(branch) => {
                    if branch.yes as usize >= parts.len() || branch.no as usize >= parts.len() {
                        return Err("one of its branches leads nowhere.".into());
                    }
                    features = features.max(branch.feature as usize + 1);
                    rounds &= matches!(branch.mode, Mode::LessOrEqual | Mode::Greater);
                    rounds &= f64::from(branch.threshold as f32) == branch.threshold;
                }
                Part::Leaf(weights) => {
                    if let Some((target, _)) = weights.iter().find(|(target, _)| *target as usize >= targets) {
                        return Err(Reason(format!("a leaf is for target {target}, but it has {targets}.")));
                    }
                }
            }
        }
        if roots.iter().any(|&root| root as usize >= parts.len()) {
            return Err("one of its trees has no root.".into());
        }
        let depths = depths(&parts)?;
        Ok(Self { parts, roots, targets, features, aggregate, rounds, depths })
    }
}

/// Depth of the subtree under each part.
fn depths(parts: &[Part]) -> Result<Vec<u32>, Reason> {
    const UNKNOWN: u32 = u32::MAX;
    const OPEN: u32 = u32::MAX - 1;
    let mut depths = vec![UNKNOWN; parts.len()];
    let mut path: Vec<usize> = Vec::new();
    for start in 0..parts.len() {
        path.push(start);
        while let Some(&at) = path.last() {
            let Part::Branch(branch) = &parts[at] else {
                depths[at] = 0;
                path.pop();
                continue;
            };
            let children = [branch.yes as usize, branch.no as usize];
            if depths[at] == UNKNOWN {
                depths[at] = OPEN;
                for child in children {
                    match depths[child] {
                        UNKNOWN => path.push(child),
                        OPEN => return Err("the branches of one of its trees lead in a circle.".into()),
                        _ => {}
                    }
                }
            } else {
                if depths[at] == OPEN {
                    // Both are known now, unless they were pushed twice and are open above: then it is a circle.
                    let below = children.map(|child| depths[child]);
                    if below.iter().any(|&depth| depth >= OPEN) {
                        return Err("the branches of one of its trees lead in a circle.".into());
                    }
                    depths[at] = 1 + below[0].max(below[1]);
                }
                path.pop();
            }
        }
    }
    Ok(depths)
}

/// Positions of nodes by tree and number within it.
pub(super) struct Numbers(HashMap<(i64, i64), u32>);

impl Numbers {
    pub(super) fn new(trees: &[i64], nodes: &[i64]) -> Result<Self, Reason> {
        let mut numbers = HashMap::with_capacity(nodes.len());
        for (position, (&tree, &node)) in trees.iter().zip(nodes).enumerate() {
            let position = u32::try_from(position).map_err(|_| Reason("it has too many nodes.".into()))?;
            if numbers.insert((tree, node), position).is_some() {
                return Err(Reason(format!("node {node} of its tree {tree} is there twice.")));
            }
        }
        Ok(Self(numbers))
    }

    pub(super) fn find(&self, tree: i64, node: i64) -> Result<u32, Reason> {
        let found = self.0.get(&(tree, node)).copied();
        found.ok_or_else(|| Reason(format!("node {node} of its tree {tree} is not there.")))
    }
}

/// The smallest float that is at least `value`.
pub(super) fn round_up(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest) < value { nearest.next_up() } else { nearest }
}
