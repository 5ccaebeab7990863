//! Draws that a test sets, bit by bit.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use mpc::{
    Plane, Ring, Seat,
    draw::{At, Draws},
};

#[derive(Default)]
pub struct Tape {
    /// How many bits each draw of a seat has, in the order of first use, and where they begin.
    cells: RefCell<[BTreeMap<At, (u32, u32)>; 2]>,
    lengths: RefCell<[u32; 2]>,
    values: RefCell<[u64; 2]>,
}

fn place(seat: Seat) -> usize {
    usize::from(seat == Seat::Second)
}

impl Tape {
    /// Bits that `seat` draws, and that the other does.
    pub fn bits(&self, seat: Seat) -> (u32, u32) {
        let lengths = self.lengths.borrow();
        (lengths[place(seat)], lengths[place(seat.other())])
    }

    /// All draws of a seat.
    pub fn set(&self, seat: Seat, value: u64) {
        self.values.borrow_mut()[place(seat)] = value;
    }

    fn drawn(&self, seat: Seat, at: At, bits: u32) -> u64 {
        let place = place(seat);
        let mut lengths = self.lengths.borrow_mut();
        let (start, known) = *self.cells.borrow_mut()[place].entry(at).or_insert_with(|| {
            let start = lengths[place];
            lengths[place] += bits;
            (start, bits)
        });
        assert_eq!(known, bits, "{at:?} is drawn with two lengths");
        self.values.borrow()[place].checked_shr(start).unwrap_or(0) & ((1 << bits) - 1)
    }
}

/// What one seat draws.
pub struct Drawn {
    pub seat: Seat,
    pub tape: Rc<Tape>,
}

impl Draws for Drawn {
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R> {
        let mut all = self.tape.drawn(self.seat, at, R::BITS * count as u32);
        (0..count)
            .map(|_| {
                let word = R::from_bits(all.into());
                all >>= R::BITS;
                word
            })
            .collect()
    }

    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane> {
        let all = self.tape.drawn(self.seat, at, (count * bits) as u32);
        (0..count).map(|plane| Plane::of_bools((0..bits).map(|bit| all >> (plane * bits + bit) & 1 == 1))).collect()
    }
}
