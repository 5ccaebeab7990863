//! Every operation by itself, and one after another.

use mpc::{Arithmetic, Form, MpcError, Owned, OwnedProduct, Shared, SharedProduct};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    Owned,
    OwnedOfSecond,
    Cross,
    Multiply,
    Open,
    MultiplyOpen,
    OwnedOpen,
    /// Two products with one mask.
    OwnedTwice,
    /// Four: each seat draws its half twice.
    OwnedFour,
    CrossOwned,
    OwnedMultiply,
    MultiplyOwned,
    Round,
    Release,
    Negative,
    NegativeOpen,
    NegativeNumbers,
    RoundOpen,
}

impl Chain {
    pub const SHORT: [Self; 6] =
        [Self::Owned, Self::OwnedOfSecond, Self::Multiply, Self::Open, Self::MultiplyOpen, Self::OwnedOpen];
    pub const LONG: [Self; 4] = [Self::OwnedTwice, Self::OwnedFour, Self::OwnedMultiply, Self::MultiplyOwned];
    /// They need a ring of 3 bits.
    pub const WIDE: [Self; 2] = [Self::Cross, Self::CrossOwned];
    /// They need a bit or two of room above their numbers.
    pub const COMPARING: [Self; 6] =
        [Self::Round, Self::RoundOpen, Self::Release, Self::Negative, Self::NegativeOpen, Self::NegativeNumbers];

    pub fn is_short(self) -> bool {
        matches!(self, Self::Round | Self::RoundOpen | Self::Release)
    }

    pub fn frac(self) -> u32 {
        if matches!(self, Self::Round | Self::RoundOpen | Self::Release) { 1 } else { 0 }
    }

    pub fn bound(self) -> u32 {
        if Self::COMPARING.contains(&self) { 1 } else { 0 }
    }

    /// The other seat's shares of x and y and its matrix, for all x and y that the chain allows.
    pub fn secrets(self, bits: u32, own_x: u128, own_y: u128) -> Vec<(u128, u128, i64)> {
        let all = 1 << bits;
        let mut secrets = Vec::new();
        if Self::COMPARING.contains(&self) {
            // −1, 0 and 1 are below 2^1.
            for x in [all - 1, 0, 1] {
                secrets.push(((x + all - own_x) % all, 0, 0));
            }
            return secrets;
        }
        for x in 0..all {
            for (y, matrix) in [(0, 0), (1, 1), (all - 1, 0)] {
                secrets.push(((x + all - own_x) % all, (y + all - own_y) % all, matrix));
            }
        }
        secrets
    }
}

async fn owned<A: Arithmetic>(a: &mut A, left: &Owned, right: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    Ok(a.owned_products(&[OwnedProduct { form: Form::Each, left, right }]).await?.remove(0).claim(0))
}

async fn multiply<A: Arithmetic>(
    a: &mut A,
    left: &Shared<A::Ring>,
    right: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    Ok(a.products(&[SharedProduct { form: Form::Each, left, right }]).await?.remove(0).claim(0))
}

/// What is opened, if anything is. The bounds are claimed away: in these rings everything wraps round, and that is
/// what a product modulo a power of two is.
pub async fn go<A: Arithmetic>(
    a: &mut A,
    chain: Chain,
    x: &Shared<A::Ring>,
    y: &Shared<A::Ring>,
    [first, second]: &[Owned; 2],
) -> Result<Option<Vec<i128>>, MpcError> {
    match chain {
        Chain::Owned => {
            a.hide(&[first]).await?;
            owned(a, first, x).await?;
        }
        Chain::OwnedOfSecond => {
            a.hide(&[second]).await?;
            owned(a, second, x).await?;
        }
        Chain::Cross => {
            a.hide(&[first, second]).await?;
            a.cross(Form::Each, first, second).await?;
        }
        Chain::Multiply => {
            multiply(a, x, y).await?;
        }
        Chain::Open => return Ok(Some(a.open(x).await?)),
        Chain::MultiplyOpen => {
            let product = multiply(a, x, y).await?;
            return Ok(Some(a.open(&product).await?));
        }
        Chain::OwnedOpen => {
            a.hide(&[first]).await?;
            let product = owned(a, first, x).await?;
            return Ok(Some(a.open(&product).await?));
        }
        Chain::OwnedTwice => {
            a.hide(&[first]).await?;
            owned(a, first, x).await?;
            owned(a, first, y).await?;
        }
        Chain::OwnedFour => {
            a.hide(&[first]).await?;
            for right in [x, y, x, y] {
                owned(a, first, right).await?;
            }
        }
        Chain::CrossOwned => {
            a.hide(&[first, second]).await?;
            a.cross(Form::Each, first, second).await?;
            owned(a, second, x).await?;
        }
        Chain::OwnedMultiply => {
            a.hide(&[first]).await?;
            let product = owned(a, first, x).await?;
            multiply(a, &product, y).await?;
        }
        Chain::MultiplyOwned => {
            a.hide(&[second]).await?;
            let product = multiply(a, x, y).await?;
            owned(a, second, &product).await?;
        }
        Chain::Round => {
            a.round(x, 1).await?;
        }
        Chain::RoundOpen => {
            let coarse = a.round(x, 1).await?;
            return Ok(Some(a.open(&coarse).await?));
        }
        Chain::Release => {
            a.release(x, 0).await?;
        }
        Chain::Negative => {
            a.negative(x).await?;
        }
        Chain::NegativeOpen => {
            let bits = a.negative(x).await?;
            return Ok(Some(a.open_bits(&bits).await?.into_iter().map(i128::from).collect()));
        }
        Chain::NegativeNumbers => {
            let bits = a.negative(x).await?;
            a.numbers(&bits).await?;
        }
    }
    Ok(None)
}
