//! What a file would cost to decode, found by walking it: a byte of a file can ask for many bytes of memory, so counts
//! are compared with the limits before any is taken.

use super::wire::{Broken, Value, Wire};
use crate::proto::{
    AttributeProto, DimensionProto, FunctionProto, GraphProto, NodeProto, OperatorSetIdProto, SparseTensorProto,
    StringStringEntryProto, TensorProto, ValueInfoProto,
};
use crate::{Limits, ReadError};

/// A sequence of maps of tensors is three deep.
const DEEPEST: usize = 6;
/// Graphs in graphs: branches in branches of loops.
pub const DEEPEST_GRAPHS: usize = 8;
/// Bytes that a name takes besides its letters: its handle, and its places in the tables of names.
const NAME: u64 = 128;
/// Bytes that a text in a list takes besides its letters: its handle, and what the allocator adds.
const HANDLE: u64 = 64;

/// The messages that are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Model,
    Set,
    Entry,
    Function,
    Graph,
    Sparse,
    Node,
    Attribute,
    Tensor,
    Segment,
    Port,
    Type,
    TensorType,
    Sequence,
    Map,
    Shape,
    Dimension,
}

/// How a field is decoded.
enum Field {
    /// It is not.
    Skipped,
    /// As a number kept where the message is.
    Number,
    Message(Message),
    /// UTF-8, no longer than a name may be.
    Name,
    /// UTF-8 of any length.
    Text,
    /// Bytes, no longer than a name may be.
    Word,
    Bytes,
    /// Lists of numbers that are this many bytes in memory, each of 4 bytes, 8 bytes or a varint in the file.
    Fixed32s,
    Fixed64s,
    Varints(u64),
}

/// Field numbers are those of [`crate::proto`]; what is not there is skipped.
fn field(message: Message, number: u64) -> Field {
    use Field::{Bytes, Fixed32s, Fixed64s, Name, Number, Skipped, Text, Varints, Word};
    match (message, number) {
        (Message::Model, 1) => Number,
        (Message::Model, 2) => Name,
        (Message::Model, 7) => Field::Message(Message::Graph),
        (Message::Model, 8) => Field::Message(Message::Set),
        (Message::Model, 14) => Field::Message(Message::Entry),
        (Message::Model, 25) => Field::Message(Message::Function),
        (Message::Set, 1) => Name,
        (Message::Set, 2) => Number,
        (Message::Entry, 1) => Name,
        (Message::Entry, 2) => Text,
        (Message::Function, 1 | 4 | 5 | 10 | 13) => Name,
        (Message::Function, 7) => Field::Message(Message::Node),
        (Message::Function, 9) => Field::Message(Message::Set),
        (Message::Function, 11) => Field::Message(Message::Attribute),
        (Message::Graph, 1) => Field::Message(Message::Node),
        (Message::Graph, 2) => Name,
        (Message::Graph, 5) => Field::Message(Message::Tensor),
        (Message::Graph, 11 | 12) => Field::Message(Message::Port),
        (Message::Graph, 15) => Field::Message(Message::Sparse),
        (Message::Sparse, 1) => Field::Message(Message::Tensor),
        (Message::Node, 1 | 2 | 3 | 4 | 7 | 8) => Name,
        (Message::Node, 5) => Field::Message(Message::Attribute),
        (Message::Attribute, 1 | 21) => Name,
        (Message::Attribute, 2 | 3 | 20) => Number,
        (Message::Attribute, 4) => Word,
        (Message::Attribute, 5) => Field::Message(Message::Tensor),
        (Message::Attribute, 6) => Field::Message(Message::Graph),
        (Message::Attribute, 7) => Fixed32s,
        (Message::Attribute, 8) => Varints(8),
        (Message::Attribute, 9) => Bytes,
        (Message::Tensor, 1 | 7 | 11) => Varints(8),
        (Message::Tensor, 2 | 14) => Number,
        (Message::Tensor, 3) => Field::Message(Message::Segment),
        (Message::Tensor, 4) => Fixed32s,
        (Message::Tensor, 5) => Varints(4),
        (Message::Tensor, 6 | 9) => Bytes,
        (Message::Tensor, 8) => Name,
        (Message::Tensor, 10) => Fixed64s,
        (Message::Tensor, 13) => Field::Message(Message::Entry),
        (Message::Segment, 1 | 2) => Number,
        (Message::Port, 1) => Name,
        (Message::Port, 2) | (Message::Sequence, 1) | (Message::Map, 2) => Field::Message(Message::Type),
        (Message::Type, 1) => Field::Message(Message::TensorType),
        (Message::Type, 4) => Field::Message(Message::Sequence),
        (Message::Type, 5) => Field::Message(Message::Map),
        (Message::TensorType, 1) | (Message::Map, 1) => Number,
        (Message::TensorType, 2) => Field::Message(Message::Shape),
        (Message::Shape, 1) => Field::Message(Message::Dimension),
        (Message::Dimension, 1) => Number,
        (Message::Dimension, 2) => Name,
        _ => Skipped,
    }
}

impl Message {
    /// Bytes that one of them takes where it is an element of a list; lists grow by doubling.
    fn memory(self) -> u64 {
        let bytes = match self {
            Self::Set => size_of::<OperatorSetIdProto>(),
            Self::Entry => size_of::<StringStringEntryProto>(),
            Self::Function => size_of::<FunctionProto>(),
            Self::Sparse => size_of::<SparseTensorProto>(),
            Self::Node => size_of::<NodeProto>(),
            Self::Attribute => size_of::<AttributeProto>(),
            Self::Tensor => size_of::<TensorProto>(),
            Self::Port => size_of::<ValueInfoProto>(),
            Self::Graph => size_of::<GraphProto>(),
            Self::Dimension => size_of::<DimensionProto>(),
            Self::Model | Self::Segment | Self::Type | Self::TensorType | Self::Sequence | Self::Map | Self::Shape => 0,
        };
        2 * bytes as u64
    }

