//! Speaks for one side over its link, for as long as the link can be had.

use std::{
    cell::{RefCell, RefMut},
    convert::Infallible,
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::{Either, poll_fn, select};
use link::{LinkError, Links, SeatNumber};

use crate::{
    CLIENT, Client, Liar, News, PROVIDER, Provider, Wish,
    message::{LONGEST, MOST_LINES},
};

/// A side of a job, as a link sees it.
pub trait Side {
    /// The seat of the other side.
    const OTHER: SeatNumber;
    /// Bytes of a message of the other side at most: a link keeps no more of one that does not end. Whoever posts jobs is a
    /// stranger to those that quote.
    const MOST: usize;
    /// What the other side can say that is new.
    type New;

    /// Takes a message, at a time in seconds since the epoch.
    ///
    /// # Errors
    /// [`Liar`]: nothing has changed.
    fn take(&mut self, operation: u32, payload: &[u8], now: u64) -> Result<Option<Self::New>, Liar>;

    /// Numbers and bytes of the messages that are to be sent now.
    fn take_due(&mut self) -> Vec<(u32, Vec<u8>)>;

    /// Everything that the other side should know is due again.
    fn say_again(&mut self);
}

impl Side for Client {
    const OTHER: SeatNumber = PROVIDER;
    const MOST: usize = MOST_LINES;
    type New = News;

    fn take(&mut self, operation: u32, payload: &[u8], now: u64) -> Result<Option<News>, Liar> {
        Self::take(self, operation, payload, now)
    }

    fn take_due(&mut self) -> Vec<(u32, Vec<u8>)> {
        Self::take_due(self).iter().map(crate::ToProvider::encode).collect()
    }

    fn say_again(&mut self) {
        Self::say_again(self);
    }
}

impl Side for Provider {
    const OTHER: SeatNumber = CLIENT;
    const MOST: usize = LONGEST;
    type New = Wish;

    fn take(&mut self, operation: u32, payload: &[u8], _: u64) -> Result<Option<Wish>, Liar> {
        Self::take(self, operation, payload)
    }

    fn take_due(&mut self) -> Vec<(u32, Vec<u8>)> {
        Self::take_due(self).iter().map(crate::ToClient::encode).collect()
    }

    fn say_again(&mut self) {
        Self::say_again(self);
    }
}

/// A side that one task speaks for and others change; whoever has changed it wakes the task. Clones are one.
pub struct Shared<S>(Rc<Inside<S>>);

struct Inside<S> {
    side: RefCell<S>,
    is_changed: RefCell<(bool, Option<Waker>)>,
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Side> Shared<S> {
    pub fn new(side: S) -> Self {
        Self(Rc::new(Inside { side: RefCell::new(side), is_changed: RefCell::default() }))
    }

    /// Changes it, and lets what is due be sent.
    pub fn with<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let changed = change(&mut self.side());
        let mut is_changed = self.0.is_changed.borrow_mut();
        is_changed.0 = true;
        if let Some(waker) = is_changed.1.take() {
            waker.wake();
        }
        changed
    }

    /// Looks at it.
    pub fn look<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.side())
    }

    fn side(&self) -> RefMut<'_, S> {
        self.0.side.borrow_mut()
    }

    async fn changed(&self) {
        poll_fn(|context| {
            let mut is_changed = self.0.is_changed.borrow_mut();
            if std::mem::take(&mut is_changed.0) {
                return Poll::Ready(());
            }
            is_changed.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Speaks over these links until they break for good. `now` is the time in seconds since the epoch; `told` gets what is new,
    /// and what a liar has sent, of which nothing was taken.
    ///
    /// # Errors
    /// [`LinkError`]: the links are of no more use.
    pub async fn speak(
        &self,
        links: &mut Links,
        now: &dyn Fn() -> u64,
        told: &dyn Fn(Result<S::New, Liar>),
    ) -> Result<Infallible, LinkError> {
        loop {
            match self.over(links, now, told).await {
                // The other side has begun anew: what was under way is lost.
                Err(LinkError::Restarted { .. }) => drop(links.take_restarted(S::OTHER)),
                Err(error) => return Err(error),
                Ok(never) => match never {},
            }
        }
    }

    async fn over(
        &self,
        links: &mut Links,
        now: &dyn Fn() -> u64,
        told: &dyn Fn(Result<S::New, Liar>),
    ) -> Result<Infallible, LinkError> {
        links.opened(S::OTHER).await?;
        self.side().say_again();
        loop {
            let due = self.side().take_due();
            for (operation, payload) in due {
                links.send(S::OTHER, operation, &payload).await?;
            }
            let message = match select(Box::pin(links.receive(S::OTHER)), Box::pin(self.changed())).await {
                Either::Left((message, _)) => message?,
                Either::Right(((), _)) => continue,
            };
            let new = self.side().take(message.operation, &message.payload, now());
            if let Some(new) = new.transpose() {
                told(new);
            }
        }
    }
}
