//! Amounts in the smallest unit of their currency.

/// The parts of a refund.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) goods: i64,
    pub(crate) shipping: i64,
    pub(crate) tax: i64,
}

impl Split {
    /// What the buyer gets.
    pub(crate) const fn total(&self) -> i64 {
        self.goods + self.shipping + self.tax
    }
}

/// Digits after the point.
const fn decimals(currency: &str) -> u32 {
    match currency.as_bytes() {
        b"IDR" | b"VND" | b"JPY" => 0,
        _ => 2,
    }
}

/// As the platform writes it: "34.18", "389000".
pub(crate) fn shown(units: i64, currency: &str) -> String {
    let places = decimals(currency);
    if places == 0 {
        return units.to_string();
    }
    let factor = 10_i64.pow(places);
    format!("{}.{:02}", units / factor, (units % factor).abs())
}

/// Reads a decimal string; none if it has too many digits after the point or is no number.
pub(crate) fn parse_amount(text: &str, currency: &str) -> Option<i64> {
    let places = usize::try_from(decimals(currency)).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.trim_end_matches('0').len() > places {
        return None;
    }
    let fraction: String = fraction.chars().chain("00".chars()).take(places).collect();
    [whole, &fraction].concat().parse().ok()
}
