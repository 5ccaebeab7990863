//! What travels between the page and a worker.

use std::borrow::Cow;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the page: carry this out. The body is the request.
    Request,
    /// From the page: end the request of this number.
    Stop,
    /// The worker runs and listens. Its number is 0.
    Ready,
    /// The request is being carried out, and there is nothing to tell yet.
    Working,
    /// How far the request is; the body says it. Number 0: how much of the program is here (`host::Loaded`), told by the
    /// script that loads it.
    Progress,
    /// The request is over; the body is the answer.
    Answer,
    /// The request was ended by a stop, without an answer.
    Stopped,
    /// Nothing came of the request; the body is a sentence for a person. The worker can be asked again.
    Failed,
    /// The worker's program broke off; the body is a sentence for a person. It answers nothing any more.
    Crashed,
}

impl Kind {
    const NAMES: [(Self, &'static str); 9] = [
        (Self::Request, "request"),
        (Self::Stop, "stop"),
        (Self::Ready, "ready"),
        (Self::Working, "working"),
        (Self::Progress, "progress"),
        (Self::Answer, "answer"),
        (Self::Stopped, "stopped"),
        (Self::Failed, "failed"),
        (Self::Crashed, "crashed"),
    ];

    /// How it is written in a message.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind that is written so.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// A message. `P` is what can stand beside a text: in a browser bytes or a file (`Part`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<P> {
    /// What it is to the request.
    pub kind: Kind,
    /// Of the request that it is about, from 1.
    pub number: u32,
    /// A text: JSON, or a sentence where a request failed.
    pub body: String,
    /// What stands beside the text.
    pub parts: Parts<P>,
}

impl<P> Envelope<P> {
    /// A message of which nothing but its kind is to be said.
    pub fn bare(kind: Kind, number: u32) -> Self {
        Self::text(kind, number, String::new())
    }

    /// A message with nothing beside its text.
    pub fn text(kind: Kind, number: u32, body: String) -> Self {
        Self { kind, number, body, parts: Parts::none() }
    }
}

/// Bytes and files beside a message, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<P>(Vec<(Cow<'static, str>, P)>);

impl<P> Parts<P> {
    /// Nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, part: P) -> Self {
        self.0.push((name.into(), part));
        self
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&P> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, part)| part)
    }

    /// All, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &P)> {
        self.0.iter().map(|(name, part)| (name.as_ref(), part))
    }
}

impl<P> Default for Parts<P> {
    fn default() -> Self {
        Self::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for (kind, name) in Kind::NAMES {
            assert_eq!((kind.name(), Kind::named(name)), (name, Some(kind)));
        }
        assert_eq!(Kind::named("Ready"), None);
    }

    #[test]
    fn parts_are_found_by_name() {
        let parts = Parts::none().with("model", 1).with("table", 2);
        assert_eq!((parts.get("table"), parts.get("label")), (Some(&2), None));
    }
}
