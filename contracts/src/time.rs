//! Moments in words. By hand, since the page carries this, and nothing else in the page would need the crate `time`.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `22 November 2026, 14:03:10 UTC` for seconds since the epoch.
pub fn utc(seconds: u64) -> String {
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let month = MONTHS[month];
    format!("{day} {month} {year}, {:02}:{:02}:{:02} UTC", time / 3_600, time / 60 % 60, time % 60)
}

/// Year, month from 0 and day from 1, of a number of days since the epoch. Counted in years that begin in March, so
/// that the leap day comes last.
fn date(days: u64) -> (u64, usize, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = era * 400 + year_of_era + u64::from(month < 2);
    (year, month as usize, day)
}

#[cfg(test)]
mod tests {
    use super::utc;

    /// As `date -u -d @SECONDS` says.
    #[test]
    fn moments_are_told_as_date_tells_them() {
        for (seconds, text) in [
            (0, "1 January 1970, 00:00:00 UTC"),
            (951_782_399, "28 February 2000, 23:59:59 UTC"),
            (951_782_400, "29 February 2000, 00:00:00 UTC"),
            (951_868_800, "1 March 2000, 00:00:00 UTC"),
            (1_700_000_000, "14 November 2023, 22:13:20 UTC"),
            (4_107_542_399, "28 February 2100, 23:59:59 UTC"),
            (4_107_542_400, "1 March 2100, 00:00:00 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
