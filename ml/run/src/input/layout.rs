//! What a model wants for one row: which columns go into which input, and whether they are a picture.

use std::collections::BTreeMap;

use dataset::shown;
use ml_onnx::{Attribute, Dim, Domain, ElementType, Model, Port};
use ml_task::Picture;

use crate::{
    error::{RunError, listed},
    graph,
    input::cells::Gaps,
    input::words::Known,
};

/// Metadata of a file: its feature columns, a JSON array.
pub const COLUMNS: &str = "modelmarket.columns";
/// Metadata of a file: how it was trained here. Files from elsewhere do not have it.
pub const ALGORITHM: &str = "modelmarket.algorithm";
/// Metadata of a file: what white is.
pub const BRIGHTEST: &str = "modelmarket.brightest";
/// Columns beyond which no form is offered.
const FORM: usize = 1024;
/// The smallest sides of what is taken for a picture: in a flat row, and where the shape says so.
const FLAT_SIDE: usize = 4;
const SIDE: usize = 8;

/// How rows become inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    pub slots: Vec<Slot>,
    pub columns: Columns,
    pub batch: Batch,
    pub picture: Option<(Picture, Order)>,
    /// What becomes of a missing number in a table, as the model says; see [`Layout::form_gaps`] for one row.
    pub gaps: Gaps,
    /// Whether nothing says which columns go into which of several inputs; see [`Layout::guess`].
    pub guessed: bool,
    /// What the encoders of columns of texts know.
    pub known: BTreeMap<usize, Known>,
}

/// One input of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub name: String,
    pub element: ElementType,
    /// Shape of one row; 0 for a side that a table decides.
    pub row: Vec<usize>,
    /// Whether rows lie along an axis before [`Slot::row`].
    pub batched: bool,
}

impl Slot {
    /// Columns that it takes.
    pub fn width(&self) -> usize {
        self.row.iter().product()
    }

    /// Shape of `rows` rows.
    pub fn shape(&self, rows: usize) -> Vec<usize> {
        let first = self.batched.then_some(rows);
        first.into_iter().chain(self.row.iter().copied()).collect()
    }
}

/// The columns of all inputs, one input after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// The model, or its bounty, names them.
    Named(Vec<String>),
    /// Only their number is known.
    Counted(usize),
    /// Whatever the table has; there is one input then.
    Open,
}

/// Rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    Any,
    /// The file fixes it.
    Exactly(usize),
}

/// Where channels lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Channel by channel.
    Planes,
    /// Pixel by pixel.
    Pixels,
}

impl Layout {
    /// # Errors
    /// [`RunError::Inputs`] where the model's inputs cannot be filled from the columns of a table.
    pub fn new(model: &Model, features: Option<&[String]>) -> Result<Self, RunError> {
        if model.inputs.is_empty() {
            return Err(RunError::NoInput);
        }
        let own = names(model.metadata.get(COLUMNS));
        let alone = model.inputs.len() == 1;
        let hint = own.as_deref().or(features).map(<[String]>::len).filter(|_| alone);
        let mut slots = Vec::new();
        let mut open = false;
        for input in &model.inputs {
            let (slot, known) = slot(model, input, hint)?;
            open |= !known;
            slots.push(slot);
        }
        if open && !alone {
            let unknown = model.inputs.iter().zip(&slots).find(|(_, slot)| slot.width() == 0);
            let name = unknown.map(|(input, _)| input.name.clone()).unwrap_or_default();
            return Err(RunError::Inputs { name, why: "the file does not say how many columns it takes" });
        }
        let batch = batch(model, &slots)?;
        let total = slots.iter().map(Slot::width).sum::<usize>();
        let named = own.as_ref().is_some_and(|own| own.len() == total);
        let guessed = !alone && !named && slots.iter().any(|slot| slot.width() != 1);
        let columns = match open {
            true => Columns::Open,
            false => columns(&slots, own, features),
        };
        let picture = picture(model, &slots, &columns);
        Ok(Self { slots, columns, batch, picture, gaps: gaps(model), guessed, known: BTreeMap::new() })
    }

    /// What becomes of a missing number in a form: what is no number is told to the person who typed it.
    pub fn form_gaps(&self) -> Gaps {
        match self.gaps {
            Gaps::AsLearned => Gaps::Missing,
            gaps => gaps,
        }
    }

    /// Number of columns, where it is known.
    pub fn width(&self) -> Option<usize> {
        match &self.columns {
            Columns::Named(names) => Some(names.len()),
            Columns::Counted(count) => Some(*count),
            Columns::Open => None,
        }
    }

    /// For a table that has `columns` columns, where the model leaves it open.
    pub fn closed(mut self, columns: usize) -> Self {
        if let (Columns::Open, [slot]) = (&self.columns, &mut self.slots[..]) {
            let known: usize = slot.row.iter().filter(|&&side| side > 0).product();
            let open = (columns / known).max(1);
            slot.row.iter_mut().filter(|side| **side == 0).for_each(|side| *side = open);
            self.columns = Columns::Counted(slot.width());
        }
        self
    }

