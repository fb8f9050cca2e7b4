//! Can programs ask all there is, page by page, and is what comes back what the document says?

mod document;
mod hospital;
mod hostile;
mod pages;
mod reading;
mod schema;
mod writing;
