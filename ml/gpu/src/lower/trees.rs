//! Tree ensembles: an invocation walks one row down all trees.

mod complete;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ml_onnx::shapes::Call;
use ml_onnx::{Attribute, Data};

use complete::{Complete, fill};

use crate::GpuError;
use crate::graph::{BufferId, Kernel, Role, Scalar, Source, Value, float, spread};
use crate::lower::{Lower, Words};

/// Invocations of a workgroup.
const GROUP: usize = 64;
/// First word of a leaf with one weight: class and weight follow.
const LEAF: u32 = 0xffff_fffe;
/// First word of a leaf with several weights: where they start, and how many.
const BUSH: u32 = 0xffff_ffff;
/// More sums than this do not fit the registers of an invocation.
const MOST_TARGETS: usize = 64;

/// An ensemble as it lies in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forest {
    /// Four words per node: feature with its flags, threshold, where to go if it holds, and where if not.
    nodes: Words,
    /// Class and weight of leaves with several.
    weights: Words,
    roots: Words,
    /// Comparison of all nodes, as WGSL of `x` and `t`; `None` where they differ.
    comparison: Option<&'static str>,
    /// Some nodes send missing values where the comparison would send a smaller one.
    missing: bool,
    pub(crate) targets: usize,
    /// Whether every row gets a weight for every target.
    pub(crate) complete: bool,
    pub(crate) positive: bool,
    /// All weights are for one target.
    pub(crate) single: bool,
    /// One more than the largest feature asked for.
    features: usize,
    /// The same trees filled up, where they are small and even.
    filled: Option<Complete>,
}

const COMPARISONS: [(&str, &str); 6] = [
    ("BRANCH_LEQ", "x <= t"),
    ("BRANCH_LT", "x < t"),
    ("BRANCH_GTE", "x >= t"),
    ("BRANCH_GT", "x > t"),
    ("BRANCH_EQ", "x == t"),
    ("BRANCH_NEQ", "x != t"),
];

/// Floats of an attribute.
fn floats<'a>(call: &Call<'a>, name: &str) -> Result<&'a [f32], GpuError> {
    if let Some(tensor) = call.node.tensor(&format!("{name}_as_tensor")) {
        return match tensor.data() {
            Data::F32(values) => Ok(values),
            _ => Err(Lower::unsupported(call, "its trees are of doubles")),
        };
    }
    Ok(call.node.floats(name).unwrap_or_default())
}

