//! What the classes are called, and which of them the outputs of a run name.

use std::collections::HashMap;

use dataset::{DecimalMark, Number, same_label};
use ml_onnx::{Data, Model, Tensor};

use super::choice::{Choice, MOST_CLASSES, choose};
use super::columns;
use super::meaning::{Labels, Meaning, Output, labels};
use super::single::Single;
use crate::{error::RunError, graph, input::layout};

/// Metadata of a file: its class names in order, a JSON array.
pub const CLASSES: &str = "modelmarket.classes";
/// The class index of a row for which the model gave a number, or one label of too many.
pub const NO_CLASS: u16 = u16::MAX;
/// What false and true are called.
const TRUTHS: [[&str; 2]; 4] = [["False", "True"], ["0", "1"], ["no", "yes"], ["n", "y"]];

/// What a model says about one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Position in [`Names::classes`].
    Class(u16),
    /// The text of a label that is none of the classes.
    Other(String),
    /// A regression.
    Number(f32),
    /// A regression of several targets.
    Numbers(Vec<f32>),
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
    /// The labels that the classifier lists, where they only number the classes: each stands for the class at its place.
    numbering: Option<Vec<String>>,
    /// What the graph says of each output.
    outputs: Vec<Output>,
    /// Outputs that are together the scores, one a class.
    columns: Vec<usize>,
    /// How numbers are read of which the graph does not say what they are.
    reading: Reading,
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

/// How numbers are read of which the graph does not say what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    /// As names, though each would also be the position of another class.
    Leaning,
    Names,
    Positions,
}

impl Names {
    pub fn new(model: &Model, given: Option<&[String]>) -> Self {
        let makers = graph::makers(model);
        let origin = |at: usize| model.outputs.get(at).and_then(|port| graph::origin(&makers, &port.name));
        let count = model.outputs.len();
        let outputs = (0..count).map(|at| Output::of(model, &makers, at)).collect();
        let labels = (0..count).find_map(|at| origin(at).and_then(|node| labels(model, node)));
        let metadata = layout::names(model.metadata.get(CLASSES));
        let labels = labels.unwrap_or(Labels::None);
        // Numbers without a label beside them may be anything.
        let scores = |columns: &Vec<usize>| labels.names().is_some_and(|listed| listed.len() == columns.len());
        let columns = Some(columns::together(model, &makers)).filter(scores).unwrap_or_default();
        let own = || metadata.clone().or_else(|| labels.names().cloned()).unwrap_or_default();
        let classes = given.map_or_else(own, <[String]>::to_vec);
        let named = metadata.as_ref().unwrap_or(&classes);
        let numbering = labels.names().filter(|listed| number(listed, named)).cloned();
        let (given, reading, found) = (given.is_some(), Reading::Open, HashMap::new());
        Self { classes, given, metadata, labels, numbering, outputs, columns, reading, found, scored: None }
    }

