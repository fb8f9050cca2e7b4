//! Can programs ask all there is, page by page, and is what comes back what the document says?

mod agent;
mod document;
mod feeds;
mod hospital;
mod hostile;
mod neighbours;
mod pages;
mod reading;
mod schema;
mod writing;
