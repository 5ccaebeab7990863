//! Whether the helper deals rightly: some of what it has dealt is never used, and looked at instead.
//!
//! 1. The helper says the digests of all leaves, of both seats, and sends what it deals. The caller keeps its signature
//!    under [`Statement::digest`], so that no seat can show another leaf and blame the helper.
//! 2. Both seats draw, by commitments, which slots are spare.
//! 3. For each spare slot, who can check without learning a mask is shown the other's leaf. Nobody who owns a matrix shows
//!    its leaf of a product with that matrix: with both halves known, the product of the mask would be.

use std::{collections::BTreeMap, marker::PhantomData};

use sha2::{Digest as _, Sha256};

use super::{Choice, Dealer, Slots, dealt_to};
use crate::{
    Link, MpcError, Operation, Party, Ring, Seat,
    draw::{Draws, Seed, Seeded, Shown},
    link::{read, write},
};

/// The step number of frames that belong to no step.
const AUDIT: u32 = u32::MAX - 1;

/// Digests of the leaves of every slot: of the first seat, of the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement(Vec<[[u8; 32]; 2]>);

impl Statement {
    /// What the helper says about the seeds that it was given.
    pub fn of(slots: &Slots, seeds: [&Seeded; 2]) -> Self {
        let steps = 0..slots.plan().steps.len() as u32;
        Self(steps.map(|slot| seeds.map(|seeded| seeded.leaf(slot).digest())).collect())
    }

    /// What the helper signs.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_flattened().as_flattened()).into()
    }

    /// Whether the helper was given what this seat has given it.
    fn has(&self, seat: Seat, slot: u32, leaf: &Seed) -> bool {
        self.0.get(slot as usize).is_some_and(|digests| digests[seat.index()] == leaf.digest())
    }
}

/// Everything that a seat was dealt, before any of it is used.
#[derive(Clone, Debug)]
pub struct Dealt<R> {
    pub(crate) frames: BTreeMap<u32, Vec<u8>>,
    statement: Statement,
    ring: PhantomData<R>,
}

impl<R: Ring> Dealt<R> {
    /// Receives what the helper deals to `seat`, and refuses it if the helper has other seeds than were given to it.
    pub async fn receive(link: &mut impl Link, slots: &Slots, seat: Seat, seeded: &Seeded) -> Result<Self, MpcError> {
        let steps = &slots.plan().steps;
        let frame = link.receive(Party::Helper).await?;
        let digests = read(Party::Helper, &frame, AUDIT, steps.len() * 64)?;
        let digests = digests.as_chunks::<32>().0.as_chunks::<2>().0.to_vec();
        let statement = Statement(digests);
        let mut frames = BTreeMap::new();
        for (slot, operation) in steps.iter().enumerate() {
            let slot = slot as u32;
            if !statement.has(seat, slot, &seeded.leaf(slot)) {
                return Err(MpcError::OtherSeed);
            }
            if operation.is_dealt() && dealt_to(slot) == seat {
                let bytes = operation.dealt_words() * R::BYTES + operation.dealt_bit_bytes();
                let frame = link.receive(Party::Helper).await?;
                read(Party::Helper, &frame, slot, bytes)?;
                frames.insert(slot, frame);
            }
        }
        Ok(Self { frames, statement, ring: PhantomData })
    }

    pub fn statement(&self) -> &Statement {
        &self.statement
    }
}

/// Draws which slots are spare, together with the other seat, and checks those that this seat can check. `fresh`: 32
/// bytes from the operating system. Gives the choice if nothing is wrong.
pub async fn audit<R: Ring>(
    link: &mut impl Link,
    slots: &Slots,
    seat: Seat,
    seeded: &Seeded,
    dealt: &Dealt<R>,
    fresh: [u8; 32],
) -> Result<Choice, MpcError> {
    let choice = slots.choose(draw_together(link, seat, fresh).await?);
    let peer = Party::Seat(seat.other());
    let mut shown = Vec::new();
    for &slot in &choice.checked {
        let operation = &slots.plan().steps[slot as usize];
        if checker(operation, slot) != seat {
            shown.extend(seeded.leaf(slot).bytes());
            if let Some(frame) = dealt.frames.get(&slot) {
                shown.extend(frame);
            }
        }
    }
    link.send(peer, write(AUDIT, &shown)).await?;
    let mine = choice.checked.iter().filter(|slot| checker(&slots.plan().steps[**slot as usize], **slot) == seat);
    let mine: Vec<(u32, usize)> = mine.map(|&slot| (slot, frame_bytes::<R>(slots, slot, seat.other()))).collect();
    let frame = link.receive(peer).await?;
    let mut rest = read(peer, &frame, AUDIT, mine.iter().map(|(_, bytes)| 32 + bytes).sum())?;
    for (slot, bytes) in mine {
        let (leaf, after) = rest.split_at(32);
        let (frame, after) = after.split_at(bytes);
        rest = after;
        let leaf = Seed::received(leaf).ok_or(MpcError::OtherLeaf { from: peer })?;
        if !dealt.statement.has(seat.other(), slot, &leaf) {
            return Err(MpcError::OtherLeaf { from: peer });
        }
        let frame = if dealt_to(slot) == seat { dealt.frames.get(&slot).map(Vec::as_slice) } else { Some(frame) };
        if !is_right::<R>(slots, slot, seat, seeded, Shown(leaf), frame) {
            return Err(MpcError::WronglyDealt { slot });
        }
    }
    Ok(choice)
}