impl Forest {
    /// Reads the attributes; `prefix` is what the weights are called after.
    pub(crate) fn read(call: &Call, prefix: &str, targets: usize) -> Result<Self, GpuError> {
        let refuse = |why: &str| Lower::unsupported(call, why);
        let ints = |name: &str| call.node.ints(name).ok_or_else(|| refuse(&format!("{name} is missing")));
        let (trees, ids, features) = (ints("nodes_treeids")?, ints("nodes_nodeids")?, ints("nodes_featureids")?);
        let (yes, no) = (ints("nodes_truenodeids")?, ints("nodes_falsenodeids")?);
        let values = floats(call, "nodes_values")?;
        let Some(Attribute::Texts(modes)) = call.node.attributes.get("nodes_modes") else {
            return Err(refuse("nodes_modes is missing"));
        };
        let missing = call.node.ints("nodes_missing_value_tracks_true").unwrap_or_default();
        let count = ids.len();
        let lengths = [trees.len(), features.len(), yes.len(), no.len(), values.len(), modes.len()];
        if lengths.iter().any(|&l| l != count)
            || count == 0
            || count > 1 << 24
            || targets > MOST_TARGETS
            || targets == 0
        {
            return Err(refuse(
                "its lists of nodes differ in length, are empty or too long, or it has too many targets",
            ));
        }
        if !missing.is_empty() && missing.len() != count {
            return Err(refuse("nodes_missing_value_tracks_true is not as long as its nodes"));
        }
        let places: BTreeMap<(i64, i64), u32> =
            trees.iter().zip(ids).enumerate().map(|(place, (&t, &n))| ((t, n), place as u32)).collect();
        let place =
            |tree: i64, node: i64| places.get(&(tree, node)).copied().ok_or_else(|| refuse("a branch leads nowhere"));
        let mut leaves: Vec<Vec<(u32, f32)>> = vec![Vec::new(); count];
        let (weight_trees, weight_nodes) = (ints(&format!("{prefix}_treeids"))?, ints(&format!("{prefix}_nodeids"))?);
        let (weight_targets, weight_values) =
            (ints(&format!("{prefix}_ids"))?, floats(call, &format!("{prefix}_weights"))?);
        let lengths = [weight_trees.len(), weight_nodes.len(), weight_targets.len()];
        if lengths.iter().any(|&l| l != weight_values.len()) {
            return Err(refuse("its lists of weights differ in length"));
        }
        for (i, &weight) in weight_values.iter().enumerate() {
            let target = u32::try_from(weight_targets[i]).ok().filter(|&t| (t as usize) < targets);
            let target = target.ok_or_else(|| refuse("a weight is for a target that is not there"))?;
            leaves[place(weight_trees[i], weight_nodes[i])? as usize].push((target, weight));
        }
        let mut used: Vec<usize> = Vec::with_capacity(count);
        let (mut nodes, mut weights, mut roots) = (Vec::with_capacity(4 * count), Vec::new(), Vec::new());
        let mut most = 0;
        let mut missing_used = false;
        for i in 0..count {
            if i == 0 || trees[i] != trees[i - 1] {
                roots.push(i as u32);
            }
            if modes[i] == b"LEAF" {
                match leaves[i].as_slice() {
                    [(target, weight)] => nodes.extend([LEAF, *target, weight.to_bits(), 0]),
                    several => {
                        nodes.extend([BUSH, (weights.len() / 2) as u32, several.len() as u32, 0]);
                        weights.extend(several.iter().flat_map(|(target, weight)| [*target, weight.to_bits()]));
                    }
                }
                continue;
            }
            let mode = COMPARISONS.iter().position(|(name, _)| name.as_bytes() == modes[i].as_slice());
            let mode = mode.ok_or_else(|| refuse("a node compares in a way that is not known"))?;
            used.push(mode);
            let feature = u32::try_from(features[i]).ok().filter(|&f| f < 1 << 24);
            let feature = feature.ok_or_else(|| refuse("a node asks for a feature that is not there"))?;
            most = most.max(feature as usize + 1);
            let tracks = missing.get(i).is_some_and(|&flag| flag != 0);
            missing_used |= tracks;
            let flags = (mode as u32) << 24 | u32::from(tracks) << 27;
            let (yes, no) = (place(trees[i], yes[i])?, place(trees[i], no[i])?);
            // Only forwards, so that no walk goes round in a circle; exporters number parents before children.
            if (yes as usize) <= i || (no as usize) <= i {
                return Err(refuse("a branch leads backwards"));
            }
            nodes.extend([feature | flags, values[i].to_bits(), yes, no]);
        }
        used.sort_unstable();
        used.dedup();
        let comparison = if let [only] = used.as_slice() { Some(COMPARISONS[*only].1) } else { None };
        let complete = complete(&leaves, modes, trees, targets);
        let single = weight_targets.iter().all(|t| Some(t) == weight_targets.first()) && !weight_targets.is_empty();
        let positive = weight_values.iter().all(|&w| w >= 0.0);
        let filled = comparison.and_then(|_| fill(&nodes, &roots));
        if weights.is_empty() {
            weights.extend([0, 0]);
        }
        Ok(Self {
            nodes,
            weights,
            roots,
            comparison,
            missing: missing_used,
            targets,
            complete,
            positive,
            single,
            features: most,
            filled,
        })
    }

    /// What tells whether `x` goes to the first child of node `n`, whose threshold is `t`.
    fn condition(&self) -> String {
        let comparison = match self.comparison {
            Some(comparison) => comparison.to_owned(),
            None => {
                let mode = "((n.x >> 24u) & 7u)";
                let cases = COMPARISONS.iter().enumerate().map(|(m, (_, text))| format!("({mode} == {m}u && {text})"));
                cases.collect::<Vec<_>>().join(" || ")
            }
        };
        let missing = if self.missing { " || ((n.x >> 27u) == 1u && not_a_number(x))" } else { "" };
        format!("{comparison}{missing}")
    }

