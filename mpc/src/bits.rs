//! Many bits at once: the same bit of many numbers stands in one row.

/// `bits` bits, 64 to a word; those above are zero. Shares of bits add up by exclusive or.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    bits: usize,
    words: Vec<u64>,
}

impl Plane {
    pub fn zero(bits: usize) -> Self {
        Self { bits, words: vec![0; bits.div_ceil(64)] }
    }

    /// Bits above `bits` in the last word are dropped.
    pub fn of_words(bits: usize, mut words: Vec<u64>) -> Self {
        words.resize(bits.div_ceil(64), 0);
        let mut plane = Self { bits, words };
        plane.trim();
        plane
    }

    pub fn of_bools(values: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut plane = Self::zero(values.len());
        for (index, value) in values.enumerate() {
            plane.words[index / 64] |= u64::from(value) << (index % 64);
        }
        plane
    }

    pub fn len(&self) -> usize {
        self.bits
    }

    pub fn is_empty(&self) -> bool {
        self.bits == 0
    }

    pub fn get(&self, index: usize) -> bool {
        self.words[index / 64] >> (index % 64) & 1 == 1
    }

    pub fn iter(&self) -> impl Iterator<Item = bool> {
        (0..self.bits).map(|index| self.get(index))
    }

    pub fn xor(&self, other: &Self) -> Self {
        self.both(other, |a, b| a ^ b)
    }

    pub fn and(&self, other: &Self) -> Self {
        self.both(other, |a, b| a & b)
    }

    pub fn not(&self) -> Self {
        Self::of_words(self.bits, self.words.iter().map(|word| !word).collect())
    }

    fn both(&self, other: &Self, apply: fn(u64, u64) -> u64) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(&a, &b)| apply(a, b)).collect();
        Self { bits: self.bits, words }
    }

    fn trim(&mut self) {
        let rest = self.bits % 64;
        if let (Some(last), true) = (self.words.last_mut(), rest != 0) {
            *last &= (1 << rest) - 1;
        }
    }

    /// Bytes of a plane of `bits` bits in a frame.
    pub(crate) fn bytes_of(bits: usize) -> usize {
        bits.div_ceil(8)
    }

    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        let bytes = self.words.iter().flat_map(|word| word.to_le_bytes());
        to.extend(bytes.take(Self::bytes_of(self.bits)));
    }

    pub(crate) fn read(bits: usize, bytes: &[u8]) -> Self {
        let word = |chunk: &[u8]| {
            let mut all = [0; 8];
            all[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(all)
        };
        Self::of_words(bits, bytes[..Self::bytes_of(bits)].chunks(8).map(word).collect())
    }
}

/// Planes one after another, each in whole bytes.
pub(crate) fn write_planes(planes: &[Plane]) -> Vec<u8> {
    let mut bytes = Vec::new();
    planes.iter().for_each(|plane| plane.write(&mut bytes));
    bytes
}

/// `count` planes of `bits` bits; `bytes` has as many as [`write_planes`] makes of them.
pub(crate) fn read_planes(count: usize, bits: usize, bytes: &[u8]) -> Vec<Plane> {
    let each = Plane::bytes_of(bits);
    (0..count).map(|index| Plane::read(bits, &bytes[index * each..])).collect()
}
