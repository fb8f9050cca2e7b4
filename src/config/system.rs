//! What does this machine hold? The real environment and the real files.

use std::{
    env::{self, VarError},
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
};

use crate::raw::Outside;

/// The environment of this process and the files of this machine.
pub struct System;

impl Outside for System {
    fn variable(&self, name: &str) -> Result<String, String> {
        env::var(name).map_err(|why| match why {
            VarError::NotPresent => "it is not set".to_owned(),
            VarError::NotUnicode(_) => "it is not UTF-8 text".to_owned(),
        })
    }

    fn file(&self, path: &Path, limit: usize) -> Result<Vec<u8>, String> {
        // Asked before it is opened: to open a pipe that nobody writes to would wait for ever.
        let found = path.metadata().map_err(|why| words(&why))?;
        if !found.is_file() {
            let what = if found.is_dir() { "it is a folder" } else { "it is no regular file" };
            return Err(what.to_owned());
        }
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|why| words(&why))?;
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|why| words(&why))?;
        (bytes.len() <= limit).then_some(bytes).ok_or_else(|| format!("it is larger than {limit} bytes"))
    }

    fn folder(&self, path: &Path) -> Result<Vec<String>, String> {
        let entries = path.read_dir().map_err(|why| words(&why))?;
        let files = entries.filter_map(Result::ok).filter(|entry| entry.path().is_file());
        Ok(files.filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }
}

fn words(why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "wardround is not allowed to read it".to_owned(),
        _ => why.to_string(),
    }
}
