//! Does a look at a FHIR server that somebody else wrote see what is there?

mod neighbours;
