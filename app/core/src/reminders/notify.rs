//! Notifications of this browser: when something begins to wait, and once more before it is too late.

use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::{storage, tasks::Task};

/// The second reminder comes when so much time is left, seconds.
const LAST_CALL: u64 = 600;

/// Whether this browser may show notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    Granted,
    Refused,
    /// The person was not asked.
    Open,
    /// This browser has none.
    Missing,
}

pub fn permission() -> Permission {
    let window = leptos::prelude::window();
    let known = js_sys::Reflect::get(&window, &"Notification".into()).is_ok_and(|class| class.is_function());
    if !known {
        return Permission::Missing;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Refused,
        _ => Permission::Open,
    }
}

/// Asks the person, who must just have pressed something.
pub async fn ask() -> Permission {
    if let Ok(asked) = Notification::request_permission() {
        // Rejected is refused, which is read below.
        let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
    }
    permission()
}

/// Tells of a task, unless any tab of this browser has done so.
pub fn tell(task: &Task, now: u64) {
    let Some((when, body)) = due(task, now) else { return };
    let key = format!("notified.{}.{}.{when}", task.key, task.until.unwrap_or_default());
    if permission() != Permission::Granted || storage::read(&key).is_some() {
        return;
    }
    storage::write(&key, "");
    let options = NotificationOptions::new();
    options.set_body(&body);
    options.set_tag(&key);
    // Phones allow it to service workers only; there the tab's title and the calendar remain.
    let _ = Notification::new_with_options(&format!("{}: {}", task.action, task.about), &options);
}

/// Which reminder is due, and what it says.
fn due(task: &Task, now: u64) -> Option<(&'static str, String)> {
    let Some(until) = task.until else { return Some(("first", task.otherwise.clone().into_owned())) };
    let left = until.checked_sub(now)?;
    let when = if left <= LAST_CALL { "last" } else { "first" };
    Some((when, format!("Until {}. {}", app_ui::format::exact_time(until), task.otherwise)))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_task_is_told_when_it_begins_and_before_it_is_too_late() {
        let task = |until| Task {
            key: "bounty 7 claim".into(),
            action: "Claim your score",
            href: "/bounties/7".into(),
            about: "Iris".into(),
            until,
            otherwise: "Your stake is lost.".into(),
        };
        let when = |until, now| due(&task(until), now).map(|(when, _)| when);
        assert_eq!(when(Some(10_000), 1_000), Some("first"));
        assert_eq!(when(Some(10_000), 9_400), Some("last"));
        assert_eq!(when(Some(10_000), 10_001), None, "too late");
        assert_eq!(when(None, 1_000), Some("first"));
        let (_, text) = due(&task(Some(10_000)), 1_000).unwrap();
        assert!(text.ends_with("Your stake is lost."), "{text}");
    }
}
