//! A model that keeps numbers in other files, joined with them into one file.
//!
//! The model's file is walked as bytes. Nothing of it is decoded or copied: what comes out are places in the files, so
//! that a browser joins them without reading any. Whoever reads what came of it checks everything else.
//! Source: <https://github.com/onnx/onnx/blob/main/docs/ExternalData.md>

mod tensor;

use std::collections::BTreeMap;
use std::ops::Range;

use super::scan::DEEPEST_GRAPHS;
use super::wire::{Broken, Value, Wire};
use crate::Limits;

/// A file that was chosen beside the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// A file that a model needs beside its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The last part of where the model says that it is.
    pub name: String,
    /// How many bytes it has at least.
    pub bytes: u64,
}

/// What a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The model's own file.
    Model,
    /// The file at this place in the list of those beside it.
    Beside(usize),
    /// [`Joined::written`]
    Written,
}

/// Some bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub of: Of,
    pub bytes: Range<u64>,
}

/// One file, as pieces of others in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    pub pieces: Vec<Piece>,
    /// What none of the files has: keys and lengths.
    pub written: Vec<u8>,
    /// The one file beside the model where it was taken although the model calls it by this other name.
    pub renamed: Option<String>,
}

/// What a model needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: its file is whole, or none of a model, which its reader says.
    Whole,
    /// These files, which were not chosen.
    Missing(Vec<Needed>),
    Joined(Joined),
}

/// Why a model and the files beside it cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExternalError {
    #[error("“{tensor}” keeps its numbers in another file and does not say which. Export the model again.")]
    Nameless { tensor: String },
    #[error(
        "The model keeps numbers in two files that are both called “{name}”, in different folders. Save it into one file: \
         onnx.save(onnx.load('model.onnx'), 'whole.onnx')."
    )]
    NameTwice { name: String },
    #[error("“{tensor}” says “{value}” for its place in another file, which is no number. Export the model again.")]
    NotANumber { tensor: String, value: String },
    #[error("“{tensor}” keeps elements in another file that cannot be kept there ({found}). Export the model again.")]
    ElementType { tensor: String, found: String },
    #[error("“{tensor}” has shape {shape}, which no tensor has. Export the model again.")]
    Shape { tensor: String, shape: String },
    #[error(
        "“{tensor}” needs {wanted} bytes for its shape, but takes {found} of another file. Export the model again."
    )]
    Length { tensor: String, wanted: u64, found: u64 },
    #[error(
        "“{tensor}” ends at byte {end} of “{file}”, which has only {bytes}. Choose the file that was saved with this model, \
         and check that it was not cut off on the way."
    )]
    Beyond { tensor: String, file: String, end: u64, bytes: u64 },
    #[error("The model has sparse tensors, which models here cannot hold. Export it with dense weights.")]
    Sparse,
    #[error("The model keeps more than {limit} tensors in other files; models here have at most that many.")]
    TooMany { limit: usize },
    #[error("In one file the model would be {bytes} bytes; models here have at most {limit}. Export a smaller one.")]
    TooLarge { bytes: u64, limit: u64 },
}

/// Joins a model with the files beside it, which are told by their names; where there is one and one is needed, it is taken
/// whatever its name.
///
/// # Errors
/// [`ExternalError`]
pub fn joined(model: &[u8], beside: &[Beside], limits: &Limits) -> Result<Found, ExternalError> {
    let mut walk = Walk { limits, files: Files::default(), tensors: Vec::new(), written: Vec::new(), sparse: false };
    let pieces = match walk.message(Message::Model, Wire::new(model), 0) {
        Ok(Some(pieces)) => pieces,
        Ok(None) | Err(Stop::Broken) => return Ok(Found::Whole),
        Err(Stop::Because(why)) => return Err(why),
    };
    if walk.sparse {
        return Err(ExternalError::Sparse);
    }
    let Walk { files: Files { needed, .. }, tensors, written, .. } = walk;
    let alone = needed.len() == 1 && beside.len() == 1;
    let place = |file: &Needed| beside.iter().position(|b| b.name == file.name).or(alone.then_some(0));
    let missing: Vec<_> = needed.iter().filter(|file| place(file).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Ok(Found::Missing(missing));
    }
    let places: Vec<usize> = needed.iter().filter_map(place).collect();
    for Apart { name, file, end } in tensors {
        let Beside { name: file, bytes } = &beside[places[file]];
        if end > *bytes {
            return Err(ExternalError::Beyond { tensor: name, file: file.clone(), end, bytes: *bytes });
        }
    }
    let bytes = length(&pieces);
    if bytes > limits.bytes {
        return Err(ExternalError::TooLarge { bytes, limit: limits.bytes });
    }
    let pieces = pieces.into_iter().map(|piece| match piece.of {
        Of::Beside(file) => Piece { of: Of::Beside(places[file]), ..piece },
        _ => piece,
    });
    let renamed = needed.into_iter().next().map(|file| file.name).filter(|name| alone && beside[0].name != *name);
    Ok(Found::Joined(Joined { pieces: pieces.collect(), written, renamed }))
}

