//! Rows drawn from a table while it is read once: all of a small one; of others so many that what they say is known well
//! enough, each row equally likely to be among them (Vitter 1985, algorithm R).

use memchr::memchr;
use xxhash_rust::xxh64::xxh64;

use crate::read::row::Cells;

/// Rows and cells up to which all rows of a table are kept: describing them takes a moment only.
const WHOLE_ROWS: usize = 100_000;
const WHOLE_CELLS: usize = 1 << 20;
/// Rows and cells that are drawn from larger tables: shares are known to 0.7 points then, if the table has 26 columns or
/// fewer.
const DRAWN_ROWS: usize = 20_000;
const DRAWN_CELLS: usize = 1 << 19;
/// Rows that are kept even of tables with more columns than that, as long as they fit in [`MOST_BYTES`].
const LEAST_ROWS: usize = 200;
/// Bytes that the kept rows take at most, if it is more than one; where they would take more, half of them is drawn from
/// them.
const MOST_BYTES: usize = 24 << 20;
/// Bytes of a cell that are kept as they are.
const MOST_CELL: usize = 256;

/// Stands behind a kept cell. No text in UTF-8 has these bytes.
const CELL_END: u8 = 0xff;
/// Stands behind the beginning of a longer cell, before the hash of all of it.
const CUT: u8 = 0xfe;

/// The rows kept so far.
#[derive(Default)]
pub struct Sample {
    kept: Vec<Vec<u8>>,
    bytes: usize,
    /// Of the table, so far.
    rows: u64,
    /// From the first row on.
    draw: Option<Draw>,
}

struct Draw {
    /// Rows that are kept at most.
    most: usize,
    /// How many of them are kept once there are more.
    then: usize,
    numbers: Numbers,
}

impl Sample {
    /// Rows of the table so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The next row, of as many cells as all.
    pub fn row(&mut self, cells: &Cells<'_>, columns: usize) {
        self.rows += 1;
        let draw = self.draw.get_or_insert_with(|| Draw::new(cells, columns));
        if self.kept.len() == draw.most && draw.then < draw.most {
            self.draw_again(self.draw.as_ref().map_or(0, |draw| draw.then));
        }
        let Some(draw) = &mut self.draw else { return };
        if self.kept.len() < draw.most {
            let mut row = Vec::new();
            keep(&mut row, cells);
            self.bytes += row.len();
            self.kept.push(row);
        } else {
            let place = draw.numbers.below(self.rows);
            let Some(row) = self.kept.get_mut(place as usize) else { return };
            self.bytes -= row.len();
            row.clear();
            keep(row, cells);
            self.bytes += row.len();
        }
        while self.bytes > MOST_BYTES && self.kept.len() > 1 {
            self.draw_again(self.kept.len() / 2);
        }
    }

    /// Draws so many of the kept rows, and no more are kept from now on. What is drawn at random from what was drawn at
    /// random is that too.
    fn draw_again(&mut self, rows: usize) {
        let Some(draw) = &mut self.draw else { return };
        let all = self.kept.len();
        for at in 0..rows.min(all) {
            self.kept.swap(at, at + draw.numbers.below((all - at) as u64) as usize);
        }
        self.kept.truncate(rows);
        self.bytes = self.kept.iter().map(Vec::len).sum();
        (draw.most, draw.then) = (rows, rows);
    }

    /// The kept rows, to be gone through column by column.
    pub fn into_rows(self) -> Rows {
        Rows { next: vec![0; self.kept.len()], kept: self.kept }
    }
}

impl Draw {
    fn new(cells: &Cells<'_>, columns: usize) -> Self {
        let rows = |cells: usize, rows: usize| (cells / columns.max(1)).clamp(LEAST_ROWS, rows);
        let (most, then) = (rows(WHOLE_CELLS, WHOLE_ROWS), rows(DRAWN_CELLS, DRAWN_ROWS));
        let mut row = Vec::new();
        keep(&mut row, cells);
        Self { most, then, numbers: Numbers(xxh64(&row, 0)) }
    }
}

/// Random numbers (SplitMix64: Steele, Lea and Flood 2014), seeded by the first row, so that the same table always gives the
/// same rows. Nothing is kept secret by them.
struct Numbers(u64);

impl Numbers {
    /// A number below `bound`, each equally likely but for less than a part in 10^7, since no table has more than 10^8 rows.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        (share * bound as f64) as u64
    }
}

/// Writes a row as it is kept: its cells one after the other.
fn keep(row: &mut Vec<u8>, cells: &Cells<'_>) {
    if let Cells::Plain { text, separator } = *cells
        && text.len() <= MOST_CELL
    {
        row.reserve_exact(text.len() + 1);
        row.extend_from_slice(text);
        row.iter_mut().filter(|byte| **byte == separator).for_each(|byte| *byte = CELL_END);
        return row.push(CELL_END);
    }
    for cell in cells.iter() {
        if cell.len() <= MOST_CELL {
            row.extend_from_slice(cell);
        } else {
            // Not in the middle of a character.
            let end = (MOST_CELL - 3..=MOST_CELL).rev().find(|&end| cell[end] & 0xc0 != 0x80).unwrap_or(MOST_CELL);
            row.extend_from_slice(&cell[..end]);
            row.push(CUT);
            row.extend_from_slice(format!("{:016x}", xxh64(cell, 0)).as_bytes());
        }
        row.push(CELL_END);
    }
    row.shrink_to_fit();
}

