//! What the columns of a table hold: numbers that are written anew, and signs for missing ones.

use crate::{
    cell::{DecimalMark, Number, is_gap},
    read::{
        mend::{form::Mends, numbers},
        separator::Separator,
    },
    rules::Rules,
};

fn column(rows: &[Vec<String>], at: usize) -> impl Iterator<Item = &str> + Clone {
    rows.iter().filter_map(move |row| row.get(at)).map(String::as_str)
}

/// Columns whose numbers are written anew.
pub fn note_numbers(mends: &mut Mends, data: &[Vec<String>], separator: Separator, rules: Rules) {
    let forms = numbers::forms((0..mends.width).map(|at| column(data, at)), separator, rules);
    for (at, form) in forms.into_iter().enumerate() {
        let Some(form) = form else {
            let is_plain = |cell: &str| !matches!(Number::read(cell, DecimalMark::Point), Number::Text);
            if !rules.are_first() && !mends.runs && column(data, at).all(is_plain) {
                mends.plain.push(at);
            }
            continue;
        };
        mends.numbers.push((at, form));
        let changed = |wanted: &dyn Fn(&str) -> bool| {
            let cells = column(data, at).map(str::trim).filter(|cell| wanted(cell));
            cells.filter_map(|cell| Some((cell, form.plain(cell)?))).find(|(cell, plain)| cell != plain)
        };
        // One with a comma shows best what a comma is.
        let with_comma = changed(&|cell| cell.contains(','));
        let Some((cell, plain)) = with_comma.or_else(|| changed(&|_| true)) else {
            mends.quiet.push(at);
            continue;
        };
        let example = (form, cell.to_owned(), plain);
        if !cell.contains(',') && mends.other_examples.iter().all(|(other, ..)| *other != form) {
            mends.other_examples.push(example.clone());
        }
        match mends.examples.iter_mut().find(|(other, ..)| *other == form) {
            None => mends.examples.push(example),
            Some(known) if !known.1.contains(',') => *known = example,
            Some(_) => {}
        }
    }
}

/// Signs for missing numbers in columns of numbers; of a cell without anything nobody needs to be told.
pub fn note_gaps(mends: &mut Mends, data: &[Vec<String>]) {
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
