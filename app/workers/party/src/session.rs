//! The session at the relay. A run may outlast it, and a connection that is made anew needs one: the page has it, and signs in
//! where it is over.

use std::{cell::Cell, rc::Rc};

use futures::future::{FutureExt as _, LocalBoxFuture};
use link::TransportError;
use mpc_task::request::{not_signed_in, signed_in};

use crate::heard::Heard;

/// Asks the page for a session. Clones are one.
#[derive(Clone)]
pub struct Session {
    heard: Rc<Heard>,
    /// Of the last question.
    number: Rc<Cell<u32>>,
    /// The question that the page was not told yet.
    untold: Rc<Cell<Option<u32>>>,
}

impl Session {
    /// `untold` gets the numbers of questions, for whoever tells them to the page; its answers are `heard`.
    pub fn of(heard: Rc<Heard>, untold: Rc<Cell<Option<u32>>>) -> Self {
        Self { heard, number: Rc::default(), untold }
    }

    /// A token that the relay takes now.
    ///
    /// # Errors
    /// [`TransportError::Lost`] where the page has none just now. Where the person signs in no more, the page stops the run.
    pub fn token(&self) -> LocalBoxFuture<'static, Result<String, TransportError>> {
        let asking = self.clone();
        async move {
            let number = asking.number.get() + 1;
            asking.number.set(number);
            asking.untold.set(Some(number));
            let (is, is_not) = (signed_in(number), not_signed_in(number));
            let answer = |heard: &Heard| {
                let refused = heard.rest_of(&is_not).map(|why| Err(TransportError::Lost(why)));
                heard.rest_of(&is).map(Ok).or(refused)
            };
            asking.heard.until(answer).await
        }
        .boxed_local()
    }
}
