//! The first pass: every check, the classes, and what to warn of.

mod beside;
mod warnings;

use beside::Beside;
use warnings::{is_sorted, look_alike, measured, perfect, words_of_others};

use crate::{
    MAX_NAMES, MAX_ROWS,
    error::{Column, DatasetError, Part, Place},
    prepare::classes::{Classes, Joined, NoLabel},
    prepare::intake::{Header, Intake, Layout},
    prepare::profile::Profiler,
    prepare::report::{ClassCount, SurveyReport, Warning},
    prepare::suspects::Suspects,
    read::mend::note::Note,
    read::options::ReadOptions,
    read::row::Row,
};
use protocol::cid::{Cid, HashedFile};

/// Name of a label column that has none.
const LABEL: &str = "label";
/// Labels of one row each from which on a column that has few others holds measurements or names.
const LEAST_LONELY: u64 = 5;

/// First pass over the labels file, where there is one. Comes before [`Survey`].
pub struct LabelsSurvey {
    intake: Intake,
    count: LabelCount,
    options: ReadOptions,
}

struct LabelCount {
    chosen: Option<u32>,
    column: Option<usize>,
    classes: Classes,
    indices: Indices,
    /// Rows that do not stand in the line after the previous one: row from 0, and its line.
    jumps: Vec<(u64, u64)>,
    next_line: u64,
    beside: Beside,
}

/// What the labels file said, one byte a row.
pub struct Labels {
    hashed: HashedFile,
    classes: Classes,
    indices: Indices,
    jumps: Vec<(u64, u64)>,
    beside: Beside,
    name: String,
    column: Column,
    /// Rows at the beginning that turned out to be none: a header.
    skipped: u64,
    options: ReadOptions,
    has_header: bool,
    notes: Vec<Note>,
}

/// Provisional class indices, in segments so that growing never copies.
#[derive(Default)]
struct Indices {
    segments: Vec<Vec<u8>>,
    len: u64,
}

const SEGMENT: usize = 1 << 20;
/// Jumps that are remembered; they only serve to name a line.
const MOST_JUMPS: usize = 4096;

impl Indices {
    fn push(&mut self, index: u8) {
        if self.len.is_multiple_of(SEGMENT as u64) {
            self.segments.push(Vec::with_capacity(if self.len == 0 { 0 } else { SEGMENT }));
        }
        if let Some(last) = self.segments.last_mut() {
            last.push(index);
        }
        self.len += 1;
    }

    /// Class index of a row, from 0; `None` behind the last.
    pub fn get(&self, row: u64) -> Option<u8> {
        self.segments.get((row / SEGMENT as u64) as usize)?.get((row % SEGMENT as u64) as usize).copied()
    }
}

impl LabelsSurvey {
    /// `column` from 0; the one that is called like a label, or the last, unless chosen.
    pub fn new(options: ReadOptions, column: Option<u32>) -> Self {
        let count = LabelCount {
            chosen: column,
            column: None,
            classes: Classes::default(),
            indices: Indices::default(),
            jumps: Vec::new(),
            next_line: 0,
            beside: Beside::default(),
        };
        Self { intake: Intake::new(Part::Labels, options), count, options }
    }

    /// The next piece of the file.
    ///
    /// # Errors
    /// [`DatasetError`] at the first thing that is wrong.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), DatasetError> {
        let Self { intake, count, .. } = self;
        intake.push(piece, &mut |header, row| count.row(header, row))
    }

    /// There are no more pieces. `hashed` is the whole file's.
    ///
    /// # Errors
    /// [`DatasetError`] when the end is where none may be, or there is no label.
    pub fn finish(self, hashed: HashedFile) -> Result<Labels, DatasetError> {
        let Self { intake, mut count, options } = self;
        let finished = intake.finish(&mut |header, row| count.row(header, row))?;
        let part = Part::Labels;
        let Some(at) = count.column else { return Err(DatasetError::HeaderOnly { part }) };
        let name = finished.has_header.then(|| finished.names[at].clone());
        let column = Column { number: at as u32 + 1, name: name.clone() };
        let LabelCount { classes, indices, jumps, beside, chosen, .. } = count;
        let has_header = name.is_some();
        let name = name.unwrap_or_else(|| LABEL.into());
        let mut notes = finished.notes;
        if options.mending.form && chosen.is_none() && finished.names.len() > 1 {
            notes.push(Note::Label { column: column.clone(), why: finished.label.1 });
        }
        Ok(Labels { hashed, classes, indices, jumps, beside, name, column, skipped: 0, options, has_header, notes })
    }
}