/// What a kept cell says, and whether it says more.
pub fn told(cell: &[u8]) -> (&[u8], bool) {
    match memchr(CUT, cell) {
        Some(end) => (&cell[..end], true),
        None => (cell, false),
    }
}

/// Kept rows, of which column after column is handed out.
pub struct Rows {
    kept: Vec<Vec<u8>>,
    /// Where the next cell of each row begins.
    next: Vec<usize>,
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// The next cell of every row.
    pub fn next_column(&mut self) -> Vec<&[u8]> {
        let cells = self.kept.iter().zip(&mut self.next).map(|(row, next)| {
            let rest = row.get(*next..).unwrap_or_default();
            let length = memchr(CELL_END, rest).unwrap_or(rest.len());
            *next += length + 1;
            &rest[..length]
        });
        cells.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Cells<'_> {
        Cells::Plain { text: text.as_bytes(), separator: b',' }
    }

    #[test]
    fn kept_rows_give_their_cells_back_column_by_column() {
        let long = format!("{}é{}", "x".repeat(255), "y".repeat(9));
        let mut sample = Sample::default();
        for row in ["1,a,", "2,b\u{ff}é,z"] {
            sample.row(&plain(row), 3);
        }
        let text = format!("3{long}last");
        sample.row(&Cells::Parsed { text: text.as_bytes(), ends: &[1, 1 + long.len(), text.len()] }, 3);
        let mut rows = sample.into_rows();
        assert_eq!(rows.next_column(), [b"1", b"2", b"3"]);
        let second = rows.next_column();
        assert_eq!(second[..2], ["a".as_bytes(), "b\u{ff}é".as_bytes()]);
        // The two bytes of é would end behind the limit.
        assert_eq!(told(second[2]), ("x".repeat(255).as_bytes(), true));
        assert_eq!(rows.next_column(), ["".as_bytes(), b"z", b"last"]);
    }

    /// Tenths of a table of 200,000 rows, of which 20,000 are drawn: each tenth is drawn from as often as chance has it. The
    /// bound is five standard deviations of the hypergeometric distribution.
    #[test]
    fn every_part_of_a_long_table_is_drawn_from_alike() {
        let rows = 2 * WHOLE_ROWS;
        let mut sample = Sample::default();
        for row in 0..rows {
            sample.row(&plain(&format!("{row},0")), 2);
        }
        assert_eq!(sample.rows(), rows as u64);
        let mut drawn = sample.into_rows();
        assert_eq!(drawn.len(), DRAWN_ROWS);
        let mut tenths = [0_u32; 10];
        let mut seen = std::collections::HashSet::new();
        for cell in drawn.next_column() {
            let row: usize = std::str::from_utf8(cell).unwrap().parse().unwrap();
            assert!(seen.insert(row), "row {row} was drawn twice");
            tenths[row * 10 / rows] += 1;
        }
        let deviation = (DRAWN_ROWS as f64 * 0.1 * 0.9 * 0.9).sqrt();
        let expected = DRAWN_ROWS as f64 / 10.0;
        assert!(tenths.iter().all(|&n| (f64::from(n) - expected).abs() < 5.0 * deviation), "{tenths:?}");
    }

    #[test]
    fn long_rows_take_no_more_memory_than_allowed_and_stay_evenly_drawn() {
        let cell = "z".repeat(200);
        let columns = 8;
        let rows = 60_000;
        let mut sample = Sample::default();
        let rest = vec![cell.as_str(); columns - 1].join(",");
        for row in 0..rows {
            sample.row(&plain(&format!("{row},{rest}")), columns);
            assert!(sample.bytes <= MOST_BYTES);
        }
        let mut drawn = sample.into_rows();
        let kept = drawn.len();
        assert!((4_000..=16_384).contains(&kept), "{kept} rows");
        let late = drawn.next_column().into_iter().filter(|cell| {
            let row: usize = std::str::from_utf8(cell).unwrap().parse().unwrap();
            row >= rows / 2
        });
        let late = late.count() as f64;
        assert!((late - kept as f64 / 2.0).abs() < 5.0 * (kept as f64 / 4.0).sqrt(), "{late} of {kept}");
    }

    /// Rows of 1.2 MB: of 200 of them, so many are kept as there is room for.
    #[test]
    fn wide_rows_take_no_more_memory_than_allowed_either() {
        let columns = 60_000;
        let row = vec!["a cell of twenty one"; columns].join(",");
        let mut sample = Sample::default();
        for _ in 0..LEAST_ROWS {
            sample.row(&plain(&row), columns);
            assert!(sample.bytes <= MOST_BYTES);
        }
        assert!((5..=20).contains(&sample.into_rows().len()));
    }
}
