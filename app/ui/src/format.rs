//! How numbers, times and sizes look. The only place that decides it; amounts and addresses do it themselves.

use protocol::{Amount, amount::AmountError, number_form::NumberForm};
use wasm_bindgen::JsValue;

/// Of the page's own sentences, and so of the numbers in them, whatever the device speaks.
const LANGUAGE: &str = "en";

/// `in 3 min`, `2 h ago`; both in seconds since the epoch.
pub fn relative_time(at: u64, now: u64) -> String {
    let distance = at.abs_diff(now);
    let span = duration(distance);
    match (at >= now, distance) {
        (_, 0..5) => "now".into(),
        (true, _) => format!("in {span}"),
        (false, _) => format!("{span} ago"),
    }
}

/// `45 s`, `3 min`, `2 h 5 min`, `2 days 12 h`, `14 days`; in seconds. In our words, since `Intl.RelativeTimeFormat` tells one
/// unit only, and two days before a window closes the minutes matter; not every browser has `Intl.DurationFormat`, which tells
/// more. Days and their hours are cut, so that nobody is promised half a day more than there is.
pub fn duration(seconds: u64) -> String {
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5_400 => format!("{} min", (seconds + 30) / 60),
        5_400..172_800 => {
            let minutes = (seconds + 30) / 60;
            match minutes % 60 {
                0 => format!("{} h", minutes / 60),
                rest => format!("{} h {rest} min", minutes / 60),
            }
        }
        172_800..864_000 => match seconds % 86_400 / 3_600 {
            0 => format!("{} days", seconds / 86_400),
            rest => format!("{} days {rest} h", seconds / 86_400),
        },
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The time as this device writes it, with its time zone.
pub fn exact_time(at: u64) -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "long")] {
        // Setting a field of a plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    date(at).to_locale_string("default", &options).into()
}

/// For machines: `2026-11-22T02:06:28.000Z`.
pub fn iso_time(at: u64) -> String {
    date(at).to_iso_string().into()
}

fn date(at: u64) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at as f64 * 1000.0))
}

/// `512 B`, `14.2 kB`, `1.10 GB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// `1,797`. Exact up to the largest number, since it never is a float.
pub fn count(number: u64) -> String {
    js_sys::BigInt::from(number).to_locale_string(&LANGUAGE.into(), &JsValue::UNDEFINED).into()
}

/// `346 of 360 (96.1 %)`.
pub fn score(correct: u32, rows: u32) -> String {
    format!("{} of {} ({})", count(correct.into()), count(rows.into()), percent(correct, rows))
}

/// `96.1 %`. Only all of it is 100 %, and only nothing 0 %.
pub fn percent(part: u32, whole: u32) -> String {
    share(f64::from(part) / f64::from(whole.max(1)))
}

/// `96.1 %`, of a share from 0 to 1; as [`percent`].
pub fn share(share: f64) -> String {
    // What is told of a part, in per cent.
    const LEAST: f64 = 0.1;
    const MOST: f64 = 99.9;
    let percent = 100.0 * share;
    if share > 0.0 && percent < LEAST {
        return "< 0.1 %".to_owned();
    }
    format!("{:.1} %", if share < 1.0 { percent.min(MOST) } else { percent })
}

/// `2.4999 MDC`: cut after four decimals, so that nobody is told to have more than there is.
pub fn mdc(amount: Amount) -> String {
    rounded(amount.0 / LEAST_SHOWN, amount)
}

/// `2.5 MDC`: rounded up to four decimals, so that nobody pays more than was said.
pub fn cost(amount: Amount) -> String {
    rounded(amount.0.div_ceil(LEAST_SHOWN), amount)
}

/// An amount of MDC as a person typed it, in the page's form or in this device's; refused where the two differ.
///
/// # Errors
/// [`AmountError`]
pub fn read_mdc(text: &str) -> Result<Amount, AmountError> {
    Amount::read(text, device_form())
}

