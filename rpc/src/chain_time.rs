//! The chain's time between two of its blocks. Deadlines are block times, so that only blocks and a clock that counts seconds
//! are believed; what time the device or anybody else has makes no difference.

/// Seconds that a block may be old when it is heard of: it waited to be asked for, and may have come late.
const LATE: f64 = 60.0;

/// The chain's time. Seconds of the device are those of a clock that only goes forward, such as `performance.now`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChainTime {
    /// The chain's time, and the device's seconds when it was that.
    known: Option<(f64, f64)>,
}

impl ChainTime {
    /// Goes by somebody's word until a block is heard of.
    pub fn guessed(at: u64, device: f64) -> Self {
        Self { known: Some((at as f64, device)) }
    }

    /// The chain's time now; `None` before anything was heard.
    pub fn now(&self, device: f64) -> Option<u64> {
        self.known.map(|(at, since)| (at + (device - since).max(0.0)) as u64)
    }

    /// A block that was not there before has this time, or the next one would have it as the node says (`pending`). A
    /// block is somewhat old when it is heard of, so that the time is set back only where it is far behind: the chain
    /// stands still, or was set back.
    pub fn heard(&mut self, at: u64, device: f64) {
        let told = at as f64;
        let is_in_time = self.known.is_some_and(|(known, since)| {
            let now = known + (device - since).max(0.0);
            (now - LATE..=now).contains(&told)
        });
        if !is_in_time {
            self.known = Some((told, device));
        }
    }

    /// Takes a block's time whatever was known: the first block after a guess, or a chain that was set back.
    pub fn begin(&mut self, at: u64, device: f64) {
        self.known = Some((at as f64, device));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_the_blocks_and_moves_between_them() {
        let mut time = ChainTime::default();
        assert_eq!(time.now(5.0), None);
        time.begin(1_000, 5.0);
        assert_eq!(time.now(5.0), Some(1_000));
        assert_eq!(time.now(16.9), Some(1_011));
        // The next block, heard of four seconds after its time: time goes on.
        time.heard(1_012, 21.0);
        assert_eq!(time.now(21.0), Some(1_016));
        // One of the future, as a development chain makes whose clock was moved.
        time.heard(8_000, 22.0);
        assert_eq!(time.now(23.0), Some(8_001));
    }

    #[test]
    fn a_guess_is_gone_with_the_first_block_however_wrong_it_was() {
        for wrong in [0, 1_000 + 7_200, 4_000_000_000u64] {
            let mut time = ChainTime::guessed(wrong, 0.0);
            time.begin(1_000, 1.0);
            assert_eq!(time.now(1.0), Some(1_000));
        }
    }

    /// A chain that makes no blocks does not come nearer to a deadline, where the node says so; then it goes on from
    /// where it stood.
    #[test]
    fn a_chain_that_stands_still_keeps_its_time() {
        let mut time = ChainTime::default();
        time.begin(1_000, 0.0);
        for minute in 1..120u32 {
            // `pending` is the newest block again.
            time.heard(1_000, f64::from(minute) * 20.0);
            let now = time.now(f64::from(minute) * 20.0).unwrap();
            assert!((1_000..=1_060).contains(&now), "{now}");
        }
        time.heard(1_002, 2_401.0);
        assert!((1_002..=1_062).contains(&time.now(2_401.0).unwrap()));
    }

    #[test]
    fn an_idle_development_chain_goes_by_what_its_node_says_of_the_next_block() {
        let mut time = ChainTime::default();
        // The newest block is an hour old, the next one would carry the node's own time.
        time.begin(1_000, 0.0);
        time.heard(4_600, 0.1);
        assert_eq!(time.now(10.1), Some(4_610));
    }

    #[test]
    fn a_device_clock_that_goes_back_changes_nothing() {
        let mut time = ChainTime::default();
        time.begin(1_000, 100.0);
        assert_eq!(time.now(50.0), Some(1_000));
    }
}
