//! How many copies of its weights a model needs while it is opened, and while it is open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use ml_onnx::{Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};
use ml_run::Session;
use ml_task::Context;

/// Counts the bytes that are taken, and the most of them at once.
struct Counting;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator as it came; only numbers are kept besides.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let taken = TAKEN.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(taken, Ordering::Relaxed);
        // SAFETY: the caller's promise about `layout` is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `place` came from `alloc` above, which is `System`'s, with this layout.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A network of two layers with weights of about `megabytes`.
fn network(megabytes: usize) -> Vec<u8> {
    let wide = (megabytes << 18).isqrt();
    let inputs = 64;
    let port = |name: &str, width: usize| Port {
        name: name.into(),
        element: ElementType::F32,
        dims: Some(vec![Dim::Named("rows".into()), Dim::Known(width)]),
    };
    let node = |operator: &str, inputs: &[&str], output: &str| Node {
        name: output.into(),
        domain: Domain::Onnx,
        operator: operator.into(),
        inputs: inputs.iter().map(|name| (*name).into()).collect(),
        outputs: vec![output.into()],
        attributes: Default::default(),
    };
    let weights = |rows: usize, columns: usize| {
        let values = (0..rows * columns).map(|at| (at % 17) as f32 / 17.0).collect();
        Tensor::new(vec![rows, columns], Data::F32(values)).unwrap()
    };
    let model = Model {
        ir_version: 8,
        opset: 17,
        inputs: vec![port("x", inputs)],
        outputs: vec![port("y", wide)],
        nodes: vec![node("MatMul", &["x", "a"], "h"), node("MatMul", &["h", "b"], "y")],
        constants: [("a".to_owned(), weights(inputs, wide)), ("b".to_owned(), weights(wide, wide))].into(),
        ..Model::default()
    };
    model.to_bytes()
}

/// Sizes as multiples of the file: at the worst moment of opening it, and once it is open.
fn copies(megabytes: usize) -> (f64, f64) {
    let file = network(megabytes);
    let size = file.len() as f64;
    // The file is part of what is counted.
    let before = TAKEN.load(Ordering::Relaxed) - file.len();
    MOST.store(TAKEN.load(Ordering::Relaxed), Ordering::Relaxed);
    let session = Session::open(file, &Context::default()).unwrap();
    let (most, open) = (MOST.load(Ordering::Relaxed) - before, TAKEN.load(Ordering::Relaxed) - before);
    drop(session);
    println!("{megabytes} MB: {:.2} copies at most, {:.2} once it is open", most as f64 / size, open as f64 / size);
    (most as f64 / size, open as f64 / size)
}

/// `MODELMARKET_MEGABYTES` asks for another size than the small one of the test; the copies are the same.
#[test]
fn opening_a_model_takes_few_copies_of_its_weights() {
    let megabytes = std::env::var("MODELMARKET_MEGABYTES").ok().and_then(|text| text.parse().ok()).unwrap_or(16);
    let (most, open) = copies(megabytes);
    // The file and the weights read from it, or the weights, rten's copy and that in the layout for products.
    assert!(most < 3.1, "{most} copies");
    assert!(open < 3.1, "{open} copies");
    // Beyond this size rten multiplies with the weights where they lie.
    let (most, open) = copies(72);
    assert!(most < 2.1 && open < 2.1, "{most} and {open} copies");
}
