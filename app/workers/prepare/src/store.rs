//! Where results go: files in the origin's private file system, or blobs where the browser has none (private
//! browsing, pages that are not served securely).

use dataset::task::Failure;
use js_sys::{Array, AsyncIterator, Function, IteratorNext, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, File, FilePropertyBag, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemRemoveOptions, FileSystemSyncAccessHandle,
};
use work::{js::get, worker::scope};

use crate::cause;

/// Folder of all workers of this origin; each has a folder of its own in it, named like the lock it holds.
const FOLDER: &str = "prepare";
const CSV: &str = "text/csv";

#[wasm_bindgen]
extern "C" {
    /// Web Locks; web-sys counts them as unstable.
    type LockManager;
    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &Object, callback: &Function) -> Promise;
}

/// A place for files of this worker.
pub enum Store {
    Folder(FileSystemDirectoryHandle),
    Blobs,
}

/// A file that is being written from its beginning to its end.
pub enum Output {
    Stored { name: String, folder: FileSystemDirectoryHandle, handle: FileSystemFileHandle, access: Access },
    Blobs { name: String, parts: Array },
}

/// Open access to a stored file, closed when dropped: an open one cannot be removed.
pub struct Access {
    handle: FileSystemSyncAccessHandle,
    at: f64,
}

impl Drop for Access {
    fn drop(&mut self) {
        self.handle.close();
    }
}

impl Store {
    /// Opens this worker's folder and removes those that ended workers left behind.
    pub async fn open() -> Self {
        match open_folder().await {
            Ok(folder) => Self::Folder(folder),
            Err(_) => Self::Blobs,
        }
    }

    /// A new, empty file; it replaces one of this name.
    pub async fn create(&self, name: &str) -> Result<Output, Failure> {
        match self {
            Self::Blobs => Ok(Output::Blobs { name: name.into(), parts: Array::new() }),
            Self::Folder(folder) => {
                let options = FileSystemGetFileOptions::new();
                options.set_create(true);
                let handle: FileSystemFileHandle =
                    wait(folder.get_file_handle_with_options(name, &options)).await.map_err(|e| storage(&e))?;
                let access: FileSystemSyncAccessHandle =
                    wait(handle.create_sync_access_handle()).await.map_err(|e| storage(&e))?;
                let access = Access { handle: access, at: 0.0 };
                access.handle.truncate_with_u32(0).map_err(|e| storage(&e))?;
                Ok(Output::Stored { name: name.into(), folder: folder.clone(), handle, access })
            }
        }
    }
}

impl Output {
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Blobs { parts, .. } => {
                let part = Array::of1(&Uint8Array::from(bytes));
                // A blob of its own, so that the browser can move it to its disk.
                parts.push(Blob::new_with_u8_array_sequence(&part).map_err(|e| storage(&e))?.as_ref());
            }
            Self::Stored { access, .. } => {
                while !bytes.is_empty() {
                    let options = FileSystemReadWriteOptions::new();
                    options.set_at(access.at);
                    let written = access.handle.write_with_u8_array_and_options(bytes, &options);
                    let written = written.map_err(|e| storage(&e))?;
                    // Where the disk is full, some browsers write less instead of failing.
                    if written < 1.0 {
                        return Err(Failure::Storage { cause: "the disk is full".into() });
                    }
                    access.at += written;
                    bytes = bytes.get(written as usize..).unwrap_or_default();
                }
            }
        }
        Ok(())
    }

    /// All that was written; the file is removed.
    pub async fn take(self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Blobs { parts, .. } => {
                let blob = Blob::new_with_blob_sequence(&parts).map_err(|e| storage(&e))?;
                let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|e| storage(&e))?;
                Ok(Uint8Array::new(&buffer).to_vec())
            }
            Self::Stored { name, folder, access, .. } => {
                let mut bytes = vec![0; access.at as usize];
                let options = FileSystemReadWriteOptions::new();
                options.set_at(0.0);
                let read = access.handle.read_with_u8_array_and_options(&mut bytes, &options);
                bytes.truncate(read.map_err(|e| storage(&e))? as usize);
                drop(access);
                JsFuture::from(folder.remove_entry(&name)).await.map_err(|e| storage(&e))?;
                Ok(bytes)
            }
        }
    }

    /// The finished file.
    pub async fn finish(self) -> Result<File, Failure> {
        match self {
            Self::Blobs { name, parts } => {
                let options = FilePropertyBag::new();
                options.set_type(CSV);
                File::new_with_blob_sequence_and_options(&parts, &name, &options).map_err(|e| storage(&e))
            }
            Self::Stored { handle, access, .. } => {
                // No flush: that would wait for the disk, and nothing here must outlive a power cut.
                drop(access);
                wait(handle.get_file()).await.map_err(|e| storage(&e))
            }
        }
    }
}

async fn open_folder() -> Result<FileSystemDirectoryHandle, JsValue> {
    let navigator = scope().navigator();
    let locks: LockManager = get(&navigator, "locks").dyn_into::<Object>()?.unchecked_into();
    let root: FileSystemDirectoryHandle = wait(navigator.storage().get_directory()).await?;
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    let all: FileSystemDirectoryHandle = wait(root.get_directory_handle_with_options(FOLDER, &create)).await?;
    let own = format!("{FOLDER}-{:x}-{:x}", js_sys::Date::now() as u64, (js_sys::Math::random() * 1e15) as u64);
    hold(&locks, &own).await?;
    clean(&all, &locks, &own).await?;
    wait(all.get_directory_handle_with_options(&own, &create)).await
}

/// Takes a lock for as long as the worker lives; the browser frees it when the worker ends, however it ends.
async fn hold(locks: &LockManager, name: &str) -> Result<(), JsValue> {
    let mut request = Promise::resolve(&JsValue::UNDEFINED);
    let taken = Promise::new(&mut |taken, _| {
        let callback = Closure::once_into_js(move |_: JsValue| -> Promise {
            let _ = taken.call0(&JsValue::UNDEFINED);
            Promise::new(&mut |_, _| {})
        });
        request = locks.request(name, &Object::new(), callback.unchecked_ref());
    });
    // The request itself ends only if it is refused.
    JsFuture::from(Promise::race(&Array::of2(&taken, &request))).await.map(|_| ())
}

/// Removes the folders whose workers are gone: those whose lock is free.
async fn clean(all: &FileSystemDirectoryHandle, locks: &LockManager, own: &str) -> Result<(), JsValue> {
    let mut names = Vec::new();
    let keys: AsyncIterator = all.keys();
    loop {
        let next: IteratorNext = wait(keys.next()?).await?;
        if next.done() {
            break;
        }
        names.extend(next.value().as_string().filter(|name| name != own));
    }
    for name in names {
        let if_available = Object::new();
        Reflect::set(&if_available, &"ifAvailable".into(), &JsValue::TRUE)?;
        let (all, entry) = (all.clone(), name.clone());
        let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                return JsValue::UNDEFINED;
            }
            let options = FileSystemRemoveOptions::new();
            options.set_recursive(true);
            all.remove_entry_with_options(&entry, &options).into()
        });
        // One that cannot be removed now is tried again next time.
        let _ = JsFuture::from(locks.request(&name, &if_available, callback.unchecked_ref())).await;
    }
    Ok(())
}

async fn wait<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

fn storage(error: &JsValue) -> Failure {
    Failure::Storage { cause: cause(error) }
}
