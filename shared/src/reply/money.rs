//! Amounts as a buyer reads them: every digit is the platform's, only the marks between them are the language's.

use super::language::Language;
use crate::money::Money;

fn sign(currency: &str) -> &str {
    match currency {
        "USD" => "US$",
        "GBP" => "£",
        "EUR" => "€",
        "THB" => "฿",
        "IDR" => "Rp",
        "VND" => "₫",
        "MXN" => "MX$",
        "BRL" => "R$",
        "MYR" => "RM",
        "PHP" => "₱",
        "SGD" => "S$",
        "JPY" => "¥",
        other => other,
    }
}

/// `US$ 34.18`, `Rp 389.000`, `42,90 €`.
pub fn format_money(money: &Money, language: Language) -> String {
    // Spanish is written the Mexican way for Mexican money.
    let is_mexican = money.currency() == "MXN";
    let (thousands, point) = match language {
        Language::Es if !is_mexican => ('.', ','),
        Language::Id | Language::Vi | Language::De => ('.', ','),
        Language::En | Language::Th | Language::Es => (',', '.'),
    };
    let (minus, digits) = match money.amount().strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", money.amount()),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut figures = String::from(minus);
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(place);
        // Spain leaves four digits together.
        let groups = left % 3 == 0 && place > 0 && (point == '.' || language != Language::Es || whole.len() > 4);
        if groups {
            figures.push(thousands);
        }
        figures.push(digit);
    }
    if let Some(fraction) = fraction {
        figures.push(point);
        figures.push_str(fraction);
    }
    let sign = sign(money.currency());
    match language {
        Language::Es if is_mexican => [sign, " ", &figures].concat(),
        Language::Es | Language::Vi | Language::De => [figures.as_str(), " ", sign].concat(),
        Language::En | Language::Id | Language::Th => [sign, " ", &figures].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_the_platforms() {
        for (amount, currency, language, expected) in [
            ("34.18", "USD", Language::En, "US$ 34.18"),
            ("1240.00", "THB", Language::Th, "฿ 1,240.00"),
            ("389000", "IDR", Language::Id, "Rp 389.000"),
            ("42.90", "EUR", Language::Es, "42,90 €"),
            ("1234.5", "EUR", Language::Es, "1234,5 €"),
            ("12345.60", "EUR", Language::Es, "12.345,60 €"),
            ("1234.50", "MXN", Language::Es, "MX$ 1,234.50"),
            ("1234.50", "EUR", Language::De, "1.234,50 €"),
            ("864000", "VND", Language::Vi, "864.000 ₫"),
            ("389000", "IDR", Language::En, "Rp 389,000"),
            ("0.5", "MYR", Language::En, "RM 0.5"),
            ("58.00", "GBP", Language::En, "£ 58.00"),
            ("7.00", "CHF", Language::En, "CHF 7.00"),
            ("-3.00", "USD", Language::En, "US$ −3.00"),
        ] {
            assert_eq!(format_money(&Money::parse(amount, currency).unwrap(), language), expected);
        }
    }
}
