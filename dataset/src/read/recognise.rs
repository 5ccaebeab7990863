//! Recognises by its first bytes what is no CSV.

use crate::{
    error::{Foreign, Part},
    read::{mend::numbers::is_number, options::ReadOptions},
};

/// First bytes of files, longer ones before those that they begin with. Those that are letters alone say more in
/// [`is_sure`].
const MAGIC: [(&[u8], Foreign); 47] = [
    (b"PK\x03\x04", Foreign::Zip),
    (b"PK\x05\x06", Foreign::Zip),
    (b"\xd0\xcf\x11\xe0", Foreign::OldExcel),
    (b"\x1f\x8b", Foreign::Gzip),
    (b"BZh", Foreign::Bzip2),
    (b"\xfd7zXZ\0", Foreign::Xz),
    (b"\x5d\0\0", Foreign::Lzma),
    (b"LZIP\x01", Foreign::Lzip),
    (b"\x28\xb5\x2f\xfd", Foreign::Zstandard),
    (b"\x04\x22\x4d\x18", Foreign::Lz4),
    (b"\xff\x06\0\0sNaPpY", Foreign::Snappy),
    (b"\x1f\x9d", Foreign::Compress),
    (b"x\x9c", Foreign::Zlib),
    (b"x\xda", Foreign::Zlib),
    (b"7z\xbc\xaf\x27\x1c", Foreign::SevenZip),
    (b"Rar!\x1a\x07", Foreign::Rar),
    (b"%PDF-", Foreign::Pdf),
    (b"PAR1", Foreign::Parquet),
    (b"ARROW1\0", Foreign::Arrow),
    (b"FEA1\0", Foreign::Arrow),
    (b"\xff\xff\xff\xff", Foreign::Arrow),
    (b"Obj\x01", Foreign::Avro),
    (b"\x89HDF", Foreign::Hdf5),
    (b"CDF\x01", Foreign::Hdf5),
    (b"\x93NUMPY", Foreign::NumPy),
    (b"MATLAB 5.0 MAT-file", Foreign::Matlab),
    (b"SQLite format 3\0", Foreign::Sqlite),
    (b"<stata_dta>", Foreign::Stata),
    (b"$FL2@(#)", Foreign::Spss),
    (b"$FL3@(#)", Foreign::Spss),
    (SAS, Foreign::Sas),
    (b"RDX2\n", Foreign::R),
    (b"RDX3\n", Foreign::R),
    (b"RDA2\n", Foreign::R),
    (b"RDA3\n", Foreign::R),
    (b"X\n\0\0", Foreign::R),
    (b"\x80\x02", Foreign::Pickle),
    (b"\x80\x03", Foreign::Pickle),
    (b"\x80\x04", Foreign::Pickle),
    (b"\x80\x05", Foreign::Pickle),
    (b"ID;P", Foreign::Sylk),
    (b"{\\rtf", Foreign::Rtf),
    (b"\x89PNG", Foreign::Image),
    (b"\xff\xd8\xff", Foreign::Image),
    (b"GIF8", Foreign::Image),
    (b"/annex/objects/", Foreign::GitAnnex),
    (b"version https://git-lfs.github.com/spec/", Foreign::GitLfs),
];

/// The number that every `.sas7bdat` begins with.
const SAS: &[u8] =
    b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c\x18\x1f\x10\x11";

/// Bytes that are looked at where the beginning is text.
const TEXT: usize = 4096;

/// What a file is, if its beginning says that it is no CSV. What was published is one as soon as it is text: it was
/// checked before, and what its cells begin with says nothing.
pub fn foreign_for(part: Part, head: &[u8], options: ReadOptions) -> Option<Foreign> {
    let found = foreign(head).or_else(|| {
        // By the first rules a file with so many comments was a table below a title.
        let looks_on = options.mending.form && !options.mending.rules.are_first();
        (looks_on && is_arff_below_comments(head)).then_some(Foreign::Arff)
    })?;
    let is_published = matches!(part, Part::Training | Part::Test) && !options.mending.form;
    (!is_published || !is_text(head)).then_some(found)
}

/// Whether the bytes are text, as far as they are looked at.
fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(TEXT)];
    let is_cut = |at: usize| head.len() - at < 4;
    !head.contains(&0)
        && std::str::from_utf8(head)
            .map_or_else(|error| error.error_len().is_none() && is_cut(error.valid_up_to()), |_| true)
}

fn foreign(head: &[u8]) -> Option<Foreign> {
    if let Some((_, foreign)) = MAGIC.iter().find(|(magic, foreign)| head.starts_with(magic) && is_sure(head, *foreign))
    {
        return Some(*foreign);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Foreign::Tar);
    }
    if head.starts_with(b"ORC") && head.get(3).is_some_and(|byte| *byte < b' ') && !head[3].is_ascii_whitespace() {
        return Some(Foreign::Orc);
    }
    wide(head).or_else(|| {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = &text[..text.len().min(TEXT)];
        let whole = text.len() == head.len();
        text_form(&String::from_utf8_lossy(text), whole)
    })
}

