//! Which output is the label and which the scores, and what the classes are called.

use std::collections::HashMap;

use dataset::same_label;
use ml_onnx::{Data, Domain, ElementType, Model, Node, Tensor};

use crate::{error::RunError, graph, input::layout};

/// Metadata of a file: its class names in order, a JSON array.
pub const CLASSES: &str = "modelmarket.classes";
/// The class index of a row for which the model named none of the classes.
pub const NO_CLASS: u16 = u16::MAX;
/// Scores beyond which a result is no list of classes.
const MOST_CLASSES: usize = 4096;

/// What a model says about one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Position in [`Names::classes`].
    Class(u16),
    /// The text of a label that is none of the classes.
    Other(String),
    /// A regression.
    Number(f32),
}

/// What a model says about the rows of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdicts {
    pub rows: Vec<Verdict>,
    /// Row by row, one for each of [`Names::scores`]; empty where the model gives none.
    pub scores: Vec<f32>,
}

impl Verdicts {
    /// Leaves the first `rows` rows; the others only filled up a batch.
    pub fn cut(&mut self, rows: usize) {
        let width = self.scores.len().checked_div(self.rows.len()).unwrap_or(0);
        self.rows.truncate(rows);
        self.scores.truncate(rows * width);
    }
}

/// How outputs are read. Made once for a model; the scores' names wait for the first result.
#[derive(Debug, Clone)]
pub struct Names {
    /// Class names that indices count: the bounty's, else the model's own.
    pub classes: Vec<String>,
    /// Whether they are the bounty's.
    given: bool,
    /// Metadata, and what the classifier itself lists.
    metadata: Option<Vec<String>>,
    labels: Labels,
    /// Output by output: what its values mean if they are labels.
    meanings: Vec<Meaning>,
    /// Output by output: what a single score is.
    singles: Vec<Single>,
    found: HashMap<String, Option<u16>>,
    /// Once the number of scores is known.
    scored: Option<Scored>,
}

/// What scores are called.
#[derive(Debug, Clone, Default)]
struct Scored {
    names: Vec<String>,
    /// Position of each in [`Names::classes`].
    places: Vec<u16>,
    /// Whether the scores themselves mean anything to a person.
    shown: bool,
}

/// What the one score of two classes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Single {
    Probability,
    /// Before a sigmoid that the file leaves out.
    Logit,
    /// Anything else; taken for the second class from one half on.
    Value,
}

/// What a classifier lists of its classes.
#[derive(Debug, Clone, PartialEq)]
enum Labels {
    None,
    Texts(Vec<String>),
    Whole(Vec<String>),
}

