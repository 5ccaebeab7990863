//! The form of a table with the habits of people and programs in it.

use crate::{
    error::{DatasetError, Part},
    read::{
        format::{
            contents::{note_gaps, note_numbers},
            habits::{
                MOST_TITLES, are_different, begins, clean, comments, ends_empty, filled_titles, has_runs, is_padded,
                is_short, other_separator,
            },
            sampled::{SAMPLE_ROWS, Sampled, cells_of, declared},
        },
        header::{has_header, has_mended_header, is_index, units},
        mend::{
            form::{Form, Mends},
            mender::Mender,
            numbers,
        },
        options::ReadOptions,
        quotes::{Marks, Quoting, are_doubled, are_escaped},
        records::Records,
        row::Row,
        separator::Separator,
    },
    rules::Rules,
};

/// Rows that take part in the guess of what columns hold.
const COLUMN_ROWS: usize = 4096;

/// The beginning of a file that is to be put right.
pub struct Head<'a> {
    pub part: Part,
    pub bytes: &'a [u8],
    pub whole: bool,
    pub options: ReadOptions,
}

/// How the beginning of a file reads with one separator.
struct Candidate {
    score: u64,
    /// Parts in a thousand of the cells in which no other usual separator stands, but in a number.
    clean: u64,
    separator: Separator,
    mends: Mends,
    /// From the first row of the table on.
    rows: Vec<Sampled>,
    /// Whether the first row must be a header.
    header: bool,
}

/// Enough was read, or it went wrong.
enum Stop {
    Enough,
    Error(DatasetError),
}

impl From<DatasetError> for Stop {
    fn from(error: DatasetError) -> Self {
        Self::Error(error)
    }
}

/// The score where every row looks like the first.
const PERFECT: u64 = 1001;

