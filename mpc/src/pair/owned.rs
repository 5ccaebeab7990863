//! Products with matrices that one seat holds in the clear.
//!
//! The owner has X, the shares are w and w′. Once, the owner has sent E = X + U. Now the other seat sends f = w′ − v.
//! The owner's share of the product is X·(w + f) + z, the other's E·v + z′, and the helper has seen to it that
//! z + z′ = −U·v.

use super::{Pair, owned_operation};
use crate::{
    Form, Hidden, Link, MpcError, Operation, Owned, OwnedProduct, Ring, Shared, Source,
    fault::{self, Fault},
    link::{Counted, bytes, read, words, write},
    tensor::product,
};

impl<'r, R: Ring, S: Source<R, Counted<L>>, L: Link> Pair<'r, R, S, L> {
    pub(super) async fn send_hidden(&mut self, matrices: &[&Owned]) -> Result<(), MpcError> {
        let all: Vec<Hidden> = matrices.iter().map(|matrix| Hidden::of(matrix)).collect();
        let step = self.next(&Operation::Hide(all.clone()))?;
        let mut mine = Vec::new();
        let mut theirs = 0;
        for (matrix, hidden) in matrices.iter().zip(&all) {
            if matrix.owner != self.start.seat {
                theirs += matrix.shape.len();
                continue;
            }
            if !fault::has(Fault::MaskOnTwoRoundings) {
                self.start.registry.note(&self.start.run, matrix)?;
            }
            let mask = self.source.mask(hidden);
            let words: Vec<R> = matrix.words::<R>()?.into_iter().zip(mask).map(|(x, u)| x.plus(u)).collect();
            mine.extend(bytes(&words));
            self.hidden.insert((matrix.owner, matrix.name), words);
        }
        let received = words::<R>(&self.exchange(step, &mine, theirs * R::BYTES).await?);
        let mut rest = received.as_slice();
        for matrix in matrices.iter().filter(|matrix| matrix.owner != self.start.seat) {
            let (own, after) = rest.split_at(matrix.shape.len());
            rest = after;
            self.hidden.insert((matrix.owner, matrix.name), own.to_vec());
        }
        Ok(())
    }

    pub(super) async fn multiply_owned(
        &mut self,
        products: &[OwnedProduct<'_, R>],
    ) -> Result<Vec<Shared<R>>, MpcError> {
        let (first_step, peer) = (self.at, self.peer());
        let (mut halves, mut mine, mut wanted) = (Vec::new(), Vec::new(), 0);
        for (used, wave) in products.iter().zip((1..=products.len() as u32).rev()) {
            let (operation, mut done) = owned_operation(used, wave)?;
            let step = self.next(&operation)?;
            let left = Hidden::of(used.left);
            let half = self.source.owned(&mut self.link, step, &left, used.right.words.len(), done.words.len()).await?;
            if left.owner == self.start.seat {
                wanted += used.right.words.len();
            } else {
                mine.extend(used.right.words.iter().zip(&half.hides).map(|(w, v)| w.minus(*v)));
                let hidden = self.hidden(used.left)?;
                let product = used.form.apply(hidden, left.shape, &half.hides, used.right.shape);
                done.words = product.into_iter().zip(&half.output).map(|(p, z)| p.plus(*z)).collect();
            }
            halves.push((half, done));
        }
        if !mine.is_empty() {
            self.link.send(peer, write(first_step, &bytes(&mine))).await?;
        }
        self.link.traffic.rounds += 1;
        let received = if wanted == 0 {
            Vec::new()
        } else {
            let frame = self.link.receive(peer).await?;
            words::<R>(read(peer, &frame, first_step, wanted * R::BYTES)?)
        };
        let mut rest = received.as_slice();
        let mut all = Vec::with_capacity(products.len());
        for (used, (half, mut done)) in products.iter().zip(halves) {
            if used.left.owner == self.start.seat {
                let (theirs, after) = rest.split_at(used.right.words.len());
                rest = after;
                let sum: Vec<R> = used.right.words.iter().zip(theirs).map(|(w, f)| w.plus(*f)).collect();
                let product = used.form.apply(&used.left.words()?, used.left.shape, &sum, used.right.shape);
                done.words = product.into_iter().zip(&half.output).map(|(p, z)| p.plus(*z)).collect();
            }
            all.push(done);
        }
        Ok(all)
    }

    /// The right matrix is its owner's share, and what hides it is its mask with its sign changed: f is what its owner
    /// has sent already.
    pub(super) async fn multiply_both_owned(
        &mut self,
        form: Form,
        left: &Owned,
        right: &Owned,
    ) -> Result<Shared<R>, MpcError> {
        let mut done: Shared<R> = product(&form, left.like(), right.like())?;
        let (l, r) = (Hidden::of(left), Hidden::of(right));
        let step = self.next(&Operation::Cross { form: form.clone(), left: l, right: r, product: done.shape })?;
        let half = self.source.cross(&mut self.link, step, &r, done.words.len()).await?;
        let product = if left.owner == self.start.seat {
            form.apply(&left.words()?, left.shape, self.hidden(right)?, right.shape)
        } else {
            form.apply(self.hidden(left)?, left.shape, &half.hides, right.shape)
        };
        done.words = product.into_iter().zip(&half.output).map(|(p, z)| p.plus(*z)).collect();
        Ok(done)
    }

    fn hidden(&self, matrix: &Owned) -> Result<&[R], MpcError> {
        self.hidden
            .get(&(matrix.owner, matrix.name))
            .map(Vec::as_slice)
            .ok_or(MpcError::OffPlan { step: self.at.saturating_sub(1) })
    }
}
