//! In which order the rows of a list stand. Server and page bring them into the same.

/// Sorts rows by a key, the smallest first; whoever wants the largest first gives [`std::cmp::Reverse`] of it. Rows of the
/// same key stay as they come. `reverse` turns all of it round. Rows without a key come last either way.
pub fn arrange<T, K: Ord>(rows: &mut [T], reverse: bool, key: impl Fn(&T) -> Option<K>) {
    rows.sort_by_cached_key(&key);
    if reverse {
        rows.reverse();
    }
    rows.sort_by_cached_key(|row| key(row).is_none());
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::arrange;

    #[test]
    fn equal_rows_stay_as_they_come_and_those_without_a_key_come_last_either_way() {
        let rows = [("a", Some(1)), ("b", None), ("c", Some(2)), ("d", Some(1)), ("e", None)];
        let order = |reverse| {
            let mut rows = rows;
            arrange(&mut rows, reverse, |row| row.1.map(Reverse));
            rows.map(|row| row.0).join("")
        };
        assert_eq!(order(false), "cadbe");
        assert_eq!(order(true), "daceb");
    }
}