impl LabelCount {
    fn row(&mut self, header: &Header<'_>, row: Row<'_>) -> Result<(), DatasetError> {
        let column = match self.column {
            Some(column) => column,
            None => *self.column.insert(label_column(Part::Labels, self.chosen, header)?),
        };
        if row.line != self.next_line && self.jumps.len() < MOST_JUMPS {
            self.jumps.push((self.indices.len, row.line));
        }
        self.next_line = row.line + 1;
        self.beside.label_row(header, &row, column);
        let index = count_label(&mut self.classes, Part::Labels, &row, column, header.names.len())?;
        if self.indices.len == MAX_ROWS {
            return Err(DatasetError::TooManyRows { part: Part::Labels, line: row.line });
        }
        self.indices.push(index as u8);
        Ok(())
    }
}

impl Labels {
    /// Class index of a row, from 0; `None` behind the last.
    pub(super) fn get(&self, row: u64) -> Option<u8> {
        self.indices.get(row + self.skipped)
    }

    fn rows(&self) -> u64 {
        self.indices.len - self.skipped
    }

    /// Takes the first row for the header, where it may be one and the features have a row less.
    fn settle_header(&mut self, features: u64) {
        let told = self.has_header || self.options.header.is_some() || !self.options.mending.form;
        if told || self.indices.len != features + 1 {
            return;
        }
        let Some(first) = self.classes.found().first() else { return };
        let text = String::from_utf8_lossy(&first.text).trim().to_owned();
        // What data frames call a column without a name, or a word that no row below has.
        if (text == "0" || first.rows == 1) && self.classes.forget_first().is_some() {
            self.skipped = 1;
            self.notes.push(Note::LabelsHeader { name: text.clone() });
            self.column.name = Some(text.clone());
            self.name = text;
        }
    }

    fn line_of(&self, row: u64) -> u64 {
        let at = self.jumps.partition_point(|jump| jump.0 <= row);
        at.checked_sub(1).map_or(row + 1, |at| self.jumps[at].1 + (row - self.jumps[at].0))
    }
}

/// First pass over the table, or over the features.
pub struct Survey {
    intake: Intake,
    count: Count,
    options: ReadOptions,
}

struct Count {
    part: Part,
    chosen: Option<u32>,
    labels: Option<Labels>,
    /// Column of the label, from 0; none where it is in a file of its own.
    column: Option<usize>,
    suspects: Option<Suspects>,
    classes: Classes,
    rows: u64,
    previous: Option<usize>,
    /// Rows whose class is not the previous row's.
    changes: u64,
    /// Line of the first row without a label.
    surplus: Option<u64>,
    profiler: Profiler,
    beside: Beside,
}

/// A data set that passed every check, and what the second pass needs to know of it.
pub struct Surveyed {
    /// What a person is shown of it.
    pub report: SurveyReport,
    pub(super) layout: Layout,
    pub(super) column: Option<usize>,
    pub(super) labels: Option<Labels>,
    pub(super) classes: Classes,
    /// The classes in their final order, and which labels each is of.
    pub(super) order: Vec<Joined>,
    pub(super) label_column: Column,
}

impl Survey {
    /// `label` from 0: the column that is called like a label, or the last, unless chosen. With `labels`, the file
    /// has features only and `label` says nothing.
    pub fn new(options: ReadOptions, label: Option<u32>, labels: Option<Labels>) -> Self {
        let part = if labels.is_some() { Part::Features } else { Part::Table };
        let count = Count {
            part,
            chosen: label,
            labels,
            column: None,
            suspects: None,
            classes: Classes::default(),
            rows: 0,
            previous: None,
            changes: 0,
            surplus: None,
            profiler: Profiler::default(),
            beside: Beside::default(),
        };
        Self { intake: Intake::new(part, options), count, options }
    }

