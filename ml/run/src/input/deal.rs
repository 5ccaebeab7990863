//! Which columns go into which of several inputs, where the file names none: by what the first rows hold.

use dataset::{DecimalMark, Number};
use ml_onnx::ElementType;

use super::{cells, layout::Slot, layout::plain};

/// What a column holds, or an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Fraction,
    Whole,
}

const KINDS: [Kind; 3] = [Kind::Text, Kind::Fraction, Kind::Whole];

/// When a column may go into an input, the strictest first.
const MAY: [fn(Kind, Kind) -> bool; 3] =
    [|one, other| one == other, |one, other| (one == Kind::Text) == (other == Kind::Text), |_, _| true];

/// The columns of a table as inputs take them.
pub struct Dealt {
    /// One input after the other.
    pub columns: Vec<usize>,
    /// Whether they could be dealt otherwise as well.
    pub guessed: bool,
}

/// Deals `columns`, as many as the inputs take, which are called `names`; `rows` are the first rows of the table.
pub fn deal(slots: &[Slot], columns: &[usize], names: &[String], rows: &[Vec<String>], mark: DecimalMark) -> Dealt {
    let mut left = columns.to_vec();
    let mut taken: Vec<Vec<usize>> = vec![Vec::new(); slots.len()];
    // An input of a single column is often called as its column.
    for (slot, taken) in slots.iter().zip(&mut taken).filter(|(slot, _)| slot.width() == 1) {
        let wanted = plain(&slot.name);
        let place = left.iter().position(|&at| !wanted.is_empty() && plain(&names[at]) == wanted);
        taken.extend(place.map(|place| left.remove(place)));
    }
    let open: Vec<usize> = (0..slots.len()).filter(|&at| taken[at].is_empty()).collect();
    let wants = |at: usize| match slots[at].element {
        ElementType::String => Kind::Text,
        ElementType::F32 | ElementType::F64 => Kind::Fraction,
        _ => Kind::Whole,
    };
    let holds: Vec<(usize, Kind)> = left.iter().map(|&at| (at, kind(rows, at, mark))).collect();
    let fits = |may: &&fn(Kind, Kind) -> bool| {
        KINDS.iter().all(|&kind| {
            let width: usize = open.iter().filter(|&&at| may(wants(at), kind)).map(|&at| slots[at].width()).sum();
            holds.iter().filter(|(_, held)| may(*held, kind)).count() == width
        })
    };
    let may = MAY.iter().find(fits).unwrap_or(&MAY[2]);
    let guessed = open.iter().any(|&one| open.iter().any(|&other| one != other && may(wants(one), wants(other))));
    let mut holds = holds;
    for &at in &open {
        for _ in 0..slots[at].width() {
            let place = holds.iter().position(|(_, held)| may(*held, wants(at)));
            taken[at].extend(place.map(|place| holds.remove(place).0));
        }
    }
    Dealt { columns: taken.concat(), guessed }
}

fn kind(rows: &[Vec<String>], column: usize, mark: DecimalMark) -> Kind {
    let mut kind = Kind::Whole;
    for cell in rows.iter().filter_map(|row| row.get(column)) {
        match cells::counted(Number::read(cell, mark), cell) {
            Number::Text => return Kind::Text,
            Number::Value(value) if value.fract() != 0.0 => kind = Kind::Fraction,
            Number::Value(_) | Number::Gap => {}
        }
    }
    kind
}
