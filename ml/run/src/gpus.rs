//! The GPU of this machine: opened when a run could use it, and opened again when it was lost.

use ml_gpu::Gpu;

/// How often a lost GPU is opened again; a driver that loses it time and again is left alone.
const REOPENED: u32 = 2;

/// The one GPU, for all models and for training.
#[derive(Default)]
pub struct Gpus {
    state: State,
    lost: u32,
}

#[derive(Default)]
enum State {
    #[default]
    Unasked,
    Open(Gpu),
    /// There is none; a sentence says why.
    None(String),
}

impl Gpus {
    /// Where there is to be no GPU.
    pub fn none(why: impl Into<String>) -> Self {
        Self { state: State::None(why.into()), lost: 0 }
    }

    /// With a GPU that is open already.
    pub fn with(gpu: Gpu) -> Self {
        Self { state: State::Open(gpu), lost: 0 }
    }

    /// The GPU, opened if it was not.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    pub async fn open(&mut self) -> Result<&Gpu, String> {
        self.forget_lost();
        if matches!(self.state, State::Unasked) {
            self.state = match Gpu::open().await {
                Ok(gpu) => State::Open(gpu),
                Err(e) => State::None(e.to_string()),
            };
        }
        match &self.state {
            State::Open(gpu) => Ok(gpu),
            State::None(why) => Err(why.clone()),
            State::Unasked => Err("The GPU was not asked for.".into()),
        }
    }

    /// Lets go of a GPU that is gone; whether it was.
    pub fn forget_lost(&mut self) -> bool {
        let State::Open(gpu) = &self.state else { return false };
        if !gpu.is_lost() {
            return false;
        }
        self.lost += 1;
        self.state = match self.lost > REOPENED {
            true => {
                State::None("The GPU was lost several times and is left alone; reload the page to try again.".into())
            }
            false => State::Unasked,
        };
        true
    }

    /// Why there is none, as far as is known.
    pub fn why_none(&self) -> Option<&str> {
        match &self.state {
            State::None(why) => Some(why),
            State::Unasked | State::Open(_) => None,
        }
    }
}