    /// The kernel from rows of features to sums; a sum that no leaf spoke of is not a number.
    fn wgsl(&self, rows: usize, features: usize, average: bool, groups: (u32, u32)) -> String {
        let targets = self.targets;
        let (node, weight) = if self.filled.is_some() { ("vec2<u32>", "f32") } else { ("vec4<u32>", "vec2<u32>") };
        let mut wgsl = format!(
            "@group(0) @binding(0) var<storage, read> rows: array<f32>;\n@group(0) @binding(1) var<storage, read> nodes: \
             array<{node}>;\n@group(0) @binding(2) var<storage, read> weights: array<{weight}>;\n@group(0) @binding(3) \
             var<storage, read> roots: array<u32>;\n@group(0) @binding(4) var<storage, read_write> result: \
             array<f32>;\n@compute @workgroup_size({GROUP})\nfn main(@builtin(global_invocation_id) g: vec3<u32>) {{\n  let \
             i = g.x + g.y * {}u;\n  if (i >= {rows}u) {{ return; }}\n",
            groups.0 as usize * GROUP
        );
        // Sums by name, and whether a row has them.
        let mut sums: Vec<(String, String)> = Vec::with_capacity(targets);
        if let Some(filled) = &self.filled {
            let only = filled.targets.iter().all(|t| Some(t) == filled.targets.first());
            let count = if only { 1 } else { targets };
            wgsl.push_str(&if only { "  var s = 0.0;\n".into() } else { format!("  var s: array<f32, {targets}>;\n") });
            wgsl.push_str(&filled.walk(features, &self.condition(), count));
            for target in 0..targets {
                let there = filled.targets.contains(&(target as u32));
                let name = if only { "s".to_owned() } else { format!("s[{target}]") };
                sums.push((name, if there || self.complete { String::new() } else { "false".into() }));
            }
        } else {
            self.walk(&mut wgsl, features);
            for target in 0..targets {
                let name = if targets == 1 { "s".to_owned() } else { format!("s[{target}]") };
                let seen = format!("(seen[{}] & {}u) != 0u", target / 32, 1_u32 << (target % 32));
                sums.push((name, if self.complete { String::new() } else { seen }));
            }
        }
        let share = if average { format!(" / {}.0", self.roots.len()) } else { String::new() };
        let mut gaps = false;
        for (target, (name, seen)) in sums.iter().enumerate() {
            // A regressor's targets that no tree is for are zero.
            let alone = self.filled.as_ref().is_some_and(|f| !f.targets.contains(&(target as u32)));
            let sum = if alone { "0.0".to_owned() } else { format!("{name}{share}") };
            gaps |= !seen.is_empty();
            // Not a number, from a variable: WGSL has no word for it.
            let value = if seen.is_empty() { sum } else { format!("select(bitcast<f32>(nothing), {sum}, {seen})") };
            let _ = writeln!(wgsl, "  result[i * {targets}u + {target}u] = {value};");
        }
        wgsl.push_str("}\n");
        let private = if gaps { "var<private> nothing: u32 = 0x7fc00000u;\n" } else { "" };
        format!("{}{private}{wgsl}", crate::prelude::prelude(&wgsl))
    }

    /// The loop over trees whose nodes say where their children are.
    fn walk(&self, wgsl: &mut String, features: usize) {
        let (targets, trees) = (self.targets, self.roots.len());
        let sums = if targets == 1 { "var s = 0.0;".into() } else { format!("var s: array<f32, {targets}>;") };
        let add = |target: &str, weight: &str| {
            let place = if targets == 1 { "s".to_owned() } else { format!("s[{target}]") };
            let seen =
                if self.complete { String::new() } else { format!(" seen[{target} / 32u] |= 1u << ({target} % 32u);") };
            format!("{place} += {weight};{seen}")
        };
        let seen = if self.complete { "" } else { " var seen: array<u32, 2>;" };
        let _ = write!(
            wgsl,
            "  {sums}{seen}\n  for (var tree = 0u; tree < {trees}u; tree++) {{\n    var n = nodes[roots[tree]];\n    while \
             (n.x < {LEAF}u) {{\n      let x = rows[i * {features}u + (n.x & 0xffffffu)]; let t = bitcast<f32>(n.y);\n      \
             n = nodes[select(n.w, n.z, {})];\n    }}\n    if (n.x == {LEAF}u) {{ {} }} else {{\n      for (var k = n.y; k \
             < n.y + n.z; k++) {{ let w = weights[k]; {} }}\n    }}\n  }}\n",
            self.condition(),
            add("n.y", "bitcast<f32>(n.z)"),
            add("w.x", "bitcast<f32>(w.y)"),
        );
    }

    /// The sums of all rows of `input`, `[rows, targets]`.
    pub(crate) fn sums(
        self,
        lower: &mut Lower,
        call: &Call,
        input: BufferId,
        rows: usize,
        average: bool,
    ) -> Result<Value, GpuError> {
        let features = call.shape(0)?.last().copied().unwrap_or(0);
        if self.features > features {
            let why = format!("it asks for feature {} of {features}", self.features - 1);
            return Err(Lower::unsupported(call, why));
        }
        let count = rows * self.targets;
        let result = lower.graph.buffer(Role::Between, count)?;
        if count > 0 {
            let groups = spread(rows.div_ceil(GROUP));
            let wgsl = self.wgsl(rows, features, average, groups);
            let key = |what: &str| format!("{} {what}", call.node.outputs[0]);
            let (nodes, weights, roots) = match self.filled {
                Some(filled) => (filled.nodes, filled.leaves, filled.targets),
                None => (self.nodes, self.weights, self.roots),
            };
            let nodes = lower.store(&key("nodes"), nodes.len(), || Ok(nodes))?;
            let weights = lower.store(&key("weights"), weights.len(), || Ok(weights))?;
            let roots = lower.store(&key("roots"), roots.len(), || Ok(roots))?;
            let buffers = vec![input, nodes, weights, roots, result];
            lower.graph.kernels.push(Kernel { label: "trees".into(), wgsl, buffers, writes: 1, groups });
        }
        Ok(Value { scalar: Scalar::Float, count, source: Source::Buffer(result) })
    }
}