    fn name(self) -> &'static str {
        match self {
            Self::Model => "the model",
            Self::Set => "the list of operator sets",
            Self::Entry => "the metadata",
            Self::Function => "a function",
            Self::Graph => "the graph",
            Self::Sparse => "a sparse tensor",
            Self::Node => "a node",
            Self::Attribute => "an attribute",
            Self::Tensor | Self::Segment => "a tensor",
            Self::Port => "an input or output",
            Self::Type | Self::TensorType | Self::Sequence | Self::Map => "a type",
            Self::Shape | Self::Dimension => "a shape",
        }
    }
}

/// Walks the file of a model once.
///
/// # Errors
/// [`ReadError::NotOnnx`], and those that tell of a limit.
pub fn model(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    scan(Message::Model, bytes, limits)
}

/// Walks the file of a tensor once.
///
/// # Errors
/// As [`model`].
pub fn tensor(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    scan(Message::Tensor, bytes, limits)
}

fn scan(message: Message, bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let mut scan = Scan { limits, nodes: 0, initialisers: 0, graphs: 0, memory: 0 };
    scan.message(message, Wire::new(bytes), 0)
}

struct Scan<'a> {
    limits: &'a Limits,
    nodes: usize,
    initialisers: usize,
    /// Graphs around what is scanned.
    graphs: usize,
    /// Bytes.
    memory: u64,
}

impl Scan<'_> {
    fn message(&mut self, message: Message, mut wire: Wire<'_>, types: usize) -> Result<(), ReadError> {
        let types = types + usize::from(message == Message::Type);
        if types > DEEPEST {
            return Err(ReadError::TooDeep { limit: DEEPEST });
        }
        self.take(message.memory())?;
        loop {
            let at = wire.at();
            let Some((number, value)) = wire.field().map_err(|e| broken(message, &e))? else { return Ok(()) };
            match (field(message, number), value) {
                (Field::Skipped, _) => {}
                (Field::Number, Value::Varint(_) | Value::Fixed32 | Value::Fixed64) => {}
                (Field::Message(Message::Graph), Value::Bytes(bytes)) => {
                    if self.graphs == DEEPEST_GRAPHS {
                        return Err(ReadError::GraphsTooDeep { limit: DEEPEST_GRAPHS });
                    }
                    self.graphs += 1;
                    self.message(Message::Graph, bytes, types)?;
                    self.graphs -= 1;
                }
                (Field::Message(inner), Value::Bytes(bytes)) => {
                    self.count(message, inner)?;
                    self.message(inner, bytes, types)?;
                }
                (Field::Name, Value::Bytes(bytes)) => {
                    self.short(bytes)?;
                    self.text(bytes)?;
                }
                (Field::Text, Value::Bytes(bytes)) => self.text(bytes)?,
                (Field::Word, Value::Bytes(bytes)) => {
                    self.short(bytes)?;
                    self.take(NAME + bytes.bytes().len() as u64)?;
                }
                (Field::Bytes, Value::Bytes(bytes)) => self.take(HANDLE + bytes.bytes().len() as u64)?,
                // Lists grow by doubling.
                (Field::Fixed32s | Field::Fixed64s, Value::Bytes(bytes)) => {
                    self.take(2 * bytes.bytes().len() as u64)?
                }
                (Field::Varints(each), Value::Bytes(bytes)) => self.take(2 * each * bytes.varints())?,
                (Field::Fixed32s, Value::Fixed32) | (Field::Fixed64s, Value::Fixed64) => self.take(16)?,
                (Field::Varints(_), Value::Varint(_)) => self.take(16)?,
                _ => return Err(broken(message, &Broken { at, cause: "a field is of another kind than ONNX says" })),
            }
        }
    }

    fn count(&mut self, outer: Message, inner: Message) -> Result<(), ReadError> {
        let (count, limit, what) = match (outer, inner) {
            (Message::Graph | Message::Function, Message::Node) => (&mut self.nodes, self.limits.nodes, "nodes"),
            (Message::Graph, Message::Tensor) => (&mut self.initialisers, self.limits.initialisers, "initialisers"),
            _ => return Ok(()),
        };
        *count += 1;
        if *count > limit {
            return Err(ReadError::TooMany { what, limit: limit as u64 });
        }
        Ok(())
    }

    fn short(&self, bytes: Wire<'_>) -> Result<(), ReadError> {
        let length = bytes.bytes().len();
        if length > self.limits.name {
            return Err(ReadError::LongName { bytes: length as u64, limit: self.limits.name as u64 });
        }
        Ok(())
    }

    fn text(&mut self, bytes: Wire<'_>) -> Result<(), ReadError> {
        if std::str::from_utf8(bytes.bytes()).is_err() {
            return Err(ReadError::NotUtf8 { place: format!("The name or text at byte {} of the file", bytes.at()) });
        }
        self.take(NAME + bytes.bytes().len() as u64)
    }

    fn take(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.limits.memory {
            return Err(ReadError::TooMuchMemory { limit: self.limits.memory });
        }
        Ok(())
    }
}

fn broken(message: Message, broken: &Broken) -> ReadError {
    ReadError::NotOnnx { cause: format!("at byte {}, in {}, {}", broken.at, message.name(), broken.cause) }
}
