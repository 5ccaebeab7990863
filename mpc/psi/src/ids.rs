//! Lists of ids that are fit for an intersection.

use std::{collections::HashMap, fmt};

use protocol::{Digest, merkle};
use sha2::{Digest as _, Sha256};

use crate::{
    error::IdError,
    form::{Form, Unfit},
};

/// The ids of a data set in the form of a task, one a row, none empty, none twice. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Ids(Vec<String>);

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ids({})", self.0.len())
    }
}

impl Ids {
    /// Reads the key column: one cell a row.
    ///
    /// # Errors
    /// The first row that is unfit, in [`IdError`].
    pub fn read<S: AsRef<str>>(cells: &[S], form: Form) -> Result<Self, IdError> {
        let mut first_at: HashMap<String, u32> = HashMap::with_capacity(cells.len());
        let mut ids = Vec::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate() {
            let row = index as u32 + 1;
            let id = form.apply(cell.as_ref()).map_err(|unfit| match unfit {
                Unfit::Empty => IdError::Empty { row },
                Unfit::NotDigits => IdError::NotDigits { row },
                Unfit::TooLong => IdError::TooLong { row },
            })?;
            if let Some(first) = first_at.insert(id.clone(), row) {
                let spelled = cells[first as usize - 1].as_ref() != cell.as_ref();
                return Err(IdError::Twice { first, second: row, spelled });
            }
            ids.push(id);
        }
        Ok(Self(ids))
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, row: u32) -> &str {
        &self.0[row as usize]
    }
}

/// What a data set says on chain about its ids: the root of a Merkle tree over SHA-256(salt ‖ id), in the order of the
/// rows, with a salt for each leaf from the owner's `secret`. It holds an owner to its list where there is a dispute (a row is
/// opened by its salt and id); it does not bind what is put into a run.
pub fn id_root(secret: &[u8; 32], ids: &Ids) -> Digest {
    let leaves: Vec<Digest> = (0..ids.count() as u32).map(|row| id_leaf(&salt(secret, row), ids.get(row))).collect();
    merkle::root(&leaves)
}

/// The salt of a row's leaf in [`id_root`]. `row` counts from 0.
pub fn salt(secret: &[u8; 32], row: u32) -> [u8; 32] {
    let context = b"ModelMarket id salt";
    Sha256::new().chain_update(context).chain_update(secret).chain_update(row.to_be_bytes()).finalize().into()
}

/// The hash of a row's leaf in [`id_root`].
pub fn id_leaf(salt: &[u8; 32], id: &str) -> Digest {
    merkle::leaf_hash(&[salt.as_slice(), id.as_bytes()].concat())
}