impl Labels {
    fn names(&self) -> Option<&Vec<String>> {
        match self {
            Self::None => None,
            Self::Texts(names) | Self::Whole(names) => Some(names),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Name,
    Index,
}

impl Names {
    pub fn new(model: &Model, given: Option<&[String]>) -> Self {
        let makers = graph::makers(model);
        let origin = |at: usize| model.outputs.get(at).and_then(|port| graph::origin(&makers, &port.name));
        let count = model.outputs.len();
        let meanings = (0..count).map(|at| meaning(model, at, origin(at))).collect();
        let singles = (0..count).map(|at| origin(at).map_or(Single::Value, single)).collect();
        let labels = (0..count).find_map(|at| origin(at).and_then(|node| labels(model, node)));
        let metadata = layout::names(model.metadata.get(CLASSES));
        let labels = labels.unwrap_or(Labels::None);
        let own = || metadata.clone().or_else(|| labels.names().cloned()).unwrap_or_default();
        let classes = given.map_or_else(own, <[String]>::to_vec);
        let given = given.is_some();
        Self { classes, given, metadata, labels, meanings, singles, found: HashMap::new(), scored: None }
    }

    /// Names of the scores, in the order of the model; empty before the first result and where there are none.
    pub fn scores(&self) -> &[String] {
        self.scored.as_ref().filter(|scored| scored.shown).map_or(&[], |scored| &scored.names)
    }

    /// What a verdict is called.
    pub fn text(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Class(at) => self.classes.get(usize::from(*at)).cloned().unwrap_or_default(),
            Verdict::Other(text) => text.clone(),
            Verdict::Number(value) => value.to_string(),
        }
    }

    /// Whether a verdict is what a label says; `None` for a regression.
    pub fn agrees(&mut self, verdict: &Verdict, truth: &str) -> Option<bool> {
        match verdict {
            Verdict::Class(at) => Some(self.find(truth) == Some(*at)),
            Verdict::Other(text) => Some(same_label(text, truth)),
            Verdict::Number(_) => None,
        }
    }

    /// Reads the outputs of a run of `rows` rows.
    ///
    /// # Errors
    /// [`RunError::Results`] where there is not one result for each row, [`RunError::NoResult`] where none is of a type
    /// that can be read.
    pub fn read(&mut self, outputs: &[(String, Tensor)], rows: usize) -> Result<Verdicts, RunError> {
        let mut label = None;
        let mut scores = None;
        let mut other = None;
        for (at, (name, tensor)) in outputs.iter().enumerate() {
            let Some(width) = width(tensor, rows) else {
                let found = tensor.shape().first().copied().unwrap_or(1);
                other.get_or_insert(RunError::Results { output: name.clone(), found, rows });
                continue;
            };
            match tensor.data() {
                Data::I64(_) | Data::I32(_) | Data::String(_) if width == 1 && label.is_none() => label = Some(at),
                Data::F32(_) | Data::F64(_) if scores.is_none() && (1..=MOST_CLASSES).contains(&width) => {
                    scores = Some((at, width));
                }
                _ => {}
            }
        }
        let (values, single, width) = match scores {
            Some((at, width)) => (floats(&outputs[at].1), self.singles.get(at).copied(), width),
            None => (Vec::new(), None, 0),
        };
        let single = single.unwrap_or(Single::Value);
        // Without names of two classes, a single number is a regression.
        if width == 1 && label.is_none() && self.named_classes() != Some(2) {
            return Ok(Verdicts { rows: values.into_iter().map(Verdict::Number).collect(), scores: Vec::new() });
        }
        let shown = width > 1 || (width == 1 && single == Single::Probability && self.counted_classes() == 2);
        if width > 0 && self.scored.is_none() {
            self.name(width.max(2), shown);
        }
        let rows = match label {
            Some(at) => self.labelled(&outputs[at].1, at),
            None if width == 0 => return Err(other.unwrap_or(RunError::NoResult)),
            None if width == 1 => {
                let limit = if single == Single::Logit { 0.0 } else { 0.5 };
                values.iter().map(|&value| self.indexed(usize::from(value >= limit))).collect()
            }
            None => values.chunks(width).map(|row| self.indexed(highest(row))).collect(),
        };
        let scores = match (shown, width) {
            (false, _) => Vec::new(),
            (true, 1) => values.iter().flat_map(|&p| [1.0 - p, p]).collect(),
            (true, _) => values,
        };
        Ok(Verdicts { rows, scores })
    }

    /// Number of classes that the file or the bounty names.
    fn named_classes(&self) -> Option<usize> {
        self.metadata.as_ref().or(self.given.then_some(&self.classes)).map(Vec::len)
    }

    /// Number of classes, by whoever knows it.
    fn counted_classes(&self) -> usize {
        self.metadata.as_ref().or(self.labels.names()).unwrap_or(&self.classes).len()
    }

    /// Decides what `count` scores are called.
    fn name(&mut self, count: usize, shown: bool) {
        let names = self.names_of(count);
        if !self.given && self.classes.len() != count {
            self.classes.clone_from(&names);
        }
        let places = names.iter().map(|name| self.place(name)).collect();
        self.scored = Some(Scored { names, places, shown });
    }

    fn names_of(&self, count: usize) -> Vec<String> {
        let fits = |names: &&Vec<String>| names.len() == count;
        if let Some(names) = self.metadata.as_ref().filter(fits) {
            return names.clone();
        }
        let given = Some(&self.classes).filter(|_| self.given).filter(fits);
        let listed = match &self.labels {
            Labels::Texts(names) => Some(names),
            // Numbers that only count the bounty's classes say less than their names.
            Labels::Whole(names) => Some(names).filter(|names| given.is_none() || !counts(names, &self.classes)),
            Labels::None => None,
        };
        match listed.filter(fits).or(given) {
            Some(names) => names.clone(),
            None => (0..count).map(|at| at.to_string()).collect(),
        }
    }

    /// Position of a class name; [`NO_CLASS`] where there is none.
    fn place(&self, name: &str) -> u16 {
        let at = self.classes.iter().position(|class| class == name);
        let at = at.or_else(|| self.classes.iter().position(|class| same_label(class, name)));
        at.and_then(|at| u16::try_from(at).ok()).unwrap_or(NO_CLASS)
    }

    fn find(&mut self, text: &str) -> Option<u16> {
        if let Some(found) = self.found.get(text) {
            return *found;
        }
        let found = Some(self.place(text)).filter(|&place| place != NO_CLASS);
        // An untrusted table may have another label in every row.
        if self.found.len() < MOST_CLASSES {
            self.found.insert(text.to_owned(), found);
        }
        found
    }

    fn labelled(&mut self, tensor: &Tensor, at: usize) -> Vec<Verdict> {
        let meaning = self.meanings.get(at).copied().unwrap_or(Meaning::Name);
        let whole = |names: &mut Self, value: i64| match meaning {
            Meaning::Index => names.indexed(usize::try_from(value).unwrap_or(usize::MAX)),
            Meaning::Name => names.named(&value.to_string(), Some(value)),
        };
        match tensor.data() {
            Data::I64(values) => values.iter().map(|&value| whole(self, value)).collect(),
            Data::I32(values) => values.iter().map(|&value| whole(self, i64::from(value))).collect(),
            Data::String(values) => values.iter().map(|text| self.named(text, None)).collect(),
            _ => Vec::new(),
        }
    }

    /// What a label's text means. A whole number that only counts is an index.
    fn named(&mut self, text: &str, value: Option<i64>) -> Verdict {
        if let Some(value) = value {
            let counting = match &self.labels {
                Labels::Whole(listed) => {
                    let names = self.metadata.as_ref().unwrap_or(&self.classes);
                    names.len() == listed.len() && counts(listed, names)
                }
                _ => false,
            };
            if counting {
                return self.indexed(usize::try_from(value).unwrap_or(usize::MAX));
            }
        }
        match self.find(text) {
            Some(at) => Verdict::Class(at),
            None => Verdict::Other(text.to_owned()),
        }
    }

    /// What an index means: by the names of the scores or the model's own, then by place among the classes.
    fn indexed(&mut self, index: usize) -> Verdict {
        let place = self.scored.as_ref().and_then(|scored| scored.places.get(index).copied());
        let own = self.metadata.as_ref().and_then(|names| names.get(index));
        let place = place.or_else(|| own.map(|name| self.place(name)));
        let place = place.or_else(|| (index < self.classes.len()).then_some(index as u16));
        match (place, own) {
            (Some(place), _) if place != NO_CLASS => Verdict::Class(place),
            (_, Some(name)) => Verdict::Other(name.clone()),
            _ => match self.scored.as_ref().and_then(|scored| scored.names.get(index)) {
                Some(name) => Verdict::Other(name.clone()),
                None => Verdict::Other(index.to_string()),
            },
        }
    }
}

/// Whether a whole-number output holds names of classes or positions.
fn meaning(model: &Model, at: usize, origin: Option<&Node>) -> Meaning {
    let text = model.outputs.get(at).is_some_and(|port| port.element == ElementType::String);
    match origin {
        Some(node) if node.domain == Domain::Ml => Meaning::Name,
        Some(node) if gathers(model, node) => Meaning::Name,
        _ if text => Meaning::Name,
        _ => Meaning::Index,
    }
}

/// Whether a node picks from a list of constants, as exporters write labels.
fn gathers(model: &Model, node: &Node) -> bool {
    matches!(node.operator.as_str(), "ArrayFeatureExtractor" | "Gather" | "GatherElements" | "GatherND")
        && node.inputs.first().is_some_and(|name| model.constants.contains_key(name))
}

/// What the one score that a node gives is.
fn single(node: &Node) -> Single {
    match (node.domain, node.operator.as_str()) {
        (Domain::Onnx, "Sigmoid" | "HardSigmoid") => Single::Probability,
        (Domain::Onnx, "Gemm" | "MatMul" | "Add") => Single::Logit,
        (Domain::Onnx, _) => Single::Value,
        (Domain::Ml, _) if node.text("post_transform") == Some("LOGISTIC") => Single::Probability,
        (Domain::Ml, _) => Single::Value,
    }
}

/// The classes that a node lists, if it is one that names classes.
fn labels(model: &Model, node: &Node) -> Option<Labels> {
    let texts = |names: Option<Vec<&str>>| {
        let owned = names.map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
        owned.filter(|names| !names.is_empty()).map(Labels::Texts)
    };
    let whole = |name: &str| graph::listed(node, "", name).map(Labels::Whole);
    match node.operator.as_str() {
        "LabelEncoder" => {
            let keys = node.ints("keys_int64s").map(<[i64]>::to_vec);
            let keys = keys.or_else(|| node.tensor("keys_tensor").and_then(|t| t.as_i64().map(<[i64]>::to_vec)));
            let values = graph::listed(node, "values_strings", "values_int64s");
            let values = values.or_else(|| node.tensor("values_tensor").and_then(graph::texts));
            let textual = node.texts("values_strings").is_some()
                || node.tensor("values_tensor").is_some_and(|t| t.as_strings().is_some());
            // In the order of the indices that it turns into names.
            let mut pairs: Vec<(i64, String)> = keys?.into_iter().zip(values?).collect();
            pairs.sort_by_key(|(key, _)| *key);
            let names = pairs.into_iter().map(|(_, name)| name).collect();
            Some(if textual { Labels::Texts(names) } else { Labels::Whole(names) })
        }
        _ if node.domain == Domain::Ml && node.operator != "ArrayFeatureExtractor" => {
            texts(node.texts("classlabels_strings"))
                .or_else(|| whole("classlabels_int64s"))
                .or_else(|| whole("classlabels_ints"))
        }
        _ if gathers(model, node) => {
            let constant = node.inputs.first().and_then(|name| model.constants.get(name))?;
            let names = graph::texts(constant)?;
            Some(if constant.as_strings().is_some() { Labels::Texts(names) } else { Labels::Whole(names) })
        }
        _ => None,
    }
}

/// Whether whole numbers are 0, 1, 2, … and none of `names` is one of them.
fn counts(whole: &[String], names: &[String]) -> bool {
    whole.iter().enumerate().all(|(at, text)| *text == at.to_string())
        && !names.iter().any(|name| whole.iter().any(|text| same_label(text, name)))
}

/// Values a row, if there is an equal number for each.
fn width(tensor: &Tensor, rows: usize) -> Option<usize> {
    let along = tensor.shape().first().copied();
    let one = rows == 1 && tensor.shape().len() < 2;
    match along {
        Some(first) if first == rows => Some(tensor.len().checked_div(rows).unwrap_or(0)),
        _ if one => Some(tensor.len()),
        _ => None,
    }
}

fn floats(tensor: &Tensor) -> Vec<f32> {
    match tensor.data() {
        Data::F32(values) => values.clone(),
        Data::F64(values) => values.iter().map(|&value| value as f32).collect(),
        _ => Vec::new(),
    }
}

/// Position of the highest value, the first among equals.
fn highest(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
}