impl Head<'_> {
    /// The form of the table, and its first rows with the header.
    ///
    /// # Errors
    /// As [`Format::tell`](super::Format::tell).
    pub fn mended(&self) -> Result<(Form, Vec<Vec<String>>), DatasetError> {
        let declared = declared(self.bytes);
        let stages: Vec<Vec<Separator>> = match self.options.separator.or(declared) {
            Some(separator) => vec![vec![separator]],
            // Bars and blanks stand in texts too, so they are looked for only where nothing else separates.
            None if self.part == Part::Labels => vec![Separator::USUAL.to_vec()],
            None => vec![Separator::USUAL.to_vec(), vec![Separator::Pipe], vec![Separator::Blanks]],
        };
        let mut best: Option<Candidate> = None;
        let mut trouble = None;
        for (stage, separators) in stages.iter().enumerate() {
            if stage > 0 && best.as_ref().is_some_and(|best| best.score >= PERFECT) {
                break;
            }
            for &separator in separators {
                let (candidate, error) = self.candidate(separator, declared.is_some());
                if let Some(error @ DatasetError::TooManyColumns { .. }) = error {
                    return Err(error);
                }
                trouble = trouble.or(error);
                let Some(candidate) = candidate else { continue };
                let rank = |c: &Candidate| (c.score, c.clean, c.mends.width);
                if best.as_ref().is_none_or(|best| rank(&candidate) > rank(best)) {
                    best = Some(candidate);
                }
            }
        }
        match best {
            Some(best) => Ok(self.settled(best)),
            None => Err(trouble.unwrap_or(DatasetError::Empty { part: self.part })),
        }
    }

    fn rules(&self) -> Rules {
        self.options.mending.rules
    }

    /// What quotation marks and line ends mean where this separates.
    fn marks(&self, separator: Separator) -> Marks {
        let (doubled_cr, inner_mark) = (!self.rules().are_first(), !self.rules().are_before_third());
        let usual = Marks { doubled_cr, inner_mark, quoting: Quoting::Usual };
        let (byte, with) = (separator.byte(), |quoting| Marks { quoting, ..usual });
        if self.rules().are_first() || separator == Separator::Blanks {
            return usual;
        }
        let escaped = with(Quoting::Escaped);
        if are_escaped(self.bytes, byte) && self.regular_rows(separator, escaped).is_some() {
            return escaped;
        }
        // Where every line is a row as it stands, quotation marks that join some of them are none.
        let off = with(Quoting::Off);
        let joins = |rows: usize| {
            let mut joined = 0;
            let _ = self.read(separator, usual, &mut |_: Row<'_>| {
                joined += 1;
                Ok(())
            });
            joined < rows
        };
        let may_be_off = separator == Separator::Tab && self.bytes.contains(&b'"') && !are_doubled(self.bytes, byte);
        match may_be_off && self.regular_rows(separator, off).is_some_and(joins) {
            true => off,
            false => usual,
        }
    }

    /// How many rows there are, where there are at least two, of several cells, all of one length.
    fn regular_rows(&self, separator: Separator, marks: Marks) -> Option<usize> {
        let (mut width, mut rows, mut regular) = (0, 0, true);
        let error = self.read(separator, marks, &mut |row: Row<'_>| {
            let cells = row.cells.count();
            regular &= rows == 0 || cells == width;
            (width, rows) = (cells, rows + 1);
            if regular { Ok(()) } else { Err(Stop::Enough) }
        });
        (error.is_none() && regular && width > 1 && rows > 1).then_some(rows)
    }

    fn candidate(&self, separator: Separator, declared: bool) -> (Option<Candidate>, Option<DatasetError>) {
        let first_line = if declared { 2 } else { 1 };
        let marks = self.marks(separator);
        let mut mends = Mends { first_line, declared, marks, ..Mends::default() };
        let (raw, error) = self.raw(separator, &mends);
        let comments = comments(&raw, self.rules());
        mends.comments = comments;
        let is_comment = |row: &&Sampled| comments.is_some_and(|mark| begins(&row.cells, mark));
        let body: Vec<&Sampled> = raw.iter().filter(|row| !is_comment(row)).collect();
        mends.padded = separator != Separator::Blanks && is_padded(&body);
        mends.runs = separator == Separator::Blanks || (separator == Separator::Tab && has_runs(&body));
        let mut rows = self.settle(separator, &mends);
        rows.retain(|row| row.cells.len() == 1 || row.cells.iter().any(|cell| !cell.trim().is_empty()));
        if rows.is_empty() {
            return (None, error);
        }
        let total = rows.len().min(SAMPLE_ROWS);
        let filled = filled_titles(&rows, self.rules());
        rows.drain(..filled);
        let skipped = filled + self.columns(&mut mends, &mut rows);
        let fits = |row: &Sampled| {
            let found = row.cells.len();
            found == mends.width || (mends.short && found < mends.width) || (mends.trailing && found > mends.width)
        };
        let alike = rows.iter().take(SAMPLE_ROWS - skipped).filter(|row| fits(row)).count();
        let score = match mends.row_names {
            _ if mends.width < 2 => 0,
            true => PERFECT - 1,
            false => alike as u64 * 1000 / total as u64 + 1,
        };
        if separator == Separator::Blanks && self.options.separator.is_none() && !declared {
            let cells = |at: usize| rows.iter().skip(1).filter_map(move |row| row.cells.get(at));
            let numeric =
                (0..mends.width).any(|at| cells(at).next().is_some() && cells(at).all(|c| numbers::is_number(c)));
            if score < PERFECT - 1 || !numeric {
                return (None, error);
            }
        }
        if skipped > 0
            && let Some(first) = rows.first()
        {
            (mends.titles, mends.first_line) = (skipped as u64, first.line);
        }
        let mut header = mends.row_names;
        if let (Some(mark), Some(comment), 0) = (comments, raw.iter().take_while(is_comment).last(), skipped)
            && let Some(names) = self.names_in_comment(separator, &mends, comment, mark, &rows)
        {
            (mends.commented_header, mends.first_line, header) = (true, comment.line, true);
            rows.insert(0, Sampled { line: comment.line, cells: names, plain: true });
        }
        let clean = clean(&rows, separator);
        (Some(Candidate { score, clean, separator, mends, rows, header }), error)
    }

    /// The first rows as they stand.
    fn raw(&self, separator: Separator, mends: &Mends) -> (Vec<Sampled>, Option<DatasetError>) {
        let mut rows = Vec::new();
        let error = self.read(separator, mends.marks, &mut |row: Row<'_>| {
            if row.line >= mends.first_line {
                rows.push(Sampled::of(&row));
            }
            if rows.len() < SAMPLE_ROWS { Ok(()) } else { Err(Stop::Enough) }
        });
        (rows, error)
    }

    /// Rows of which blanks, runs and comments are settled.
    fn settle(&self, separator: Separator, mends: &Mends) -> Vec<Sampled> {
        let form = Form { separator, header: false, columns: 0, mends: None };
        let mut mender = Mender::new(self.part, &form, mends.clone());
        let mut rows = Vec::new();
        let _ = self.read(separator, mends.marks, &mut |row: Row<'_>| {
            mender.row(row, &mut |row: Row<'_>| {
                rows.push(Sampled::of(&row));
                if rows.len() < COLUMN_ROWS { Ok(()) } else { Err(Stop::Enough) }
            })
        });
        rows
    }

    fn read(
        &self,
        separator: Separator,
        marks: Marks,
        on_row: &mut impl FnMut(Row<'_>) -> Result<(), Stop>,
    ) -> Option<DatasetError> {
        let mut records = Records::new(self.part, separator, false).marked(marks);
        let bytes = if self.whole { self.bytes.strip_suffix(b"\x1a").unwrap_or(self.bytes) } else { self.bytes };
        let mut result = records.push(bytes, on_row);
        if result.is_ok() && self.whole {
            result = records.finish(on_row);
        }
        match result {
            Err(Stop::Error(error)) => Some(error),
            Err(Stop::Enough) | Ok(()) => None,
        }
    }

    /// How many columns there are, where the table begins, and what its rows have too many or too few of. Rows before the
    /// table are removed; how many, is the answer.
    fn columns(&self, mends: &mut Mends, rows: &mut Vec<Sampled>) -> usize {
        let counts: Vec<usize> = rows.iter().take(SAMPLE_ROWS).map(|row| row.cells.len()).collect();
        let first = counts[0];
        let of = |count: usize| counts.iter().filter(|other| **other == count).count();
        let usual = counts.iter().copied().max_by_key(|&count| (of(count), count == first, count)).unwrap_or(first);
        let mut skipped = 0;
        if first < usual && of(usual) >= 2 && !self.lacks_first_name(rows, usual) && !ends_empty(&rows[1..], first) {
            skipped = counts.iter().take_while(|count| **count < usual).count();
            // A header that lacks the name of the row names stands below the titles.
            if skipped > 1 && self.lacks_first_name(&rows[skipped - 1..], usual) {
                skipped -= 1;
            }
            // A row of several cells may be the header of rows that have one too many: it is passed over only where a
            // header stands below it.
            let several =
                rows[..skipped].iter().any(|row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1);
            let below = rows.iter().skip(skipped).take(SAMPLE_ROWS).map(|row| row.cells.clone()).collect::<Vec<_>>();
            if skipped > MOST_TITLES || (several && !has_mended_header(&below, self.rules())) {
                skipped = 0;
            }
            rows.drain(..skipped);
        }
        let Some(head) = rows.first() else { return skipped };
        mends.width = head.cells.len();
        if mends.width < usual && self.lacks_first_name(rows, usual) {
            (mends.row_names, mends.without_first, mends.width) = (true, true, usual);
        }
        // With at least two rows, columns at the end in which nothing stands are separators alone.
        let rest = &rows[1..];
        if !rest.is_empty() && !mends.row_names {
            let mut width = mends.width;
            while width > 1 && rows[0].cells[width - 1].trim().is_empty() && ends_empty(rest, width - 1) {
                width -= 1;
            }
            mends.trailing =
                width < mends.width || (rest.iter().any(|row| row.cells.len() > width) && ends_empty(rest, width));
            mends.width = width;
        }
        mends.short = is_short(rest, mends.width, self.rules());
        skipped
    }

    /// Whether the header has a name less than the rows have cells, as in tables that R wrote.
    fn lacks_first_name(&self, rows: &[Sampled], usual: usize) -> bool {
        let Some((first, rest)) = rows.split_first() else { return false };
        self.options.header != Some(false)
            && first.cells.len() + 1 == usual
            && usual > 2
            && rest.len() >= 2
            && rest.iter().all(|row| row.cells.len() == usual)
            && !ends_empty(rest, usual - 1)
            && are_different(rest.iter().filter_map(|row| row.cells.first()))
            // A header in the row below is the header.
            && !(rest.len() > 2 && rest[0].cells.iter().all(|cell| !numbers::is_number(cell)) && has_header(&cells_of(rest), self.rules()))
            && first.cells.iter().all(|cell| !cell.trim().is_empty() && !numbers::is_number(cell))
    }

    /// The names in the last comment, where the rows below have none and as many cells.
    fn names_in_comment(
        &self,
        separator: Separator,
        mends: &Mends,
        comment: &Sampled,
        mark: &str,
        rows: &[Sampled],
    ) -> Option<Vec<String>> {
        // Where a person says that there is a header, a row of words is it.
        let words = || rows.first().is_none_or(|row| !row.cells.iter().any(|cell| numbers::is_number(cell)));
        match self.options.header {
            Some(false) => return None,
            Some(true) if words() => return None,
            Some(true) | None if has_mended_header(&cells_of(rows), self.rules()) => return None,
            Some(true) | None => {}
        }
        let text = comment.cells.join(&char::from(separator.byte()).to_string());
        let text = text.trim_start().trim_start_matches(mark).trim_start();
        let names: Vec<String> = match separator {
            Separator::Blanks => text.split_whitespace().map(str::to_owned).collect(),
            _ => text.split(char::from(separator.byte())).map(|name| name.trim().to_owned()).collect(),
        };
        let fits = names.len() == mends.width && names.iter().all(|name| !name.is_empty() && !numbers::is_number(name));
        fits.then_some(names)
    }

    /// The candidate that was chosen, with its header and what its columns hold.
    fn settled(&self, candidate: Candidate) -> (Form, Vec<Vec<String>>) {
        let Candidate { separator, mut mends, rows, header, .. } = candidate;
        let mut rows = cells_of(&rows).into_iter().zip(rows.iter().map(|row| row.line)).collect::<Vec<_>>();
        for (row, _) in &mut rows {
            row.resize(row.len().min(mends.width), String::new());
        }
        let guessed: Vec<Vec<String>> = rows.iter().take(SAMPLE_ROWS).map(|(row, _)| row.clone()).collect();
        let header = header || self.options.header.unwrap_or_else(|| has_mended_header(&guessed, self.rules()));
        let names = header.then(|| rows[0].0.clone());
        if let Some(names) = &names {
            let first: Vec<Vec<String>> = guessed.iter().skip(1).cloned().collect();
            if units(names, &first, self.rules()) {
                mends.units = rows.get(1).map(|(_, line)| *line);
            }
        }
        let data: Vec<Vec<String>> = rows
            .into_iter()
            .skip(usize::from(header))
            .filter(|(row, line)| Some(*line) != mends.units && Some(row) != names.as_ref())
            .map(|(row, _)| row)
            .collect();
        if !mends.row_names && mends.width > 1 {
            let name = names.as_ref().and_then(|names| names.first()).map(String::as_str);
            mends.index = is_index(name, &data);
            mends.without_first = mends.index && self.options.mending.index;
        }
        if mends.width == 1 {
            mends.other_separator = other_separator(&guessed);
        }
        if self.options.mending.numbers {
            note_numbers(&mut mends, &data, separator, self.rules());
        }
        note_gaps(&mut mends, &data);
        let columns = mends.width - usize::from(mends.without_first);
        let shown = names.into_iter().chain(data.into_iter().take(2)).collect();
        (Form { separator, header, columns, mends: Some(mends) }, shown)
    }
}
