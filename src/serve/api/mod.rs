//! What can programs ask, and change?
//!
//! ```text
//! operation       the table: what is asked, how it is read and described
//! call            one question, checked against the table
//! reply, problem  what comes back
//! document        the table as OpenAPI
//! ```

mod audit;
mod call;
mod check;
mod document;
mod incidents;
mod maintenance;
mod operation;
mod page;
mod probes;
mod problem;
mod reply;
mod reports;
mod services;
mod shape;
mod sites;

pub(super) use operation::Operation;
pub(super) use reply::{UNKEPT, manners, tagged};

/// Every one, by what it is about.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    let topics = [
        services::OPERATIONS,
        sites::OPERATIONS,
        probes::OPERATIONS,
        incidents::OPERATIONS,
        maintenance::OPERATIONS,
        reports::OPERATIONS,
        check::OPERATIONS,
        audit::OPERATIONS,
        document::OPERATIONS,
    ];
    topics.into_iter().flatten()
}
