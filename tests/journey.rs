//! Does a journey go through systems that others wrote?

mod neighbours;
