//! Pauses in which messages are delivered, so that work can be watched and stopped.

use std::{cell::Cell, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use ml_task::{Answer, Point};

/// Milliseconds of work between two pauses.
const TURN: f64 = 50.0;

/// Whether the work under way was asked to end.
#[derive(Debug, Clone, Default)]
pub struct Asked(Rc<Cell<bool>>);

impl Asked {
    pub fn stop(&self) {
        self.0.set(true);
    }

    /// New work begins.
    pub fn nothing(&self) {
        self.0.set(false);
    }

    pub fn to_stop(&self) -> bool {
        self.0.get()
    }
}

/// Watches work: tells how far it is, and hears a stop.
pub struct Breath<'w, T> {
    asked: &'w Asked,
    tell: T,
    since: f64,
}

impl<'w, T: Fn(&Answer)> Breath<'w, T> {
    pub fn new(asked: &'w Asked, tell: T) -> Self {
        Self { asked, tell, since: Date::now() }
    }

    /// Whether a turn is over.
    fn over(&self) -> bool {
        Date::now() - self.since >= TURN
    }

    /// Whether to go on.
    async fn breathe(&mut self) -> bool {
        if self.over() {
            // Messages are delivered between turns.
            TimeoutFuture::new(0).await;
            self.since = Date::now();
        }
        !self.asked.to_stop()
    }
}

impl<T: Fn(&Answer)> ml_run::Watch for Breath<'_, T> {
    async fn progress(&mut self, rows: u64, total: u64) -> bool {
        if self.over() {
            (self.tell)(&Answer::Progress { rows, total });
        }
        self.breathe().await
    }
}

impl<T: Fn(&Answer)> ml_train::Watch for Breath<'_, T> {
    async fn progress(&mut self, point: &Point) -> bool {
        (self.tell)(&Answer::Epoch { point: *point });
        self.breathe().await
    }

    async fn pause(&mut self) -> bool {
        if self.over() {
            (self.tell)(&Answer::Working);
        }
        self.breathe().await
    }
}
