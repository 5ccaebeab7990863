//! In a dedicated worker of a real browser: a job goes in, lines, checkpoints and a result come out. What each job comes to is
//! what native engines are held against (`compute/engine/tests/expected.txt`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{cell::RefCell, rc::Rc};

use compute_provider::task::{Answer, At, CHECKPOINT, MODULE, Progress, RESULT, Request, Stretch, input};
use compute_session::{Input, Manifest};
use gloo_timers::callback::Timeout;
use jobs::Terms;
use protocol::{Amount, Digest, cid::FileHasher};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use work::{Ended, Job, Kind, Part, Parts, Reply, Service};

use crate::service::Jobs;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const EXPECTED: &str = include_str!("../../../../compute/engine/tests/expected.txt");
const FLOATS: &str = include_str!("../../../../compute/engine/tests/jobs/floats.wat");
const ENDLESS: &str = include_str!("../../../../compute/engine/tests/jobs/endless.wat");
const MEMORY: &str = include_str!("../../../../compute/engine/tests/jobs/memory.wat");
/// Steps for ever, and logs each.
const STEPS: &str = r#"(module
    (import "job" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1 1)
    (func (export "step") (result i32)
        (call $log (i32.const 0) (i32.const 0))
        (i32.const 1)))"#;

/// All that is to run, and as far as it is paid.
const ALL: Stretch = Stretch { allowed: u64::MAX, every: u64::MAX, duty: 1.0 };

/// The service, and what it told on the way.
#[derive(Default)]
struct Test {
    jobs: Jobs,
    told: Rc<RefCell<Vec<Progress>>>,
}

type Asked = Result<Reply<Answer, Part>, Ended>;

impl Test {
    fn job(&self) -> Job<Progress> {
        let told = Rc::clone(&self.told);
        let tell = move |kind, body: String| {
            if kind == Kind::Progress {
                told.borrow_mut().push(serde_json::from_str(&body).unwrap());
            }
        };
        Job::new(tell, js_sys::Date::now())
    }

    async fn ask(&mut self, request: Request, parts: Parts<Part>) -> Asked {
        let job = self.job();
        self.jobs.answer(request, parts, &job).await
    }

    async fn prepare(&mut self, module: Option<&[u8]>, inputs: &[Vec<u8>], terms: Terms, log: u64) -> Asked {
        let manifest = manifest(inputs, log);
        let mut parts = Parts::none();
        if let Some(module) = module {
            parts = parts.with(MODULE, Part::moved(module));
        }
        for (number, bytes) in inputs.iter().enumerate() {
            parts = parts.with(input(number), Part::moved(bytes));
        }
        let request = Request::Prepare { terms: Box::new(terms), manifest: Box::new(manifest) };
        self.ask(request, parts).await
    }

