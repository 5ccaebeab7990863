//! Separator, header, columns and habits of a file, told from its beginning.

use crate::{
    MAX_ROW,
    cell::{DecimalMark, Number, is_gap},
    error::{Column, DatasetError, Part, Place},
    read::{
        header::{has_header, has_mended_header, is_index, units},
        mend::{
            form::{Form, Mends},
            mender::Mender,
            numbers,
        },
        options::ReadOptions,
        recognise::foreign,
        records::Records,
        row::{Cells, Row},
        separator::Separator,
    },
};

/// Bytes from which a file's format is told: more only where they hold less than two rows.
pub const SAMPLE: usize = 256 << 10;

/// Rows of the sample that take part in the guess of separator and header.
const SAMPLE_ROWS: usize = 200;
/// Rows that take part in the guess of what columns hold.
const COLUMN_ROWS: usize = 4096;
/// Lines above a table that are looked over.
const MOST_TITLES: usize = 50;
/// What comment lines begin with.
const COMMENT_MARKS: [&str; 3] = ["#", "%", "//"];

/// What stands between cells in files of some programs, and is none of our separators.
const OTHER_SEPARATORS: [char; 9] = ['^', '~', '¦', '\u{1}', '\u{1f}', '\u{7}', '!', ':', '/'];

/// What a sample shows of a file's form.
pub struct Format {
    /// How the table is written.
    pub form: Form,
    /// The first rows, with the header.
    rows: Vec<Vec<String>>,
}

/// A row of the sample.
struct Sampled {
    line: u64,
    cells: Vec<String>,
    /// Whether it has no quotation marks.
    plain: bool,
}

impl Sampled {
    fn of(row: &Row<'_>) -> Self {
        let plain = matches!(row.cells, Cells::Plain { .. });
        Self { line: row.line, cells: texts(row), plain }
    }
}

impl Format {
    /// Whether `head` holds enough to tell the format: two rows, unless it is a file of giant rows.
    pub fn suffices(part: Part, head: &[u8], options: ReadOptions) -> bool {
        head.len() > 2 * MAX_ROW
            || match Self::tell(part, head, false, options) {
                Ok(format) => format.rows.len() >= 2,
                Err(e) => !matches!(e, DatasetError::Empty { .. }),
            }
    }

    /// Tells the format from the beginning of a file; `whole` if `head` is all that can be had.
    ///
    /// # Errors
    /// [`DatasetError::Empty`], [`DatasetError::NotCsv`], or what keeps the first rows from being read.
    pub fn tell(part: Part, head: &[u8], whole: bool, options: ReadOptions) -> Result<Self, DatasetError> {
        if let Some(foreign) = foreign(head) {
            let place = Place { part, line: 1, column: Column { number: 1, name: None } };
            return Err(DatasetError::NotCsv { place, foreign });
        }
        match options.mending.form {
            true => Head { part, bytes: head, whole, options }.mended(),
            false => as_it_stands(part, head, whole, options),
        }
    }
}

/// Every row is a row; the first says how many columns there are.
fn as_it_stands(part: Part, head: &[u8], whole: bool, options: ReadOptions) -> Result<Format, DatasetError> {
    let candidates = match options.separator {
        Some(separator) => vec![separator],
        None => Separator::USUAL.to_vec(),
    };
    let mut best: Option<(u64, usize, Separator, Vec<Vec<String>>)> = None;
    let mut trouble = None;
    for separator in candidates {
        let (rows, error) = sample(part, head, whole, separator);
        // So many cells in a row are no accident, so this is the separator.
        if let Some(error @ DatasetError::TooManyColumns { .. }) = error {
            return Err(error);
        }
        trouble = trouble.or(error);
        let Some(first) = rows.first() else { continue };
        let columns = first.len();
        let alike = rows.iter().filter(|row| row.len() == columns).count();
        // Parts in a thousand of rows that look like the first; one column is no evidence at all.
        let score = if columns > 1 { alike as u64 * 1000 / rows.len() as u64 + 1 } else { 0 };
        if best.as_ref().is_none_or(|(other, most, ..)| (score, columns) > (*other, *most)) {
            best = Some((score, columns, separator, rows));
        }
    }
    let Some((_, columns, separator, rows)) = best else {
        return Err(trouble.unwrap_or(DatasetError::Empty { part }));
    };
    let header = options.header.unwrap_or_else(|| has_header(&rows));
    Ok(Format { form: Form { separator, header, columns, mends: None }, rows })
}

