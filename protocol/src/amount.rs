//! Amounts of ModelCoin.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount in the smallest unit, 10^-18 MDC. Travels as a decimal text of that unit, since JavaScript's numbers
/// cannot hold it; [`fmt::Display`] and [`FromStr`] speak MDC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u128);

/// Why a text is not an [`Amount`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("Write an amount such as 12 or 0.5.")]
    Form,
    #[error("ModelCoin has 18 decimals; this amount has more.")]
    TooPrecise,
    #[error("There are only 1,000,000 MDC.")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One MDC.
    pub const ONE: Self = Self(10u128.pow(18));
    /// All there is: 1,000,000 MDC.
    pub const SUPPLY: Self = Self(1_000_000 * Self::ONE.0);

    /// Whole MDC.
    pub const fn mdc(whole: u128) -> Self {
        Self(whole * Self::ONE.0)
    }
}

impl fmt::Display for Amount {
    /// MDC without superfluous zeros and with thousands separated: `1,250.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.0 / Self::ONE.0).to_string();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        let fraction = format!("{:018}", self.0 % Self::ONE.0);
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            write!(f, ".{fraction}")?;
        }
        Ok(())
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads MDC as people write them: `12`, `0.5`, `1,250.5`.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim().replace(',', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
            return Err(AmountError::Form);
        }
        if fraction.len() > 18 {
            return Err(AmountError::TooPrecise);
        }
        let padded = format!("{whole}{fraction:0<18}");
        let value = padded.parse::<u128>().map_err(|_| AmountError::TooLarge)?;
        if value > Self::SUPPLY.0 {
            return Err(AmountError::TooLarge);
        }
        Ok(Self(value))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        struct Case(&'static str, Result<u128, AmountError>);
        for Case(text, expected) in [
            Case("12", Ok(12 * Amount::ONE.0)),
            Case("0.5", Ok(Amount::ONE.0 / 2)),
            Case(".5", Ok(Amount::ONE.0 / 2)),
            Case(" 1,250.25 ", Ok(125_025 * Amount::ONE.0 / 100)),
            Case("0.000000000000000001", Ok(1)),
            Case("0.0000000000000000001", Err(AmountError::TooPrecise)),
            Case("1000001", Err(AmountError::TooLarge)),
            Case("99999999999999999999999999999999999999999", Err(AmountError::TooLarge)),
            Case("", Err(AmountError::Form)),
            Case(".", Err(AmountError::Form)),
            Case("-1", Err(AmountError::Form)),
            Case("1e3", Err(AmountError::Form)),
        ] {
            assert_eq!(text.parse::<Amount>().map(|a| a.0), expected, "{text:?}");
        }
    }

    #[test]
    fn amounts_show_no_superfluous_zero() {
        assert_eq!(Amount(0).to_string(), "0");
        assert_eq!(Amount::mdc(1_000).to_string(), "1,000");
        assert_eq!(Amount(1_250 * Amount::ONE.0 + Amount::ONE.0 / 2).to_string(), "1,250.5");
        assert_eq!(Amount(1).to_string(), "0.000000000000000001");
    }
}