    /// What a person calls column `at`, from 0.
    pub fn name(&self, at: usize) -> String {
        match &self.columns {
            Columns::Named(names) => names.get(at).cloned().unwrap_or_default(),
            _ => format!("f{}", at + 1),
        }
    }

    /// Names for a form; none where there are too many to fill in.
    pub fn form(&self) -> Vec<String> {
        match self.width() {
            Some(width) if width <= FORM => (0..width).map(|at| self.name(at)).collect(),
            _ => Vec::new(),
        }
    }

    /// What to know and to do where columns were dealt to inputs by guess.
    pub fn guess(&self) -> Option<String> {
        if !self.guessed {
            return None;
        }
        let mut first = 0;
        let mut parts = Vec::new();
        for slot in &self.slots {
            let names: Vec<String> = (first..first + slot.width()).map(|at| self.name(at)).collect();
            first += slot.width();
            parts.push(format!("{} into “{}”", listed(&names), shown(&slot.name)));
        }
        Some(format!(
            "The file does not say which columns go into which of its inputs; they were dealt in the order of the table: \
             {}. If training had another order, write all columns in the order of the inputs into the metadata of the \
             model as {COLUMNS}, a JSON array of their names.",
            parts.join("; ")
        ))
    }

    /// Each column's input and position in it.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let slots = self.slots.iter().enumerate();
        slots.flat_map(|(slot, s)| (0..s.width()).map(move |at| (slot, at)))
    }
}

/// A list of texts in the metadata, where it is one.
pub fn names(json: Option<&String>) -> Option<Vec<String>> {
    json.and_then(|json| serde_json::from_str::<Vec<String>>(json).ok()).filter(|names| !names.is_empty())
}

/// An input's slot, and whether its width is known. `hint` is the number of columns of all inputs, where it is known.
fn slot(model: &Model, input: &Port, hint: Option<usize>) -> Result<(Slot, bool), RunError> {
    let unknown = |why| RunError::Inputs { name: input.name.clone(), why };
    let slot = |row, batched| Slot { name: input.name.clone(), element: input.element, row, batched };
    let Some(dims) = &input.dims else {
        let width = hint.or_else(|| graph::columns_of(model, &input.name));
        return Ok((slot(vec![width.unwrap_or(0)], true), width.is_some()));
    };
    match &dims[..] {
        [] => Err(unknown("it is a single number, not one for each row")),
        // One row without an axis for rows.
        [Dim::Known(width)] if *width > 1 && hint.is_none_or(|hint| hint == *width) && model.inputs.len() == 1 => {
            Ok((slot(vec![*width], false), true))
        }
        [_] => Ok((slot(Vec::new(), true), true)),
        [_, rest @ ..] => {
            let known: Vec<Option<usize>> = rest.iter().map(known).collect();
            let product = known.iter().flatten().try_fold(1_usize, |product, &d| product.checked_mul(d));
            let product = product.filter(|&product| product > 0).ok_or_else(|| unknown("its shape is impossible"))?;
            let missing = known.iter().filter(|d| d.is_none()).count();
            let fill = match (missing, rest.len(), hint) {
                (0, ..) => Some(1),
                (1, 1, None) => graph::columns_of(model, &input.name),
                (1, _, Some(hint)) if hint % product == 0 => Some(hint / product),
                // Height and width of a square.
                (2, _, Some(hint)) if hint % product == 0 => {
                    let side = (hint / product).isqrt();
                    (side * side == hint / product).then_some(side)
                }
                _ => None,
            };
            match fill {
                Some(fill) => Ok((slot(known.into_iter().map(|d| d.unwrap_or(fill)).collect(), true), true)),
                None if missing == 1 && hint.is_none() => {
                    Ok((slot(known.into_iter().map(Option::unwrap_or_default).collect(), true), false))
                }
                None if missing == 1 => Err(unknown("its shape does not go with the number of columns")),
                None => Err(unknown("the file leaves more of its shape open than the columns can decide")),
            }
        }
    }
}

fn known(dim: &Dim) -> Option<usize> {
    match dim {
        Dim::Known(length) => Some(*length),
        Dim::Named(_) => None,
    }
}

fn batch(model: &Model, slots: &[Slot]) -> Result<Batch, RunError> {
    let mut batch = Batch::Any;
    for (input, slot) in model.inputs.iter().zip(slots) {
        let fixed = match (&input.dims, slot.batched) {
            (_, false) => Some(1),
            (Some(dims), true) => dims.first().and_then(known),
            (None, true) => None,
        };
        match (fixed, batch) {
            (None, _) => {}
            (Some(0), _) => {
                return Err(RunError::Inputs { name: input.name.clone(), why: "the file fixes it to no rows at all" });
            }
            (Some(rows), Batch::Any) => batch = Batch::Exactly(rows),
            (Some(rows), Batch::Exactly(other)) if rows == other => {}
            (Some(_), Batch::Exactly(_)) => {
                let why = "the file fixes another number of rows for it than for the input before it";
                return Err(RunError::Inputs { name: input.name.clone(), why });
            }
        }
    }
    Ok(batch)
}

