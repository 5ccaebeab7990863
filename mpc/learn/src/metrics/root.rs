//! Square roots on shares.

use mpc::{Arithmetic, Form, MpcError, Shared, SharedProduct, Wrap};

use crate::solve::only;

/// Bits behind the point of numbers from which roots are taken, and of the roots.
pub(crate) const ROOT: u32 = 32;
/// Steps in which 1/8 grows to the inverse root of 2^−24: by half with each at first, then the error is squared.
const STEPS: usize = 27;
/// The inverse root begins at 2^−3: right for numbers below 192.
const BEGIN: u32 = 3;

/// The square root of each number from 0 to 128; below 2^−24 it is too small. Goldschmidt's iteration: g → √x and
/// h → 1 / (2√x) by r = ½ − g·h, g ← g + g·r, h ← h + h·r; then g is mended by h·(x − g²). 56 rounds.
pub(crate) async fn root<A: Arithmetic>(a: &mut A, numbers: &Shared<A::Ring>) -> Result<Shared<A::Ring>, MpcError> {
    let shape = numbers.shape();
    // Numbers are below 2^7, so roots are below 2^4; the inverse is below 2^13.
    let (root_bound, inverse_bound) = (ROOT + 4, ROOT + 13);
    let x = numbers.clone().claim(ROOT + 7);
    let mut root = a.truncate(&x.read_with(ROOT + BEGIN), BEGIN, Wrap::Silent)?.claim(root_bound);
    let begin = 1_i128 << (ROOT - BEGIN - 1);
    let mut inverse = a.constant(shape, &vec![begin; shape.len()], ROOT, ROOT)?.claim(inverse_bound);
    let half = a.constant(shape, &vec![1 << (ROOT - 1); shape.len()], ROOT, ROOT)?;
    for _ in 0..STEPS {
        let product = each(a, &root, &inverse).await?.claim(2 * ROOT + 1);
        let rest = half.minus(&a.truncate(&product, ROOT, Wrap::Silent)?)?.claim(ROOT + 1);
        let changes = a
            .products(&[
                SharedProduct { form: Form::Each, left: &root, right: &rest },
                SharedProduct { form: Form::Each, left: &inverse, right: &rest },
            ])
            .await?;
        let [more_root, more_inverse] = changes.as_slice() else {
            return Err(MpcError::Input { what: "A step gave too little. This is a fault of the program." });
        };
        let more_root = a.truncate(&more_root.clone().claim(ROOT + root_bound), ROOT, Wrap::Silent)?;
        let more_inverse = a.truncate(&more_inverse.clone().claim(ROOT + inverse_bound), ROOT, Wrap::Silent)?;
        root = root.plus(&more_root)?.claim(root_bound);
        inverse = inverse.plus(&more_inverse)?.claim(inverse_bound);
    }
    let square = each(a, &root, &root).await?;
    let missing = x.minus(&a.truncate(&square, ROOT, Wrap::Silent)?)?.claim(ROOT + 7);
    let change = each(a, &inverse, &missing).await?.claim(2 * ROOT + 13);
    Ok(root.plus(&a.truncate(&change, ROOT, Wrap::Silent)?)?.claim(root_bound))
}

async fn each<A: Arithmetic>(
    a: &mut A,
    left: &Shared<A::Ring>,
    right: &Shared<A::Ring>,
) -> Result<Shared<A::Ring>, MpcError> {
    only(a.products(&[SharedProduct { form: Form::Each, left, right }]).await?)
}
