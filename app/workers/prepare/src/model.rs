//! A model in several files, as one file. The browser puts it together from where its parts lie; none but the model's own
//! file is read.

use dataset::task::{Answer, Failure, ModelFiles, Progress};
use js_sys::{Array, Uint8Array};
use ml_onnx::{
    Limits,
    read::external::{self, Beside, Found, Joined, Of, Piece},
};
use web_sys::{Blob, File};
use work::{Job, Part, Parts, Reply};

use crate::{
    cause,
    source::{Helpers, Source},
    survey::look,
};

/// What stands in every model that keeps numbers in another file: a field 1 with this text.
const MARK: &[u8] = b"\x0a\x08location";

/// Joins `model` with those of the files beside it that it needs.
pub async fn join(
    helpers: &mut Helpers,
    model: &File,
    beside: &[File],
    job: &Job<Progress>,
) -> Result<Reply<Answer, Part>, Failure> {
    let whole = || Ok(Answer::Model(ModelFiles::Whole).into());
    let limits = Limits::default();
    if model.size() as u64 > limits.bytes || !is_marked(helpers, model, job).await? {
        return whole();
    }
    let bytes = Source::head(model, model.size() as usize).await?;
    let sizes: Vec<_> = beside.iter().map(|f| Beside { name: f.name(), bytes: f.size() as u64 }).collect();
    match external::joined(&bytes, &sizes, &limits).map_err(|e| Failure::Model(e.to_string()))? {
        Found::Whole => whole(),
        Found::Missing(files) => {
            let missing = files.into_iter().map(|file| (file.name, file.bytes)).collect();
            Ok(Answer::Model(ModelFiles::Missing(missing)).into())
        }
        Found::Joined(joined) => {
            let unjoined = |e| Failure::Unreadable { name: model.name(), cause: cause(&e) };
            let file = put_together(model, beside, &joined).map_err(unjoined)?;
            let answer = Answer::Model(ModelFiles::Joined { renamed: joined.renamed });
            Ok(Reply { answer, parts: Parts::none().with("model", Part::File(file)) })
        }
    }
}

/// Whether it can be a model in several files. Most files are not, and are not read into memory to know that.
async fn is_marked(helpers: &mut Helpers, model: &File, job: &Job<Progress>) -> Result<bool, Failure> {
    let (mut found, mut end) = (false, Vec::new());
    look(helpers, model, job, |piece| {
        let marked = |bytes: &[u8]| bytes.windows(MARK.len()).any(|w| w[2] == MARK[2] && w == MARK);
        // It may lie across two pieces.
        let most = MARK.len() - 1;
        end.extend_from_slice(&piece[..piece.len().min(most)]);
        found = found || marked(&end) || marked(piece);
        if piece.len() >= most {
            end.clear();
            end.extend_from_slice(&piece[piece.len() - most..]);
        }
        end.drain(..end.len().saturating_sub(most));
        Ok(())
    })
    .await?;
    Ok(found)
}

fn put_together(model: &File, beside: &[File], joined: &Joined) -> Result<File, wasm_bindgen::JsValue> {
    let written = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(&joined.written[..])))?;
    let parts = Array::new();
    for Piece { of, bytes } in &joined.pieces {
        let from: &Blob = match *of {
            Of::Model => model,
            Of::Beside(file) => &beside[file],
            Of::Written => &written,
        };
        let piece = from.slice_with_f64_and_f64(bytes.start as f64, bytes.end as f64)?;
        parts.push(piece.as_ref());
    }
    File::new_with_blob_sequence(&parts, &model.name())
}
