//! The wire format of protocol buffers, walked without taking memory.
//! Source: <https://protobuf.dev/programming-guides/encoding/>

/// Where in a file it stops being one, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Byte of the file.
    pub at: usize,
    pub cause: &'static str,
}

/// Bytes of a file, from a place in it on.
#[derive(Clone, Copy)]
pub struct Wire<'a> {
    bytes: &'a [u8],
    /// Byte of the file that comes next.
    at: usize,
}

/// What a field holds.
pub enum Value<'a> {
    Varint(u64),
    Fixed32,
    Fixed64,
    Bytes(Wire<'a>),
}

impl<'a> Wire<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next field's number and what it holds; `None` at the end.
    pub fn field(&mut self) -> Result<Option<(u64, Value<'a>)>, Broken> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let at = self.at;
        let key = self.varint()?;
        let number = key >> 3;
        if number == 0 {
            return Err(Broken { at, cause: "a field has the number 0" });
        }
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                self.take(8)?;
                Value::Fixed64
            }
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Value::Fixed32
            }
            _ => return Err(Broken { at, cause: "a field is of a kind that ONNX does not use" }),
        };
        Ok(Some((number, value)))
    }

    /// How many numbers a packed field holds that is all varints.
    pub fn varints(&self) -> u64 {
        self.bytes.iter().filter(|byte| **byte < 0x80).count() as u64
    }

    /// The next number, without a field's key in front of it.
    pub fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0_u64;
        for (index, &byte) in self.bytes.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.bytes = &self.bytes[index + 1..];
                self.at += index + 1;
                return Ok(value);
            }
        }
        let cause = if self.bytes.len() < 10 { "it ends within a number" } else { "a number is longer than 10 bytes" };
        Err(Broken { at: self.at, cause })
    }

    fn take(&mut self, length: u64) -> Result<Self, Broken> {
        let taken = usize::try_from(length).ok().and_then(|length| self.bytes.split_at_checked(length));
        let (taken, rest) = taken.ok_or(Broken { at: self.at, cause: "a field is longer than what is left" })?;
        let inner = Self { bytes: taken, at: self.at };
        self.bytes = rest;
        self.at += taken.len();
        Ok(inner)
    }
}
