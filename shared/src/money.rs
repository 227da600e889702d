//! Amounts of money, kept as the platform wrote them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal such as `12.50`.
    #[error("not a plain decimal amount")]
    NotANumber,
    /// Not three capital letters such as `USD`.
    #[error("not a currency code")]
    NotACurrency,
}

/// A decimal with its currency and the platform's original text. Nothing is ever rounded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Money {
    text: String,
    currency: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Raw {
    amount: String,
    currency: String,
}

impl TryFrom<Raw> for Money {
    type Error = MoneyError;

    fn try_from(raw: Raw) -> Result<Self, MoneyError> {
        Money::parse(&raw.amount, &raw.currency)
    }
}

impl From<Money> for Raw {
    fn from(money: Money) -> Raw {
        Raw { amount: money.text, currency: money.currency }
    }
}

/// Value as `mantissa / 10^scale`, with no trailing zeros, so that equal values are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    mantissa: i128,
    scale: u32,
}

/// The platform's longest amounts have well under 20 digits; more is not an amount.
const MOST_DIGITS: usize = 24;
/// Digits after the point that are kept where amounts are added up as whole numbers; no currency has more.
const PLACES: u32 = 4;

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all = [whole, fraction].concat();
        if whole.is_empty() || all.len() > MOST_DIGITS || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let fraction_kept = fraction.trim_end_matches('0');
        let mantissa: i128 = [whole, fraction_kept].concat().parse().ok()?;
        let scale = u32::try_from(fraction_kept.len()).ok()?;
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let lift = |value: Self| value.mantissa.checked_mul(10_i128.checked_pow(scale - value.scale)?);
        Some((lift(self)?, lift(other)?, scale))
    }
}

/// Whether anybody names a fraction in a currency.
pub fn has_cents(currency: &str) -> bool {
    !matches!(currency, "IDR" | "JPY" | "VND")
}

