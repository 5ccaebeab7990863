//! A clock that moves only when everybody waits for it, and a machine that runs programs of several seats on one thread.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::{FutureExt, channel::oneshot, executor::LocalPool, future::LocalBoxFuture, task::LocalSpawnExt};

use crate::Environment;

#[derive(Default)]
struct Inside {
    now: Duration,
    sleepers: Vec<(Duration, oneshot::Sender<()>)>,
}

/// Clones share one clock.
#[derive(Clone, Default)]
pub struct Clock(Rc<RefCell<Inside>>);

impl Environment for Clock {
    fn now(&self) -> Duration {
        self.0.borrow().now
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        let (sender, receiver) = oneshot::channel();
        let mut inside = self.0.borrow_mut();
        let until = inside.now + duration;
        inside.sleepers.push((until, sender));
        receiver.map(|_| ()).boxed_local()
    }
}

impl Clock {
    /// Moves to the next moment that somebody waits for.
    fn advance(&self) {
        let mut inside = self.0.borrow_mut();
        inside.sleepers.retain(|(_, sender)| !sender.is_canceled());
        let next =
            inside.sleepers.iter().map(|(until, _)| *until).min().expect("everybody waits, and nobody for the clock");
        inside.now = next;
        for (until, sender) in std::mem::take(&mut inside.sleepers) {
            if until <= next {
                let _ = sender.send(());
            } else {
                inside.sleepers.push((until, sender));
            }
        }
    }
}

/// Runs programs until all have ended, in at most a virtual day.
pub fn run(clock: &Clock, programs: Vec<LocalBoxFuture<'static, ()>>) {
    let (mut pool, left) = (LocalPool::new(), Rc::new(RefCell::new(programs.len())));
    for program in programs {
        let left = left.clone();
        let program = async move {
            program.await;
            *left.borrow_mut() -= 1;
        };
        pool.spawner().spawn_local(program).unwrap();
    }
    loop {
        pool.run_until_stalled();
        if *left.borrow() == 0 {
            return;
        }
        clock.advance();
        assert!(clock.now() < Duration::from_secs(86_400), "it hangs");
    }
}