/// Who is shown the other's leaf: the owner of the matrix, or who was dealt to.
fn checker(operation: &Operation, slot: u32) -> Seat {
    match operation {
        Operation::Owned { product, .. } => product.left.owner,
        _ => dealt_to(slot),
    }
}

/// Bytes of the frame that `seat` was dealt in a slot, its head included.
fn frame_bytes<R: Ring>(slots: &Slots, slot: u32, seat: Seat) -> usize {
    let operation = &slots.plan().steps[slot as usize];
    if dealt_to(slot) == seat { 4 + operation.dealt_words() * R::BYTES + operation.dealt_bit_bytes() } else { 0 }
}

/// Whether a helper that follows the protocol would have dealt this.
fn is_right<R: Ring>(slots: &Slots, slot: u32, seat: Seat, mine: &Seeded, theirs: Shown, frame: Option<&[u8]>) -> bool {
    let both = match seat {
        Seat::First => [Known::Mine(mine), Known::Theirs(&theirs)],
        Seat::Second => [Known::Theirs(&theirs), Known::Mine(mine)],
    };
    let wanted = Dealer::<R, _>::new(slots.plan(), both).deal(slot);
    wanted.is_some_and(|(_, wanted)| Some(wanted.as_slice()) == frame)
}

/// The draws of both seats as one of them knows them in an audit.
enum Known<'a> {
    Mine(&'a Seeded),
    Theirs(&'a Shown),
}

impl Draws for Known<'_> {
    fn words<R: Ring>(&self, at: crate::draw::At, count: usize) -> Vec<R> {
        match self {
            Self::Mine(seeded) => seeded.words(at, count),
            Self::Theirs(shown) => shown.words(at, count),
        }
    }

    fn planes(&self, at: crate::draw::At, count: usize, bits: usize) -> Vec<crate::Plane> {
        match self {
            Self::Mine(seeded) => seeded.planes(at, count, bits),
            Self::Theirs(shown) => shown.planes(at, count, bits),
        }
    }
}

/// 32 bytes that neither seat has chosen: each says a digest first, then what it is of.
async fn draw_together(link: &mut impl Link, seat: Seat, fresh: [u8; 32]) -> Result<[u8; 32], MpcError> {
    let peer = Party::Seat(seat.other());
    let commitment = |of: &[u8], seat: Seat| -> [u8; 32] {
        Sha256::new_with_prefix([seat.index() as u8]).chain_update(of).finalize().into()
    };
    link.send(peer, write(AUDIT, &commitment(&fresh, seat))).await?;
    let frame = link.receive(peer).await?;
    let committed = read(peer, &frame, AUDIT, 32)?.to_vec();
    link.send(peer, write(AUDIT, &fresh)).await?;
    let frame = link.receive(peer).await?;
    let theirs = read(peer, &frame, AUDIT, 32)?;
    if commitment(theirs, seat.other()) != *committed {
        return Err(MpcError::OtherLeaf { from: peer });
    }
    let (first, second): (&[u8], &[u8]) = if seat == Seat::First { (&fresh, theirs) } else { (theirs, &fresh) };
    Ok(Sha256::new_with_prefix(b"spare slots").chain_update(first).chain_update(second).finalize().into())
}

impl<R: Ring> Dealer<'_, R, &Seeded> {
    /// Says the digests of all leaves and sends every slot's numbers; the plan of this dealer is [`Slots::plan`].
    pub async fn serve_audited(&self, link: &mut impl Link, slots: &Slots) -> Result<(), MpcError> {
        let statement = Statement::of(slots, self.draws());
        for seat in Seat::BOTH {
            link.send(Party::Seat(seat), write(AUDIT, statement.0.as_flattened().as_flattened())).await?;
        }
        self.serve(link).await
    }
}
