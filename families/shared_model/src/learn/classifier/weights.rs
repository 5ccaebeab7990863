//! The lanes of a classifier, laid out as on chain.

use crate::{
    Form, Shape,
    lanes::{self, PER_WORD, WORD_BYTES},
};

/// Every lane of every word, with those that no weight uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    form: Form,
    lanes: Vec<i32>,
    features: usize,
    vectors: usize,
    /// From one vector (dense) or one feature (sparse, several words each) to the next, in lanes.
    stride: usize,
}

impl Weights {
    /// All zero, in the layout of a shape.
    pub fn new(shape: &Shape) -> Self {
        let (form, features, vectors) = (shape.kind.form(), shape.features as usize, shape.vectors());
        let stride = match form {
            Form::Dense => features.div_ceil(PER_WORD) * PER_WORD,
            Form::Sparse => vectors.div_ceil(PER_WORD) * PER_WORD,
        };
        Self { form, lanes: vec![0; shape.words() * PER_WORD], features, vectors, stride }
    }

    /// Dense: the weights of a vector.
    pub fn vector(&self, vector: usize) -> &[i32] {
        let start = vector * self.stride;
        &self.lanes[start..start + self.features]
    }

    /// As [`Self::vector`], to be changed.
    pub fn vector_mut(&mut self, vector: usize) -> &mut [i32] {
        let start = vector * self.stride;
        &mut self.lanes[start..start + self.features]
    }

    /// Sparse: where the weight of a feature in a vector is.
    fn at(&self, feature: u32, vector: usize) -> usize {
        let feature = feature as usize;
        match PER_WORD / self.vectors {
            0 => feature * self.stride + vector,
            some => feature / some * PER_WORD + feature % some * self.vectors + vector,
        }
    }

    /// Sparse: the weight of a feature in a vector.
    pub fn get(&self, feature: u32, vector: usize) -> i32 {
        self.lanes[self.at(feature, vector)]
    }

    /// As [`Self::get`], to be changed.
    pub fn get_mut(&mut self, feature: u32, vector: usize) -> &mut i32 {
        let at = self.at(feature, vector);
        &mut self.lanes[at]
    }

    /// Whether a word may be loaded: nothing where no weight of the first `classes` vectors is and, of counts, nothing
    /// below zero.
    pub fn fits(&self, index: usize, word: &[u8; WORD_BYTES], classes: u16, counts: bool) -> bool {
        let values = lanes::read(word);
        values.iter().enumerate().all(|(lane, value)| {
            *value == 0 || (self.used(index, lane, usize::from(classes)) && !(counts && *value < 0))
        })
    }

    fn used(&self, word: usize, lane: usize, classes: usize) -> bool {
        let vectors = classes.min(self.vectors);
        match self.form {
            Form::Dense => (word * PER_WORD + lane) % self.stride < self.features,
            Form::Sparse => match PER_WORD / self.vectors {
                0 => (word * PER_WORD + lane) % self.stride < vectors,
                some => {
                    let feature = lane / self.vectors;
                    feature < some && word * some + feature < self.features && lane % self.vectors < vectors
                }
            },
        }
    }

    /// Loads a word; [`Self::fits`] says whether it may be.
    pub fn set_word(&mut self, index: usize, word: &[u8; WORD_BYTES]) {
        self.lanes[index * PER_WORD..][..PER_WORD].copy_from_slice(&lanes::read(word));
    }

    /// All words, packed as they are loaded.
    pub fn to_bytes(&self) -> Vec<u8> {
        lanes::write(&self.lanes)
    }
}

#[cfg(test)]
mod tests {
    use crate::ClassifierKind;

    use super::*;

    /// The layout here is the one that `Shape::place` tells, found independently.
    #[test]
    fn weights_lie_where_the_shape_says() {
        for kind in ClassifierKind::ALL {
            for (features, capacity) in [(1, 2), (23, 2), (31, 3), (12, 10), (7, 11), (5, 64)] {
                let mut shape =
                    Shape { kind, features, capacity, classes: 2, setting: kind.least_setting(), headers: vec![] };
                shape.headers = vec![0; shape.start_vectors()];
                let mut weights = Weights::new(&shape);
                for feature in 0..features {
                    for vector in 0..shape.vectors() {
                        let value = 1 + (feature as i32) * 100 + vector as i32;
                        match kind.form() {
                            Form::Dense => weights.vector_mut(vector)[feature as usize] = value,
                            Form::Sparse => *weights.get_mut(feature, vector) = value,
                        }
                    }
                }
                let bytes = weights.to_bytes();
                assert_eq!(bytes.len(), shape.words() * WORD_BYTES);
                let lanes = lanes::read(&bytes);
                let mut used = 0;
                for feature in 0..features as usize {
                    for vector in 0..shape.vectors() {
                        let (word, lane) = shape.place(feature, vector);
                        assert_eq!(lanes[word * PER_WORD + lane], 1 + (feature as i32) * 100 + vector as i32);
                        assert!(weights.used(word, lane, vector + 1));
                        assert_eq!(kind.form() == Form::Sparse, !weights.used(word, lane, vector));
                        used += 1;
                    }
                }
                let all = (0..shape.words() * PER_WORD).filter(|at| weights.used(at / PER_WORD, at % PER_WORD, 64));
                assert_eq!(all.count(), used);
            }
        }
    }
}
