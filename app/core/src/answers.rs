//! Answers that may come in another order than they were asked for.

use leptos::prelude::*;

/// Numbers questions, so that a late answer does not overwrite a newer one. Answers to earlier questions count until then:
/// whoever is asked often and answers slowly is heard as well.
#[derive(Clone, Copy)]
pub struct Answers {
    asked: StoredValue<u64>,
    /// The latest question whose answer was taken.
    taken: StoredValue<u64>,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question(u64);

impl Default for Answers {
    fn default() -> Self {
        Self::new()
    }
}

impl Answers {
    pub fn new() -> Self {
        Self { asked: StoredValue::new(0), taken: StoredValue::new(0) }
    }

    /// Called before something is asked.
    pub fn ask(self) -> Question {
        self.asked.try_update_value(|asked| *asked += 1);
        self.last()
    }

    /// What was asked last.
    pub fn last(self) -> Question {
        Question(self.asked.try_get_value().unwrap_or_default())
    }

    /// Whether nothing was asked after it, and the person has not left the page: where only the latest answer is of use.
    pub fn is_last(self, question: Question) -> bool {
        self.asked.try_get_value() == Some(question.0)
    }

    /// Whether the answer to this question is to be shown, which it counts as from here on: not after the answer to a
    /// later one, and not where the person has left the page.
    pub fn takes(self, question: Question) -> bool {
        let take = |taken: &mut u64| {
            let is_newer = question.0 >= *taken;
            *taken = question.0.max(*taken);
            is_newer
        };
        self.taken.try_update_value(take).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Answers;

    #[wasm_bindgen_test]
    fn a_late_answer_does_not_overwrite_a_newer_one() {
        let owner = Owner::new();
        owner.set();
        let answers = Answers::new();
        let (first, second, third) = (answers.ask(), answers.ask(), answers.ask());
        assert_eq!(answers.last(), third);
        assert!(answers.takes(second), "what was asked later is still to come");
        assert!(!answers.takes(first));
        assert!(answers.takes(second), "one question may have two answers, the second of which is better");
        assert!(answers.takes(third));
        owner.cleanup();
        assert!(!answers.takes(third), "nobody looks any more");
    }
}
