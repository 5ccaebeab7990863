//! Which rows at the beginning name columns, and which column is the label or only numbers the rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{
    cell::{DecimalMark, Number, is_gap},
    read::mend::{note::LabelReason, numbers},
    rules::Rules,
};

/// Names under which a label column usually goes.
const LABEL_NAMES: [&str; 10] =
    ["label", "labels", "class", "target", "y", "species", "diagnosis", "category", "outcome", "result"];

/// Names that programs give to the column of row numbers, besides none.
const INDEX_NAMES: [&str; 3] = ["unnamed: 0", "index", "row_names"];

/// Names of the columns: from the header, `f` and the number where there is none.
pub fn column_names(header: Option<&[String]>, columns: usize) -> Vec<String> {
    let name = |at: usize| header.and_then(|names| names.get(at)).map(|name| name.trim()).filter(|n| !n.is_empty());
    (0..columns).map(|at| name(at).map_or_else(|| format!("f{}", at + 1), str::to_owned)).collect()
}

/// The same, but a column without a name never gets one that another has.
pub fn free_column_names(header: &[String], columns: usize) -> Vec<String> {
    let mut names = column_names(Some(header), columns);
    let mut uses: HashMap<String, usize> = HashMap::with_capacity(columns);
    names.iter().for_each(|name| *uses.entry(name.clone()).or_default() += 1);
    let given = |at: usize| header.get(at).is_some_and(|name| !name.trim().is_empty());
    for (at, name) in names.iter_mut().enumerate() {
        let is_free = |name: &String| uses.get(name).is_none_or(|&uses| uses == 0);
        if given(at) || uses.get(name).is_none_or(|&uses| uses <= 1) {
            continue;
        }
        let mut free = (0..).map(|n| match n {
            0 => format!("column_{}", at + 1),
            n => format!("column_{}_{n}", at + 1),
        });
        let new = free.find(is_free).unwrap_or_default();
        *uses.entry(std::mem::replace(name, new.clone())).or_default() -= 1;
        *uses.entry(new).or_default() += 1;
    }
    names
}

/// The column that is most likely the label, from 0: one that is called so, else the last.
pub fn suggested_label(columns: &[String]) -> u32 {
    let named = |wanted: &&str| columns.iter().position(|column| column.eq_ignore_ascii_case(wanted));
    LABEL_NAMES.iter().find_map(named).unwrap_or(columns.len().saturating_sub(1)) as u32
}

/// The same, for a table of which the first data rows are known: the last column is not the label where it cannot be one.
pub fn likely_label(columns: &[String], rows: &[Vec<String>]) -> (u32, LabelReason) {
    let suggested = suggested_label(columns);
    if columns.get(suggested as usize).is_some_and(|name| is_label_name(name)) {
        return (suggested, LabelReason::Named);
    }
    let last = columns.len().saturating_sub(1);
    if !is_no_label(rows, last) {
        return (suggested, LabelReason::Last);
    }
    let first = (0..last).find(|&at| is_classes(rows, at) && !is_no_label(rows, at));
    first.map_or((suggested, LabelReason::Last), |at| (at as u32, LabelReason::Classes))
}

fn is_label_name(name: &str) -> bool {
    LABEL_NAMES.iter().any(|wanted| name.trim().eq_ignore_ascii_case(wanted))
}

/// Rows below which nothing is said of what a column holds.
const LEAST_ROWS: usize = 10;

/// Whether a column cannot be the label: most cells are empty, or most are different.
fn is_no_label(rows: &[Vec<String>], at: usize) -> bool {
    let cells = || rows.iter().map(|row| row.get(at).map_or("", |cell| cell.trim()));
    let different: HashSet<&str> = cells().collect();
    let empty = cells().filter(|cell| cell.is_empty()).count();
    rows.len() >= LEAST_ROWS && (empty * 2 > rows.len() || different.len() * 2 > rows.len())
}