impl Joined {
    /// The one file, out of the same files in the same order; `None` where they are others.
    pub fn bytes(&self, model: &[u8], beside: &[&[u8]]) -> Option<Vec<u8>> {
        let mut whole = Vec::with_capacity(usize::try_from(length(&self.pieces)).ok()?);
        for Piece { of, bytes } in &self.pieces {
            let from = match *of {
                Of::Model => model,
                Of::Beside(file) => beside.get(file)?,
                Of::Written => &self.written,
            };
            whole.extend_from_slice(from.get(usize::try_from(bytes.start).ok()?..usize::try_from(bytes.end).ok()?)?);
        }
        Some(whole)
    }
}

/// The messages in which tensors are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Model,
    Function,
    Graph,
    Node,
    Attribute,
    Tensor,
    Sparse,
}

/// Field numbers are those of [`crate::proto`].
fn inner(message: Message, number: u64) -> Option<Message> {
    Some(match (message, number) {
        (Message::Model, 7) | (Message::Attribute, 6 | 11) => Message::Graph,
        (Message::Model, 25) => Message::Function,
        (Message::Graph, 1) | (Message::Function, 7) => Message::Node,
        (Message::Graph, 5) | (Message::Attribute, 5 | 10) => Message::Tensor,
        (Message::Graph, 15) | (Message::Attribute, 22 | 23) => Message::Sparse,
        (Message::Node, 5) | (Message::Function, 11) => Message::Attribute,
        _ => return None,
    })
}

enum Stop {
    /// It is no file of a model.
    Broken,
    Because(ExternalError),
}

impl From<Broken> for Stop {
    fn from(_: Broken) -> Self {
        Self::Broken
    }
}

impl From<ExternalError> for Stop {
    fn from(why: ExternalError) -> Self {
        Self::Because(why)
    }
}

/// A tensor that is in another file.
struct Apart {
    name: String,
    /// Its place in the list of those that are needed.
    file: usize,
    /// Byte of that file.
    end: u64,
}

/// The files that are needed.
#[derive(Default)]
struct Files {
    needed: Vec<Needed>,
    /// By name: the place in the list, and the whole of where it is.
    places: BTreeMap<String, (usize, String)>,
}

struct Walk<'a> {
    limits: &'a Limits,
    files: Files,
    tensors: Vec<Apart>,
    written: Vec<u8>,
    sparse: bool,
}

impl Walk<'_> {
    /// The pieces that take the place of a message; `None` where it stays as it is. Those of [`Of::Beside`] name files by
    /// their place in the list of those that are needed.
    fn message(&mut self, message: Message, mut wire: Wire<'_>, graphs: usize) -> Result<Option<Vec<Piece>>, Stop> {
        match message {
            Message::Tensor => return self.tensor(wire),
            Message::Sparse => {
                self.sparse = true;
                return Ok(None);
            }
            Message::Graph if graphs == DEEPEST_GRAPHS => return Err(Stop::Broken),
            _ => {}
        }
        let graphs = graphs + usize::from(message == Message::Graph);
        let (mut pieces, mut from) = (Vec::new(), wire.at());
        loop {
            let at = wire.at();
            let Some((number, value)) = wire.field()? else { break };
            let (Some(inner), Value::Bytes(bytes)) = (inner(message, number), value) else { continue };
            let Some(changed) = self.message(inner, bytes, graphs)? else { continue };
            push(&mut pieces, Of::Model, from as u64..at as u64);
            self.key(&mut pieces, number, length(&changed));
            pieces.extend(changed);
            from = wire.at();
        }
        if pieces.is_empty() {
            return Ok(None);
        }
        push(&mut pieces, Of::Model, from as u64..wire.at() as u64);
        Ok(Some(pieces))
    }

    /// Writes what stands before the bytes of a field.
    fn key(&mut self, pieces: &mut Vec<Piece>, field: u64, length: u64) {
        let start = self.written.len() as u64;
        for mut number in [field << 3 | 2, length] {
            while number >= 0x80 {
                self.written.push(number as u8 | 0x80);
                number >>= 7;
            }
            self.written.push(number as u8);
        }
        push(pieces, Of::Written, start..self.written.len() as u64);
    }
}

/// Appends bytes; those that follow on the last piece are one with it.
fn push(pieces: &mut Vec<Piece>, of: Of, bytes: Range<u64>) {
    match pieces.last_mut() {
        _ if bytes.is_empty() => {}
        Some(last) if last.of == of && last.bytes.end == bytes.start => last.bytes.end = bytes.end,
        _ => pieces.push(Piece { of, bytes }),
    }
}

/// Bytes of all pieces together.
fn length(pieces: &[Piece]) -> u64 {
    pieces.iter().fold(0, |sum: u64, piece| sum.saturating_add(piece.bytes.end - piece.bytes.start))
}
