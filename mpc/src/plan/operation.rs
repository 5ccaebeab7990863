use serde::Serialize;

use super::Wrap;
use crate::{Form, MatrixName, Plane, Seat, Shape, tensor::Owned};

/// A matrix that its owner sends hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hidden {
    pub name: MatrixName,
    pub owner: Seat,
    pub shape: Shape,
    pub bound: u32,
}

impl Hidden {
    pub(crate) fn of(matrix: &Owned) -> Self {
        Self { name: matrix.name, owner: matrix.owner, shape: matrix.shape, bound: matrix.bound }
    }
}

/// A product of an owned matrix and shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use {
    pub form: Form,
    pub left: Hidden,
    pub right: Shape,
    pub product: Shape,
}

/// Some pairs of bits (g, p) in a row, of which one pair is made. In the lowest group of all, p is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    pub size: u32,
    pub lowest: bool,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Owners send their matrices hidden.
    Hide(Vec<Hidden>),
    /// Owned × shared. `wave`: how many steps from this one on share one round.
    Owned { product: Use, wave: u32 },
    /// Both matrices owned, by different seats: no further numbers travel.
    Cross { form: Form, left: Hidden, right: Hidden, product: Shape },
    /// Shared × shared.
    Multiply { form: Form, left: Shape, right: Shape, product: Shape, wave: u32 },
    /// Each seat rounds its own share.
    Truncate { count: usize, by: u32, bound: u32, wrap: Wrap },
    /// Rounding with dealt numbers; never goes wrong.
    Round { count: usize, by: u32 },
    /// Numbers are opened, hidden, in this many bits, so that their signs can be found.
    Compare { count: usize, bits: u32 },
    /// Pairs of bits become fewer pairs.
    Join { bits: usize, groups: Vec<Group> },
    /// Bits become numbers.
    Numbers { count: usize },
    /// Numbers are opened to both seats.
    Open { count: usize },
    /// Bits are opened to both seats.
    OpenBits { count: usize },
    /// Shares are drawn anew from what only the seats know.
    Reshare { count: usize },
}

impl Operation {
    /// Whether the helper deals anything for it.
    pub fn is_dealt(&self) -> bool {
        self.dealt_words() + self.dealt_bit_bytes() > 0
    }

    /// Numbers that the helper sends.
    pub(crate) fn dealt_words(&self) -> usize {
        match self {
            Self::Owned { product: Use { product, .. }, .. }
            | Self::Cross { product, .. }
            | Self::Multiply { product, .. } => product.len(),
            Self::Round { count, .. } => 2 * count,
            Self::Numbers { count } => *count,
            Self::Hide(_)
            | Self::Truncate { .. }
            | Self::Compare { .. }
            | Self::Join { .. }
            | Self::Open { .. }
            | Self::OpenBits { .. }
            | Self::Reshare { .. } => 0,
        }
    }

    /// Bytes of bits that the helper sends.
    pub(crate) fn dealt_bit_bytes(&self) -> usize {
        match self {
            Self::Compare { count, bits } => *bits as usize * Plane::bytes_of(*count),
            Self::Join { bits, groups } => {
                groups.iter().map(|group| group.products().len()).sum::<usize>() * Plane::bytes_of(*bits)
            }
            _ => 0,
        }
    }
}

impl Group {
    /// How many of the p's are needed.
    pub(crate) fn lefts(self) -> u32 {
        if self.lowest { self.size - 1 } else { self.size }
    }

    /// Bits that are opened, hidden: the p's needed, then all g's but the first.
    pub(crate) fn inputs(self) -> usize {
        if self.size == 1 { 0 } else { (self.lefts() + self.size - 1) as usize }
    }

    /// The products whose sum, with the first g, is the g of the whole; a bit says which inputs are factors.
    pub(crate) fn terms(self) -> Vec<u32> {
        (1..self.size).map(|index| ((1 << index) - 1) | 1 << (self.lefts() + index - 1)).collect()
    }

    /// The product that is the p of the whole.
    pub(crate) fn all_lefts(self) -> Option<u32> {
        (!self.lowest && self.size > 1).then(|| (1 << self.size) - 1)
    }

    /// The products of two and more inputs that are needed to multiply hidden ones.
    pub(crate) fn products(self) -> Vec<u32> {
        let mut all = std::collections::BTreeSet::new();
        for term in self.terms().into_iter().chain(self.all_lefts()) {
            all.extend((1..=term).filter(|part| part & !term == 0 && part.count_ones() > 1));
        }
        all.into_iter().collect()
    }
}

/// How `pairs` pairs become one, four at a time.
pub(crate) fn levels(pairs: usize) -> Vec<Vec<Group>> {
    let mut levels = Vec::new();
    let mut left = pairs;
    while left > 1 {
        let groups = left.div_ceil(4);
        levels.push(
            (0..groups)
                .map(|index| Group { size: (left - index * 4).min(4) as u32, lowest: index + 1 == groups })
                .collect(),
        );
        left = groups;
    }
    levels
}
