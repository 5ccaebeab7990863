//! Rows on their way into a model: what was read and not yet run.

use std::fmt;

use dataset::{DecimalMark, shown};
use ml_onnx::{Data, Tensor};
use ml_task::Input;

use crate::{
    error::{RunError, place},
    input::cells::{self, Reading, Said},
    input::layout::{Layout, Order},
};

/// Named inputs of a run.
pub type Inputs = Vec<(String, Tensor)>;

/// Rows that were read and wait to be run, as elements of the model's inputs.
#[derive(Debug)]
pub struct PendingRows {
    layout: Layout,
    /// Each column's input and position there.
    places: Vec<usize>,
    data: Vec<Data>,
    /// Rows read, and of them those that were run.
    read: usize,
    run: usize,
    unread: Option<Unread>,
}

/// Cells that were read as missing numbers though something stands in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub cells: u64,
    /// Where the first of them is: line, and column from 1 with its name; and what it says.
    pub line: Option<u64>,
    pub column: usize,
    pub name: String,
    pub text: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cells, are) =
            if self.cells == 1 { ("cell", "is no number and was") } else { ("cells", "are no numbers and were") };
        let place = place(self.line, self.column, &self.name);
        let first = shown(&self.text);
        write!(f, "{} {cells} {are} read as missing, as in training. The first: {place}, “{first}”.", self.cells)
    }
}

impl PendingRows {
    pub fn new(layout: Layout) -> Self {
        let places = layout.places().map(|(slot, _)| slot).collect();
        let data = layout.slots.iter().map(|slot| cells::empty(slot.element)).collect();
        Self { layout, places, data, read: 0, run: 0, unread: None }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What was read as missing without saying so.
    pub fn unread(&self) -> Option<&Unread> {
        self.unread.as_ref()
    }

    /// Rows that wait to be run.
    pub fn waiting(&self) -> usize {
        self.read - self.run
    }

    /// Appends a row; `cell` gives the text of each of the layout's columns, from 0.
    ///
    /// # Errors
    /// [`RunError::Cell`], or [`RunError::Guessed`] with it; the row is then incomplete, and nothing may be run any more.
    pub fn push<'c>(
        &mut self,
        line: Option<u64>,
        reading: Reading,
        cell: impl Fn(usize) -> (usize, Option<&'c str>),
    ) -> Result<(), RunError> {
        for (at, &slot) in self.places.iter().enumerate() {
            let (column, text) = cell(at);
            let read = text.ok_or(crate::error::Trouble::NotUtf8);
            let read = read.and_then(|text| self.layout.known.get(&at).map_or(Ok(text), |known| known.read(text)));
            let read = read.and_then(|text| Ok((text, cells::push(&mut self.data[slot], text, reading)?)));
            match read {
                Ok((_, Said::Something)) => {}
                Ok((text, Said::Unread)) => {
                    let first = || Unread {
                        cells: 0,
                        line,
                        column: column + 1,
                        name: self.layout.name(at),
                        text: text.to_owned(),
                    };
                    self.unread.get_or_insert_with(first).cells += 1;
                }
                Err(trouble) => {
                    let why = RunError::Cell { line, column: column + 1, name: self.layout.name(at), trouble };
                    return Err(match self.layout.guess() {
                        Some(guess) => RunError::Guessed { why: Box::new(why), guess },
                        None => why,
                    });
                }
            }
        }
        self.read += 1;
        Ok(())
    }

    /// The next `rows` rows as inputs, without taking them away. Where there are fewer, or the model wants more, the
    /// last is repeated.
    ///
    /// # Errors
    /// [`RunError::Tensor`] where a row is incomplete.
    pub fn next(&self, rows: usize, padded: usize) -> Result<Inputs, RunError> {
        let mut inputs = Vec::with_capacity(self.data.len());
        for (slot, data) in self.layout.slots.iter().zip(&self.data) {
            let width = slot.width();
            let mut part = cells::part(data, self.run * width, rows * width);
            if padded > rows {
                cells::pad(&mut part, width, padded * width);
            }
            inputs.push((slot.name.clone(), Tensor::new(slot.shape(padded.max(rows)), part)?));
        }
        Ok(inputs)
    }

    /// The next `rows` rows were run.
    pub fn done(&mut self, rows: usize) {
        self.run += rows;
        // Seldom, so that what stays is not moved again and again.
        if self.run * 2 >= self.read {
            for (slot, data) in self.layout.slots.iter().zip(&mut self.data) {
                cells::forget(data, self.run * slot.width());
            }
            self.read -= self.run;
            self.run = 0;
        }
    }

    /// One row as a person gives it.
    ///
    /// # Errors
    /// [`RunError`] that names the field, or says what number of values is needed.
    pub fn of_input(layout: &Layout, input: &Input) -> Result<Self, RunError> {
        match input {
            Input::Fields(texts) => {
                let mut rows = Self::new(layout.clone().closed(texts.len()));
                let wanted = rows.layout.width().unwrap_or(texts.len());
                if texts.len() != wanted {
                    return Err(RunError::Fields { found: texts.len(), wanted });
                }
                let reading = Reading { gaps: layout.form_gaps(), mark: DecimalMark::PointOrComma };
                rows.push(None, reading, |at| (at, texts.get(at).map(String::as_str)))?;
                Ok(rows)
            }
            Input::Picture { pixels, brightest } => {
                let (picture, order) = layout.picture.as_ref().ok_or(RunError::NoPicture)?;
                let (channels, area) = (picture.channels as usize, picture.width as usize * picture.height as usize);
                if pixels.len() != channels * area {
                    return Err(RunError::Pixels { found: pixels.len(), wanted: channels * area });
                }
                let mut rows = Self::new(layout.clone());
                let value = |byte: u8| f32::from(byte) / 255.0 * brightest;
                let data = rows.data.first_mut().ok_or(RunError::NoPicture)?;
                match order {
                    Order::Pixels => pixels.iter().for_each(|&byte| cells::push_number(data, value(byte))),
                    Order::Planes => {
                        for channel in 0..channels {
                            let plane = pixels.iter().skip(channel).step_by(channels);
                            plane.for_each(|&byte| cells::push_number(data, value(byte)));
                        }
                    }
                }
                rows.read = 1;
                Ok(rows)
            }
        }
    }

    /// Random rows for a measurement: numbers in 0..1, whole numbers 0 and 1, texts that no encoder knows.
    pub fn random(layout: &Layout, rows: usize) -> Self {
        let mut made = Self::new(layout.clone().closed(1));
        // A linear congruential generator (Knuth's MMIX); nothing depends on its quality.
        let mut state = 1_u64;
        for (slot, data) in made.layout.slots.iter().zip(&mut made.data) {
            for _ in 0..rows * slot.width() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                cells::push_number(data, (state >> 40) as f32 / (1_u64 << 24) as f32);
            }
        }
        made.read = rows;
        made
    }
}
