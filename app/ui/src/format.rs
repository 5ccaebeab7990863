//! How numbers, times and sizes look. The only place that decides it; amounts and addresses do it themselves.

use protocol::Amount;
use wasm_bindgen::JsValue;

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

/// `45 s`, `3 min`, `2 h 5 min`, `4 days`; in seconds.
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
        _ => format!("{} days", (seconds + 43_200) / 86_400),
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

/// `512 B`, `14.2 kB`, `1.1 GB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// `1,797`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `346 of 360 (96.1 %)`.
pub fn score(correct: u32, rows: u32) -> String {
    format!("{} of {} ({})", count(correct.into()), count(rows.into()), percent(correct, rows))
}

/// `96.1 %`.
pub fn percent(part: u32, whole: u32) -> String {
    format!("{:.1} %", 100.0 * f64::from(part) / f64::from(whole.max(1)))
}

/// `2.4999 MDC`: cut after four decimals, so that nobody is told to have more than there is.
pub fn mdc(amount: Amount) -> String {
    rounded(amount.0 / LEAST_SHOWN, amount)
}

/// `2.5 MDC`: rounded up to four decimals, so that nobody pays more than was said.
pub fn cost(amount: Amount) -> String {
    rounded(amount.0.div_ceil(LEAST_SHOWN), amount)
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
