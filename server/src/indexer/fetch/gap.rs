//! What a node left out, and where in the chain it is looked for.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

/// A history that cannot be folded, or has less than the contracts say, because the node left something out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Gap {
    /// The family whose history it is.
    pub family: &'static str,
    /// What is missing is no earlier than the first log of this subject; than the beginning where it is `None`.
    pub since: Option<String>,
    /// What is missing is no later than the first log of this subject, where it is known.
    pub until: Option<String>,
    /// A sentence.
    pub reason: String,
}

impl Gap {
    /// One that may be anywhere in the history of a family.
    pub fn anywhere(family: &'static str, reason: String) -> Self {
        Self { family, since: None, until: None, reason }
    }

    /// One in the history of a subject whose first log is known.
    pub fn since(family: &'static str, subject: String, reason: String) -> Self {
        Self { family, since: Some(subject), until: None, reason }
    }

    /// The subject of this number was not told. Numbers are given in order, so it came to be between its neighbours.
    /// `kind` is what stands before the number in the names of subjects.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of_number(
        connection: &mut AnyConnection,
        family: &'static str,
        kind: &str,
        number: u64,
        reason: String,
    ) -> Result<Self, sqlx::Error> {
        let told = told(connection, family, kind).await?;
        let (since, until) = neighbours(&told, number);
        let subject = |number: u64| format!("{kind}{number}");
        Ok(Self { family, since: since.map(subject), until: until.map(subject), reason })
    }

    /// The same for the first of so many subjects that was not told.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of_first_missing(
        connection: &mut AnyConnection,
        family: &'static str,
        kind: &str,
        count: u64,
        reason: String,
    ) -> Result<Self, sqlx::Error> {
        let told = told(connection, family, kind).await?;
        match (1..=count).find(|number| !told.contains(number)) {
            Some(number) => Self::of_number(connection, family, kind, number, reason).await,
            None => Ok(Self::anywhere(family, reason)),
        }
    }
}

/// The numbers of a family's subjects that have logs.
async fn told(connection: &mut AnyConnection, family: &str, kind: &str) -> Result<BTreeSet<u64>, sqlx::Error> {
    let subjects: Vec<String> = sqlx::query_scalar("SELECT DISTINCT subject FROM logs WHERE family = $1")
        .bind(family)
        .fetch_all(connection)
        .await?;
    Ok(subjects.iter().filter_map(|subject| subject.strip_prefix(kind)?.parse().ok()).collect())
}

/// The numbers before and after one.
fn neighbours(told: &BTreeSet<u64>, number: u64) -> (Option<u64>, Option<u64>) {
    let after = number.checked_add(1).and_then(|next| told.range(next..).next());
    (told.range(..number).next_back().copied(), after.copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_told_is_between_its_neighbours() {
        let told = BTreeSet::from([1, 2, 5, 9]);
        for (number, expected) in
            [(3, (Some(2), Some(5))), (5, (Some(2), Some(9))), (10, (Some(9), None)), (0, (None, Some(1)))]
        {
            assert_eq!(neighbours(&told, number), expected, "{number}");
        }
        assert_eq!(neighbours(&BTreeSet::new(), 1), (None, None));
    }
}
