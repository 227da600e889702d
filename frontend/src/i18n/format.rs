//! Amounts and durations. Amounts keep every digit that the platform sent: only marks between them are added.

use shared::money::Money;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Sign, mark between thousands, mark before the fraction.
fn currency_style(code: &str) -> (&str, char, char) {
    match code {
        "USD" => ("US$", ',', '.'),
        "GBP" => ("£", ',', '.'),
        "EUR" => ("€", ',', '.'),
        "THB" => ("฿", ',', '.'),
        "IDR" => ("Rp", '.', ','),
        "VND" => ("₫", '.', ','),
        "MYR" => ("RM", ',', '.'),
        "PHP" => ("₱", ',', '.'),
        "SGD" => ("S$", ',', '.'),
        "JPY" => ("¥", ',', '.'),
        "MXN" => ("MX$", ',', '.'),
        "BRL" => ("R$", '.', ','),
        other => (other, ',', '.'),
    }
}

/// "US$ 34.18", with a space that does not break.
pub fn money(amount: &Money) -> String {
    let (sign, _, _) = currency_style(amount.currency());
    let mut text = String::from(sign);
    text.push('\u{a0}');
    text.push_str(&figures(amount));
    text
}

/// Words to a buyer as they are shown: no sum in them breaks over a line. What goes out keeps its own spaces.
pub fn unbroken(text: &str) -> String {
    const SIGNS: [&str; 9] = ["$", "£", "€", "฿", "₫", "₱", "¥", "Rp", "RM"];
    let is_digit = |letter: char| letter.is_ascii_digit();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(' ') {
        let is_ahead = after.starts_with(is_digit) && SIGNS.iter().any(|sign| before.ends_with(sign));
        let is_behind = before.ends_with(is_digit) && SIGNS.iter().any(|sign| after.starts_with(sign));
        shown.push_str(before);
        shown.push(if is_ahead || is_behind { '\u{a0}' } else { ' ' });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// "34.18": for a table whose total names the currency.
pub fn figures(amount: &Money) -> String {
    let (_, thousands, point) = currency_style(amount.currency());
    let (minus, digits) = match amount.amount().strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, amount.amount()),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::new();
    if minus {
        text.push('−');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// Sums of several currencies, one after the other.
pub fn sums(amounts: &[Money]) -> String {
    amounts.iter().map(money).collect::<Vec<_>>().join(" + ")
}

/// "38 min", "2 h 40", "1 d 5 h"; less than a minute is "under 1 min". Negative counts as zero.
pub fn span(millis: i64) -> String {
    let millis = millis.max(0);
    let (days, hours, minutes) = (millis / DAY, millis % DAY / HOUR, millis % HOUR / MINUTE);
    if days > 0 {
        format!("{days} d {hours} h")
    } else if hours > 0 {
        format!("{hours} h {minutes:02}")
    } else if minutes > 0 {
        format!("{minutes} min")
    } else {
        "under 1 min".to_owned()
    }
}

/// "89.3 %", "100 %": of tenths of a percent.
pub fn percent(per_mille: u64) -> String {
    let (whole, tenth) = (per_mille / 10, per_mille % 10);
    if tenth == 0 {
        [&whole.to_string(), " %"].concat()
    } else {
        [&whole.to_string(), ".", &tenth.to_string(), " %"].concat()
    }
}

/// "1,027".
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 case", "5 cases".
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit_that_was_sent() {
        for (amount, currency, text) in [
            ("34.18", "USD", "US$\u{a0}34.18"),
            ("1240.00", "THB", "฿\u{a0}1,240.00"),
            ("389000", "IDR", "Rp\u{a0}389.000"),
            ("1234567.5", "VND", "₫\u{a0}1.234.567,5"),
            ("-3.00", "USD", "US$\u{a0}−3.00"),
            ("100", "PLN", "PLN\u{a0}100"),
            ("0.000", "EUR", "€\u{a0}0.000"),
        ] {
            assert_eq!(money(&Money::parse(amount, currency).unwrap()), text);
        }
    }

    #[test]
    fn no_sum_in_a_reply_breaks_over_a_line() {
        for (text, shown) in [
            ("We refund US$ 34.18 today.", "We refund US$\u{a0}34.18 today."),
            ("Kami kembalikan Rp 389.000", "Kami kembalikan Rp\u{a0}389.000"),
            ("42,90 € und 864.000 ₫", "42,90\u{a0}€ und 864.000\u{a0}₫"),
            ("Order 577 in 3 parts\n US$ for you ", "Order 577 in 3 parts\n US$ for you "),
        ] {
            assert_eq!(unbroken(text), shown);
        }
    }

    #[test]
    fn large_numbers_have_marks_between_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_027, "1,027"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn durations_read_as_on_a_clock() {
        for (millis, text) in [
            (-5, "under 1 min"),
            (59_999, "under 1 min"),
            (38 * MINUTE, "38 min"),
            (2 * HOUR + 40 * MINUTE, "2 h 40"),
            (4 * HOUR + 5 * MINUTE, "4 h 05"),
            (29 * HOUR, "1 d 5 h"),
        ] {
            assert_eq!(span(millis), text);
        }
    }
}