/// The first rows as texts, and what stopped the reading.
fn sample(part: Part, head: &[u8], whole: bool, separator: Separator) -> (Vec<Vec<String>>, Option<DatasetError>) {
    let mut rows = Vec::new();
    let mut records = Records::new(part, separator, false);
    let mut keep = |row: Row<'_>| {
        if rows.len() < SAMPLE_ROWS {
            rows.push(texts(&row));
        }
        Ok::<(), DatasetError>(())
    };
    let mut result = records.push(head, &mut keep);
    if result.is_ok() && whole {
        result = records.finish(&mut keep);
    }
    (rows, result.err())
}

fn texts(row: &Row<'_>) -> Vec<String> {
    row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
}

/// The beginning of a file that is to be put right.
struct Head<'a> {
    part: Part,
    bytes: &'a [u8],
    whole: bool,
    options: ReadOptions,
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
    fn mended(&self) -> Result<Format, DatasetError> {
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

    fn candidate(&self, separator: Separator, declared: bool) -> (Option<Candidate>, Option<DatasetError>) {
        let first_line = if declared { 2 } else { 1 };
        let mut mends = Mends { first_line, declared, ..Mends::default() };
        let (raw, error) = self.raw(separator, &mends);
        let comments = comments(&raw);
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
        let filled = filled_titles(&rows);
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
            && self.options.header != Some(false)
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
        let error = self.read(separator, &mut |row: Row<'_>| {
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
        let _ = self.read(separator, &mut |row: Row<'_>| {
            mender.row(row, &mut |row: Row<'_>| {
                rows.push(Sampled::of(&row));
                if rows.len() < COLUMN_ROWS { Ok(()) } else { Err(Stop::Enough) }
            })
        });
        rows
    }

    fn read(&self, separator: Separator, on_row: &mut impl FnMut(Row<'_>) -> Result<(), Stop>) -> Option<DatasetError> {
        let mut records = Records::new(self.part, separator, false);
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
            if skipped > MOST_TITLES || (several && !has_mended_header(&below)) {
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
        mends.short = is_short(rest, mends.width);
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
            && !(rest.len() > 2 && rest[0].cells.iter().all(|cell| !numbers::is_number(cell)) && has_header(&cells_of(rest)))
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
        if has_mended_header(&cells_of(rows)) || self.options.header == Some(false) {
            return None;
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
    fn settled(&self, candidate: Candidate) -> Format {
        let Candidate { separator, mut mends, rows, header, .. } = candidate;
        let mut rows = cells_of(&rows).into_iter().zip(rows.iter().map(|row| row.line)).collect::<Vec<_>>();
        for (row, _) in &mut rows {
            row.resize(row.len().min(mends.width), String::new());
        }
        let guessed: Vec<Vec<String>> = rows.iter().take(SAMPLE_ROWS).map(|(row, _)| row.clone()).collect();
        let header = header || self.options.header.unwrap_or_else(|| has_mended_header(&guessed));
        let names = header.then(|| rows[0].0.clone());
        if let Some(names) = &names {
            let first: Vec<Vec<String>> = guessed.iter().skip(1).cloned().collect();
            if units(names, &first) {
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
            note_numbers(&mut mends, &data, separator);
        }
        note_gaps(&mut mends, &data);
        let columns = mends.width - usize::from(mends.without_first);
        let shown = names.into_iter().chain(data.into_iter().take(2)).collect();
        Format { form: Form { separator, header, columns, mends: Some(mends) }, rows: shown }
    }
}

/// Rows above the header that do not name every column, as sheets save a title or the names of groups: below them is a row
/// that does, above a column of numbers.
fn filled_titles(rows: &[Sampled]) -> usize {
    let filled = |row: &Sampled| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_title =
        |row: &&Sampled| row.cells.len() > 2 && (filled(row) < row.cells.len() || !are_different(row.cells.iter()));
    let titles = rows.iter().take(MOST_TITLES).take_while(is_title).count();
    let (Some(names), Some(below)) = (rows.get(titles), rows.get(titles + 1..)) else { return 0 };
    let names_all = names.cells.len() > 2
        && filled(names) == names.cells.len()
        && are_different(names.cells.iter())
        && !names.cells.iter().any(|cell| numbers::is_number(cell));
    let numeric = |at: usize| below.iter().all(|row| row.cells.get(at).is_some_and(|cell| numbers::is_number(cell)));
    if names_all && below.len() > 1 && (0..names.cells.len()).any(numeric) { titles } else { 0 }
}

fn are_different<'a>(mut cells: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = std::collections::HashSet::new();
    cells.all(|cell| seen.insert(cell.trim()))
}

/// Parts in a thousand of the cells in which no other usual separator stands, but in a number.
fn clean(rows: &[Sampled], separator: Separator) -> u64 {
    let others: Vec<char> = Separator::USUAL
        .into_iter()
        .filter(|other| *other != separator)
        .map(|other| char::from(other.byte()))
        .collect();
    let cells = || rows.iter().take(SAMPLE_ROWS).flat_map(|row| &row.cells);
    let clean = cells().filter(|cell| !cell.contains(&others[..]) || numbers::is_number(cell)).count();
    clean as u64 * 1000 / cells().count().max(1) as u64
}

/// What separates the cells of a file of one column, as it seems: something that stands in every line equally often.
fn other_separator(rows: &[Vec<String>]) -> Option<char> {
    let first = rows.first()?.first()?;
    let count = |line: &str, mark: char| line.chars().filter(|c| *c == mark).count();
    let alike = |mark: char| {
        let wanted = count(first, mark);
        wanted > 0 && rows.iter().all(|row| row.first().is_some_and(|line| count(line, mark) == wanted))
    };
    OTHER_SEPARATORS.into_iter().find(|mark| rows.len() > 1 && alike(*mark))
}

fn cells_of(rows: &[Sampled]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.cells.clone()).collect()
}

/// The separator that the first line names: `sep=;`.
pub fn declared(head: &[u8]) -> Option<Separator> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = text.split(|byte| *byte == b'\n' || *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_matches('"');
    let (key, value) = line.split_at_checked(4)?;
    let separator = value.chars().next().filter(|_| key.eq_ignore_ascii_case("sep="))?;
    let separator = Separator::of(separator)?;
    // Programs that saved the file again have filled the line up.
    value.bytes().all(|byte| byte == separator.byte() || byte == b'"').then_some(separator)
}

fn begins(cells: &[String], mark: &str) -> bool {
    cells.first().is_some_and(|cell| cell.trim_start().starts_with(mark))
}

/// What the lines at the beginning of the file begin with, if they are comments and the rows are not.
fn comments(rows: &[Sampled]) -> Option<&'static str> {
    let first = rows.first()?;
    let mark = COMMENT_MARKS.into_iter().find(|&mark| begins(&first.cells, mark))?;
    let above = rows.iter().take_while(|row| begins(&row.cells, mark)).count();
    let below = &rows[above..];
    let marked = below.iter().filter(|row| begins(&row.cells, mark)).count();
    (!below.is_empty() && marked * 2 <= below.len()).then_some(mark)
}

/// Whether blanks stand beside nearly all separators. In rows with quotation marks a blank may be part of a cell, unless a
/// mark stands behind it.
fn is_padded(rows: &[&Sampled]) -> bool {
    let marked =
        |row: &Sampled| row.cells.iter().any(|cell| cell.starts_with(' ') && cell.trim_start().starts_with('"'));
    let all = rows.iter().filter(|row| row.cells.len() > 1);
    let telling = all.clone().filter(|row| row.plain || marked(row));
    let (all, telling): (usize, Vec<&[String]>) = (all.count(), telling.map(|row| row.cells.as_slice()).collect());
    let nearly_all = |fits: &dyn Fn(&[String]) -> bool| {
        telling.len() >= 2
            && telling.len() * 2 >= all
            && telling.iter().filter(|cells| fits(cells)).count() * 10 >= telling.len() * 9
    };
    let before = |cells: &[String]| {
        let cells = &cells[1..];
        cells.iter().all(|cell| cell.is_empty() || cell.starts_with(' '))
            && cells.iter().any(|cell| cell.starts_with(' '))
    };
    let behind = |cells: &[String]| {
        let cells = &cells[..cells.len() - 1];
        cells.iter().all(|cell| cell.is_empty() || cell.ends_with(' ')) && cells.iter().any(|cell| cell.ends_with(' '))
    };
    nearly_all(&before) || nearly_all(&behind)
}

/// Whether several tabs in a row are one separator: rows are of one length only so, or nothing ever stands between them.
fn has_runs(rows: &[&Sampled]) -> bool {
    let filled = |row: &Sampled| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let Some(first) = rows.first() else { return false };
    let width = filled(first);
    let alike = rows.iter().all(|row| row.cells.len() == first.cells.len());
    rows.len() >= 2
        && width > 1
        && rows.iter().all(|row| filled(row) == width)
        && (!alike || width < first.cells.len())
        && {
            // Where every row is of the same length, it must be the same columns in which nothing stands.
            let empty = |row: &Sampled| row.cells.iter().map(String::is_empty).collect::<Vec<_>>();
            !alike || rows.iter().all(|row| empty(row) == empty(first))
        }
}

/// Whether no row has anything behind its first `width` cells, and some have that many.
fn ends_empty(rows: &[Sampled], width: usize) -> bool {
    !rows.is_empty() && rows.iter().all(|row| row.cells.iter().skip(width).all(|cell| cell.trim().is_empty()))
}

/// Whether rows lack cells at the end by habit: more than one does, and where others have numbers they have numbers too.
fn is_short(rows: &[Sampled], width: usize) -> bool {
    let (short, full): (Vec<&Sampled>, Vec<&Sampled>) = rows.iter().partition(|row| row.cells.len() < width);
    if short.len() < 2 || rows.iter().any(|row| row.cells.len() < 2) {
        return false;
    }
    let is_number = |cell: &String| numbers::is_number(cell) || is_gap(cell);
    (0..width).all(|at| {
        let numbers = full.iter().all(|row| row.cells.get(at).is_none_or(is_number));
        !numbers || short.iter().all(|row| row.cells.get(at).is_none_or(is_number))
    })
}

fn column(rows: &[Vec<String>], at: usize) -> impl Iterator<Item = &str> + Clone {
    rows.iter().filter_map(move |row| row.get(at)).map(String::as_str)
}

/// Columns whose numbers are written anew.
fn note_numbers(mends: &mut Mends, data: &[Vec<String>], separator: Separator) {
    let forms = numbers::forms((0..mends.width).map(|at| column(data, at)), separator);
    for (at, form) in forms.into_iter().enumerate() {
        let Some(form) = form else { continue };
        mends.numbers.push((at, form));
        let changed = |wanted: &dyn Fn(&str) -> bool| {
            let cells = column(data, at).map(str::trim).filter(|cell| wanted(cell));
            cells.filter_map(|cell| Some((cell, form.plain(cell)?))).find(|(cell, plain)| cell != plain)
        };
        // One with a comma shows best what a comma is.
        let with_comma = changed(&|cell| cell.contains(','));
        let Some((cell, plain)) = with_comma.or_else(|| changed(&|_| true)) else { continue };
        let example = (form, cell.to_owned(), plain);
        match mends.examples.iter_mut().find(|(other, ..)| *other == form) {
            None => mends.examples.push(example),
            Some(known) if !known.1.contains(',') => *known = example,
            Some(_) => {}
        }
    }
}

/// Signs for missing numbers in columns of numbers; of a cell without anything nobody needs to be told.
fn note_gaps(mends: &mut Mends, data: &[Vec<String>]) {
    let form = |at: usize| mends.numbers.iter().find(|(place, _)| *place == at).map(|(_, form)| *form);
    let (mut signs, mut places) = (Vec::<String>::new(), Vec::new());
    for at in 0..mends.width {
        let is_number = |cell: &&str| {
            matches!(Number::read(cell, DecimalMark::Point), Number::Value(_))
                || form(at).is_some_and(|form| form.plain(cell).is_some())
        };
        let gaps: Vec<&str> = column(data, at).filter(|cell| is_gap(cell) && !cell.trim().is_empty()).collect();
        let cells = column(data, at).filter(|cell| !is_gap(cell));
        let (all, read) = (cells.clone().count(), cells.filter(is_number).count());
        if gaps.is_empty() || read == 0 || read * 20 < all * 19 {
            continue;
        }
        places.push(at);
        for gap in gaps {
            if signs.iter().all(|sign| sign != gap.trim()) {
                signs.push(gap.trim().to_owned());
            }
        }
    }
    mends.gaps = (signs, places);
}