    /// Whether nobody names the classes: what the model says of them are positions, or what the classifier itself lists.
    pub(super) fn numbers_only(&self) -> bool {
        let told = !self.classes.is_empty() || self.outputs.iter().any(|told| told.meaning == Meaning::Index);
        told && !self.given && self.metadata.is_none()
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
            Verdict::Numbers(values) => values.iter().map(f32::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether a verdict is what a label says; `None` for a regression.
    pub fn agrees(&mut self, verdict: &Verdict, truth: &str) -> Option<bool> {
        match verdict {
            Verdict::Class(at) => Some(self.find(truth) == Some(*at)),
            Verdict::Other(text) => Some(same_label(text, truth)),
            Verdict::Number(_) | Verdict::Numbers(_) => None,
        }
    }

    /// What a label of a table means.
    pub fn label(&mut self, text: &str) -> Verdict {
        self.find(text).map_or_else(|| Verdict::Other(text.to_owned()), Verdict::Class)
    }

    /// Reads the outputs of a run of `rows` rows.
    ///
    /// # Errors
    /// [`RunError::Results`] where there is not one result for each row, [`RunError::NoResult`] where none is of a type
    /// that can be read, [`RunError::Unclear`] where numbers turn out to be positions after they were read as names.
    pub fn read(&mut self, outputs: &[(String, Tensor)], rows: usize) -> Result<Verdicts, RunError> {
        let joined = columns::joined(outputs, &self.columns, rows);
        let outputs = joined.as_deref().unwrap_or(outputs);
        let count = Some(self.counted_classes()).filter(|&count| count > 0);
        let Choice { label, scores } = choose(outputs, rows, &self.outputs, count)?;
        let (values, single, width) = match scores {
            Some((at, width)) => (floats(&outputs[at].1), self.outputs.get(at).map(|told| told.single), width),
            None => (Vec::new(), None, 0),
        };
        let single = single.unwrap_or(Single::Value);
        // Without names of two classes, a single number is a regression.
        if width == 1 && label.is_none() && self.named_classes() != Some(2) {
            let rows = values.into_iter().map(|value| self.number(value)).collect();
            return Ok(Verdicts { rows, scores: Vec::new() });
        }
        let numbers = scores.and_then(|(at, _)| self.outputs.get(at)).is_some_and(|told| told.numbers);
        if numbers && width > 1 && label.is_none() && count != Some(width) {
            let rows = values.chunks(width).map(|row| Verdict::Numbers(row.to_vec())).collect();
            return Ok(Verdicts { rows, scores: Vec::new() });
        }
        let shown = width > 1 || (width == 1 && single == Single::Probability && self.counted_classes() == 2);
        // A distance beside a label says nothing of classes.
        if (shown || label.is_none()) && width > 0 && self.scored.is_none() {
            self.name(width.max(2), shown);
        }
        let rows = match label {
            Some(at) => self.labelled(&outputs[at].1, at)?,
            None if width == 1 => {
                let between = self.between().filter(|_| numbers || single == Single::Signed);
                let otherwise = (if single == Single::Logit { 0.0 } else { 0.5 }, true);
                let (limit, ascending) = between.filter(|_| single != Single::Probability).unwrap_or(otherwise);
                values.iter().map(|&value| self.indexed(usize::from((value >= limit) == ascending))).collect()
            }
            None => values.chunks(width.max(1)).map(|row| self.indexed(highest(row))).collect(),
        };
        let scores = match (shown, width) {
            (false, _) => Vec::new(),
            (true, 1) => values.iter().flat_map(|&p| [1.0 - p, p]).collect(),
            (true, _) => values,
        };
        Ok(Verdicts { rows, scores })
    }

    /// The number midway between two classes that are numbers, and whether the second is the higher.
    fn between(&self) -> Option<(f32, bool)> {
        let number = |text: &String| Number::read(text, DecimalMark::Point).finite();
        let [first, second] = &self.metadata.as_ref().unwrap_or(&self.classes)[..] else { return None };
        let (first, second) = (number(first)?, number(second)?);
        Some((((first + second) / 2.0) as f32, first < second))
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
        // Labels that only number the bounty's classes say less than their names.
        let listed = self.labels.names().filter(|_| given.is_none() || self.numbering.is_none());
        match listed.filter(fits).or(given) {
            Some(names) => names.clone(),
            None => (0..count).map(|at| at.to_string()).collect(),
        }
    }

    /// Position of a class name; [`NO_CLASS`] where there is none.
    fn place(&self, name: &str) -> u16 {
        place(&self.classes, name).and_then(|at| u16::try_from(at).ok()).unwrap_or(NO_CLASS)
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

    fn labelled(&mut self, tensor: &Tensor, at: usize) -> Result<Vec<Verdict>, RunError> {
        let meaning = self.outputs.get(at).map_or(Meaning::Unclear, |told| told.meaning);
        let whole: Vec<i64> = match tensor.data() {
            Data::String(values) => return Ok(values.iter().map(|text| self.named(text)).collect()),
            Data::Bool(values) => return Ok(values.iter().map(|&value| self.truth(value)).collect()),
            Data::F32(values) => return Ok(self.decimal(meaning, values.iter().map(|&v| f64::from(v)))),
            Data::F64(values) => return Ok(self.decimal(meaning, values.iter().copied())),
            Data::I64(values) => values.clone(),
            Data::I32(values) => values.iter().map(|&value| i64::from(value)).collect(),
            Data::I8(values) => values.iter().map(|&value| i64::from(value)).collect(),
            Data::U8(values) => values.iter().map(|&value| i64::from(value)).collect(),
        };
        let positions = match meaning {
            Meaning::Index => true,
            Meaning::Name => false,
            Meaning::Unclear => self.positions(&whole)?,
        };
        Ok(whole.into_iter().map(|value| self.whole(value, positions)).collect())
    }

    /// Labels that were brought to floats.
    fn decimal(&mut self, meaning: Meaning, values: impl Iterator<Item = f64>) -> Vec<Verdict> {
        let positions = meaning == Meaning::Index;
        let read = |value: f64| match value.fract() == 0.0 && value.abs() < 9e15 {
            true => self.whole(value as i64, positions),
            false => self.named(&value.to_string()),
        };
        values.map(read).collect()
    }

    fn whole(&mut self, value: i64, position: bool) -> Verdict {
        match usize::try_from(value) {
            Ok(at) if position => self.indexed(at),
            _ => self.named(&value.to_string()),
        }
    }

    /// Whether numbers of which the graph does not say what they are are positions among the classes. Numbers that are
    /// classes are names; numbers that are none, and no larger than positions are, are positions.
    fn positions(&mut self, values: &[i64]) -> Result<bool, RunError> {
        let count = self.classes.len();
        let inside = |value: &i64| usize::try_from(*value).is_ok_and(|at| at < count);
        let names: Vec<u16> = values.iter().map(|value| self.place(&value.to_string())).collect();
        let unnamed = names.contains(&NO_CLASS);
        let mut pairs = values.iter().zip(&names);
        let reading = match self.reading {
            Reading::Names | Reading::Positions => self.reading,
            _ if !values.iter().all(inside) => Reading::Names,
            Reading::Open if unnamed => Reading::Positions,
            Reading::Leaning if unnamed => return Err(RunError::Unclear),
            // Whichever they are, these rows are the same.
            Reading::Open if pairs.all(|(&value, &name)| i64::from(name) == value) => Reading::Open,
            _ => Reading::Leaning,
        };
        self.reading = reading;
        Ok(reading == Reading::Positions)
    }

    /// What true or false means: a class of such a name, else the second or first of two.
    fn truth(&mut self, value: bool) -> Verdict {
        let at = usize::from(value);
        for words in TRUTHS {
            let places = words.map(|word| self.place(word));
            if !places.contains(&NO_CLASS) {
                return Verdict::Class(places[at]);
            }
        }
        if self.classes.len() == 2 { self.indexed(at) } else { self.named(TRUTHS[0][at]) }
    }

    /// A number that stands alone: a class where the bounty's classes are such numbers.
    fn number(&self, value: f32) -> Verdict {
        match self.place(&value.to_string()) {
            NO_CLASS => Verdict::Number(value),
            at if self.given => Verdict::Class(at),
            _ => Verdict::Number(value),
        }
    }

    /// What a label's text means.
    fn named(&mut self, text: &str) -> Verdict {
        let numbering = self.numbering.as_ref();
        if let Some(at) = numbering.and_then(|listed| listed.iter().position(|label| same_label(label, text))) {
            return self.indexed(at);
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

/// Position of a class name: as it is spelt, else as a number, else but for capitals, where that leaves one.
fn place(classes: &[String], name: &str) -> Option<usize> {
    let at = classes.iter().position(|class| class == name);
    let at = at.or_else(|| classes.iter().position(|class| same_label(class, name)));
    at.or_else(|| {
        let lower = |text: &str| text.trim().chars().flat_map(char::to_lowercase).collect::<String>();
        let wanted = lower(name);
        let mut alike = (0..classes.len()).filter(|&at| lower(&classes[at]) == wanted);
        alike.next().filter(|_| alike.next().is_none())
    })
}

/// Whether labels only number the classes `names`: there are as many, they count from 0 or 1, and not all of them are
/// classes themselves.
fn number(listed: &[String], names: &[String]) -> bool {
    listed.len() == names.len() && counts(listed) && listed.iter().any(|label| place(names, label).is_none())
}

/// Whether labels count from 0 or 1.
pub(super) fn counts(labels: &[String]) -> bool {
    let from = |first: usize| labels.iter().zip(first..).all(|(text, at)| same_label(text, &at.to_string()));
    from(0) || from(1)
}

fn floats(tensor: &Tensor) -> Vec<f32> {
    match tensor.data() {
        Data::F32(values) => values.clone(),
        Data::F64(values) => values.iter().map(|&value| value as f32).collect(),
        Data::I8(values) => values.iter().map(|&value| f32::from(value)).collect(),
        Data::U8(values) => values.iter().map(|&value| f32::from(value)).collect(),
        Data::I32(values) => values.iter().map(|&value| value as f32).collect(),
        Data::I64(values) => values.iter().map(|&value| value as f32).collect(),
        Data::Bool(values) => values.iter().map(|&value| f32::from(u8::from(value))).collect(),
        Data::String(_) => Vec::new(),
    }
}

/// Position of the highest value, the first among equals.
fn highest(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
}
