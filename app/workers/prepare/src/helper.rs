//! A second thread: a worker from this program's own script that reads large files and hashes results, while the
//! first checks and splits. Both take about as long, so that large files take little more than half the time.

use std::{borrow::Cow, time::Duration};

use futures::FutureExt;
use js_sys::{Array, Promise, Uint8Array};
use protocol::cid::CHUNK_SIZE;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};
use work::{
    Ended, Job, Part, Parts, Program, Reply, Service,
    js::get,
    page::{Browser, Link},
    worker::scope,
};

use crate::{
    browser::{Coming, Sha256},
    cause,
};

/// Name that the page gives to the first worker. One of another name, in a test for instance, may run another
/// script than this program's, and does not start a second.
const FIRST: &str = "prepare";
/// Name of the second worker, by which it knows what it is for.
pub const NAME: &str = "prepare-helper";

/// What the second worker is asked. Several requests wait in it at once, so that it is never idle.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Begin to read the file beside it (`file`); the one before is given up.
    Open,
    /// The next bytes of the file, as many as the browser likes, beside the answer (`bytes`); none at the end.
    Next,
    /// The digests, beside the answer (`digests`), of the leaves that the bytes beside it (`bytes`) make.
    Digest,
}

/// The second worker, seen from the first. Ends when dropped.
pub struct Helper(Link);

impl Helper {
    /// Starts the second worker and waits until it runs.
    pub async fn start() -> Result<Self, String> {
        if scope().name() != FIRST {
            return Err("not the program's own worker".into());
        }
        let program = Program {
            url: Cow::Owned(scope().location().href()),
            name: NAME,
            does: "reads large files",
            advice: "try again",
            // The page ends the first worker, and with it this one, where it hears nothing.
            silence: Duration::MAX,
        };
        Link::started(&Browser, &program).await.map(Self).map_err(|e| e.to_string())
    }

    /// Whether it still runs.
    pub fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// Begins to read a file; the one before is given up.
    pub async fn open(&self, file: &File) -> Result<(), String> {
        self.ask(&Request::Open, Parts::none().with("file", Part::File(file.clone())), "").await.map(|_| ())
    }

    /// The next bytes of the file, as many as the browser likes.
    pub fn next(&self) -> Coming {
        self.ask(&Request::Next, Parts::none(), "bytes")
    }

    /// The digests of the leaves that these bytes make.
    pub fn digest(&self, bytes: &[u8]) -> Coming {
        self.ask(&Request::Digest, Parts::none().with("bytes", Part::moved(bytes)), "digests")
    }

    /// Asks at once; what is waited for later is what stands beside the answer.
    fn ask(&self, request: &Request, parts: Parts<Part>, wanted: &'static str) -> Coming {
        let answer = self.0.ask(request, parts);
        async move { answer.await.map(|parts| parts.array(wanted).ok()).map_err(|e| e.to_string()) }.boxed_local()
    }
}

/// What the second worker does.
#[derive(Default)]
pub struct Helping {
    reading: Option<ReadableStreamDefaultReader>,
}

impl Service<Part> for Helping {
    type Request = Request;
    type Progress = ();
    type Answer = ();

    async fn answer(&mut self, request: Request, parts: Parts<Part>, _: &Job<()>) -> Result<Reply<(), Part>, Ended> {
        let failed = |e: JsValue| Ended::Failed(cause(&e));
        let answer = match request {
            Request::Open => {
                let file = parts.file("file").map_err(Ended::Failed)?;
                self.reading = Some(file.stream().get_reader().unchecked_into());
                Parts::none()
            }
            Request::Next => {
                let reading = self.reading.as_ref().ok_or_else(|| Ended::failed("no file is open"))?;
                let read = JsFuture::from(reading.read()).await.map_err(failed)?;
                match get(&read, "value").dyn_into() {
                    Ok(bytes) => Parts::none().with("bytes", Part::Moved(bytes)),
                    Err(_) => Parts::none(),
                }
            }
            Request::Digest => {
                let bytes = parts.array("bytes").map_err(Ended::Failed)?;
                Parts::none().with("digests", Part::Moved(digests(&bytes).await.map_err(failed)?))
            }
        };
        Ok(Reply { answer: (), parts: answer })
    }
}

/// SHA-256 of each leaf, one after the other.
async fn digests(bytes: &Uint8Array) -> Result<Uint8Array, JsValue> {
    let browser = Sha256::find().ok_or("the browser does not hash")?;
    let leaves = bytes.length().div_ceil(CHUNK_SIZE as u32);
    let digests = Uint8Array::new_with_length(leaves * 32);
    let coming: Array = (0..leaves)
        .map(|leaf| {
            let start = leaf * CHUNK_SIZE as u32;
            browser.of_array(&bytes.subarray(start, (start + CHUNK_SIZE as u32).min(bytes.length())))
        })
        .collect::<Result<_, _>>()?;
    let all = JsFuture::from(Promise::all(&coming)).await?;
    for (leaf, digest) in Array::from(&all).iter().enumerate() {
        digests.set(&Uint8Array::new(&digest), leaf as u32 * 32);
    }
    Ok(digests)
}
