//! Products of matrices of doubles and integers.

use ml_onnx::{Data, ElementType, Node, Tensor};

use super::arithmetic::scaled_sum;
use super::cast::converted;
use super::strides::{broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// A matrix in a list of numbers.
struct Matrix {
    start: usize,
    rows: usize,
    columns: usize,
    transposed: bool,
}

impl Matrix {
    fn at(&self, row: usize, column: usize) -> usize {
        self.start + if self.transposed { column * self.rows + row } else { row * self.columns + column }
    }
}

fn multiply<T: Copy>(
    (a, left): (&[T], &Matrix),
    (b, right): (&[T], &Matrix),
    (zero, add): (T, fn(T, T, T) -> T),
    result: &mut Vec<T>,
) {
    for row in 0..left.rows {
        for column in 0..right.columns {
            let mut sum = zero;
            for k in 0..left.columns {
                sum = add(sum, a[left.at(row, k)], b[right.at(k, column)]);
            }
            result.push(sum);
        }
    }
}

fn products(a: &Data, b: &Data, pairs: &[(Matrix, Matrix)], count: usize) -> Result<Data, Reason> {
    macro_rules! products {
        ($variant:ident, $a:expr, $b:expr, $zero:expr, $add:expr) => {{
            let mut result = Vec::with_capacity(count);
            for (left, right) in pairs {
                multiply(($a, left), ($b, right), ($zero, $add), &mut result);
            }
            Data::$variant(result)
        }};
    }
    Ok(match (a, b) {
        (Data::F32(a), Data::F32(b)) => products!(F32, a, b, 0.0, |sum, a, b| sum + a * b),
        (Data::F64(a), Data::F64(b)) => products!(F64, a, b, 0.0, |sum, a, b| sum + a * b),
        (Data::I8(a), Data::I8(b)) => products!(I8, a, b, 0, |sum, a, b| sum.wrapping_add(a.wrapping_mul(b))),
        (Data::U8(a), Data::U8(b)) => products!(U8, a, b, 0, |sum, a, b| sum.wrapping_add(a.wrapping_mul(b))),
        (Data::I32(a), Data::I32(b)) => products!(I32, a, b, 0, |sum, a, b| sum.wrapping_add(a.wrapping_mul(b))),
        (Data::I64(a), Data::I64(b)) => products!(I64, a, b, 0, |sum, a, b| sum.wrapping_add(a.wrapping_mul(b))),
        _ => return Err("it multiplies numbers of one type.".into()),
    })
}

pub(super) fn mat_mul() -> Box<dyn Kernel> {
    closure(|inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 1)?);
        let wrong = || Reason(format!("matrices {:?} and {:?} do not fit each other.", a.shape(), b.shape()));
        // A vector is a row on the left and a column on the right.
        let (left, lone_left) = match a.shape() {
            [k] => (vec![1, *k], true),
            shape => (shape.to_vec(), false),
        };
        let (right, lone_right) = match b.shape() {
            [k] => (vec![*k, 1], true),
            shape => (shape.to_vec(), false),
        };
        let ([left_batch @ .., rows, inner], [right_batch @ .., inner_right, columns]) = (&left[..], &right[..]) else {
            return Err(wrong());
        };
        if inner != inner_right {
            return Err(wrong());
        }
        let batch = broadcast(&[left_batch, right_batch])?;
        let mut shape = batch.clone();
        if !lone_left {
            shape.push(*rows);
        }
        if !lone_right {
            shape.push(*columns);
        }
        let count = elements(&shape)?;
        let starts = stretched(left_batch, &batch)?.into_iter().zip(stretched(right_batch, &batch)?);
        let pairs: Vec<(Matrix, Matrix)> = starts
            .map(|(i, j)| {
                let left = Matrix { start: i * rows * inner, rows: *rows, columns: *inner, transposed: false };
                let right = Matrix { start: j * inner * columns, rows: *inner, columns: *columns, transposed: false };
                (left, right)
            })
            .collect();
        one(shape, products(a.data(), b.data(), &pairs, count)?)
    })
}

pub(super) fn gemm(node: &Node) -> Box<dyn Kernel> {
    let (alpha, beta) = (f64::from(node.float("alpha", 1.0)), f64::from(node.float("beta", 1.0)));
    let turned = [node.int("transA", 0) != 0, node.int("transB", 0) != 0];
    closure(move |inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 1)?);
        let matrix = |tensor: &Tensor, transposed: bool| match tensor.shape() {
            &[columns, rows] if transposed => Ok(Matrix { start: 0, rows, columns, transposed }),
            &[rows, columns] => Ok(Matrix { start: 0, rows, columns, transposed }),
            shape => Err(Reason(format!("its input of shape {shape:?} is no matrix."))),
        };
        let (left, right) = (matrix(a, turned[0])?, matrix(b, turned[1])?);
        if left.columns != right.rows {
            return Err(Reason(format!("matrices {:?} and {:?} do not fit each other.", a.shape(), b.shape())));
        }
        let shape = vec![left.rows, right.columns];
        let count = elements(&shape)?;
        let product = products(a.data(), b.data(), &[(left, right)], count)?;
        let added = match inputs.get(2).copied().flatten() {
            Some(c) => {
                if broadcast(&[c.shape(), &shape])? != shape {
                    return Err(Reason(format!("what it adds has shape {:?}.", c.shape())));
                }
                let positions = stretched(c.shape(), &shape)?;
                Some(super::strides::take(c.data(), &positions))
            }
            None => None,
        };
        if alpha == 1.0 && (beta == 1.0 || added.is_none()) && product.element_type() == ElementType::I64 {
            // Long integers stay exact.
            let (Data::I64(product), added) = (product, added) else { return Err("it adds unlike numbers.".into()) };
            let sum = match added {
                Some(Data::I64(added)) => product.iter().zip(&added).map(|(a, b)| a.wrapping_add(*b)).collect(),
                None => product,
                Some(_) => return Err("it adds unlike numbers.".into()),
            };
            return one(shape, Data::I64(sum));
        }
        let element = product.element_type();
        let sum = scaled_sum(&product, alpha, added.as_ref(), beta)?;
        one(shape, converted(&sum, element)?)
    })
}

/// `Det`, by elimination.
pub(super) fn determinant() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let &[ref batch @ .., rows, columns] = tensor.shape() else {
            return Err("its input is no matrix.".into());
        };
        if rows != columns || rows == 0 {
            return Err(Reason(format!("matrices of {rows} rows and {columns} columns have no determinant.")));
        }
        let Data::F64(mut values) = converted(tensor.data(), ElementType::F64)? else {
            return Err("it computes with numbers.".into());
        };
        let one_of = |matrix: &mut [f64]| {
            let mut product = 1.0;
            for step in 0..rows {
                let size = |row: usize| matrix[row * rows + step].abs();
                let best = (step..rows).max_by(|&a, &b| size(a).total_cmp(&size(b))).unwrap_or(step);
                if best != step {
                    (0..rows).for_each(|k| matrix.swap(step * rows + k, best * rows + k));
                    product = -product;
                }
                let pivot = matrix[step * rows + step];
                product *= pivot;
                if pivot == 0.0 {
                    return 0.0;
                }
                for row in step + 1..rows {
                    let factor = matrix[row * rows + step] / pivot;
                    (step..rows).for_each(|k| matrix[row * rows + k] -= factor * matrix[step * rows + k]);
                }
            }
            product
        };
        let found = values.chunks_exact_mut(rows * rows).map(one_of).collect();
        one(batch.to_vec(), converted(&Data::F64(found), tensor.element_type())?)
    })
}
