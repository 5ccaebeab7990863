//! Deadlines as a file that every calendar takes in (RFC 5545).

use app_ui::format;

use crate::tasks::{Coming, Task};

/// Longest line, bytes, without its end (RFC 5545, 3.1).
const LINE: usize = 75;
/// The alarm rings so long before the end, as a duration of RFC 5545.
const ALARM: &str = "-PT30M";

/// A stretch of time in which something has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Tells it apart from all others, so that taking in a file twice makes one entry.
    pub key: String,
    /// What to do, and about what.
    pub title: String,
    /// What is lost by not doing it.
    pub otherwise: String,
    /// Where it is done; a whole address.
    pub url: String,
    /// Seconds since the epoch.
    pub from: u64,
    pub until: u64,
}

/// What waits from `now` on and what is still to come, as far as it has an end. `origin` is this page's.
pub fn appointments(tasks: &[Task], coming: &[Coming], now: u64, origin: &str) -> Vec<Appointment> {
    let waiting: Vec<Appointment> = tasks.iter().filter_map(|task| appointment(task, now, origin)).collect();
    // What was to come and waits by now is there once, as it is now.
    let is_later = |coming: &&Coming| tasks.iter().all(|task| task.key != coming.task.key);
    let later = coming.iter().filter(is_later).filter_map(|coming| appointment(&coming.task, coming.from, origin));
    waiting.into_iter().chain(later).collect()
}

fn appointment(task: &Task, from: u64, origin: &str) -> Option<Appointment> {
    Some(Appointment {
        key: format!("{} {origin}", task.key),
        title: format!("{}: {}", task.action, task.about),
        otherwise: task.otherwise.clone().into_owned(),
        url: format!("{origin}{}", task.href),
        from,
        until: task.until?,
    })
}

/// A calendar file; `now` in seconds since the epoch.
pub fn file(appointments: &[Appointment], now: u64) -> String {
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//ModelMarket//EN".into()];
    for one in appointments {
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@modelmarket", escaped(&one.key)),
            format!("DTSTAMP:{}", moment(now)),
            format!("DTSTART:{}", moment(one.from)),
            format!("DTEND:{}", moment(one.until)),
            format!("SUMMARY:{}", escaped(&one.title)),
            format!("DESCRIPTION:{}", escaped(&format!("{}\n{}", one.otherwise, one.url))),
            format!("URL:{}", one.url),
            "BEGIN:VALARM".into(),
            "ACTION:DISPLAY".into(),
            format!("DESCRIPTION:{}", escaped(&one.title)),
            format!("TRIGGER;RELATED=END:{ALARM}"),
            "END:VALARM".into(),
            "END:VEVENT".into(),
        ]);
    }
    lines.push("END:VCALENDAR".into());
    lines.iter().map(|line| folded(line) + "\r\n").collect()
}

/// `20261122T020628Z`.
fn moment(at: u64) -> String {
    let iso = format::iso_time(at);
    let digits: String = iso.split('.').next().unwrap_or_default().chars().filter(|c| !"-:".contains(*c)).collect();
    digits + "Z"
}

/// A text as a value: RFC 5545, 3.3.11.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines longer than allowed go on in the next one behind a space; a character is never cut.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        width += c.len_utf8();
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_deadline_is_an_event_with_an_alarm_before_its_end() {
        let one = Appointment {
            key: "31337 bounty 7 claim".into(),
            title: "Claim your score: Iris, again; “ß”".into(),
            otherwise: "Your stake of 5 MDC is lost.".into(),
            url: "https://example.org/bounties/7".into(),
            from: 1_700_000_000,
            until: 1_700_003_600,
        };
        let text = file(&[one], 1_699_999_999);
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains('\n'));
        }
        let unfolded = text.replace("\r\n ", "");
        for line in [
            "UID:31337 bounty 7 claim@modelmarket",
            "DTSTAMP:20231114T221319Z",
            "DTSTART:20231114T221320Z",
            "DTEND:20231114T231320Z",
            "SUMMARY:Claim your score: Iris\\, again\\; “ß”",
            "DESCRIPTION:Your stake of 5 MDC is lost.\\nhttps://example.org/bounties/7",
            "TRIGGER;RELATED=END:-PT30M",
        ] {
            assert!(unfolded.lines().any(|l| l == line), "{line} in {unfolded}");
        }
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }

    fn task(key: &str, until: Option<u64>, otherwise: &'static str) -> Task {
        Task {
            key: key.into(),
            action: "Claim your score",
            href: "/bounties/7".into(),
            about: "Iris (bounty 7)".into(),
            until,
            otherwise: otherwise.into(),
        }
    }

    #[wasm_bindgen_test]
    fn windows_to_come_are_there_until_it_is_their_turn() {
        let origin = "https://example.org";
        let coming = |key| Coming { task: task(key, Some(900), "This depends on the requester."), from: 800 };
        let later = appointments(&[], &[coming("bounty 7 claim")], 100, origin);
        let [one] = &later[..] else { panic!("{later:?}") };
        assert_eq!((one.from, one.until, one.title.as_str()), (800, 900, "Claim your score: Iris (bounty 7)"));
        assert_eq!(one.otherwise, "This depends on the requester.");
        // Its turn by now: the same entry of the calendar, with the times that are certain.
        let now = appointments(&[task("bounty 7 claim", Some(1_000), "")], &[coming("bounty 7 claim")], 850, origin);
        assert_eq!(now.iter().map(|a| (a.from, a.until)).collect::<Vec<_>>(), [(850, 1_000)]);
        assert_eq!(now[0].key, later[0].key);
        assert_eq!(appointments(&[task("bounty 7 settle", None, "")], &[], 0, origin), [], "it can wait");
    }

    #[wasm_bindgen_test]
    fn a_strangers_title_cannot_add_lines() {
        let one = Appointment {
            key: "k".into(),
            title: "x\r\nATTENDEE:mailto:a@b\u{2028}".into(),
            otherwise: String::new(),
            url: String::new(),
            from: 0,
            until: 1,
        };
        assert!(!file(&[one], 0).lines().any(|line| line.starts_with("ATTENDEE")));
    }
}
