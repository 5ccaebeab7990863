//! What is said of things that could not be read.

use std::collections::BTreeMap;

/// Which things of a kind could not be read, by their names, and why: those with one reason together, since it may be the
/// node's. `None` where all were.
pub fn not_read<'a>(kind: &str, unread: impl Iterator<Item = (String, &'a str)>) -> Option<String> {
    let mut reasons = BTreeMap::<&str, Vec<String>>::new();
    for (name, why) in unread {
        reasons.entry(why).or_default().push(name);
    }
    let said = reasons.iter().map(|(why, names)| {
        let plural = if names.len() == 1 { "" } else { "s" };
        format!("What waits for you in {kind}{plural} {} could not be read. {why}", names.join(", "))
    });
    (!reasons.is_empty()).then(|| said.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::not_read;

    #[wasm_bindgen_test]
    fn what_could_not_be_read_is_named_with_its_reason() {
        assert_eq!(not_read("model", std::iter::empty()), None);
        let unread = [("0x01", "The node is away."), ("0x02", "It is torn."), ("0x03", "The node is away.")];
        let said = not_read("model", unread.into_iter().map(|(name, why)| (name.to_owned(), why)));
        assert_eq!(
            said.as_deref(),
            Some(
                "What waits for you in model 0x02 could not be read. It is torn. \
                 What waits for you in models 0x01, 0x03 could not be read. The node is away."
            )
        );
    }
}