    /// The next piece of the file.
    ///
    /// # Errors
    /// [`DatasetError`] at the first thing that is wrong.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), DatasetError> {
        let Self { intake, count, .. } = self;
        intake.push(piece, &mut |header, row| count.row(header, row))
    }

    /// There are no more pieces. `hashed` is the whole file's.
    ///
    /// # Errors
    /// [`DatasetError`] when the end is where none may be, or the file as a whole is unfit.
    pub fn finish(self, hashed: HashedFile) -> Result<Surveyed, DatasetError> {
        let Self { intake, mut count, options } = self;
        let finished = intake.finish(&mut |header, row| count.row(header, row))?;
        let Count { part, mut labels, column, suspects, classes, rows, changes, surplus, .. } = count;
        let Count { chosen, profiler, beside, .. } = count;
        let Some(suspects) = suspects else { return Err(DatasetError::HeaderOnly { part }) };
        if let Some(labels) = &mut labels {
            labels.settle_header(rows);
            if labels.rows() != rows {
                let longer = if surplus.is_some() { Part::Features } else { Part::Labels };
                let line = surplus.unwrap_or_else(|| labels.line_of(rows));
                return Err(DatasetError::Unequal { features: rows, labels: labels.rows(), longer, line });
            }
        }
        let classes = labels.as_ref().map_or(classes, |labels| labels.classes.clone());
        let mending = labels.as_ref().map_or(options, |labels| labels.options).mending;
        let order = classes.in_order(mending.labels);
        let (label_part, label_column) = match (&labels, column) {
            (Some(labels), _) => (Part::Labels, labels.column.clone()),
            (None, column) => {
                let at = column.unwrap_or_default();
                let name = finished.has_header.then(|| finished.names[at].clone());
                (part, Column { number: at as u32 + 1, name })
            }
        };
        if let [only] = &order[..] {
            return Err(DatasetError::OneClass { class: only.text.clone(), rows, column: label_column });
        }
        let lonely = order.iter().filter(|class| class.rows == 1).count() as u64;
        if lonely >= LEAST_LONELY && lonely * 2 > order.len() as u64 {
            return Err(DatasetError::NoClasses { column: label_column, labels: order.len() as u64, lonely });
        }
        if let Some(lonely) = order.iter().find(|class| class.rows == 1) {
            let place = Place { part: label_part, line: lonely.line, column: label_column };
            return Err(DatasetError::LonelyClass { place, class: lonely.text.clone() });
        }
        let names_len = finished.names.iter().map(|name| name.len() as u64).sum::<u64>();
        if names_len > MAX_NAMES as u64 {
            return Err(DatasetError::NamesTooLong { bytes: names_len });
        }

        // Rows were held against the labels of their neighbours where the header was told at the end only.
        let suspected = if labels.as_ref().is_some_and(|labels| labels.skipped > 0) { 0 } else { rows };
        let column_at = |at: usize| {
            let name = finished.has_header.then(|| finished.names[at].clone());
            Column { number: at as u32 + 1, name }
        };
        let profile = profiler.finish(&finished.names, column);
        let mut warnings = perfect(&suspects.left(suspected), &column_at);
        if is_sorted(rows, changes, classes.found().iter().map(|class| class.rows)) {
            warnings.push(Warning::LabelOrder);
        }
        let mut notes = finished.notes;
        notes.extend(labels.iter().flat_map(|labels| labels.notes.clone()));
        if mending.form {
            if labels.is_none() && chosen.is_none() {
                notes.push(Note::Label { column: label_column.clone(), why: finished.label.1 });
            }
            let alike = classes.alike();
            match (alike.is_empty(), mending.labels) {
                (true, _) => {}
                (false, true) => notes.push(Note::MergedLabels { classes: alike }),
                (false, false) => warnings.push(Warning::SimilarLabels { groups: alike }),
            }
            warnings.extend(words_of_others(&order));
        }
        warnings.extend(look_alike(&order));
        warnings.extend(measured(&profile, &column_at));
        let other_order = labels.as_ref().and_then(|labels| beside.in_other_order(&labels.beside));
        warnings.extend(other_order.map(|column| Warning::OtherOrder { column }));
        let features: Vec<String> =
            finished.names.iter().enumerate().filter(|(at, _)| Some(*at) != column).map(|(_, n)| n.clone()).collect();
        let wanted = match (&labels, column) {
            (Some(labels), _) => &labels.name,
            (None, Some(at)) if finished.has_header => &finished.names[at],
            _ => LABEL,
        };
        let report = SurveyReport {
            source: match &labels {
                None => hashed.cid,
                Some(labels) => Cid::of_block(format!("{}\n{}", hashed.cid, labels.hashed.cid).as_bytes()),
            },
            bytes: hashed.bytes + labels.as_ref().map_or(0, |labels| labels.hashed.bytes),
            rows,
            label: unused_name(wanted, &features),
            features,
            classes: order.iter().map(|class| ClassCount { name: class.text.clone(), rows: class.rows }).collect(),
            separator: finished.layout.form.separator,
            header: finished.has_header,
            warnings,
            notes,
            profile,
        };
        Ok(Surveyed { report, layout: finished.layout, column, labels, classes, order, label_column })
    }
}

