//! Conditions of a list, with what they compare to as parameters.

use crate::db::Statement;

/// Conditions that must all hold.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    conditions: Vec<String>,
    texts: Vec<String>,
}

impl Filter {
    /// Takes a text as a parameter; returns its placeholder.
    pub(crate) fn text(&mut self, text: impl Into<String>) -> String {
        self.texts.push(text.into());
        format!("${}", self.texts.len())
    }

    pub(crate) fn only(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// The clause, `WHERE` included; empty without conditions.
    pub(crate) fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!("WHERE {}", self.conditions.join(" AND ")) }
    }

    /// A statement with the parameters bound.
    pub(crate) fn query<'q>(&'q self, sql: &'q str) -> Statement<'q> {
        self.texts.iter().fold(sqlx::query(sql), |query, text| query.bind(text.as_str()))
    }
}