/// Whether a column holds few different words.
fn is_classes(rows: &[Vec<String>], at: usize) -> bool {
    let cells = || rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
    let different: HashSet<&str> = cells().collect();
    (2..=20).contains(&different.len()) && different.iter().all(|cell| !is_number(cell))
}

/// Whether the first row names the columns.
pub fn has_header(rows: &[Vec<String>], rules: Rules) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let is_gap = |cell: &str| rules.is_gap(cell);
    let below = |at: usize| rest.iter().filter_map(move |row| row.get(at)).map(|cell| cell.trim());
    // A word above a column of numbers is a name.
    let word_above_numbers = first.iter().enumerate().any(|(at, cell)| {
        !is_number(cell)
            && !is_gap(cell)
            && below(at).any(is_number)
            && below(at).all(|cell| is_number(cell) || is_gap(cell))
    });
    if word_above_numbers {
        return true;
    }
    // Without such a column: names are different words that the data below does not repeat.
    let mut seen = BTreeSet::new();
    let different = first.iter().all(|cell| seen.insert(cell.trim()));
    let words = first.iter().all(|cell| !is_number(cell) && !is_gap(cell));
    let repeated = first.iter().enumerate().any(|(at, cell)| below(at).any(|other| other == cell.trim()));
    different && words && !repeated
}

/// The same with what programs write: a frame's header of numbers, a header that comes again, numbers of other locales, a
/// row of units.
pub fn has_mended_header(rows: &[Vec<String>], rules: Rules) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    if rest.is_empty() {
        return has_header(rows, rules);
    }
    let rest: Vec<Vec<String>> = rest.iter().filter(|row| *row != first).cloned().collect();
    let repeats = rest.len() + 1 < rows.len();
    if is_frame_header(first, &rest) || (!rules.are_first() && names_beside_numbers(first, &rest)) {
        return true;
    }
    let plain = |row: &Vec<String>| row.iter().map(|cell| plain_number(cell)).collect();
    let without_units = rest.get(1..).unwrap_or_default();
    let with = |rest: &[Vec<String>]| {
        let rows: Vec<Vec<String>> = std::iter::once(first.clone()).chain(rest.iter().map(plain)).collect();
        has_header(&rows, rules)
    };
    let words =
        |rest: &[Vec<String>]| rest.iter().any(|row| row.iter().any(|cell| numbers::is_number(cell))) && with(rest);
    // Where the first row comes again, words alone do not tell a header from data, unless one is called like a label.
    let told = if repeats {
        words(&rest) || (with(&rest) && first.iter().any(|cell| is_label_name(cell)))
    } else {
        with(&rest)
    };
    told || (units(first, &rest, rules) && words(without_units))
}

/// A number of another locale counts as one.
fn plain_number(cell: &str) -> String {
    if !is_number(cell) && numbers::is_number(cell) { "0".into() } else { cell.to_owned() }
}

/// Whether the first row is what data frames without names write: nothing above the row numbers, or numbers from 0.
fn is_frame_header(first: &[String], rest: &[Vec<String>]) -> bool {
    let counts_columns = |from: usize| {
        first[from..].iter().enumerate().all(|(at, cell)| cell.trim() == at.to_string())
            && rest.iter().take(2).all(|row| row.get(from..) != first.get(from..))
    };
    let unnamed = first.first().is_some_and(|cell| cell.trim().is_empty());
    if first.len() > 1 && unnamed {
        return rest.len() > 1 && counts(rest.iter().map(|row| row.first())).is_some();
    }
    first.len() > 2 && rest.len() > 1 && counts_columns(0)
}