/// Whether for every target there is a tree all of whose leaves have a weight for it.
fn complete(leaves: &[Vec<(u32, f32)>], modes: &[Vec<u8>], trees: &[i64], targets: usize) -> bool {
    let mut always = vec![false; targets];
    let mut start = 0;
    while start < leaves.len() {
        let end = (start..leaves.len()).find(|&i| trees[i] != trees[start]).unwrap_or(leaves.len());
        let mut here = vec![true; targets];
        for i in (start..end).filter(|&i| modes[i] == b"LEAF") {
            let mut spoken = vec![false; targets];
            leaves[i].iter().for_each(|(target, _)| spoken[*target as usize] = true);
            here.iter_mut().zip(&spoken).for_each(|(here, spoken)| *here &= spoken);
        }
        always.iter_mut().zip(&here).for_each(|(always, here)| *always |= here);
        start = end;
    }
    always.into_iter().all(|a| a)
}

/// What turns sums into scores (`post_transform`): WGSL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    None,
    Logistic,
    Softmax,
    SoftmaxZero,
    Probit,
}

impl Transform {
    pub(crate) fn read(call: &Call) -> Result<Self, GpuError> {
        Ok(match call.node.text("post_transform").unwrap_or("NONE") {
            "NONE" => Self::None,
            "LOGISTIC" => Self::Logistic,
            "SOFTMAX" => Self::Softmax,
            "SOFTMAX_ZERO" => Self::SoftmaxZero,
            "PROBIT" => Self::Probit,
            other => return Err(Lower::unsupported(call, format!("post_transform \"{other}\""))),
        })
    }

    /// Statements that end in `return` with the transformed score of class `c` of row `r`; `score` tells the score of
    /// class `k` of row `r`.
    pub(crate) fn of_row(self, classes: usize, score: impl Fn(&str) -> String) -> String {
        let own = score("c");
        let next = score("k");
        let each = |what: &str| format!("for (var k = 0u; k < {classes}u; k++) {{ let x = {next}; {what} }}");
        match self {
            Self::None => format!("return {own};"),
            Self::Logistic => format!("return logistic({own});"),
            Self::Probit => format!("return probit({own});"),
            Self::Softmax => format!(
                "var m = -3.4028234e38; {} var s = 0.0; {} return exp({own} - m) / s;",
                each("m = max(m, x);"),
                each("s += exp(x - m);")
            ),
            Self::SoftmaxZero => format!(
                "var m = -3.4028234e38; {} var s = 0.0; {} let x = {own}; return select(x * exp(-m), exp(x - m), abs(x) > \
                 1e-7) / s;",
                each("m = max(m, x);"),
                each("if (abs(x) > 1e-7) { s += exp(x - m); } else { s += x * exp(-m); }")
            ),
        }
    }

    /// Both scores from the only one, `vec2`; `complement` where it is a probability.
    pub(crate) fn of_one(self, score: &str, complement: bool) -> String {
        match self {
            Self::Probit => format!("vec2<f32>(probit({score}), 0.0)"),
            Self::Logistic => format!("vec2<f32>(logistic(-({score})), logistic({score}))"),
            _ if complement => format!("vec2<f32>(1.0 - {score}, {score})"),
            _ => format!("vec2<f32>(-({score}), {score})"),
        }
    }
}

/// Statements that set `chosen` (class) and `pair` (scores before the transform of pairs) and `alone` (whether `pair` is
/// transformed already) from `first` and `second`, which are not numbers where no leaf spoke of them.
pub(crate) fn two(forest: &Forest, base: &[f32], transform: Transform) -> Option<String> {
    let base: Vec<String> = base.iter().map(|&b| float(b)).collect::<Option<_>>()?;
    let added = match base.as_slice() {
        [zero, one] => format!(
            "if (said1) {{ second = {one} + first; first = -second; }} else {{ first += {zero}; second += {one}; alone = \
             false; }}"
        ),
        [only] => format!("first += {only};"),
        _ => String::new(),
    };
    let complement = forest.single && forest.positive;
    let limit = if complement { "0.5" } else { "0.0" };
    Some(format!(
        "let said0 = !not_a_number(first); let said1 = !not_a_number(second); if (!said0) {{ first = 0.0; }} if (!said1) {{ \
         second = 0.0; }}\n  var alone = !said1; {added}\n  if (!said0) {{ first = 0.0; }} if (!said1) {{ second = 0.0; \
         }}\n  let weight = select(first, second, said1); let chosen = select(0i, 1i, weight > {limit});\n  var pair = \
         vec2<f32>(first, second); if (alone) {{ pair = {}; }}",
        transform.of_one("first", complement)
    ))
}