/// How this device writes numbers, by what it makes of 1234567.5; the page's own form where that cannot be told.
fn device_form() -> NumberForm {
    let sample: String = js_sys::Number::from(1_234_567.5).to_locale_string("default").into();
    form_of(&sample).unwrap_or(NumberForm::PAGE)
}

/// The form of a text that says 1234567.5.
fn form_of(sample: &str) -> Option<NumberForm> {
    let one = sample.chars().find(|c| c.is_numeric())?;
    let is_digit = |c: char| (0..10).contains(&(i64::from(u32::from(c)) - i64::from(u32::from(one)) + 1));
    let marks: Vec<char> = sample.chars().filter(|c| !is_digit(*c)).collect();
    let (decimal, groups) = marks.split_last()?;
    Some(NumberForm { decimal: *decimal, group: groups.first().copied(), zero: char::from_u32(u32::from(one) - 1)? })
}

/// A ten-thousandth of a token.
const LEAST_SHOWN: u128 = 100_000_000_000_000;

fn rounded(parts: u128, amount: Amount) -> String {
    if parts == 0 && amount != Amount::ZERO {
        return "< 0.0001 MDC".into();
    }
    format!("{} MDC", Amount(parts * LEAST_SHOWN))
}

/// `1 submission`, `2 submissions`.
pub fn plural(number: u64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", count(number)) }
}

/// `14 columns, one of them the label`: of a table, all columns of the file. `13 columns` where the label is not in it.
pub fn columns(all: usize, with_label: bool) -> String {
    let columns = plural(all as u64, "column");
    if with_label { format!("{columns}, one of them the label") } else { columns }
}