/// Whether the first row names columns although some of the names are numbers, as frames and spectra have them: words that
/// no row below has stand beside numbers from 0, beside nothing above the numbers of rows, or above a column of few words.
fn names_beside_numbers(first: &[String], rest: &[Vec<String>]) -> bool {
    let first: Vec<&str> = first.iter().map(|cell| cell.trim()).collect();
    let below = |at: usize| rest.iter().filter_map(move |row| row.get(at)).map(|cell| cell.trim());
    let is_word = |cell: &str| !cell.is_empty() && !numbers::is_number(cell);
    let words: Vec<usize> = (0..first.len()).filter(|&at| is_word(first[at])).collect();
    let different = first.iter().collect::<HashSet<_>>().len() == first.len();
    if rest.len() < 2 || !different || words.iter().any(|&at| below(at).any(|other| other == first[at])) {
        return false;
    }
    let is_unnamed = first.len() > 1 && first[0].is_empty();
    if first.iter().skip(usize::from(is_unnamed)).any(|cell| is_gap(cell)) {
        return false;
    }
    let numbers = || first.iter().filter(|cell| numbers::is_number(cell));
    let from_zero = numbers().enumerate().all(|(at, cell)| *cell == at.to_string());
    if is_unnamed {
        return from_zero && are_row_numbers(below(0), rest.len());
    }
    let classes = |at: &&usize| is_classes(rest, **at);
    let different = |at: &usize| below(*at).collect::<HashSet<_>>().len();
    let above_classes = |most: usize| words.iter().filter(classes).any(|at| different(at) <= most);
    match numbers().count() {
        0 => false,
        2.. if from_zero => above_classes(rest.len() - 1),
        _ => rest.len() >= LEAST_ROWS && above_classes(rest.len() / 3),
    }
}

/// Whether these cells of so many rows are whole numbers, each another one.
pub fn are_row_numbers<'a>(cells: impl Iterator<Item = &'a str>, rows: usize) -> bool {
    let numbers: Option<HashSet<u64>> = cells.map(|cell| cell.parse().ok()).collect();
    numbers.is_some_and(|numbers| numbers.len() == rows)
}

/// The number from which a column counts upwards, 0 or 1, if it does.
fn counts<'a>(cells: impl Iterator<Item = Option<&'a String>>) -> Option<u64> {
    let mut from = None;
    for (at, cell) in cells.enumerate() {
        let number: u64 = cell?.trim().parse().ok()?;
        let start = number.checked_sub(at as u64)?;
        if start > 1 || *from.get_or_insert(start) != start {
            return None;
        }
    }
    from
}

/// Whether the first column only numbers the rows. `rows` are data rows, `name` is its name if there is a header.
pub fn is_index(name: Option<&str>, rows: &[Vec<String>]) -> bool {
    let unnamed = name.is_some_and(|name| {
        let name = name.trim();
        name.is_empty() || INDEX_NAMES.iter().any(|index| name.eq_ignore_ascii_case(index))
    });
    let cells = || rows.iter().map(|row| row.first());
    if rows.len() >= if unnamed { 2 } else { LEAST_ROWS } && counts(cells()).is_some() {
        return true;
    }
    // The numbers of rows that were shuffled or drawn.
    let mut seen = HashSet::new();
    unnamed
        && rows.len() >= 2
        && cells().all(|cell| cell.and_then(|cell| cell.trim().parse::<u64>().ok()).is_some_and(|n| seen.insert(n)))
}

/// Whether the first of the rows below the header holds units: nothing in it is a number, above numbers there are words,
/// and no word of it occurs below.
pub fn units(header: &[String], rows: &[Vec<String>], rules: Rules) -> bool {
    let Some((row, rest)) = rows.split_first() else { return false };
    let is_gap = |cell: &str| rules.is_gap(cell);
    if rest.len() < 2 || row.iter().any(|cell| numbers::is_number(cell)) {
        return false;
    }
    let mut found = false;
    for (at, cell) in row.iter().enumerate().take(header.len()) {
        let below = || rest.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let above_numbers =
            below().any(numbers::is_number) && below().all(|cell| numbers::is_number(cell) || is_gap(cell));
        if (above_numbers && is_gap(cell)) || below().any(|other| other == cell) {
            return false;
        }
        found |= above_numbers;
    }
    found
}

/// The separator may not be known yet, so a comma may be a decimal mark.
fn is_number(cell: &str) -> bool {
    Number::read(cell, DecimalMark::PointOrComma).finite().is_some()
}
