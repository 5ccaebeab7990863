//! The frames of a computation, as messages between seats.

use link::SeatNumber;
use mpc::{MpcError, Party};

use super::{Mail, Subject};
use crate::{error::RunError, spec::Spec, stage::Stage};

/// What `mpc` sends and receives through. Why it failed is kept here in full: `mpc` knows nothing of links.
pub(crate) struct Wire<'a> {
    pub mail: &'a mut Mail,
    pub helper: SeatNumber,
    pub failed: Option<RunError>,
    /// Is told of each round, where somebody wants to know.
    pub observe: Option<&'a mut dyn FnMut(Stage)>,
    rounds: u32,
}

impl<'a> Wire<'a> {
    pub fn new(mail: &'a mut Mail, helper: SeatNumber) -> Self {
        Self { mail, helper, failed: None, observe: None, rounds: 0 }
    }

    /// What ended a computation: the link, if it was the link.
    pub fn ending<T>(&mut self, done: Result<T, MpcError>) -> Result<T, RunError> {
        done.map_err(|error| self.failed.take().unwrap_or(error.into()))
    }

    fn seat(&self, party: Party) -> SeatNumber {
        match party {
            Party::Seat(seat) => Spec::seat_of(seat),
            Party::Helper => self.helper,
        }
    }

    fn failing<T>(&mut self, with: Party, done: Result<T, RunError>) -> Result<T, MpcError> {
        done.map_err(|error| {
            let cause = error.to_string();
            self.failed = Some(error);
            MpcError::Link { with, cause }
        })
    }
}

impl mpc::Link for Wire<'_> {
    async fn send(&mut self, to: Party, frame: Vec<u8>) -> Result<(), MpcError> {
        let seat = self.seat(to);
        let sent = self.mail.send(seat, Subject::Numbers, &frame).await;
        self.failing(to, sent)
    }

    async fn receive(&mut self, from: Party) -> Result<Vec<u8>, MpcError> {
        let seat = self.seat(from);
        let came = self.mail.receive(seat, Subject::Numbers).await;
        if from != Party::Helper {
            self.rounds += 1;
            let stage = Stage::Computed { rounds: self.rounds };
            self.observe.as_mut().into_iter().for_each(|observe| observe(stage));
        }
        self.failing(from, came)
    }
}
