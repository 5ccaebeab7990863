//! Waiting that ends with the device.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::GpuError;

/// Whether the device is lost, and who wants to hear of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lost(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    why: Option<String>,
    waiting: Vec<Waker>,
}

impl Lost {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody who waits.
    pub(crate) fn tell(&self, why: String) {
        let waiting = {
            let mut state = self.state();
            state.why.get_or_insert(why);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn check(&self) -> Result<(), GpuError> {
        match &self.state().why {
            Some(why) => Err(GpuError::Lost { why: why.clone() }),
            None => Ok(()),
        }
    }

    /// Waits for `work`, or for the loss of the device. `drive` makes the device go on where nobody else does.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>, drive: impl Fn()) -> Result<T, GpuError> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            self.check()?;
            if cfg!(target_arch = "wasm32") {
                let mut state = self.state();
                if !state.waiting.iter().any(|w| w.will_wake(context.waker())) {
                    state.waiting.push(context.waker().clone());
                }
            } else {
                drive();
                context.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }
}

/// A future that is ended by a callback; dropping the sender ends it too.
pub(crate) fn signal<T>() -> (Sender<T>, impl Future<Output = Option<T>>) {
    let shared = Arc::new(Mutex::new(Slot { value: None, closed: false, waker: None }));
    let receiver = shared.clone();
    let future = std::future::poll_fn(move |context| {
        let mut slot = receiver.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.value.is_some() || slot.closed {
            return Poll::Ready(slot.value.take());
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    });
    (Sender(shared), future)
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    closed: bool,
    waker: Option<Waker>,
}

/// Ends the future of [`signal`].
#[derive(Debug)]
pub(crate) struct Sender<T>(Arc<Mutex<Slot<T>>>);

impl<T> Sender<T> {
    pub(crate) fn send(self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).value = Some(value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.closed = true;
        if let Some(waker) = slot.waker.take() {
            drop(slot);
            waker.wake();
        }
    }
}