    /// Prepares one of the jobs whose outcomes are known.
    async fn known(&mut self, text: &str) {
        let numbers = (0..1_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let inputs = [numbers, b"second".to_vec()];
        let prepared = self.prepare(Some(&wat::parse_str(text).unwrap()), &inputs, terms(5), 1 << 12).await.unwrap();
        assert!(matches!(prepared.answer, Answer::Prepared { begun } if begun == Default::default()));
    }

    async fn begin(&mut self, how: Stretch, from: Option<&[u8]>) -> (Progress, At, Parts<Part>) {
        let parts = from.map_or_else(Parts::none, |file| Parts::none().with(CHECKPOINT, Part::moved(file)));
        ran(self.ask(Request::Begin(how), parts).await)
    }
}

fn manifest(inputs: &[Vec<u8>], log: u64) -> Manifest {
    let named = |bytes: &Vec<u8>| Input { cid: FileHasher::hash(bytes).cid, bytes: bytes.len() as u64 };
    Manifest {
        version: 1,
        inputs: inputs.iter().map(named).collect(),
        result: 1 << 16,
        log,
        link: Digest([1; 32]),
        relays: vec!["https://market.example".into()],
    }
}

fn ran(asked: Asked) -> (Progress, At, Parts<Part>) {
    match asked.unwrap() {
        Reply { answer: Answer::Ran { progress, at }, parts } => (progress, at, parts),
        other => panic!("{:?}", other.answer),
    }
}

fn terms(units: u64) -> Terms {
    Terms {
        kind: 0,
        jurors: 1,
        memory_mib: 16,
        audit_rate: 0,
        max_seconds: 600,
        window: 600,
        deadline: 10_000,
        units,
        every: 1,
        highest_price: Amount(1),
        stake: Amount(4),
        files: Digest::ZERO,
    }
}

/// Instructions and hash of a job, as every engine has them.
fn expected(name: &str) -> (u64, Digest) {
    let line = EXPECTED.lines().find(|line| line.starts_with(name)).unwrap();
    let mut rest = line.rsplit(", ");
    let hash = rest.next().unwrap().parse().unwrap();
    (rest.next().unwrap().split(' ').next().unwrap().parse().unwrap(), hash)
}

fn came(at: At) -> (u64, Digest) {
    let At::Ended { hash, instructions, .. } = at else { panic!("{at:?}") };
    (instructions, hash)
}

/// Whether it failed with a sentence that has these words.
fn says(asked: Asked, words: &str) -> bool {
    matches!(asked, Err(Ended::Failed(why)) if why.contains(words))
}

#[wasm_bindgen_test]
async fn a_job_gives_the_hash_and_count_of_native_engines_from_the_start_and_from_each_checkpoint() {
    let mut test = Test::default();
    test.known(FLOATS).await;
    let how = Stretch { every: 10_000, ..ALL };
    let (mut files, mut lines) = (Vec::new(), 0);
    let (mut progress, mut at, mut parts) = test.begin(how, None).await;
    while let At::Checkpoint { file } = at {
        let bytes = parts.bytes(CHECKPOINT).unwrap();
        assert_eq!(FileHasher::hash(&bytes).cid, file);
        files.push((progress.instructions, bytes));
        lines += progress.lines.len();
        (progress, at, parts) = ran(test.ask(Request::GoOn(how), Parts::none()).await);
    }
    assert_eq!(came(at), expected("sums of floats"));
    assert!(parts.bytes(RESULT).unwrap().len() > 1_000);
    lines += progress.lines.len() + test.told.take().iter().map(|told| told.lines.len()).sum::<usize>();
    assert_eq!(lines, 10, "a line of each step");
    assert!(files.len() >= 4 && files.windows(2).all(|pair| pair[1].0 >= pair[0].0 + 10_000), "{}", files.len());
    for (instructions, file) in &files {
        // Another tab has these files, and nothing else.
        let mut other = Test::default();
        other.known(FLOATS).await;
        let (_, at, _) = other.begin(ALL, Some(file)).await;
        assert_eq!(came(at), expected("sums of floats"), "from {instructions}");
    }
}

#[wasm_bindgen_test]
async fn what_is_not_paid_waits_until_it_is_and_comes_to_the_same() {
    let mut test = Test::default();
    test.known(FLOATS).await;
    let (progress, at, _) = test.begin(Stretch { allowed: 20_000, ..ALL }, None).await;
    assert_eq!(at, At::Waits);
    assert!(progress.instructions > 20_000 && progress.instructions < 40_000, "{}", progress.instructions);
    // Told the same again, it does nothing.
    let again = ran(test.ask(Request::GoOn(Stretch { allowed: 20_000, ..ALL }), Parts::none()).await);
    assert_eq!((again.0.instructions, again.0.lines.len(), again.1), (progress.instructions, 0, At::Waits));
    let (_, at, _) = ran(test.ask(Request::GoOn(ALL), Parts::none()).await);
    assert_eq!(came(at), expected("sums of floats"));
    assert!(says(test.ask(Request::GoOn(ALL), Parts::none()).await, "No job is at work"));
}

#[wasm_bindgen_test]
async fn an_endless_loop_ends_at_its_limit_and_one_of_steps_when_it_is_told() {
    let mut test = Test::default();
    test.known(ENDLESS).await;
    let (_, at, _) = test.begin(ALL, None).await;
    assert_eq!(came(at), expected("an endless loop"));

    let steps = wat::parse_str(STEPS).unwrap();
    test.prepare(Some(&steps), &[], terms((1 << 40) - 1), 1 << 24).await.unwrap();
    let (job, begun) = (test.job(), js_sys::Date::now());
    let stopped = job.clone();
    Timeout::new(450, move || stopped.stop()).forget();
    let ended = test.jobs.answer(Request::Begin(Stretch { duty: 0.5, ..ALL }), Parts::none(), &job).await;
    assert_eq!(ended.err(), Some(Ended::Stopped));
    // It was told of lines meanwhile, ten times a second at most.
    let told = test.told.take();
    let most = (js_sys::Date::now() - begun) / 100.0 + 1.0;
    assert!(!told.is_empty() && told.len() as f64 <= most, "{} of {most}", told.len());
    assert!(told.iter().all(|told| !told.lines.is_empty()));
    assert!(told.windows(2).all(|pair| pair[0].instructions < pair[1].instructions));
    assert!(says(test.ask(Request::GoOn(ALL), Parts::none()).await, "No job is at work"));
    // The worker is as before.
    test.known(MEMORY).await;
    assert_eq!(came(test.begin(ALL, None).await.1), expected("growing memory"));
}

#[wasm_bindgen_test]
async fn too_little_memory_and_a_checkpoint_of_another_job_are_said() {
    let mut test = Test::default();
    // 17 MiB at most, and the job pays for 16.
    let large = wat::parse_str(STEPS.replace("1 1)", "1 272)")).unwrap();
    assert!(says(test.prepare(Some(&large), &[], terms(5), 100).await, "17825792 bytes of memory"));
    assert!(says(test.ask(Request::Begin(ALL), Parts::none()).await, "No job is at work"));

    test.known(MEMORY).await;
    let (_, at, parts) = test.begin(Stretch { every: 1, ..ALL }, None).await;
    assert!(matches!(at, At::Checkpoint { .. }));
    let file = parts.bytes(CHECKPOINT).unwrap();
    test.known(FLOATS).await;
    let begun = test.ask(Request::Begin(ALL), Parts::none().with(CHECKPOINT, Part::moved(&file))).await;
    assert!(matches!(begun, Err(Ended::Failed(_))));
}

#[wasm_bindgen_test]
async fn a_job_is_checked_without_its_inputs_and_is_not_at_work_then() {
    let mut test = Test::default();
    let manifest = Box::new(manifest(&[vec![7; 100_000]], 100));
    let mut check = async |module: &str| {
        let module = wat::parse_str(module).unwrap();
        let request = Request::Check { terms: Box::new(terms(5)), manifest: manifest.clone() };
        test.ask(request, Parts::none().with(MODULE, Part::moved(&module))).await
    };
    let checked = check(STEPS).await.unwrap().answer;
    assert!(matches!(checked, Answer::Prepared { begun } if begun == Default::default()));
    assert!(says(check(STEPS.replace("1 1)", "1 272)").as_str()).await, "17825792 bytes of memory"));
    check(STEPS).await.unwrap();
    assert!(says(test.ask(Request::Begin(ALL), Parts::none()).await, "No job is at work"));
}

#[wasm_bindgen_test]
async fn a_recipe_trains_and_the_speed_of_this_machine_is_told() {
    let recipe = br#"{"recipe": 1, "algorithm": "logistic", "rounds": 2}"#.to_vec();
    let table = include_bytes!("../../../../public/datasets/iris.csv").to_vec();
    let mut test = Test::default();
    let terms = Terms { memory_mib: 1_024, ..terms(1_000) };
    test.prepare(None, &[recipe, table], terms, 1 << 16).await.unwrap();
    let (progress, at, parts) = test.begin(ALL, None).await;
    let At::Ended { instructions, .. } = at else { panic!("{at:?}") };
    assert_eq!(instructions, progress.instructions);
    assert!(parts.bytes(RESULT).unwrap().starts_with(b"modelmarket recipe 1 trained"));
    let measured = test.ask(Request::Measure, Parts::none()).await.unwrap().answer;
    assert!(matches!(measured, Answer::Measured { units_per_second } if units_per_second > 0), "{measured:?}");
}
