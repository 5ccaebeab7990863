//! What quotation marks and line ends mean in a file: not every program writes them as CSV has them.

use memchr::memchr;

/// What quotation marks and line ends mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// What quotation marks mean.
    pub quoting: Quoting,
    /// CR CR LF ends one line, as programs write it that end lines twice.
    pub doubled_cr: bool,
    /// The mark of UTF-8 at the beginning of any row is none of its cells, as where files were put behind each other.
    pub inner_mark: bool,
}

/// What quotation marks mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quoting {
    /// A cell may stand in them; one that is part of it is doubled.
    #[default]
    Usual,
    /// A cell may stand in them; one that is part of it has `\` before it.
    Escaped,
    /// They are letters like any other.
    Off,
}

/// Where in a row the next byte stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    CellStart,
    Bare,
    Quoted,
    /// In quotation marks, behind `\`.
    Escape,
    /// Behind the closing quotation mark.
    Closed,
}

/// Writes cells in which quotation marks have `\` before them as CSV has them. Bytes come in pieces of any size.
pub struct Unescape {
    separator: u8,
    at: At,
    seen: Seen,
}

/// What there was of quotation marks.
#[derive(Default)]
struct Seen {
    /// Marks with `\` before them in a cell that stands in marks.
    escaped: u64,
    /// Doubled ones, or closing ones behind which neither the cell nor the row ends.
    unfit: u64,
}

impl Unescape {
    pub fn new(separator: u8) -> Self {
        Self { separator, at: At::default(), seen: Seen::default() }
    }

    /// The next bytes, rewritten.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            let ends = byte == self.separator || byte == b'\n' || byte == b'\r';
            self.at = match (self.at, byte) {
                (At::CellStart, b'"') => At::Quoted,
                (At::CellStart | At::Bare, _) if !ends => At::Bare,
                (At::CellStart | At::Bare, _) => At::CellStart,
                (At::Quoted, b'\\') => {
                    self.at = At::Escape;
                    continue;
                }
                (At::Quoted, b'"') => At::Closed,
                (At::Quoted, _) => At::Quoted,
                (At::Escape, b'"') => {
                    self.seen.escaped += 1;
                    out.push(b'"');
                    At::Quoted
                }
                (At::Escape, b'\\') => At::Quoted,
                (At::Escape, _) => {
                    out.push(b'\\');
                    At::Quoted
                }
                (At::Closed, _) if ends => At::CellStart,
                (At::Closed, b'"') => {
                    self.seen.unfit += 1;
                    At::Quoted
                }
                (At::Closed, _) => {
                    self.seen.unfit += 1;
                    At::Bare
                }
            };
            out.push(byte);
        }
    }

    /// What is left where the bytes end.
    pub fn rest(&mut self) -> &'static [u8] {
        if self.at == At::Escape {
            self.at = At::Quoted;
            return b"\\";
        }
        b""
    }
}

/// Whether quotation marks in cells have `\` before them, and all others stand around cells.
pub fn are_escaped(bytes: &[u8], separator: u8) -> bool {
    if memchr(b'\\', bytes).is_none() || memchr(b'"', bytes).is_none() {
        return false;
    }
    let (mut unescape, mut out) = (Unescape::new(separator), Vec::new());
    for piece in bytes.chunks(1 << 12) {
        unescape.write(piece, &mut out);
        out.clear();
    }
    unescape.seen.escaped > 0 && unescape.seen.unfit == 0
}

/// Whether a quotation mark is doubled in a cell that stands in them, as only files have it that mean it.
pub fn are_doubled(bytes: &[u8], separator: u8) -> bool {
    let mut at = At::CellStart;
    for &byte in bytes {
        let ends = byte == separator || byte == b'\n' || byte == b'\r';
        at = match (at, byte) {
            (At::CellStart, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (At::Closed, b'"') => return true,
            _ if ends => At::CellStart,
            _ => At::Bare,
        };
    }
    false
}
