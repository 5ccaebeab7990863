//! What goes on beside a seat at work: the page is told how far it is, and a stop is heard.

use std::{cell::Cell, cell::RefCell, pin::pin, rc::Rc, time::Duration};

use futures::future::{Either, select};
use link::{Environment as _, Links, SeatNumber, transport::web::Time};
use mpc_run::Stage;
use mpc_task::Progress;
use work::Job;

use crate::counted::Counted;

/// How often the page is told.
const PAUSE: Duration = Duration::from_millis(250);

/// What is seen of a seat from beside it.
#[derive(Clone, Default)]
pub struct Beside {
    pub counted: Counted,
    /// Set to stop the run.
    pub stop: Rc<Cell<bool>>,
    /// A session at the relay that is asked for, where the page was not told yet.
    pub sign_in: Rc<Cell<Option<u32>>>,
    presences: Rc<RefCell<Vec<(SeatNumber, bool)>>>,
    /// How far it is, where the page was not told yet.
    untold: Rc<Cell<Option<Stage>>>,
}

impl Beside {
    /// Sees who is there.
    pub fn observe(&self, links: &mut Links) {
        let presences = Rc::clone(&self.presences);
        links.observe(Box::new(move |seat, presence| {
            presences.borrow_mut().push((seat, presence == link::Presence::Here));
        }));
    }

    /// Tells the page of a stage. Of rounds and entries it is told now and then: each word to it costs as much as a small round.
    pub fn tell(&self, job: &Job<Progress>, stage: Stage) {
        if matches!(stage, Stage::Computed { .. } | Stage::Aligning { .. }) {
            self.untold.set(Some(stage));
            return;
        }
        // What is over need not be told.
        self.untold.set(None);
        job.progress(&Progress::Stage { stage });
    }

    /// Carries out `work`, tells the page meanwhile, and hands a stop on.
    pub async fn during<T>(&self, job: &Job<Progress>, work: impl Future<Output = T>) -> T {
        let telling = pin!(async {
            let mut told = (0, 0);
            loop {
                Time::default().sleep(PAUSE).await;
                self.stop.set(job.is_stopped());
                for (seat, is_here) in self.presences.take() {
                    job.progress(&Progress::Presence { seat, is_here });
                }
                if let Some(stage) = self.untold.take() {
                    job.progress(&Progress::Stage { stage });
                }
                if let Some(number) = self.sign_in.take() {
                    job.progress(&Progress::SignIn { number });
                }
                let (sent, received) = self.counted.so_far();
                if told == (sent, received) {
                    job.working();
                } else {
                    told = (sent, received);
                    job.progress(&Progress::Bytes { sent, received });
                }
            }
        });
        match select(pin!(work), telling).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        }
    }
}