impl Money {
    /// Reads a decimal string such as `"12.50"` with its currency such as `"USD"`.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(MoneyError::NotACurrency);
        }
        Decimal::parse(amount).ok_or(MoneyError::NotANumber)?;
        Ok(Self { text: amount.to_owned(), currency: currency.to_owned() })
    }

    /// Reads what a person typed: a point or a comma before the cents, and the other mark or spaces between thousands.
    /// What may mean two sums, as "1.234" does where there are cents, is refused.
    pub fn typed(text: &str, currency: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let kinds = usize::from(text.contains('.')) + usize::from(text.contains(','));
        let has_one_mark = text.matches(['.', ',']).count() == 1;
        let split = text.rsplit_once(['.', ',']).filter(|(_, last)| match kinds {
            1 => has_one_mark && (has_cents(currency) || last.len() != 3),
            _ => true,
        });
        let (whole, fraction) = split.map_or((text, ""), |(whole, last)| (whole, last));
        if split.is_some() && !(1..=2).contains(&fraction.len()) || !fraction.is_empty() && !has_cents(currency) {
            return Err(MoneyError::NotANumber);
        }
        let is_mark = |letter: char| letter == '.' || letter == ',' || letter.is_whitespace();
        let mut marks = whole.chars().filter(|letter| is_mark(*letter));
        let first_mark = marks.next();
        let is_one_kind = marks.all(|mark| Some(mark) == first_mark);
        let groups: Vec<&str> = whole.split(is_mark).collect();
        let is_grouped = match groups.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => {
                (1..=3).contains(&first.len()) && !first.starts_with('0') && rest.iter().all(|group| group.len() == 3)
            }
            _ => true,
        };
        if !is_one_kind || !is_grouped {
            return Err(MoneyError::NotANumber);
        }
        // "9.5" is written to the buyer as sums are.
        let zero = if fraction.len() == 1 { "0" } else { "" };
        match fraction {
            "" => Self::parse(&groups.concat(), currency),
            fraction => Self::parse(&[&groups.concat(), ".", fraction, zero].concat(), currency),
        }
    }

    /// The amount with exactly the digits that the platform sent.
    pub fn amount(&self) -> &str {
        &self.text
    }

    /// Three capital letters, for example `USD`.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    fn decimal(&self) -> Decimal {
        // `parse` let nothing else in; zero is never reached.
        Decimal::parse(&self.text).unwrap_or(Decimal { mantissa: 0, scale: 0 })
    }

    /// By value; `None` for two currencies.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.currency != other.currency {
            return None;
        }
        let (left, right, _) = self.decimal().aligned(other.decimal())?;
        Some(left.cmp(&right))
    }

    /// Same currency and same value, however many zeros were written.
    pub fn same_as(&self, other: &Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// Whether the value is zero.
    pub fn is_zero(&self) -> bool {
        self.decimal().mantissa == 0
    }

    /// Whether the value is above zero.
    pub fn is_positive(&self) -> bool {
        self.decimal().mantissa > 0
    }

    /// In ten-thousandths, for a store that adds up, and how many digits follow the point. None where it does not fit:
    /// nothing is rounded.
    pub fn in_ten_thousandths(&self) -> Option<(i64, u32)> {
        let Decimal { mantissa, scale } = self.decimal();
        let lift = 10_i128.checked_pow(PLACES.checked_sub(scale)?)?;
        let written = self.text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = u32::try_from(written).unwrap_or(PLACES).min(PLACES);
        Some((i64::try_from(mantissa.checked_mul(lift)?).ok()?, digits))
    }

    /// The way back, with at least so many digits after the point.
    pub fn of_ten_thousandths(units: i64, digits: u32, currency: &str) -> Result<Self, MoneyError> {
        let (whole, rest) = (units.unsigned_abs() / 10_u64.pow(PLACES), units.unsigned_abs() % 10_u64.pow(PLACES));
        let fraction = format!("{rest:04}");
        let least = usize::try_from(digits).unwrap_or_default().min(fraction.len());
        let kept = fraction.trim_end_matches('0').len().max(least);
        let sign = if units < 0 { "-" } else { "" };
        let point = if kept == 0 { "" } else { "." };
        let fraction = fraction.get(..kept).unwrap_or_default();
        Self::parse(&format!("{sign}{whole}{point}{fraction}"), currency)
    }

    /// One sum per currency, never converted, in the order of the currencies' codes.
    pub fn sums(amounts: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        for amount in amounts {
            match sums.iter_mut().find_map(|sum| Some((sum.plus(&amount)?, sum))) {
                Some((larger, sum)) => *sum = larger,
                None => sums.push(amount),
            }
        }
        sums.sort_by(|one, other| one.currency.cmp(&other.currency));
        sums
    }

    /// The sum, written with as many digits as the longer of the two; `None` for two currencies.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let digits = |money: &Self| money.text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let width = digits(self).max(digits(other));
        let (left, right, scale) = self.decimal().aligned(other.decimal())?;
        let sum = left.checked_add(right)?;
        let lift = u32::try_from(width).ok()?.checked_sub(scale)?;
        let units = sum.checked_mul(10_i128.checked_pow(lift)?)?;
        let sign = if units < 0 { "-" } else { "" };
        let figures = format!("{:0>least$}", units.unsigned_abs(), least = width + 1);
        let (whole, fraction) = figures.split_at(figures.len() - width);
        let text = if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
        Some(Self { text, currency: self.currency.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, "USD").unwrap()
    }

    #[test]
    fn amounts_are_summed_for_each_currency_and_never_converted() {
        let baht = |amount: &str| Money::parse(amount, "THB").unwrap();
        assert_eq!(Money::sums([usd("1.50"), baht("20"), usd("2")]), [baht("20"), usd("3.50")]);
        assert_eq!(Money::sums([]), []);
    }

    #[test]
    fn whole_numbers_keep_the_value_and_the_writing() {
        for (text, units) in
            [("12.50", 125_000), ("864000", 8_640_000_000), ("-0.05", -500), ("0.000", 0), ("1.2345", 12_345)]
        {
            let (found, digits) = usd(text).in_ten_thousandths().unwrap();
            assert_eq!(found, units, "{text}");
            assert_eq!(Money::of_ten_thousandths(units, digits, "USD"), Ok(usd(text)));
        }
        for text in ["1.23456", "99999999999999999999"] {
            assert_eq!(usd(text).in_ten_thousandths(), None, "{text}");
        }
        assert_eq!(Money::of_ten_thousandths(12_500, 0, "USD"), Ok(usd("1.25")), "no digit is lost");
    }

    #[test]
    fn what_a_person_types_is_one_sum_or_none() {
        for (typed, currency, amount) in [
            ("8", "USD", Some("8")),
            (" 8.50 ", "USD", Some("8.50")),
            ("8,50", "EUR", Some("8.50")),
            ("1,234.50", "USD", Some("1234.50")),
            ("1.234,50", "EUR", Some("1234.50")),
            ("1 234,5", "EUR", Some("1234.50")),
            ("1.234.567", "VND", Some("1234567")),
            ("45.000", "IDR", Some("45000")),
            ("45,000", "VND", Some("45000")),
            ("1 250 000", "IDR", Some("1250000")),
            ("0,50", "EUR", Some("0.50")),
            ("1.250.000,50", "IDR", None),
            ("45.5", "IDR", None),
            ("0.500", "IDR", None),
            ("8 50", "USD", None),
            ("1,234.567", "USD", None),
            ("1 234.567", "VND", None),
            ("1.234", "USD", None),
            ("1,234", "EUR", None),
            ("1,23,456", "USD", None),
            ("1.234,567.89", "USD", None),
            ("1234,567", "IDR", None),
            ("8,", "EUR", None),
            (",50", "EUR", None),
            ("US$ 8", "USD", None),
            ("", "USD", None),
        ] {
            let read = Money::typed(typed, currency).ok();
            assert_eq!(read.as_ref().map(Money::amount), amount, "{typed} {currency}");
        }
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for good in ["0", "0.00", "12.50", "864000", "-3.00", "007"] {
            assert_eq!(usd(good).amount(), good);
        }
        for bad in ["", "-", "1,200", "1.", ".5", "1e3", "12.5.0", "１２", "9".repeat(25).as_str()] {
            assert_eq!(Money::parse(bad, "USD"), Err(MoneyError::NotANumber), "input {bad:?}");
        }
        assert_eq!(Money::parse("1", "usd"), Err(MoneyError::NotACurrency));
    }

    #[test]
    fn values_compare_whatever_their_zeros() {
        assert!(usd("0").same_as(&usd("0.00")));
        assert!(usd("12.5").same_as(&usd("12.50")));
        assert!(!usd("12.5").same_as(&usd("12.51")));
        assert!(!usd("1").same_as(&Money::parse("1", "EUR").unwrap()));
        assert_eq!(usd("2.00").compare(&usd("10")), Some(Ordering::Less));
    }

    #[test]
    fn sums_keep_the_longer_writing() {
        for (left, right, sum) in [
            ("31.00", "4.5", "35.50"),
            ("0.05", "0.05", "0.10"),
            ("1", "2", "3"),
            ("-3.00", "1.00", "-2.00"),
            ("-0.40", "0.10", "-0.30"),
        ] {
            assert_eq!(usd(left).plus(&usd(right)), Some(usd(sum)), "{left} + {right}");
        }
    }
}
