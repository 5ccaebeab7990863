//! One tree.

/// Where rows part, or what they get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    Split {
        feature: u32,
        /// Rows whose bin is this or lower go left: their value is at most [`super::bins::Cuts::value`] of it.
        bin: u8,
        /// Where rows go whose value is missing.
        missing_left: bool,
        left: u32,
        right: u32,
    },
    Leaf(f32),
}

/// Nodes, the root first.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// The leaf of a row whose bins `code` tells by feature.
    pub fn leaf(&self, code: impl Fn(u32) -> u8) -> f32 {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf(value) => return value,
                Node::Split { feature, bin, missing_left, left, right } => {
                    let code = code(feature);
                    let is_left = if code == super::bins::MISSING { missing_left } else { code <= bin };
                    at = if is_left { left } else { right } as usize;
                }
            }
        }
    }
}