/// Letters alone may be the beginning of a table too: a byte that no text has, or what comes next, must say it.
fn is_sure(head: &[u8], foreign: Foreign) -> bool {
    match foreign {
        Foreign::Bzip2 => head.get(4..10) == Some(b"1AY&SY") || head.get(4..10) == Some(b"\x17\x72\x45\x38\x50\x90"),
        Foreign::Image if head.starts_with(b"GIF") => head.get(4..6) == Some(b"9a") || head.get(4..6) == Some(b"7a"),
        Foreign::Parquet => head.get(4).is_some_and(|byte| *byte < b' ' && !byte.is_ascii_whitespace()),
        Foreign::Sylk => is_sylk(&head[..head.len().min(TEXT)]),
        _ => true,
    }
}

/// Whether the lines below the first are records of SYLK: a letter for their kind, then fields that begin with one.
fn is_sylk(head: &[u8]) -> bool {
    let is_record = |line: &[u8]| match line {
        [b'E'] => true,
        [b'B' | b'C' | b'F' | b'N' | b'O' | b'P' | b'W', b';', field, ..] => field.is_ascii_uppercase(),
        _ => false,
    };
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let mut below = lines.by_ref().skip(1).take(2).peekable();
    below.peek().is_some() && below.all(is_record)
}

/// Whether the first line that is no comment names the relation, however many comments stand above it.
fn is_arff_below_comments(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let first = lines.find(|line| !line.starts_with(b"%"));
    text.trim_ascii_start().starts_with(b"%") && first.is_some_and(is_relation)
}

fn is_relation(line: &[u8]) -> bool {
    line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"@relation"))
}

/// Text of two or four bytes a character, with or without its mark at the beginning.
fn wide(head: &[u8]) -> Option<Foreign> {
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        return Some(Foreign::Utf32);
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(Foreign::Utf16);
    }
    // Letters, digits and separators have a zero byte beside them, always on the same side.
    let looked = &head[..head.len().min(TEXT) & !1];
    let zeros = |side: usize| looked.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = looked.len() / 2;
    (pairs >= 2 && ((odd * 10 >= pairs * 7 && even == 0) || (even * 10 >= pairs * 7 && odd == 0)))
        .then_some(Foreign::Utf16)
}

/// What a text is that is no table.
fn text_form(text: &str, whole: bool) -> Option<Foreign> {
    let text = text.trim_start();
    let lower = text.get(..text.len().min(256)).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.starts_with("<head") {
        return Some(Foreign::Html);
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") {
        return Some(if text.contains("<html") { Foreign::Html } else { Foreign::Xml });
    }
    if lower.starts_with("<!--") && text.contains("<html") {
        return Some(Foreign::Html);
    }
    if lower.starts_with("outs:") && text.contains("md5:") {
        return Some(Foreign::Dvc);
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.find(|line| !line.starts_with('%')).is_some_and(|line| is_relation(line.as_bytes())) {
        return Some(Foreign::Arff);
    }
    json(text).or_else(|| is_svmlight(text, whole).then_some(Foreign::SvmLight))
}

fn json(text: &str) -> Option<Foreign> {
    let mut letters = text.chars().filter(|c| !c.is_whitespace());
    match (letters.next()?, letters.next()?) {
        ('{', '"') => {
            let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let is_object = |line: &str| line.starts_with('{') && line.ends_with('}');
            let first_two = (lines.next(), lines.next());
            match first_two {
                (Some(first), Some(second)) if is_object(first) && second.starts_with('{') => Some(Foreign::JsonLines),
                (Some(first), None) if is_object(first) => Some(Foreign::Json),
                _ => Some(Foreign::Json),
            }
        }
        ('[', '{' | '[' | '"') => Some(Foreign::Json),
        ('[', '0'..='9' | '-') if text.trim_end().ends_with(']') && !text.trim_end().contains('\n') => {
            Some(Foreign::Json)
        }
        _ => None,
    }
}

/// Whether each line has a label and then columns with their values.
fn is_svmlight(text: &str, whole: bool) -> bool {
    let mut lines: Vec<&str> = text.lines().collect();
    if !whole && lines.len() > 1 {
        lines.pop();
    }
    let mut pairs = 0;
    let mut rows = 0;
    for line in lines {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_ascii_whitespace();
        let Some(label) = words.next() else { continue };
        if !label.split(',').all(is_number) {
            return false;
        }
        for word in words {
            match word.split_once(':') {
                Some((column, value)) if (column == "qid" || column.parse::<u64>().is_ok()) && is_number(value) => {
                    pairs += 1
                }
                _ => return false,
            }
        }
        rows += 1;
    }
    rows >= 1 && pairs >= rows.min(2)
}
