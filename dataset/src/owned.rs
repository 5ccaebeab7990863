//! A table that stays with its owner: checked as every other one, written in one form, and committed to row by row.
//!
//! What of it is told are numbers, names of columns that the owner chooses, and two salted roots.

use std::collections::HashMap;

use protocol::{Digest, merkle};
use serde::{Deserialize, Serialize};

use crate::{
    DatasetError,
    cell::{DecimalMark, Number},
    error::{Column, Part, Place},
    prepare::{
        intake::{Header, Intake},
        profile::{Profile, Profiler},
        write,
    },
    read::{mend::note::Note, options::ReadOptions, row::Row, separator::Separator},
};

/// How to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedOptions {
    pub table: ReadOptions,
    /// The column that names whom a row is about, from 0; `None` where there is none.
    pub key: Option<u32>,
    /// 32 random bytes, without which nobody can try rows against the roots.
    pub salt: [u8; 32],
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnedReport {
    /// Of all columns; `f1`, `f2`, … where there is no header.
    pub names: Vec<String>,
    /// Which of them have a number in every row.
    pub numeric: Vec<bool>,
    /// Data rows.
    pub rows: u64,
    /// Root over the rows, each with a salt of its own.
    pub data_root: Digest,
    /// Root over the cells of the key column, each with a salt of its own.
    pub id_root: Option<Digest>,
    /// What was put right in it.
    pub notes: Vec<Note>,
    /// What its columns hold: for the owner's eyes.
    pub profile: Profile,
}

/// The one pass over it.
pub struct Owned {
    intake: Intake,
    kept: Kept,
}

struct Kept {
    options: OwnedOptions,
    table: Vec<u8>,
    numeric: Vec<bool>,
    rows: Vec<Digest>,
    ids: Vec<Digest>,
    /// Of each key, the line in which it stands.
    seen: HashMap<String, u64>,
    profiler: Profiler,
}

impl Owned {
    pub fn new(options: OwnedOptions) -> Self {
        let intake = Intake::new(Part::Table, options.table);
        let (table, numeric, rows, ids) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (seen, profiler) = (HashMap::new(), Profiler::default());
        Self { intake, kept: Kept { options, table, numeric, rows, ids, seen, profiler } }
    }

    /// The next piece.
    ///
    /// # Errors
    /// [`DatasetError`] at the first thing that is wrong.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), DatasetError> {
        let kept = &mut self.kept;
        self.intake.push(piece, &mut |header, row| kept.take(header, row))
    }

    /// There are no more pieces: the report, and the table as it is kept: commas, LF, a header, points in numbers.
    ///
    /// # Errors
    /// As [`Self::push`]; [`DatasetError::HeaderOnly`].
    pub fn finish(mut self) -> Result<(OwnedReport, Vec<u8>), DatasetError> {
        let kept = &mut self.kept;
        let finished = self.intake.finish(&mut |header, row| kept.take(header, row))?;
        if self.kept.rows.is_empty() {
            return Err(DatasetError::HeaderOnly { part: Part::Table });
        }
        let Kept { options, mut table, mut numeric, rows, ids, profiler, .. } = self.kept;
        numeric.resize(finished.names.len(), false);
        let mut whole = Vec::with_capacity(table.len() + 256);
        write::texts(&mut whole, finished.names.iter().map(String::as_str));
        whole.append(&mut table);
        let report = OwnedReport {
            profile: profiler.finish(&finished.names, None),
            names: finished.names,
            notes: finished.notes,
            numeric,
            rows: rows.len() as u64,
            data_root: merkle::root(&rows),
            id_root: options.key.map(|_| merkle::root(&ids)),
        };
        Ok((report, whole))
    }
}

impl Kept {
    fn take(&mut self, header: &Header<'_>, row: Row<'_>) -> Result<(), DatasetError> {
        self.numeric.resize(header.names.len(), true);
        self.profiler.row(&row.cells, header.names.len());
        let start = self.table.len();
        let number = self.rows.len() as u64;
        for (at, cell) in row.cells.iter().enumerate() {
            if at > 0 {
                self.table.push(b',');
            }
            // Rows are valid UTF-8 by now.
            let text = String::from_utf8_lossy(cell);
            if self.options.key == Some(at as u32) {
                self.key(header, row.line, at, &text)?;
                self.ids.push(self.leaf(b"id", number, text.as_bytes()));
                write::cell(&mut self.table, cell);
                self.numeric[at] &= Number::read(&text, DecimalMark::Point).finite().is_some();
                continue;
            }
            let plain = Number::read(&text, DecimalMark::Point).finite();
            // Beside commas that separate, one in a cell more likely groups thousands than not.
            let mark = match header.separator {
                Separator::Comma => DecimalMark::Point,
                _ => DecimalMark::PointOrComma,
            };
            let read = plain.or_else(|| Number::read(&text, mark).finite());
            match (plain, read) {
                // Read again, the comma would be a separator.
                (None, Some(_)) => write::cell(&mut self.table, text.trim().replacen(',', ".", 1).as_bytes()),
                _ => write::cell(&mut self.table, cell),
            }
            self.numeric[at] &= read.is_some();
        }
        let leaf = self.leaf(b"row", number, &self.table[start..]);
        self.rows.push(leaf);
        write::end(&mut self.table, start);
        Ok(())
    }

