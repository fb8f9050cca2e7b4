//! Do others who know the craft agree: another program for the same charts, and a browser that shows the page?

mod browser;
mod oracle;