/// `5.1`, `0.33333`, `1,797`, `6.02e23`: a number of a table, in five digits where it has a fraction.
pub fn value(number: f64) -> String {
    let size = number.abs();
    if number.fract() == 0.0 && size < 1e15 {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", count(size as u64));
    }
    if !(1e-4..1e15).contains(&size) {
        let text = format!("{number:e}");
        return if text.len() <= 9 { text } else { format!("{number:.4e}") };
    }
    let before = size.log10().floor() as i32 + 1;
    let text = format!("{number:.*}", (5 - before).clamp(1, 8) as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `0.08 ms`, `12 ms`, `1.4 s`; in microseconds.
pub fn span(micros: f64) -> String {
    match micros / 1e3 {
        ms if ms < 0.01 => "under 0.01 ms".into(),
        ms if ms < 1.0 => format!("{ms:.2} ms"),
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1e3 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn counts_are_grouped_as_the_page_speaks_and_stay_exact() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (1_797, "1,797"),
            (12_345, "12,345"),
            (1_000_000, "1,000,000"),
            // One more than a float holds, and the most there is.
            (9_007_199_254_740_993, "9,007,199,254,740,993"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(score(346, 1_360), "346 of 1,360 (25.4 %)");
        for (part, whole, text) in [
            (0, 2_000, "0.0 %"),
            (1, 2_000, "< 0.1 %"),
            (2, 2_000, "0.1 %"),
            (1_000, 2_000, "50.0 %"),
            (1_998, 2_000, "99.9 %"),
            (1_999, 2_000, "99.9 %"),
            (2_000, 2_000, "100.0 %"),
            (0, 0, "0.0 %"),
        ] {
            assert_eq!(percent(part, whole), text, "{part} of {whole}");
        }
        assert_eq!((share(-0.25), share(1.5)), ("-25.0 %".into(), "150.0 %".into()));
        assert_eq!((plural(1, "row"), plural(2_000, "row")), ("1 row".into(), "2,000 rows".into()));
        assert_eq!(columns(14, true), "14 columns, one of them the label");
        assert_eq!((columns(1, false), columns(1_000, false)), ("1 column".into(), "1,000 columns".into()));
    }

    #[wasm_bindgen_test]
    fn numbers_of_tables_have_few_digits() {
        for (number, text) in [
            (0.0, "0"),
            (5.1, "5.1"),
            (-2.0, "-2"),
            (5.843_333_333, "5.8433"),
            (0.000_123_456, "0.00012346"),
            (1797.0, "1,797"),
            (123_456.789, "123456.8"),
            (99_999.99, "100000"),
            (-0.5, "-0.5"),
            (1e-7, "1e-7"),
            (6.022_140_76e23, "6.0221e23"),
        ] {
            assert_eq!(value(number), text);
        }
    }

    #[wasm_bindgen_test]
    fn the_form_of_numbers_is_read_from_what_a_device_writes() {
        // What `Intl` writes in en, de, fr, de-CH, ar-EG and es (CLDR 44).
        for (sample, decimal, group, zero) in [
            ("1,234,567.5", '.', Some(','), '0'),
            ("1.234.567,5", ',', Some('.'), '0'),
            ("1\u{202f}234\u{202f}567,5", ',', Some('\u{202f}'), '0'),
            ("1’234’567.5", '.', Some('’'), '0'),
            ("١٬٢٣٤٬٥٦٧٫٥", '٫', Some('٬'), '٠'),
            ("1234567,5", ',', None, '0'),
        ] {
            assert_eq!(form_of(sample), Some(NumberForm { decimal, group, zero }), "{sample}");
        }
        assert_eq!(form_of("none"), None);
    }

    #[wasm_bindgen_test]
    fn times_are_told_from_now() {
        let now = 1_000_000;
        for (at, text) in [
            (now, "now"),
            (now + 4, "now"),
            (now - 4, "now"),
            (now + 5, "in 5 s"),
            (now + 89, "in 89 s"),
            (now - 90, "2 min ago"),
            (now + 180, "in 3 min"),
            (now - 7_200, "2 h ago"),
            (now + 7_500, "in 2 h 5 min"),
            (now - 345_600, "4 days ago"),
            (now + 345_600 + 7_200, "in 4 days 2 h"),
        ] {
            assert_eq!(relative_time(at, now), text);
        }
        assert_eq!(iso_time(1_700_000_000), "2023-11-14T22:13:20.000Z");
    }

    #[wasm_bindgen_test]
    fn nobody_is_promised_more_days_than_there_are() {
        const HOUR: u64 = 3_600;
        for (seconds, text) in [
            (47 * HOUR, "47 h"),
            (48 * HOUR, "2 days"),
            (49 * HOUR - 1, "2 days"),
            (60 * HOUR, "2 days 12 h"),
            (7 * 24 * HOUR - 1, "6 days 23 h"),
            (7 * 24 * HOUR, "7 days"),
            (10 * 24 * HOUR - 1, "9 days 23 h"),
            (10 * 24 * HOUR + 23 * HOUR, "10 days"),
            (14 * 24 * HOUR, "14 days"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds} s");
        }
    }

    #[wasm_bindgen_test]
    fn amounts_are_cut_for_who_has_them_and_rounded_up_for_who_pays() {
        for (amount, held, paid) in [
            (0, "0 MDC", "0 MDC"),
            (1, "< 0.0001 MDC", "0.0001 MDC"),
            (2_499_999_999_999_999_999, "2.4999 MDC", "2.5 MDC"),
            (1_250_500_000_000_000_000_000, "1,250.5 MDC", "1,250.5 MDC"),
            (1_000_000_000_000_000_000_000_000, "1,000,000 MDC", "1,000,000 MDC"),
        ] {
            assert_eq!((mdc(Amount(amount)), cost(Amount(amount))), (held.into(), paid.into()));
        }
    }

    #[wasm_bindgen_test]
    fn sizes_and_spans_have_few_digits() {
        for (size, text) in [(512, "512 B"), (14_200, "14.2 kB"), (1_100_000, "1.1 MB"), (1_100_000_000, "1.10 GB")] {
            assert_eq!(bytes(size), text);
        }
        for (micros, text) in [
            (9.0, "under 0.01 ms"),
            (80.0, "0.08 ms"),
            (1_440.0, "1.4 ms"),
            (12_000.0, "12 ms"),
            (1_400_000.0, "1.4 s"),
        ] {
            assert_eq!(span(micros), text);
        }
    }
}
