//! How is a file written so that it is there wholly, or as it was before?

use std::{
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use tempfile::Builder;

/// Writes `bytes` beside `file`, and puts them in its place once they are on disk. Makes the folder if it is not there.
pub fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // As any new file: who may read it is the owner's choice, by umask.
    let mut beside = Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(file).map(drop).map_err(|error| error.error)
}
