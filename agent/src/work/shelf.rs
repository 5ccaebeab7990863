//! Files by their CIDs: in a folder, and at servers. Every file is hashed when it comes.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use protocol::cid::{Cid, FileHasher};

use crate::{
    chain::{Chain, Server},
    failure::Failure,
    files,
};

/// Where files are looked for and put.
pub struct Shelf {
    folder: PathBuf,
    servers: Vec<Server>,
    chain: Rc<Chain>,
}

impl Shelf {
    pub fn open(folder: &Path, servers: &[String], chain: Rc<Chain>) -> Result<Self, Failure> {
        files::folder(folder)?;
        let servers = servers.iter().filter(|url| !url.is_empty()).map(|url| Server::at(url));
        Ok(Self { folder: folder.to_path_buf(), servers: servers.collect::<Result<_, _>>()?, chain })
    }

    /// A file of at most so many bytes: from the folder, or from the first server that has it, and then it stays in the folder.
    pub async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        self.get_into(&self.folder, cid, most).await
    }

    /// The same; what comes from a server stays in another folder.
    pub async fn get_into(&self, folder: &Path, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        for known in [&self.folder, folder] {
            if let Some(bytes) = read(known, cid, most)? {
                return Ok(bytes);
            }
        }
        let bytes = self.fetched(cid, most).await?;
        files::folder(folder)?;
        files::write(&folder.join(cid.to_string()), &bytes, false)?;
        Ok(bytes)
    }

    /// The same; what comes from a server stays nowhere.
    pub async fn look_at(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        match read(&self.folder, cid, most)? {
            Some(bytes) => Ok(bytes),
            None => self.fetched(cid, most).await,
        }
    }

    async fn fetched(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        let mut why = "no server is named".to_owned();
        for server in &self.servers {
            match server.large_file(cid, most).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => why = failure.to_string(),
            }
        }
        Err(Failure::Failed(format!("File {cid} cannot be had: {why}")))
    }

    /// Whether a file is in the folder.
    pub fn has(&self, cid: Cid) -> bool {
        self.folder.join(cid.to_string()).exists()
    }

    /// Keeps a file, here and at the servers that take it. Answers its CID once it is here, and why a server did not.
    pub async fn put(&self, bytes: &[u8]) -> Result<(Cid, Option<Failure>), Failure> {
        let cid = FileHasher::hash(bytes).cid;
        files::write(&self.folder.join(cid.to_string()), bytes, false)?;
        let mut refused = None;
        for server in &self.servers {
            let put = async { server.put_as(&server.sign_in(&self.chain).await?, cid, bytes.to_vec()).await };
            if let Err(failure) = put.await {
                refused = Some(failure);
            }
        }
        Ok((cid, refused))
    }

    /// Removes a file from the folder, if it is there.
    pub fn forget(&self, cid: Cid) {
        // What stays only takes room.
        let _ = fs::remove_file(self.folder.join(cid.to_string()));
    }
}

/// A file of at most so many bytes, if it is in a folder.
fn read(folder: &Path, cid: Cid, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let file = folder.join(cid.to_string());
    if !file.exists() {
        return Ok(None);
    }
    let bytes = files::read(&file)?;
    Ok((bytes.len() as u64 <= most && FileHasher::hash(&bytes).cid == cid).then_some(bytes))
}
