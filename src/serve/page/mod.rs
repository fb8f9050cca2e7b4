//! What does an on-call engineer see on a phone, a ward manager on a screen, and everybody on the wall?
//!
//! ```text
//! front         every service; filter, row, strip: which, and what is told of each
//! service       one service; probe, waterfall: how it is looked at
//! list          incidents; incident, timeline, looks: one of them
//! maintenance   planned work; reports: of each month; audit: who changed what
//! sites         how other sites see the same services
//! wall          what is read from afar
//! live, news    what those who look at a page are sent; pieces: what changes on it
//! frame         what stands around a page; scene: what it is written from; mark: signs and words of states
//! answer        how it reaches a browser; kept: what need not be written twice; assets: style and script
//! ```
//!
//! The pages stand in `templates/status/`, which a designer can read. Whatever is put into them is escaped. No style and no script
//! stands in a page itself: browsers are told to heed none.

mod answer;
pub(super) mod assets;
mod audit;
mod filter;
mod frame;
mod front;
mod headline;
mod incident;
mod kept;
mod list;
mod live;
mod looks;
mod maintenance;
mod mark;
mod news;
mod pieces;
mod probe;
mod reports;
mod row;
mod scene;
mod service;
mod sites;
mod strip;
mod timeline;
mod wall;
mod waterfall;

use axum::{
    http::Method,
    routing::{get, post},
};

pub(super) use answer::nothing;
pub(super) use kept::Pages;
pub(super) use news::keep;

use super::routes::Route;
use crate::config::Role;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/",
        needs: Role::Public,
        does: "how every service is",
        handler: || get(front::front),
    },
    Route {
        method: Method::GET,
        path: "/services/{id}",
        needs: Role::Public,
        does: "how one service is and was",
        handler: || get(service::service),
    },
    Route {
        method: Method::GET,
        path: "/incidents",
        needs: Role::Public,
        does: "what went wrong lately",
        handler: || get(list::list),
    },
    Route {
        method: Method::GET,
        path: "/incidents/{id}",
        needs: Role::Public,
        does: "one incident in full",
        handler: || get(incident::incident),
    },
    Route {
        method: Method::POST,
        path: "/incidents/{id}/notes",
        needs: Role::Operate,
        does: "writes beside it, or acknowledges it",
        handler: || post(incident::note),
    },
    Route {
        method: Method::GET,
        path: "/maintenance",
        needs: Role::Public,
        does: "what is planned",
        handler: || get(maintenance::maintenance),
    },
    Route {
        method: Method::POST,
        path: "/maintenance",
        needs: Role::Operate,
        does: "announces planned work",
        handler: || post(maintenance::announce),
    },
    Route {
        method: Method::POST,
        path: "/maintenance/{id}/end",
        needs: Role::Operate,
        does: "ends it, or takes it back",
        handler: || post(maintenance::end),
    },
    Route {
        method: Method::GET,
        path: "/reports",
        needs: Role::View,
        does: "which months can be read",
        handler: || get(reports::reports),
    },
    Route {
        method: Method::GET,
        path: "/reports/{file}",
        needs: Role::View,
        does: "the report of a period in one form",
        handler: || get(reports::report),
    },
    Route {
        method: Method::GET,
        path: "/audit",
        needs: Role::Admin,
        does: "who changed what",
        handler: || get(audit::audit),
    },
    Route {
        method: Method::GET,
        path: "/wall",
        needs: Role::Public,
        does: "what is read from afar",
        handler: || get(wall::wall),
    },
    Route {
        method: Method::GET,
        path: "/events",
        needs: Role::Public,
        does: "what changes, as it changes",
        handler: || get(live::events),
    },
    Route {
        method: Method::GET,
        path: "/assets/{file}",
        needs: Role::Anybody,
        does: "style and script of the pages",
        handler: || get(assets::asset),
    },
];

#[cfg(test)]
mod tests;