    /// Keys are there, and no two rows have the same.
    fn key(&mut self, header: &Header<'_>, line: u64, at: usize, text: &str) -> Result<(), DatasetError> {
        let name = header.has_header.then(|| header.names[at].clone());
        let place = || Place { part: Part::Table, line, column: Column { number: at as u32 + 1, name: name.clone() } };
        let key = text.trim();
        if key.is_empty() {
            return Err(DatasetError::EmptyKey { place: place() });
        }
        match self.seen.insert(key.to_owned(), line) {
            Some(first) => Err(DatasetError::SameKey { place: place(), key: key.to_owned(), first }),
            None => Ok(()),
        }
    }

    /// What the root commits to instead of the bytes: nobody can try bytes against it without the salt.
    fn leaf(&self, what: &[u8], number: u64, bytes: &[u8]) -> Digest {
        let salt = Digest::of(&[&self.options.salt[..], what, &number.to_be_bytes()].concat());
        merkle::leaf_hash(&[&salt.0[..], bytes].concat())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str, key: Option<u32>, piece: usize) -> Result<(OwnedReport, String), DatasetError> {
        let mut owned = Owned::new(OwnedOptions { table: ReadOptions::default(), key, salt: [7; 32] });
        for piece in text.as_bytes().chunks(piece) {
            owned.push(piece)?;
        }
        owned.finish().map(|(report, table)| (report, String::from_utf8(table).unwrap()))
    }

    #[test]
    fn a_table_is_written_in_one_form_whatever_its_separator_and_pieces() {
        let comma = "id,age,\"said, once\"\na1,3.5,x\nb2,4,\"y, z\"\n";
        let semicolon = "id;age;\"said, once\"\r\na1;3,5;x\r\nb2;4;\"y, z\"\r\n";
        let (report, table) = read(comma, Some(0), 1_000).unwrap();
        assert_eq!(table, comma);
        assert_eq!((report.rows, &report.numeric[..]), (2, &[false, true, false][..]));
        assert_eq!(report.names, ["id", "age", "said, once"]);
        let looked: Vec<_> = report.profile.columns.iter().map(|column| (&*column.name, column.distinct)).collect();
        assert_eq!((report.profile.rows, looked), (2, vec![("id", 2), ("age", 2), ("said, once", 2)]));
        assert_eq!(report.profile.first[1], ["b2", "4", "y, z"]);
        for piece in [1, 3, 1_000] {
            let (mut found, written) = read(semicolon, Some(0), piece).unwrap();
            assert_eq!(found.notes.len(), 1, "decimal commas are told");
            found.notes.clear();
            assert_eq!((found, written), (report.clone(), table.clone()), "{piece}");
        }
    }

    #[test]
    fn a_number_in_another_form_far_below_stays_a_text_beside_commas() {
        let rows: String = (0..5_000).map(|n| format!("k{n},{}\n", n % 900)).collect();
        let (report, table) = read(&format!("id,price\n{rows}last,\"1,234\"\n"), Some(0), 4_096).unwrap();
        assert!(report.notes.iter().any(|note| matches!(note, Note::LateNumbers { .. })), "{:?}", report.notes);
        assert!(table.ends_with("last,\"1,234\"\n"), "1,234 is not 1.234");
        assert_eq!(report.numeric, [false, false]);
    }

    #[test]
    fn roots_are_those_of_salted_rows_and_keys_and_change_with_every_cell() {
        let text = "id,age\na,1\nb,2\nc,3\n";
        let (report, _) = read(text, Some(0), 1_000).unwrap();
        let leaf = |what: &str, number: u64, bytes: &str| {
            let salt = Digest::of(&[&[7; 32][..], what.as_bytes(), &number.to_be_bytes()].concat());
            Digest::of(&[&[0][..], &salt.0, bytes.as_bytes()].concat())
        };
        let node = |left: Digest, right: Digest| Digest::of(&[&[1][..], &left.0, &right.0].concat());
        let tree = |what: &str, [a, b, c]: [&str; 3]| node(node(leaf(what, 0, a), leaf(what, 1, b)), leaf(what, 2, c));
        assert_eq!(report.data_root, tree("row", ["a,1", "b,2", "c,3"]));
        assert_eq!(report.id_root, Some(tree("id", ["a", "b", "c"])));
        let (other, _) = read("id,age\na,1\nb,2\nc,4\n", Some(0), 1_000).unwrap();
        assert!(other.data_root != report.data_root && other.id_root == report.id_root);
        assert_eq!(read(text, None, 1_000).unwrap().0.id_root, None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let long = "x".repeat(128);
        for (text, said) in [
            (format!("id,{long}\n1,2\n3,4\n"), "128"),
            ("id,age\n1,2\n1,3\n".to_owned(), "Line 3, column 1 (“id”): the key “1”"),
            ("id,age\n1,2\n ,3\n".to_owned(), "Line 3, column 1 (“id”): the key is empty"),
            ("id,age\n1,2\n3\n".to_owned(), "ine 3"),
            ("id,id\n1,2\n2,3\n".to_owned(), "“id”"),
            ("id,age\n".to_owned(), ""),
            (String::new(), ""),
        ] {
            let error = read(&text, Some(0), 1_000).unwrap_err().to_string();
            assert!(error.contains(said), "{said}: {error}");
            assert!(error.ends_with('.'), "{error}");
        }
        let short = format!("id,{}\n1,2\n3,4\n", "x".repeat(127));
        assert!(read(&short, Some(0), 1_000).is_ok());
    }
}
