//! Looking at a published file: `train.csv` or `test.csv`.

use serde::{Deserialize, Serialize};

use crate::{
    error::{DatasetError, Part},
    prepare::{
        classes::Classes,
        intake::{Header, Intake},
        profile::{Profile, Profiler},
        report::ClassCount,
    },
    read::{options::ReadOptions, row::Row, separator::Separator},
};

/// Reads a published file once and describes it.
pub struct Published {
    intake: Intake,
    look: Look,
}

struct Look {
    /// Whether the last column holds labels.
    labelled: bool,
    profiler: Profiler,
    /// None where the labels are none that a data set can have; anybody may have published the file.
    classes: Option<Classes>,
}

/// What a published file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedReport {
    /// Its columns and first rows.
    pub profile: Profile,
    /// The classes of its label in their order, counted over all rows; none where it has no label.
    pub classes: Vec<ClassCount>,
}

impl Published {
    /// `labelled` for `train.csv`, whose last column is the label.
    pub fn new(labelled: bool) -> Self {
        let part = if labelled { Part::Training } else { Part::Test };
        let options =
            ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::as_it_stands() };
        let classes = labelled.then(Classes::default);
        Self { intake: Intake::new(part, options), look: Look { labelled, profiler: Profiler::default(), classes } }
    }

    /// The next piece of the file.
    ///
    /// # Errors
    /// [`DatasetError`] where it is no table.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), DatasetError> {
        let Self { intake, look } = self;
        intake.push(piece, &mut |header, row| {
            look.row(header, row);
            Ok(())
        })
    }

    /// There are no more pieces.
    ///
    /// # Errors
    /// [`DatasetError`] where it is no table.
    pub fn finish(self) -> Result<PublishedReport, DatasetError> {
        let Self { intake, mut look } = self;
        let finished = intake.finish(&mut |header, row| {
            look.row(header, row);
            Ok(())
        })?;
        let label = if look.labelled { finished.names.len().checked_sub(1) } else { None };
        let profile = look.profiler.finish(&finished.names, label);
        let order = look.classes.map(|classes| classes.in_order(false)).unwrap_or_default();
        let classes = order.into_iter().map(|class| ClassCount { name: class.text, rows: class.rows }).collect();
        Ok(PublishedReport { profile, classes })
    }
}

impl Look {
    fn row(&mut self, header: &Header<'_>, row: Row<'_>) {
        let columns = header.names.len();
        self.profiler.row(&row.cells, columns);
        if let Some(classes) = &mut self.classes {
            let (start, end) = row.cells.span(columns - 1, columns).unwrap_or_default();
            if classes.count(&row.cells.text()[start..end], row.line).is_err() {
                self.classes = None;
            }
        }
    }
}
