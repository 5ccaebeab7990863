//! Habits that the first rows of a file show: comments, titles, blanks, rows that are too short.

use crate::{
    read::{
        format::sampled::{SAMPLE_ROWS, Sampled},
        header::are_row_numbers,
        mend::numbers,
        separator::Separator,
    },
    rules::Rules,
};

/// Lines above a table that are looked over.
pub const MOST_TITLES: usize = 50;
/// What comment lines begin with.
const COMMENT_MARKS: [&str; 3] = ["#", "%", "//"];
/// What stands between cells in files of some programs, and is none of our separators.
const OTHER_SEPARATORS: [char; 13] = ['^', '~', '¦', '\u{1}', '\u{1f}', '\u{7}', '，', '；', '、', '؛', '!', ':', '/'];
/// Our own, where each line is one cell nevertheless.
const JOINING: [char; 3] = [',', ';', '\t'];

/// Rows above the header that do not name every column, as sheets save a title or the names of groups: below them is a row
/// that does, above a column of numbers. What numbers the rows needs no name.
pub fn filled_titles(rows: &[Sampled], rules: Rules) -> usize {
    let is_title =
        |row: &&Sampled| row.cells.len() > 2 && (filled(row) < row.cells.len() || !are_different(row.cells.iter()));
    let titles = rows.iter().take(MOST_TITLES).take_while(is_title).count();
    if names_columns(&rows[titles..], 0) {
        return titles;
    }
    let numbered = |at: &usize| names_columns(&rows[*at..], 1) && numbers_rows(&rows[at + 1..]);
    if rules.are_before_third() { 0 } else { (1..titles).find(numbered).unwrap_or(0) }
}

fn filled(row: &Sampled) -> usize {
    row.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// Whether the first of the rows names all columns but the first `unnamed`, above a column of numbers.
fn names_columns(rows: &[Sampled], unnamed: usize) -> bool {
    let Some((names, below)) = rows.split_first() else { return false };
    let width = names.cells.len();
    let numeric = |at: usize| below.iter().all(|row| row.cells.get(at).is_some_and(|cell| numbers::is_number(cell)));
    width > 2
        && names.cells[..unnamed].iter().all(|cell| cell.trim().is_empty())
        && filled(names) + unnamed == width
        && are_different(names.cells.iter())
        && !names.cells.iter().any(|cell| numbers::is_number(cell))
        && below.len() > 1
        && (unnamed..width).any(numeric)
}

/// Whether the first cells number the rows.
fn numbers_rows(rows: &[Sampled]) -> bool {
    are_row_numbers(rows.iter().filter_map(|row| row.cells.first()).map(|cell| cell.trim()), rows.len())
}

pub fn are_different<'a>(mut cells: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = std::collections::HashSet::new();
    cells.all(|cell| seen.insert(cell.trim()))
}

/// Parts in a thousand of the cells in which no other usual separator stands, but in a number.
pub fn clean(rows: &[Sampled], separator: Separator) -> u64 {
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
pub fn other_separator(rows: &[Vec<String>]) -> Option<char> {
    let first = rows.first()?.first()?;
    let count = |line: &str, mark: char| line.chars().filter(|c| *c == mark).count();
    let alike = |mark: char| {
        let wanted = count(first, mark);
        wanted > 0 && rows.iter().all(|row| row.first().is_some_and(|line| count(line, mark) == wanted))
    };
    JOINING.into_iter().chain(OTHER_SEPARATORS).find(|mark| rows.len() > 1 && alike(*mark))
}

pub fn begins(cells: &[String], mark: &str) -> bool {
    cells.first().is_some_and(|cell| cell.trim_start().starts_with(mark))
}

/// What the lines at the beginning of the file begin with, if they are comments and the rows are not.
pub fn comments(rows: &[Sampled], rules: Rules) -> Option<&'static str> {
    let first = rows.first()?;
    let mark = COMMENT_MARKS.into_iter().find(|&mark| begins(&first.cells, mark))?;
    let above = rows.iter().take_while(|row| begins(&row.cells, mark)).count();
    let below = &rows[above..];
    if above == 1 && !rules.are_before_third() && below.first().is_some_and(|row| is_name(mark, first, row)) {
        return None;
    }
    let marked = below.iter().filter(|row| begins(&row.cells, mark)).count();
    (!below.is_empty() && marked * 2 <= below.len()).then_some(mark)
}

/// Whether the mark alone names the first column, as `#` often does for numbers of rows: words stand in all other cells, and
/// there are as many as in the row below.
fn is_name(mark: &str, header: &Sampled, below: &Sampled) -> bool {
    let is_word = |cell: &String| !cell.trim().is_empty() && !numbers::is_number(cell);
    header.cells.len() > 1
        && header.cells.len() == below.cells.len()
        && header.cells[0].trim() == mark
        && header.cells[1..].iter().all(is_word)
}

/// Whether blanks stand beside nearly all separators. In rows with quotation marks a blank may be part of a cell, unless a
/// mark stands behind it.
pub fn is_padded(rows: &[&Sampled]) -> bool {
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
pub fn has_runs(rows: &[&Sampled]) -> bool {
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
pub fn ends_empty(rows: &[Sampled], width: usize) -> bool {
    !rows.is_empty() && rows.iter().all(|row| row.cells.iter().skip(width).all(|cell| cell.trim().is_empty()))
}

/// Whether rows lack cells at the end by habit: more than one does, and where others have numbers they have numbers too.
pub fn is_short(rows: &[Sampled], width: usize, rules: Rules) -> bool {
    let (short, full): (Vec<&Sampled>, Vec<&Sampled>) = rows.iter().partition(|row| row.cells.len() < width);
    if short.len() < 2 || rows.iter().any(|row| row.cells.len() < 2) {
        return false;
    }
    let is_number = |cell: &String| numbers::is_number(cell) || rules.is_gap(cell);
    (0..width).all(|at| {
        let numbers = full.iter().all(|row| row.cells.get(at).is_none_or(is_number));
        !numbers || short.iter().all(|row| row.cells.get(at).is_none_or(is_number))
    })
}
