//! The second pass: training rows in the file's order, test rows shuffled.

use xxhash_rust::xxh64::xxh64;

use crate::{
    SplitOptions, SplitReport, Warning,
    error::DatasetError,
    prepare::draw::{self, Selection},
    prepare::duplicates::Duplicates,
    prepare::survey::Surveyed,
    prepare::write,
    read::reader::TableReader,
    read::row::Row,
};
use protocol::cid::HashedFile;

use crate::metadata::FileInfo;

/// Bytes of test rows that are put in order at once, about.
const BUCKET: u64 = 8 << 20;
/// Before each row of a bucket: its position among the test rows and its length, 4 bytes each, little-endian.
const ROW_HEADER: usize = 8;

/// What a split has written and the caller has not taken yet. Take what is there after each piece, and clear it.
#[derive(Debug, Default)]
pub struct Output {
    /// The next bytes of `train.csv`.
    pub train: Vec<u8>,
    /// The next bytes of each bucket: test rows with their positions, to be handed to [`Shuffle::bucket`] later.
    pub buckets: Vec<Vec<u8>>,
}

/// Second pass over the file that [`crate::Survey`] read.
pub struct Split<'s> {
    reader: TableReader,
    /// What has been written.
    pub output: Output,
    writer: Writer<'s>,
}

struct Writer<'s> {
    surveyed: &'s Surveyed,
    stratified: bool,
    /// For each provisional class index: the final one, and its text as CSV.
    classes: Vec<(u8, Vec<u8>)>,
    /// For each of them, the group of rows that is drawn from.
    groups: Vec<usize>,
    selection: Selection,
    order: Vec<u32>,
    rows_a_bucket: u32,
    row: u64,
    /// Test rows so far.
    drawn: u32,
    truth: Vec<u8>,
    /// Test and training rows by final class index.
    counts: Vec<[u64; 2]>,
    duplicates: Duplicates,
}

/// Puts the test rows in their order, bucket after bucket.
pub struct Shuffle {
    rows_a_bucket: u32,
    next: u32,
    truth: Vec<u8>,
    train_rows: u64,
    report: Pieces,
}

struct Pieces {
    features: Vec<String>,
    label: String,
    classes: Vec<String>,
    warnings: Vec<Warning>,
}

impl<'s> Split<'s> {
    /// # Errors
    /// [`DatasetError::Share`] and [`DatasetError::TooManyTestRows`].
    pub fn new(surveyed: &'s Surveyed, options: &SplitOptions) -> Result<Self, DatasetError> {
        let report = &surveyed.report;
        let test_rows = report.test_rows(options.share_percent, options.stratified)?;
        let labels = surveyed.classes.found().len();
        let mut classes = vec![(0, Vec::new()); labels];
        // A group for each class, in the order in which the classes were met.
        let (mut groups, mut drawn) = (vec![0; labels], vec![(0, 0); labels]);
        for (index, class) in surveyed.order.iter().enumerate() {
            let group = class.of[0];
            for &provisional in &class.of {
                classes[provisional].0 = index as u8;
                write::cell(&mut classes[provisional].1, class.text.as_bytes());
                groups[provisional] = group;
            }
            drawn[group] = (class.rows as u32, draw::test_rows_of(class.rows, options.share_percent) as u32);
        }
        let drawn = if options.stratified { drawn } else { vec![(report.rows as u32, test_rows)] };
        let test_bytes = report.bytes / report.rows.max(1) * u64::from(test_rows);
        let buckets = test_bytes.div_ceil(BUCKET).clamp(1, u64::from(test_rows));
        let rows_a_bucket = u64::from(test_rows).div_ceil(buckets) as u32;
        let buckets = test_rows.div_ceil(rows_a_bucket) as usize;

        let mut output = Output { train: Vec::new(), buckets: vec![Vec::new(); buckets] };
        let names = report.features.iter().chain([&report.label]).map(String::as_str);
        write::texts(&mut output.train, names);
        let layout = &surveyed.layout;
        Ok(Self {
            reader: TableReader::of(layout.part, &layout.form),
            output,
            writer: Writer {
                surveyed,
                stratified: options.stratified,
                classes,
                groups,
                selection: Selection::new(options.seed, drawn),
                order: draw::order(options.seed, test_rows),
                rows_a_bucket,
                row: 0,
                drawn: 0,
                truth: vec![0; test_rows as usize],
                counts: vec![[0; 2]; surveyed.order.len()],
                duplicates: Duplicates::for_rows(report.rows),
            },
        })
    }

