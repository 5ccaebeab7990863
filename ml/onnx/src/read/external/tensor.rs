//! A tensor that says where in another file its elements are.

use super::{Apart, ExternalError, Files, Needed, Of, Piece, Stop, Walk, push};
use crate::proto;
use crate::read::wire::{Value, Wire};

/// What is read of it.
#[derive(Default)]
struct Header<'a> {
    name: &'a [u8],
    dims: Vec<i64>,
    /// `TensorProto.DataType`
    element: u64,
    apart: bool,
    location: Option<&'a [u8]>,
    offset: Option<&'a [u8]>,
    length: Option<&'a [u8]>,
}

impl Walk<'_> {
    /// As [`Walk::message`].
    pub(super) fn tensor(&mut self, mut wire: Wire<'_>) -> Result<Option<Vec<Piece>>, Stop> {
        let (mut header, mut pieces) = (Header::default(), Vec::new());
        loop {
            let at = wire.at();
            let Some((number, value)) = wire.field()? else { break };
            match (number, value) {
                (1, Value::Varint(length)) => header.dim(length)?,
                (1, Value::Bytes(mut packed)) => {
                    while !packed.bytes().is_empty() {
                        header.dim(packed.varint()?)?;
                    }
                }
                (2, Value::Varint(element)) => header.element = element,
                (8, Value::Bytes(name)) => header.name = name.bytes(),
                // Elements of its own, which do not count, and what says where the others are.
                (4..=7 | 9..=11, _) => continue,
                (13, Value::Bytes(entry)) => {
                    header.entry(entry)?;
                    continue;
                }
                (14, Value::Varint(place)) => {
                    header.apart = place == proto::EXTERNAL as u64;
                    continue;
                }
                _ => {}
            }
            push(&mut pieces, Of::Model, at as u64..wire.at() as u64);
        }
        if !header.apart {
            return Ok(None);
        }
        if self.tensors.len() == self.limits.initialisers {
            return Err(ExternalError::TooMany { limit: self.limits.initialisers }.into());
        }
        let name = header.name();
        let bytes = header.bytes()?;
        let start = header.number(header.offset)?.unwrap_or(0);
        let end = start.saturating_add(bytes);
        let file = self.files.add(&name, header.location, end)?;
        self.key(&mut pieces, 9, bytes);
        push(&mut pieces, Of::Beside(file), start..end);
        self.tensors.push(Apart { name, file, end });
        Ok(Some(pieces))
    }
}

/// Dimensions beyond which no tensor is read.
const MOST_DIMS: usize = 64;

impl<'a> Header<'a> {
    fn dim(&mut self, length: u64) -> Result<(), Stop> {
        if self.dims.len() == MOST_DIMS {
            return Err(Stop::Broken);
        }
        self.dims.push(length as i64);
        Ok(())
    }

    /// Takes what a `StringStringEntryProto` says; the last one counts.
    fn entry(&mut self, mut entry: Wire<'a>) -> Result<(), Stop> {
        let (mut key, mut said) = (&[][..], &[][..]);
        while let Some((number, value)) = entry.field()? {
            match (number, value) {
                (1, Value::Bytes(bytes)) => key = bytes.bytes(),
                (2, Value::Bytes(bytes)) => said = bytes.bytes(),
                _ => {}
            }
        }
        match key {
            b"location" => self.location = Some(said),
            b"offset" => self.offset = Some(said),
            b"length" => self.length = Some(said),
            _ => {}
        }
        Ok(())
    }

    /// For messages.
    fn name(&self) -> String {
        shown(self.name)
    }

    fn number(&self, said: Option<&[u8]>) -> Result<Option<u64>, ExternalError> {
        let Some(said) = said else { return Ok(None) };
        let number = std::str::from_utf8(said).ok().and_then(|text| text.parse().ok());
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(ExternalError::NotANumber { tensor: self.name(), value: shown(said) }),
        }
    }

    /// How many its elements take, compared with what it says.
    fn bytes(&self) -> Result<u64, ExternalError> {
        let Some(bits) = bits(self.element) else {
            let found = proto::type_name(self.element as i64);
            return Err(ExternalError::ElementType { tensor: self.name(), found });
        };
        let product = |product: u64, &length: &i64| product.checked_mul(u64::try_from(length).ok()?);
        let elements = self.dims.iter().try_fold(1, product);
        let Some(wanted) = elements.and_then(|elements| elements.checked_mul(bits)).map(|bits| bits.div_ceil(8)) else {
            let dims = &self.dims[..self.dims.len().min(16)];
            return Err(ExternalError::Shape { tensor: self.name(), shape: format!("{dims:?}") });
        };
        match self.number(self.length)? {
            Some(found) if found != wanted => Err(ExternalError::Length { tensor: self.name(), wanted, found }),
            _ => Ok(wanted),
        }
    }
}

impl Files {
    /// The place of the file at `location` in the list of those that are needed, which has at least `end` bytes.
    fn add(&mut self, tensor: &str, location: Option<&[u8]>, end: u64) -> Result<usize, ExternalError> {
        let nameless = || ExternalError::Nameless { tensor: tensor.to_owned() };
        let mut location = location.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(nameless)?;
        while let Some(rest) = location.strip_prefix("./") {
            location = rest;
        }
        // No other part of it names anything: only files are read that a person chose.
        let name = location.rsplit(['/', '\\']).next().unwrap_or_default();
        if matches!(name, "" | "." | "..") {
            return Err(nameless());
        }
        if let Some((place, whole)) = self.places.get(name) {
            if whole != location {
                return Err(ExternalError::NameTwice { name: shown(name.as_bytes()) });
            }
            let file = &mut self.needed[*place];
            file.bytes = file.bytes.max(end);
            return Ok(*place);
        }
        let place = self.needed.len();
        self.needed.push(Needed { name: name.to_owned(), bytes: end });
        self.places.insert(name.to_owned(), (place, location.to_owned()));
        Ok(place)
    }
}

/// Text of a file, cut short, for a message.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(80).collect()
}

/// Bits of an element of this number in `TensorProto.DataType`; `None` for texts and what is unknown.
fn bits(element: u64) -> Option<u64> {
    Some(match element {
        2 | 3 | 9 | 17..=20 | 24 => 8,
        4 | 5 | 10 | 16 => 16,
        1 | 6 | 12 => 32,
        7 | 11 | 13 | 14 => 64,
        15 => 128,
        21..=23 => 4,
        25 | 26 => 2,
        _ => return None,
    })
}
