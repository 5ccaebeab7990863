//! Reading a clone's code: EIP-1167, with OpenZeppelin's immutable arguments behind it.

use protocol::Address;

const BEFORE: [u8; 10] = [0x36, 0x3d, 0x3d, 0x37, 0x3d, 0x3d, 0x3d, 0x36, 0x3d, 0x73];
const AFTER: [u8; 15] = [0x5a, 0xf4, 0x3d, 0x82, 0x80, 0x3e, 0x90, 0x3d, 0x91, 0x60, 0x2b, 0x57, 0xfd, 0x5b, 0xf3];

/// What a clone runs, and what it carries.
#[derive(Debug, PartialEq, Eq)]
pub struct Clone<'a> {
    pub implementation: Address,
    pub arguments: &'a [u8],
}

impl<'a> Clone<'a> {
    /// `None` for code that is no clone.
    pub fn read(code: &'a [u8]) -> Option<Self> {
        let rest = code.strip_prefix(&BEFORE)?;
        let (implementation, rest) = rest.split_first_chunk::<20>()?;
        Some(Self { implementation: Address(*implementation), arguments: rest.strip_prefix(&AFTER)? })
    }
}
