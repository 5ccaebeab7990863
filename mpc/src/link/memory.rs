//! Three parties in one process.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use super::Link;
use crate::{MpcError, Party, Seat};

/// A frame as it travelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub from: Party,
    pub to: Party,
    pub frame: Vec<u8>,
}

#[derive(Default)]
struct Lines {
    waiting: HashMap<(Party, Party), VecDeque<Vec<u8>>>,
    sleeping: HashMap<(Party, Party), Waker>,
    recorded: Vec<Recorded>,
    records: bool,
    gone: Vec<Party>,
}

/// One party's end of a network in memory.
pub struct Memory {
    here: Party,
    lines: Rc<RefCell<Lines>>,
}

/// The ends of the first seat, the second seat and the helper. With `records` every frame is kept.
pub fn network(records: bool) -> (Memory, Memory, Memory) {
    let lines = Rc::new(RefCell::new(Lines { records, ..Lines::default() }));
    let end = |here| Memory { here, lines: lines.clone() };
    (end(Party::Seat(Seat::First)), end(Party::Seat(Seat::Second)), end(Party::Helper))
}

impl Memory {
    /// Every frame so far, in the order of sending.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.lines.borrow().recorded.clone()
    }
}

impl Link for Memory {
    async fn send(&mut self, to: Party, frame: Vec<u8>) -> Result<(), MpcError> {
        let mut lines = self.lines.borrow_mut();
        if lines.records {
            lines.recorded.push(Recorded { from: self.here, to, frame: frame.clone() });
        }
        lines.waiting.entry((self.here, to)).or_default().push_back(frame);
        if let Some(waker) = lines.sleeping.remove(&(self.here, to)) {
            waker.wake();
        }
        Ok(())
    }

    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError> {
        let line = (from, self.here);
        poll_fn(|context| {
            let mut lines = self.lines.borrow_mut();
            if let Some(frame) = lines.waiting.get_mut(&line).and_then(VecDeque::pop_front) {
                return Poll::Ready(Ok(frame));
            }
            if lines.gone.contains(&from) {
                return Poll::Ready(Err(MpcError::Link { with: from, cause: "it has left".into() }));
            }
            lines.sleeping.insert(line, context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let mut lines = self.lines.borrow_mut();
        lines.gone.push(self.here);
        let mine: Vec<_> = lines.sleeping.keys().copied().filter(|(from, _)| *from == self.here).collect();
        for line in mine {
            if let Some(waker) = lines.sleeping.remove(&line) {
                waker.wake();
            }
        }
    }
}