/// What the columns are called: by the file, by its inputs, or by the bounty.
fn columns(slots: &[Slot], own: Option<Vec<String>>, features: Option<&[String]>) -> Columns {
    let total = slots.iter().map(Slot::width).sum::<usize>();
    if let Some(own) = own.filter(|own| own.len() == total) {
        return Columns::Named(own);
    }
    let one_each = slots.iter().all(|slot| slot.width() == 1);
    let inputs: Vec<String> = slots.iter().map(|slot| slot.name.clone()).collect();
    let Some(features) = features else {
        // A single input is rarely called as its column.
        return if one_each && slots.len() > 1 { Columns::Named(inputs) } else { Columns::Counted(total) };
    };
    if one_each {
        let plainly: Vec<String> = features.iter().map(|name| plain(name)).collect();
        let place = |input: &String| {
            let exact = features.iter().position(|name| name == input);
            let alike = || Some(plain(input)).filter(|name| !name.is_empty());
            exact.or_else(|| alike().and_then(|name| plainly.iter().position(|other| *other == name)))
        };
        let places: Vec<Option<usize>> = inputs.iter().map(place).collect();
        let elsewhere = |(at, place): (usize, &Option<usize>)| place.is_some_and(|place| place != at);
        // Names in another order say that columns go by name, though one of them is missing; numbers may just begin elsewhere.
        let counted = inputs.iter().all(|name| is_pixel(name));
        let moved = slots.len() > 1 && !counted && places.iter().enumerate().any(elsewhere);
        if moved || places.iter().all(Option::is_some) {
            // The bounty's spelling, which is that of its tables.
            let spelt = |(input, place): (&String, &Option<usize>)| place.map_or(input, |at| &features[at]).clone();
            return Columns::Named(inputs.iter().zip(&places).map(spelt).collect());
        }
    }
    if features.len() == total {
        return Columns::Named(features.to_vec());
    }
    if one_each && slots.len() > 1 { Columns::Named(inputs) } else { Columns::Counted(total) }
}

/// A name without what exporters change in it: case, and everything but letters and digits.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn picture(model: &Model, slots: &[Slot], columns: &Columns) -> Option<(Picture, Order)> {
    let [slot] = slots else { return None };
    if matches!(slot.element, ElementType::String | ElementType::Bool | ElementType::I8) {
        return None;
    }
    let wide = |side: usize| (SIDE..=4096).contains(&side);
    let (height, width, channels, order) = match slot.row[..] {
        [c @ (1 | 3), h, w] if h >= FLAT_SIDE && w >= FLAT_SIDE => (h, w, c, Order::Planes),
        [h, w, c @ (1 | 3)] if wide(h) && wide(w) => (h, w, c, Order::Pixels),
        [h, w] if wide(h) && wide(w) => (h, w, 1, Order::Planes),
        [flat] => {
            let side = flat.isqrt();
            let pixels = match columns {
                Columns::Named(names) => names.iter().all(|name| is_pixel(name)),
                Columns::Counted(_) => true,
                Columns::Open => false,
            };
            if !pixels || side < FLAT_SIDE || side * side != flat {
                return None;
            }
            (side, side, 1, Order::Planes)
        }
        _ => return None,
    };
    let brightest = model.metadata.get(BRIGHTEST).and_then(|text| text.trim().parse::<f32>().ok());
    let brightest = brightest.filter(|value| value.is_finite() && *value > 0.0);
    let (width, height, channels) = (width as u32, height as u32, channels as u32);
    Some((Picture { width, height, channels, brightest }, order))
}

/// Names as image tables have them: `pixel12`, `pixel_0_1`, `px3`, `1x28`, `17`, or the `f1` of a table without header.
fn is_pixel(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let rest = ["pixel", "pix", "px", "p", "f", "x"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let rest = rest.unwrap_or(&name);
    rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || "x_,.- ".contains(c))
}

/// What the model does with a missing number.
fn gaps(model: &Model) -> Gaps {
    match (handles_missing(model), model.metadata.contains_key(ALGORITHM)) {
        (false, _) => Gaps::Refused,
        (true, false) => Gaps::Missing,
        (true, true) => Gaps::AsLearned,
    }
}

/// Whether any node knows what to do with a missing number.
fn handles_missing(model: &Model) -> bool {
    model.nodes.iter().any(|node| match (node.domain, node.operator.as_str()) {
        (Domain::Onnx, "IsNaN") => true,
        (Domain::Ml, "Imputer") => !matches!(
            node.attributes.get("replaced_value_float"),
            Some(Attribute::Float(value)) if !value.is_nan()
        ),
        (Domain::Ml, operator) => operator.starts_with("TreeEnsemble"),
        _ => false,
    })
}
