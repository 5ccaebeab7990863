//! Who looks on while a model is trained.

use std::future::{Future, ready};

use ml_task::Point;

/// Sees every round, and can end training; what is best so far is kept then.
pub trait Watch {
    /// After every epoch, or round of trees. False ends training.
    fn progress(&mut self, point: &Point) -> impl Future<Output = bool>;

    /// Between two steps of work, up to thousands of times a second: the place to look at a clock, to let others run
    /// and to hear a stop. False ends training at once, with what the last whole round left.
    fn pause(&mut self) -> impl Future<Output = bool> {
        ready(true)
    }
}

/// Nobody looks on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&mut self, _point: &Point) -> impl Future<Output = bool> {
        ready(true)
    }
}

/// Every point is kept.
impl Watch for Vec<Point> {
    fn progress(&mut self, point: &Point) -> impl Future<Output = bool> {
        self.push(*point);
        ready(true)
    }
}

/// Passes on pauses, but no points.
pub(crate) struct Silent<'a, W>(pub &'a mut W);

impl<W: Watch> Watch for Silent<'_, W> {
    fn progress(&mut self, _point: &Point) -> impl Future<Output = bool> {
        self.0.pause()
    }

    fn pause(&mut self) -> impl Future<Output = bool> {
        self.0.pause()
    }
}