    /// The next piece of the file.
    ///
    /// # Errors
    /// [`DatasetError::Changed`] when it is not the file that was surveyed.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), DatasetError> {
        let Self { reader, output, writer } = self;
        reader.push(piece, &mut |_, row| writer.row(output, row)).map_err(|_| DatasetError::Changed)
    }

    /// There are no more pieces.
    ///
    /// # Errors
    /// [`DatasetError::Changed`], and [`DatasetError::ClassMissing`] where classes were not given equal shares.
    pub fn finish(mut self) -> Result<(Output, Shuffle), DatasetError> {
        let Self { reader, output, writer } = &mut self;
        reader.finish(&mut |_, row| writer.row(output, row)).map_err(|_| DatasetError::Changed)?;
        let Writer { surveyed, selection, row, truth, counts, duplicates, rows_a_bucket, stratified, .. } = self.writer;
        if !selection.is_done() {
            return Err(DatasetError::Changed);
        }
        let report = &surveyed.report;
        let classes: Vec<String> = report.classes.iter().map(|class| class.name.clone()).collect();
        for (class, [train, test]) in classes.iter().zip(&counts) {
            if !stratified && (*train == 0 || *test == 0) {
                let column = surveyed.label_column.clone();
                return Err(DatasetError::ClassMissing { class: class.clone(), column, from_test: *test == 0 });
            }
        }
        let mut warnings = report.warnings.clone();
        if let (rows @ 1.., estimated) = duplicates.count() {
            warnings.push(Warning::SameRow { rows, estimated });
        }
        let shuffle = Shuffle {
            rows_a_bucket,
            next: 0,
            train_rows: row - truth.len() as u64,
            truth,
            report: Pieces { features: report.features.clone(), label: report.label.clone(), classes, warnings },
        };
        Ok((self.output, shuffle))
    }
}

impl Writer<'_> {
    fn row(&mut self, output: &mut Output, row: Row<'_>) -> Result<(), DatasetError> {
        let cells = &row.cells;
        let columns = self.surveyed.layout.form.columns;
        if cells.count() != columns {
            return Err(DatasetError::Changed);
        }
        let (class, skipped) = match (&self.surveyed.labels, self.surveyed.column) {
            (None, Some(at)) => {
                let span = cells.span(at, columns).ok_or(DatasetError::Changed)?;
                (self.surveyed.classes.find(&cells.text()[span.0..span.1]), Some((at, span)))
            }
            (Some(labels), _) => (labels.get(self.row).map(usize::from), None),
            (None, None) => (None, None),
        };
        let class = class.ok_or(DatasetError::Changed)?;
        let group = if self.stratified { self.groups[class] } else { 0 };
        let test = self.selection.next(group).ok_or(DatasetError::Changed)?;
        self.row += 1;
        let (index, label) = &self.classes[class];
        self.counts[usize::from(*index)][usize::from(test)] += 1;
        if test {
            let position = self.order[self.drawn as usize];
            self.drawn += 1;
            self.truth[position as usize] = *index;
            let bucket = &mut output.buckets[(position / self.rows_a_bucket) as usize];
            bucket.extend_from_slice(&position.to_le_bytes());
            bucket.extend_from_slice(&[0; 4]);
            let start = bucket.len();
            write::cells(bucket, cells, skipped);
            self.duplicates.row(xxh64(&bucket[start..], 0), true);
            write::end(bucket, start);
            let len = (bucket.len() - start) as u32;
            bucket[start - 4..start].copy_from_slice(&len.to_le_bytes());
        } else {
            let train = &mut output.train;
            let start = train.len();
            write::cells(train, cells, skipped);
            self.duplicates.row(xxh64(&train[start..], 0), false);
            train.push(b',');
            train.extend_from_slice(label);
            train.push(b'\n');
        }
        Ok(())
    }
}

impl Shuffle {
    /// The first bytes of `test.csv`.
    pub fn header(&self) -> Vec<u8> {
        let mut header = Vec::new();
        write::texts(&mut header, self.report.features.iter().map(String::as_str));
        header
    }

    /// The next bytes of `test.csv`, appended to `out`: the rows of a whole bucket, given in the order of
    /// [`Output::buckets`].
    ///
    /// # Errors
    /// [`DatasetError::Changed`] when these are not the bytes that were written for this bucket.
    pub fn bucket(&mut self, bucket: &[u8], out: &mut Vec<u8>) -> Result<(), DatasetError> {
        let rows = (self.truth.len() as u32 - self.next).min(self.rows_a_bucket);
        let mut places: Vec<Option<(u32, u32)>> = vec![None; rows as usize];
        let mut at = 0;
        while let Some((header, rest)) = bucket.get(at..).and_then(<[u8]>::split_first_chunk::<ROW_HEADER>) {
            let [a, b, c, d, e, f, g, h] = *header;
            let (position, len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            let place = position.checked_sub(self.next).and_then(|n| places.get_mut(n as usize));
            let start = at + ROW_HEADER;
            match place {
                Some(place @ None) if len as usize <= rest.len() => *place = Some((start as u32, len)),
                _ => return Err(DatasetError::Changed),
            }
            at = start + len as usize;
        }
        self.next += rows;
        out.reserve_exact(bucket.len());
        for place in places {
            let (start, len) = place.ok_or(DatasetError::Changed)?;
            out.extend_from_slice(&bucket[start as usize..][..len as usize]);
        }
        Ok(())
    }

    /// The report, and the class index of each test row in the order of `test.csv`.
    pub fn finish(self, train: HashedFile, test: HashedFile) -> (SplitReport, Vec<u8>) {
        let info = |hashed: HashedFile, rows| FileInfo { cid: hashed.cid, rows, bytes: hashed.bytes };
        let Pieces { features, label, classes, warnings } = self.report;
        let report = SplitReport {
            train: info(train, self.train_rows),
            test: info(test, self.truth.len() as u64),
            features,
            label,
            classes,
            warnings,
        };
        (report, self.truth)
    }
}
