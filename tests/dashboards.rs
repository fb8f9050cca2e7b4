//! Do the dashboards that ship show what they promise?

mod neighbours;
