//! Does `alerts/alertmanager.yml` wake the right person, once, with words that can be read?

pub(crate) mod neighbours;
