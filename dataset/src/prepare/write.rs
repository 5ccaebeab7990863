//! Writes CSV in its one canonical form: commas, LF, quotation marks only where needed.

use memchr::{memchr, memchr3};

use crate::read::row::Cells;

/// Appends a cell.
pub fn cell(out: &mut Vec<u8>, text: &[u8]) {
    if memchr3(b',', b'"', b'\n', text).is_none() && memchr(b'\r', text).is_none() {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// Appends all cells, except the one at `skipped`, with commas between them.
pub fn cells(out: &mut Vec<u8>, cells: &Cells<'_>, skipped: Option<(usize, (usize, usize))>) {
    if let Cells::Plain { text, separator } = *cells {
        let (before, after) = match skipped {
            None => (text, None),
            Some((0, (_, end))) => (text.get(end + 1..).unwrap_or_default(), None),
            Some((_, (start, end))) => (&text[..start - 1], text.get(end + 1..)),
        };
        if separator == b',' || memchr(b',', text).is_none() {
            let start = out.len();
            out.extend_from_slice(before);
            if let Some(after) = after {
                out.push(b',');
                out.extend_from_slice(after);
            }
            if separator != b',' {
                out[start..].iter_mut().filter(|byte| **byte == separator).for_each(|byte| *byte = b',');
            }
            return;
        }
    }
    let skipped = skipped.map(|(at, _)| at);
    let mut first = true;
    for (at, text) in cells.iter().enumerate() {
        if skipped != Some(at) {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            cell(out, text);
        }
    }
}

/// Appends a row of texts and its line end.
pub fn texts<'a>(out: &mut Vec<u8>, texts: impl IntoIterator<Item = &'a str>) {
    let start = out.len();
    let mut first = true;
    for text in texts {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        cell(out, text.as_bytes());
    }
    end(out, start);
}

/// Ends the row that began at `start`. A row of one empty cell is quoted, since an empty line is no row.
pub fn end(out: &mut Vec<u8>, start: usize) {
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}
