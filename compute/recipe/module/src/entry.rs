//! Exports and imports of the module. All of the job is a future that is kept in memory; a step is one poll of it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::RefCell,
    pin::Pin,
    task::{Context, Waker},
};

use compute_recipe::Line;

use crate::{Host, run};

mod job {
    #[link(wasm_import_module = "job")]
    unsafe extern "C" {
        pub fn read(input: i32, offset: i64, pointer: *mut u8, count: i32) -> i32;
        pub fn write(pointer: *const u8, count: i32);
        pub fn log(pointer: *const u8, count: i32);
    }
}

/// Memory of the module is below 4 GiB, and no piece of it is above 2 GiB, which an i32 counts.
fn count(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}

#[derive(Clone, Copy)]
struct Engine;

impl Host for Engine {
    fn read(&self, input: usize, offset: u64, to: &mut [u8]) -> i32 {
        let (Ok(input), Ok(offset)) = (i32::try_from(input), i64::try_from(offset)) else { return -1 };
        // SAFETY: the engine writes at most as many bytes as the slice has.
        unsafe { job::read(input, offset, to.as_mut_ptr(), count(to)) }
    }

    fn write(&self, bytes: &[u8]) {
        // SAFETY: the engine reads what the slice has.
        unsafe { job::write(bytes.as_ptr(), count(bytes)) }
    }

    fn log(&self, line: &[u8]) {
        // SAFETY: the engine reads what the slice has.
        unsafe { job::log(line.as_ptr(), count(line)) }
    }
}

/// Says it where there is no more memory; what comes then is a trap without words.
struct Told;

const NO_MEMORY: &[u8] = br#"{"fault":{"why":"The table and what is made of it need more memory than the module may have. Take fewer rows or columns."}}"#;

impl Told {
    fn told(place: *mut u8) -> *mut u8 {
        if place.is_null() {
            Engine.log(NO_MEMORY);
        }
        place
    }
}

// SAFETY: all of it is done by the system's allocator.
unsafe impl GlobalAlloc for Told {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        Self::told(unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        Self::told(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        Self::told(unsafe { System.realloc(place, layout, size) })
    }
}

#[global_allocator]
static MEMORY: Told = Told;

type Job = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static JOB: RefCell<Option<Job>> = const { RefCell::new(None) };
}

fn begin() -> Job {
    std::panic::set_hook(Box::new(|panic| {
        let why = format!("The trainer met a fault of its own: {panic}. Please report it.");
        Engine.log(&Line::Fault { why }.to_bytes());
    }));
    Box::pin(run(Engine))
}

/// Does the next step: 1 where there is more to do, 0 where all is done.
#[unsafe(no_mangle)]
pub extern "C" fn step() -> i32 {
    JOB.with_borrow_mut(|job| {
        let done = job.get_or_insert_with(begin).as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        i32::from(!done)
    })
}
