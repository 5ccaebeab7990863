//! Amounts of ModelCoin.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{as_text, number_form::NumberForm};

/// An amount in the smallest unit, 10^-18 MDC. Travels as a decimal text of that unit, since JavaScript's numbers
/// cannot hold it; [`fmt::Display`] and [`FromStr`] speak MDC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u128);

/// Why a text is not an [`Amount`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("Write an amount such as 12 or 0.5; a comma or a space may only part thousands, as in 1,250.5.")]
    Form,
    #[error("This can be read as {0} and as {1} MDC. Write it without a mark between thousands.")]
    Ambiguous(Amount, Amount),
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

    /// Reads MDC as a person writes them whose device writes numbers in the form `local`: in that form or in the
    /// page's own. What the two read differently is refused, since a wrong guess would cost money: the page shows
    /// `1,250`, which is one and a quarter to a German device.
    ///
    /// # Errors
    /// [`AmountError`]
    pub fn read(text: &str, local: NumberForm) -> Result<Self, AmountError> {
        match (Self::in_form(text, NumberForm::PAGE), Self::in_form(text, local)) {
            (Ok(page), Ok(local)) if page != local => Err(AmountError::Ambiguous(page, local)),
            (Ok(amount), Ok(_) | Err(AmountError::Form)) | (Err(AmountError::Form), Ok(amount)) => Ok(amount),
            // Both forms read it, and one of them as an amount that there cannot be.
            (Ok(_), Err(error)) | (Err(AmountError::Form), Err(error)) | (Err(error), _) => Err(error),
        }
    }

    fn in_form(text: &str, form: NumberForm) -> Result<Self, AmountError> {
        let (whole, fraction) = form.parts(text).ok_or(AmountError::Form)?;
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

    /// Reads MDC as the page writes them: `12`, `0.5`, `1,250.5`.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        Self::in_form(text, NumberForm::PAGE)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_text::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_text::deserialize(deserializer).map(Self)
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
            Case("10,5", Err(AmountError::Form)),
            Case("0,5", Err(AmountError::Form)),
            Case("1.000,5", Err(AmountError::Form)),
            Case("1,0000", Err(AmountError::Form)),
            Case("12,34,567", Err(AmountError::Form)),
            Case("0,500", Err(AmountError::Form)),
            Case("1,,000", Err(AmountError::Form)),
            Case(",500", Err(AmountError::Form)),
            Case("1 000", Ok(1_000 * Amount::ONE.0)),
            Case("1\u{202f}000,5", Err(AmountError::Form)),
            Case("10 5", Err(AmountError::Form)),
            Case("١٠", Err(AmountError::Form)),
            Case("１０", Err(AmountError::Form)),
            Case("5 MDC", Err(AmountError::Form)),
        ] {
            assert_eq!(text.parse::<Amount>().map(|a| a.0), expected, "{text:?}");
        }
    }

    #[test]
    fn amounts_read_as_the_device_writes_them_or_not_at_all() {
        let german = NumberForm { decimal: ',', group: Some('.'), zero: '0' };
        let french = NumberForm { decimal: ',', group: Some('\u{202f}'), zero: '0' };
        let swiss = NumberForm { decimal: '.', group: Some('’'), zero: '0' };
        let egyptian = NumberForm { decimal: '٫', group: Some('٬'), zero: '٠' };
        let half = Amount::ONE.0 / 2;
        struct Case(NumberForm, &'static str, Result<u128, AmountError>);
        for Case(form, text, expected) in [
            Case(german, "10,5", Ok(10 * Amount::ONE.0 + half)),
            Case(german, "10.5", Ok(10 * Amount::ONE.0 + half)),
            Case(german, "1.000,5", Ok(1_000 * Amount::ONE.0 + half)),
            Case(german, "1,000.5", Ok(1_000 * Amount::ONE.0 + half)),
            Case(german, "1.000", Err(AmountError::Ambiguous(Amount::mdc(1), Amount::mdc(1_000)))),
            Case(german, "1,000", Err(AmountError::Ambiguous(Amount::mdc(1_000), Amount::mdc(1)))),
            Case(german, "0.500", Ok(half)),
            Case(german, "1000", Ok(1_000 * Amount::ONE.0)),
            // A million and more in one form: not taken as the other's 2 MDC.
            Case(german, "2.000.000", Err(AmountError::TooLarge)),
            Case(german, "2,0000000000000000001", Err(AmountError::TooPrecise)),
            Case(french, "1 000,5", Ok(1_000 * Amount::ONE.0 + half)),
            Case(french, "1\u{a0}000,5", Ok(1_000 * Amount::ONE.0 + half)),
            Case(swiss, "1’000.5", Ok(1_000 * Amount::ONE.0 + half)),
            Case(swiss, "10,5", Err(AmountError::Form)),
            Case(egyptian, "١٠", Ok(10 * Amount::ONE.0)),
            Case(egyptian, "١٬٠٠٠٫٥", Ok(1_000 * Amount::ONE.0 + half)),
            Case(egyptian, "1٠", Err(AmountError::Form)),
            Case(NumberForm::PAGE, "10,5", Err(AmountError::Form)),
        ] {
            assert_eq!(Amount::read(text, form).map(|a| a.0), expected, "{text:?} in {form:?}");
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
