//! How long training takes, where there is a clock.

/// Runs from its start on.
#[derive(Debug)]
pub struct Stopwatch {
    #[cfg(feature = "clock")]
    since: web_time::Instant,
}

impl Stopwatch {
    pub fn start() -> Self {
        Self {
            #[cfg(feature = "clock")]
            since: web_time::Instant::now(),
        }
    }

    /// Seconds since the start; 0 without the feature `clock`.
    pub fn seconds(&self) -> f32 {
        #[cfg(feature = "clock")]
        return self.since.elapsed().as_secs_f32();
        #[cfg(not(feature = "clock"))]
        0.0
    }
}