impl Count {
    fn row(&mut self, header: &Header<'_>, row: Row<'_>) -> Result<(), DatasetError> {
        if self.suspects.is_none() {
            if self.labels.is_none() {
                let column = label_column(self.part, self.chosen, header)?;
                if header.names.len() < 2 {
                    return Err(DatasetError::NoFeatures);
                }
                self.column = Some(column);
            }
            self.suspects = Some(Suspects::new(header.names.len(), self.column));
        }
        if self.rows == MAX_ROWS {
            return Err(DatasetError::TooManyRows { part: self.part, line: row.line });
        }
        self.profiler.row(&row.cells, header.names.len());
        if let Some(labels) = &self.labels {
            self.beside.feature_row(header, &row, &labels.beside);
        }
        let class = match (&self.labels, self.column) {
            (Some(labels), _) => labels.get(self.rows).map(usize::from),
            (None, column) => {
                let (column, columns) = (column.unwrap_or_default(), header.names.len());
                Some(count_label(&mut self.classes, self.part, &row, column, columns)?)
            }
        };
        self.rows += 1;
        let Some(class) = class else {
            self.surplus.get_or_insert(row.line);
            return Ok(());
        };
        if self.previous.replace(class) != Some(class) {
            self.changes += 1;
        }
        if let Some(suspects) = &mut self.suspects {
            suspects.row(&row.cells, class as u8);
        }
        Ok(())
    }
}

fn label_column(part: Part, chosen: Option<u32>, header: &Header<'_>) -> Result<usize, DatasetError> {
    let column = chosen.unwrap_or(header.label);
    let columns = header.names.len() as u32;
    if column >= columns {
        return Err(DatasetError::NoSuchColumn { part, number: column.saturating_add(1), columns });
    }
    Ok(column as usize)
}

fn count_label(
    classes: &mut Classes,
    part: Part,
    row: &Row<'_>,
    column: usize,
    columns: usize,
) -> Result<usize, DatasetError> {
    let (start, end) = row.cells.span(column, columns).unwrap_or_default();
    classes.count(&row.cells.text()[start..end], row.line).map_err(|e| {
        let place = Place { part, line: row.line, column: Column { number: column as u32 + 1, name: None } };
        match e {
            NoLabel::Empty => DatasetError::EmptyLabel { place },
            NoLabel::TooLong(characters) => DatasetError::LabelTooLong { place, characters },
            NoLabel::TooMany => DatasetError::TooManyClasses { place },
        }
    })
}

fn unused_name(wanted: &str, taken: &[String]) -> String {
    let is_free = |name: &String| !taken.contains(name);
    let mut candidates = std::iter::once(wanted.to_owned()).chain((1..).map(|n| format!("{wanted}_{n}")));
    candidates.find(is_free).unwrap_or_default()
}
